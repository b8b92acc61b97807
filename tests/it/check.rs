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
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 0
    --- stdout
    orders (svc 1.0.0, 5 files): no drift
    --- stderr
    ");
    assert_eq!(sandbox.run_in("orders/src", ["check"]), sandbox.run(["check", "orders/src"]));
    assert!(sandbox.run(["check", "orders"]).starts_with("exit: 0"));
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"
    exit: 0
    --- stdout
    --- stderr
    orders (svc 1.0.0, 5 files): no drift
    ");
}

#[test]
fn the_embedded_golden_path_passes_until_a_managed_file_is_edited() {
    let sandbox = Sandbox::new().identity();
    sandbox.run(["new", "rust-service", "orders", "--set", "owner=team", "--yes"]);
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 0
    --- stdout
    orders (rust-service 1.0.0, 80 files): no drift
    guard: 18 rules, 7 off (no data), passed
    --- stderr
    ");
    sandbox.edit(".github/workflows/ci.yml", "on: never\n");
    sandbox.edit("README.md", "# Ours\n");
    sandbox.edit("src/main.rs", "fn main() {}\n");
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 1
    --- stdout
    error[managed-edited]: `.github/workflows/ci.yml` is the golden path's and was edited
    note: 1 shared file edited by the team (`-v` names them)

    help: `flagstone diff .github/workflows/ci.yml` shows the edit, `flagstone restore .github/workflows/ci.yml` takes it back

    orders (rust-service 1.0.0, 80 files): 1 error
    guard: 18 rules, 7 off (no data), passed
    --- stderr
    ");
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
    assert_snapshot!(found, @"
    exit: 1
    --- stdout
    error[managed-edited]: `.github/ci.yml` is the golden path's and was edited
    error[managed-mode]: `run.sh` is the golden path's and is not executable any more
    error[managed-key]: `logging.level` of `settings.yaml` is the golden path's and was edited (settings.yaml:2:3)
    note[merged-edited]: `README.md` was edited by the team
    note[merged-edited]: `settings.yaml` was edited by the team

    help: `flagstone diff PATH` shows an edit, `flagstone restore --all-managed` takes all of them back
    help: set it back; `flagstone diff settings.yaml` shows what it was

    orders (svc 1.0.0, 5 files): 3 errors
    --- stderr
    ");
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
    assert_snapshot!(sandbox.of_service(["check", "-v"]), @"
    exit: 1
    --- stdout
    error[managed-missing]: `.github/ci.yml` is the golden path's and is missing
    error[managed-missing]: `run.sh` is the golden path's and is missing
    note[merged-missing]: `README.md` was removed by the team

    help: `flagstone diff PATH` shows an edit, `flagstone restore --all-managed` takes all of them back

    orders (svc 1.0.0, 5 files): 2 errors
    --- stderr
    ");
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
    assert_snapshot!(sandbox.of_service(["check", "--format", "json"]), @r#"
    exit: 1
    --- stdout
    {
      "format": 1,
      "service": "orders",
      "goldenPath": "svc",
      "version": "1.0.0",
      "files": 5,
      "failed": true,
      "findings": [
        {
          "rule": "managed-edited",
          "level": "error",
          "path": ".github/ci.yml",
          "line": null,
          "column": null,
          "key": null,
          "message": "`.github/ci.yml` is the golden path's and was edited",
          "help": "`flagstone diff .github/ci.yml` shows the edit, `flagstone restore .github/ci.yml` takes it back",
          "fingerprint": "ddb02826d231c63670ead4f61d535e6638a2d2c44d399ed7bbb99f43632a8f37"
        },
        {
          "rule": "managed-key",
          "level": "error",
          "path": "settings.yaml",
          "line": 2,
          "column": 3,
          "key": "logging.level",
          "message": "`logging.level` of `settings.yaml` is the golden path's and was edited",
          "help": "set it back; `flagstone diff settings.yaml` shows what it was",
          "fingerprint": "398a7e9179ce5d13189e6809c11f80318fa6a016469393f3347dc5e94c88eb3d"
        },
        {
          "rule": "merged-edited",
          "level": "note",
          "path": "settings.yaml",
          "line": null,
          "column": null,
          "key": null,
          "message": "`settings.yaml` was edited by the team",
          "help": null,
          "fingerprint": "c8b72e27506a1299b197e9b4e74eea18e317ab30123ec9fb6f4266d631aa031a"
        }
      ],
      "guard": null
    }
    --- stderr
    "#);
    assert_snapshot!(sandbox.of_service(["check", "--format", "junit"]), @r#"
    exit: 1
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="flagstone check" tests="3" failures="2" errors="0">
      <testsuite name="orders" tests="3" failures="2" errors="0" skipped="0">
        <testcase classname="managed" name=".github/ci.yml" file=".github/ci.yml">
          <failure type="managed-edited" message="`.github/ci.yml` is the golden path&apos;s and was edited">error[managed-edited]: `.github/ci.yml` is the golden path&apos;s and was edited
    `flagstone diff .github/ci.yml` shows the edit, `flagstone restore .github/ci.yml` takes it back</failure>
        </testcase>
        <testcase classname="managed" name="run.sh" file="run.sh"/>
        <testcase classname="managed" name="settings.yaml" file="settings.yaml">
          <failure type="managed-key" message="`logging.level` of `settings.yaml` is the golden path&apos;s and was edited">error[managed-key]: `logging.level` of `settings.yaml` is the golden path&apos;s and was edited
    set it back; `flagstone diff settings.yaml` shows what it was</failure>
        </testcase>
      </testsuite>
    </testsuites>
    --- stderr
    orders (svc 1.0.0, 5 files): 2 errors
    "#);
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"
    exit: 1
    --- stdout
    ::error file=.github/ci.yml,title=managed-edited::`.github/ci.yml` is the golden path's and was edited%0A`flagstone diff .github/ci.yml` shows the edit, `flagstone restore .github/ci.yml` takes it back
    ::error file=settings.yaml,line=2,col=3,title=managed-key::`logging.level` of `settings.yaml` is the golden path's and was edited%0Aset it back; `flagstone diff settings.yaml` shows what it was
    --- stderr
    orders (svc 1.0.0, 5 files): 2 errors
    ");
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
    sandbox.replace(
        "flagstone.yaml",
        "  version: ^1.0",
        "  version: ^1.0\n  parameters: {port: 9}",
    );
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 0
    --- stdout
    warning[deprecated]: golden path `svc` is deprecated; supported until 2027-01-31
    note[outdated]: svc 1.1.0 is released, the service has 1.0.0
    note[spec-changed]: the spec answers `port` differently than when the service was made (flagstone.yaml:11:22)

    help: use `web` for new services
    help: run `flagstone upgrade`
    help: run `flagstone apply`

    orders (svc 1.0.0, 5 files): 1 warning
    --- stderr
    ");
    let ends = |causes: &str| {
        let shown = sandbox.of_service(["check", "--fail-on", causes]);
        shown.lines().next().unwrap().to_owned()
    };
    assert_eq!(ends("drift"), "exit: 0");
    assert_eq!(ends("drift,outdated"), "exit: 1");
    assert_eq!(ends("warn"), "exit: 1");
    assert_snapshot!(sandbox.of_service(["check", "--fail-on", "everything"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: invalid value 'everything' for '--fail-on <WHAT>'
      [possible values: drift, outdated, warn]

    For more information, try '--help'.
    ");
}

#[test]
fn a_catalog_that_is_gone_fails_the_guard_and_ends_the_run_where_newer_versions_were_asked_for() {
    let sandbox = service();
    fs::rename(sandbox.folder().join("catalog"), sandbox.folder().join("elsewhere")).unwrap();
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 4
    --- stdout
    error[guard-catalog]: the catalog's policies can't be asked: failed to read the catalog `<sandbox>/catalog`
     |
     = note: `flagstone.lock` names the catalog: directory:../catalog
     = help: `--catalog DIR` names the catalog in another place

    note[catalog-unknown]: nobody can say whether a newer version is released: failed to read the catalog `<sandbox>/catalog`

    help: `--catalog DIR` names the catalog in another place

    orders (svc 1.0.0, 5 files): no drift
    guard: 0 rules, not judged, because of 1 failure
    --- stderr
    ");
    assert_snapshot!(sandbox.of_service(["check", "--fail-on", "outdated"]), @"
    exit: 5
    --- stdout
    --- stderr
    error: failed to read the catalog `<sandbox>/catalog`

    Caused by:
        No such file or directory (os error 2)

    help: name a folder that holds `<golden path>/<version>/golden-path.yaml`
    ");
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
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 1
    --- stdout
    error[lock-tree]: the lock says tree 2f86a9e62808e6b93530fa221125e7ced290fe92, but its lines give e743f9249bc5de628fac268a04825f152607b10f: it was edited, or two branches were merged (flagstone.lock:12:1)

    help: `flagstone apply` makes the lock again from `flagstone.yaml`

    orders (svc 1.0.0, 5 files): 1 error
    --- stderr
    ");
    assert!(sandbox.of_service(["check", "--fail-on", "outdated"]).starts_with("exit: 1"));
}

#[test]
fn a_lock_in_conflict_ends_with_3_in_every_format() {
    let sandbox = service();
    let lock = sandbox.read("flagstone.lock");
    sandbox.edit("flagstone.lock", &format!("<<<<<<< HEAD\n{lock}=======\n{lock}>>>>>>> other\n"));
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[lock-conflict]: the lock has conflicts of a merge
     --> flagstone.lock:1:1
      |
    1 | <<<<<<< HEAD
      | ^^^^^^^^^^^^
      |
      = note: two branches have changed it, each in its own way
      = help: `flagstone apply` makes it again from `flagstone.yaml`
    ");
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"
    exit: 3
    --- stdout
    ::error file=flagstone.lock,line=1,col=1,title=lock-conflict::the lock has conflicts of a merge%0A`flagstone apply` makes it again from `flagstone.yaml`
    --- stderr
    error[lock-conflict]: the lock has conflicts of a merge
     --> flagstone.lock:1:1
      |
    1 | <<<<<<< HEAD
      | ^^^^^^^^^^^^
      |
      = note: two branches have changed it, each in its own way
      = help: `flagstone apply` makes it again from `flagstone.yaml`
    ");
    let sarif = sandbox.of_service(["check", "--format", "sarif"]);
    assert!(sarif.contains(r#""executionSuccessful": false"#), "{sarif}");
    assert!(sandbox.of_service(["check", "--format", "junit"]).contains("errors=\"1\""));
    assert!(sandbox.of_service(["check", "--format", "json"]).contains("\"lock-conflict\""));
}

#[test]
fn without_a_service_a_lock_or_a_repository_the_run_ends_with_what_to_do() {
    let sandbox = service();
    assert_snapshot!(sandbox.run(["check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-service]: there is no `flagstone.yaml` here or in a folder above
     |
     = help: go to a service that flagstone made, or name its folder
    ");
    sandbox.remove("flagstone.lock");
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-lock]: there is a `flagstone.yaml`, but no `flagstone.lock` beside it
     |
     = help: `git checkout HEAD -- flagstone.lock` takes it from the last commit
    ");
    sandbox.git(["-C", "orders", "restore", "flagstone.lock"]);
    fs::remove_dir_all(sandbox.folder().join("orders/.git")).unwrap();
    assert_snapshot!(sandbox.of_service(["check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: `<sandbox>/orders` is in no git repository

    help: go to the repository of a service
    ");
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
    assert_snapshot!(sandbox.of_service(["check", "--format", "github"]), @"
    exit: 1
    --- stdout
    ::error file=orders/.github/ci.yml,title=managed-edited::`.github/ci.yml` is the golden path's and was edited%0A`flagstone diff .github/ci.yml` shows the edit, `flagstone restore .github/ci.yml` takes it back
    --- stderr
    orders (svc 1.0.0, 5 files): 1 error
    ");
}

#[test]
fn other_commands_refuse_the_formats_of_reports() {
    assert_snapshot!(Sandbox::new().run(["catalog", "list", "--format", "sarif"]), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: this command does not have this format
     |
     = help: write `--format human` or `--format json`
    ");
}
