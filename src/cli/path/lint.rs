//! `flagstone path lint`: what is wrong with golden paths, found without a service.

use std::{path::PathBuf, sync::Arc};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::subject::Subject;
use crate::{
    catalog::Release,
    cli::{
        Context, Exit, Failure,
        arguments::Format,
        shelf::{Shelf, flagstone_version},
    },
    data::Value,
    diag::{Diagnostic, has_errors},
    lint::{self, Catalog, lint, mend},
    source::{Change, change},
    tree::{Digest, RepoPath},
    ui::{annotations::annotated_mistakes, human, json_v1, sarif::sarif_of_findings},
    version::Version,
};

/// How often what can be mended is mended before that is given up.
const ROUNDS: usize = 30;

/// Find what is wrong with golden paths, before a service does.
///
/// Reads the manifest, the templates and the cases, and renders them with every choice and with
/// hostile texts. Ends with 1 if an error was found.
#[derive(Debug, Args)]
#[command(after_help = "Formats: human, json, sarif (code scanning) and github (annotations of a \
    pull request). What each finding means: docs/linting.md")]
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
    versions: usize,
    found: Vec<Diagnostic>,
    changes: Vec<(PathBuf, Change)>,
    mended: usize,
    /// What was not looked at.
    notes: Vec<String>,
}

pub(super) fn run(context: &Context, arguments: &LintArguments) -> Result<Exit, Failure> {
    if context.global.format == Format::Junit {
        let mistake = Diagnostic::error("usage", "only `check` has this format");
        return Err(Failure::Usage(mistake.help("write `--format sarif` or `--format github`")));
    }
    let folders = match arguments.folders.as_slice() {
        [] => vec![PathBuf::from(".")],
        some => some.to_vec(),
    };
    let mut looked = look(context, &folders)?;
    let mut mended = 0;
    if arguments.fix {
        for _ in 0..ROUNDS {
            if looked.changes.is_empty() {
                break;
            }
            for (catalog, it) in &looked.changes {
                change(catalog, it)?;
            }
            mended += looked.mended;
            looked = look(context, &folders)?;
        }
    }
    show(context, &looked, mended)?;
    let is_denied = arguments.deny == Some(Deny::Warnings) && !looked.found.is_empty();
    Ok(if has_errors(&looked.found) || is_denied { Exit::Found } else { Exit::Done })
}

fn look(context: &Context, folders: &[PathBuf]) -> Result<Looked, Failure> {
    let mut looked = Looked {
        versions: 0,
        found: Vec::new(),
        changes: Vec::new(),
        mended: 0,
        notes: Vec::new(),
    };
    for folder in folders {
        let subject = Subject::find(context, folder)?;
        let prefix = prefix(context, &subject);
        let flagstone = flagstone_version();
        type Seen = (Vec<Diagnostic>, Option<String>);
        let one = |(name, version): &(String, Version)| -> Result<Seen, Failure> {
            let files = subject.shelf.files(name, version)?;
            let request = lint::Request {
                name,
                version,
                files: &files,
                prefix: &prefix,
                catalog: &subject.shelf,
                flagstone: &flagstone,
            };
            Ok((lint(&request), lint::untried(&request)))
        };
        let all: Vec<_> = subject.versions.par_iter().map(one).collect();
        let mut found = Vec::new();
        for one in all {
            let (one, note) = one?;
            found.extend(one);
            looked.notes.extend(note);
        }
        looked.versions += subject.versions.len();
        let files = mend(&found);
        looked.mended += files.mended;
        let changes = changes(&files, &prefix).into_iter();
        looked.changes.extend(changes.map(|it| (subject.catalog.clone(), it)));
        looked.found.extend(found);
    }
    Ok(looked)
}

/// What people write before a file of the catalog.
fn prefix(context: &Context, subject: &Subject) -> String {
    let catalog = &subject.catalog;
    let shown = catalog.strip_prefix(&context.host.folder).unwrap_or(catalog).display().to_string();
    if shown.is_empty() { shown } else { format!("{shown}/") }
}

fn changes(files: &lint::Files, prefix: &str) -> Vec<Change> {
    let path = |name: &String| RepoPath::parse(name.strip_prefix(prefix)?).ok();
    let written = files.written.iter();
    let written = written.filter_map(|(name, text)| Some(Change::Write(path(name)?, text.clone())));
    let moved = files.moved.iter();
    let moved = moved.filter_map(|(from, to)| Some(Change::Rename(path(from)?, path(to)?)));
    written.chain(moved).collect()
}

fn show(context: &Context, looked: &Looked, mended: usize) -> Result<(), Failure> {
    let (screen, found) = (&context.screen, looked.found.as_slice());
    let line = human::lint_line(looked.versions, found, mended);
    let text = match context.global.format {
        Format::Human | Format::Schema => human::diagnostics(found, screen.look()),
        Format::Json => json_v1::to_text(&json_v1::Lint::new(looked.versions, found, mended)),
        Format::Sarif => sarif_of_findings(found),
        Format::Github | Format::Junit => annotated_mistakes(found),
    };
    if !text.is_empty() {
        screen.result(&text)?;
    }
    if !context.global.format.is_json() {
        looked.notes.iter().for_each(|note| screen.say(&format!("note: {note}")));
        screen.say(&line);
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
