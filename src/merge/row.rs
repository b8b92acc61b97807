//! What a merge says of each file, and the service as it leaves it.
//!
//! **Invariant:** a row names what our side had, wherever a file of ours changes, moves or goes.

use std::{collections::BTreeMap, sync::Arc};

use super::{Note, Reason};
use crate::tree::{Blob, Listing, Ownership, RepoPath};

/// What becomes of each file of which something is to be said, in the order of the paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merge {
    /// The rows; a file that stays as it is, and should, has none. A path has two only where one file
    /// goes and another comes in its place: first what goes, then what comes.
    pub rows: Vec<Row>,
}

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the file is afterwards, or was if it goes.
    pub path: RepoPath,
    /// Where our side has it now, if elsewhere.
    pub from: Option<RepoPath>,
    /// What happens, in a word.
    pub kind: Kind,
    /// Why.
    pub reason: Reason,
    /// What else there is to know.
    pub notes: Vec<Note>,
    /// Whose it is; the team's own files count as seeded.
    pub ownership: Ownership,
    /// What our side has now, at `from` or else at `path`.
    pub ours: Option<Blob>,
    /// What is there afterwards; `None` if no file is.
    pub result: Option<Merged>,
    /// Of a conflict: the three sides, as git's index keeps them.
    pub stages: Option<Stages>,
}

/// What happens to a file, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It is new.
    Added,
    /// It has what the golden path changed, and what the team changed.
    Changed,
    /// It is elsewhere, changed or not.
    Moved,
    /// It goes.
    Removed,
    /// The golden path changed it, and ours stays.
    Kept,
    /// An edit of the team gives way to the golden path: it stays in git's history.
    Replaced,
    /// A person must decide.
    Conflict,
}

/// A file as the merge leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its mode and the id of its bytes.
    pub blob: Blob,
    /// Its bytes, where they are new: those of a merge. Else one of the three sides holds them.
    pub bytes: Option<Arc<[u8]>>,
}

/// The three sides of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stages {
    /// Stage 1.
    pub base: Option<Blob>,
    /// Stage 2.
    pub ours: Option<Blob>,
    /// Stage 3.
    pub theirs: Option<Blob>,
}

impl Kind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Removed => "removed",
            Self::Kept => "kept",
            Self::Replaced => "replaced",
            Self::Conflict => "conflict",
        }
    }
}

impl From<Blob> for Merged {
    fn from(blob: Blob) -> Self {
        Self { blob, bytes: None }
    }
}

impl Row {
    /// The path of ours that has no file any more once the row is applied, unless another row brings
    /// one there.
    pub fn leaves(&self) -> Option<&RepoPath> {
        match (&self.from, &self.ours, &self.result) {
            (Some(from), _, _) => Some(from),
            (None, Some(_), None) => Some(&self.path),
            (None, _, _) => None,
        }
    }

    /// Whether a file comes to `path` that our side does not have there.
    pub(super) fn arrives(&self) -> bool {
        self.result.is_some() && (self.from.is_some() || self.ours.is_none())
    }
}

impl Merge {
    /// Whether a person must decide about a file.
    pub fn has_conflicts(&self) -> bool {
        self.rows.iter().any(|row| row.kind == Kind::Conflict)
    }

    /// How many rows there are of each kind; a kind without rows is not in it.
    pub fn counts(&self) -> BTreeMap<Kind, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.kind).or_default() += 1;
        }
        counts
    }

    /// The service as the merge leaves it; where there are conflicts, with what a person then finds.
    pub fn result(&self, ours: &Listing) -> Listing {
        let mut result = ours.clone();
        for path in self.rows.iter().filter_map(Row::leaves) {
            result.files.remove(path);
        }
        for row in &self.rows {
            if let Some(merged) = &row.result {
                result.files.insert(row.path.clone(), merged.blob);
            }
        }
        result
    }
}
