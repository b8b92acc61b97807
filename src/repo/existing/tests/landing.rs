//! Updates without conflicts.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;
use crate::tree::Mode;

fn service() -> Bench {
    Bench::new(&[
        ("README.md", "# Orders\n"),
        ("app/main.py", "print(1)\n"),
        ("app/deep/util.py", "util\n"),
        ("con.txt", "we could not write this\n"),
        ("old/only.txt", "goes\n"),
        ("team.txt", "team\n"),
    ])
}

fn fsck(bench: &Bench) {
    let text = bench.git(&["fsck", "--strict", "--no-progress", "--no-dangling"]);
    assert_eq!(text, "");
}

#[test]
fn an_update_is_one_commit_and_git_has_nothing_to_say() {
    let bench = service();
    let parent = bench.head();
    let commit = bench
        .land(&[
            ("README.md", Some("# Orders 2\n")),
            ("app/main.py", None),
            ("src/main.py", Some("print(2)\n")),
            ("old/only.txt", None),
            ("new/a/b.txt", Some("b\n")),
        ])
        .unwrap();
    assert_eq!(bench.head(), commit);
    assert_eq!(bench.status(), "");
    fsck(&bench);
    let parents = bench.git(&["log", "-1", "--format=%P|%an|%ad|%cn|%B", "--date=raw"]);
    let expected = format!("{parent}|Ann|1800000000 +0100|Ann|{MESSAGE}\n");
    assert_eq!(parents, expected);
    let changed = bench.git(&["show", "--format=", "--name-status", "--no-renames"]);
    assert_eq!(
        changed,
        "M\tREADME.md\nD\tapp/main.py\nA\tnew/a/b.txt\nD\told/only.txt\nA\tsrc/main.py\n"
    );
    assert_eq!(bench.read("src/main.py"), "print(2)\n");
    assert!(!bench.path("old").exists(), "an empty folder goes");
    assert!(bench.path("app/deep/util.py").exists());
    assert!(bench.path("con.txt").exists());
    let log = bench.git(&["reflog", "--format=%gs|%gn", "main"]);
    assert!(log.starts_with("commit: Upgrade to 2.0.0|Ann\n"), "{log}");
    assert_eq!(log, bench.git(&["reflog", "--format=%gs|%gn", "HEAD"]));
    let own: Vec<_> = fs::read_dir(bench.path(".git/flagstone")).unwrap().collect();
    assert_eq!(own.len(), 1, "the mark alone stays");
}

#[test]
fn the_first_status_reads_no_file_of_ours() {
    let bench = service();
    bench.land(&[("README.md", Some("2\n")), ("new.txt", Some("n\n"))]).unwrap();
    let listed = bench.git(&["diff-files", "--name-only"]);
    assert_eq!(listed, "", "git would look at these again");
}

#[test]
fn unrelated_work_stays_as_it_is() {
    let bench = service();
    bench.write("team.txt", "edited\n");
    bench.write("staged.txt", "staged\n");
    bench.git(&["add", "staged.txt"]);
    bench.write("staged.txt", "staged and edited\n");
    bench.write("untracked.txt", "u\n");
    bench.git(&["update-index", "--assume-unchanged", "con.txt"]);
    bench.write("intent.txt", "i\n");
    bench.git(&["add", "-N", "intent.txt"]);
    let before = bench.status();
    bench.land(&[("README.md", Some("2\n"))]).unwrap();
    assert_eq!(bench.status(), before);
    assert_eq!(bench.git(&["show", "--format=", "--name-only"]), "README.md\n");
    assert_eq!(bench.git(&["show", ":staged.txt"]), "staged\n");
    assert_eq!(bench.git(&["ls-files", "-v", "con.txt"]), "h con.txt\n");
}

#[test]
fn an_edit_made_just_before_is_still_seen_after() {
    let bench = service();
    // As many bytes, in the same second as the index.
    bench.git(&["update-index", "--refresh"]);
    bench.write("team.txt", "maet\n");
    bench.land(&[("README.md", Some("2\n"))]).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(bench.status(), " M team.txt\n");
}

#[test]
fn files_become_folders_and_folders_files() {
    let bench = service();
    bench
        .land(&[
            ("README.md", None),
            ("README.md/part.md", Some("p\n")),
            ("app/main.py", None),
            ("app/deep/util.py", None),
            ("app", Some("a file\n")),
        ])
        .unwrap();
    assert_eq!(bench.status(), "");
    assert_eq!(bench.read("app"), "a file\n");
    assert_eq!(bench.read("README.md/part.md"), "p\n");
    fsck(&bench);
}

