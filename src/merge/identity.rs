//! Which file of each side is the same file.
//!
//! **Invariants:** identity comes from declared moves, then source ids, then paths, and on the golden
//! path's side never from likeness: only the very same content, once in each version, is a move that
//! nobody declared; every file of every side is on one track at most, and one of ours
//! that is on none stays as it is.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use super::{
    Note, Request, folder, follow,
    steps::{Fate, Steps},
    track::{Base, Ours, Track},
};
use crate::{
    lock::LockedFile,
    tree::{Blob, BlobId, Ownership, RepoPath, SourceId},
};

/// Files that are on no track yet, by their paths.
type Free<'a> = BTreeMap<&'a RepoPath, &'a LockedFile>;

/// The team's own files, by where they are after all moves.
type Own<'a> = BTreeMap<RepoPath, Ours<'a>>;

/// Follows every file through the three sides.
pub(super) fn tracks<'a>(request: &Request<'a>) -> Vec<Track<'a>> {
    let steps = Steps::new(request.steps);
    let mut tracks: Vec<Track<'a>> = locked(request.base).map(|file| track(file, &steps)).collect();
    let mut free: Free<'a> = locked(request.theirs).map(|file| (&file.path, file)).collect();
    pair_with_theirs(&mut tracks, &mut free);
    let mut own = pair_with_ours(&mut tracks, request);
    let folders = folder::moved_as_a_whole(&tracks, request.theirs);
    for ours in own.values_mut() {
        let declared = steps.of_own(ours.home);
        ours.place = folders.place_of(&declared).map_or(declared, Cow::Owned);
    }
    if request.follow_renames {
        follow::follow(&mut tracks, &mut own, request);
    }
    let mut own = by_place(own, &tracks);
    let taken: Vec<Track<'a>> =
        tracks.iter_mut().filter_map(|track| give_way(track, &mut own)).collect();
    tracks.extend(taken);
    tracks.extend(free.into_values().map(|theirs| {
        let ours = own.remove(&theirs.path);
        Track { ours, theirs: Some(theirs), ..Track::default() }
    }));
    tracks.extend(own.into_values().map(Track::own));
    tracks
}

/// Spec and lock are written, not merged.
fn locked(files: &[LockedFile]) -> impl Iterator<Item = &LockedFile> {
    files.iter().filter(|file| file.ownership != Ownership::Tool)
}

fn track<'a>(file: &'a LockedFile, steps: &Steps<'_>) -> Track<'a> {
    let (place, fate) = steps.of_base(&file.path);
    Track { base: Some(Base { file, place, fate }), ..Track::default() }
}

/// By declared move, by source id, by path, by the very same content, in this order.
fn pair_with_theirs<'a>(tracks: &mut [Track<'a>], free: &mut Free<'a>) {
    let sources_of_base = unique(tracks.iter().filter_map(|it| Some(it.base.as_ref()?.file)));
    let sources = unique(free.values().copied());
    pair(tracks, |base| (base.fate == Fate::Moves).then(|| free.remove(&*base.place)).flatten());
    pair(tracks, |base| {
        let source = &base.file.source;
        sources_of_base.get(source).copied().flatten()?;
        let theirs = sources.get(source).copied().flatten()?;
        (base.fate != Fate::Goes).then(|| free.remove(&theirs.path)).flatten()
    });
    pair(tracks, |base| free.remove(&*base.place));
    pair_alike(tracks, free);
}

/// A file that is gone and a new one are the same file if no other of their versions has that content.
fn pair_alike<'a>(tracks: &mut [Track<'a>], free: &mut Free<'a>) {
    let every = tracks.iter().flat_map(|it| it.base.as_ref().map(|it| it.file).into_iter());
    let of_base = count(every);
    let of_theirs = count(tracks.iter().filter_map(|it| it.theirs).chain(free.values().copied()));
    let is_single = |blob: Blob| of_base.get(&blob) == Some(&1) && of_theirs.get(&blob) == Some(&1);
    let new: HashMap<Blob, &'a LockedFile> =
        free.values().map(|theirs| (theirs.as_blob(), *theirs)).collect();
    for track in tracks.iter_mut().filter(|track| track.theirs.is_none()) {
        let Some(base) = track.base.as_ref().filter(|base| base.fate == Fate::Stays) else {
            continue;
        };
        let blob = base.file.as_blob();
        let theirs = new.get(&blob).filter(|_| blob.id != BlobId::of(b"") && is_single(blob));
        if let Some(theirs) = theirs.and_then(|theirs| free.remove(&theirs.path)) {
            track.theirs = Some(theirs);
            track.notes.push(Note::Alike(base.file.path.clone()));
        }
    }
}

/// How many files have each content and mode.
fn count<'a>(files: impl Iterator<Item = &'a LockedFile>) -> HashMap<Blob, usize> {
    let mut counts = HashMap::new();
    for file in files {
        *counts.entry(file.as_blob()).or_default() += 1;
    }
    counts
}

/// Gives each track without a file of theirs the one that `find` finds.
fn pair<'a>(tracks: &mut [Track<'a>], mut find: impl FnMut(&Base<'a>) -> Option<&'a LockedFile>) {
    for track in tracks.iter_mut().filter(|track| track.theirs.is_none()) {
        track.theirs = track.base.as_ref().and_then(&mut find);
    }
}

