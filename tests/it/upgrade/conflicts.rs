//! Conflicts: what is left for people, and every way out of it.

use std::{fs::File, process::Command};

use super::story::{Files, State, Story, ruled};
use crate::sandbox::program;

const BASE: &str = "1\n2\n3\n4\n5\n";
const OURS: &str = "ours\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";
const SOLVED: &str = "both\n2\n3\n4\n5\n";

/// Both changed `a.txt`; more comes, goes and moves beside it. An edit of `own.txt` waits.
fn story() -> Story {
    let before: Files<'_> =
        &[("a.txt", BASE), ("clean.txt", "1\n"), ("goes.txt", "gone\n"), ("own.txt", "1\n")];
    let after: Files<'_> =
        &[("a.txt", THEIRS), ("clean.txt", "2\n"), ("d/new.txt", "1\n"), ("own.txt", "1\n")];
    Story::new(before, after)
        .edits("a.txt", OURS)
        .writes("own.txt", "mine\n")
        .writes("new.txt", "new\n")
}

const ROWS: [&str; 4] = [
    "conflict a.txt lines",
    "changed clean.txt golden-path",
    "added d/new.txt new",
    "removed goes.txt dropped",
];

/// The same, with the conflict left.
fn conflicted() -> (Story, State) {
    let story = story();
    let before = story.state();
    story.upgrades().conflicts(&ROWS);
    (story, before)
}

/// The state but for the reference that holds what is picked.
fn without_traces(state: State) -> State {
    let line = |line: &&str| !line.contains("refs/worktree/flagstone/");
    let lines = |text: String| text.lines().filter(line).collect::<Vec<_>>().join("\n");
    state.into_iter().map(lines).collect()
}

