//! What `flagstone upgrade` and `flagstone apply` did.

use serde::Serialize;

use super::{Answer, Diagnostic, Verdict};
use crate::{data::Value, merge, tree::Blob};

/// The result of `flagstone upgrade` and `flagstone apply`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeResult {
    /// Always [`super::FORMAT`].
    pub format: u32,
    /// The service.
    pub service: String,
    /// Its golden path.
    pub golden_path: String,
    /// The version that it had.
    pub from: String,
    /// The version that it has now, or would have.
    pub to: String,
    /// What was done.
    pub state: UpgradeState,
    /// The newest version that the catalog holds, if the spec's range leaves it out.
    pub newer: Option<String>,
    /// The commit that was made.
    pub commit: Option<String>,
    /// The branch that was made for it.
    pub branch: Option<String>,
    /// The git id of the resulting tree, as far as it is free of conflicts.
    pub tree: Option<String>,
    /// The answers that are not what they were.
    pub answers: Vec<AnswerChange>,
    /// With `--explain` every answer, in the order of the names.
    pub origins: Vec<Answer>,
    /// What becomes of each file of which something is to be said, in the order of the paths.
    pub files: Vec<FileChange>,
    /// What only a person can do.
    pub notes: Vec<String>,
    /// What is worth a look.
    pub diagnostics: Vec<Diagnostic>,
    /// What policies say of it; none where nothing is changed, or there is no policy.
    pub guard: Option<Verdict>,
}

/// The result of `flagstone upgrade --continue` and `--abort`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeEnd {
    /// Always [`super::FORMAT`].
    pub format: u32,
    /// The commit that was made; none after `--abort`.
    pub commit: Option<String>,
    /// Files with edits that were in the way of taking it back, where they are kept.
    pub kept: Vec<String>,
    /// What policies say of what was committed; none where there is no policy.
    pub guard: Option<Verdict>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum UpgradeState {
    /// There was nothing to do.
    UpToDate,
    /// Nothing was written: it was not asked for, or not agreed to.
    Planned,
    /// It is committed.
    Committed,
    /// Conflicts are left in the work tree.
    Conflicts,
    /// There are conflicts, and nothing was written.
    Stopped,
    /// The lock alone was made again.
    LockRebuilt,
}

/// An answer that is not what it was.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerChange {
    /// The parameter.
    pub name: String,
    /// What the parameter was called, if a migration gave it another name.
    pub renamed_from: Option<String>,
    /// What it was; null where it is new.
    pub before: Option<Value>,
    /// What it is; null where it is gone.
    pub after: Option<Value>,
}

/// What becomes of a file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileChange {
    /// Where it is afterwards, or was if it goes.
    pub path: String,
    /// Where the service has it now, if elsewhere.
    pub from: Option<String>,
    /// `added`, `changed`, `moved`, `removed`, `kept`, `replaced` or `conflict`.
    pub kind: &'static str,
    /// Why, for programs.
    pub reason: &'static str,
    /// Why, for people.
    pub message: String,
    /// What else there is to know: `base-lost` and others, with words for people.
    pub notes: Vec<FileNote>,
    /// `managed`, `merged` or `seeded`.
    pub ownership: &'static str,
    /// What the service has now.
    pub ours: Option<FileId>,
    /// What it has afterwards; null if no file, or the file as it is with its markers.
    pub result: Option<FileId>,
}

/// What else there is to know of a file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileNote {
    /// What, for programs.
    pub code: &'static str,
    /// What, for people.
    pub message: String,
}

/// A file by git's ids.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileId {
    /// Its mode as git writes it.
    pub mode: &'static str,
    /// Its git blob id.
    pub blob: String,
}

impl From<&merge::Row> for FileChange {
    fn from(row: &merge::Row) -> Self {
        Self {
            path: row.path.to_string(),
            from: row.from.as_ref().map(ToString::to_string),
            kind: row.kind.as_str(),
            reason: row.reason.code(),
            message: row.reason.to_string(),
            notes: row.notes.iter().map(FileNote::from).collect(),
            ownership: row.ownership.as_str(),
            ours: row.ours.map(FileId::from),
            result: row.result.as_ref().map(|it| FileId::from(it.blob)),
        }
    }
}

impl From<&merge::Note> for FileNote {
    fn from(note: &merge::Note) -> Self {
        Self { code: note.code(), message: note.to_string() }
    }
}

impl From<Blob> for FileId {
    fn from(blob: Blob) -> Self {
        Self { mode: blob.mode.as_str(), blob: blob.id.to_string() }
    }
}