/// The file of each source, or `None` where a source has several.
fn unique<'a>(
    files: impl Iterator<Item = &'a LockedFile>,
) -> HashMap<&'a SourceId, Option<&'a LockedFile>> {
    let mut sources = HashMap::new();
    for file in files {
        sources.entry(&file.source).and_modify(|it| *it = None).or_insert(Some(file));
    }
    sources
}

/// Finds ours of each track: in its place, else where the golden path has it too. The rest is own.
fn pair_with_ours<'a>(
    tracks: &mut [Track<'a>],
    request: &Request<'a>,
) -> BTreeMap<&'a RepoPath, Ours<'a>> {
    let mut own: BTreeMap<&'a RepoPath, Ours<'a>> = request
        .ours
        .files
        .iter()
        .map(|(home, blob)| (home, Ours { home, blob: *blob, place: Cow::Borrowed(home) }))
        .collect();
    let settled = settled(tracks, request);
    for track in tracks.iter_mut() {
        let Some(base) = &track.base else { continue };
        if settled.contains(&base.file.path) {
            track.ours = track.theirs.and_then(|theirs| own.remove(&theirs.path));
        } else if let Some(ours) = own.remove(&base.file.path) {
            track.ours = Some(Ours { place: base.place.clone(), ..ours });
        }
    }
    for track in tracks.iter_mut().filter(|track| track.ours.is_none()) {
        let Some(base) = &track.base else { continue };
        track.ours = own.remove(&*base.place).or_else(|| own.remove(&track.theirs?.path));
    }
    own
}

/// The paths of moves that ours has already: chains and circles of places, where each holds exactly
/// what theirs has there. Two versions may well swap files, and a team may have done so too.
fn settled<'a>(tracks: &[Track<'a>], request: &Request<'a>) -> BTreeSet<&'a RepoPath> {
    let moves: Vec<(&'a RepoPath, &'a LockedFile)> = tracks
        .iter()
        .filter_map(|track| Some((&track.base.as_ref()?.file.path, track.theirs?)))
        .filter(|(from, theirs)| **from != theirs.path)
        .collect();
    if moves.is_empty() {
        return BTreeSet::new();
    }
    let theirs: BTreeMap<_, _> =
        locked(request.theirs).map(|it| (&it.path, it.as_blob())).collect();
    let agrees = |path: &RepoPath| request.ours.files.get(path) == theirs.get(path);
    let to: BTreeMap<_, _> = moves.iter().map(|(from, it)| (*from, &it.path)).collect();
    let back: BTreeMap<_, _> = to.iter().map(|(from, to)| (*to, *from)).collect();
    let (mut seen, mut settled) = (BTreeSet::new(), BTreeSet::new());
    for (from, _) in moves {
        if seen.contains(from) {
            continue;
        }
        let mut group = BTreeSet::from([from]);
        walk(from, &to, &mut group);
        walk(from, &back, &mut group);
        if group.iter().all(|path| agrees(path)) {
            settled.extend(group.iter().copied());
        }
        seen.extend(group);
    }
    settled
}

/// Gathers what comes after `from`, once around at most.
fn walk<'a>(
    from: &'a RepoPath,
    way: &BTreeMap<&'a RepoPath, &'a RepoPath>,
    group: &mut BTreeSet<&'a RepoPath>,
) {
    let mut next = way.get(from);
    while let Some(path) = next.filter(|path| group.insert(path)) {
        next = way.get(*path);
    }
}

/// A file that goes along with its folder stays where it is if its new place is another's.
fn by_place<'a>(own: BTreeMap<&'a RepoPath, Ours<'a>>, tracks: &[Track<'a>]) -> Own<'a> {
    let targets: BTreeSet<&RepoPath> = tracks
        .iter()
        .filter(|track| track.ours.is_some() || track.theirs.is_some())
        .filter_map(Track::target)
        .collect();
    let (staying, moving): (Vec<_>, Vec<_>) =
        own.into_values().partition(|ours| *ours.place == *ours.home);
    let mut places: Own<'a> = staying.into_iter().map(|ours| (ours.home.clone(), ours)).collect();
    for ours in moving {
        let is_free = !places.contains_key(&*ours.place) && !targets.contains(&*ours.place);
        let place = if is_free { ours.place } else { Cow::Borrowed(ours.home) };
        places.insert(place.clone().into_owned(), Ours { place, ..ours });
    }
    places
}

/// Where the golden path moves a file to a place of the team's own file, the two are merged there as
/// if both had added it, and the moved file ends where it was.
fn give_way<'a>(track: &mut Track<'a>, own: &mut Own<'a>) -> Option<Track<'a>> {
    let theirs = track.theirs?;
    if track.target() != Some(&theirs.path) {
        return None;
    }
    let ours = own.remove(&theirs.path)?;
    if track.ours.is_none() {
        track.ours = Some(ours);
        return None;
    }
    track.theirs = None;
    track.notes.push(Note::Occupied(theirs.path.clone()));
    Some(Track { ours: Some(ours), theirs: Some(theirs), ..Track::default() })
}
