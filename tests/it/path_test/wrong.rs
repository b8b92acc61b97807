//! What a test cannot run with, or must not pass.

use std::fs;

use insta::assert_snapshot;

use super::{author, test};
use crate::sandbox::Sandbox;

#[test]
fn what_is_wrong_with_a_case_or_its_manifest_is_a_failure_of_the_test() {
    let sandbox = author();
    let write = |path: &str, text: &str| {
        fs::write(sandbox.folder().join("catalog/svc").join(path), text).unwrap();
    };
    write("1.0.0/cases/defaults.yaml", "paramters: {}\n");
    write("2.0.0/golden-path.yaml", "apiVersion: flagstone/v1\nkind: Path\n");
    let told = test(&sandbox, &[]);
    assert!(told.starts_with("exit: 1"), "{told}");
    assert!(told.contains("`paramters` is not known here") && told.contains("`kind`"), "{told}");
}

#[test]
fn a_folder_without_golden_paths_is_refused() {
    assert_snapshot!(Sandbox::new().run(["path", "test"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-golden-path]: there is no golden path in `.`
     |
     = help: name a catalog's folder, a golden path's or a version's
    ");
}

#[test]
fn a_case_that_nobody_has_is_refused_and_not_passed() {
    let sandbox = author();
    assert_snapshot!(test(&sandbox, &["--case", "defaults", "--case", "upgrad", "--case", "x"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-case]: there is no case `upgrad`
     |
     = help: did you mean `upgrade`?

    error[no-case]: there is no case `x`
     |
     = help: there are: defaults, refused, upgrade

    2 errors
    ");
}

#[test]
fn a_version_without_cases_and_a_snapshot_without_its_case_are_failures() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let version = sandbox.folder().join("catalog/svc/1.0.0/cases");
    fs::remove_file(version.join("defaults.yaml")).unwrap();
    assert_snapshot!(test(&sandbox, &["svc/1.0.0"]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   cases  0 ms

        error[no-case]: `svc@1.0.0` has no case
         |
         = help: write one: `cases/defaults.yaml`

      FAIL   cases/defaults.snap  0 ms

        this snapshot is of no case


    help: `flagstone path test svc/1.0.0 --accept` removes it

    2 tests, 2 failed, 0 % of 3 template lines reached, 0 ms
    --- stderr
    ");
    assert_snapshot!(test(&sandbox, &["svc/1.0.0", "--accept"]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   cases  0 ms

        error[no-case]: `svc@1.0.0` has no case
         |
         = help: write one: `cases/defaults.yaml`

      gone   cases/defaults.snap  0 ms

    2 tests, 1 failed, 0 % of 3 template lines reached, 0 ms
    --- stderr
    ");
    assert!(!version.join("defaults.snap").exists());
}

#[test]
fn a_snapshot_that_cannot_be_written_keeps_no_other_from_it() {
    let sandbox = author();
    let cases = sandbox.folder().join("catalog/svc/2.0.0/cases");
    fs::create_dir_all(cases.join("upgrade.snap/x")).unwrap();
    fs::write(cases.join("more.yaml"), "parameters: {name: more}\n").unwrap();
    let told = test(&sandbox, &["--accept", "svc/2.0.0"]);
    assert!(told.starts_with("exit: 1"), "{told}");
    assert!(told.contains("error[unwritten]: failed to write"), "{told}");
    assert!(cases.join("more.snap").exists());
}
