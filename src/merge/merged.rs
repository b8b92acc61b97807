//! What becomes of a shared file: the three-way merge of its presence, kind, mode and content.
//!
//! **Invariant:** without keys of the golden path's this is git's merge of one file, with the same
//! verdict; what both sides changed beyond merging stays as ours has it until a person decided.

use std::sync::Arc;

use super::{
    Kind, MergeError, Merged, Note, Outcome, Reason, Request, Side, Texts, Trouble,
    content::replaced_keys,
    decide::dropped,
    merge_content,
    track::{Draft, Track},
};
use crate::tree::{Blob, BlobId, Mode, RepoPath};

/// Merges a shared file; `keys` are the golden path's.
///
/// # Errors
/// If bytes that are needed are missing.
pub(super) fn merged(
    track: &Track<'_>,
    keys: &[String],
    request: &Request<'_>,
) -> Result<Option<Draft>, MergeError> {
    let sides = track.sides();
    Ok(match (sides.base, sides.ours, sides.theirs) {
        (_, None, None) => None,
        (base, None, Some(theirs)) => match base {
            None => track.placed((Kind::Added, Reason::New), theirs.into()),
            Some(base) if base == theirs => None,
            Some(_) => track.conflict(Reason::TeamDeleted, theirs.into()),
        },
        (base, Some(ours), None) => match base == Some(ours) {
            true => track.gone(Kind::Removed, dropped(track)),
            false => track.conflict(Reason::GoldenPathDeleted, ours.into()),
        },
        (base, Some(ours), Some(theirs)) => {
            let trio = Trio { base, ours, theirs, keys };
            let (blend, notes) = trio.blend(track, request)?;
            judge(track, &trio, blend, notes)
        }
    })
}

/// Three sides that all have the file; base perhaps not.
#[derive(Clone, Copy)]
struct Trio<'a> {
    base: Option<Blob>,
    ours: Blob,
    theirs: Blob,
    keys: &'a [String],
}

/// One file of two sides.
struct Blend {
    result: Merged,
    trouble: Option<Reason>,
}

fn judge(track: &Track<'_>, trio: &Trio<'_>, blend: Blend, notes: Vec<Note>) -> Option<Draft> {
    let Blend { result, trouble } = blend;
    let is_edit_replaced = notes.iter().any(|note| matches!(note, Note::KeysReplaced(_)));
    let apart = track.moved_apart().map(|theirs| Reason::MovedApart { theirs: theirs.clone() });
    let draft = match trouble.or(apart) {
        Some(reason) => track.conflict(reason, result),
        None if result.blob == trio.ours && !track.is_moving() => None,
        None if is_edit_replaced => {
            track.placed((Kind::Replaced, Reason::ManagedKeysEdited), result)
        }
        None => track.placed(track.arrival(trio.reason(&result)), result),
    };
    draft.map(|mut draft| {
        draft.row.notes.extend(notes);
        draft
    })
}

