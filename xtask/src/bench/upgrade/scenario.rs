//! What may come between a team and its template, one case each, and what would be right.

use super::versions::Versions;

/// One case.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    /// A sentence: what both sides did.
    pub(super) name: &'static str,
    pub(super) versions: Versions,
    /// The answer that names a folder, from the update on.
    pub(super) answer: &'static str,
    /// What the user has in the git configuration, too.
    pub(super) settings: &'static str,
    /// What the team did and committed.
    pub(super) team: Vec<Act>,
    pub(super) history: History,
    /// What the team did and did not commit.
    pub(super) uncommitted: Vec<Act>,
    pub(super) wanted: Wanted,
    pub(super) expected: Vec<Expected>,
}

/// What a team does to a file.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Write(&'static str, String),
    Delete(&'static str),
    Move(&'static str, &'static str),
}

/// What became of the service's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum History {
    /// All of it is there.
    Whole,
    /// Everything is one commit, and what no commit holds is gone: a squash, or a move to elsewhere.
    Squashed,
}

/// How an update should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// There is one sensible result.
    Result,
    /// Only a person can say what the result is.
    Choice,
}

/// What must hold of the service afterwards. A text of somebody's must be in the file of that path;
/// where a person has to choose, it may be anywhere that the person would look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// The team's text.
    Team(&'static str, &'static str),
    /// The template's text.
    Template(&'static str, &'static str),
    /// No such file.
    Gone(&'static str),
    /// The file does not hold the text.
    Without(&'static str, &'static str),
    /// The file holds the text once and not twice.
    Once(&'static str, &'static str),
    /// The file is JSON.
    Json(&'static str),
}
