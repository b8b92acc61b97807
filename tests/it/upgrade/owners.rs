//! Whose a file is: the platform's, the team's, or both.

use super::{
    manifest::{PLAIN, ruled},
    story::{Files, Story},
};

const OLD: &str = "on: push\n";
const NEW: &str = "on: [push, merge_group]\n";
const EDIT: &str = "on: never\n";

/// A service with one file under a rule that stays the same.
fn under(rule: &str, path: &str, before: &str, after: &str) -> Story {
    let rule = ruled(&[&format!("match: {path:?}, {rule}")]);
    Story::with((&rule, &[(path, before)]), (&rule, &[(path, after)]))
}

fn managed(before: &str, after: &str) -> Story {
    under("ownership: managed", "ci.yml", before, after)
}

fn seeded(before: &str, after: &str) -> Story {
    under("ownership: seeded", "src/main.py", before, after)
}

#[test]
fn a_managed_file_that_the_team_edited_is_replaced_named_and_kept_in_the_history() {
    let story = managed(OLD, NEW).edits("ci.yml", EDIT);
    let said = story.says(&["upgrade", "--to", "2.0.0", "--yes"]);
    assert!(said.starts_with("exit: 0"), "{said}");
    assert!(said.contains("replaced  ci.yml"), "{said}");
    assert_eq!(story.text("ci.yml"), NEW);
    assert_eq!(story.git(&["show", "HEAD^:ci.yml"]), EDIT.trim_end());
    assert!(story.status().is_empty());
}

#[test]
fn an_edit_of_a_managed_file_is_replaced_also_where_the_golden_path_left_it_alone() {
    let rule = ruled(&["match: ci.yml, ownership: managed"]);
    let after: Files<'_> = &[("ci.yml", OLD), ("new.txt", "")];
    let story = Story::with((&rule, &[("ci.yml", OLD)]), (&rule, after)).edits("ci.yml", EDIT);
    story.upgrades().is_clean(&["replaced ci.yml managed-edited", "added new.txt new"]);
    assert_eq!(story.text("ci.yml"), OLD);
}

#[test]
fn without_agreement_an_edit_of_a_managed_file_stops_everything() {
    let story = managed(OLD, NEW).edits("ci.yml", EDIT);
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (1, Some("planned")), "{}", told.json);
    assert_eq!(told.rows, ["replaced ci.yml managed-edited"]);
    assert_eq!(story.state(), before);
    let said = story.says(&["upgrade", "--to", "2.0.0"]);
    assert!(said.starts_with("exit: 1") && said.contains("pass `--yes` to agree"), "{said}");
}

#[test]
fn without_edits_of_the_team_nobody_needs_to_agree() {
    let told = managed(OLD, NEW).runs(&["upgrade", "--to", "2.0.0"]);
    told.is_clean(&["changed ci.yml golden-path"]);
}

#[test]
fn a_managed_file_that_the_team_deleted_is_back_if_somebody_agrees() {
    let story = managed(OLD, NEW).deletes("ci.yml");
    let told = story.runs(&["upgrade", "--to", "2.0.0"]);
    assert_eq!(
        (told.exit, &told.rows[..]),
        (1, &["replaced ci.yml managed-deleted".to_owned()][..])
    );
    assert_eq!(story.text("ci.yml"), "(none)");
    story.upgrades().is_clean(&["replaced ci.yml managed-deleted"]);
    assert_eq!(story.text("ci.yml"), NEW);
}

#[test]
fn a_managed_file_that_the_golden_path_drops_goes_with_the_teams_edit() {
    let rule = ruled(&["match: ci.yml, ownership: managed"]);
    let story = Story::with((&rule, &[("ci.yml", OLD)]), (&rule, &[])).edits("ci.yml", EDIT);
    assert_eq!(story.runs(&["upgrade", "--to", "2.0.0"]).exit, 1);
    story.upgrades().is_clean(&["replaced ci.yml managed-dropped"]);
    assert_eq!(story.text("ci.yml"), "(none)");
    assert_eq!(story.git(&["show", "HEAD^:ci.yml"]), EDIT.trim_end());
}

