//! Whether what comes finds room beside what stays: a file against a folder, twins, repositories.
//!
//! **Invariant:** what comes gives way to what our side has and keeps: it becomes a conflict, or stays
//! where it was, and nothing of ours is moved aside for it.

use std::collections::{HashMap, HashSet};

use super::{Kind, Note, Obstacle, Reason, Row, Stages, track::Draft};
use crate::tree::{Blob, Listing, RepoPath};

/// Turns every row into a conflict for which there is no room, and puts them in order.
pub(super) fn make_room(mut drafts: Vec<Draft>, ours: &Listing) -> Vec<Row> {
    // What gives way stays where it was, and may then be in another's way.
    while give_way(&mut drafts, ours) {}
    let mut rows: Vec<Row> = drafts.into_iter().map(|draft| draft.row).collect();
    rows.sort_by(|one, two| {
        (&one.path, one.result.is_some()).cmp(&(&two.path, two.result.is_some()))
    });
    fold_rivals(rows)
}

/// One round; whether anything gave way.
fn give_way(drafts: &mut [Draft], ours: &Listing) -> bool {
    if !drafts.iter().any(|draft| draft.row.arrives()) {
        return false;
    }
    let mut ground = Ground::new(drafts, ours);
    let mut has_changed = false;
    // The golden path's files first: a file of the team's own that goes along can as well stay.
    for may_stay in [false, true] {
        for draft in drafts.iter_mut().filter(|it| it.may_stay == may_stay && it.row.arrives()) {
            match ground.obstacle(&draft.row.path) {
                None => ground.add(draft.row.path.clone()),
                Some(obstacle) => {
                    let staying = ours.files.get(&draft.row.path);
                    let staying = staying.filter(|_| !ground.leaving.contains(&draft.row.path));
                    draft.withdraw(obstacle, staying.copied());
                    has_changed = true;
                }
            }
        }
    }
    has_changed
}

/// What stands already, as file systems see it that fold case and Unicode forms.
#[derive(Default)]
struct Ground {
    /// The paths of ours that are free for others.
    leaving: HashSet<RepoPath>,
    files: HashMap<String, RepoPath>,
    folders: HashSet<String>,
    repositories: HashMap<String, RepoPath>,
}

impl Ground {
    /// What our side has and keeps.
    fn new(drafts: &[Draft], ours: &Listing) -> Self {
        let leaving: HashSet<RepoPath> =
            drafts.iter().filter_map(|draft| draft.row.leaves().cloned()).collect();
        let mut ground = Self::default();
        for path in ours.files.keys().filter(|path| !leaving.contains(*path)) {
            ground.add(path.clone());
        }
        for path in &ours.repositories {
            ground.add_folders(path);
            ground.repositories.insert(path.folded(), path.clone());
        }
        ground.leaving = leaving;
        ground
    }

    fn add(&mut self, path: RepoPath) {
        self.add_folders(&path);
        self.files.insert(path.folded(), path);
    }

    fn add_folders(&mut self, path: &RepoPath) {
        // From the deepest up: where one is known, all above it are.
        let folders: Vec<_> = path.folders().collect();
        for folder in folders.into_iter().rev() {
            if !self.folders.insert(RepoPath::fold(folder)) {
                break;
            }
        }
    }

    fn obstacle(&self, path: &RepoPath) -> Option<Obstacle> {
        let folded = path.folded();
        if let Some(file) = self.files.get(&folded) {
            return Some(match file == path {
                true => Obstacle::Taken,
                false => Obstacle::Twin(file.clone()),
            });
        }
        if let Some(repository) = self.repositories.get(&folded) {
            return Some(Obstacle::Repository(repository.clone()));
        }
        if self.folders.contains(&folded) {
            return Some(Obstacle::Folder);
        }
        path.folders().map(RepoPath::fold).find_map(|folder| {
            let file = self.files.get(&folder).cloned().map(Obstacle::File);
            file.or_else(|| self.repositories.get(&folder).cloned().map(Obstacle::Repository))
        })
    }
}

impl Draft {
    /// Leaves ours as it is, for want of room; `staying` is what ours has and keeps at the place.
    fn withdraw(&mut self, obstacle: Obstacle, staying: Option<Blob>) {
        let Self { row, sides, may_stay } = self;
        let wanted = match row.from.take() {
            Some(home) => std::mem::replace(&mut row.path, home),
            None => row.path.clone(),
        };
        row.kind = if *may_stay { Kind::Kept } else { Kind::Conflict };
        row.reason = Reason::Obstructed { wanted, obstacle };
        // Where another file of ours holds the very place, it is our side of the conflict.
        row.ours = row.ours.or(staying);
        row.result = row.ours.map(Into::into);
        row.stages = (!*may_stay).then_some(Stages { ours: row.ours, ..*sides });
    }
}

/// A path of git's index has one conflict, and nothing beside it: of two rows over what stands there
/// the heavier stays, and says that there was another.
fn fold_rivals(rows: Vec<Row>) -> Vec<Row> {
    let mut folded: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        let stands = |row: &Row| row.stages.is_some() || row.result.is_some();
        let rival = folded.last_mut().filter(|last| last.path == row.path);
        match rival.filter(|last| stands(last) && stands(&row)) {
            None => folded.push(row),
            Some(last) => {
                if weight(last) < weight(&row) {
                    *last = row;
                }
                last.notes.push(Note::AlsoWanted);
            }
        }
    }
    folded
}

/// A conflict over a file of base, any other conflict, the rest.
fn weight(row: &Row) -> u8 {
    match row.stages {
        Some(Stages { base: Some(_), .. }) => 2,
        Some(_) => 1,
        None => 0,
    }
}
