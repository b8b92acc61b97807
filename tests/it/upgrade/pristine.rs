//! What a version rendered is known after an upgrade merged it with the team's edits, and so in no commit.

use super::{manifest::ruled, story::Story};

/// A service whose only file both sides changed, upgraded without a conflict.
fn merged() -> Story {
    let rule = ruled(&["match: p.toml, managedKeys: [tool.ruff]"]);
    let old = "a = 1\n\n[tool.x]\nb = 1\n\n[tool.ruff]\nline = 1\n";
    let new = old.replace("line = 1", "line = 2");
    let story = Story::with((&rule, &[("p.toml", old)]), (&rule, &[("p.toml", &new)]));
    let story = story.edits("p.toml", old.replace("a = 1", "a = 3"));
    story.upgrades().is_clean(&["changed p.toml both"]);
    story
}

#[test]
fn the_teams_edit_alone_is_shown() {
    let diff = merged().says(&["diff"]);
    assert!(
        diff.starts_with("exit: 0") && diff.contains("-a = 1\n") && diff.contains("+a = 3\n"),
        "{diff}"
    );
    assert!(!diff.contains("line"), "{diff}");
}

#[test]
fn an_edit_of_a_managed_key_is_found() {
    let story = merged();
    assert_eq!(story.runs(&["check"]).exit, 0);
    let text = story.text("p.toml").replace("line = 2", "line = 3");
    let story = story.edits("p.toml", text);
    let check = story.says(&["check"]);
    assert!(check.starts_with("exit: 1") && check.contains("`tool.ruff` of `p.toml`"), "{check}");
}

#[test]
fn the_file_is_restored() {
    let story = merged();
    assert_eq!(story.runs(&["restore", "p.toml", "--yes"]).exit, 0);
    assert_eq!(story.text("p.toml"), "a = 1\n\n[tool.x]\nb = 1\n\n[tool.ruff]\nline = 2\n");
}

#[test]
fn a_catalog_that_moved_is_named() {
    let story = merged();
    let folder = story.path("../catalog");
    std::fs::rename(&folder, folder.with_file_name("moved")).unwrap();
    let diff = story.says(&["diff"]);
    assert!(diff.starts_with("exit: 3") && diff.contains("base-gone"), "{diff}");
    let diff = story.says(&["diff", "--catalog", "../moved"]);
    assert!(diff.starts_with("exit: 0") && diff.contains("+a = 3\n"), "{diff}");
}
