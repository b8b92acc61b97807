//! `flagstone new --push`: what reaches the other repository, and what is said if nothing does.

use crate::web::{sandbox, with, without_files};

#[test]
fn a_new_service_is_pushed_where_it_is_wanted() {
    let sandbox = sandbox();
    sandbox.git(["init", "--quiet", "--bare", "remote.git"]);
    let output = sandbox.run(with(&["--set", "owner=team", "--push", "remote.git"]));
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    --- stderr
    Wrote 4 files to `orders-api` in commit <commit>
    Pushed to `<sandbox>/remote.git`
    ");
    let here = sandbox.git(["-C", "orders-api", "rev-parse", "HEAD"]);
    assert_eq!(here, sandbox.git(["-C", "remote.git", "rev-parse", "main"]));
    let tracked = sandbox.git(["-C", "orders-api", "rev-parse", "--abbrev-ref", "main@{upstream}"]);
    assert_eq!(tracked, "exit: 0\n--- stdout\norigin/main\n--- stderr");
}

#[test]
fn an_address_that_starts_a_program_is_refused_before_anything_is_written() {
    let sandbox = sandbox();
    let output = sandbox.run(with(&["--set", "owner=team", "--push", "ext::sh -c id"]));
    insta::assert_snapshot!(output, @"
    exit: 3
    --- stdout
    --- stderr
    error[push-url]: can't push there: addresses of the form `ext::…` are not allowed: they start a program
     |
     = help: write for instance `git@example.com:team/service.git`
    ");
    assert_eq!(sandbox.tree_of("orders-api"), "");
}

#[test]
fn a_push_that_fails_says_that_the_repository_is_there_and_how_to_try_again() {
    let sandbox = sandbox();
    let output = sandbox.run(with(&["--set", "owner=team", "--push", "absent.git"]));
    insta::assert_snapshot!(output, @"
    exit: 5
    --- stdout
    --- stderr
    Wrote 4 files to `orders-api` in commit <commit>
    error: git did not push to `origin`:
    fatal: '<sandbox>/absent.git' does not appear to be a git repository
    fatal: Could not read from remote repository.

    Please make sure you have the correct access rights
    and the repository exists.

    help: the repository is complete in `orders-api`; push it later: `git -C '<sandbox>/orders-api' push --set-upstream origin main`
    ");
    assert!(sandbox.tree_of("orders-api").contains("name: orders-api"));
}

#[test]
fn programs_read_one_document_after_a_push_whether_it_failed_or_not() {
    let push = |url: &str| {
        let sandbox = sandbox();
        sandbox.git(["init", "--quiet", "--bare", "remote.git"]);
        let more = ["--set", "owner=team", "--push", url, "--format", "json"];
        without_files(&sandbox.run(with(&more)))
    };
    insta::assert_snapshot!(push("remote.git"), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "dryRun": false,
      "services": [
        {
          "name": "orders-api",
          "target": "orders-api",
          "goldenPath": "web",
          "version": "1.0.0",
          "state": "written",
          "commit": "<commit>",
          "answers": [],
          "diagnostics": [],
          "guard": null
        }
      ],
      "pushed": true,
      "diagnostics": []
    }
    --- stderr
    "#);
    insta::assert_snapshot!(push("absent.git"), @r#"
    exit: 5
    --- stdout
    {
      "format": 1,
      "dryRun": false,
      "services": [
        {
          "name": "orders-api",
          "target": "orders-api",
          "goldenPath": "web",
          "version": "1.0.0",
          "state": "written",
          "commit": "<commit>",
          "answers": [],
          "diagnostics": [],
          "guard": null
        }
      ],
      "pushed": false,
      "diagnostics": [
        {
          "code": "outside",
          "severity": "error",
          "message": "git did not push to `origin`:\nfatal: '<sandbox>/absent.git' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.",
          "file": null,
          "line": null,
          "column": null,
          "endLine": null,
          "endColumn": null,
          "help": "the repository is complete in `orders-api`; push it later: `git -C '<sandbox>/orders-api' push --set-upstream origin main`",
          "notes": []
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn ctrl_c_during_a_push_ends_with_130_and_says_what_there_is() {
    let git = "#!/bin/sh\ncase \"$*\" in\n\
        *' push '*) kill -INT $PPID; sleep 5; exit 1;;\n\
        *) PATH=${PATH#*:} exec git \"$@\";;\nesac\n";
    let push = |more: &[&str]| {
        let sandbox = sandbox().program("git", git);
        let arguments = with(&["--set", "owner=team", "--push", "there.git"]);
        without_files(&sandbox.run(arguments.into_iter().chain(more.iter().copied())))
    };
    insta::assert_snapshot!(push(&[]), @"
    exit: 130
    --- stdout
    --- stderr
    Wrote 4 files to `orders-api` in commit <commit>
    interrupted: the repository is complete in `orders-api`, and not pushed
    ");
    insta::assert_snapshot!(push(&["--format", "json"]), @r#"
    exit: 130
    --- stdout
    {
      "format": 1,
      "dryRun": false,
      "services": [
        {
          "name": "orders-api",
          "target": "orders-api",
          "goldenPath": "web",
          "version": "1.0.0",
          "state": "written",
          "commit": "<commit>",
          "answers": [],
          "diagnostics": [],
          "guard": null
        }
      ],
      "pushed": false,
      "diagnostics": [
        {
          "code": "interrupted",
          "severity": "error",
          "message": "interrupted",
          "file": null,
          "line": null,
          "column": null,
          "endLine": null,
          "endColumn": null,
          "help": null,
          "notes": [
            "the repository is complete in `orders-api`, and not pushed"
          ]
        }
      ]
    }
    --- stderr
    "#);
}
