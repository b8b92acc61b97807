//! What is read.

use std::{
    os::unix::fs::{PermissionsExt as _, symlink},
    time::{Duration, SystemTime},
};

use super::*;
use crate::tree::{BlobId, Mode};

fn varied() -> Bench {
    let bench = Bench::new(&[
        ("README.md", "# Orders\n"),
        ("src/main.rs", "fn main() {}\n"),
        ("src/lib.rs", ""),
        ("con.txt", "a name that Windows reserves\n"),
        ("größe", "ü\n"),
    ]);
    bench.write("run.sh", "#!/bin/sh\n");
    fs::set_permissions(bench.path("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("README.md", bench.path("link")).unwrap();
    bench.commit("more");
    bench
}

fn state(bench: &Bench) -> Present {
    bench.open().present(&[]).unwrap()
}

/// So that the index vouches for the files.
fn age(bench: &Bench, paths: &[&str]) {
    let past = SystemTime::now() - Duration::from_secs(10);
    for path in paths {
        fs::File::options().write(true).open(bench.path(path)).unwrap().set_modified(past).unwrap();
    }
    bench.git(&["update-index", "-q", "--refresh"]);
}

#[test]
fn a_commit_is_listed_as_far_as_we_could_write_it() {
    let bench = varied();
    let listing = bench.open().committed(bench.head()).unwrap();
    let files = ["README.md", "größe", "link", "run.sh", "src/lib.rs", "src/main.rs"];
    assert_eq!(names(listing.files.keys()), files);
    let modes: Vec<_> = listing.files.values().map(|blob| blob.mode).collect();
    use Mode::{Executable, File, Link};
    assert_eq!(modes, [File, File, Link, Executable, File, File]);
    assert_eq!(listing.files[&path("README.md")].id, BlobId::of(b"# Orders\n"));
    assert_eq!(state(&bench).listing, listing);
}

#[test]
fn a_repository_is_found_from_below_and_head_is_told() {
    let bench = varied();
    let repository = Repository::open(&bench.path("src")).unwrap();
    assert_eq!(repository.root().unwrap(), fs::canonicalize(bench.root()).unwrap());
    let head = repository.head().unwrap();
    assert_eq!(head.branch.as_deref(), Some("main"));
    assert_eq!(format!("{}\n", head.commit.unwrap()), bench.git(&["rev-parse", "HEAD"]));
    bench.git(&["checkout", "-q", "--detach"]);
    assert_eq!(repository.head().unwrap().branch, None);
    let empty = tempfile::tempdir().unwrap();
    git(empty.path(), &["init", "-q", "-b", "trunk", "a"]).unwrap();
    let unborn = Repository::open(&empty.path().join("a")).unwrap();
    let head = Head { commit: None, branch: Some("trunk".to_owned()) };
    assert_eq!(unborn.head().unwrap(), head);
    assert_eq!(unborn.present(&[]).unwrap(), Present::default());
    assert!(matches!(Repository::open(empty.path()), Err(OpenError::NoRepository(_))));
}

#[test]
fn bare_repositories_and_linked_work_trees_open() {
    let bench = varied();
    git(bench.folder.path(), &["clone", "-q", "--bare", "orders", "bare"]).unwrap();
    let bare = Repository::open(&bench.folder.path().join("bare")).unwrap();
    assert_eq!(bare.root(), None);
    assert_eq!(bare.head().unwrap(), bench.open().head().unwrap());
    assert_eq!(bare.committed(bench.head()).unwrap().files.len(), 6);
    assert_eq!(bare.present(&[]).unwrap(), Present::default());
    bench.git(&["worktree", "add", "-q", "-b", "side", "../side"]);
    let side = Repository::open(&bench.folder.path().join("side/src")).unwrap();
    assert!(side.root().unwrap().ends_with("side"));
    assert!(side.git_folder().ends_with(".git/worktrees/side"));
    assert_eq!(side.head().unwrap().branch.as_deref(), Some("side"));
    assert_eq!(side.present(&[]).unwrap(), state(&bench));
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let refused = |settings: &[(&str, &str)]| {
        let bench = varied();
        for (key, value) in settings {
            bench.git(&["config", key, value]);
        }
        Repository::open(&bench.root()).map(drop).unwrap_err().to_string()
    };
    for (settings, reason) in [
        (
            [("core.repositoryformatversion", "1"), ("extensions.objectFormat", "sha256")],
            "has SHA-256 objects",
        ),
        (
            [("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin")],
            "is a partial clone",
        ),
        ([("core.sparseCheckout", "true"), ("a.b", "c")], "is a sparse checkout"),
        ([("core.splitIndex", "true"), ("a.b", "c")], "has a split index"),
        ([("core.worktree", "/tmp"), ("a.b", "c")], "has its work tree at `/tmp`"),
    ] {
        let error = refused(&settings);
        assert!(error.ends_with(&format!("` {reason}, which is not supported")), "{error}");
    }
    let bench = varied();
    bench.git(&["update-index", "--split-index"]);
    let error = Repository::open(&bench.root()).map(drop).unwrap_err().to_string();
    assert!(error.contains("has a split index"), "{error}");
}

#[test]
fn edits_deletions_and_staged_work_are_told_apart() {
    let bench = varied();
    age(&bench, &["README.md", "src/main.rs", "src/lib.rs", "run.sh"]);
    bench.write("README.md", "# edited\n");
    fs::remove_file(bench.path("src/lib.rs")).unwrap();
    bench.write("src/main.rs", "staged\n");
    bench.write("new", "staged too\n");
    bench.write("intent", "to add\n");
    bench.git(&["add", "src/main.rs", "new"]);
    bench.git(&["add", "-N", "intent"]);
    bench.git(&["rm", "-q", "--cached", "link"]);
    fs::set_permissions(bench.path("run.sh"), fs::Permissions::from_mode(0o644)).unwrap();
    bench.write("untracked", "");
    let present = bench.open().present(&[&path("untracked"), &path("absent")]).unwrap();
    assert_eq!(names(&present.edited), ["README.md", "intent", "run.sh", "src/lib.rs"]);
    assert_eq!(names(&present.missing), ["src/lib.rs"]);
    assert_eq!(names(&present.staged), ["link", "new", "src/main.rs"]);
    assert_eq!(present.listing.files[&path("README.md")].id, BlobId::of(b"# edited\n"));
    assert_eq!(present.listing.files[&path("run.sh")].mode, Mode::File);
    assert!(present.listing.files.contains_key("untracked"));
    assert!(!present.listing.files.contains_key("link"));
    let text = bench.open().file(&path("README.md")).unwrap().unwrap();
    assert_eq!(text.text(), Some("# edited\n"));
    assert_eq!(bench.open().file(&path("absent")).unwrap(), None);
}

#[test]
fn an_edit_of_the_same_size_in_the_same_second_is_seen() {
    let bench = varied();
    bench.write("README.md", "# Hrders\n");
    assert_eq!(names(&state(&bench).edited), ["README.md"]);
}

#[test]
fn a_folder_that_became_a_link_holds_no_file() {
    let bench = varied();
    fs::rename(bench.path("src"), bench.folder.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", bench.path("src")).unwrap();
    assert_eq!(names(&state(&bench).missing), ["src/lib.rs", "src/main.rs"]);
    assert_eq!(bench.open().file(&path("src/main.rs")).unwrap(), None);
    fs::write(bench.folder.path().join("elsewhere/other"), "").unwrap();
    assert_eq!(bench.open().file(&path("src/other")).unwrap(), None);
}

#[test]
fn a_checkout_with_crlf_is_no_edit() {
    for setup in ["autocrlf", "attribute"] {
        let bench = Bench::new(&[("a.txt", "one\ntwo\n"), ("b/c.bin", "\0\n")]);
        match setup {
            "autocrlf" => drop(bench.git(&["config", "core.autocrlf", "true"])),
            _ => {
                bench.write(".gitattributes", "*.txt text eol=crlf\n");
                bench.commit("attributes");
            }
        }
        fs::remove_file(bench.path("a.txt")).unwrap();
        bench.git(&["checkout", "-q", "a.txt"]);
        assert_eq!(bench.read("a.txt"), "one\r\ntwo\r\n");
        // What nobody vouches for is read.
        bench.write("a.txt", "one\r\ntwo\r\n");
        let present = state(&bench);
        assert_eq!(names(&present.edited), [""; 0], "{setup}");
        let entry = bench.open().file(&path("a.txt")).unwrap().unwrap();
        assert_eq!(&*entry.bytes, b"one\ntwo\n");
    }
}

#[test]
fn other_repositories_inside_are_named_and_not_entered() {
    let bench = varied();
    git(bench.folder.path(), &["clone", "-q", "orders", "other"]).unwrap();
    bench.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "-q",
        "add",
        "../other",
        "libs/other",
    ]);
    bench.commit("submodule");
    let listing = bench.open().committed(bench.head()).unwrap();
    assert_eq!(names(&listing.repositories), ["libs/other"]);
    assert_eq!(state(&bench).listing, listing);
    let inside = Repository::open(&bench.path("libs/other")).unwrap();
    assert!(inside.root().unwrap().ends_with("libs/other"));
}

#[test]
fn a_blob_that_is_gone_is_nothing() {
    let bench = varied();
    let repository = bench.open();
    let id = BlobId::of(b"# Orders\n");
    assert_eq!(repository.bytes(id).unwrap().as_deref(), Some(b"# Orders\n".as_slice()));
    assert_eq!(repository.bytes(BlobId([7; 20])).unwrap(), None);
    assert_eq!(repository.bytes(BlobId(bench.head().0)).unwrap(), None);
    let id = id.to_string();
    let (folder, file) = id.split_at(2);
    fs::remove_file(bench.path(&format!(".git/objects/{folder}/{file}"))).unwrap();
    assert_eq!(bench.open().bytes(BlobId::of(b"# Orders\n")).unwrap(), None);
    assert!(matches!(repository.committed(CommitId([7; 20])), Err(ReadError::Commit { .. })));
}

#[test]
fn unmerged_files_are_told() {
    let bench = varied();
    bench.git(&["checkout", "-q", "-b", "side"]);
    bench.write("README.md", "# side\n");
    bench.commit("side");
    bench.git(&["checkout", "-q", "main"]);
    bench.write("README.md", "# main\n");
    bench.commit("main");
    git(&bench.root(), &["merge", "side"]).unwrap_err();
    assert_eq!(names(&state(&bench).unmerged), ["README.md"]);
}

#[test]
fn nothing_of_the_configuration_runs_when_a_repository_is_read() {
    let bench = varied();
    let mark = bench.folder.path().join("ran");
    let touch = format!("touch {}; cat", mark.display());
    for key in ["core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process"] {
        bench.git(&["config", key, &touch]);
    }
    bench.write(".gitattributes", "* filter=x merge=x diff=x\n");
    bench.write("README.md", "# edited\n");
    assert_eq!(names(&state(&bench).edited), ["README.md"]);
    assert!(!mark.exists());
}