/// The upgrade has ended in one commit with what the person made of the conflict.
#[track_caller]
fn is_resolved(story: &Story, parent: &str) {
    assert_eq!(story.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').nth(1), Some(parent));
    assert_eq!(story.git(&["rev-list", "--min-parents=2", "HEAD"]), "");
    assert_eq!(story.git(&["show", "HEAD:a.txt"]), SOLVED.trim_end());
    assert_eq!(story.git(&["show", "HEAD:clean.txt"]), "2");
    assert_eq!(story.git(&["show", "HEAD:own.txt"]), "1");
    let names = story.git(&["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(names, "a.txt\nclean.txt\nd/new.txt\nflagstone.lock\nflagstone.yaml\nown.txt");
    assert!(story.git(&["show", "HEAD:flagstone.lock"]).contains("version: 2.0.0"));
    assert_eq!(
        story.git(&["log", "-1", "--format=%an <%ae>|%cn"]),
        "Ada Lovelace <ada@example.com>|Ada Lovelace"
    );
    assert_eq!(story.status(), [" M own.txt", "?? new.txt"]);
    assert_eq!((story.text("own.txt"), story.text("new.txt")), ("mine\n".into(), "new\n".into()));
}

/// Nothing of an upgrade is left in git's folder.
#[track_caller]
fn is_swept(story: &Story) {
    assert_eq!(story.git(&["for-each-ref", "refs/worktree"]), "");
    for trace in
        ["CHERRY_PICK_HEAD", "MERGE_MSG", "index.lock", "flagstone/pending", "flagstone/update"]
    {
        assert!(!story.path(".git").join(trace).exists(), "{trace}");
    }
}

fn head(story: &Story) -> String {
    story.git(&["rev-parse", "HEAD"])
}

/// Resolves the conflict by hand.
fn resolves(story: Story) -> Story {
    let story = story.writes("a.txt", SOLVED);
    story.git(&["add", "a.txt"]);
    story
}

#[test]
fn the_index_has_the_three_sides_and_the_rest_is_staged() {
    let (story, _) = conflicted();
    let stages = story.git(&["ls-files", "--unmerged"]);
    let stages: Vec<_> =
        stages.lines().map(|it| it.split_whitespace().collect::<Vec<_>>()).collect();
    let shown: Vec<_> = stages
        .iter()
        .map(|it| (it[2], it[3], story.git(&["cat-file", "blob", it[1]]) + "\n"))
        .collect();
    assert_eq!(
        shown,
        [("1", "a.txt", BASE.into()), ("2", "a.txt", OURS.into()), ("3", "a.txt", THEIRS.into())]
    );
    assert_eq!(
        story.status(),
        [
            "UU a.txt",
            "M  clean.txt",
            "A  d/new.txt",
            "M  flagstone.lock",
            "M  flagstone.yaml",
            "D  goes.txt",
            " M own.txt",
            "?? new.txt",
        ]
    );
    story.git(&["fsck", "--strict"]);
}

#[test]
fn git_itself_speaks_of_a_cherry_pick_and_shows_what_is_picked() {
    let (story, _) = conflicted();
    let status = story.git(&["status"]);
    assert!(status.contains("You are currently cherry-picking commit"), "{status}");
    assert_eq!(
        story.git(&["diff", "--name-status", "CHERRY_PICK_HEAD^", "CHERRY_PICK_HEAD"]),
        "M\ta.txt\nM\tclean.txt\nA\td/new.txt\nM\tflagstone.lock\nM\tflagstone.yaml\nD\tgoes.txt"
    );
    story.git(&["gc", "--quiet", "--prune=now"]);
    story.git(&["cat-file", "-e", "CHERRY_PICK_HEAD^^{tree}"]);
}

#[test]
fn every_kind_of_conflict_has_the_stages_of_gits_own() {
    let before: Files<'_> = &[("both.txt", BASE), ("gone.txt", BASE), ("kept.txt", BASE)];
    let after: Files<'_> = &[("both.txt", THEIRS), ("gone.txt", THEIRS), ("new.txt", "theirs\n")];
    let story = Story::new(before, after)
        .edits("both.txt", OURS)
        .edits("kept.txt", OURS)
        .edits("new.txt", "ours\n")
        .deletes("gone.txt");
    story.upgrades().conflicts(&[
        "conflict both.txt lines",
        "conflict gone.txt team-deleted",
        "conflict kept.txt golden-path-deleted",
        "conflict new.txt lines",
    ]);
    let status = [
        "UU both.txt",
        "M  flagstone.lock",
        "M  flagstone.yaml",
        "DU gone.txt",
        "UD kept.txt",
        "AA new.txt",
    ];
    assert_eq!(story.status(), status);
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert!(story.status().is_empty(), "{:?}", story.status());
    assert_eq!(story.text("gone.txt"), "(none)");
}

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
fn a_conflict_that_is_checked_out_again_has_its_sides() {
    let (story, _) = conflicted();
    story.git(&["checkout", "--quiet", "--theirs", "a.txt"]);
    assert_eq!(story.text("a.txt"), THEIRS);
    story.git(&["checkout", "--quiet", "--ours", "a.txt"]);
    assert_eq!(story.text("a.txt"), OURS);
    story.git(&["checkout", "--quiet", "--merge", "a.txt"]);
    assert!(story.text("a.txt").contains("<<<<<<<"));
}

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
fn gits_own_quit_leaves_the_files_and_the_next_run_sweeps() {
    let (story, _) = conflicted();
    let story = resolves(story);
    story.git(&["cherry-pick", "--quit"]);
    story.git(&["commit", "--quiet", "--message", "By hand"]);
    assert_eq!(story.runs(&["upgrade"]).json["state"], "upToDate");
    is_swept(&story);
}

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
    drop(mark);
    story.upgrades().conflicts(&ROWS);
}

#[test]
fn many_upgrades_at_once_come_to_one_commit() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    let parent = head(&story);
    let run = || -> Command {
        let mut command = story.sandbox.command(program());
        command.current_dir(story.path("")).args(["upgrade", "--to", "2.0.0", "--yes"]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
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

#[test]
fn conflicts_of_files_that_moved_come_back_too() {
    let steps = super::story::migrating(&["move: {from: \"old/**\", to: \"new/**\"}"]);
    let story = Story::with(
        (super::story::PLAIN, &[("old/a.txt", BASE), ("old/b.txt", "b\n")]),
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
