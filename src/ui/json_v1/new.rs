//! What `flagstone new` made.

use serde::Serialize;

use super::{Diagnostic, Verdict};
use crate::{
    answer::{self, Origin},
    data::Value,
    tree::{Entry, Ownership, RepoPath, SourceId},
};

/// The result of `flagstone new`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewResult {
    /// Always [`super::FORMAT`].
    pub format: u32,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Every service of the spec, in its order.
    pub services: Vec<Service>,
    /// Whether the repository was pushed; none where that was not asked for.
    pub pushed: Option<bool>,
    /// Mistakes that belong to no service.
    pub diagnostics: Vec<Diagnostic>,
}

/// One service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The folder that is its repository.
    pub target: String,
    /// The golden path it is made from.
    pub golden_path: String,
    /// The golden path's version; none where none could be chosen.
    pub version: Option<String>,
    /// What became of it.
    pub state: State,
    /// The commit that holds it, if there is one.
    pub commit: Option<String>,
    /// The git id of its files.
    pub tree: Option<String>,
    /// With `--explain` every answer, in the order of the names.
    pub answers: Vec<Answer>,
    /// Its files in the order of their paths.
    pub files: Vec<File>,
    /// The mistakes that were found.
    pub diagnostics: Vec<Diagnostic>,
    /// What policies say of it; none where there is no policy.
    pub guard: Option<Verdict>,
}

/// What became of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It was written.
    Written,
    /// It would be written.
    Planned,
    /// Nothing of it was written.
    Failed,
}

/// One answer of a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The parameter.
    pub name: String,
    /// What was answered.
    pub value: Value,
    /// `flag`, `spec`, `environment`, `prompt`, `default`, `computed` or `goldenPath`.
    pub origin: &'static str,
}

/// One file of a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// Its path in the repository.
    pub path: String,
    /// Its mode as git writes it.
    pub mode: &'static str,
    /// Its length in bytes.
    pub bytes: usize,
    /// Its git blob id.
    pub blob: String,
    /// `managed`, `merged`, `seeded` or `tool`.
    pub ownership: &'static str,
    /// The keys that are the platform's in a merged file.
    pub managed_keys: Vec<String>,
    /// The template it came from, `layer:template/path`; none for the tool's own files.
    pub source: Option<String>,
}

impl From<(&String, &answer::Answer)> for Answer {
    fn from((name, answer): (&String, &answer::Answer)) -> Self {
        let origin = match answer.origin {
            Origin::Flag => "flag",
            Origin::Spec => "spec",
            Origin::Environment => "environment",
            Origin::Prompt => "prompt",
            Origin::Default => "default",
            Origin::Computed => "computed",
            Origin::GoldenPath => "goldenPath",
        };
        Self { name: name.clone(), value: answer.value.clone(), origin }
    }
}

impl File {
    /// A planned file.
    pub fn new(
        path: &RepoPath,
        entry: &Entry,
        ownership: &Ownership,
        source: Option<&SourceId>,
    ) -> Self {
        Self {
            path: path.as_str().to_owned(),
            mode: entry.mode.as_str(),
            bytes: entry.bytes.len(),
            blob: entry.blob_id().to_string(),
            ownership: ownership.as_str(),
            managed_keys: ownership.managed_keys().to_vec(),
            source: source.map(SourceId::to_string),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{FORMAT, to_text},
        *,
    };
    use crate::diag;

    fn service(name: &str, state: State) -> Service {
        Service {
            name: name.to_owned(),
            target: format!("./{name}"),
            golden_path: "python-service".to_owned(),
            version: None,
            state,
            commit: None,
            tree: None,
            answers: Vec::new(),
            files: Vec::new(),
            diagnostics: Vec::new(),
            guard: None,
        }
    }

    #[test]
    fn a_result_shows_every_service_and_file() {
        let path = RepoPath::parse("pyproject.toml").unwrap();
        let source = SourceId::parse("python-service:template/pyproject.toml.j2").unwrap();
        let keys = Ownership::MergedWithKeys(vec!["tool.ruff".to_owned()]);
        let lock = RepoPath::parse("flagstone.lock").unwrap();
        let written = Service {
            version: Some("1.2.0".to_owned()),
            commit: Some("c0ffee".repeat(6) + "c0ff"),
            tree: Some("5eed".repeat(10)),
            files: vec![
                File::new(&lock, &Entry::file(*b"lockVersion: 1\n"), &Ownership::Tool, None),
                File::new(&path, &Entry::file(*b"[tool.ruff]\n"), &keys, Some(&source)),
            ],
            ..service("orders-api", State::Written)
        };
        let mistake = diag::Diagnostic::error("missing-answer", "parameter `owner` has no answer");
        let failed =
            Service { diagnostics: vec![(&mistake).into()], ..service("users", State::Failed) };
        let services = vec![written, failed];
        let result = NewResult {
            format: FORMAT,
            dry_run: false,
            services,
            pushed: None,
            diagnostics: Vec::new(),
        };
        insta::assert_snapshot!(to_text(&result), @r#"
        {
          "format": 1,
          "dryRun": false,
          "services": [
            {
              "name": "orders-api",
              "target": "./orders-api",
              "goldenPath": "python-service",
              "version": "1.2.0",
              "state": "written",
              "commit": "c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff",
              "tree": "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed",
              "answers": [],
              "files": [
                {
                  "path": "flagstone.lock",
                  "mode": "100644",
                  "bytes": 15,
                  "blob": "e1c482ee9922247fb7914c65983d3de526e170cc",
                  "ownership": "tool",
                  "managedKeys": [],
                  "source": null
                },
                {
                  "path": "pyproject.toml",
                  "mode": "100644",
                  "bytes": 12,
                  "blob": "146f834376b9855513c3f40158864be622e1aeaa",
                  "ownership": "merged",
                  "managedKeys": [
                    "tool.ruff"
                  ],
                  "source": "python-service:template/pyproject.toml.j2"
                }
              ],
              "diagnostics": [],
              "guard": null
            },
            {
              "name": "users",
              "target": "./users",
              "goldenPath": "python-service",
              "version": null,
              "state": "failed",
              "commit": null,
              "tree": null,
              "answers": [],
              "files": [],
              "diagnostics": [
                {
                  "code": "missing-answer",
                  "severity": "error",
                  "message": "parameter `owner` has no answer",
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
          ],
          "pushed": null,
          "diagnostics": []
        }
        "#);
    }
}