#[test]
fn a_name_changes_its_case_and_two_files_their_places() {
    let bench = service();
    bench
        .land(&[
            ("README.md", None),
            ("readme.md", Some("# Orders\n")),
            ("team.txt", Some("util\n")),
            ("app/deep/util.py", Some("team\n")),
        ])
        .unwrap();
    assert_eq!(bench.status(), "");
    assert!(!bench.path("README.md").exists());
    assert_eq!(bench.read("team.txt"), "util\n");
}

#[test]
fn modes_and_links_are_as_the_update_says() {
    let bench = service();
    let mut changes = bench.changes(&[("README.md", None), ("app/main.py", Some("print(1)\n"))]);
    let link = Entry { mode: Mode::Link, bytes: b"team.txt".as_slice().into() };
    changes.get_mut("README.md").unwrap().after = Some(link);
    let script = Entry { mode: Mode::Executable, bytes: b"print(1)\n".as_slice().into() };
    changes.get_mut("app/main.py").unwrap().after = Some(script);
    bench.land_changes(&changes).unwrap();
    assert_eq!(bench.status(), "");
    assert_eq!(fs::read_link(bench.path("README.md")).unwrap(), Path::new("team.txt"));
    assert_eq!(bench.git(&["ls-files", "-s", "app/main.py"]).split(' ').next(), Some("100755"));
    let mode = fs::metadata(bench.path("app/main.py")).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
}

#[test]
fn a_detached_head_and_a_linked_work_tree_move_alone() {
    let bench = service();
    bench.git(&["checkout", "-q", "--detach"]);
    let main = bench.git(&["rev-parse", "main"]);
    let commit = bench.land(&[("README.md", Some("2\n"))]).unwrap();
    assert_eq!(bench.git(&["rev-parse", "HEAD"]), format!("{commit}\n"));
    assert_eq!(bench.git(&["rev-parse", "main"]), main);
    assert_eq!(bench.status(), "");
    bench.git(&["worktree", "add", "-q", "-b", "side", "../side", "main"]);
    let side = Bench { folder: bench.folder, name: "side" };
    let commit = side.land(&[("README.md", Some("3\n"))]).unwrap();
    assert_eq!(side.git(&["rev-parse", "side"]), format!("{commit}\n"));
    assert_eq!(side.status(), "");
    let bench = Bench { folder: side.folder, name: "orders" };
    assert_eq!(bench.status(), "");
    assert_eq!(bench.read("README.md"), "2\n");
}

#[test]
fn a_branch_is_made_beside_any_work_and_in_a_bare_repository() {
    let bench = service();
    bench.write("README.md", "edited\n");
    let before = bench.snapshot();
    let (parent, changes) = (bench.head(), bench.changes(&[("README.md", Some("2\n"))]));
    let branch = |repository: &Repository, name: &str| {
        with_update(parent, &changes, |update, means| repository.branch(name, update, means))
    };
    let commit = branch(&bench.open(), "flagstone/2.0.0").unwrap();
    assert_eq!(bench.git(&["rev-parse", "flagstone/2.0.0"]), format!("{commit}\n"));
    let after = bench.snapshot();
    let line = format!("{commit} commit\trefs/heads/flagstone/2.0.0\n");
    assert_eq!(after.replace(&line, ""), before);
    for taken in ["flagstone/2.0.0", "main"] {
        assert!(matches!(branch(&bench.open(), taken), Err(UpdateError::Exists(_))));
    }
    for bad in ["", "a..b", "-x", "x.lock"] {
        assert!(matches!(branch(&bench.open(), bad), Err(UpdateError::Branch(_))), "{bad}");
    }
    assert!(branch(&bench.open(), "main/below").is_err());
    git(bench.folder.path(), &["clone", "-q", "--bare", "orders", "bare"]).unwrap();
    let bare = Repository::open(&bench.folder.path().join("bare")).unwrap();
    assert_eq!(branch(&bare, "up").unwrap(), commit);
    assert!(matches!(bare.begin().map(drop), Err(UpdateError::Bare)));
    fsck(&bench);
}

