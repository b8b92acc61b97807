//! Files of the golden path that the team moved, found by their content.
//!
//! **Invariants:** nothing is read unless the golden path changed or moved a file that is gone; a
//! match is the only one on both sides, is a file that no golden path knows, and merges cleanly.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Note, Outcome, Request, Texts, merge_content,
    similar::{Bag, Index},
    track::{Ours, Track},
};
use crate::tree::{Blob, BlobId, Mode, Ownership, RepoPath};

/// The least share of equal lines, in percent, at which a file counts as the one that is gone. git's
/// own is 50; a wrong match costs more here, as nobody looks at it.
const LEAST_LIKENESS: u8 = 60;

/// Finds the files that the team moved, and takes them from its own.
pub(super) fn follow<'a>(
    tracks: &mut [Track<'a>],
    own: &mut BTreeMap<&'a RepoPath, Ours<'a>>,
    request: &Request<'a>,
) {
    if !tracks.iter().any(is_wanted) {
        return;
    }
    let theirs: BTreeSet<&RepoPath> = request.theirs.iter().map(|file| &file.path).collect();
    let candidates: Vec<&Ours<'a>> = own
        .values()
        .filter(|ours| !theirs.contains(ours.home) && !theirs.contains(&*ours.place))
        .collect();
    let mut matches = same_content(tracks, &candidates);
    matches.extend(similar_content(tracks, &candidates, &matches, request));
    for track in tracks {
        let Some(from) = path(track) else { continue };
        if let Some(found) = matches.get(from)
            && let Some(ours) = own.remove(found.home)
        {
            let note = Note::Followed { from: from.clone(), likeness: found.likeness };
            track.notes.push(note);
            track.ours = Some(ours);
        }
    }
}

/// Where a file of the golden path was found.
#[derive(Clone, Copy)]
struct Found<'a> {
    home: &'a RepoPath,
    likeness: u8,
}

type Matches<'a> = BTreeMap<&'a RepoPath, Found<'a>>;

/// A shared file that is gone from its place, and that the golden path changed or moved.
fn is_wanted(track: &Track<'_>) -> bool {
    let is_shared = match track.ownership() {
        Ownership::Merged | Ownership::MergedWithKeys(_) => true,
        Ownership::Managed | Ownership::Seeded | Ownership::Tool => false,
    };
    let is_gone = track.base.is_some() && track.ours.is_none() && track.theirs.is_some();
    is_gone && is_shared && track.is_changed_by_golden_path()
}

fn path<'a>(track: &Track<'a>) -> Option<&'a RepoPath> {
    Some(&track.base.as_ref()?.file.path)
}

