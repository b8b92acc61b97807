//! The document of `flagstone check`.

use serde::Serialize;

use super::{FORMAT, Verdict};
use crate::{
    drift::{self, Checked},
    secret::redact,
};

/// What a check came to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The service.
    pub service: String,
    /// Its golden path.
    pub golden_path: String,
    /// The version that it has.
    pub version: String,
    /// How many files its golden path made.
    pub files: usize,
    /// Whether the check failed: whether one of the findings is an error, or the guard says no.
    pub failed: bool,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// What policies say of it; none where there is no policy, or no catalog to take them from.
    pub guard: Option<Verdict>,
}

/// One thing that was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule; stable, kebab-case.
    pub rule: &'static str,
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// The file, below the service's folder.
    pub path: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// The key, parameter or golden path that it is about.
    pub key: Option<String>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What stays the same while the finding does.
    pub fingerprint: String,
}

impl Check {
    /// The document of a check and what policies say.
    pub fn new(checked: &Checked, guard: Option<Verdict>) -> Self {
        Self {
            format: FORMAT,
            service: checked.service.clone(),
            golden_path: checked.golden_path.clone(),
            version: checked.version.to_string(),
            files: checked.files,
            failed: checked.has_failed() || guard.as_ref().is_some_and(|it| it.is_no()),
            findings: checked.findings.iter().map(Finding::from).collect(),
            guard,
        }
    }
}

impl From<&drift::Finding> for Finding {
    fn from(finding: &drift::Finding) -> Self {
        Self {
            rule: finding.rule.id(),
            level: finding.level.as_str(),
            path: finding.path.to_string(),
            line: finding.position.map(|it| it.line),
            column: finding.position.map(|it| it.column),
            key: finding.key.clone(),
            message: redact(&finding.message),
            help: finding.help.clone(),
            fingerprint: finding.fingerprint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::to_text, *};
    use crate::drift::test::{checked, every_kind};

    #[test]
    fn a_check_is_one_document() {
        let mut findings = every_kind();
        findings.truncate(3);
        findings.drain(..2);
        insta::assert_snapshot!(to_text(&Check::new(&checked(findings), None)), @r#"
        {
          "format": 1,
          "service": "orders",
          "goldenPath": "svc",
          "version": "1.1.0",
          "files": 12,
          "failed": true,
          "findings": [
            {
              "rule": "managed-key",
              "level": "error",
              "path": "pyproject.toml",
              "line": 3,
              "column": 1,
              "key": "tool.ruff",
              "message": "`tool.ruff` was edited",
              "help": "set it back",
              "fingerprint": "c8e8661f9e7560cebaf32c9dd283dafc65530874bc1826077864b9d503ae988f"
            }
          ],
          "guard": null
        }
        "#);
    }
}
