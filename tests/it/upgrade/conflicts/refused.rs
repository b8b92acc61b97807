//! What is not done while something else is under way.

use std::{
    fs::File,
    process::{Command, Stdio},
};

use super::{BASE, ROWS, THEIRS, conflicted, head, is_swept, story};
use crate::{sandbox::program, upgrade::story::Story};

#[test]
fn continue_with_a_conflict_in_the_index_is_refused() {
    let (story, _) = conflicted();
    let before = story.state();
    story.runs(&["upgrade", "--continue"]).is_refused(3, "`a.txt` is not resolved");
    assert_eq!(story.state(), before);
}

#[test]
fn continue_with_markers_in_a_file_is_refused() {
    let (story, _) = conflicted();
    story.git(&["add", "a.txt"]);
    let before = story.state();
    story.runs(&["upgrade", "--continue"]).is_refused(3, "`a.txt` is not resolved");
    assert_eq!(story.state(), before);
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
}

#[test]
fn a_marker_of_the_base_alone_is_one_for_continue_and_for_check() {
    let (story, _) = conflicted();
    let text = story.text("a.txt");
    let base = text.lines().find(|line| line.starts_with("|||||||")).unwrap();
    let story = story.writes("a.txt", format!("one\n{base}\ntwo\n"));
    story.git(&["add", "a.txt"]);
    story.runs(&["upgrade", "--continue"]).is_refused(3, "`a.txt:2` holds a marker");
    let told = story.says(&["check"]);
    assert!(told.contains("conflict-markers") && told.contains("a.txt:2"), "{told}");
}

#[test]
fn continue_says_what_was_mended_and_not_staged_again() {
    let (story, _) = conflicted();
    story.git(&["add", "a.txt"]);
    let story = story.writes("a.txt", "mended\n");
    story.runs(&["upgrade", "--continue"]).is_refused(3, "`a.txt` was staged with a marker in it");
}

#[test]
fn continue_and_abort_without_an_upgrade_under_way_are_refused() {
    let story = story();
    let before = story.state();
    for end in ["--continue", "--abort"] {
        story.runs(&["upgrade", end]).is_refused(3, "no upgrade with conflicts is under way");
    }
    assert_eq!(story.state(), before);
}

#[test]
fn a_cherry_pick_of_the_users_own_is_left_alone() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    story.git(&["checkout", "--quiet", "-b", "other"]);
    let story = story.edits("own.txt", "1\n");
    story.git(&["checkout", "--quiet", "main"]);
    let story = story.edits("own.txt", "2\n");
    assert_ne!(story.git_ends(&["cherry-pick", "other"]).0, 0);
    let before = story.state();
    story.upgrades().is_refused(3, "a cherry-pick is under way");
    for end in ["--continue", "--abort"] {
        story.runs(&["upgrade", end]).is_refused(3, "no upgrade with conflicts is under way");
    }
    assert_eq!(story.state(), before);
}

#[test]
fn an_upgrade_while_one_is_pending_is_refused() {
    let (story, _) = conflicted();
    let before = story.state();
    story.upgrades().is_refused(3, "an upgrade with conflicts is under way");
    story
        .runs(&["apply", "--set", "name=svc"])
        .is_refused(3, "an upgrade with conflicts is under way");
    assert_eq!(story.state(), before);
}

#[test]
fn of_two_upgrades_at_once_one_is_refused() {
    let story = story();
    std::fs::create_dir_all(story.path(".git/flagstone")).unwrap();
    let mark = File::create(story.path(".git/flagstone/lock")).unwrap();
    mark.lock().unwrap();
    let before = story.state();
    story.upgrades().is_refused(5, "another run of flagstone is at work");
    assert_eq!(story.state(), before);
    // Dropping it is not enough: a process that another test forks just now may hold a copy.
    mark.unlock().unwrap();
    story.upgrades().conflicts(&ROWS);
}

#[test]
fn many_upgrades_at_once_come_to_one_commit() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    let parent = head(&story);
    let run = || -> Command {
        let mut command = story.sandbox.command(program());
        command.current_dir(story.path("")).args(["upgrade", "--to", "2.0.0", "--yes"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let runs: Vec<_> = (0..8).map(|_| run().spawn().unwrap()).collect();
    let ends: Vec<_> = runs.into_iter().map(|mut it| it.wait().unwrap().code()).collect();
    assert!(ends.contains(&Some(0)), "{ends:?}");
    assert!(ends.iter().all(|it| [Some(0), Some(3), Some(5)].contains(it)), "{ends:?}");
    assert_eq!(story.git(&["rev-parse", "HEAD^"]), parent);
    assert!(story.status().is_empty());
    is_swept(&story);
    story.git(&["fsck", "--strict"]);
}
