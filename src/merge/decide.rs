//! What becomes of one file, by whose it is.
//!
//! **Invariants:** a managed file is theirs; a seeded file is the team's; what is gone on one side and
//! changed on the other is never settled in silence.

use super::{
    Kind, MergeError, Reason, Request, merged,
    steps::Fate,
    track::{Draft, Track},
};
use crate::tree::Ownership;

/// Judges a file by itself; `None` if it stays as it is, and should.
///
/// # Errors
/// If bytes that are needed are missing.
pub(super) fn decide(
    track: &Track<'_>,
    request: &Request<'_>,
) -> Result<Option<Draft>, MergeError> {
    if track.base.is_none() && track.theirs.is_none() {
        return Ok(own(track));
    }
    match track.ownership() {
        Ownership::Managed => Ok(managed(track)),
        Ownership::Seeded => Ok(seeded(track)),
        Ownership::Merged => merged::merged(track, &[], request),
        Ownership::MergedWithKeys(keys) => merged::merged(track, &keys, request),
        Ownership::Tool => Ok(None),
    }
}

/// The reason of a file that goes and that the team had not changed.
pub(super) fn dropped(track: &Track<'_>) -> Reason {
    match track.base.as_ref().map(|base| base.fate) {
        Some(Fate::Goes) => Reason::DeletionDeclared,
        Some(Fate::Stays | Fate::Moves) | None => Reason::Dropped,
    }
}

fn own(track: &Track<'_>) -> Option<Draft> {
    let blob = track.sides().ours.filter(|_| track.is_moving())?;
    track.placed((Kind::Moved, Reason::WithFolder), blob.into())
}

fn managed(track: &Track<'_>) -> Option<Draft> {
    let sides = track.sides();
    let is_edited = sides.ours.is_some() && sides.ours != sides.base;
    let Some(theirs) = sides.theirs else {
        sides.ours?;
        return match is_edited {
            true => track.gone(Kind::Replaced, Reason::ManagedDropped),
            false => track.gone(Kind::Removed, dropped(track)),
        };
    };
    let arrival = match (sides.base, sides.ours) {
        (_, Some(ours)) if ours == theirs && !track.is_moving() => return None,
        (_, Some(ours)) if ours == theirs => track.arrival(Reason::Moved),
        (None, Some(_)) => (Kind::Replaced, Reason::ManagedTaken),
        (Some(_), Some(_)) if is_edited => (Kind::Replaced, Reason::ManagedEdited),
        (Some(_), Some(_)) => track.arrival(Reason::GoldenPath),
        (Some(_), None) => (Kind::Replaced, Reason::ManagedDeleted),
        (None, None) => (Kind::Added, Reason::New),
    };
    track.placed(arrival, theirs.into())
}

fn seeded(track: &Track<'_>) -> Option<Draft> {
    let sides = track.sides();
    let stay = |reason| (Kind::Kept, reason);
    match (sides.base, sides.ours, sides.theirs) {
        (None, None, Some(theirs)) => track.placed((Kind::Added, Reason::New), theirs.into()),
        (_, None, theirs) => match theirs {
            Some(theirs) if Some(theirs) != sides.base => {
                track.gone(Kind::Kept, Reason::SeededDeleted)
            }
            Some(_) | None => None,
        },
        (Some(base), Some(ours), None) if base == ours && dropped(track) != Reason::Dropped => {
            track.gone(Kind::Removed, Reason::DeletionDeclared)
        }
        (_, Some(ours), _) if track.is_moving() => {
            track.placed(track.arrival(Reason::Moved), ours.into())
        }
        (_, Some(ours), None) => track.placed(stay(Reason::SeededDropped), ours.into()),
        (_, Some(ours), Some(theirs)) if ours == theirs || sides.base == Some(theirs) => None,
        (Some(_), Some(ours), Some(_)) => track.placed(stay(Reason::SeededChanged), ours.into()),
        (None, Some(ours), Some(_)) => track.placed(stay(Reason::SeededTaken), ours.into()),
    }
}
