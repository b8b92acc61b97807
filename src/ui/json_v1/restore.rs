//! The document of `flagstone restore`.

use serde::Serialize;

use super::FORMAT;
use crate::tree::RepoPath;

/// What was restored.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The files, below the service's folder; those that were as they should be are not among them.
    pub files: Vec<String>,
}

impl Restored {
    /// The files that were written.
    pub fn new(paths: &[&RepoPath]) -> Self {
        Self { format: FORMAT, files: paths.iter().map(ToString::to_string).collect() }
    }
}
