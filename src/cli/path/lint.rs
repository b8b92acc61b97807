//! `flagstone path lint`: what is wrong with golden paths, found without a service.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    error::Error as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::{subject::Subject, subjects};
use crate::{
    catalog::Release,
    cli::{
        Context, Exit, Failure,
        arguments::Format,
        shelf::{Shelf, flagstone_version},
    },
    data::Value,
    diag::{Diagnostic, has_errors},
    docket,
    lint::{self, Catalog, Mended, lint, mend},
    manifest::{self, Manifest},
    source::{Change, SourceError, change},
    text::{Document, Span},
    tree::{Digest, RepoPath, Tree},
    ui::{
        annotations::annotated_mistakes, human, json_v1, junit::junit_of_lint,
        sarif::sarif_of_findings,
    },
    version::Version,
};

/// How often what can be mended is mended before that is given up.
const ROUNDS: usize = 30;

/// Find what is wrong with golden paths, before a service does.
///
/// Reads the manifest, the templates and the cases, and renders them with every choice and with
/// hostile texts. Ends with 1 if an error was found.
#[derive(Debug, Args)]
#[command(after_help = "Formats: human, json, sarif (code scanning), github (annotations of a \
    pull request) and junit (test results). What each finding means: docs/linting.md")]
pub(super) struct LintArguments {
    /// A version's folder, a golden path's with all its versions, or a catalog's [default: .].
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Make the edits that findings suggest.
    #[arg(long)]
    fix: bool,
    /// What else ends the lint in failure.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

/// What else ends a lint in failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings.
    Warnings,
}

/// What was looked at, and what was found.
struct Looked {
    /// The folders of the versions, as people call them.
    folders: Vec<String>,
    found: Vec<Diagnostic>,
    mending: Vec<Mending>,
    /// What was not looked at.
    notes: Vec<String>,
}

/// The files of a version, or the one that can't be read.
type Readable = Result<Tree, (PathBuf, SourceError)>;

/// What `--fix` would do to a catalog.
struct Mending {
    catalog: PathBuf,
    prefix: String,
    files: lint::Files,
}

/// What `--fix` did.
#[derive(Default)]
struct Fixed {
    mended: Vec<Mended>,
    /// The files that could not be changed, and why.
    refused: BTreeMap<String, String>,
}

pub(super) fn run(context: &Context, arguments: &LintArguments) -> Result<Exit, Failure> {
    let mut fixed = Fixed::default();
    let mut looked = look(context, &arguments.folders, &fixed)?;
    if arguments.fix {
        for _ in 0..ROUNDS {
            if looked.mending.iter().all(|it| it.files.mended.is_empty()) {
                break;
            }
            looked.mending.drain(..).for_each(|it| fixed.make(it));
            looked = look(context, &arguments.folders, &fixed)?;
        }
    }
    show(context, &looked, &fixed, &mending_command(arguments))?;
    let is_denied = arguments.deny == Some(Deny::Warnings) && !looked.found.is_empty();
    let is_bad = has_errors(&looked.found) || is_denied || !fixed.refused.is_empty();
    Ok(if is_bad { Exit::Found } else { Exit::Done })
}

/// The files of each version by its number, those with most bytes first.
fn largest_first(subject: &Subject) -> Result<Vec<(usize, Readable)>, Failure> {
    let versions = subject.versions.par_iter().enumerate();
    let read = |(at, (name, version)): (usize, &(String, Version))| {
        Ok((at, subject.shelf.readable(name, version)?))
    };
    let mut all: Vec<_> = versions.map(read).collect::<Result<_, Failure>>()?;
    all.sort_by_key(|(_, files)| Reverse(files.as_ref().map_or(0, Tree::size)));
    Ok(all)
}

fn look(context: &Context, folders: &[PathBuf], fixed: &Fixed) -> Result<Looked, Failure> {
    let mut looked =
        Looked { folders: Vec::new(), found: Vec::new(), mending: Vec::new(), notes: Vec::new() };
    let refused = fixed.refused.keys().cloned().collect();
    let proofs = Arc::default();
    for subject in subjects(context, folders)? {
        let prefix = prefix(context, &subject);
        let flagstone = flagstone_version();
        type Seen = (Vec<Diagnostic>, Option<String>);
        let one = |(name, version): &(String, Version), files: Readable| -> Seen {
            let files = match files {
                Ok(files) => files,
                Err((file, error)) => return (vec![unreadable(context, &file, &error)], None),
            };
            let request = lint::Request {
                name,
                version,
                files: &files,
                prefix: &prefix,
                catalog: &subject.shelf,
                flagstone: &flagstone,
                proofs: &proofs,
            };
            let mut looked = lint(&request);
            let label = |file: &str| format!("{prefix}{name}/{version}/{file}");
            looked.found.extend(unnamed_policies(&files, &label));
            (looked.found, looked.untried)
        };
        // Whoever is done takes the next: they differ too much to be divided beforehand.
        let taken = largest_first(&subject)?.into_iter().par_bridge();
        let one = |(at, files)| Some((at, one(subject.versions.get(at)?, files)));
        let all: BTreeMap<usize, _> = taken.filter_map(one).collect();
        let mut found = Vec::new();
        for (one, note) in all.into_values() {
            found.extend(one);
            looked.notes.extend(note);
        }
        let folder = |(name, version): &(String, Version)| format!("{prefix}{name}/{version}");
        looked.folders.extend(subject.versions.iter().map(folder));
        let files = mend(&found, &refused);
        looked.mending.push(Mending { catalog: subject.catalog, prefix, files });
        looked.found.extend(found);
    }
    Ok(looked)
}

