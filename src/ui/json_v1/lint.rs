//! The document of `flagstone path lint`.

use serde::Serialize;

use super::{Diagnostic, FORMAT};
use crate::{
    diag::{self, FixEdit},
    lint::{self, Mended},
    secret::redact,
    text::Place,
};

/// What a lint came to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lint {
    /// Always [`FORMAT`].
    pub format: u32,
    /// How many versions were looked at.
    pub versions: usize,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many findings were mended.
    pub mended: usize,
    /// The edits that were made.
    pub edits: Vec<Made>,
    /// What was found, in the order of files and places.
    pub findings: Vec<Finding>,
}

/// One edit that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Made {
    /// Where: a file, with line and column if it is a part of it.
    pub place: String,
    /// What, in words.
    pub what: String,
}

/// One thing that was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What it is.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
    /// The edits that mend it; none where nobody knows any.
    pub fix: Vec<Edit>,
}

/// One edit.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// `replace`, `create` or `rename`.
    pub kind: &'static str,
    /// The file.
    pub file: String,
    /// Of a replacement: the line and column of its first character, and of the one behind its last.
    pub line: Option<usize>,
    /// See `line`.
    pub column: Option<usize>,
    /// See `line`.
    pub end_line: Option<usize>,
    /// See `line`.
    pub end_column: Option<usize>,
    /// Of a new file or a replacement: the text that comes.
    pub text: Option<String>,
    /// Of a rename: the new name.
    pub to: Option<String>,
}

impl Lint {
    /// The document of these findings.
    pub fn new(versions: usize, found: &[diag::Diagnostic], mended: &[Mended]) -> Self {
        let errors = found.iter().filter(|it| it.is_error()).count();
        Self {
            format: FORMAT,
            versions,
            errors,
            warnings: found.len() - errors,
            mended: mended.len(),
            edits: mended.iter().flat_map(|it| &it.edits).map(Made::from).collect(),
            findings: found.iter().map(Finding::from).collect(),
        }
    }
}

impl From<&lint::Made> for Made {
    fn from(it: &lint::Made) -> Self {
        Self { place: it.place.clone(), what: redact(&it.what) }
    }
}

impl From<&diag::Diagnostic> for Finding {
    fn from(diagnostic: &diag::Diagnostic) -> Self {
        let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
        Self { diagnostic: diagnostic.into(), fix: edits.map(Edit::from).collect() }
    }
}

impl From<&FixEdit> for Edit {
    fn from(edit: &FixEdit) -> Self {
        match edit {
            FixEdit::Replace { place, text } => Self::replace(place, text),
            FixEdit::Create { path, text } => {
                Self { text: Some(text.clone()), ..Self::of("create", path) }
            }
            FixEdit::Rename { from, to } => {
                Self { to: Some(to.clone()), ..Self::of("rename", from) }
            }
        }
    }
}

impl Edit {
    fn of(kind: &'static str, file: &str) -> Self {
        Self {
            kind,
            file: file.to_owned(),
            line: None,
            column: None,
            end_line: None,
            end_column: None,
            text: None,
            to: None,
        }
    }

    fn replace(place: &Place, text: &str) -> Self {
        let (start, end) = (place.position(), place.document.position(place.span.end));
        Self {
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
            text: Some(text.to_owned()),
            ..Self::of("replace", place.document.name())
        }
    }
}
