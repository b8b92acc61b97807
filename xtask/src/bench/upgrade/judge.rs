//! A service after an update -> right, a needless conflict, wrong or lost.
//!
//! **Invariant:** the same questions are put to every tool, and only to what a person finds
//! afterwards: the exit code, the files, and git's unmerged entries. What stands in the history alone
//! does not count: nobody looks there who was not told.

use std::{collections::BTreeMap, fmt};

use super::{
    scenario::{Expected, Scenario, Wanted},
    tool::OWN_FILES,
};

/// How an update came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Where there is one sensible result: the files are that, and nobody is asked anything. Where a
    /// person has to choose: the person is told, and both sides' texts are at hand. (Told: an exit code
    /// other than 0, unmerged entries, conflict markers, or a `.rej` file.)
    Right,
    /// A person is told to settle what has one sensible result, or the update is refused; what both
    /// sides made is still at hand.
    NeedlessConflict,
    /// What the team made is there, but the result is not what it should be: nobody was told of a
    /// choice, the template's change has not arrived, a file no longer parses, or lies where it
    /// should not.
    Wrong,
    /// What the team made is neither in the files nor in an unmerged entry.
    Lost,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Right => "right",
            Self::NeedlessConflict => "needless conflict",
            Self::Wrong => "WRONG",
            Self::Lost => "LOST",
        })
    }
}

/// An outcome, and what it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) why: String,
}

impl Verdict {
    pub(super) fn new(outcome: Outcome, why: impl Into<String>) -> Self {
        Self { outcome, why: why.into() }
    }
}

/// The files of a service by path, without the tools' own.
pub(super) type Found = BTreeMap<String, Vec<u8>>;

/// What a person finds after an update.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The exit code; none after a signal.
    pub(super) exit: Option<i32>,
    /// The files before.
    pub(super) before: Found,
    /// The files after.
    pub(super) files: Found,
    /// Git's unmerged entries: path and content.
    pub(super) unmerged: Vec<(String, Vec<u8>)>,
}

impl Seen {
    /// How a person learns that there is something to settle.
    fn told(&self) -> Option<&'static str> {
        let is_marked = |bytes: &Vec<u8>| {
            ["<<<<<<< ", ">>>>>>> "].iter().all(|marker| count(bytes, marker) > 0)
        };
        if self.is_refused() {
            Some("refused, nothing written")
        } else if self.unmerged.iter().any(|(path, _)| is_shared(path)) {
            Some("unmerged entries")
        } else if self.files.values().any(is_marked) {
            Some("conflict markers")
        } else if self.files.keys().any(|path| path.ends_with(".rej")) {
            Some("a .rej file")
        } else if self.exit != Some(0) {
            Some("an exit code")
        } else {
            None
        }
    }

    fn is_refused(&self) -> bool {
        self.exit != Some(0) && self.files == self.before && self.unmerged.is_empty()
    }

    fn holds(&self, path: &str, text: &str) -> bool {
        self.files.get(path).is_some_and(|bytes| count(bytes, text) > 0)
    }

    /// Whether a text is anywhere that a person would look.
    fn has(&self, text: &str) -> bool {
        let unmerged = self.unmerged.iter().map(|(_, bytes)| bytes);
        self.files.values().chain(unmerged).any(|bytes| count(bytes, text.trim_end()) > 0)
    }
}

/// Whether a path is no tool's own.
pub(super) fn is_shared(path: &str) -> bool {
    !OWN_FILES.contains(&path)
}

fn count(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).filter(|part| *part == text.as_bytes()).count()
}

/// Judges one update.
pub(super) fn judge(scenario: &Scenario, seen: &Seen) -> Verdict {
    for expected in &scenario.expected {
        if let Expected::Team(path, text) = expected
            && !seen.has(text)
        {
            let why = format!("the team's `{}` of `{path}` is gone", shown(text));
            return Verdict::new(Outcome::Lost, why);
        }
    }
    let fault = scenario.expected.iter().find_map(|it| fault(it, seen));
    match (scenario.wanted, seen.told()) {
        (Wanted::Result, None) => match fault {
            Some(fault) => Verdict::new(Outcome::Wrong, format!("nobody is told, but {fault}")),
            None => Verdict::new(Outcome::Right, ""),
        },
        (Wanted::Result, Some(how)) => match dropped(scenario, seen) {
            Some(text) if !seen.is_refused() => Verdict::new(Outcome::Wrong, text),
            Some(_) | None => Verdict::new(Outcome::NeedlessConflict, how),
        },
        (Wanted::Choice, Some(how)) => match dropped(scenario, seen) {
            Some(text) => Verdict::new(Outcome::Wrong, text),
            None => Verdict::new(Outcome::Right, format!("told by {how}")),
        },
        (Wanted::Choice, None) => {
            let fault = fault.unwrap_or_else(|| "somebody has to choose".to_string());
            Verdict::new(Outcome::Wrong, format!("nobody is told, but {fault}"))
        }
    }
}

