//! What git still holds of the version that a service was made from.

use crate::upgrade::{
    manifest::PLAIN,
    story::{Story, put},
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const OURS: &str = "1\n2\n3\n4\nours\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";
const BOTH: &str = "theirs\n2\n3\n4\nours\n";

/// A service that both sides changed, whose history before the last commit is gone with its objects.
fn forgetful() -> Story {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).edits("a.txt", OURS);
    story.forgets();
    story
}

fn holds(story: &Story, text: &str) -> bool {
    let path = story.sandbox.folder().join("blob");
    std::fs::write(&path, text).unwrap();
    let id = story.git(&["hash-object", path.to_str().unwrap()]);
    story.git_ends(&["cat-file", "-e", &id]).0 == 0
}

#[test]
fn a_shallow_clone_is_upgraded_like_the_whole() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).edits("a.txt", OURS);
    let url = format!("file://{}", story.path("").display());
    story.git(&["clone", "--quiet", "--depth", "1", url.trim_end_matches('/'), "../shallow"]);
    let story = story.at("shallow");
    assert!(!holds(&story, BASE));
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), BOTH);
    assert!(story.status().is_empty());
}

#[test]
fn a_history_that_was_squashed_makes_no_difference() {
    let story = Story::made((PLAIN, &[("a.txt", BASE), ("b.txt", BASE)]), &[]);
    story.release("1.1.0", PLAIN, &[("a.txt", BASE), ("b.txt", THEIRS)]);
    story.release("2.0.0", PLAIN, &[("a.txt", THEIRS), ("b.txt", "theirs\n2\nnew\n4\n5\n")]);
    story.git(&["checkout", "--quiet", "-b", "up"]);
    story.runs(&["upgrade", "--to", "1.1.0"]).is_clean(&["changed b.txt golden-path"]);
    let story = story.edits("a.txt", OURS).edits("b.txt", BOTH);
    story.git(&["checkout", "--quiet", "main"]);
    story.git(&["merge", "--quiet", "--squash", "up"]);
    story.git(&["commit", "--quiet", "--message", "Squashed"]);
    story.git(&["branch", "--quiet", "-D", "up"]);
    story.git(&["reflog", "expire", "--expire=now", "--all"]);
    story.git(&["gc", "--quiet", "--prune=now"]);
    assert!(!holds(&story, THEIRS));
    story.upgrades().is_clean(&["changed a.txt both", "changed b.txt both"]);
    assert_eq!(story.text("a.txt"), BOTH);
    assert_eq!(story.text("b.txt"), "theirs\n2\nnew\n4\nours\n");
}

#[test]
fn a_base_that_git_has_lost_is_rendered_again() {
    let story = forgetful();
    assert!(!holds(&story, BASE));
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), BOTH);
}

#[test]
fn a_base_that_can_be_had_in_no_way_stops_the_run_and_names_the_ways_out() {
    let story = forgetful().loses_release(Some("1.0.0"));
    let before = story.state();
    let told = story.upgrades();
    told.is_refused(3, "base-gone");
    told.is_refused(3, "--base DIR");
    told.is_refused(3, "git fetch --unshallow");
    assert_eq!(story.state(), before);
}

#[test]
fn a_base_that_was_changed_in_the_catalog_is_none() {
    let story = forgetful();
    story.release("1.0.0", PLAIN, &[("a.txt", "other\n")]);
    story.upgrades().is_refused(3, "base-gone");
}

#[test]
fn a_folder_with_the_base_serves_where_all_else_is_gone() {
    let story = forgetful().loses_release(Some("1.0.0"));
    let fresh = story.sandbox.folder().join("fresh");
    put(&fresh.join("a.txt"), BASE.as_bytes());
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--base", "../fresh"]);
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), BOTH);
}

#[test]
fn a_folder_with_something_else_is_no_base() {
    let story = forgetful().loses_release(Some("1.0.0"));
    let fresh = story.sandbox.folder().join("fresh");
    put(&fresh.join("a.txt"), b"something else\n");
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--base", "../fresh"]);
    told.is_refused(3, "base-gone");
    assert_eq!(story.runs(&["upgrade", "--to", "2.0.0", "--base", "../absent"]).exit, 5);
}

#[test]
fn one_lost_base_among_many_is_merged_against_nothing_and_said() {
    let (a, b, c) = ("a\n2\n3\n4\n5\n6\n", "b\n2\n3\n4\n5\n6\n", "c\n2\n3\n4\n5\n6\n");
    let changed = [a, b, c].map(|it| it.replace('6', "theirs"));
    let story = Story::new(
        &[("a.txt", a), ("b.txt", b), ("c.txt", c)],
        &[("a.txt", &changed[0]), ("b.txt", &changed[1]), ("c.txt", &changed[2])],
    );
    let story = story
        .edits("a.txt", "ours\n2\n3\n4\n5\n6\n")
        .edits("keep/b.txt", b)
        .edits("keep/c.txt", c)
        .edits("b.txt", "ours\n2\n3\n4\n5\n6\n")
        .edits("c.txt", "ours\n2\n3\n4\n5\n6\n");
    story.forgets();
    let story = story.loses_release(Some("1.0.0"));
    let told = story.upgrades();
    told.conflicts(&["conflict a.txt lines", "changed b.txt both", "changed c.txt both"]);
    assert_eq!(told.notes_of("a.txt"), ["base-lost"]);
    assert_eq!(story.text("b.txt"), "ours\n2\n3\n4\n5\ntheirs\n");
}

#[test]
fn only_what_is_needed_of_the_base_must_be_there() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).deletes("a.txt");
    let story = story.edits("b.txt", "own\n");
    story.forgets();
    let story = story.loses_release(Some("1.0.0"));
    story.release("2.0.0", PLAIN, &[("a.txt", BASE), ("c.txt", "c\n")]);
    story.upgrades().is_clean(&["added c.txt new"]);
    assert_eq!(story.text("a.txt"), "(none)");
}
