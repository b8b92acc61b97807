//! Where a service is: branches, work trees, bare repositories, other repositories inside.

use std::fs;

use crate::upgrade::story::{Story, put};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

fn clean() -> Story {
    Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
}

#[test]
fn a_detached_head_moves_and_no_branch_does() {
    let story = clean();
    let main = story.git(&["rev-parse", "HEAD"]);
    story.git(&["checkout", "--quiet", "--detach"]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.git(&["rev-parse", "HEAD^", "main"]), format!("{main}\n{main}"));
    assert_ne!(story.git_ends(&["symbolic-ref", "--quiet", "HEAD"]).0, 0);
    assert!(story.status().is_empty());
}

#[test]
fn a_linked_work_tree_is_upgraded_and_the_other_one_is_not() {
    let story = clean().edits("a.txt", "1\n2\n3\n4\nours\n");
    story.git(&["worktree", "add", "--quiet", "-b", "up", "../linked"]);
    let before = story.state()[..3].to_vec();
    let story = story.at("linked");
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(
        story.git(&["log", "--format=%s", "-2"]),
        "Upgrade svc to svc 2.0.0\nThe team's work"
    );
    assert!(story.status().is_empty());
    let story = story.at("svc");
    assert_eq!(story.state()[..3], before);
}

#[test]
fn conflicts_in_a_linked_work_tree_are_its_own() {
    let story = clean().edits("a.txt", "ours\n2\n3\n4\n5\n");
    story.git(&["worktree", "add", "--quiet", "-b", "up", "../linked"]);
    let story = story.at("linked");
    story.upgrades().conflicts(&["conflict a.txt lines"]);
    let story = story.at("svc");
    assert!(story.status().is_empty());
    assert!(!story.path(".git/CHERRY_PICK_HEAD").exists());
    story.upgrades().conflicts(&["conflict a.txt lines"]);
    let story = story.at("linked").writes("a.txt", "both\n2\n3\n4\n5\n");
    story.git(&["add", "a.txt"]);
    assert_eq!(story.runs(&["upgrade", "--continue"]).exit, 0);
    let story = story.at("svc");
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert!(story.status().is_empty());
    assert_eq!(story.git(&["log", "--format=%s", "-1", "up"]), "Upgrade svc to svc 2.0.0");
}

#[test]
fn a_bare_repository_gets_a_branch() {
    let story = clean().edits("a.txt", "1\n2\n3\n4\nours\n");
    story.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let story = story.at("bare.git");
    story.upgrades().is_refused(3, "the repository is bare");
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--branch", "up"]);
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(told.json["branch"], "up");
    assert_eq!(story.git(&["show", "up:a.txt"]), "theirs\n2\n3\n4\nours");
    assert_eq!(story.git(&["rev-parse", "up^"]), story.git(&["rev-parse", "main"]));
    story.git(&["fsck", "--strict"]);
}

#[test]
fn a_branch_leaves_any_work_tree_alone() {
    let story = clean().writes("a.txt", "dirty\n").writes("staged.txt", "s\n");
    story.git(&["add", "staged.txt"]);
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--branch", "up/2.0"]);
    told.is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.git(&["show", "up/2.0:a.txt"]), THEIRS.trim_end());
    assert_eq!(story.git(&["rev-parse", "up/2.0^"]), story.git(&["rev-parse", "HEAD"]));
    let commit = told.json["commit"].as_str().unwrap();
    let refs = before[4].clone();
    assert_eq!(story.git(&["for-each-ref"]), format!("{refs}\n{commit} commit\trefs/heads/up/2.0"));
    story.git(&["branch", "--quiet", "-D", "up/2.0"]);
    assert_eq!(story.state(), before);
}

#[test]
fn a_branch_is_made_also_while_a_merge_is_under_way() {
    let story = clean().edits("own.txt", "1\n");
    story.git(&["checkout", "--quiet", "-b", "other", "HEAD^"]);
    let story = story.edits("own.txt", "2\n");
    assert_ne!(story.git_ends(&["merge", "-"]).0, 0);
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--branch", "up"]);
    told.is_clean(&["changed a.txt golden-path"]);
    assert!(story.path(".git/MERGE_HEAD").exists());
}

#[test]
fn a_branch_with_conflicts_is_not_made_unless_they_are_settled() {
    let story = clean().edits("a.txt", "ours\n2\n3\n4\n5\n");
    let before = story.state();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--branch", "up"]);
    told.conflicts(&["conflict a.txt lines"]);
    assert_eq!(told.json["state"], "stopped");
    assert_eq!(story.state(), before);
    let told =
        story.runs(&["upgrade", "--to", "2.0.0", "--branch", "up", "--on-conflict", "theirs"]);
    told.is_clean(&["replaced a.txt lines"]);
    assert_eq!(story.git(&["show", "up:a.txt"]), THEIRS.trim_end());
}

#[test]
fn a_branch_that_is_there_or_has_no_name_for_one_is_refused() {
    let story = clean();
    story.git(&["branch", "up"]);
    let before = story.state();
    story
        .runs(&["upgrade", "--to", "2.0.0", "--branch", "up"])
        .is_refused(3, "a branch `up` already");
    story
        .runs(&["upgrade", "--to", "2.0.0", "--branch", "a..b"])
        .is_refused(3, "not a name for a branch");
    assert_eq!(story.state(), before);
}