impl Trio<'_> {
    fn reason(&self, result: &Merged) -> Reason {
        if self.base == Some(self.ours) {
            Reason::GoldenPath
        } else if self.base == Some(self.theirs) && result.blob != self.ours {
            Reason::KeysSet
        } else {
            Reason::Both
        }
    }

    /// What git would make of the file, ids first.
    fn blend(
        &self,
        track: &Track<'_>,
        request: &Request<'_>,
    ) -> Result<(Blend, Vec<Note>), MergeError> {
        let Self { base, ours, theirs, keys } = *self;
        let take = |blob: Blob| Ok((Blend { result: blob.into(), trouble: None }, Vec::new()));
        let keep = |reason| Ok((Blend { result: ours.into(), trouble: Some(reason) }, Vec::new()));
        let is_link = |blob: Blob| blob.mode == Mode::Link;
        let sets_keys = !keys.is_empty() && !is_link(ours) && !is_link(theirs);
        if ours == theirs || base == Some(theirs) && (!sets_keys || ours.id == theirs.id) {
            return take(ours);
        }
        if base == Some(ours) {
            return take(theirs);
        }
        match (is_link(ours), is_link(theirs)) {
            (true, true) => keep(Reason::Link),
            (false, false) => self.blend_files(track, request),
            (true, false) | (false, true) => keep(Reason::Type),
        }
    }

    fn blend_files(
        &self,
        track: &Track<'_>,
        request: &Request<'_>,
    ) -> Result<(Blend, Vec<Note>), MergeError> {
        let Self { ours, theirs, keys, .. } = *self;
        let base = self.base.filter(|base| base.mode != Mode::Link);
        let (mode, is_mode_clear) = merge_modes(base.map(|it| it.mode), ours.mode, theirs.mode);
        let (id, bytes, trouble, notes) = if ours.id == theirs.id {
            (ours.id, None, None, Vec::new())
        } else if base.is_some_and(|base| base.id == ours.id) {
            (theirs.id, None, None, Vec::new())
        } else if base.is_some_and(|base| base.id == theirs.id) && keys.is_empty() {
            (ours.id, None, None, Vec::new())
        } else {
            let (outcome, notes) = self.content(base, track, request)?;
            let (bytes, trouble) = match outcome {
                Outcome::Clean(bytes) => (Some(bytes), None),
                Outcome::Conflict { bytes, trouble } => {
                    (Some(bytes), Some(Reason::Content(trouble)))
                }
                Outcome::Binary => (None, Some(Reason::Binary)),
            };
            let id = bytes.as_deref().map_or(ours.id, BlobId::of);
            (id, bytes.filter(|_| id != ours.id && id != theirs.id), trouble, notes)
        };
        let trouble = trouble.or((!is_mode_clear).then_some(Reason::Mode));
        let result = Merged { blob: Blob { mode, id }, bytes };
        Ok((Blend { result, trouble }, notes))
    }

    fn content(
        &self,
        base: Option<Blob>,
        track: &Track<'_>,
        request: &Request<'_>,
    ) -> Result<(Outcome, Vec<Note>), MergeError> {
        let Some((path, home)) = track.target().zip(track.ours.as_ref().map(|it| it.home)) else {
            return Ok((Outcome::Binary, Vec::new()));
        };
        let base_bytes = base.and_then(|base| request.contents.bytes(base.id));
        let ours = bytes(request, home, Side::Ours, self.ours.id)?;
        let theirs = bytes(request, path, Side::Theirs, self.theirs.id)?;
        let texts = Texts {
            path,
            base: base_bytes.as_deref(),
            ours: &ours,
            theirs: &theirs,
            labels: request.labels,
            managed_keys: self.keys,
        };
        let outcome = merge_content(&texts);
        let is_base_lost = base.is_some() && base_bytes.is_none();
        let keys = if sets_keys(&outcome) { replaced_keys(&texts) } else { Vec::new() };
        let keys = (!keys.is_empty()).then_some(Note::KeysReplaced(keys));
        Ok((outcome, is_base_lost.then_some(Note::BaseLost).into_iter().chain(keys).collect()))
    }
}

/// Whether the managed keys are set in what came of a merge.
const fn sets_keys(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Clean(_) => true,
        Outcome::Conflict { trouble, .. } => !matches!(trouble, Trouble::ManagedKeys),
        Outcome::Binary => false,
    }
}

fn bytes(
    request: &Request<'_>,
    path: &RepoPath,
    side: Side,
    id: BlobId,
) -> Result<Arc<[u8]>, MergeError> {
    let missing = || MergeError::Missing { path: path.clone(), side, id };
    request.contents.bytes(id).ok_or_else(missing)
}

/// The mode of two files, and whether it is clear: without a base, two that differ are not.
fn merge_modes(base: Option<Mode>, ours: Mode, theirs: Mode) -> (Mode, bool) {
    match base {
        _ if ours == theirs => (ours, true),
        Some(base) if base == ours => (theirs, true),
        Some(_) => (ours, true),
        None => (ours, false),
    }
}
