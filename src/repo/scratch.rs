//! A folder for a repository that nobody keeps.

use std::{io, path::PathBuf};

/// A folder that is gone with the value.
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

/// Why there is no such folder.
#[derive(Debug, thiserror::Error)]
#[error("failed to make a folder for temporary files")]
pub struct ScratchError(#[source] io::Error);

impl Scratch {
    /// Makes one where the system keeps temporary files.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub fn new() -> Result<Self, ScratchError> {
        let folder = tempfile::Builder::new().prefix("flagstone-").tempdir();
        folder.map(Self).map_err(ScratchError)
    }

    /// A path in it that is still free.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