/// By blob: the only file with these bytes, or the only one of that name among them.
fn same_content<'a>(tracks: &[Track<'a>], candidates: &[&Ours<'a>]) -> Matches<'a> {
    let mut gone: HashMap<(BlobId, bool), Vec<&'a RepoPath>> = HashMap::new();
    for base in tracks.iter().filter(|it| it.ours.is_none()).filter_map(|it| it.base.as_ref()) {
        gone.entry(key(base.file.as_blob())).or_default().push(&base.file.path);
    }
    let mut there: HashMap<(BlobId, bool), Vec<&'a RepoPath>> = HashMap::new();
    for ours in candidates {
        there.entry(key(ours.blob)).or_default().push(ours.home);
    }
    let empty = BlobId::of(b"");
    let mut matches = Matches::new();
    for track in tracks.iter().filter(|track| is_wanted(track)) {
        let Some(base) = &track.base else { continue };
        let (from, key) = (&base.file.path, key(base.file.as_blob()));
        let (Some(gone), Some(there)) = (gone.get(&key), there.get(&key)) else { continue };
        if let Some(home) = only(from, gone, there).filter(|_| key.0 != empty) {
            matches.insert(from, Found { home, likeness: 100 });
        }
    }
    matches
}

/// A link is never the file that holds its target.
fn key(blob: Blob) -> (BlobId, bool) {
    (blob.id, blob.mode == Mode::Link)
}

/// The only path that can be meant, of those that are gone and those that are there.
fn only<'a>(
    from: &RepoPath,
    gone: &[&'a RepoPath],
    there: &[&'a RepoPath],
) -> Option<&'a RepoPath> {
    if let ([_], [home]) = (gone, there) {
        return Some(home);
    }
    let is_namesake = |path: &&&RepoPath| path.file_name() == from.file_name();
    let mut namesakes = there.iter().filter(is_namesake);
    let home = namesakes.next()?;
    (namesakes.next().is_none() && gone.iter().filter(is_namesake).count() == 1).then_some(home)
}

/// By lines: the only file that is similar enough, if the lines then merge.
fn similar_content<'a>(
    tracks: &[Track<'a>],
    candidates: &[&Ours<'a>],
    known: &Matches<'a>,
    request: &Request<'_>,
) -> Matches<'a> {
    let taken: BTreeSet<_> = known.values().map(|found| found.home).collect();
    let wanted: Vec<_> = tracks
        .iter()
        .filter(|track| is_wanted(track))
        .filter_map(|track| Some((path(track)?, Text::read(track, request)?, track)))
        .filter(|(from, _, _)| !known.contains_key(from))
        .collect();
    if wanted.is_empty() {
        return Matches::new();
    }
    // Of a large repository only what may be one of them is kept in memory.
    let is_of_size =
        |bag: &Bag| wanted.iter().any(|(_, base, _)| base.bag.is_of_size(bag, LEAST_LIKENESS));
    let texts: Vec<_> = candidates
        .iter()
        .filter(|ours| ours.blob.mode != Mode::Link && !taken.contains(ours.home))
        .filter_map(|ours| Some((*ours, Text::of(ours.blob, request)?.bag)))
        .filter(|(_, bag)| is_of_size(bag))
        .collect();
    let index = Index::of(texts.iter().map(|(_, bag)| bag));
    let mut matches = Matches::new();
    for (from, base, track) in &wanted {
        let near = index.near(&base.bag, LEAST_LIKENESS);
        let mut alike = near
            .iter()
            .filter_map(|number| texts.get(*number))
            .map(|(ours, bag)| (ours, bag.likeness(&base.bag)))
            .filter(|(_, likeness)| *likeness >= LEAST_LIKENESS);
        if let (Some((ours, likeness)), None) = (alike.next(), alike.next())
            && let Some(text) = Text::of(ours.blob, request)
            && merges(track, base, &text, request)
        {
            matches.insert(from, Found { home: ours.home, likeness });
        }
    }
    let mut claims: BTreeMap<&RepoPath, usize> = BTreeMap::new();
    for found in matches.values() {
        *claims.entry(found.home).or_default() += 1;
    }
    matches.retain(|_, found| claims.get(found.home) == Some(&1));
    matches
}

struct Text {
    bytes: Arc<[u8]>,
    bag: Bag,
}

impl Text {
    fn read(track: &Track<'_>, request: &Request<'_>) -> Option<Self> {
        let blob = track.base.as_ref()?.file.as_blob();
        (blob.mode != Mode::Link).then(|| Self::of(blob, request)).flatten()
    }

    fn of(blob: Blob, request: &Request<'_>) -> Option<Self> {
        let bytes = request.contents.bytes(blob.id)?;
        let bag = Bag::of(&bytes)?;
        Some(Self { bytes, bag })
    }
}

fn merges(track: &Track<'_>, base: &Text, ours: &Text, request: &Request<'_>) -> bool {
    let Some(theirs) = track.theirs.filter(|theirs| theirs.mode != Mode::Link) else {
        return false;
    };
    let Some(bytes) = request.contents.bytes(theirs.blob) else { return false };
    let texts = Texts {
        path: &theirs.path,
        base: Some(&base.bytes),
        ours: &ours.bytes,
        theirs: &bytes,
        labels: request.labels,
        managed_keys: theirs.ownership.managed_keys(),
    };
    matches!(merge_content(&texts), Outcome::Clean(_))
}
