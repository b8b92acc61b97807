//! Why something becomes of a file: a stable code for programs, words for people.
//!
//! **Invariant:** a code never changes its meaning, and no two reasons share one.

use std::fmt;

use super::Trouble;
use crate::tree::RepoPath;

/// Why something becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The golden path brings it, and ours has nothing there.
    New,
    /// The golden path alone changed it.
    GoldenPath,
    /// Both changed it, and the changes go together.
    Both,
    /// The team alone changed it, and keys of it are the golden path's.
    KeysSet,
    /// Keys of it are the platform's, and the team edited them.
    ManagedKeysEdited,
    /// The golden path has it elsewhere now: its source says that it is the same file.
    Moved,
    /// A migration moves it.
    MoveDeclared,
    /// The team's own file goes with the folder that it is in.
    WithFolder,
    /// The golden path no longer has it.
    Dropped,
    /// A migration deletes it.
    DeletionDeclared,
    /// The file is the platform's, and the team edited it.
    ManagedEdited,
    /// The file is the platform's, and the team deleted it.
    ManagedDeleted,
    /// The file is the platform's, and the team has one of its own there.
    ManagedTaken,
    /// The file was the platform's and goes, with what the team edited in it.
    ManagedDropped,
    /// The file is the team's, whatever the golden path changed in it.
    SeededChanged,
    /// The file is the team's, and the golden path no longer has it.
    SeededDropped,
    /// The file was the team's, who deleted it, and the golden path changed it.
    SeededDeleted,
    /// The golden path would seed it, and the team has a file of its own there.
    SeededTaken,
    /// The team deleted it, and the golden path changed it.
    TeamDeleted,
    /// The golden path deleted it, and the team edited it.
    GoldenPathDeleted,
    /// Its content does not merge.
    Content(Trouble),
    /// Both changed it, and it is no text.
    Binary,
    /// Both changed where the link points.
    Link,
    /// It is a link on one side and a file on the other.
    Type,
    /// One side made it executable, and both brought it.
    Mode,
    /// Both moved it, to different places.
    MovedApart {
        /// Where the golden path has it now.
        theirs: RepoPath,
    },
    /// It can't stand where it should.
    Obstructed {
        /// Where it should.
        wanted: RepoPath,
        /// What is in the way.
        obstacle: Obstacle,
    },
}

/// What is in the way of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Another file, at the same path.
    Taken,
    /// A file where a folder must be.
    File(RepoPath),
    /// A folder where the file must be.
    Folder,
    /// A submodule or a nested repository.
    Repository(RepoPath),
    /// A file whose path is the same where case or Unicode forms do not count.
    Twin(RepoPath),
}

