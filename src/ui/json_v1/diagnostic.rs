//! Mistakes and failures.

use std::{error::Error, iter};

use serde::Serialize;

use super::{FORMAT, Verdict};
use crate::{diag, secret::redact, text::Place};

/// One mistake.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// Stable, searchable, kebab-case.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// The file it stands in, as people find it, if it stands in a text. Lines and columns count
    /// from 1, columns in characters.
    pub file: Option<String>,
    /// The line of its first character.
    pub line: Option<usize>,
    /// The column of its first character.
    pub column: Option<usize>,
    /// The line of the character behind it.
    pub end_line: Option<usize>,
    /// The column of the character behind it.
    pub end_column: Option<usize>,
    /// What to do about it.
    pub help: Option<String>,
    /// What else the reader needs to understand it.
    pub notes: Vec<String>,
}

/// A run that failed because of the outside, or found nothing but mistakes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Always [`FORMAT`].
    pub format: u32,
    /// What failed; none where there are only mistakes.
    pub error: Option<String>,
    /// Because of what, the nearest cause first.
    pub causes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The mistakes that were found.
    pub diagnostics: Vec<Diagnostic>,
    /// The service, where the guard said no to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What the guard said, where it said no.
    pub guard: Option<Verdict>,
}

impl From<&diag::Diagnostic> for Diagnostic {
    fn from(diagnostic: &diag::Diagnostic) -> Self {
        let place = diagnostic.place.as_ref();
        let start = place.map(Place::position);
        let end = place.map(|it| it.document.position(it.span.end));
        Self {
            code: diagnostic.code,
            severity: match diagnostic.severity {
                diag::Severity::Error => "error",
                diag::Severity::Warning => "warning",
            },
            message: redact(&diagnostic.message),
            file: place.map(|it| it.document.name().to_owned()),
            line: start.map(|it| it.line),
            column: start.map(|it| it.column),
            end_line: end.map(|it| it.line),
            end_column: end.map(|it| it.column),
            help: diagnostic.help.as_deref().map(redact),
            notes: diagnostic.notes.iter().map(|note| redact(note)).collect(),
        }
    }
}

impl Failure {
    /// A failure of the outside.
    pub fn of(error: &dyn Error, help: Option<&str>) -> Self {
        let causes = iter::successors(error.source(), |&it| it.source());
        Self {
            format: FORMAT,
            error: Some(error.to_string()),
            causes: causes.map(ToString::to_string).collect(),
            help: help.map(str::to_owned),
            diagnostics: Vec::new(),
            service: None,
            guard: None,
        }
    }

    /// The guard's no.
    pub fn denied(service: &str, guard: Verdict) -> Self {
        let error = format!("the guard does not let `{service}` pass; nothing was written");
        let service = Some(service.to_owned());
        Self { error: Some(error), service, guard: Some(guard), ..Self::mistakes(&[]) }
    }

    /// Mistakes that ended the run.
    pub fn mistakes(diagnostics: &[diag::Diagnostic]) -> Self {
        Self {
            format: FORMAT,
            error: None,
            causes: Vec::new(),
            help: None,
            diagnostics: diagnostics.iter().map(Diagnostic::from).collect(),
            service: None,
            guard: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{super::to_text, *};
    use crate::text::{Document, Span};

    #[test]
    fn mistakes_are_one_document() {
        let place =
            Document::new("flagstone.yaml", "a: 1\nñ: 2\n").place(Span { start: 5, end: 7 });
        let mistake = diag::Diagnostic::error("unknown-key", "`ñ` is no \x1b[31mkey")
            .at(place)
            .note("the keys are `a` and `b`")
            .help("did you mean `b`?");
        let warning = diag::Diagnostic::warning("no-identity", "git knows no name");
        assert_snapshot!(to_text(&Failure::mistakes(&[mistake, warning])), @r#"
        {
          "format": 1,
          "error": null,
          "causes": [],
          "help": null,
          "diagnostics": [
            {
              "code": "unknown-key",
              "severity": "error",
              "message": "`ñ` is no \u001b[31mkey",
              "file": "flagstone.yaml",
              "line": 2,
              "column": 1,
              "endLine": 2,
              "endColumn": 2,
              "help": "did you mean `b`?",
              "notes": [
                "the keys are `a` and `b`"
              ]
            },
            {
              "code": "no-identity",
              "severity": "warning",
              "message": "git knows no name",
              "file": null,
              "line": null,
              "column": null,
              "endLine": null,
              "endColumn": null,
              "help": null,
              "notes": []
            }
          ],
          "guard": null
        }
        "#);
    }

    #[test]
    fn a_failure_names_its_causes() {
        let error = std::io::Error::other(std::io::Error::other("no space left"));
        assert_snapshot!(to_text(&Failure::of(&error, Some("free some space"))), @r#"
        {
          "format": 1,
          "error": "no space left",
          "causes": [],
          "help": "free some space",
          "diagnostics": [],
          "guard": null
        }
        "#);
    }
}
