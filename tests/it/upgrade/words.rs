//! What people read.

use super::story::{Files, PLAIN, Story, migrating, migrations, ruled};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

/// Something of every kind, and a conflict if wanted.
fn story(team: &str) -> Story {
    let rules =
        ruled(&["match: ci.yml, ownership: managed", "match: \"src/**\", ownership: seeded"]);
    let before: Files<'_> = &[
        ("README.md", BASE),
        ("ci.yml", "on: push\n"),
        ("k8s/app.yaml", "a: 1\n"),
        ("setup.cfg", "1\n"),
        ("src/main.py", "1\n"),
    ];
    let asks = rules.replace(
        "    name: {type: string}\n",
        "    name: {type: string}\n    port: {type: integer, default: 8080}\n",
    );
    let after = asks
        + &migrations(
            "2.0.0",
            &[
                "move: {from: \"k8s/**\", to: \"deploy/**\"}",
                "note: \"Rotate the deploy key: docs/upgrading.md says how.\"",
            ],
        );
    let files: Files<'_> = &[
        ("README.md", THEIRS),
        ("ci.yml", "on: [push]\n"),
        ("deploy/app.yaml", "a: 1\n"),
        ("new.txt", "new\n"),
        ("src/main.py", "2\n"),
    ];
    Story::with((&rules, before), (&after, files))
        .edits("README.md", team)
        .edits("ci.yml", "on: never\n")
}

const APART: &str = "1\n2\n3\n4\nours\n";
const SAME: &str = "ours\n2\n3\n4\n5\n";

#[test]
fn a_look_at_an_upgrade() {
    insta::assert_snapshot!(story(APART).says(&["upgrade", "--to", "2.0.0", "--dry-run"]), @"");
}

#[test]
fn a_closer_look_shows_every_difference() {
    insta::assert_snapshot!(story(SAME).says(&["upgrade", "--to", "2.0.0", "--dry-run", "-v"]), @"");
}

#[test]
fn an_upgrade() {
    insta::assert_snapshot!(story(APART).says(&["upgrade", "--to", "2.0.0", "--yes"]), @"");
}

#[test]
fn an_upgrade_that_nobody_agreed_to() {
    insta::assert_snapshot!(story(APART).says(&["upgrade", "--to", "2.0.0"]), @"");
}

#[test]
fn an_upgrade_with_conflicts() {
    let story = story(SAME);
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0", "--yes"]), @"");
    insta::assert_snapshot!(story.says(&["upgrade", "--continue"]), @"");
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"");
    insta::assert_snapshot!(story.says(&["upgrade", "--abort"]), @"");
}

#[test]
fn conflicts_that_stop() {
    let said = story(SAME).says(&["upgrade", "--to", "2.0.0", "--yes", "--on-conflict", "stop"]);
    insta::assert_snapshot!(said.lines().last().unwrap(), @"");
}

#[test]
fn work_in_the_way() {
    let story = story(APART).writes("README.md", "dirty\n").writes("new.txt", "mine\n");
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0", "--yes"]), @"");
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(story(APART).says(&["upgrade"]), @"");
    insta::assert_snapshot!(story(APART).says(&["apply"]), @"");
}

#[test]
fn a_branch() {
    let said = story(APART).says(&["upgrade", "--to", "2.0.0", "--yes", "--branch", "up"]);
    insta::assert_snapshot!(said.lines().last().unwrap(), @"");
}

#[test]
fn an_older_version() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "1.0.0"]), @"");
}

#[test]
fn a_base_that_is_gone() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).edits("a.txt", APART);
    story.forgets();
    let story = story.loses_release(Some("1.0.0"));
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"");
}

#[test]
fn a_lock_that_was_edited() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    let lock = story.text("flagstone.lock").replace("mode: \"100644\"", "mode: \"100755\"");
    let story = story.edits("flagstone.lock", lock);
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"");
    insta::assert_snapshot!(story.says(&["apply"]), @"");
}

#[test]
fn a_move_of_the_teams_that_was_followed() {
    let steps = migrating(&["note: Nothing to do."]);
    let long = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    let story = Story::with(
        (PLAIN, &[("a.txt", long)]),
        (&steps, &[("a.txt", "theirs\n2\n3\n4\n5\n6\n7\n8\n9\n")]),
    );
    let story = story.moves("a.txt", "b.txt").edits("b.txt", "1\n2\n3\n4\n5\n6\n7\n8\nours\n");
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"");
}