#[test]
fn work_trees_get_the_line_endings_that_a_checkout_gives() {
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("core.autocrlf", "true")], ""),
        (&[("core.autocrlf", "input")], ""),
        (&[("core.eol", "crlf")], "* text=auto\n*.sh text eol=lf\n*.bin -text\n"),
        (&[], "sub/** text eol=crlf\n"),
    ];
    for (settings, attributes) in cases {
        let bench = Bench::new(&[("a.txt", "old\n"), (".gitattributes", "a.txt text\n")]);
        for (key, value) in settings {
            bench.git(&["config", key, value]);
        }
        let files = [
            (".gitattributes", Some(attributes)),
            ("a.txt", Some("1\n2\n")),
            ("run.sh", Some("#!/bin/sh\n")),
            ("x.bin", Some("1\n\0\n")),
            ("sub/deep/.gitattributes", Some("*.lf eol=lf\n")),
            ("sub/deep/b.txt", Some("b\n")),
            ("sub/deep/b.lf", Some("b\n")),
            ("mixed", Some("a\r\nb\n")),
        ];
        bench.land(&files).unwrap();
        assert_eq!(bench.status(), "", "{attributes}");
        let ours: Vec<_> =
            files.iter().map(|(path, _)| fs::read(bench.path(path)).unwrap()).collect();
        for (path, _) in files {
            fs::remove_file(bench.path(path)).unwrap();
        }
        bench.git(&["checkout", "-q", "."]);
        for ((path, _), ours) in files.iter().zip(ours) {
            let theirs = fs::read(bench.path(path)).unwrap();
            assert_eq!(ours, theirs, "{path} {settings:?} {attributes}");
        }
    }
}

#[test]
fn nothing_of_hooks_filters_or_settings_runs_or_counts() {
    let bench = service();
    let plain = service();
    let mark = bench.folder.path().join("ran");
    let touch = format!("#!/bin/sh\ntouch {}\nexit 1\n", mark.display());
    fs::create_dir_all(bench.path(".git/other-hooks")).unwrap();
    for folder in [".git/hooks", ".git/other-hooks"] {
        for hook in [
            "pre-commit",
            "commit-msg",
            "post-commit",
            "prepare-commit-msg",
            "post-checkout",
            "post-index-change",
            "reference-transaction",
            "post-merge",
            "fsmonitor-watchman",
        ] {
            bench.write(&format!("{folder}/{hook}"), &touch);
            let rights = fs::Permissions::from_mode(0o755);
            fs::set_permissions(bench.path(&format!("{folder}/{hook}")), rights).unwrap();
        }
    }
    let command = format!("touch {}; cat", mark.display());
    for (key, value) in [
        ("core.hooksPath", bench.path(".git/other-hooks").to_str().unwrap()),
        ("core.fsmonitor", &command),
        ("filter.x.clean", &command),
        ("filter.x.smudge", &command),
        ("filter.x.process", &command),
        ("filter.x.required", "true"),
        ("merge.x.driver", &command),
        ("diff.external", &command),
        ("apply.whitespace", "error"),
        ("merge.conflictStyle", "diff3"),
        ("core.whitespace", "trailing-space"),
        ("core.editor", &command),
        ("commit.template", "/nowhere"),
        ("i18n.commitEncoding", "latin1"),
        ("core.autocrlf", "input"),
        ("core.attributesFile", "/nowhere"),
    ] {
        bench.git(&["config", key, value]);
    }
    bench.write(".git/info/attributes", "* filter=x merge=x diff=x ident\n");
    let _ = fs::remove_file(&mark);
    let files = [("README.md", Some("trailing  \n\n\n")), ("new.txt", Some("$Id$\n"))];
    let commit = bench.land(&files).unwrap();
    assert!(!mark.exists());
    plain.land(&files).unwrap();
    let tree = |bench: &Bench| {
        let id = oid(bench.head().0);
        bench.open().git.find_commit(id).unwrap().tree_id()
    };
    assert_eq!(tree(&bench), tree(&plain));
    assert_eq!(bench.head(), commit);
    assert_eq!(bench.read("new.txt"), "$Id$\n");
}

#[test]
fn a_submodule_is_never_touched() {
    let bench = service();
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
    bench.write("libs/other/README.md", "edited inside\n");
    bench.land(&[("README.md", Some("2\n")), ("libs/own.txt", Some("o\n"))]).unwrap();
    assert_eq!(bench.status(), " M libs/other\n");
    let found = bench.land(&[("libs/other/new.txt", Some("n\n"))]);
    assert_eq!(in_the_way(found), ["`libs/other` is another repository"]);
    let found = bench.land(&[("libs/other", Some("n\n"))]);
    assert_eq!(in_the_way(found), ["`libs/other` is another repository"]);
    let changes = bench.changes(&[("libs/other", Some("n\n"))]);
    let branch = with_update(bench.head(), &changes, |update, means| {
        bench.open().branch("b", update, means)
    });
    assert!(matches!(branch, Err(UpdateError::Git { .. })), "{branch:?}");
}