#[test]
fn a_file_of_the_team_where_a_managed_one_comes_is_replaced_if_somebody_agrees() {
    let rule = ruled(&["match: ci.yml, ownership: managed"]);
    let story = Story::with((PLAIN, &[]), (&rule, &[("ci.yml", NEW)])).edits("ci.yml", EDIT);
    assert_eq!(story.runs(&["upgrade", "--to", "2.0.0"]).exit, 1);
    story.upgrades().is_clean(&["replaced ci.yml managed-taken"]);
    assert_eq!(story.text("ci.yml"), NEW);
}

#[test]
fn an_uncommitted_edit_of_a_managed_file_is_in_the_way() {
    let story = managed(OLD, NEW).writes("ci.yml", EDIT);
    let before = story.state();
    story.upgrades().is_refused(3, "`ci.yml` has changes that are not committed");
    assert_eq!(story.state(), before);
}

#[test]
fn managed_keys_are_the_golden_paths_and_the_rest_of_the_file_is_merged() {
    let old = "[project]\nname = \"svc\"\n\n[tool.ruff]\nline-length = 80\n";
    let new = "[project]\nname = \"svc\"\n\n[tool.ruff]\nline-length = 100\n";
    let ours = "[project]\nname = \"svc\"\nversion = \"1\"\n\n[tool.ruff]\nline-length = 120\n";
    let story =
        under("managedKeys: [tool.ruff]", "pyproject.toml", old, new).edits("pyproject.toml", ours);
    story.upgrades().is_clean(&["replaced pyproject.toml managed-keys-edited"]);
    let merged = "[project]\nname = \"svc\"\nversion = \"1\"\n\n[tool.ruff]\nline-length = 100\n";
    assert_eq!(story.text("pyproject.toml"), merged);
}

#[test]
fn managed_keys_that_the_team_alone_changed_are_set_back() {
    let rule = ruled(&["match: pyproject.toml, managedKeys: [tool.ruff]"]);
    let old = "[project]\nname = \"svc\"\n\n[tool.ruff]\nline-length = 80\n";
    let after: Files<'_> = &[("new.txt", ""), ("pyproject.toml", old)];
    let ours = "[project]\nname = \"svc\"\nversion = \"1\"\n\n[tool.ruff]\nline-length = 120\n";
    let story = Story::with((&rule, &[("pyproject.toml", old)]), (&rule, after))
        .edits("pyproject.toml", ours);
    story
        .upgrades()
        .is_clean(&["added new.txt new", "replaced pyproject.toml managed-keys-edited"]);
    let merged = "[project]\nname = \"svc\"\nversion = \"1\"\n\n[tool.ruff]\nline-length = 80\n";
    assert_eq!(story.text("pyproject.toml"), merged);
}

#[test]
fn an_edit_of_a_managed_key_gives_way_only_if_somebody_agrees() {
    let (old, new) = ("[tool.ruff]\na = 1\n", "[tool.ruff]\na = 2\n");
    let story = under("managedKeys: [tool.ruff]", "p.toml", old, new)
        .edits("p.toml", "[tool.ruff]\na = 9\n");
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0"]);
    assert_eq!((told.exit, &told.json["state"]), (1, &"planned".into()));
    assert_eq!(story.state(), before);
}

