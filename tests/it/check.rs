//! `flagstone check`, as people and CI systems meet it.

use std::fs;

use insta::assert_snapshot;

use crate::{
    drifting::{MANIFEST, service},
    sandbox::Sandbox,
};

#[test]
fn an_untouched_service_passes_from_any_of_its_folders() {
    let sandbox = service();
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    assert_eq!(sandbox.run_in("orders/src", ["check"]), sandbox.run(["check", "orders/src"]));
    assert!(sandbox.run(["check", "orders"]).starts_with("exit: 0"));
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"");
}

#[test]
fn the_embedded_golden_path_passes_until_a_managed_file_is_edited() {
    let sandbox = Sandbox::new().identity();
    sandbox.run(["new", "rust-service", "orders", "--set", "owner=team", "--yes"]);
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    sandbox.edit(".github/workflows/ci.yml", "on: never\n");
    sandbox.edit("README.md", "# Ours\n");
    sandbox.edit("src/main.rs", "fn main() {}\n");
    assert_snapshot!(sandbox.of_service(["check"]), @"");
}

#[test]
fn drift_is_found_whether_it_was_committed_or_not() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.rights("run.sh", 0o644);
    sandbox.replace("settings.yaml", "info", "debug");
    sandbox.edit("README.md", "# Ours\n");
    sandbox.edit("src/main.txt", "ours\n");
    let found = sandbox.of_service(["check", "-v"]);
    assert_snapshot!(found, @"");
    sandbox.commit();
    assert_eq!(sandbox.of_service(["check", "-v"]), found);
}

#[test]
fn files_that_are_gone_or_something_else_are_missing() {
    let sandbox = service();
    sandbox.remove("run.sh");
    sandbox.remove("README.md");
    sandbox.remove("src/main.txt");
    sandbox.remove(".github/ci.yml");
    fs::create_dir(sandbox.folder().join("orders/.github/ci.yml")).unwrap();
    assert_snapshot!(sandbox.of_service(["check", "-v"]), @"");
}

#[test]
fn nobody_minds_files_of_the_team_and_other_line_endings_of_the_checkout() {
    let sandbox = service();
    sandbox.edit("src/other.txt", "ours\n");
    sandbox.edit(".gitattributes", "* text eol=crlf\n");
    sandbox.edit(".github/ci.yml", "on: push\r\njobs:\r\n  test: {port: 8080}\r\n");
    assert!(sandbox.of_service(["check"]).starts_with("exit: 0"));
}