#[test]
fn a_submodule_stays_as_it_is_and_nothing_is_put_into_it() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS), ("lib/x.txt", "x\n")]);
    let other = story.sandbox.folder().join("other");
    put(&other.join("o.txt"), b"o\n");
    let other = other.to_str().unwrap().to_owned();
    story.git(&["-C", &other, "init", "--quiet"]);
    story.git(&["-C", &other, "add", "."]);
    story.git(&["-C", &other, "commit", "--quiet", "--message", "Other"]);
    story.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &other, "lib"]);
    let story = story.commits();
    let before = story.git(&["ls-files", "--stage", "lib"]);
    story
        .upgrades()
        .conflicts(&["changed a.txt golden-path", "conflict lib/x.txt repository-in-the-way"]);
    assert_eq!(story.text("lib/x.txt"), "(none)");
    assert_eq!(story.text("lib/o.txt"), "o\n");
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert_eq!(story.git(&["ls-files", "--stage", "lib"]), before);
    assert!(story.status().is_empty());
    let story = story.loses_release(Some("2.0.0"));
    story.release("2.0.0", crate::upgrade::manifest::PLAIN, &[("a.txt", THEIRS)]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.git(&["ls-files", "--stage", "lib"]), before);
    assert!(story.status().is_empty());
}

#[test]
fn a_nested_repository_that_git_does_not_know_is_in_the_way() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS), ("lib/x.txt", "x\n")]);
    story.git(&["init", "--quiet", "lib"]);
    let before = story.state();
    story.upgrades().is_refused(3, "`lib` is another repository");
    assert_eq!(story.state(), before);
    fs::rename(story.path("lib"), story.path("other")).unwrap();
    story.upgrades().is_clean(&["changed a.txt golden-path", "added lib/x.txt new"]);
    assert!(story.path("other/.git").exists());
}

#[test]
fn a_service_is_upgraded_from_a_folder_in_it_and_from_outside() {
    let story = Story::new(&[("d/a.txt", BASE)], &[("d/a.txt", THEIRS)]);
    story.at("svc/d").upgrades().is_clean(&["changed d/a.txt golden-path"]);
    let story = Story::new(&[("d/a.txt", BASE)], &[("d/a.txt", THEIRS)]).at(".");
    story.runs(&["upgrade", "svc", "--to", "2.0.0"]).is_clean(&["changed d/a.txt golden-path"]);
}

#[test]
fn a_folder_that_is_no_service_is_refused() {
    let story = clean().at("catalog");
    for command in [&["upgrade"][..], &["apply"], &["upgrade", "--dry-run"], &["check"]] {
        story.runs(command).is_refused(3, "there is no `flagstone.yaml` here or in a folder above");
    }
    story.git(&["init", "--quiet"]);
    let story = story.commits();
    story.upgrades().is_refused(3, "there is no `flagstone.yaml` here or in a folder above");
    let branch = ["upgrade", "--branch", "up"];
    story.runs(&branch).is_refused(3, "the last commit holds no `flagstone.yaml`");
}

#[test]
fn a_service_that_was_never_committed_is_refused() {
    let story = clean();
    std::fs::remove_dir_all(story.path(".git")).unwrap();
    story.upgrades().is_refused(3, "no git repository");
    story.git(&["init", "--quiet"]);
    story.upgrades().is_refused(3, "no commit yet");
}

#[test]
fn another_repository_in_a_service_is_not_that_service() {
    let story = clean();
    std::fs::create_dir(story.path("vendor")).unwrap();
    let story = story.at("svc/vendor");
    story.runs(&["check"]);
    story.git(&["init", "--quiet"]);
    for command in [&["check"][..], &["upgrade"], &["diff"], &["apply"]] {
        story.runs(command).is_refused(3, "there is no `flagstone.yaml` here or in a folder above");
    }
}

#[test]
fn a_branch_is_made_where_the_work_tree_has_lost_the_spec() {
    let story = clean();
    std::fs::remove_file(story.path("flagstone.yaml")).unwrap();
    story.upgrades().is_refused(3, "there is no `flagstone.yaml`");
    let branch = ["upgrade", "--to", "2.0.0", "--branch", "up"];
    story.runs(&branch).is_clean(&["changed a.txt golden-path"]);
}

#[test]
fn a_service_below_the_top_of_its_repository_is_refused_and_told_what_works() {
    let story = clean();
    let outer = story.sandbox.folder().join("outer");
    std::fs::create_dir(&outer).unwrap();
    std::fs::remove_dir_all(story.path(".git")).unwrap();
    std::fs::rename(story.path(""), outer.join("svc")).unwrap();
    std::fs::rename(story.sandbox.folder().join("catalog"), outer.join("catalog")).unwrap();
    let story = story.at("outer");
    story.git(&["init", "--quiet"]);
    let story = story.commits().at("outer/svc");
    let before = story.state();
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[below-top]: `svc` is a folder of a larger repository: `flagstone upgrade` does not work on services there yet
     |
     = note: nothing was written
     = help: `check`, `diff`, `restore` and `why` work there; to upgrade it, move it to a repository of its own
    ");
    let commands: [&[&str]; 4] = [
        &["apply"],
        &["apply", "--set", "name=other"],
        &["upgrade", "--dry-run"],
        &["upgrade", "--branch", "up"],
    ];
    for command in commands {
        story.runs(command).is_refused(3, "`svc` is a folder of a larger repository");
    }
    let outside = story.at(".");
    outside.runs(&["upgrade", "outer/svc"]).is_refused(3, "is a folder of a larger repository");
    let story = outside.at("outer/svc");
    assert_eq!(story.state(), before);
    for command in [&["check"][..], &["diff"], &["why", "a.txt"], &["restore", "a.txt"]] {
        assert_eq!(story.runs(command).exit, 0, "{command:?}");
    }
}
