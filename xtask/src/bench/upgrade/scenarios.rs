//! The list of cases.

use super::{
    scenario::{Act, Expected, History, Scenario, Wanted},
    versions::{Files, Owner, PACKAGE, Versions},
};

use Act::{Delete, Move, Write};
use Expected::{Gone, Json, Once, Team, Template, Without};

/// Every case but the kill, which is played by `kill`.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = lines();
    all.extend(paths());
    all.extend(owners());
    all.extend(structures());
    all.extend(surroundings());
    all
}

/// Changes in the lines of one file.
fn lines() -> Vec<Scenario> {
    let both_edit = case(&[("a.txt", text(&[]))], &[("a.txt", text(&[(2, "TEMPLATE")]))]);
    vec![
        both_edit
            .clone()
            .name("both changed lines apart")
            .team([Write("a.txt", text(&[(11, "TEAM")]))])
            .expects([Team("a.txt", "TEAM"), Template("a.txt", "TEMPLATE")]),
        both_edit
            .clone()
            .name("both changed the same line")
            .team([Write("a.txt", text(&[(2, "TEAM")]))])
            .asks()
            .expects([Team("a.txt", "TEAM"), Template("a.txt", "TEMPLATE")]),
        both_edit
            .clone()
            .name("the team had made the template's change already, and one apart")
            .team([Write("a.txt", text(&[(2, "TEMPLATE"), (11, "TEAM")]))])
            .expects([Team("a.txt", "TEAM"), Once("a.txt", "TEMPLATE")]),
        both_edit
            .name("the team's file has CRLF, the template fixed a line")
            .team([Write("a.txt", text(&[(11, "TEAM")]).replace('\n', "\r\n"))])
            .expects([Team("a.txt", "TEAM\r\n"), Template("a.txt", "TEMPLATE\r\n")]),
        case(&[("a.bin", "\0one".into())], &[("a.bin", "\0TEMPLATE".into())])
            .name("both replaced a binary")
            .team([Write("a.bin", "\0TEAM".into())])
            .asks()
            .expects([Team("a.bin", "\0TEAM"), Template("a.bin", "\0TEMPLATE")]),
    ]
}

/// Changes of where a file lies.
fn paths() -> Vec<Scenario> {
    let renamed = case(&[("old.txt", text(&[]))], &[("new.txt", text(&[]))])
        .team([Write("old.txt", text(&[(11, "TEAM")]))])
        .expects([Team("new.txt", "TEAM"), Gone("old.txt")]);
    let folder = |tail: &str| format!("@PACKAGE@/{tail}");
    vec![
        renamed
            .clone()
            .name("the template moved a file and declared it, the team edited it")
            .moves(),
        renamed.name("the template moved a file and did not say so, the team edited it"),
        case(&[("a.txt", text(&[])), ("b.txt", text(&[]))], &[("b.txt", text(&[(1, "new")]))])
            .name("the template deleted a file, the team edited it")
            .team([Write("a.txt", text(&[(11, "TEAM")]))])
            .asks()
            .expects([Team("a.txt", "TEAM")]),
        case(&[("a.txt", text(&[]))], &[("a.txt", text(&[(2, "TEMPLATE")]))])
            .name("the team deleted a file, the template changed it")
            .team([Delete("a.txt")])
            .asks()
            .expects([Template("a.txt", "TEMPLATE")]),
        case(&[("a.txt", text(&[]))], &[("a.txt", text(&[(2, "TEMPLATE")]))])
            .name("the team moved a file, the template fixed it")
            .team([Move("a.txt", "docs/b.txt")])
            .expects([Template("docs/b.txt", "TEMPLATE"), Gone("a.txt")]),
        case(&[(&folder("a.txt"), text(&[]))], &[(&folder("a.txt"), text(&[(2, "TEMPLATE")]))])
            .name("another answer renames a folder that the team edited in")
            .answers("store")
            .team([Write("shop/a.txt", text(&[(11, "TEAM")]))])
            .expects([
                Team("store/a.txt", "TEAM"),
                Template("store/a.txt", "TEMPLATE"),
                Gone("shop/a.txt"),
            ]),
        case(&[("b.txt", text(&[]))], &[("a.txt", text(&[])), ("b.txt", text(&[]))])
            .name("both added the same file")
            .team([Write("a.txt", text(&[]))])
            .expects([Team("a.txt", "line 1\n"), Template("a.txt", "line 12\n")]),
    ]
}

/// Files that are more the one's than the other's.
fn owners() -> Vec<Scenario> {
    let edited = case(&[("ci.txt", text(&[]))], &[("ci.txt", text(&[(2, "TEMPLATE")]))])
        .team([Write("ci.txt", text(&[(2, "TEAM")]))]);
    vec![
        edited
            .clone()
            .name("the platform fixed a managed file in a line that the team edited")
            .owned(Owner::Platform("ci.txt"))
            .expects([Template("ci.txt", "TEMPLATE"), Without("ci.txt", "TEAM")]),
        edited
            .name("the template changed a seeded file in a line that the team edited")
            .owned(Owner::Team("ci.txt"))
            .expects([Team("ci.txt", "TEAM"), Without("ci.txt", "TEMPLATE")]),
    ]
}

/// A job of a workflow, with the comment that a pinned action carries.
macro_rules! job {
    ($name:literal) => {
        concat!(
            "  ",
            $name,
            ":\n    runs-on: ubuntu-24.04\n    steps:\n",
            "      - uses: actions/checkout@0123456789012345678901234567890123456789 # v4\n",
        )
    };
}

