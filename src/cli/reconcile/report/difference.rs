//! What becomes of one file, as a diff from what the team has.

use std::sync::Arc;

use crate::{
    cli::reconcile::base::Sides,
    merge::{Contents as _, Kind, Merged, Row},
    patch,
    tree::{Blob, RepoPath},
    ui::human,
};

/// Whether there is anything to show.
pub(super) fn has_difference(row: &Row) -> bool {
    row.kind == Kind::Conflict || row.ours != row.result.as_ref().map(|it| it.blob)
}

/// What becomes of a file, as a diff from what the team has.
pub(super) fn difference(row: &Row, sides: &Sides<'_>) -> String {
    let before = row.ours.and_then(|blob| bytes(blob, None, sides));
    let after = row.result.as_ref().and_then(|it| bytes(it.blob, Some(it), sides));
    let from = row.from.as_ref().unwrap_or(&row.path);
    human::patch(&patch::unified(side(from, before.as_ref()), side(&row.path, after.as_ref())))
}

fn side<'a>(path: &'a RepoPath, file: Option<&'a (Blob, Arc<[u8]>)>) -> Option<patch::Side<'a>> {
    file.map(|(blob, bytes)| patch::Side { path, mode: blob.mode, bytes })
}

fn bytes(blob: Blob, merged: Option<&Merged>, sides: &Sides<'_>) -> Option<(Blob, Arc<[u8]>)> {
    let own = merged.and_then(|it| it.bytes.clone());
    Some((blob, own.or_else(|| sides.bytes(blob.id))?))
}