#[test]
fn an_update_for_another_head_or_other_files_is_refused() {
    let bench = service();
    let old = bench.head();
    let changes = bench.changes(&[("README.md", Some("2\n"))]);
    bench.write("team.txt", "next\n");
    bench.commit("next");
    let before = bench.snapshot();
    let moved =
        with_update(old, &changes, |update, means| bench.open().begin()?.commit(update, means));
    assert!(matches!(moved, Err(UpdateError::Moved { expected }) if expected == old));
    let mut changes = bench.changes(&[("README.md", Some("2\n"))]);
    changes.get_mut("README.md").unwrap().before = bench.before("team.txt");
    assert!(matches!(bench.land_changes(&changes), Err(UpdateError::Changed(_))));
    changes.get_mut("README.md").unwrap().before = None;
    assert!(matches!(bench.land_changes(&changes), Err(UpdateError::Changed(_))));
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn a_folder_that_refuses_writing_undoes_all_of_it() {
    if rustix::process::geteuid().is_root() {
        // Root may write anywhere: a full disk or an immutable file would do, but no test makes one.
        let bench = service();
        symlink("elsewhere", bench.path("blocked")).unwrap();
        bench.write(".git/info/exclude", "blocked\n");
        let before = bench.snapshot();
        let found = bench.land(&[("README.md", Some("2\n")), ("blocked/x", Some("x\n"))]);
        assert_eq!(in_the_way(found), ["`blocked` is a symbolic link where a folder must be"]);
        assert_eq!(bench.snapshot(), before);
        return;
    }
    let bench = service();
    fs::set_permissions(bench.path("old"), fs::Permissions::from_mode(0o555)).unwrap();
    let before = bench.snapshot();
    let error = bench.land(&[
        ("README.md", Some("2\n")),
        ("app/main.py", None),
        ("old/only.txt", Some("2\n")),
        ("z/new.txt", Some("z\n")),
    ]);
    assert!(matches!(error, Err(UpdateError::Write { .. })), "{error:?}");
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn an_interrupt_leaves_everything_as_it_was() {
    let bench = service();
    let before = bench.snapshot();
    let changes = bench.changes(&[("README.md", Some("2\n"))]);
    let result = with_update(bench.head(), &changes, |update, means| {
        let interrupted = AtomicBool::new(true);
        let means = Means { interrupted: &interrupted, ..*means };
        bench.open().begin()?.commit(update, &means)
    });
    assert!(matches!(result, Err(UpdateError::Interrupted)));
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn files_are_written_without_a_commit() {
    let bench = service();
    bench.write("README.md", "drifted\n");
    fs::remove_file(bench.path("team.txt")).unwrap();
    bench.git(&["rm", "-q", "--cached", "app/main.py"]);
    fs::remove_file(bench.path("app/main.py")).unwrap();
    let now = |text: &str| Some(Entry::file(text.as_bytes()).blob());
    let change = |before, text: &str| Change {
        taken: None,
        before,
        after: Some(Entry::file(text.as_bytes())),
        sides: None,
    };
    let changes: Changes = [
        (path("README.md"), change(now("drifted\n"), "# Orders\n")),
        (path("team.txt"), change(None, "team\n")),
        (path("app/main.py"), change(None, "print(1)\n")),
    ]
    .into();
    let write = |index| {
        with_update(bench.head(), &changes, |_, means| {
            bench.open().begin()?.write_files(&changes, index, means)
        })
    };
    write(IndexUse::AsItIs).unwrap();
    assert_eq!(bench.status(), "D  app/main.py\n?? app/main.py\n");
    assert!(matches!(write(IndexUse::AsItIs), Err(UpdateError::Changed(_))));
    let changes: Changes = [(path("app/main.py"), change(now("print(1)\n"), "print(3)\n"))].into();
    with_update(bench.head(), &changes, |_, means| {
        bench.open().begin().unwrap().write_files(&changes, IndexUse::Staged, means).unwrap();
    });
    assert_eq!(bench.status(), "M  app/main.py\n");
}

#[test]
fn of_two_runs_at_once_one_is_refused() {
    let bench = service();
    let repository = bench.open();
    let first = repository.begin().unwrap();
    assert!(matches!(bench.open().begin().map(drop), Err(UpdateError::Busy)));
    let found = bench.open().preflight(&Footprint::default());
    assert_eq!(in_the_way(found), ["another run of flagstone is at work"]);
    drop(first);
    assert_eq!(bench.open().begin().unwrap().recovered(), &Recovered::default());
    bench.write(".git/index.lock", "");
    let before = bench.read("README.md");
    let locked = bench.land(&[("README.md", Some("2\n"))]);
    assert!(matches!(locked, Err(UpdateError::Locked(_))), "{locked:?}");
    assert!(bench.path(".git/index.lock").exists(), "a lock of another is not ours to take");
    assert_eq!(bench.read("README.md"), before);
}
