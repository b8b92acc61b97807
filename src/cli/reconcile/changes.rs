//! What a merge comes to, path by path, with the bytes of everything that is written.

use std::collections::BTreeMap;

use super::{base::Sides, theirs::Theirs};
use crate::{
    cli::{
        Failure,
        service::{Service, own_path},
    },
    lock,
    merge::{Contents as _, Merge, Merged, Row, Stages},
    repo::{self, Change, Changes},
    spec,
    tree::{Entry, RepoPath},
};

/// What becomes of each path of the repository, the tool's own files among them.
pub(super) fn changes(
    service: &Service,
    theirs: &Theirs,
    merge: &Merge,
    sides: &Sides<'_>,
) -> Result<Changes, Failure> {
    let committed = &service.files;
    let before = |path: &RepoPath| committed.files.get(path).copied();
    let mut changes = Changes::new();
    for path in merge.rows.iter().filter_map(Row::leaves) {
        changes.insert(path.clone(), Change { before: before(path), ..Change::default() });
    }
    for row in &merge.rows {
        let after = row.result.as_ref().map(|merged| entry(merged, row, sides)).transpose()?;
        let stages = row.stages.map(|stages| index_sides(stages, sides));
        let is_as_it_was = row.from.is_none()
            && row.ours == row.result.as_ref().map(|merged| merged.blob)
            && stages.is_none();
        if is_as_it_was || (after.is_none() && stages.is_none()) {
            continue;
        }
        let before = before(&row.path);
        changes.insert(row.path.clone(), Change { before, after, sides: stages, taken: None });
    }
    // An edit of the spec goes along with what it brings about; but not into a state that git would
    // take back with all that is in it.
    let edited = Entry::file(service.spec_text.as_bytes()).blob();
    let is_edited = before(&own_path(spec::FILE)) != Some(edited);
    let taken = (is_edited && !merge.has_conflicts()).then_some(edited);
    let texts = BTreeMap::from([
        (spec::FILE, theirs.spec_text.clone()),
        (lock::FILE, theirs.service.lock.to_text()),
    ]);
    for (name, text) in texts {
        let path = own_path(name);
        let after = Entry::file(text.into_bytes());
        let before = before(&path);
        if before != Some(after.blob()) {
            let taken = taken.filter(|_| name == spec::FILE);
            changes.insert(path, Change { before, after: Some(after), taken, sides: None });
        }
    }
    Ok(changes)
}

fn entry(merged: &Merged, row: &Row, sides: &Sides<'_>) -> Result<Entry, Failure> {
    let bytes = merged.bytes.clone().or_else(|| sides.bytes(merged.blob.id)).ok_or_else(|| {
        let message = format!("the content of `{}` ({}) is nowhere", row.path, merged.blob.id);
        let help = "fetch the whole history: `git fetch --unshallow`, then try again";
        Failure::outside_with_help(std::io::Error::other(message), help)
    })?;
    Ok(Entry { mode: merged.blob.mode, bytes })
}

/// A base that nobody holds any more has no stage: git could not show it.
fn index_sides(stages: Stages, sides: &Sides<'_>) -> repo::Sides {
    let base = stages.base.filter(|blob| sides.bytes(blob.id).is_some());
    repo::Sides { base, ours: stages.ours, theirs: stages.theirs }
}
