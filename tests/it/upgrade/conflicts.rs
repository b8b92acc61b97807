//! Conflicts: what is left for people, and every way out of it.

mod ended;
mod refused;
mod settled;
mod undone;

use super::story::{Files, State, Story};

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
fn a_conflict_that_is_checked_out_again_has_its_sides() {
    let (story, _) = conflicted();
    story.git(&["checkout", "--quiet", "--theirs", "a.txt"]);
    assert_eq!(story.text("a.txt"), THEIRS);
    story.git(&["checkout", "--quiet", "--ours", "a.txt"]);
    assert_eq!(story.text("a.txt"), OURS);
    story.git(&["checkout", "--quiet", "--merge", "a.txt"]);
    assert!(story.text("a.txt").contains("<<<<<<<"));
}
