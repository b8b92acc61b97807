//! What else there is to know of a file, beside why something becomes of it.
//!
//! **Invariant:** a code never changes its meaning.

use std::fmt;

use super::OnConflict;
use crate::tree::{Ownership, RepoPath};

/// What else there is to know of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Nobody holds what both sides began with, so it was merged against nothing.
    BaseLost,
    /// The team moved it, and it was found by its content.
    Followed {
        /// Where the golden path had put it.
        from: RepoPath,
        /// How much of its content is the same, in percent.
        likeness: u8,
    },
    /// It was another's before.
    OwnershipChanged {
        /// Whose it was.
        from: Ownership,
        /// Whose it is.
        to: Ownership,
    },
    /// The golden path moves it to a place where the team has another file.
    Occupied(RepoPath),
    /// The golden path also brings another file to this place.
    AlsoWanted,
    /// The golden path had this path for it, and says nothing of a move: no other file of the two
    /// versions has its content.
    Alike(RepoPath),
    /// What the team had in these keys gives way to the golden path's.
    KeysReplaced(Vec<String>),
    /// It was a conflict, and somebody said beforehand how to settle it.
    Settled(OnConflict),
}

impl Note {
    /// The stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BaseLost => "base-lost",
            Self::Followed { .. } => "followed",
            Self::OwnershipChanged { .. } => "ownership-changed",
            Self::Occupied(_) => "occupied",
            Self::AlsoWanted => "also-wanted",
            Self::Alike(_) => "alike",
            Self::KeysReplaced(_) => "keys-replaced",
            Self::Settled(_) => "settled",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseLost => formatter.write_str(
                "nobody holds what both sides began with: it was merged against nothing",
            ),
            Self::Followed { from, likeness: 100 } => {
                write!(formatter, "the team moved it from `{from}`: the content is the same")
            }
            Self::Followed { from, likeness } => {
                write!(
                    formatter,
                    "the team moved it from `{from}`: {likeness} % of the content is the same"
                )
            }
            Self::OwnershipChanged { from, to } => {
                write!(
                    formatter,
                    "it was {from} and is {to} now",
                    from = from.as_str(),
                    to = to.as_str()
                )
            }
            Self::Occupied(path) => {
                write!(
                    formatter,
                    "the golden path moves it to `{path}`, where the team has another file"
                )
            }
            Self::AlsoWanted => {
                formatter.write_str("the golden path also brings another file to this place")
            }
            Self::Alike(from) => {
                write!(formatter, "it is `{from}` still: no other file has its content")
            }
            Self::KeysReplaced(keys) => {
                write!(formatter, "replaced: `{}`", keys.join("`, `"))
            }
            Self::Settled(OnConflict::Theirs) => {
                formatter.write_str("a conflict, settled by taking the golden path's file")
            }
            Self::Settled(_) => {
                formatter.write_str("a conflict, settled by keeping the team's file")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    #[test]
    fn every_code_is_documented() {
        let page = include_str!("../../docs/commands.md");
        let notes = [
            Note::BaseLost,
            Note::Followed { from: path("a"), likeness: 81 },
            Note::OwnershipChanged { from: Ownership::Merged, to: Ownership::Managed },
            Note::Occupied(path("a")),
            Note::AlsoWanted,
            Note::KeysReplaced(vec!["a.b".to_owned()]),
            Note::Settled(OnConflict::Ours),
        ];
        let codes = notes.iter().map(Note::code);
        let missing: Vec<_> = codes.filter(|code| !page.contains(&format!("`{code}`"))).collect();
        assert!(missing.is_empty(), "docs/commands.md does not name {missing:?}");
    }

    #[test]
    fn a_match_says_how_alike_the_files_are() {
        let note = |likeness| Note::Followed { from: path("a"), likeness }.to_string();
        assert_eq!(note(81), "the team moved it from `a`: 81 % of the content is the same");
        assert_eq!(note(100), "the team moved it from `a`: the content is the same");
    }
}
