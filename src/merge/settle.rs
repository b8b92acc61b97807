//! Conflicts that are settled without a person, because somebody said beforehand how.
//!
//! **Invariant:** what can't be settled by taking one side's file whole stays a conflict.

use super::{Kind, Merge, Merged, Note, Row};
use crate::tree::{Blob, Listing, RepoPath};

/// What is done about conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// They are left to a person, with markers in the files.
    Markers,
    /// Nothing is written.
    Stop,
    /// The team's file stays whole.
    Ours,
    /// The golden path's file is taken whole.
    Theirs,
}

impl Merge {
    /// Settles the conflicts of a merge into `ours`, as far as taking one side's file whole does.
    pub fn settle(&mut self, ours: &Listing, choice: OnConflict) {
        if matches!(choice, OnConflict::Markers | OnConflict::Stop) {
            return;
        }
        for at in 0..self.rows.len() {
            let Some(settled) = self.rows.get(at).and_then(|row| settled(row, choice)) else {
                continue;
            };
            let mut tried = self.clone();
            tried.rows.splice(at..=at, [settled.clone()]);
            if stands(&tried.result(ours), &settled.path) {
                *self = tried;
            }
        }
    }
}

fn settled(row: &Row, choice: OnConflict) -> Option<Row> {
    let stages = row.stages.filter(|_| row.kind == Kind::Conflict)?;
    let side: Option<Blob> = match choice {
        OnConflict::Theirs => stages.theirs,
        OnConflict::Ours | OnConflict::Markers | OnConflict::Stop => stages.ours,
    };
    let kind = match (choice, side) {
        (OnConflict::Ours, _) => Kind::Kept,
        (_, None) => Kind::Removed,
        (_, Some(_)) => Kind::Replaced,
    };
    let mut settled = row.clone();
    settled.kind = kind;
    settled.result = side.map(Merged::from);
    settled.stages = None;
    settled.notes.push(Note::Settled(choice));
    Some(settled)
}

/// Whether no file stands where `path` needs a folder, nor the other way round.
fn stands(result: &Listing, path: &RepoPath) -> bool {
    let is_file = |folder: &str| result.files.contains_key(folder);
    let is_folder = result.files.keys().any(|it| it.is_below(path.as_str()));
    let is_both = is_folder && is_file(path.as_str());
    !is_both && !path.folders().any(is_file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        merge::{Reason, Stages, Trouble},
        tree::{BlobId, Mode, Ownership},
    };

    fn blob(text: &str) -> Blob {
        Blob { mode: Mode::File, id: BlobId::of(text.as_bytes()) }
    }

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    fn conflict(at: &str, theirs: Option<Blob>) -> Merge {
        let stages = Stages { base: Some(blob("base")), ours: Some(blob("ours")), theirs };
        Merge {
            rows: vec![Row {
                path: path(at),
                from: None,
                kind: Kind::Conflict,
                reason: Reason::Content(Trouble::Lines),
                notes: Vec::new(),
                ownership: Ownership::Merged,
                ours: Some(blob("ours")),
                result: Some(blob("markers").into()),
                stages: Some(stages),
            }],
        }
    }

    fn settle(theirs: Option<Blob>, choice: OnConflict) -> (Kind, Option<Blob>) {
        let mut merge = conflict("a", theirs);
        let ours = Listing { files: [(path("a"), blob("ours"))].into(), ..Listing::default() };
        merge.settle(&ours, choice);
        let row = &merge.rows[0];
        (row.kind, row.result.as_ref().map(|it| it.blob))
    }

    #[test]
    fn one_side_is_taken_whole() {
        let theirs = Some(blob("theirs"));
        assert_eq!(settle(theirs, OnConflict::Ours), (Kind::Kept, Some(blob("ours"))));
        assert_eq!(settle(theirs, OnConflict::Theirs), (Kind::Replaced, theirs));
        assert_eq!(settle(None, OnConflict::Theirs), (Kind::Removed, None));
        assert_eq!(settle(theirs, OnConflict::Markers).0, Kind::Conflict);
    }

    #[test]
    fn a_file_is_never_put_where_a_folder_is() {
        let mut merge = conflict("a", Some(blob("theirs")));
        let ours = Listing { files: [(path("a/b"), blob("x"))].into(), ..Listing::default() };
        merge.settle(&ours, OnConflict::Theirs);
        assert_eq!(merge.rows[0].kind, Kind::Conflict);
    }
}
