//! What a run is about to do to a work tree, written down before it begins, so that the next run can
//! undo it or finish it.
//!
//! **Invariant:** a record that is there is whole.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
};

use super::worktree::Mark;
use crate::{repo::commit::CommitId, tree::RepoPath};

/// What a run does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aim {
    /// A commit; it is done when the reference names it.
    Commit {
        /// `HEAD` itself or its branch.
        reference: String,
        /// The new commit.
        commit: CommitId,
    },
    /// A conflict for people to resolve; it is done when the record is in its second place.
    Conflict {
        /// The commit that `CHERRY_PICK_HEAD` names.
        theirs: CommitId,
        /// Where `HEAD` is meanwhile.
        parent: CommitId,
    },
    /// Files alone; it is done when the record is gone.
    Files,
}

/// One file that moves. Its number is its place in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) path: RepoPath,
    /// What stood there before, and stands in the backup now.
    pub(super) old: Option<Mark>,
    /// What stands there now.
    pub(super) new: Option<Mark>,
}

/// What a run is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) aim: Aim,
    pub(super) moved: Vec<Moved>,
    /// Paths that change in the index alone.
    pub(super) staged: Vec<RepoPath>,
    /// Folders that are made.
    pub(super) made: Vec<RepoPath>,
    /// Folders that go when they are empty, with their permissions.
    pub(super) emptied: Vec<(u32, RepoPath)>,
    /// The lines that mark conflicts in the files.
    pub(super) markers: Vec<String>,
}

const NAME: &str = "record";
const HEAD: &str = "flagstone record 1";

impl Record {
    /// Every path whose entry in the index changes.
    pub(super) fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.moved.iter().map(|it| &it.path).chain(&self.staged)
    }

    /// Writes the record into a folder, in one step.
    pub(super) fn write(&self, home: &Path) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(home)?;
        file.write_all(self.to_text().as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(home.join(NAME)).map_err(|error| error.error)?;
        Ok(())
    }

    /// The record in a folder, if there is one.
    pub(super) fn read(home: &Path) -> io::Result<Option<Self>> {
        match fs::read_to_string(home.join(NAME)) {
            Ok(text) => match Self::parse(&text) {
                Some(record) => Ok(Some(record)),
                None => Err(io::Error::other(format!("`{NAME}` was changed by hand"))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes the record away in one step: what it was for is done, or undone.
    pub(super) fn close(home: &Path) -> io::Result<()> {
        match fs::rename(home.join(NAME), home.join("done")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        let mark = |mark: &Option<Mark>| match mark {
            None => "-".to_owned(),
            Some(Mark { inode, size, seconds, nanoseconds }) => {
                format!("{inode},{size},{seconds},{nanoseconds}")
            }
        };
        // Writing into a String can't fail.
        let _ = match &self.aim {
            Aim::Commit { reference, commit } => writeln!(text, "commit {commit} {reference}"),
            Aim::Conflict { theirs, parent } => writeln!(text, "conflict {theirs} {parent}"),
            Aim::Files => writeln!(text, "files"),
        };
        for Moved { path, old, new } in &self.moved {
            let _ = writeln!(text, "moved {} {} {path}", mark(old), mark(new));
        }
        for path in &self.staged {
            let _ = writeln!(text, "staged {path}");
        }
        for path in &self.made {
            let _ = writeln!(text, "made {path}");
        }
        for (rights, path) in &self.emptied {
            let _ = writeln!(text, "emptied {rights:o} {path}");
        }
        for marker in &self.markers {
            let _ = writeln!(text, "marker {marker}");
        }
        text + "end\n"
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix("end\n")?.split_terminator('\n');
        if lines.next()? != HEAD {
            return None;
        }
        let mut record = Self::new(aim(lines.next()?)?);
        for line in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "moved" => record.moved.push(moved(rest)?),
                "staged" => record.staged.push(RepoPath::parse(rest).ok()?),
                "made" => record.made.push(RepoPath::parse(rest).ok()?),
                "emptied" => {
                    let (rights, path) = rest.split_once(' ')?;
                    let rights = u32::from_str_radix(rights, 8).ok()? & 0o7777;
                    record.emptied.push((rights, RepoPath::parse(path).ok()?));
                }
                "marker" => record.markers.push(rest.to_owned()),
                _ => return None,
            }
        }
        Some(record)
    }

    /// A record of nothing yet.
    pub(super) fn new(aim: Aim) -> Self {
        Self {
            aim,
            moved: Vec::new(),
            staged: Vec::new(),
            made: Vec::new(),
            emptied: Vec::new(),
            markers: Vec::new(),
        }
    }
}

fn aim(line: &str) -> Option<Aim> {
    let words: Vec<_> = line.splitn(3, ' ').collect();
    match words.as_slice() {
        ["commit", commit, reference] => {
            let (reference, commit) = ((*reference).to_owned(), CommitId::parse(commit)?);
            Some(Aim::Commit { reference, commit })
        }
        ["conflict", theirs, parent] => {
            let (theirs, parent) = (CommitId::parse(theirs)?, CommitId::parse(parent)?);
            Some(Aim::Conflict { theirs, parent })
        }
        ["files"] => Some(Aim::Files),
        _ => None,
    }
}

fn moved(line: &str) -> Option<Moved> {
    let (old, rest) = line.split_once(' ')?;
    let (new, path) = rest.split_once(' ')?;
    let path = RepoPath::parse(path).ok()?;
    Some(Moved { path, old: mark(old)?, new: mark(new)? })
}

fn mark(word: &str) -> Option<Option<Mark>> {
    if word == "-" {
        return Some(None);
    }
    let mut numbers = word.split(',');
    Some(Some(Mark {
        inode: numbers.next()?.parse().ok()?,
        size: numbers.next()?.parse().ok()?,
        seconds: numbers.next()?.parse().ok()?,
        nanoseconds: numbers.next()?.parse().ok()?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_as_it_was_written() {
        let path = |text: &str| RepoPath::parse(text).unwrap();
        let mark = Mark { inode: 7, size: 1 << 40, seconds: -1, nanoseconds: 999 };
        let moved = |old, new| Moved { path: path("a b/ü.txt"), old, new };
        let id = CommitId([0xab; 20]);
        for aim in [
            Aim::Commit { reference: "refs/heads/a".to_owned(), commit: id },
            Aim::Conflict { theirs: id, parent: id },
            Aim::Files,
        ] {
            let record = Record {
                aim,
                moved: vec![moved(Some(mark), None), moved(None, Some(mark))],
                staged: vec![path("s")],
                made: vec![path("m/n")],
                emptied: vec![(0o2755, path("e"))],
                markers: vec!["<<<<<<< ours: a  b ".to_owned()],
            };
            let text = record.to_text();
            assert_eq!(Record::parse(&text), Some(record));
            assert_eq!(Record::parse(text.trim_end_matches("end\n")), None);
            assert_eq!(Record::parse(&text.replace("made m/n", "made ../n")), None);
        }
    }
}
