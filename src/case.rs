//! `cases/NAME.yaml`: answers to a golden path or layer, and what must come of them.
//!
//! **Invariant:** everything that a case demands has its place, so that whatever fails can be shown
//! where it was demanded.

mod missing;
mod read;
mod told;

pub use told::{asked_for, told_of_case};

use std::sync::LazyLock;

use crate::{
    data::parse_yaml,
    diag::{Diagnostic, has_errors},
    glob::Glob,
    schema::Schema,
    spec::Stated,
    text::{Document, Place},
    tree::{RepoPath, Tree},
    version::Version,
};

/// The folder of a version's cases.
pub const FOLDER: &str = "cases";

/// The published JSON Schema of a case.
pub const SCHEMA: &str = include_str!("case/case.schema.json");

static VALIDATOR: LazyLock<Schema> =
    LazyLock::new(|| Schema::parse(SCHEMA).expect("our own schema is valid"));

/// Answers to a golden path or layer, and what must come of them.
#[derive(Debug, Clone)]
pub struct Case {
    /// The name, its file's.
    pub name: String,
    /// The answers.
    pub parameters: Vec<Stated>,
    /// Where the answers stand.
    pub place: Place,
    /// The annotations of the service, for policies.
    pub annotations: Vec<(String, String)>,
    /// The ticket that it is made for, for policies.
    pub ticket: Option<String>,
    /// Which files the snapshot holds with their text; all where nothing is said.
    pub texts: Option<Vec<Glob>>,
    /// What must come of the answers.
    pub expect: Expect,
    /// Services of older versions on their way to this one.
    pub upgrades: Vec<Upgrade>,
    /// The text that all this was read from.
    pub document: Document,
}

/// What must come of answers or of an upgrade.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// Patterns of which each must match a file.
    pub present: Vec<Expected<Glob>>,
    /// Patterns of which none may match a file.
    pub absent: Vec<Expected<Glob>>,
    /// Texts that must stand in a file.
    pub contains: Vec<Contained>,
    /// The code of the mistake that the answers must be refused with.
    pub refused: Option<Expected<String>>,
    /// The rules of policies that must find something, and alone may stop it.
    pub findings: Vec<Expected<String>>,
    /// The paths that an upgrade must leave to a person, all of them.
    pub conflicts: Vec<Expected<RepoPath>>,
}

/// A text that must stand in a file.
#[derive(Debug, Clone)]
pub struct Contained {
    /// The file.
    pub file: Expected<RepoPath>,
    /// The text.
    pub text: Expected<String>,
}

/// Something that is demanded, and where.
#[derive(Debug, Clone)]
pub struct Expected<T> {
    /// What.
    pub value: T,
    /// Where the case says so.
    pub place: Place,
}

/// A service of an older version, edited by its team, on its way to the version of the case.
#[derive(Debug, Clone)]
pub struct Upgrade {
    /// What the team did, in a few words.
    pub name: Option<String>,
    /// The version that the service has.
    pub from: Expected<Version>,
    /// The answers that it was made with; those of the case where nothing is said.
    pub parameters: Option<Vec<Stated>>,
    /// What the team did, in order.
    pub edits: Vec<Expected<Edit>>,
    /// What must come of it.
    pub expect: Expect,
}

/// One thing that a team does to its files.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A text takes a file's place.
    Write {
        /// The file.
        path: Expected<RepoPath>,
        /// The text.
        text: String,
    },
    /// A text that stands once in a file becomes another.
    Replace {
        /// The file.
        path: Expected<RepoPath>,
        /// What stands there.
        find: Expected<String>,
        /// What shall stand there.
        with: String,
    },
    /// The files go.
    Delete(Glob),
    /// A file moves.
    Move {
        /// Where it is.
        from: Expected<RepoPath>,
        /// Where it goes.
        to: Expected<RepoPath>,
    },
}

/// The names of the cases among a version's files, in order.
pub fn names(files: &Tree) -> Vec<String> {
    let name = |path: &RepoPath| {
        let name = path.as_str().strip_prefix("cases/")?.strip_suffix(".yaml")?;
        (!name.contains('/')).then(|| name.to_owned())
    };
    files.paths().filter_map(name).collect()
}

