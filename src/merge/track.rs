//! One file on its way through the three sides.
//!
//! **Invariant:** places are compared after the declared moves, on both sides alike; so a declared
//! move is nobody's own.

use std::borrow::Cow;

use super::{Kind, Merged, Note, Reason, Row, Stages, steps::Fate};
use crate::{
    lock::LockedFile,
    tree::{Blob, Ownership, RepoPath},
};

/// One file on its way through the three sides; at least one of them has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Track<'a> {
    pub(super) base: Option<Base<'a>>,
    pub(super) ours: Option<Ours<'a>>,
    pub(super) theirs: Option<&'a LockedFile>,
    /// What was noticed on the way.
    pub(super) notes: Vec<Note>,
}

/// A file of the version that the service has.
#[derive(Debug, Clone)]
pub(super) struct Base<'a> {
    pub(super) file: &'a LockedFile,
    /// Where it is after the declared moves.
    pub(super) place: Cow<'a, RepoPath>,
    pub(super) fate: Fate,
}

/// A file of the service.
#[derive(Debug, Clone)]
pub(super) struct Ours<'a> {
    /// Where it is.
    pub(super) home: &'a RepoPath,
    pub(super) blob: Blob,
    /// Where it is after the declared moves.
    pub(super) place: Cow<'a, RepoPath>,
}

/// A row on trial: there may be no room for it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) row: Row,
    /// The three sides, should it become a conflict.
    pub(super) sides: Stages,
    /// Whether it may simply stay where it is.
    pub(super) may_stay: bool,
}

impl LockedFile {
    /// The file as git's ids name it.
    pub(super) fn as_blob(&self) -> Blob {
        Blob { mode: self.mode, id: self.blob }
    }
}

impl<'a> Track<'a> {
    /// A file that no golden path knows.
    pub(super) fn own(ours: Ours<'a>) -> Self {
        Self { ours: Some(ours), ..Self::default() }
    }

    /// The three sides by ids.
    pub(super) fn sides(&self) -> Stages {
        Stages {
            base: self.base.as_ref().map(|base| base.file.as_blob()),
            ours: self.ours.as_ref().map(|ours| ours.blob),
            theirs: self.theirs.map(LockedFile::as_blob),
        }
    }

    /// Whose the file is: the new version says so, else the old one.
    pub(super) fn ownership(&self) -> Ownership {
        let file = self.theirs.or(self.base.as_ref().map(|base| base.file));
        file.map_or(Ownership::Seeded, |file| file.ownership.clone())
    }

    /// Whether the golden path has the file elsewhere, or with another content or mode.
    pub(super) fn is_changed_by_golden_path(&self) -> bool {
        match (&self.base, self.theirs) {
            (Some(base), Some(theirs)) => {
                base.file.as_blob() != theirs.as_blob() || base.file.path != theirs.path
            }
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        }
    }

    /// Where the file is to be: the side that moved it says so, and if both did, the team.
    pub(super) fn target(&self) -> Option<&RepoPath> {
        match (&self.base, &self.ours, self.theirs) {
            (Some(base), Some(ours), Some(theirs)) => {
                Some(if ours.place == base.place { &theirs.path } else { &ours.place })
            }
            (_, _, Some(theirs)) => Some(&theirs.path),
            (_, Some(ours), None) => Some(&ours.place),
            (Some(base), None, None) => Some(&base.place),
            (None, None, None) => None,
        }
    }

    /// Where the golden path has it, if both moved it and to different places.
    pub(super) fn moved_apart(&self) -> Option<&RepoPath> {
        let (base, ours, theirs) = (self.base.as_ref()?, self.ours.as_ref()?, self.theirs?);
        let is_team_move = ours.place != base.place && *ours.place != theirs.path;
        // A declared move of this one file, which the team's move took out of its reach.
        let is_out_of_reach = base.fate == Fate::Moves && *ours.place == *ours.home;
        (is_team_move && (*base.place != theirs.path || is_out_of_reach)).then_some(&theirs.path)
    }

    /// Whether the file is to be elsewhere than it is now.
    pub(super) fn is_moving(&self) -> bool {
        self.ours.as_ref().is_some_and(|ours| self.target() != Some(ours.home))
    }

    /// What brings the file to its place: the kind and reason of its row.
    pub(super) fn arrival(&self, otherwise: Reason) -> (Kind, Reason) {
        let is_declared = self.base.as_ref().is_some_and(|base| base.fate == Fate::Moves);
        match (&self.ours, self.is_moving()) {
            (None, _) => (Kind::Added, otherwise),
            (Some(_), false) => (Kind::Changed, otherwise),
            (Some(_), true) if is_declared => (Kind::Moved, Reason::MoveDeclared),
            (Some(_), true) if self.base.is_none() => (Kind::Moved, Reason::WithFolder),
            (Some(_), true) => (Kind::Moved, Reason::Moved),
        }
    }

    /// A row for a file that is at its target afterwards.
    pub(super) fn placed(&self, (kind, reason): (Kind, Reason), result: Merged) -> Option<Draft> {
        self.draft(kind, reason, Some(result))
    }

    /// A row for a file that goes.
    pub(super) fn gone(&self, kind: Kind, reason: Reason) -> Option<Draft> {
        self.draft(kind, reason, None)
    }

    /// A row for a file about which a person must decide, and what stands there until then.
    pub(super) fn conflict(&self, reason: Reason, result: Merged) -> Option<Draft> {
        let mut draft = self.draft(Kind::Conflict, reason, Some(result))?;
        draft.row.stages = Some(draft.sides);
        Some(draft)
    }

    fn draft(&self, kind: Kind, reason: Reason, result: Option<Merged>) -> Option<Draft> {
        let home = self.ours.as_ref().map(|ours| ours.home);
        let path = match result {
            Some(_) => self.target()?,
            None => home.or(self.target())?,
        };
        let ownership = self.ownership();
        let row = Row {
            path: path.clone(),
            from: home.filter(|home| *home != path).cloned(),
            kind,
            reason,
            notes: self.notes(&ownership),
            ours: self.ours.as_ref().map(|ours| ours.blob),
            result,
            stages: None,
            ownership,
        };
        let may_stay = row.ours.is_some() && row.ownership == Ownership::Seeded;
        Some(Draft { row, sides: self.sides(), may_stay })
    }

    fn notes(&self, ownership: &Ownership) -> Vec<Note> {
        let before = self.base.as_ref().map(|base| &base.file.ownership);
        let change = before
            .filter(|before| before.as_str() != ownership.as_str())
            .map(|before| Note::OwnershipChanged { from: before.clone(), to: ownership.clone() });
        self.notes.iter().cloned().chain(change).collect()
    }
}