impl Reason {
    /// The stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::GoldenPath => "golden-path",
            Self::Both => "both",
            Self::KeysSet => "keys-set",
            Self::ManagedKeysEdited => "managed-keys-edited",
            Self::Moved => "moved",
            Self::MoveDeclared => "move-declared",
            Self::WithFolder => "with-folder",
            Self::Dropped => "dropped",
            Self::DeletionDeclared => "deletion-declared",
            Self::ManagedEdited => "managed-edited",
            Self::ManagedDeleted => "managed-deleted",
            Self::ManagedTaken => "managed-taken",
            Self::ManagedDropped => "managed-dropped",
            Self::SeededChanged => "seeded-changed",
            Self::SeededDropped => "seeded-dropped",
            Self::SeededDeleted => "seeded-deleted",
            Self::SeededTaken => "seeded-taken",
            Self::TeamDeleted => "team-deleted",
            Self::GoldenPathDeleted => "golden-path-deleted",
            Self::Content(Trouble::Lines) => "lines",
            Self::Content(Trouble::Broken) => "broken",
            Self::Content(Trouble::ManagedKeys) => "managed-keys",
            Self::Binary => "binary",
            Self::Link => "link",
            Self::Type => "type",
            Self::Mode => "mode",
            Self::MovedApart { .. } => "moved-apart",
            Self::Obstructed { obstacle, .. } => match obstacle {
                Obstacle::Taken => "taken",
                Obstacle::File(_) => "file-in-the-way",
                Obstacle::Folder => "folder-in-the-way",
                Obstacle::Repository(_) => "repository-in-the-way",
                Obstacle::Twin(_) => "twin",
            },
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::New => "the golden path brings it",
            Self::GoldenPath => "the golden path changed it, and the team did not",
            Self::Both => "the golden path and the team changed it, and the changes go together",
            Self::KeysSet => "the team changed it, and its managed keys are the golden path's",
            Self::ManagedKeysEdited => "the team edited keys of it that are the platform's",
            Self::Moved => "the golden path has it here now",
            Self::MoveDeclared => "a migration moves it here",
            Self::WithFolder => "its whole folder moved, and the team's own files go along",
            Self::Dropped => "the golden path no longer has it, and the team had not changed it",
            Self::DeletionDeclared => "a migration deletes it, and the team had not changed it",
            Self::ManagedEdited => "it is the platform's: the team's edit is replaced",
            Self::ManagedDeleted => "it is the platform's: the team had deleted it",
            Self::ManagedTaken => "it is the platform's: the team's own file there is replaced",
            Self::ManagedDropped => {
                "it was the platform's and goes, and the team's edit goes with it"
            }
            Self::SeededChanged => "it is the team's: what the golden path changed is not taken",
            Self::SeededDropped => "it is the team's: the golden path no longer has it",
            Self::SeededDeleted => "it was the team's, who deleted it: the golden path changed it",
            Self::SeededTaken => "the team has a file of its own where the golden path has one now",
            Self::TeamDeleted => "the team deleted or moved it, and the golden path changed it",
            Self::GoldenPathDeleted => "the golden path no longer has it, and the team changed it",
            Self::Content(Trouble::Lines) => "the golden path and the team changed the same lines",
            Self::Content(Trouble::Broken) => {
                "the lines merge, but the result is not valid any more"
            }
            Self::Content(Trouble::ManagedKeys) => "its managed keys can't be set",
            Self::Binary => "the golden path and the team changed it, and it is no text",
            Self::Link => "the golden path and the team changed where the link points",
            Self::Type => "it is a link on one side and a file on the other",
            Self::Mode => "it is executable on one side and not on the other",
            Self::MovedApart { theirs } => {
                return write!(
                    formatter,
                    "the team moved it here, and the golden path to `{theirs}`"
                );
            }
            Self::Obstructed { wanted, obstacle } => {
                return write!(formatter, "it can't be `{wanted}`: {obstacle}");
            }
        })
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => formatter.write_str("another file is there"),
            Self::File(path) => write!(formatter, "`{path}` is a file"),
            Self::Folder => formatter.write_str("a folder is there"),
            Self::Repository(path) => write!(formatter, "`{path}` is a repository of its own"),
            Self::Twin(path) => {
                write!(formatter, "on some file systems that is the same file as `{path}`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    /// One of each; the compiler asks for a new one in `code`, and the test for its words.
    fn reasons() -> Vec<Reason> {
        let obstacles = [
            Obstacle::Taken,
            Obstacle::File(path("b")),
            Obstacle::Folder,
            Obstacle::Repository(path("b")),
            Obstacle::Twin(path("A")),
        ];
        let mut reasons = vec![
            Reason::New,
            Reason::GoldenPath,
            Reason::Both,
            Reason::KeysSet,
            Reason::ManagedKeysEdited,
            Reason::Moved,
            Reason::MoveDeclared,
            Reason::WithFolder,
            Reason::Dropped,
            Reason::DeletionDeclared,
            Reason::ManagedEdited,
            Reason::ManagedDeleted,
            Reason::ManagedTaken,
            Reason::ManagedDropped,
            Reason::SeededChanged,
            Reason::SeededDropped,
            Reason::SeededDeleted,
            Reason::SeededTaken,
            Reason::TeamDeleted,
            Reason::GoldenPathDeleted,
            Reason::Content(Trouble::Lines),
            Reason::Content(Trouble::Broken),
            Reason::Content(Trouble::ManagedKeys),
            Reason::Binary,
            Reason::Link,
            Reason::Type,
            Reason::Mode,
            Reason::MovedApart { theirs: path("b") },
        ];
        let wanted = path("a");
        reasons.extend(
            obstacles.map(|it| Reason::Obstructed { wanted: wanted.clone(), obstacle: it }),
        );
        reasons
    }

    #[test]
    fn no_two_reasons_share_a_code_or_their_words() {
        let reasons = reasons();
        let codes: BTreeSet<_> = reasons.iter().map(Reason::code).collect();
        let words: BTreeSet<_> = reasons.iter().map(Reason::to_string).collect();
        assert_eq!((codes.len(), words.len()), (reasons.len(), reasons.len()));
        assert!(
            codes.iter().all(|code| code.bytes().all(|it| it == b'-' || it.is_ascii_lowercase()))
        );
    }

    #[test]
    fn every_code_is_documented() {
        let page = include_str!("../../docs/commands.md");
        let reasons = reasons();
        let codes = reasons.iter().map(Reason::code);
        let missing: Vec<_> = codes.filter(|code| !page.contains(&format!("`{code}`"))).collect();
        assert!(missing.is_empty(), "docs/commands.md does not name {missing:?}");
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let obstacle = Obstacle::Twin(path("A"));
        let reason = Reason::Obstructed { wanted: path("a"), obstacle };
        assert_eq!(
            reason.to_string(),
            "it can't be `a`: on some file systems that is the same file as `A`"
        );
    }
}
