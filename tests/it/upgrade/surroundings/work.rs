//! Work that is under way: uncommitted, staged, untracked, ignored.

use crate::upgrade::story::{Story, put};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

/// A service in which a file is changed by both, in the same line.
fn conflicting() -> Story {
    Story::new(&[("a.txt", BASE), ("own.txt", "")], &[("a.txt", THEIRS), ("own.txt", "")])
        .edits("a.txt", "ours\n2\n3\n4\n5\n")
}

fn clean() -> Story {
    Story::new(&[("a.txt", BASE), ("b.txt", BASE)], &[("a.txt", THEIRS), ("b.txt", BASE)])
}

#[test]
fn an_uncommitted_edit_elsewhere_is_kept() {
    let story = clean().edits("own.txt", "1\n").writes("own.txt", "2\n").writes("b.txt", "mine\n");
    let story = story.writes("new.txt", "new\n");
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.status(), [" M b.txt", " M own.txt", "?? new.txt"]);
    assert_eq!((story.text("own.txt"), story.text("b.txt")), ("2\n".into(), "mine\n".into()));
}

#[test]
fn an_uncommitted_edit_elsewhere_is_kept_when_conflicts_are_left() {
    let story = conflicting().writes("own.txt", "2\n").writes("new.txt", "new\n");
    story.upgrades().conflicts(&["conflict a.txt lines"]);
    assert_eq!((story.text("own.txt"), story.text("new.txt")), ("2\n".into(), "new\n".into()));
    let status = story.status();
    assert!(status.contains(&" M own.txt".to_owned()), "{status:?}");
}

#[test]
fn an_uncommitted_edit_in_the_way_is_refused_by_name() {
    let story = clean().writes("a.txt", "mine\n");
    let before = story.state();
    story.upgrades().is_refused(3, "`a.txt` has changes that are not committed");
    assert_eq!(story.state(), before);
}

#[test]
fn an_uncommitted_deletion_in_the_way_is_refused_by_name() {
    let story = clean();
    std::fs::remove_file(story.path("a.txt")).unwrap();
    let before = story.state();
    story.upgrades().is_refused(3, "`a.txt` was removed, which is not committed");
    assert_eq!(story.state(), before);
}

#[test]
fn everything_in_the_way_is_named_at_once() {
    let after = [("a.txt", THEIRS), ("b.txt", THEIRS), ("new.txt", ""), ("d/log", "")];
    let story = Story::new(&[("a.txt", BASE), ("b.txt", BASE)], &after)
        .edits(".gitignore", "*.log\nlog\n")
        .writes("a.txt", "mine\n")
        .writes("new.txt", "mine\n")
        .writes("d/log", "mine\n");
    let before = story.state();
    let told = story.upgrades();
    told.is_refused(3, "`a.txt` has changes that are not committed");
    told.is_refused(3, "`new.txt` is not known to git");
    told.is_refused(3, "`d/log` is ignored by git");
    assert_eq!(story.state(), before);
}

#[test]
fn an_untracked_folder_where_a_file_comes_is_in_the_way() {
    let story = Story::new(&[], &[("a", "1\n")]).writes("a/mine.txt", "mine\n");
    let before = story.state();
    story.upgrades().is_refused(3, "`a/mine.txt` is not known to git");
    assert_eq!(story.state(), before);
}

#[test]
fn an_untracked_file_where_a_folder_comes_is_in_the_way() {
    let story = Story::new(&[], &[("a/b.txt", "1\n")]).writes("a", "mine\n");
    let before = story.state();
    story.upgrades().is_refused(3, "`a` is a file where a folder must be");
    assert_eq!(story.state(), before);
}

#[test]
fn an_untracked_link_where_a_folder_comes_is_in_the_way_and_not_followed() {
    let story = Story::new(&[], &[("a/b.txt", "1\n")]);
    std::fs::create_dir(story.sandbox.folder().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", story.path("a")).unwrap();
    let before = story.state();
    story.upgrades().is_refused(3, "`a` is a symbolic link");
    assert_eq!(story.state(), before);
    assert!(!story.sandbox.folder().join("elsewhere/b.txt").exists());
}

#[test]
fn an_untracked_file_beside_what_goes_stays() {
    let story = Story::new(&[("d/a.txt", BASE), ("b.txt", "")], &[("b.txt", "")])
        .writes("d/mine.txt", "mine\n");
    story.upgrades().is_clean(&["removed d/a.txt dropped"]);
    assert_eq!(
        (story.text("d/a.txt"), story.text("d/mine.txt")),
        ("(none)".into(), "mine\n".into())
    );
}

#[test]
fn staged_work_elsewhere_stays_staged_and_is_not_committed() {
    let story = clean().writes("own.txt", "own\n").writes("b.txt", "mine\n");
    story.git(&["add", "own.txt", "b.txt"]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.status(), ["M  b.txt", "A  own.txt"]);
    let names = story.git(&["show", "--name-only", "--format=", "HEAD"]);
    assert_eq!(names, "a.txt\nflagstone.lock\nflagstone.yaml");
}

#[test]
fn staged_work_anywhere_is_in_the_way_of_conflicts() {
    let story = conflicting().writes("own.txt", "own\n");
    story.git(&["add", "own.txt"]);
    let before = story.state();
    story.upgrades().is_refused(3, "`own.txt` has staged changes");
    assert_eq!(story.state(), before);
}

#[test]
fn staged_work_in_a_file_that_changes_is_in_the_way() {
    let story = clean().writes("a.txt", "mine\n");
    story.git(&["add", "a.txt"]);
    let before = story.state();
    story.upgrades().is_refused(3, "`a.txt` has staged changes");
    assert_eq!(story.state(), before);
}

#[test]
fn an_operation_of_gits_under_way_is_refused_by_its_name() {
    let story = clean().edits("own.txt", "1\n");
    story.git(&["checkout", "--quiet", "-b", "other", "HEAD^"]);
    let story = story.edits("own.txt", "2\n");
    assert_ne!(story.git_ends(&["merge", "-"]).0, 0);
    let before = story.state();
    story.upgrades().is_refused(3, "a merge is under way");
    assert_eq!(story.state(), before);
    story.git(&["merge", "--abort"]);
    assert_ne!(story.git_ends(&["rebase", "-"]).0, 0);
    story.upgrades().is_refused(3, "a rebase is under way");
}

#[test]
fn a_lock_of_gits_is_told_and_left_alone() {
    let story = clean();
    put(&story.path(".git/index.lock"), b"");
    let told = story.upgrades();
    assert_ne!(told.exit, 0);
    assert!(told.json.to_string().contains("another git command is at work"), "{}", told.json);
    assert!(story.path(".git/index.lock").exists());
    assert_eq!(story.text("a.txt"), BASE);
}

#[test]
fn a_look_needs_no_clean_work_tree_and_changes_nothing() {
    let story = conflicting().writes("a.txt", "dirty\n");
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("planned")), "{}", told.json);
    assert_eq!(told.rows, ["conflict a.txt lines"]);
    assert_eq!(story.state(), before);
    assert!(!story.path(".git/flagstone").exists());
}

