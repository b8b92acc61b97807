//! The document of `flagstone diff`.

use serde::Serialize;

use super::Diagnostic;
use crate::{drift::State, lock::LockedFile, patch::Patch};

/// What a team changed against its golden path.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Always [`super::FORMAT`].
    pub format: u32,
    /// The service.
    pub service: String,
    /// Its golden path.
    pub golden_path: String,
    /// The version that it has.
    pub version: String,
    /// The files that differ, by path.
    pub files: Vec<DiffFile>,
    /// What can't be compared.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that differs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiffFile {
    /// The file, below the service's folder.
    pub path: String,
    /// `managed`, `merged` or `seeded`.
    pub ownership: &'static str,
    /// `edited`, `mode` or `missing`.
    pub state: &'static str,
    /// Lines that were added; `null` if what the golden path made is gone.
    pub added: Option<usize>,
    /// Lines that were removed; `null` if what the golden path made is gone.
    pub removed: Option<usize>,
    /// Whether bytes differ that are no lines.
    pub binary: bool,
    /// The patch as git prints it; `null` with `--name-only` and `--stat`.
    pub patch: Option<String>,
}

impl DiffFile {
    /// A file with its difference, if that is known, and with its text if that is wanted.
    pub fn new(file: &LockedFile, state: State, patch: Option<&Patch>, has_text: bool) -> Self {
        let text = |patch: &Patch| String::from_utf8_lossy(&patch.to_bytes()).into_owned();
        Self {
            path: file.path.to_string(),
            ownership: file.ownership.as_str(),
            state: state.as_str(),
            added: patch.map(Patch::added),
            removed: patch.map(Patch::removed),
            binary: patch.is_some_and(Patch::is_binary),
            patch: patch.filter(|_| has_text).map(text),
        }
    }
}
