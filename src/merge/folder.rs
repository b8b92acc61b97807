//! Folders that the golden path moved as a whole.
//!
//! **Invariant:** a folder moved as a whole only if all that theirs still has of it is in one new
//! folder, nothing of theirs is left in it, and base had nothing in the new one.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::{
    steps::{below, join},
    track::Track,
};
use crate::{lock::LockedFile, tree::RepoPath};

/// Folders that moved as a whole, by where they were.
pub(super) struct Folders(BTreeMap<String, String>);

/// Finds the folders whose every file the golden path moved alike.
pub(super) fn moved_as_a_whole(tracks: &[Track<'_>], theirs: &[LockedFile]) -> Folders {
    let mut goals: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (place, theirs) in tracks.iter().filter_map(pair).filter(|(from, to)| from != to) {
        for folder in place.folders() {
            let goal = goal(folder, place, theirs);
            match goals.entry(folder) {
                Entry::Vacant(entry) => {
                    entry.insert(goal);
                }
                Entry::Occupied(mut entry) if *entry.get() != goal => {
                    entry.insert(None);
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    if goals.is_empty() {
        return Folders(BTreeMap::new());
    }
    let places = tracks.iter().filter_map(|track| Some(&*track.base.as_ref()?.place));
    let before: BTreeSet<&str> = places.flat_map(RepoPath::folders).collect();
    let after: BTreeSet<&str> = theirs.iter().flat_map(|file| file.path.folders()).collect();
    let whole = goals.into_iter().filter_map(|(folder, goal)| {
        let goal = goal.filter(|goal| !goal.is_empty() && !before.contains(goal))?;
        (!after.contains(folder)).then(|| (folder.to_owned(), goal.to_owned()))
    });
    Folders(whole.collect())
}

fn pair<'t>(track: &'t Track<'_>) -> Option<(&'t RepoPath, &'t RepoPath)> {
    Some((&track.base.as_ref()?.place, &track.theirs?.path))
}

/// Where `folder` is if `to` is where its file `from` went: what lies between folder and file must
/// be the same.
fn goal<'p>(folder: &str, from: &RepoPath, to: &'p RepoPath) -> Option<&'p str> {
    let parent = to.parent().unwrap_or_default();
    match below(from, folder)?.rsplit_once('/') {
        None => Some(parent),
        Some((between, _)) => match parent.strip_suffix(between)? {
            "" => Some(""),
            goal => goal.strip_suffix('/'),
        },
    }
}

impl Folders {
    /// Where a file of the team's own goes, if a folder that it is in moved as a whole.
    pub(super) fn place_of(&self, path: &RepoPath) -> Option<RepoPath> {
        if self.0.is_empty() {
            return None;
        }
        let deepest = path.folders().filter_map(|it| self.0.get_key_value(it)).last();
        let (from, to) = deepest?;
        RepoPath::parse(&join(to, below(path, from)?)).ok()
    }
}