/// The snapshots among a version's files that are of no case.
pub fn orphans(files: &Tree) -> Vec<RepoPath> {
    let is_orphan = |path: &&RepoPath| {
        let name = path.as_str().strip_prefix("cases/").and_then(|it| it.strip_suffix(".snap"));
        let name = name.filter(|it| !it.contains('/'));
        name.is_some_and(|it| files.file(&format!("{FOLDER}/{it}.yaml")).is_none())
    };
    files.paths().filter(is_orphan).cloned().collect()
}

/// The file of a case's snapshot, in a version's folder.
pub fn snapshot_file(name: &str) -> String {
    format!("{FOLDER}/{name}.snap")
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// Every mistake in it, each at its place.
    pub fn parse(name: &str, document: &Document) -> Result<Self, Vec<Diagnostic>> {
        let data = parse_yaml(document).map_err(|mistake| vec![mistake])?;
        let mut mistakes = VALIDATOR.check(&data);
        let case = read::case(name, &data.root(), document, &mut mistakes);
        if has_errors(&mistakes) { Err(mistakes) } else { Ok(case) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Case, Vec<String>> {
        let show = |it: Diagnostic| {
            let help = it.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{} {}{help}", it.place.unwrap().label(), it.message)
        };
        let case = Case::parse("defaults", &Document::new("cases/defaults.yaml", text));
        case.map_err(|mistakes| mistakes.into_iter().map(show).collect())
    }

    #[test]
    fn a_case_says_answers_expectations_and_upgrades() {
        let case = parse(
            "parameters: {name: orders}\nsnapshot: [README.md]\n\
             expect:\n  present: [README.md]\n  absent: ['.github/**']\n  contains: {README.md: [orders, '# ']}\n\
             upgrade:\n  - from: 1.0.0\n    edits:\n      - write: {path: a, text: b}\n      \
             - replace: {path: a, find: b, with: c}\n      - delete: 'k8s/**'\n      - move: {from: a, to: b}\n    \
             expect: {conflicts: [README.md]}\n",
        )
        .unwrap();
        assert_eq!(case.parameters[0].name, "orders".replace("orders", "name"));
        assert_eq!(case.expect.contains.len(), 2);
        assert_eq!(case.expect.contains[1].text.place.label(), "cases/defaults.yaml:6:34");
        let upgrade = &case.upgrades[0];
        assert_eq!((upgrade.edits.len(), upgrade.expect.conflicts.len()), (4, 1));
    }

    #[test]
    fn every_mistake_of_a_case_is_told_at_its_place() {
        insta::assert_debug_snapshot!(
            parse("paramters: {}\nexpect: {contains: {../a: b}, absent: ['a/']}\nupgrade: [{from: one, edits: [{write: {path: /a, text: x}}]}]\n").unwrap_err(), @r#"
        [
            "cases/defaults.yaml:1:1 `paramters` is not known here (did you mean `parameters`?)",
            "cases/defaults.yaml:1:1 the document needs the key `parameters`",
            "cases/defaults.yaml:2:21 `../a` is no path of a repository: the component `..` leaves the folder or names it",
            "cases/defaults.yaml:2:40 `a/` is no pattern: write `a/**` to match what is in the folder",
            "cases/defaults.yaml:3:40 `/a` is no path of a repository: the path is absolute",
            "cases/defaults.yaml:3:18 `one` is no version (write for instance `1.0.0`)",
        ]
        "#);
    }

    #[test]
    fn the_cases_are_the_yaml_files_of_the_folder() {
        let paths = ["cases/b.yaml", "cases/a.yaml", "cases/a.snap", "cases/x/c.yaml", "a.yaml"];
        let entry = |path: &&str| (RepoPath::parse(path).unwrap(), crate::tree::Entry::file(*b""));
        assert_eq!(names(&paths.iter().map(entry).collect()), ["a", "b"]);
        let lost = ["cases/a.snap", "cases/b.snap", "cases/b.yaml", "b.snap"];
        assert_eq!(orphans(&lost.iter().map(entry).collect())[0].as_str(), "cases/a.snap");
    }
}
