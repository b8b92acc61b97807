//! `flagstone restore`, as people and scripts meet it.

use std::fs;

use insta::assert_snapshot;

use crate::{drifting::service, terminal::ENTER};

#[test]
fn a_committed_edit_is_taken_back_in_the_work_tree_alone() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.rights("run.sh", 0o644);
    sandbox.commit();
    assert_snapshot!(sandbox.of_service(["restore", ".github", "run.sh"]), @"
    exit: 0
    --- stdout
    --- stderr
    Restored 2 files:
      .github/ci.yml
      run.sh
    ");
    assert_snapshot!(sandbox.git(["-C", "orders", "status", "--short"]), @"
    exit: 0
    --- stdout
     M .github/ci.yml
     M run.sh
    --- stderr
    ");
    assert_eq!(sandbox.read(".github/ci.yml"), "on: push\njobs:\n  test: {port: 8080}\n");
    assert!(sandbox.of_service(["check"]).starts_with("exit: 0"));
    assert_snapshot!(sandbox.of_service(["restore", ".github", "run.sh"]), @"
    exit: 0
    --- stdout
    --- stderr
    Nothing to restore: every file is as the golden path made it.
    ");
}

#[test]
fn edits_that_were_never_committed_are_not_dropped_without_being_told_to() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.remove("run.sh");
    sandbox.edit("README.md", "# Ours\n");
    assert_snapshot!(sandbox.of_service(["restore", "--all-managed"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[uncommitted]: edits that were never committed would be lost: `.github/ci.yml`
     |
     = help: commit or stash them, or pass `--yes` to drop them
    ");
    assert_eq!(sandbox.read(".github/ci.yml"), "on: never\n");
    assert_snapshot!(sandbox.of_service(["restore", "--all-managed", "--yes", "--format", "json"]), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "files": [
        ".github/ci.yml",
        "run.sh"
      ]
    }
    --- stderr
    "#);
    assert_snapshot!(sandbox.git(["-C", "orders", "status", "--short"]), @"
    exit: 0
    --- stdout
     M README.md
    --- stderr
    ");
}

#[test]
fn a_missing_file_comes_back_with_its_folder_and_its_mode_without_a_question() {
    let sandbox = service();
    sandbox.remove("run.sh");
    fs::remove_dir_all(sandbox.folder().join("orders/.github")).unwrap();
    assert_snapshot!(sandbox.of_service(["restore", "run.sh", ".github/ci.yml"]), @"
    exit: 0
    --- stdout
    --- stderr
    Restored 2 files:
      .github/ci.yml
      run.sh
    ");
    assert_snapshot!(sandbox.git(["-C", "orders", "status", "--short"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn a_person_is_asked_before_an_edit_is_lost() {
    let sandbox = service();
    sandbox.edit("README.md", "# Ours\n");
    let ask = |answer: &str| {
        let mut terminal = sandbox.terminal_in("orders", ["restore", "README.md"]);
        terminal.wait_for("Drop these edits?");
        terminal.type_keys(answer);
        terminal.type_keys(ENTER);
        terminal.finish()
    };
    assert_snapshot!(ask("n"), @"
    exit: 130
    These edits were never committed, and would be lost:
      README.md
    * Drop these edits? No
    interrupted: nothing was restored
    ");
    assert_eq!(sandbox.read("README.md"), "# Ours\n");
    assert_snapshot!(ask("y"), @"
    exit: 0
    These edits were never committed, and would be lost:
      README.md
    * Drop these edits? Yes
    Restored `README.md`
    ");
    assert_eq!(sandbox.read("README.md"), "# orders\n\nA service.\n");
}

#[test]
fn what_the_golden_path_did_not_make_is_refused_with_what_may_be_meant() {
    let sandbox = service();
    sandbox.edit("src/other.txt", "ours\n");
    assert_snapshot!(sandbox.of_service(["restore", "src/other.txt", "READNE.md"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-file]: the golden path made no file `src/other.txt`
     |
     = help: `flagstone.lock` lists what it made

    error[unknown-file]: the golden path made no file `READNE.md`
     |
     = help: did you mean `README.md`?

    2 errors
    ");
    assert_snapshot!(sandbox.of_service(["restore"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <PATH>...

    Usage: flagstone restore [OPTIONS] PATH...
           flagstone restore [OPTIONS] --all-managed

    For more information, try '--help'.
    ");
}

#[test]
fn nothing_is_written_through_a_link_or_over_a_folder() {
    let sandbox = service();
    fs::create_dir(sandbox.folder().join("outside")).unwrap();
    fs::remove_dir_all(sandbox.folder().join("orders/.github")).unwrap();
    std::os::unix::fs::symlink("../outside", sandbox.folder().join("orders/.github")).unwrap();
    assert_snapshot!(sandbox.of_service(["restore", ".github/ci.yml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[in-the-way]: `.github` is a symbolic link where a folder must be
     |
     = note: nothing was written
     = help: move it away, and commit that if git knows it
    ");
    assert!(!sandbox.folder().join("outside/ci.yml").exists());
    sandbox.remove("run.sh");
    sandbox.edit("run.sh/keep", "mine\n");
    assert_snapshot!(sandbox.of_service(["restore", "run.sh"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[in-the-way]: something else is in the place of `<sandbox>/orders/run.sh`
     |
     = note: nothing was written
     = help: move it away, then try again
    ");
    assert_eq!(sandbox.read("run.sh/keep"), "mine\n");
}

#[test]
fn the_line_endings_are_those_of_the_checkout() {
    let sandbox = service();
    sandbox.edit(".gitattributes", "* text eol=crlf\n");
    sandbox.commit();
    // From here on the index knows README.md with the line endings of this checkout.
    sandbox.remove("README.md");
    sandbox.git(["-C", "orders", "restore", "README.md"]);
    sandbox.remove("README.md");
    sandbox.of_service(["restore", "README.md"]);
    assert_eq!(sandbox.read("README.md"), "# orders\r\n\r\nA service.\r\n");
    assert_snapshot!(sandbox.git(["-C", "orders", "status", "--short"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
}
