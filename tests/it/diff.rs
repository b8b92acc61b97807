//! `flagstone diff`, as people and scripts meet it.

use std::{fs, process::Stdio};

use insta::assert_snapshot;

use crate::{
    drifting::service,
    sandbox::{Sandbox, program},
};

fn changed() -> Sandbox {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.rights("run.sh", 0o644);
    sandbox.remove("settings.yaml");
    sandbox.edit("README.md", "# orders\n\nOur service.");
    sandbox.edit("src/main.txt", "ours\n");
    sandbox.edit("src/other.txt", "ours\n");
    sandbox
}

#[test]
fn what_was_changed_is_shown_as_git_shows_it() {
    assert_snapshot!(changed().of_service(["diff"]), @"");
}

#[test]
fn an_untouched_service_has_no_difference() {
    let sandbox = service();
    assert_snapshot!(sandbox.of_service(["diff", "--exit-code"]), @"");
}

#[test]
fn paths_names_and_numbers_are_as_with_git() {
    let sandbox = changed();
    assert_snapshot!(sandbox.of_service(["diff", "--stat", "--seeded"]), @"");
    assert_snapshot!(sandbox.of_service(["diff", "--name-only", "--exit-code", ".github", "run.sh"]), @"");
    assert_snapshot!(sandbox.run_in("orders/src", ["diff", "main.txt", "../README.md", "--name-only"]), @"");
    assert_snapshot!(sandbox.of_service(["diff", "READNE.md", "src/other.txt"]), @"");
    assert_snapshot!(sandbox.of_service(["diff", "../catalog"]), @"");
}

#[test]
fn a_program_reads_patches_in_json() {
    assert_snapshot!(changed().of_service(["diff", "--format", "json", "README.md"]), @"");
}

#[test]
fn git_takes_a_difference_back() {
    let sandbox = changed();
    sandbox.edit(".github/ci.yml", "on: push\r\n\r\n  caf\u{e9}\n");
    fs::write(sandbox.folder().join("orders/src/main.txt"), b"latin \xe9\n").unwrap();
    let folder = sandbox.folder().join("orders");
    let mut diff = sandbox.command(program());
    let patch = diff.args(["diff", "--seeded"]).current_dir(&folder).output().unwrap().stdout;
    let file = sandbox.folder().join("patch");
    fs::write(&file, patch).unwrap();
    let mut apply = sandbox.command("git");
    apply.args(["apply", "--reverse"]).arg(&file).current_dir(&folder).stdin(Stdio::null());
    let applied = apply.output().unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    sandbox.remove("src/other.txt");
    assert_snapshot!(sandbox.git(["-C", "orders", "status", "--short"]), @"");
}

#[test]
fn what_the_golden_path_made_and_nobody_holds_any_more_is_said() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.commit();
    sandbox.git(["clone", "--quiet", "--depth", "1", "--no-local", "orders", "shallow"]);
    assert_snapshot!(sandbox.run_in("shallow", ["diff"]), @"");
    assert_snapshot!(sandbox.run_in("shallow", ["restore", "--all-managed"]), @"");
    assert!(sandbox.run_in("shallow", ["check"]).starts_with("exit: 1"));
}

#[test]
fn a_link_and_bytes_are_told_from_text() {
    let sandbox = service();
    sandbox.remove("README.md");
    std::os::unix::fs::symlink("run.sh", sandbox.folder().join("orders/README.md")).unwrap();
    sandbox.edit("settings.yaml", "a\0b\n");
    assert_snapshot!(sandbox.of_service(["diff"]), @"");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let sandbox = service();
    sandbox.edit("README.md", "# orders\n\n\u{1b}[31mA service.\n");
    let shown = sandbox.of_service(["diff", "--color", "always"]);
    assert!(shown.contains("\u{1b}[32m+␛[31mA service.\u{1b}[0m"), "{shown:?}");
    let plain = sandbox.of_service(["diff"]);
    assert!(plain.contains("+\u{1b}[31mA service.\n"), "{plain:?}");
}
