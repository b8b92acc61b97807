//! The moves and deletions that migrations declare, applied to a path.
//!
//! **Invariant:** steps act in their order, each on what the ones before made of the path, so that
//! going 1→2→3 and going 1→3 lead to the same place.

use std::borrow::Cow;

use crate::{glob::Glob, manifest::Step, tree::RepoPath};

/// The steps over paths of every version that is crossed.
pub(super) struct Steps<'a>(Vec<PathStep<'a>>);

/// What declared steps make of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Stays,
    /// It is elsewhere.
    Moves,
    /// It is no longer wanted.
    Goes,
}

enum PathStep<'a> {
    File {
        from: &'a str,
        to: &'a str,
    },
    /// Without their `/**`; empty for the top.
    Folder {
        from: &'a str,
        to: &'a str,
    },
    Delete(&'a Glob),
}

impl<'a> Steps<'a> {
    pub(super) fn new(steps: &[&'a Step]) -> Self {
        Self(steps.iter().filter_map(|step| path_step(step)).collect())
    }

    /// Where a file of the golden path is after the steps, and what becomes of it.
    pub(super) fn of_base<'p>(&self, path: &'p RepoPath) -> (Cow<'p, RepoPath>, Fate) {
        let mut place = Cow::Borrowed(path);
        for step in &self.0 {
            if step.deletes(&place) {
                return (place, Fate::Goes);
            }
            if let Some(next) = step.moves(&place) {
                place = Cow::Owned(next);
            }
        }
        let fate = if *place == *path { Fate::Stays } else { Fate::Moves };
        (place, fate)
    }

    /// Where a file of the team's own is after the steps: it goes with its folder, nothing else.
    pub(super) fn of_own<'p>(&self, path: &'p RepoPath) -> Cow<'p, RepoPath> {
        let mut place = Cow::Borrowed(path);
        for step in self.0.iter().filter(|step| matches!(step, PathStep::Folder { .. })) {
            if let Some(next) = step.moves(&place) {
                place = Cow::Owned(next);
            }
        }
        place
    }
}

impl PathStep<'_> {
    fn deletes(&self, path: &RepoPath) -> bool {
        matches!(self, Self::Delete(glob) if glob.matches(path))
    }

    /// Where the step moves a path, if it does and a file may be called so.
    fn moves(&self, path: &RepoPath) -> Option<RepoPath> {
        let moved = match self {
            Self::File { from, to } => (path.as_str() == *from).then(|| (*to).to_owned())?,
            Self::Folder { from, to } => join(to, below(path, from)?),
            Self::Delete(_) => return None,
        };
        RepoPath::parse(&moved).ok()
    }
}

/// A path without the folder that it is in; the empty folder is the top.
pub(super) fn below<'p>(path: &'p RepoPath, folder: &str) -> Option<&'p str> {
    match folder {
        "" => Some(path.as_str()),
        _ => path.as_str().strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// A path in a folder; the empty folder is the top.
pub(super) fn join(folder: &str, rest: &str) -> String {
    match folder {
        "" => rest.to_owned(),
        _ => format!("{folder}/{rest}"),
    }
}

fn path_step(step: &Step) -> Option<PathStep<'_>> {
    match step {
        Step::Move { from, to } => Some(match folder(from) {
            Some(from) => PathStep::Folder { from, to: folder(to).unwrap_or(to) },
            None => PathStep::File { from, to },
        }),
        Step::Delete(glob) => Some(PathStep::Delete(glob)),
        Step::RenameParameter { .. } | Step::SetParameter { .. } | Step::Note(_) => None,
    }
}

fn folder(pattern: &str) -> Option<&str> {
    if pattern == "**" { Some("") } else { pattern.strip_suffix("/**") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(steps: &[(&str, &str)]) -> Vec<Step> {
        let step =
            |(from, to): &(&str, &str)| Step::Move { from: (*from).into(), to: (*to).into() };
        steps.iter().map(step).collect()
    }

    fn place(steps: &[Step], path: &str) -> (String, String, Fate) {
        let steps: Vec<&Step> = steps.iter().collect();
        let steps = Steps::new(&steps);
        let path = RepoPath::parse(path).unwrap();
        let (base, fate) = steps.of_base(&path);
        (base.to_string(), steps.of_own(&path).to_string(), fate)
    }

    fn expect(base: &str, own: &str, fate: Fate) -> (String, String, Fate) {
        (base.to_owned(), own.to_owned(), fate)
    }

    #[test]
    fn moves_follow_each_other() {
        let steps = moves(&[("k8s/**", "deploy/**"), ("deploy/a.yaml", "deploy/b.yaml")]);
        assert_eq!(
            place(&steps, "k8s/a.yaml"),
            expect("deploy/b.yaml", "deploy/a.yaml", Fate::Moves)
        );
        assert_eq!(place(&steps, "k8s/x/y"), expect("deploy/x/y", "deploy/x/y", Fate::Moves));
        assert_eq!(place(&steps, "k8s.md"), expect("k8s.md", "k8s.md", Fate::Stays));
    }

    #[test]
    fn a_single_file_moves_without_a_namesake_of_the_team() {
        let steps = moves(&[("a", "b")]);
        assert_eq!(place(&steps, "a"), expect("b", "a", Fate::Moves));
    }

    #[test]
    fn what_is_deleted_stays_deleted_and_what_is_the_teams_is_not() {
        let mut steps = vec![Step::Delete(Glob::parse("legacy/**").unwrap())];
        steps.extend(moves(&[("legacy/**", "old/**")]));
        assert_eq!(place(&steps, "legacy/a"), expect("legacy/a", "old/a", Fate::Goes));
    }

    #[test]
    fn folders_move_to_the_top_and_away_from_it() {
        assert_eq!(place(&moves(&[("src/**", "**")]), "src/a/b").0, "a/b");
        assert_eq!(place(&moves(&[("**", "svc/**")]), "a/b").0, "svc/a/b");
        assert_eq!(place(&moves(&[("src/**", "lib")]), "src/a").0, "lib/a");
    }

    #[test]
    fn a_move_to_where_no_file_may_be_does_nothing() {
        assert_eq!(place(&moves(&[("src/**", "../x/**")]), "src/a").0, "src/a");
    }
}
