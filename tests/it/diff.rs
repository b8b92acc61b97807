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
    assert_snapshot!(changed().of_service(["diff"]), @r"
    exit: 0
    --- stdout
    diff --git a/.github/ci.yml b/.github/ci.yml
    index 404e97e..aec53d7 100644
    --- a/.github/ci.yml
    +++ b/.github/ci.yml
    @@ -1,3 +1 @@
    -on: push
    -jobs:
    -  test: {port: 8080}
    +on: never
    diff --git a/README.md b/README.md
    index aa1c84a..5943b1f 100644
    --- a/README.md
    +++ b/README.md
    @@ -1,3 +1,3 @@
     # orders
     
    -A service.
    +Our service.
    \ No newline at end of file
    diff --git a/run.sh b/run.sh
    old mode 100755
    new mode 100644
    diff --git a/settings.yaml b/settings.yaml
    deleted file mode 100644
    index ccac0bc..0000000
    --- a/settings.yaml
    +++ /dev/null
    @@ -1,3 +0,0 @@
    -logging:
    -  level: info
    -region: eu
    --- stderr
    1 seeded file differs too: they are the team's (`--seeded` shows them)
    ");
}

#[test]
fn an_untouched_service_has_no_difference() {
    let sandbox = service();
    assert_snapshot!(sandbox.of_service(["diff", "--exit-code"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn paths_names_and_numbers_are_as_with_git() {
    let sandbox = changed();
    assert_snapshot!(sandbox.of_service(["diff", "--stat", "--seeded"]), @"
    exit: 0
    --- stdout
     .github/ci.yml | 4 +---
     README.md      | 2 +-
     run.sh         | 0
     settings.yaml  | 3 ---
     src/main.txt   | 2 +-
     5 files changed, 3 insertions(+), 8 deletions(-)
    --- stderr
    ");
    assert_snapshot!(sandbox.of_service(["diff", "--name-only", "--exit-code", ".github", "run.sh"]), @"
    exit: 1
    --- stdout
    .github/ci.yml
    run.sh
    --- stderr
    ");
    assert_snapshot!(sandbox.run_in("orders/src", ["diff", "main.txt", "../README.md", "--name-only"]), @"
    exit: 0
    --- stdout
    README.md
    src/main.txt
    --- stderr
    ");
    assert_snapshot!(sandbox.of_service(["diff", "READNE.md", "src/other.txt"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-file]: the golden path made no file `READNE.md`
     |
     = help: did you mean `README.md`?

    error[unknown-file]: the golden path made no file `src/other.txt`
     |
     = help: `flagstone.lock` lists what it made

    2 errors
    ");
    assert_snapshot!(sandbox.of_service(["diff", "../catalog"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[outside-service]: `../catalog` is not in the service
     |
     = note: the service is in `<sandbox>/orders`
    ");
}

#[test]
fn a_program_reads_patches_in_json() {
    assert_snapshot!(changed().of_service(["diff", "--format", "json", "README.md"]), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "service": "orders",
      "goldenPath": "svc",
      "version": "1.0.0",
      "files": [
        {
          "path": "README.md",
          "ownership": "merged",
          "state": "edited",
          "added": 1,
          "removed": 1,
          "binary": false,
          "patch": "diff --git a/README.md b/README.md\nindex aa1c84a..5943b1f 100644\n--- a/README.md\n+++ b/README.md\n@@ -1,3 +1,3 @@\n # orders\n \n-A service.\n+Our service.\n\\ No newline at end of file\n"
        }
      ],
      "diagnostics": []
    }
    --- stderr
    "#);
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
    assert_snapshot!(sandbox.git(["-C", "orders", "status", "--short"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn what_the_golden_path_made_and_nobody_holds_any_more_is_said() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    sandbox.commit();
    sandbox.git(["clone", "--quiet", "--depth", "1", "--no-local", "orders", "shallow"]);
    // The catalog still renders it, until the version is gone.
    let whole = sandbox.run_in("orders", ["diff"]);
    assert_eq!(sandbox.run_in("shallow", ["diff"]), whole);
    assert!(whole.contains("+on: never"), "{whole}");
    fs::remove_dir_all(sandbox.folder().join("catalog/svc/1.0.0")).unwrap();
    assert_snapshot!(sandbox.run_in("shallow", ["diff"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[base-gone]: nobody holds what the golden path made of `.github/ci.yml`
     |
     = note: the lock says blob 404e97e38d6d860ffc1cfe7e8c4280baac6c4b5b, which is in no commit here
     = note: the catalog would have to hold svc@1.0.0 with sha256:c96a5bdacbecd3a52975928bb6b05ab8b3fb81c67213ac22281e6e8ec7cafdd4
     = help: name the catalog with `--catalog DIR`, or fetch the whole history: `git fetch --unshallow`
    ");
    assert_snapshot!(sandbox.run_in("shallow", ["restore", "--all-managed"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[base-gone]: nobody holds what the golden path made of `.github/ci.yml`
     |
     = note: the lock says blob 404e97e38d6d860ffc1cfe7e8c4280baac6c4b5b, which is in no commit here
     = note: the catalog would have to hold svc@1.0.0 with sha256:c96a5bdacbecd3a52975928bb6b05ab8b3fb81c67213ac22281e6e8ec7cafdd4
     = help: name the catalog with `--catalog DIR`, or fetch the whole history: `git fetch --unshallow`
    ");
    assert!(sandbox.run_in("shallow", ["check"]).starts_with("exit: 4"));
}

#[test]
fn a_link_and_bytes_are_told_from_text() {
    let sandbox = service();
    sandbox.remove("README.md");
    std::os::unix::fs::symlink("run.sh", sandbox.folder().join("orders/README.md")).unwrap();
    sandbox.edit("settings.yaml", "a\0b\n");
    assert_snapshot!(sandbox.of_service(["diff"]), @r"
    exit: 0
    --- stdout
    diff --git a/README.md b/README.md
    deleted file mode 100644
    index aa1c84a..0000000
    --- a/README.md
    +++ /dev/null
    @@ -1,3 +0,0 @@
    -# orders
    -
    -A service.
    diff --git a/README.md b/README.md
    new file mode 120000
    index 0000000..e0e6347
    --- /dev/null
    +++ b/README.md
    @@ -0,0 +1 @@
    +run.sh
    \ No newline at end of file
    diff --git a/settings.yaml b/settings.yaml
    index ccac0bc..1a23e4b 100644
    Binary files a/settings.yaml and b/settings.yaml differ
    --- stderr
    ");
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