#[test]
fn a_file_that_was_touched_and_not_changed_is_not_in_the_way() {
    let story = clean().writes("a.txt", BASE);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert!(story.status().is_empty());
}

#[test]
fn an_edit_of_the_same_size_in_the_same_second_is_seen() {
    for _ in 0..5 {
        let story = clean().edits("b.txt", "1\n").writes("a.txt", "1\n2\nX\n4\n5\n");
        story.upgrades().is_refused(3, "`a.txt` has changes that are not committed");
        assert_eq!(story.text("a.txt"), "1\n2\nX\n4\n5\n");
    }
}

#[test]
fn an_edit_that_git_was_told_to_overlook_is_in_the_way() {
    for flag in ["--skip-worktree", "--assume-unchanged"] {
        let story = clean();
        story.git(&["update-index", flag, "a.txt"]);
        let story = story.writes("a.txt", "mine\n");
        story.upgrades().is_refused(3, "`a.txt`");
        assert_eq!(story.text("a.txt"), "mine\n", "{flag}");
    }
}

#[test]
fn a_file_that_is_only_meant_to_be_added_is_in_the_way() {
    let story = Story::new(&[], &[("a.txt", "1\n")]).writes("a.txt", "mine\n");
    story.git(&["add", "--intent-to-add", "a.txt"]);
    let before = story.state();
    let told = story.upgrades();
    told.is_refused(3, "`a.txt`");
    assert_eq!(story.state(), before);
}

#[test]
fn a_file_that_is_removed_from_the_index_alone_is_in_the_way() {
    let story = clean();
    story.git(&["rm", "--quiet", "--cached", "a.txt"]);
    let before = story.state();
    story.upgrades().is_refused(3, "`a.txt`");
    assert_eq!(story.state(), before);
}

#[test]
fn a_changed_executable_bit_is_in_the_way() {
    let story = clean();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(story.path("a.txt"), mode).unwrap();
    let before = story.state();
    story.upgrades().is_refused(3, "`a.txt` has changes that are not committed");
    assert_eq!(story.state(), before);
}

#[test]
fn a_link_in_the_place_of_a_file_is_in_the_way_and_not_written_through() {
    let story = clean().writes("../elsewhere.txt", BASE);
    std::fs::remove_file(story.path("a.txt")).unwrap();
    std::os::unix::fs::symlink("../elsewhere.txt", story.path("a.txt")).unwrap();
    story.upgrades().is_refused(3, "`a.txt` has changes that are not committed");
    assert_eq!(story.text("../elsewhere.txt"), BASE);
}

#[test]
fn a_folder_that_the_team_made_a_link_of_is_followed_to_where_its_files_are() {
    let story = Story::new(&[("d/a.txt", BASE)], &[("d/a.txt", THEIRS)]);
    std::fs::rename(story.path("d"), story.path("e")).unwrap();
    std::os::unix::fs::symlink("e", story.path("d")).unwrap();
    let story = story.commits();
    let told = story.upgrades();
    told.is_clean(&["changed e/a.txt golden-path"]);
    assert_eq!(story.text("e/a.txt"), THEIRS);
    assert!(story.path("d").is_symlink());
    assert!(story.status().is_empty());
}

#[test]
fn a_new_file_that_the_team_ignores_comes_all_the_same() {
    let story = Story::new(&[], &[("env/a.txt", "1\n")]).edits(".gitignore", "env/\n");
    story.upgrades().is_clean(&["added env/a.txt new"]);
    assert_eq!(story.git(&["ls-files", "env"]), "env/a.txt");
    assert!(story.status().is_empty());
}

#[test]
fn edits_of_the_spec_go_along_with_a_clean_upgrade() {
    let story = clean();
    let spec = format!("# Ours.\n{}", story.text("flagstone.yaml"));
    let story = story.writes("flagstone.yaml", &spec);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.text("flagstone.yaml"), spec.replace("^1.0", "^2.0"));
    assert!(story.status().is_empty(), "{:?}", story.status());
}
