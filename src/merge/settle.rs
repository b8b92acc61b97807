//! Conflicts that are settled without a person, because somebody said beforehand how.
//!
//! **Invariant:** what can't be settled by taking one side's file whole stays a conflict.

use super::{Contents, Kind, Merge, Merged, Note, Row, content::with_managed};
use crate::tree::{Blob, BlobId, Listing, RepoPath};

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
    /// Settles the conflicts of a merge into `ours`, as far as taking one side's file whole does. Keys
    /// that are the golden path's are so in the team's file, too.
    pub fn settle(&mut self, ours: &Listing, contents: &dyn Contents, choice: OnConflict) {
        if matches!(choice, OnConflict::Markers | OnConflict::Stop) {
            return;
        }
        for at in 0..self.rows.len() {
            let Some(settled) = self.rows.get(at).and_then(|row| settled(row, contents, choice))
            else {
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

fn settled(row: &Row, contents: &dyn Contents, choice: OnConflict) -> Option<Row> {
    let stages = row.stages.filter(|_| row.kind == Kind::Conflict)?;
    let side: Option<Merged> = match (choice, stages.ours, stages.theirs) {
        (OnConflict::Theirs, _, theirs) => theirs.map(Merged::from),
        (_, Some(ours), Some(theirs)) if !row.ownership.managed_keys().is_empty() => {
            Some(with_keys(row, contents, ours, theirs)?)
        }
        (_, ours, _) => ours.map(Merged::from),
    };
    let kind = match (choice, &side) {
        (OnConflict::Ours, _) => Kind::Kept,
        (_, None) => Kind::Removed,
        (_, Some(_)) => Kind::Replaced,
    };
    let mut settled = row.clone();
    settled.kind = kind;
    settled.result = side;
    settled.stages = None;
    settled.notes.push(Note::Settled(choice));
    Some(settled)
}

/// The team's file with the keys of the golden path's as that has them.
fn with_keys(row: &Row, contents: &dyn Contents, ours: Blob, theirs: Blob) -> Option<Merged> {
    let (mine, wanted) = (contents.bytes(ours.id)?, contents.bytes(theirs.id)?);
    let bytes = with_managed(&row.path, &mine, &wanted, row.ownership.managed_keys())?;
    let blob = Blob { id: BlobId::of(&bytes), ..ours };
    Some(Merged { blob, bytes: (blob != ours).then(|| bytes.into()) })
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

    /// What the texts of these tests are.
    struct Texts;

    impl Contents for Texts {
        fn bytes(&self, id: BlobId) -> Option<std::sync::Arc<[u8]>> {
            let texts = [KEYED_OURS, KEYED_THEIRS];
            texts
                .iter()
                .find(|text| BlobId::of(text.as_bytes()) == id)
                .map(|it| it.as_bytes().into())
        }
    }

    const KEYED_OURS: &str = "a: 1\nb: 1\n";
    const KEYED_THEIRS: &str = "a: 2\nb: 2\n";

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
        merge.settle(&ours, &Texts, choice);
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
    fn keys_of_the_golden_paths_are_so_in_the_teams_file_too() {
        let mut merge = conflict("a.yaml", Some(blob(KEYED_THEIRS)));
        merge.rows[0].ownership = Ownership::MergedWithKeys(vec!["b".to_owned()]);
        merge.rows[0].stages =
            Some(Stages { ours: Some(blob(KEYED_OURS)), ..merge.rows[0].stages.unwrap() });
        merge.settle(&Listing::default(), &Texts, OnConflict::Ours);
        let result = merge.rows[0].result.as_ref().unwrap();
        assert_eq!(result.bytes.as_deref(), Some("a: 1\nb: 2\n".as_bytes()));
        assert_eq!((merge.rows[0].kind, result.blob), (Kind::Kept, blob("a: 1\nb: 2\n")));
    }

    #[test]
    fn a_file_is_never_put_where_a_folder_is() {
        let mut merge = conflict("a", Some(blob("theirs")));
        let ours = Listing { files: [(path("a/b"), blob("x"))].into(), ..Listing::default() };
        merge.settle(&ours, &Texts, OnConflict::Theirs);
        assert_eq!(merge.rows[0].kind, Kind::Conflict);
    }
}