/// A text of the template that is nowhere, although a person is told of something.
fn dropped(scenario: &Scenario, seen: &Seen) -> Option<String> {
    scenario.expected.iter().find_map(|it| match it {
        Expected::Template(path, text) if !seen.has(text) => {
            Some(format!("the template's `{}` of `{path}` is nowhere", shown(text)))
        }
        _ => None,
    })
}

/// What does not hold.
fn fault(expected: &Expected, seen: &Seen) -> Option<String> {
    match expected {
        Expected::Team(path, text) | Expected::Template(path, text) => {
            (!seen.holds(path, text)).then(|| format!("`{path}` lacks `{}`", shown(text)))
        }
        Expected::Gone(path) => {
            seen.files.contains_key(*path).then(|| format!("`{path}` is still there"))
        }
        Expected::Without(path, text) => {
            seen.holds(path, text).then(|| format!("`{path}` holds `{}`", shown(text)))
        }
        Expected::Once(path, text) => {
            let times = seen.files.get(*path).map_or(0, |bytes| count(bytes, text));
            (times != 1).then(|| format!("`{path}` holds `{}` {times} times", shown(text)))
        }
        Expected::Json(path) => {
            let bytes = seen.files.get(*path).map_or(&[][..], Vec::as_slice);
            let parsed = serde_yaml::from_slice::<serde_yaml::Value>(bytes);
            (!parsed.is_ok_and(|it| it.is_mapping())).then(|| format!("`{path}` does not parse"))
        }
    }
}

fn shown(text: &str) -> String {
    text.escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::upgrade::scenarios::scenarios;

    fn named(name: &str) -> Scenario {
        scenarios().into_iter().find(|it| it.name == name).expect("it is in the list")
    }

    fn seen(exit: i32, files: &[(&str, &str)]) -> Seen {
        let files = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        Seen { exit: Some(exit), files, ..Seen::default() }
    }

    fn outcome(scenario: &str, seen: &Seen) -> Outcome {
        judge(&named(scenario), seen).outcome
    }

    #[test]
    fn one_sensible_result_is_right_where_it_is_there_and_nobody_is_asked() {
        let apart = "both changed lines apart";
        assert_eq!(outcome(apart, &seen(0, &[("a.txt", "TEMPLATE\nTEAM\n")])), Outcome::Right);
        assert_eq!(outcome(apart, &seen(0, &[("a.txt", "TEAM\n")])), Outcome::Wrong);
        assert_eq!(outcome(apart, &seen(0, &[("a.txt", "TEMPLATE\n")])), Outcome::Lost);
        let files = [("a.txt", "TEAM\n"), ("a.txt.rej", "+TEMPLATE\n")];
        assert_eq!(outcome(apart, &seen(0, &files)), Outcome::NeedlessConflict);
        assert_eq!(outcome(apart, &seen(1, &[("a.txt", "TEAM\n"), ("b", "")])), Outcome::Wrong);
    }

    #[test]
    fn a_refusal_is_needless_where_nothing_is_in_the_way() {
        let mut refused = seen(1, &[("a.txt", "TEAM\n"), ("b.txt", "UNCOMMITTED\n")]);
        refused.before = refused.files.clone();
        let dirty = "a file apart has an edit that is not committed";
        assert_eq!(outcome(dirty, &refused), Outcome::NeedlessConflict);
    }

    #[test]
    fn a_choice_is_right_where_the_person_is_told_and_has_both() {
        let same = "both changed the same line";
        let marked = "<<<<<<< ours\nTEAM\n=======\nTEMPLATE\n>>>>>>> theirs\n";
        assert_eq!(outcome(same, &seen(0, &[("a.txt", marked)])), Outcome::Right);
        assert_eq!(outcome(same, &seen(0, &[("a.txt", "TEAM\n")])), Outcome::Wrong);
        assert_eq!(outcome(same, &seen(6, &[("a.txt", "TEAM\n"), ("b", "")])), Outcome::Wrong);
        assert_eq!(outcome(same, &seen(0, &[("a.txt", "TEMPLATE\n")])), Outcome::Lost);
        let mut staged = seen(6, &[("a.txt", "TEAM\n")]);
        staged.unmerged = vec![("a.txt".into(), b"TEMPLATE\n".to_vec())];
        assert_eq!(outcome(same, &staged), Outcome::Right);
    }

    #[test]
    fn a_table_twice_is_wrong() {
        let toml = "both added a TOML table of one name in different places";
        let files = [("a.toml", "[new]\nvalue = \"TEMPLATE\"\n[new]\nvalue = \"TEAM\"\n")];
        let verdict = judge(&named(toml), &seen(0, &files));
        assert_eq!(verdict.outcome, Outcome::Wrong);
        assert_eq!(verdict.why, "nobody is told, but `a.toml` holds `[new]` 2 times");
    }
}