/// Changes that make sense by key and not by line.
fn structures() -> Vec<Scenario> {
    const TOML: &str = "[a]\nx = 1\n\n# middle\n\n# more\n\n[z]\ny = 1\n";
    let dependencies = |more: &str| {
        format!("{{\n  \"dependencies\": {{\n    \"left\": \"1.0.0\"{more}\n  }}\n}}\n")
    };
    let jobs = |more: &str| format!("name: checks\non: [push]\n\njobs:\n{}{more}", job!("test"));
    let file = "package.json";
    let workflow = ".github/workflows/checks.yaml";
    vec![
        case(
            &[("a.toml", TOML.into())],
            &[("a.toml", format!("[new]\nvalue = \"TEMPLATE\"\n\n{TOML}"))],
        )
        .name("both added a TOML table of one name in different places")
        .team([Write("a.toml", format!("{TOML}\n[new]\nvalue = \"TEAM\"\n"))])
        .asks()
        .expects([
            Team("a.toml", "TEAM"),
            Template("a.toml", "TEMPLATE"),
            Once("a.toml", "[new]"),
        ]),
        case(
            &[(file, dependencies(""))],
            &[(file, dependencies(",\n    \"template\": \"1.0.0\""))],
        )
        .name("both added a dependency to package.json")
        .team([Write(file, dependencies(",\n    \"team\": \"1.0.0\""))])
        .expects([
            Team(file, "\"team\": \"1.0.0\""),
            Template(file, "\"template\": \"1.0.0\""),
            Json(file),
        ]),
        case(&[(workflow, jobs(""))], &[(workflow, jobs(concat!("\n", job!("template"))))])
            .name("both added a job at the end of a workflow")
            .team([Write(workflow, jobs(concat!("\n", job!("team"))))])
            .expects([Team(workflow, job!("team")), Template(workflow, job!("template"))]),
    ]
}

/// What stands around the files.
fn surroundings() -> Vec<Scenario> {
    let both_edit = case(
        &[("a.txt", text(&[])), ("b.txt", text(&[]))],
        &[("a.txt", text(&[(2, "TEMPLATE")])), ("b.txt", text(&[]))],
    )
    .expects([Team("a.txt", "TEAM"), Template("a.txt", "TEMPLATE")]);
    vec![
        both_edit
            .clone()
            .name("the user's git has apply.whitespace = error, the team's lines end in a space")
            .configured("[apply]\n\twhitespace = error\n")
            .team([Write("a.txt", text(&[(11, "TEAM ")]))]),
        both_edit
            .clone()
            .name("the team's history was squashed, both changed lines apart")
            .team([Write("a.txt", text(&[(11, "TEAM")]))])
            .squashed(),
        both_edit
            .name("a file apart has an edit that is not committed")
            .team([Write("a.txt", text(&[(11, "TEAM")]))])
            .leaves([Write("b.txt", text(&[(11, "UNCOMMITTED")]))])
            .also(Team("b.txt", "UNCOMMITTED")),
    ]
}

/// Twelve lines, some of them in other words.
fn text(changed: &[(usize, &str)]) -> String {
    let line = |number: usize| {
        let words = changed.iter().find(|(at, _)| *at == number).map(|(_, words)| *words);
        words.map_or_else(|| format!("line {number}\n"), |words| format!("{words}\n"))
    };
    (1..=12).map(line).collect()
}

fn case(before: &[(&str, String)], after: &[(&str, String)]) -> Scenario {
    let files = |files: &[(&str, String)]| -> Files {
        files.iter().map(|(path, text)| ((*path).to_string(), text.clone())).collect()
    };
    Scenario {
        name: "",
        versions: Versions { before: files(before), after: files(after), ..Versions::default() },
        answer: PACKAGE,
        settings: "",
        team: Vec::new(),
        history: History::Whole,
        uncommitted: Vec::new(),
        wanted: Wanted::Result,
        expected: Vec::new(),
    }
}

/// The words that the list is written in.
impl Scenario {
    fn name(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    fn team<const N: usize>(self, team: [Act; N]) -> Self {
        Self { team: team.into(), ..self }
    }

    fn leaves<const N: usize>(self, uncommitted: [Act; N]) -> Self {
        Self { uncommitted: uncommitted.into(), ..self }
    }

    fn squashed(self) -> Self {
        Self { history: History::Squashed, ..self }
    }

    fn asks(self) -> Self {
        Self { wanted: Wanted::Choice, ..self }
    }

    fn answers(self, answer: &'static str) -> Self {
        Self { answer, ..self }
    }

    fn configured(self, settings: &'static str) -> Self {
        Self { settings, ..self }
    }

    fn owned(mut self, owner: Owner) -> Self {
        self.versions.owner = Some(owner);
        self
    }

    fn moves(mut self) -> Self {
        self.versions.moved = Some(("old.txt", "new.txt"));
        self
    }

    fn expects<const N: usize>(self, expected: [Expected; N]) -> Self {
        Self { expected: expected.into(), ..self }
    }

    fn also(mut self, expected: Expected) -> Self {
        self.expected.push(expected);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_case_has_a_name_of_its_own_and_an_expectation() {
        let all = scenarios();
        let names: BTreeSet<&str> = all.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|it| !it.name.is_empty() && !it.expected.is_empty()));
    }

    #[test]
    fn in_every_case_the_template_changes_something() {
        assert!(
            scenarios()
                .iter()
                .all(|it| { it.versions.before != it.versions.after || it.answer != PACKAGE })
        );
    }
}
