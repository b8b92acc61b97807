//! What people mistype, forget and break, and what they are told.

use super::{
    manifest::{asking, migrations},
    story::Story,
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

fn story() -> Story {
    Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
}

#[test]
fn a_folder_that_is_none_never_means_the_service_around() {
    let story = story();
    let before = story.state();
    for folder in ["nosuch", "a.txt"] {
        let words = format!("there is no folder `{folder}`");
        story.runs(&["upgrade", folder, "--yes"]).is_refused(3, &words);
        story.runs(&["apply", folder]).is_refused(3, &words);
        story.runs(&["check", folder]).is_refused(3, &words);
    }
    story.runs(&["upgrade", "2.0.0"]).is_refused(3, "`--to 2.0.0` names a version");
    assert_eq!(story.state(), before);
}

#[test]
fn a_version_with_a_letter_is_put_right() {
    let said = story().says(&["upgrade", "--to", "v2.0.0"]);
    assert!(said.starts_with("exit: 2") && said.contains("without the `v`"), "{said}");
}

#[test]
fn an_old_name_on_the_command_line_is_answered_with_the_new_one() {
    let first = asking(&["db: {type: string, default: none}"]);
    let second = asking(&["database: {type: string, default: none}"])
        + &migrations("2.0.0", &["rename-parameter: {from: db, to: database}"]);
    let story = Story::with((&first, &[("a.txt", BASE)]), (&second, &[("a.txt", THEIRS)]));
    story
        .runs(&["upgrade", "--to", "2.0.0", "--set", "db=postgres"])
        .is_refused(3, "it is called `database` now");
}

#[test]
fn a_look_says_what_would_refuse_the_run() {
    let story = story().writes("a.txt", "1\n2\n3\n4\nours\n");
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]);
    assert_eq!(told.exit, 0);
    let warnings = told.json["diagnostics"].to_string();
    assert!(warnings.contains("`a.txt` has changes that are not committed"), "{warnings}");
    assert!(warnings.contains("would be refused as it stands"), "{warnings}");
}

#[test]
fn several_things_in_the_way_are_one_mistake() {
    let files = [("a.txt", BASE), ("b.txt", BASE), ("c.txt", BASE)];
    let story = Story::new(&files, &[("a.txt", THEIRS), ("b.txt", THEIRS), ("c.txt", THEIRS)])
        .writes("a.txt", "x\n")
        .writes("b.txt", "x\n")
        .writes("c.txt", "x\n");
    let said = story.says(&["upgrade", "--to", "2.0.0", "--yes"]);
    insta::assert_snapshot!(said, @"
    exit: 3
    --- stdout
    --- stderr
    error[in-the-way]: 3 things are in the way
     |
     = note: `a.txt` has changes that are not committed
     = note: `b.txt` has changes that are not committed
     = note: `c.txt` has changes that are not committed
     = note: nothing was written
     = help: commit it, or `git stash` it
    ");
}

#[test]
fn a_way_back_is_called_one() {
    let story = story();
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    let back = ["upgrade", "--to", "1.0.0", "--allow-downgrade", "--yes"];
    story.runs(&back).is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.git(&["log", "-1", "--format=%s"]), "Take svc back to svc 1.0.0");
}

#[test]
fn a_lock_that_was_deleted_or_edited_comes_back_as_it_was_committed() {
    let story = story();
    let lock = story.text("flagstone.lock");
    std::fs::remove_file(story.path("flagstone.lock")).unwrap();
    assert_eq!(story.runs(&["apply"]).json["state"], "lockRebuilt");
    assert_eq!(story.text("flagstone.lock"), lock);
    let story = story.writes("flagstone.lock", lock.replace("name: svc", "name: svc # mine"));
    assert_eq!(story.runs(&["apply", "--dry-run"]).json["state"], "lockRebuilt");
    assert_ne!(story.text("flagstone.lock"), lock);
    assert_eq!(story.runs(&["apply"]).json["state"], "lockRebuilt");
    assert_eq!(story.text("flagstone.lock"), lock);
    assert_eq!(story.runs(&["apply"]).json["state"], "upToDate");
}

#[test]
fn a_lock_whose_deletion_was_committed_is_found_in_the_history() {
    let story = story().deletes("flagstone.lock");
    let words = "git log -1 --diff-filter=D -- flagstone.lock";
    for command in ["upgrade", "apply", "check"] {
        story.runs(&[command]).is_refused(3, words);
    }
}

#[test]
fn markers_that_somebody_committed_are_found() {
    let story = story().edits("a.txt", "ours\n2\n3\n4\n5\n");
    assert_eq!(story.upgrades().exit, 6);
    story.git(&["add", "--all"]);
    story.git(&["-c", "core.editor=true", "commit", "--quiet", "--no-verify"]);
    let said = story.says(&["check"]);
    assert!(said.starts_with("exit: 1") && said.contains("a.txt:1:1"), "{said}");
    assert!(said.contains("conflict-markers"), "{said}");
}

#[test]
fn conflicts_are_never_left_on_a_branch() {
    let story = story().edits("a.txt", "ours\n2\n3\n4\n5\n");
    let before = story.state();
    let run = ["upgrade", "--to", "2.0.0", "--branch", "up", "--on-conflict", "markers"];
    story.runs(&run).is_refused(2, "conflicts can't be left on a branch");
    assert_eq!(story.state(), before);
}
