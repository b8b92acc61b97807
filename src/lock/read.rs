//! The text of a lock -> what a service got.
//!
//! A lock as we wrote it is read line by line, each line proved by writing it again; so a thousand
//! files cost a millisecond. Any other text, edited or merged by hand, takes the way of all documents:
//! parsed as YAML, checked against the schema, every mistake at its place.

use std::sync::LazyLock;

use super::{FILE, Lock, LockedFile, Part, SCHEMA};
use crate::{
    data::{Node, Value, parse_json, parse_yaml},
    diag::{Diagnostic, has_errors},
    schema::Schema,
    spec,
    text::{Document, Span},
    tree::{BlobId, Digest, Mode, Ownership, RepoPath, SourceId, TreeId},
    version::Version,
};

static VALIDATOR: LazyLock<Schema> =
    LazyLock::new(|| Schema::parse(SCHEMA).expect("our own schema is valid"));

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    /// Every mistake: no YAML, another `lockVersion`, unresolved conflicts, a path outside of the
    /// repository, a file twice.
    pub fn parse(document: &Document) -> Result<Self, Vec<Diagnostic>> {
        if let Some(lock) = as_written(document.text()) {
            return Ok(lock);
        }
        check_conflicts(document).map_err(|mistake| vec![mistake])?;
        let data = parse_yaml(document).map_err(|mistake| vec![mistake.help(MEND)])?;
        check_lock_version(&data.root()).map_err(|mistake| vec![mistake])?;
        let mut mistakes = VALIDATOR.check(&data);
        if has_errors(&mistakes) {
            return Err(mistakes);
        }
        match read(&data.root(), &mut mistakes) {
            Some(lock) if !has_errors(&mistakes) => Ok(lock),
            _ => Err(mistakes),
        }
    }

    /// The id of the tree that the lines give; another one than `tree` tells that lines were edited.
    pub fn tree_of_files(&self) -> TreeId {
        TreeId::of(self.files.iter().map(|it| (&it.path, it.mode, it.blob)))
    }

    /// The file at a path.
    pub fn file(&self, path: &RepoPath) -> Option<&LockedFile> {
        let at = self.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        self.files.get(at)
    }
}

const MEND: &str = "take the lock of the last commit: `git checkout HEAD -- flagstone.lock`";

/// Where the files begin.
const FILES: &str = "\nfiles:\n";

/// A text that is exactly what we would write.
fn as_written(text: &str) -> Option<Lock> {
    let at = text.find(FILES)?;
    let (header, lines) = text.split_at_checked(at + FILES.len())?;
    let header = format!("{}files: []\n", header.strip_suffix("files:\n")?);
    let data = parse_yaml(&Document::new(FILE, header)).ok()?;
    let mut mistakes = VALIDATOR.check(&data);
    let mut lock = read(&data.root(), &mut mistakes).filter(|_| mistakes.is_empty())?;
    lock.files = lines.lines().map(line_as_written).collect::<Option<_>>()?;
    let is_sorted = lock.files.windows(2).all(|pair| matches!(pair, [a, b] if a.path < b.path));
    (is_sorted && lock.to_text() == text).then_some(lock)
}

fn line_as_written(line: &str) -> Option<LockedFile> {
    let mut rest = line.strip_prefix("- {")?;
    let path = RepoPath::parse(&value(&mut rest, "path")?).ok()?;
    let mode = Mode::parse(&value(&mut rest, "mode")?)?;
    let own = value(&mut rest, "own")?;
    let keys = keys(&mut rest)?;
    let blob = BlobId::parse(&value(&mut rest, "blob")?)?;
    let source = SourceId::parse(&value(&mut rest, "from")?)?;
    let ownership = Ownership::parse(&own, keys)?;
    // The schema refuses these, with words.
    let acts = |text: &str| text.contains(char::is_control);
    let is_plain = !acts(&source.layer)
        && !acts(&source.path)
        && !ownership.managed_keys().iter().any(|key| acts(key));
    let file = LockedFile { path, mode, ownership, blob, source };
    (is_plain && !is_own(&file.path)).then_some(file)
}

/// Whether a path is that of a file of the tool's own, which no template makes.
fn is_own(path: &RepoPath) -> bool {
    [FILE, spec::FILE].contains(&path.as_str())
}

/// Takes `key: value` and the comma or brace behind it from the front of `rest`.
fn value(rest: &mut &str, key: &str) -> Option<String> {
    let text = rest.strip_prefix(key)?.strip_prefix(": ")?;
    let length = match text.strip_prefix('"') {
        Some(inner) => quoted_length(inner)? + 1,
        None => text.find([',', '}'])?,
    };
    let (value, behind) = text.split_at_checked(length)?;
    *rest = behind.strip_prefix(", ").or_else(|| behind.strip_prefix('}'))?;
    unquoted(value)
}

/// Takes `keys: [a, b], ` from the front of `rest`, if it is there.
fn keys(rest: &mut &str) -> Option<Vec<String>> {
    let Some(text) = rest.strip_prefix("keys: [") else { return Some(Vec::new()) };
    let (list, behind) = text.split_once("], ")?;
    *rest = behind;
    list.split(", ").map(unquoted).collect()
}

