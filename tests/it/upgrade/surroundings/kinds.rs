//! Repositories that are set up in other ways than `git init` does it.

use crate::upgrade::{
    manifest::{PLAIN, migrating},
    story::Story,
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const OURS: &str = "ours\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

fn clean() -> Story {
    Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
}

#[test]
fn a_clone_that_borrows_its_objects_is_upgraded() {
    let story = clean().edits("a.txt", "1\n2\n3\n4\nours\n");
    story.git(&["clone", "--quiet", "--shared", ".", "../borrower"]);
    let story = story.at("borrower");
    story.upgrades().is_clean(&["changed a.txt both"]);
    story.git(&["fsck", "--strict"]);
    assert!(story.status().is_empty());
}

#[test]
fn variables_that_name_another_repository_are_not_obeyed() {
    let story = clean();
    story.git(&["clone", "--quiet", ".", "../other"]);
    let other = story.sandbox.folder().join("other");
    let (git, index) = (other.join(".git"), other.join(".git/index"));
    let story = story.in_sandbox(|sandbox| {
        sandbox
            .variable("GIT_DIR", git.to_str().unwrap())
            .variable("GIT_INDEX_FILE", index.to_str().unwrap())
            .variable("GIT_WORK_TREE", other.to_str().unwrap())
            .variable("GIT_OBJECT_DIRECTORY", git.join("objects").to_str().unwrap())
    });
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.text("a.txt"), THEIRS);
    assert_eq!(story.text("../other/a.txt"), BASE);
}

#[test]
fn repositories_of_a_kind_that_is_not_supported_are_refused_by_name() {
    for (key, value, words) in [
        ("core.sparseCheckout", "true", "is a sparse checkout"),
        ("core.splitIndex", "true", "has a split index"),
        ("extensions.partialClone", "origin", "is a partial clone"),
        ("extensions.compatObjectFormat", "sha256", "compatobjectformat"),
    ] {
        let story = clean();
        story.git(&["config", "core.repositoryFormatVersion", "1"]);
        story.git(&["config", key, value]);
        story.upgrades().is_refused(3, words);
        assert_eq!(story.text("a.txt"), BASE);
    }
}

#[test]
fn a_service_whose_git_folder_is_elsewhere_is_upgraded() {
    let story = clean();
    story.git(&["init", "--quiet", "--separate-git-dir", "../git-folder"]);
    assert!(story.path(".git").is_file());
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert!(story.status().is_empty());
}

#[test]
fn a_service_that_is_a_submodule_is_upgraded() {
    let story = clean().edits("a.txt", OURS);
    let around = story.sandbox.folder().join("around");
    std::fs::create_dir(&around).unwrap();
    let story = story.at("around");
    story.git(&["init", "--quiet"]);
    let add =
        ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../svc", "inner"];
    story.git(&add);
    let story = story.commits();
    std::fs::rename(story.sandbox.folder().join("catalog"), around.join("catalog")).unwrap();
    let story = story.at("around/inner");
    story.upgrades().conflicts(&["conflict a.txt lines"]);
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert!(story.status().is_empty());
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--on-conflict", "ours"]);
    told.is_clean(&["kept a.txt lines"]);
    assert!(story.status().is_empty());
    assert_eq!(story.at("around").status(), [" M inner", "?? catalog/"]);
}

#[test]
fn an_index_of_any_version_is_read_and_stays_readable() {
    for settings in [
        &["index.version", "4"][..],
        &["index.version", "3"],
        &["index.skipHash", "true"],
        &["feature.manyFiles", "true"],
        &["core.untrackedCache", "true"],
        &["index.sparse", "true"],
    ] {
        let story = clean();
        story.git(&["config", settings[0], settings[1]]);
        std::fs::remove_file(story.path(".git/index")).unwrap();
        story.git(&["reset", "--quiet"]);
        let story = story.edits("own.txt", "own\n").writes("staged.txt", "s\n");
        story.git(&["add", "staged.txt"]);
        story.git(&["status"]);
        story.upgrades().is_clean(&["changed a.txt golden-path"]);
        assert_eq!(story.status(), ["A  staged.txt"], "{settings:?}");
        story.git(&["fsck", "--strict"]);
    }
}

#[test]
fn packed_references_and_objects_make_no_difference() {
    let story = clean();
    story.git(&["gc", "--quiet"]);
    story.git(&["pack-refs", "--all", "--prune"]);
    let parent = story.git(&["rev-parse", "HEAD"]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.git(&["rev-parse", "HEAD@{1}", "main^"]), format!("{parent}\n{parent}"));
    let log = story.git(&["reflog", "-1", "--format=%gs"]);
    assert_eq!(log, "commit: Upgrade svc to svc 2.0.0");
    story.git(&["gc", "--quiet", "--prune=now"]);
    story.git(&["fsck", "--strict"]);
}

#[test]
fn where_the_file_system_keeps_no_executable_bits_git_keeps_them() {
    let story = clean();
    story.git(&["config", "core.fileMode", "false"]);
    story.git(&["update-index", "--chmod=+x", "a.txt"]);
    story.git(&["commit", "--quiet", "--message", "Executable"]);
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert!(story.git(&["ls-tree", "HEAD", "a.txt"]).starts_with("100755"));
    assert!(story.status().is_empty(), "{:?}", story.status());
}

#[test]
fn where_case_does_not_count_for_git_a_name_may_change_in_case() {
    let steps = migrating(&["move: {from: Readme.md, to: README.md}"]);
    let story = Story::with((PLAIN, &[("Readme.md", BASE)]), (&steps, &[("README.md", THEIRS)]));
    story.git(&["config", "core.ignoreCase", "true"]);
    story.upgrades().is_clean(&["moved Readme.md -> README.md move-declared"]);
    assert_eq!(
        story.git(&["ls-tree", "--name-only", "HEAD", "README.md", "Readme.md"]),
        "README.md"
    );
    assert_eq!(story.git(&["ls-files", "R*"]), "README.md");
    assert!(story.status().is_empty(), "{:?}", story.status());
}
