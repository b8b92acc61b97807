//! Several services of one spec, side by side.

use crate::{
    sandbox::Sandbox,
    web::{sandbox, without_files},
};

#[test]
fn three_services_one_of_them_wrong_are_two_repositories_and_a_mistake_with_its_place() {
    let service = |name: &str, port: &str| {
        format!(
            "apiVersion: flagstone/v1\nkind: Service\nmetadata: {{name: {name}, owner: team}}\n\
             spec: {{catalog: {{directory: catalog}}, goldenPath: web, parameters: {{port: {port}}}}}\n"
        )
    };
    let spec = [service("a-one", "8081"), service("b-two", "80"), service("c-three", "8083")];
    let sandbox = sandbox().file("services.yaml", &spec.join("---\n"));
    insta::assert_snapshot!(sandbox.run(["new", "--spec", "services.yaml", "out"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[invalid-answer]: parameter `port` must be at least 1024
     --> services.yaml:9:75
      |
    9 | spec: {catalog: {directory: catalog}, goldenPath: web, parameters: {port: 80}}
      |                                                                           ^^
    a-one    written  4 files, commit <commit>
    b-two    failed   parameter `port` must be at least 1024
    c-three  written  4 files, commit <commit>

    3 services: 2 written, 1 failed
    ");
    assert_eq!(sandbox.tree_of("out/b-two"), "");
    for name in ["out/a-one", "out/c-three"] {
        assert_eq!(
            sandbox.git(["-C", name, "rev-list", "--count", "--all"]),
            "exit: 0\n--- stdout\n1\n--- stderr"
        );
        assert!(sandbox.tree_of(name).contains("catalog:\n    directory: ../../catalog"));
    }
}

/// One service of the golden path `web`.
fn service(name: &str, parameters: &str) -> String {
    format!(
        "apiVersion: flagstone/v1\nkind: Service\nmetadata: {{name: {name}, owner: team}}\n\
         spec: {{catalog: {{directory: catalog}}, goldenPath: web, parameters: {{{parameters}}}}}\n"
    )
}

fn with_services(sandbox: Sandbox, services: &[String]) -> Sandbox {
    sandbox.file("services.yaml", &services.join("---\n"))
}

const NEW: [&str; 4] = ["new", "--spec", "services.yaml", "out"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    NEW.iter().chain(more).copied().collect()
}

#[test]
fn of_one_service_of_each_end_the_outside_is_the_gravest_and_programs_read_all_of_them() {
    // A program that signs says no to one of them.
    let keys = "#!/bin/sh\nfor file; do :; done\n\
        if grep -q 'Create outside' \"$file\"; then echo 'no token' >&2; exit 1; fi\n\
        printf -- '-----BEGIN SSH SIGNATURE-----\\nx\\n-----END SSH SIGNATURE-----\\n' > \"$file.sig\"\n";
    let services = [service("done", ""), service("wrong", "port: 80"), service("outside", "")];
    let make = || {
        let config = "[user]\nname = Ada\nemail = ada@example.com\nsigningKey = key\n\
            [gpg]\nformat = ssh\n[commit]\ngpgSign = true\n";
        with_services(sandbox(), &services)
            .home_file(".gitconfig", config)
            .program("ssh-keygen", keys)
    };
    insta::assert_snapshot!(make().run(with(&[])), @"
    exit: 5
    --- stdout
    --- stderr
    error[invalid-answer]: parameter `port` must be at least 1024
     --> services.yaml:9:75
      |
    9 | spec: {catalog: {directory: catalog}, goldenPath: web, parameters: {port: 80}}
      |                                                                           ^^
    error: failed to sign the commit

    Caused by:
        `ssh-keygen` made no signature:
           no token

    help: mend the signing key, or run once without it: `GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=commit.gpgsign GIT_CONFIG_VALUE_0=false flagstone new ...`
    done     written  4 files, commit <commit>
    wrong    failed   parameter `port` must be at least 1024
    outside  failed   failed to sign the commit

    3 services: 1 written, 2 failed
    ");
    insta::assert_snapshot!(without_files(&make().run(with(&["--format", "json"]))), @r#"
    exit: 5
    --- stdout
    {
      "format": 1,
      "dryRun": false,
      "services": [
        {
          "name": "done",
          "target": "out/done",
          "goldenPath": "web",
          "version": "1.0.0",
          "state": "written",
          "commit": "<commit>",
          "answers": [],
          "diagnostics": [],
          "guard": null
        },
        {
          "name": "wrong",
          "target": "",
          "goldenPath": "",
          "version": null,
          "state": "failed",
          "commit": null,
          "answers": [],
          "files": [],
          "diagnostics": [
            {
              "code": "invalid-answer",
              "severity": "error",
              "message": "parameter `port` must be at least 1024",
              "file": "services.yaml",
              "line": 9,
              "column": 75,
              "endLine": 9,
              "endColumn": 77,
              "help": null,
              "notes": []
            }
          ],
          "guard": null
        },
        {
          "name": "outside",
          "target": "",
          "goldenPath": "",
          "version": null,
          "state": "failed",
          "commit": null,
          "answers": [],
          "files": [],
          "diagnostics": [
            {
              "code": "outside",
              "severity": "error",
              "message": "failed to sign the commit",
              "file": null,
              "line": null,
              "column": null,
              "endLine": null,
              "endColumn": null,
              "help": "mend the signing key, or run once without it: `GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=commit.gpgsign GIT_CONFIG_VALUE_0=false flagstone new ...`",
              "notes": [
                "caused by: `ssh-keygen` made no signature:\nno token"
              ]
            }
          ],
          "guard": null
        }
      ],
      "pushed": null,
      "diagnostics": []
    }
    --- stderr
    "#);
}

#[test]
fn ctrl_c_is_said_once_with_how_many_services_there_are() {
    let keys = "#!/bin/sh\nfor file; do :; done\n\
        if ! grep -q 'Create a-one' \"$file\"; then kill -INT $PPID; sleep 5; exit 1; fi\n\
        printf -- '-----BEGIN SSH SIGNATURE-----\\nx\\n-----END SSH SIGNATURE-----\\n' > \"$file.sig\"\n";
    let services = [service("a-one", ""), service("b-two", ""), service("c-three", "")];
    let make = || {
        let config = "[user]\nname = Ada\nemail = ada@example.com\nsigningKey = key\n\
            [gpg]\nformat = ssh\n[commit]\ngpgSign = true\n";
        with_services(sandbox(), &services)
            .home_file(".gitconfig", config)
            .program("ssh-keygen", keys)
    };
    insta::assert_snapshot!(make().run(with(&["--jobs", "1"])), @"
    exit: 130
    --- stdout
    --- stderr
    a-one    written  4 files, commit <commit>
    b-two    failed   interrupted
    c-three  failed   interrupted

    3 services: 1 written, 2 failed
    interrupted: 1 of 3 services was written
    ");
    let json = make().run(with(&["--jobs", "1", "--format", "json"]));
    insta::assert_snapshot!(without_files(&json), @r#"
    exit: 130
    --- stdout
    {
      "format": 1,
      "dryRun": false,
      "services": [
        {
          "name": "a-one",
          "target": "out/a-one",
          "goldenPath": "web",
          "version": "1.0.0",
          "state": "written",
          "commit": "<commit>",
          "answers": [],
          "diagnostics": [],
          "guard": null
        },
        {
          "name": "b-two",
          "target": "",
          "goldenPath": "",
          "version": null,
          "state": "failed",
          "commit": null,
          "answers": [],
          "files": [],
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
                "nothing was written"
              ]
            }
          ],
          "guard": null
        },
        {
          "name": "c-three",
          "target": "",
          "goldenPath": "",
          "version": null,
          "state": "failed",
          "commit": null,
          "answers": [],
          "files": [],
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
                "nothing was written"
              ]
            }
          ],
          "guard": null
        }
      ],
      "pushed": null,
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
            "1 of 3 services was written"
          ]
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn one_name_or_one_push_for_several_services_makes_no_sense() {
    let services = [service("a-one", ""), service("b-two", "")];
    let sandbox = with_services(sandbox(), &services);
    insta::assert_snapshot!(sandbox.run(with(&["--set", "name=x"])), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: `--set name=…` names one service, and there are several
     |
     = help: name each in `metadata.name` of its part of the spec
    ");
    insta::assert_snapshot!(sandbox.run(with(&["--push", "there.git"])), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: `--push` takes one service, and there are several
     |
     = help: make them first, then push each
    ");
    assert_eq!(sandbox.tree_of("out"), "");
}

#[test]
fn several_services_are_explained_and_shown_one_by_one() {
    let services = [service("a-one", ""), service("b-two", "port: 9000")];
    let sandbox = with_services(sandbox(), &services);
    let output = sandbox.run(with(&["--dry-run", "--explain"]));
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    --- stderr
    a-one:
      database  none   the default
      name      a-one  the spec
      owner     team   the spec
      port      8080   the default
      schema    null   the default
    b-two:
      database  none   the default
      name      b-two  the spec
      owner     team   the spec
      port      9000   the spec
      schema    null   the default
    a-one  planned  4 files
    b-two  planned  4 files

    2 services: 2 planned
    ");
    let output = sandbox.run(with(&["--dry-run", "-v"]));
    let headings = output.lines().filter(|line| line.starts_with("=="));
    insta::assert_snapshot!(headings.collect::<Vec<_>>().join("\n"), @"
    === a-one
    == flagstone.lock
    == flagstone.yaml
    == service.yaml
    == src/a_one.txt
    === b-two
    == flagstone.lock
    == flagstone.yaml
    == service.yaml
    == src/b_two.txt
    ");
}