#[test]
fn what_a_program_reads_is_one_document_in_its_own_format() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.replace("settings.yaml", "info", "debug");
    assert_snapshot!(sandbox.of_service(["check", "--format", "json"]), @"");
    assert_snapshot!(sandbox.of_service(["check", "--format", "junit"]), @"");
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"");
    let sarif = sandbox.of_service(["check", "--format", "sarif"]);
    assert!(sarif.contains(r#""uri": "settings.yaml""#), "{sarif}");
    assert!(sarif.contains(r#""startLine": 2"#), "{sarif}");
}

#[test]
fn a_newer_version_a_deprecation_and_an_edited_spec_are_noted_and_fail_where_that_is_asked_for() {
    let sandbox = service();
    let newer = MANIFEST.replace("1.0.0", "1.1.0").replace(
        "owner: platform}",
        "owner: platform, lifecycle: deprecated, successor: web, sunset: 2027-01-31}",
    );
    let sandbox = sandbox.golden_path("svc", "1.1.0", &[("golden-path.yaml", &newer)]);
    sandbox.replace("flagstone.yaml", "  version: ^1.0", "  version: ^1.0\n  parameters: {port: 9}");
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    let ends = |causes: &str| {
        let shown = sandbox.of_service(["check", "--fail-on", causes]);
        shown.lines().next().unwrap().to_owned()
    };
    assert_eq!(ends("drift"), "exit: 0");
    assert_eq!(ends("drift,outdated"), "exit: 1");
    assert_eq!(ends("warn"), "exit: 1");
    assert_snapshot!(sandbox.of_service(["check", "--fail-on", "everything"]), @"");
}

#[test]
fn a_catalog_that_is_gone_is_a_note_unless_newer_versions_were_asked_for() {
    let sandbox = service();
    fs::rename(sandbox.folder().join("catalog"), sandbox.folder().join("elsewhere")).unwrap();
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    assert_snapshot!(sandbox.of_service(["check", "--fail-on", "outdated"]), @"");
    let elsewhere = ["check", "--fail-on", "outdated", "--catalog", "../elsewhere"];
    assert!(sandbox.of_service(elsewhere).starts_with("exit: 0"));
}

#[test]
fn a_lock_that_was_edited_is_an_error_even_where_it_agrees_with_the_files() {
    let sandbox = service();
    let id = sandbox.git(["-C", "orders", "hash-object", ".github/ci.yml"]);
    let id = id.lines().nth(2).unwrap();
    sandbox.edit(".github/ci.yml", "on: never\n");
    let other = sandbox.git(["-C", "orders", "hash-object", ".github/ci.yml"]);
    sandbox.replace("flagstone.lock", id, other.lines().nth(2).unwrap());
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    assert!(sandbox.of_service(["check", "--fail-on", "outdated"]).starts_with("exit: 1"));
}

#[test]
fn a_lock_in_conflict_ends_with_3_in_every_format() {
    let sandbox = service();
    let lock = sandbox.read("flagstone.lock");
    sandbox.edit("flagstone.lock", &format!("<<<<<<< HEAD\n{lock}=======\n{lock}>>>>>>> other\n"));
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"");
    let sarif = sandbox.of_service(["check", "--format", "sarif"]);
    assert!(sarif.contains(r#""executionSuccessful": false"#), "{sarif}");
    assert!(sandbox.of_service(["check", "--format", "junit"]).contains("errors=\"1\""));
    assert!(sandbox.of_service(["check", "--format", "json"]).contains("\"lock-conflict\""));
}

#[test]
fn without_a_service_a_lock_or_a_repository_the_run_ends_with_what_to_do() {
    let sandbox = service();
    assert_snapshot!(sandbox.run(["check"]), @"");
    sandbox.remove("flagstone.lock");
    assert_snapshot!(sandbox.of_service(["check"]), @"");
    sandbox.git(["-C", "orders", "restore", "flagstone.lock"]);
    fs::remove_dir_all(sandbox.folder().join("orders/.git")).unwrap();
    assert_snapshot!(sandbox.of_service(["check"]), @"");
}

#[test]
fn nothing_of_the_repository_runs_and_nothing_is_written() {
    let sandbox = service();
    let hook = format!("#!/bin/sh\ntouch {}/ran\n", sandbox.folder().display());
    sandbox.edit(".git/hooks/fsmonitor", &hook);
    sandbox.rights(".git/hooks/fsmonitor", 0o755);
    sandbox.git(["-C", "orders", "config", "core.fsmonitor", ".git/hooks/fsmonitor"]);
    sandbox.git(["-C", "orders", "config", "filter.x.clean", "touch ran; cat"]);
    sandbox.edit(".gitattributes", "* filter=x diff=x\n");
    sandbox.edit(".github/ci.yml", "on: never\n");
    let index = fs::read(sandbox.folder().join("orders/.git/index")).unwrap();
    assert!(sandbox.of_service(["check"]).starts_with("exit: 1"));
    assert!(sandbox.of_service(["diff"]).starts_with("exit: 0"));
    assert_eq!(fs::read(sandbox.folder().join("orders/.git/index")).unwrap(), index);
    assert!(!sandbox.folder().join("ran").exists());
    assert!(!sandbox.folder().join("orders/ran").exists());
}

#[test]
fn a_service_below_the_top_of_its_repository_is_checked_by_its_own_paths() {
    let sandbox = service();
    fs::remove_dir_all(sandbox.folder().join("orders/.git")).unwrap();
    sandbox.git(["init", "--quiet", "."]);
    sandbox.git(["add", "--all"]);
    sandbox.git(["commit", "--quiet", "--message", "All"]);
    assert!(sandbox.of_service(["check"]).starts_with("exit: 0"));
    sandbox.edit(".github/ci.yml", "on: never\n");
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"");
}

#[test]
fn other_commands_refuse_the_formats_of_reports() {
    assert_snapshot!(Sandbox::new().run(["catalog", "list", "--format", "sarif"]), @"");
}