impl Fixed {
    /// Makes the edits of a catalog; one that the system refuses leaves the others.
    fn make(&mut self, mending: Mending) {
        for (name, it) in changes(&mending.files, &mending.prefix) {
            let reason = match it.map(|it| change(&mending.catalog, &it)) {
                Some(Ok(())) => continue,
                Some(Err(error)) => {
                    error.source().map_or_else(|| error.to_string(), ToString::to_string)
                }
                None => "it can't be a file of the catalog".to_owned(),
            };
            self.refused.insert(name.clone(), reason);
        }
        let is_done = |it: &Mended| !it.edits.iter().any(|it| self.refused.contains_key(&it.file));
        self.mended.extend(mending.files.mended.into_iter().filter(is_done));
    }
}

/// Policies and data that the manifest names and that are not there, or can't be read.
fn unnamed_policies(files: &Tree, label: &dyn Fn(&str) -> String) -> Vec<Diagnostic> {
    let text = files.file(manifest::FILE).and_then(|it| it.text()).unwrap_or_default();
    let document = Document::new(label(manifest::FILE), text);
    // Its own mistakes are told already.
    let Ok(manifest) = Manifest::parse(&document, &flagstone_version()) else { return Vec::new() };
    let whose = (&manifest.sources, files);
    let read = docket::bundle("the manifest".to_owned(), whose, label, &Value::Null);
    let at_manifest = |it: Diagnostic| match it.place {
        Some(_) => it,
        None => it.at(document.place(Span::default())),
    };
    read.err().into_iter().flatten().map(at_manifest).collect()
}

/// A file that can't be one of a golden path, as a finding.
fn unreadable(context: &Context, file: &Path, error: &SourceError) -> Diagnostic {
    let label = file.strip_prefix(&context.host.folder).unwrap_or(file).display().to_string();
    let reason = error.source().map_or_else(|| "what it is".to_owned(), ToString::to_string);
    Diagnostic::error("unreadable-file", format!("this can't be a file of a golden path: {reason}"))
        .at(Document::new(label, "").place(Span::default()))
        .help("remove it, or give it another name")
}

/// What people write before a file of the catalog.
fn prefix(context: &Context, subject: &Subject) -> String {
    let catalog = &subject.catalog;
    let shown = catalog.strip_prefix(&context.host.folder).unwrap_or(catalog).display().to_string();
    if shown.is_empty() { shown } else { format!("{shown}/") }
}

/// The command that makes the edits of what was looked at.
fn mending_command(arguments: &LintArguments) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "-_./@+,:".contains(it);
    let quoted = |folder: &PathBuf| {
        let text = folder.display().to_string();
        let is_word = !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain);
        if is_word { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    let words = arguments.folders.iter().map(quoted);
    ["flagstone path lint --fix".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

/// Each change with the name of its file; none where that is no file of the catalog.
fn changes<'f>(files: &'f lint::Files, prefix: &str) -> Vec<(&'f String, Option<Change>)> {
    let path = |name: &String| RepoPath::parse(name.strip_prefix(prefix)?).ok();
    let written = files.written.iter();
    let write = |(name, text): (&'f String, &String)| {
        (name, path(name).map(|path| Change::Write(path, text.clone())))
    };
    let written = written.map(write);
    let moved = files.moved.iter();
    let moved = moved.map(|(from, to)| {
        (from, path(from).and_then(|from| Some(Change::Rename(from, path(to)?))))
    });
    written.chain(moved).collect()
}

fn show(context: &Context, looked: &Looked, fixed: &Fixed, command: &str) -> Result<(), Failure> {
    let (screen, found) = (&context.screen, looked.found.as_slice());
    let versions = looked.folders.len();
    let text = match context.global.format {
        Format::Human | Format::Schema => human::diagnostics(found, screen.look()),
        Format::Json => json_v1::to_text(&json_v1::Lint::new(versions, found, &fixed.mended)),
        Format::Sarif => sarif_of_findings(found),
        Format::Github => annotated_mistakes(found),
        Format::Junit => junit_of_lint(&looked.folders, found),
    };
    if !text.is_empty() {
        screen.result(&text)?;
    }
    if !context.global.format.is_json() {
        looked.notes.iter().for_each(|note| screen.say(&format!("note: {note}")));
        let lines = human::mended(&fixed.mended, &fixed.refused);
        if !lines.is_empty() {
            screen.say(&lines);
        }
        screen.say(&human::lint_line(versions, found, fixed.mended.len(), command));
    }
    Ok(())
}

impl Catalog for Shelf {
    fn names(&self) -> Vec<&str> {
        Self::names(self).collect()
    }

    fn versions(&self, name: &str) -> &[Version] {
        Self::versions(self, name)
    }

    fn release(&self, name: &str, version: &Version) -> Option<Arc<Release>> {
        self.any(name, version)
    }

    fn released(&self, name: &str, version: &Version) -> Option<Digest> {
        Self::released(self, name, version)
    }

    fn data(&self) -> &Value {
        &self.data
    }

    fn owner(&self) -> &str {
        Self::owner(self)
    }
}
