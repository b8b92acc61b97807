//! What will be written, before it is; and what was, after.

use super::{
    TREE_LINES, TreePicture, draw_tree,
    ink::{self, FAINT, NAME, clip, pad, paint},
};
use crate::{
    answer::{Answer, Answers},
    tree::Tree,
    ui::{Look, clean_line},
    version::Version,
};

/// A service that is about to be written.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a> {
    /// The golden path's name.
    pub golden_path: &'a str,
    /// Its version.
    pub version: &'a Version,
    /// The folder that becomes the repository, as the person named it.
    pub target: &'a str,
    /// Every answer.
    pub answers: &'a Answers,
    /// Whether to say where the answers came from.
    pub origins: Origins,
    /// What will be written.
    pub tree: &'a Tree,
}

/// Whether to say where answers came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origins {
    /// Only the values.
    #[default]
    Hidden,
    /// With `--explain`.
    Shown,
}

/// The golden path, the answers, the files and how much they are.
pub fn summary(summary: &Summary<'_>, look: Look) -> String {
    let golden_path = format!("{}@{}", clean_line(summary.golden_path), summary.version);
    let arrow = look.draw("→", "->");
    let picture = TreePicture { root: summary.target, tree: summary.tree, lines: TREE_LINES };
    let parts = [
        format!("{} {arrow} {}", paint(NAME, golden_path), clean_line(summary.target)),
        answers(summary.answers, summary.origins, look),
        draw_tree(picture, look),
        amount(summary.tree),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The answers in a table, each on one line.
pub fn answers(answers: &Answers, origins: Origins, look: Look) -> String {
    let names = ink::widest(answers.keys().map(String::as_str));
    let rows: Vec<_> = answers.iter().map(|(name, answer)| (name, answer, value(answer))).collect();
    let values = ink::widest(rows.iter().map(|(_, _, value)| value.as_str()));
    let origin_columns = match origins {
        Origins::Hidden => 0,
        Origins::Shown => 18,
    };
    let values = values.min(look.line().saturating_sub(names + 4 + origin_columns).max(16));
    let line = |(name, answer, value): &(&String, &Answer, String)| {
        let value = pad(&clip(value, values), values);
        let origin = match origins {
            Origins::Hidden => String::new(),
            Origins::Shown => paint(FAINT, format!("  {}", answer.origin)),
        };
        let line = format!("  {}  {value}{origin}", paint(FAINT, pad(&clean_line(name), names)));
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn value(answer: &Answer) -> String {
    match answer.value.to_string() {
        empty if empty.is_empty() => "\"\"".to_owned(),
        value => clean_line(&value).into_owned(),
    }
}

/// That the files are there now.
pub fn wrote(tree: &Tree, target: &str, commit: Option<&str>) -> String {
    let files = ink::count(tree.len(), "file");
    let committed = commit.map(|id| format!(" in commit {}", clean_line(id)));
    format!("Wrote {files} to `{}`{}", clean_line(target), committed.unwrap_or(".".to_owned()))
}

fn amount(tree: &Tree) -> String {
    format!("{}, {}", ink::count(tree.len(), "file"), ink::size(tree.size()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        answer::Origin,
        data::Value,
        tree::{Entry, RepoPath},
        ui::human::ink::test::{TERMINAL, plain},
    };

    fn service() -> (Answers, Tree) {
        let answer = |name: &str, value: Value, origin| (name.to_owned(), Answer { value, origin });
        let answers = Answers::from([
            answer("name", "orders-api".into(), Origin::Flag),
            answer("description", "Takes orders.\n\x1b[31mAll ".repeat(9).into(), Origin::Prompt),
            answer("port", 8080.into(), Origin::Default),
            answer("team", "".into(), Origin::Default),
            answer("regions", Value::List(vec!["eu".into(), "us".into()]), Origin::Spec),
        ]);
        let file = |path: &str| (RepoPath::parse(path).unwrap(), Entry::file(*b"four"));
        (answers, ["README.md", "src/main.py", "flagstone.yaml"].map(file).into_iter().collect())
    }

    fn shown(origins: Origins) -> String {
        let (answers, tree) = service();
        let version = "1.2.0".parse().unwrap();
        let service = Summary {
            golden_path: "python-service",
            version: &version,
            target: "./orders-api",
            answers: &answers,
            origins,
            tree: &tree,
        };
        plain(&summary(&service, TERMINAL))
    }

    #[test]
    fn a_summary_says_what_will_be_where() {
        assert_snapshot!(shown(Origins::Hidden), @r#"
        python-service@1.2.0 → ./orders-api

          description  Takes orders. ␛[31mAll Takes orders. ␛[31mAll Takes orders. ␛[...
          name         orders-api
          port         8080
          regions      ["eu","us"]
          team         ""

        ./orders-api/
        ├── src/
        │   └── main.py
        ├── README.md
        └── flagstone.yaml

        3 files, 12 B
        "#);
    }

    #[test]
    fn a_summary_can_say_where_each_answer_came_from() {
        assert_snapshot!(shown(Origins::Shown), @r#"
        python-service@1.2.0 → ./orders-api

          description  Takes orders. ␛[31mAll Takes orders. ␛[31mAl...  the prompt
          name         orders-api                                       the command line
          port         8080                                             the default
          regions      ["eu","us"]                                      the spec
          team         ""                                               the default

        ./orders-api/
        ├── src/
        │   └── main.py
        ├── README.md
        └── flagstone.yaml

        3 files, 12 B
        "#);
    }

    #[test]
    fn what_was_written_is_one_line() {
        let (_, tree) = service();
        assert_snapshot!(wrote(&tree, "orders-api", None), @"Wrote 3 files to `orders-api`.");
        assert_snapshot!(wrote(&tree, "x", Some("1a2b3c4")), @"Wrote 3 files to `x` in commit 1a2b3c4");
    }
}
