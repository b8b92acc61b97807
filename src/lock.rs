//! `flagstone.lock`: what a service got, so that an upgrade knows its base.
//!
//! **Invariant:** no times and nothing of the machine: the same spec gives the same bytes.

mod read;

use std::fmt::Write as _;

use crate::{
    data::{Value, to_yaml, to_yaml_line},
    tree::{BlobId, Digest, Mode, Ownership, RepoPath, SourceId, TreeId},
    version::Version,
};

/// The name of the file in a service's repository.
pub const FILE: &str = "flagstone.lock";

/// The published JSON Schema of `flagstone.lock`.
pub const SCHEMA: &str = include_str!("lock/lock.schema.json");

/// What a service got.
#[derive(Debug, Clone, PartialEq)]
pub struct Lock {
    /// The version of the program that wrote it.
    pub flagstone: Version,
    /// The golden path.
    pub golden_path: Part,
    /// Its layers, in the order of composition.
    pub layers: Vec<Part>,
    /// Every answer of the golden path.
    pub parameters: Vec<(String, Value)>,
    /// The git id of the pristine tree, without spec and lock.
    pub tree: TreeId,
    /// Every file of that tree, in the order of the paths.
    pub files: Vec<LockedFile>,
}

/// One golden path or layer that a service is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its exact version.
    pub version: Version,
    /// Where it came from: `embedded`, `directory:…`.
    pub source: String,
    /// The digest of what renders.
    pub digest: Digest,
}

/// One file as it was rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedFile {
    /// Where it is.
    pub path: RepoPath,
    /// Its mode.
    pub mode: Mode,
    /// Whose it is.
    pub ownership: Ownership,
    /// The id of its bytes.
    pub blob: BlobId,
    /// The template that it came from.
    pub source: SourceId,
}

impl Lock {
    /// The lock as text: one line a file, so that two branches merge.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# What this service got of its golden path. Written by flagstone; do not edit.\n",
        );
        // Writing into a String can't fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "lockVersion: 1\nflagstone: {}", self.flagstone)?;
        writeln!(text, "goldenPath: {}", self.golden_path.line())?;
        if self.layers.is_empty() {
            writeln!(text, "layers: []")?;
        } else {
            writeln!(text, "layers:")?;
            self.layers.iter().try_for_each(|layer| writeln!(text, "- {}", layer.line()))?;
        }
        let parameters = Value::map(self.parameters.iter().cloned());
        text.push_str(&to_yaml(&Value::map([("parameters", parameters)])));
        writeln!(text, "version: {}\ntree: {}", self.golden_path.version, quoted(&self.tree))?;
        if self.files.is_empty() {
            return writeln!(text, "files: []");
        }
        writeln!(text, "files:")?;
        self.files.iter().try_for_each(|file| writeln!(text, "- {}", file.line()))
    }
}

impl Part {
    fn line(&self) -> String {
        let Self { name, version, source, digest } = self;
        format!(
            "{{name: {name}, version: {version}, source: {}, digest: \"{digest}\"}}",
            scalar(source)
        )
    }
}

impl LockedFile {
    fn line(&self) -> String {
        let keys = match self.ownership.managed_keys() {
            [] => String::new(),
            keys => {
                let keys: Vec<_> = keys.iter().map(|key| scalar(key)).collect();
                format!(", keys: [{}]", keys.join(", "))
            }
        };
        format!(
            "{{path: {}, mode: \"{}\", own: {}{keys}, blob: {}, from: {}}}",
            scalar(self.path.as_str()),
            self.mode.as_str(),
            self.ownership.as_str(),
            quoted(&self.blob),
            quoted(&self.source),
        )
    }
}

/// In double quotes, always: what can look like a number, or holds a colon.
fn quoted(value: &impl ToString) -> String {
    Value::from(value.to_string()).to_json()
}

/// Plain where every YAML reader takes it for a text, else in double quotes. Inside of a line's
/// braces, spaces are quoted too.
fn scalar(text: &str) -> String {
    match text.contains(' ') {
        true => quoted(&text),
        false => to_yaml_line(&text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::parse_yaml, schema::Schema, text::Document};

    fn lock(paths: &[&str]) -> Lock {
        let version: Version = "1.0.0".parse().unwrap();
        let part = |name: &str| Part {
            name: name.to_owned(),
            version: version.clone(),
            source: "embedded".to_owned(),
            digest: Digest::of(b""),
        };
        let file = |path: &&str| LockedFile {
            path: RepoPath::parse(path).unwrap(),
            mode: Mode::File,
            ownership: Ownership::MergedWithKeys(vec!["tool.ruff".to_owned()]),
            blob: BlobId([0x12; 20]),
            source: SourceId { layer: "svc".to_owned(), path: format!("template/{path}.j2") },
        };
        Lock {
            flagstone: "0.1.0".parse().unwrap(),
            golden_path: part("svc"),
            layers: vec![part("ci")],
            parameters: vec![("name".to_owned(), "no".into()), ("port".to_owned(), 8080.into())],
            tree: TreeId([0x98; 20]),
            files: paths.iter().map(file).collect(),
        }
    }

    #[test]
    fn a_lock_is_one_line_a_file() {
        insta::assert_snapshot!(lock(&["src/main.rs", "a b {c}.txt"]).to_text(), @r#"
        # What this service got of its golden path. Written by flagstone; do not edit.
        lockVersion: 1
        flagstone: 0.1.0
        goldenPath: {name: svc, version: 1.0.0, source: embedded, digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
        layers:
        - {name: ci, version: 1.0.0, source: embedded, digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
        parameters:
          name: "no"
          port: 8080
        version: 1.0.0
        tree: "9898989898989898989898989898989898989898"
        files:
        - {path: src/main.rs, mode: "100644", own: merged, keys: [tool.ruff], blob: "1212121212121212121212121212121212121212", from: "svc:template/src/main.rs.j2"}
        - {path: "a b {c}.txt", mode: "100644", own: merged, keys: [tool.ruff], blob: "1212121212121212121212121212121212121212", from: "svc:template/a b {c}.txt.j2"}
        "#);
    }

    #[test]
    fn any_path_reads_as_itself() {
        let paths =
            ["true", "1e5", "012", ".inf", "a, b", "ü", "'", "\"", "#x", "- x", "null/x.y", "1.5"];
        let text = lock(&paths).to_text();
        let data = parse_yaml(&Document::new(FILE, text)).unwrap();
        let read: Vec<_> = data
            .root()
            .items_at("files")
            .iter()
            .map(|file| file.text_at("path").unwrap())
            .collect();
        assert_eq!(read, paths);
        assert_eq!(Schema::parse(SCHEMA).unwrap().check(&data), []);
    }
}