fn unquoted(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('"') else { return Some(text.to_owned()) };
    if !inner.contains('\\') {
        return inner.strip_suffix('"').map(str::to_owned);
    }
    let data = parse_json(&Document::new(FILE, text)).ok()?;
    data.value.as_text().map(str::to_owned)
}

/// The length of a quoted text up to and with its closing quote, the opening one left out.
fn quoted_length(inner: &str) -> Option<usize> {
    let mut is_escaped = false;
    inner.char_indices().find_map(|(at, character)| {
        let ends = character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        ends.then_some(at + 1)
    })
}

/// Two branches that were both upgraded may leave git's markers.
fn check_conflicts(document: &Document) -> Result<(), Diagnostic> {
    let mut start = 0;
    for line in document.text().split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") {
            let span = Span { start, end: start + line.trim_end().len() };
            return Err(Diagnostic::error("lock-conflict", "the lock has conflicts of a merge")
                .at(document.place(span))
                .note("two branches have changed it, each in its own way")
                .help("`flagstone apply` makes it again from `flagstone.yaml`"));
        }
        start += line.len();
    }
    Ok(())
}

fn check_lock_version(root: &Node<'_>) -> Result<(), Diagnostic> {
    match root.get("lockVersion") {
        Some(node) if *node.value() == Value::from(1) => Ok(()),
        Some(node) => {
            let message = format!("`lockVersion` is {}, and this flagstone reads 1", node.value());
            Err(Diagnostic::error("lock-version", message)
                .at(node.place())
                .help("a newer flagstone may read it: `cargo install --locked flagstone`"))
        }
        None => Err(Diagnostic::error("lock-version", "the lock has no `lockVersion`")
            .at(root.place())
            .help(MEND)),
    }
}

fn read(root: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Lock> {
    let golden_path = part(&root.get("goldenPath")?, mistakes)?;
    let layers = root.items_at("layers").iter().filter_map(|it| part(it, mistakes)).collect();
    let parameters = root.get("parameters")?;
    let parameters =
        parameters.entries().map(|(name, it)| (name.to_owned(), it.value().clone())).collect();
    let stated = version(&root.get("version")?, mistakes)?;
    if stated != golden_path.version {
        let message =
            format!("`version` is {stated}, and the golden path's {}", golden_path.version);
        mistakes.push(
            Diagnostic::error("lock-disagrees", message)
                .at(root.get("version")?.place())
                .help(MEND),
        );
    }
    Some(Lock {
        flagstone: version(&root.get("flagstone")?, mistakes)?,
        golden_path,
        layers,
        parameters,
        tree: TreeId::parse(root.text_at("tree")?)?,
        files: files(root, mistakes),
    })
}

fn part(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Part> {
    Some(Part {
        name: node.text_at("name")?.to_owned(),
        version: version(&node.get("version")?, mistakes)?,
        source: node.text_at("source")?.to_owned(),
        digest: Digest::parse(node.text_at("digest")?)?,
    })
}

fn version(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Version> {
    let text = node.text()?;
    let mistake = |error| {
        let message = format!("`{text}` is no version: {error}");
        Diagnostic::error("version", message).at(node.place()).help(MEND)
    };
    text.parse().map_err(|error: crate::version::VersionError| mistakes.push(mistake(error))).ok()
}

/// The files in the order of their paths.
fn files(root: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Vec<LockedFile> {
    let mut files: Vec<(LockedFile, Node<'_>)> = Vec::new();
    for node in root.items_at("files") {
        match file(&node) {
            Ok(file) => files.push((file, node)),
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    files.sort_by(|one, other| one.0.path.cmp(&other.0.path));
    for pair in files.windows(2) {
        if let [one, other] = pair
            && one.0.path == other.0.path
        {
            let message = format!("`{}` is in the lock twice", one.0.path);
            mistakes.push(
                Diagnostic::error("lock-twice", message)
                    .at(other.1.place())
                    .help("`flagstone apply` makes the lock again from `flagstone.yaml`"),
            );
        }
    }
    files.into_iter().map(|(file, _)| file).collect()
}

fn file(node: &Node<'_>) -> Result<LockedFile, Box<Diagnostic>> {
    let wrong = |key: &str, why: String| {
        let place = node.get(key).map_or_else(|| node.place(), |it| it.place());
        Box::new(Diagnostic::error("lock-file", why).at(place).help(MEND))
    };
    let text = |key: &str| node.text_at(key).unwrap_or_default();
    let path = RepoPath::parse(text("path")).map_err(|error| wrong("path", error.to_string()))?;
    if is_own(&path) {
        return Err(wrong(
            "path",
            format!("`{path}` is the tool's own, and no file of a template"),
        ));
    }
    let or_wrong = |key: &str| wrong(key, format!("`{}` is no `{key}`", text(key)));
    Ok(LockedFile {
        mode: Mode::parse(text("mode")).ok_or_else(|| or_wrong("mode"))?,
        ownership: Ownership::parse(text("own"), node.texts_at("keys"))
            .ok_or_else(|| or_wrong("own"))?,
        blob: BlobId::parse(text("blob")).ok_or_else(|| or_wrong("blob"))?,
        source: SourceId::parse(text("from")).ok_or_else(|| or_wrong("from"))?,
        path,
    })
}

#[cfg(test)]
mod tests;
