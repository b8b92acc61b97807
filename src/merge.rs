//! A service, the version that it was made from and the version that it goes to -> what becomes of
//! each file.
//!
//! **Invariants:** pure; ids are compared first, and a file is read only where more than one side
//! changed it, where keys of it are the golden path's, or to find where the team moved it; no byte of
//! ours is lost without a row that says so.

mod row;
mod reason;
mod note;
mod steps;
mod track;
mod identity;
mod folder;
mod follow;
mod similar;
mod decide;
mod merged;
mod managed;
mod content;
mod lines;
mod keys;
mod dress;
mod clash;
mod settle;
#[cfg(test)]
mod tests;

pub use content::{Outcome, Texts, Trouble, merge_content};
pub use note::Note;
pub use reason::{Obstacle, Reason};
pub use row::{Kind, Merge, Merged, Row, Stages};
pub use settle::OnConflict;

use std::{fmt, sync::Arc};

use crate::{
    lock::LockedFile,
    manifest::Step,
    tree::{BlobId, Listing, RepoPath},
};

/// What is to be merged.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The pristine files of the version that the service has, from its lock.
    pub base: &'a [LockedFile],
    /// The service as its team has it, without spec and lock.
    pub ours: &'a Listing,
    /// The pristine files of the version that it goes to.
    pub theirs: &'a [LockedFile],
    /// The steps of every migration between them, in order; only those over paths matter here.
    pub steps: &'a [&'a Step],
    /// The bytes behind the ids.
    pub contents: &'a dyn Contents,
    /// What the markers of a conflict call the three sides.
    pub labels: &'a Labels,
    /// Whether a file that the team moved is looked for.
    pub follow_renames: bool,
}

/// The bytes behind ids.
pub trait Contents {
    /// The bytes of a blob; `None` if nobody holds them.
    fn bytes(&self, id: BlobId) -> Option<Arc<[u8]>>;
}

/// What the markers of a conflict call the three sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// `base: python-service 1.2.0`
    pub base: String,
    /// `ours: orders-api`
    pub ours: String,
    /// `theirs: python-service 2.0.0`
    pub theirs: String,
}

/// Why three sides can't be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// The bytes of a file are needed, and nobody holds them.
    #[error("nobody holds the bytes of `{path}` in {side} (blob {id})")]
    Missing {
        /// The file.
        path: RepoPath,
        /// Whose.
        side: Side,
        /// The id of its bytes.
        id: BlobId,
    },
}

/// A side whose bytes must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The team's.
    Ours,
    /// The golden path's new version.
    Theirs,
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ours => "the service",
            Self::Theirs => "the golden path",
        })
    }
}

/// Merges three sides: every file is followed through them, judged by itself, and then all must find
/// room side by side.
///
/// # Errors
/// If bytes of ours or theirs are needed and nobody holds them.
pub fn merge(request: &Request<'_>) -> Result<Merge, MergeError> {
    let mut drafts = Vec::new();
    for track in identity::tracks(request) {
        drafts.extend(decide::decide(&track, request)?);
    }
    Ok(Merge { rows: clash::make_room(drafts, request.ours) })
}
