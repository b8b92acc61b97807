//! Settled without a person, by `--on-conflict`.

use super::{BASE, OURS, ROWS, THEIRS, story};
use crate::upgrade::{manifest::ruled, story::Story};

#[test]
fn stop_writes_nothing_and_says_what_the_conflicts_are() {
    let story = story();
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--yes", "--on-conflict", "stop"]);
    told.conflicts(&ROWS);
    assert_eq!(told.json["state"], "stopped");
    assert_eq!(story.state(), before);
}

#[test]
fn ours_keeps_the_teams_file_whole_and_takes_the_rest() {
    let story = story();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--on-conflict", "ours"]);
    assert_eq!((told.exit, told.rows[0].as_str()), (0, "kept a.txt lines"), "{}", told.json);
    assert_eq!(told.notes_of("a.txt"), ["settled"]);
    assert_eq!((story.text("a.txt"), story.text("clean.txt")), (OURS.into(), "2\n".into()));
    assert_eq!(story.status(), [" M own.txt", "?? new.txt"]);
}

#[test]
fn theirs_takes_the_golden_paths_file_whole_and_the_teams_is_in_the_history() {
    let story = story();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--on-conflict", "theirs"]);
    assert_eq!((told.exit, told.rows[0].as_str()), (0, "replaced a.txt lines"), "{}", told.json);
    assert_eq!(story.text("a.txt"), THEIRS);
    assert_eq!(story.git(&["show", "HEAD^:a.txt"]), OURS.trim_end());
    assert_eq!(story.status(), [" M own.txt", "?? new.txt"]);
}

#[test]
fn to_take_theirs_is_not_to_agree_to_the_loss_of_edits_in_managed_files() {
    let rule = ruled(&["match: ci.yml, ownership: managed"]);
    let story = Story::with(
        (&rule, &[("a.txt", BASE), ("ci.yml", "1\n")]),
        (&rule, &[("a.txt", THEIRS), ("ci.yml", "2\n")]),
    );
    let story = story.edits("a.txt", OURS).edits("ci.yml", "mine\n");
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--on-conflict", "theirs"]);
    assert_eq!(told.exit, 1, "{}", told.json);
    assert_eq!(story.state(), before);
}
