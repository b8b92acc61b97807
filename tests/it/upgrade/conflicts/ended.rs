//! Resolved by a person, with our command or git's.

use super::{BASE, OURS, ROWS, THEIRS, conflicted, head, is_resolved, is_swept, resolves, story};

#[test]
fn continue_commits_what_a_person_resolved() {
    let (story, _) = conflicted();
    let parent = head(&story);
    let story = resolves(story);
    let told = story.runs(&["upgrade", "--continue"]);
    assert_eq!(told.exit, 0, "{} {}", told.json, told.stderr);
    assert_eq!(told.json["commit"].as_str(), Some(head(&story).as_str()));
    let message = story.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.starts_with("Upgrade svc to svc 2.0.0\n\nGolden-Path: svc@2.0.0\nFlagstone-Tree: "),
        "{message}"
    );
    is_resolved(&story, &parent);
    is_swept(&story);
}

#[test]
fn gits_own_continue_ends_it_and_the_next_run_sweeps() {
    let (story, _) = conflicted();
    let parent = head(&story);
    let story = resolves(story);
    story.git(&["cherry-pick", "--continue"]);
    is_resolved(&story, &parent);
    let said = story.says(&["upgrade"]);
    assert!(said.starts_with("exit: 0") && said.contains("up to date"), "{said}");
    is_swept(&story);
}

#[test]
fn gits_own_commit_ends_it_and_the_next_run_sweeps() {
    let (story, _) = conflicted();
    let parent = head(&story);
    let story = resolves(story);
    story.git(&["commit", "--quiet", "--no-edit"]);
    is_resolved(&story, &parent);
    assert_eq!(story.runs(&["apply"]).json["state"], "upToDate");
    is_swept(&story);
}

#[test]
fn a_mergetool_sees_the_three_sides_and_resolves() {
    let tool = "cat \"$BASE\" \"$LOCAL\" \"$REMOTE\" > ../seen; printf 'both\\n2\\n3\\n4\\n5\\n' > \"$MERGED\"";
    let story = story();
    for (key, value) in [
        ("merge.tool", "tiny"),
        ("mergetool.tiny.cmd", tool),
        ("mergetool.tiny.trustExitCode", "true"),
        ("mergetool.keepBackup", "false"),
    ] {
        story.git(&["config", key, value]);
    }
    story.upgrades().conflicts(&ROWS);
    let parent = head(&story);
    story.git(&["mergetool", "--no-prompt"]);
    let seen = std::fs::read_to_string(story.sandbox.folder().join("seen")).unwrap();
    assert_eq!(seen, [BASE, OURS, THEIRS].concat());
    assert_eq!(story.runs(&["upgrade", "--continue"]).exit, 0);
    is_resolved(&story, &parent);
    is_swept(&story);
}

#[test]
fn gits_own_quit_leaves_the_files_and_the_next_run_sweeps() {
    let (story, _) = conflicted();
    let story = resolves(story);
    story.git(&["cherry-pick", "--quit"]);
    story.git(&["commit", "--quiet", "--message", "By hand"]);
    assert_eq!(story.runs(&["upgrade"]).json["state"], "upToDate");
    is_swept(&story);
}

#[test]
fn a_conflict_is_resolved_by_a_deletion_or_a_move_too() {
    let (story, _) = conflicted();
    story.git(&["rm", "--quiet", "a.txt"]);
    assert_eq!(story.runs(&["upgrade", "--continue"]).exit, 0);
    assert_eq!(story.git_ends(&["cat-file", "-e", "HEAD:a.txt"]).0, 128);
    is_swept(&story);
    let (story, _) = conflicted();
    story.git(&["rm", "--quiet", "a.txt"]);
    let story = story.writes("moved.txt", BASE);
    story.git(&["add", "moved.txt"]);
    assert_eq!(story.runs(&["upgrade", "--continue"]).exit, 0);
    assert_eq!(story.git(&["show", "HEAD:moved.txt"]), BASE.trim_end());
    is_swept(&story);
}

#[test]
fn a_message_of_the_persons_own_does_not_matter_to_the_next_upgrade() {
    let (story, _) = conflicted();
    let story = resolves(story);
    story.git(&["commit", "--quiet", "--message", "Something else"]);
    story.release_files("2.0.0", &[("clean.txt", "3\n")]);
    let told = story.runs(&["upgrade"]);
    told.is_clean(&["changed clean.txt golden-path"]);
    is_swept(&story);
}