#[test]
fn the_teams_file_taken_in_a_conflict_has_the_golden_paths_keys() {
    let old = "a = 1\n\n[tool.x]\nb = 1\n\n[tool.ruff]\nline = 1\n";
    let new = old.replace("a = 1", "a = 2").replace("line = 1", "line = 2");
    let story = under("managedKeys: [tool.ruff]", "p.toml", old, &new)
        .edits("p.toml", old.replace("a = 1", "a = 3"));
    let run = story.runs(&["upgrade", "--to", "2.0.0", "--yes", "--on-conflict", "ours"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(story.text("p.toml"), old.replace("a = 1", "a = 3").replace("line = 1", "line = 2"));
    assert_eq!(story.runs(&["check"]).exit, 0);
}

#[test]
fn managed_keys_of_a_file_that_does_not_parse_are_a_conflict() {
    let (old, new) = ("[tool.ruff]\na = 1\n", "[tool.ruff]\na = 2\n");
    let story = under("managedKeys: [tool.ruff]", "p.toml", old, new)
        .edits("p.toml", "this is no toml\n\n[tool.ruff]\na = 1\n");
    let told = story.upgrades();
    assert_eq!((told.exit, told.rows.len()), (6, 1), "{:?}", told.rows);
    assert!(told.rows[0].starts_with("conflict p.toml "), "{:?}", told.rows);
}

#[test]
fn a_seeded_file_is_the_teams_edited_or_not() {
    let story = seeded("1\n", "2\n").edits("src/main.py", "mine\n");
    story.upgrades().is_clean(&["kept src/main.py seeded-changed"]);
    assert_eq!(story.text("src/main.py"), "mine\n");
    let story = seeded("1\n", "2\n");
    story.upgrades().is_clean(&["kept src/main.py seeded-changed"]);
    assert_eq!(story.text("src/main.py"), "1\n");
}

#[test]
fn a_seeded_file_that_the_team_deleted_stays_deleted() {
    let story = seeded("1\n", "2\n").deletes("src/main.py");
    story.upgrades().is_clean(&["kept src/main.py seeded-deleted"]);
    assert_eq!(story.text("src/main.py"), "(none)");
}

#[test]
fn a_seeded_file_that_the_golden_path_drops_stays() {
    let rule = ruled(&["match: src/main.py, ownership: seeded"]);
    let story = Story::with((&rule, &[("src/main.py", "1\n")]), (&rule, &[]));
    story.upgrades().is_clean(&["kept src/main.py seeded-dropped"]);
    assert_eq!(story.text("src/main.py"), "1\n");
}

#[test]
fn a_new_seeded_file_comes_unless_the_team_has_one_there() {
    let rule = ruled(&["match: \"src/**\", ownership: seeded"]);
    let after: Files<'_> = &[("src/a.py", "a\n"), ("src/b.py", "b\n")];
    let story = Story::with((&rule, &[]), (&rule, after)).edits("src/a.py", "mine\n");
    story.upgrades().is_clean(&["kept src/a.py seeded-taken", "added src/b.py new"]);
    assert_eq!((story.text("src/a.py"), story.text("src/b.py")), ("mine\n".into(), "b\n".into()));
}

#[test]
fn a_file_that_becomes_managed_replaces_the_teams_edit_and_says_why() {
    let rule = ruled(&["match: a.txt, ownership: managed"]);
    let story = Story::with((PLAIN, &[("a.txt", "1\n")]), (&rule, &[("a.txt", "1\n")]));
    let story = story.edits("a.txt", "mine\n");
    assert_eq!(story.runs(&["upgrade", "--to", "2.0.0"]).exit, 1);
    let told = story.upgrades();
    told.is_clean(&["replaced a.txt managed-edited"]);
    assert_eq!(told.notes_of("a.txt"), ["ownership-changed"]);
    assert!(story.text("flagstone.lock").contains("own: managed"));
}

#[test]
fn a_managed_file_that_becomes_the_teams_keeps_its_edit() {
    let before = ruled(&["match: a.txt, ownership: managed"]);
    let after = ruled(&["match: a.txt, ownership: seeded"]);
    let story = Story::with((&before, &[("a.txt", "1\n")]), (&after, &[("a.txt", "2\n")]));
    let story = story.edits("a.txt", "mine\n");
    let told = story.upgrades();
    told.is_clean(&["kept a.txt seeded-changed"]);
    assert_eq!(told.notes_of("a.txt"), ["ownership-changed"]);
    assert_eq!(story.text("a.txt"), "mine\n");
}

#[test]
fn a_managed_file_that_becomes_shared_merges_the_teams_edit() {
    let before = ruled(&["match: a.txt, ownership: managed"]);
    let story = Story::with(
        (&before, &[("a.txt", "1\n2\n3\n4\n5\n")]),
        (PLAIN, &[("a.txt", "theirs\n2\n3\n4\n5\n")]),
    );
    let story = story.edits("a.txt", "1\n2\n3\n4\nours\n");
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "theirs\n2\n3\n4\nours\n");
}
