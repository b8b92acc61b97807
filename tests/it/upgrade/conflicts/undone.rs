//! Taken back, with our command or git's.

use super::{BASE, OURS, ROWS, THEIRS, conflicted, is_swept, resolves, without_traces};
use crate::upgrade::{
    manifest::{PLAIN, migrating},
    story::Story,
};

#[test]
fn abort_leaves_everything_as_before() {
    let (story, before) = conflicted();
    let told = story.runs(&["upgrade", "--abort"]);
    assert_eq!(told.exit, 0, "{} {}", told.json, told.stderr);
    assert_eq!(story.state(), before);
    is_swept(&story);
    story.upgrades().conflicts(&ROWS);
}

#[test]
fn abort_after_half_the_work_keeps_what_was_made_by_hand() {
    let (story, before) = conflicted();
    let story =
        resolves(story).writes("clean.txt", "2\nedited since\n").writes("own.txt", "more\n");
    let told = story.runs(&["upgrade", "--abort"]);
    assert_eq!(told.exit, 0, "{} {}", told.json, told.stderr);
    let kept: Vec<_> =
        told.json["kept"].as_array().unwrap().iter().filter_map(|it| it.as_str()).collect();
    let texts: Vec<_> =
        kept.iter().map(|it| std::fs::read_to_string(story.path(it)).unwrap()).collect();
    assert!(texts.contains(&"2\nedited since\n".to_owned()), "{kept:?} {texts:?}");
    assert_eq!(story.text("own.txt"), "more\n");
    assert_eq!((story.text("a.txt"), story.text("clean.txt")), (OURS.into(), "1\n".into()));
    assert_eq!(story.state()[1..5], before[1..5]);
}

#[test]
fn gits_own_abort_leaves_everything_as_before_and_the_next_run_sweeps() {
    let (story, before) = conflicted();
    story.git(&["cherry-pick", "--abort"]);
    assert_eq!(without_traces(story.state()), before);
    let told = story.runs(&["upgrade", "--abort"]);
    assert_ne!(told.exit, 0, "{}", told.json);
    assert!(
        told.json.to_string().contains("no upgrade with conflicts is under way"),
        "{}",
        told.json
    );
    is_swept(&story);
    assert_eq!(story.state(), before);
}

#[test]
fn conflicts_of_files_that_moved_come_back_too() {
    let steps = migrating(&["move: {from: \"old/**\", to: \"new/**\"}"]);
    let story = Story::with(
        (PLAIN, &[("old/a.txt", BASE), ("old/b.txt", "b\n")]),
        (&steps, &[("new/a.txt", THEIRS), ("new/b.txt", "b\n")]),
    );
    let story = story.edits("old/a.txt", OURS).makes_executable("old/b.txt");
    let story = story.edits("old/own.txt", "own\n").writes("old/untracked.txt", "u\n");
    let before = story.state();
    story.upgrades().conflicts(&[
        "conflict old/a.txt -> new/a.txt lines",
        "moved old/b.txt -> new/b.txt move-declared",
        "moved old/own.txt -> new/own.txt with-folder",
    ]);
    assert_eq!(story.text("old/untracked.txt"), "u\n");
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert_eq!(story.state(), before);
    assert!(!story.path("new").exists());
    story.upgrades();
    story.git(&["cherry-pick", "--abort"]);
    assert_eq!(without_traces(story.state()), before);
}

#[test]
fn a_hard_reset_ends_it_and_the_next_run_sweeps() {
    let (story, before) = conflicted();
    story.git(&["reset", "--quiet", "--hard"]);
    let story = story.writes("own.txt", "mine\n");
    assert_eq!(without_traces(story.state()), before);
    story.upgrades().conflicts(&ROWS);
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert_eq!(story.state(), before);
    is_swept(&story);
}

#[test]
fn an_upgrade_that_was_taken_back_can_be_made_from_another_branch() {
    let (story, before) = conflicted();
    story.git(&["cherry-pick", "--abort"]);
    story.git(&["stash", "--quiet", "--include-untracked"]);
    story.git(&["checkout", "--quiet", "-b", "other", "HEAD^"]);
    let told = story.upgrades();
    assert_eq!(told.exit, 0, "{}", told.json);
    is_swept(&story);
    story.git(&["checkout", "--quiet", "main"]);
    story.git(&["stash", "pop", "--quiet"]);
    assert_eq!((&story.state()[0], &story.state()[5]), (&before[0], &before[5]));
}

#[test]
fn conflicts_in_a_work_tree_with_other_line_endings_come_back_too() {
    let story =
        Story::new(&[("a.txt", BASE), ("b.txt", BASE)], &[("a.txt", THEIRS), ("b.txt", THEIRS)])
            .edits(".gitattributes", "* text eol=crlf\n")
            .edits("a.txt", OURS);
    story.checks_out();
    let before = story.state();
    story.upgrades().conflicts(&["conflict a.txt lines", "changed b.txt golden-path"]);
    let text = story.text("a.txt");
    assert!(text.contains(">>>>>>> theirs: svc 2.0.0\r\n"), "{text:?}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    story.git(&["add", "a.txt"]);
    story.runs(&["upgrade", "--continue"]).is_refused(3, "`a.txt` is not resolved");
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert_eq!(story.state(), before);
}
