//! `flagstone new`, as people and scripts meet it.

use crate::{
    sandbox::Sandbox,
    terminal::{BACKSPACE, ENTER, ESC},
    web::{sandbox, with, without_entry, without_files},
};

#[test]
fn a_service_is_rendered_and_committed_with_its_spec_and_lock() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 0
    --- stdout
    --- stderr
    Wrote 4 files to `orders-api` in commit <commit>
    ");
    insta::assert_snapshot!(sandbox.tree_of("orders-api"), @r#"
    == orders-api/flagstone.lock
    # What this service got of its golden path. Written by flagstone; do not edit.
    lockVersion: 1
    flagstone: 0.1.0
    goldenPath: {name: web, version: 1.0.0, source: "directory:../catalog", digest: "sha256:48557c9ccfddc9dd3058ff00685b6fdb3c31f121c516f20c94248a803e8d4426"}
    layers: []
    parameters:
      database: none
      name: orders-api
      owner: team
      port: 8080
      schema: null
    version: 1.0.0
    tree: "f670d86f4c135f75206b1172d40e0b6e30daa0e2"
    files:
    - {path: service.yaml, mode: "100644", own: merged, blob: "f02077f69637c7d617a7534ff75d7d14b38b05b5", from: "web:template/service.yaml.j2"}
    - {path: src/orders_api.txt, mode: "100644", own: seeded, blob: "e6999af227ce9a34f32463f6adfbbe42092eca37", from: "web:template/src/{{ name | snake_case }}.txt.j2"}
    == orders-api/flagstone.yaml
    # What this service wants of its golden path. What it got stands in flagstone.lock.
    apiVersion: flagstone/v1
    kind: Service
    metadata:
      name: orders-api
      owner: team
    spec:
      catalog:
        directory: ../catalog
      goldenPath: web
      version: ^1.0
    == orders-api/service.yaml
    name: orders-api
    owner: "team"
    port: 8080
    == orders-api/src/orders_api.txt
    orders-api
    "#);
    insta::assert_snapshot!(sandbox.git(["-C", "orders-api", "log", "--format=%an <%ae>%n%n%B"]), @"
    exit: 0
    --- stdout
    Ada Lovelace <ada@example.com>

    Create orders-api from web 1.0.0

    Golden-Path: web@1.0.0
    Flagstone-Tree: f670d86f4c135f75206b1172d40e0b6e30daa0e2
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.git(["-C", "orders-api", "status", "--porcelain", "--branch"]), @"
    exit: 0
    --- stdout
    ## main
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.git(["-C", "orders-api", "fsck", "--strict"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn a_person_goes_back_corrects_a_name_sees_the_tree_and_confirms() {
    let sandbox = sandbox();
    let mut terminal = sandbox.terminal(["new", "web", "--catalog", "catalog"]);
    terminal.wait_for("Service name").type_keys("Orders").type_keys(ENTER);
    terminal.wait_for("use lower-case letters and hyphens");
    terminal.type_keys(&BACKSPACE.repeat(6)).type_keys("orders").type_keys(ENTER);
    terminal.wait_for("Owner").type_keys(ESC).wait_for("? Service name: orders");
    terminal.type_keys("-api").type_keys(ENTER);
    terminal.wait_for("* Service name: orders-api").type_keys("team").type_keys(ENTER);
    terminal.wait_for("Port").type_keys(ENTER);
    terminal.wait_for("Database").type_keys("post").type_keys(ENTER);
    terminal.wait_for("Schema").type_keys(ENTER);
    insta::assert_snapshot!(terminal.wait_for("Write these files?").screen(), @"
    * Service name: orders
    ? Owner: (back)
    * Service name: orders-api
    * Owner: team
    * Port: 8080
    * Database: postgres
    * Schema: orders_api
    web@1.0.0 → orders-api

      database  postgres
      name      orders-api
      owner     team
      port      8080
      schema    orders_api

    orders-api/
    ├── src/
    │   └── orders_api.txt
    ├── flagstone.lock
    ├── flagstone.yaml
    ├── schema.sql
    └── service.yaml

    5 files, 1.2 kB
    ? Write these files? (Y/n)
    [Esc goes back to the last question]
    ");
    terminal.type_keys(ENTER);
    assert!(sandbox.redacted(&terminal.finish()).contains("Wrote 5 files to `orders-api`"));
    assert!(sandbox.tree_of("orders-api").contains("-- orders_api"));
}

#[test]
fn a_person_who_says_no_writes_nothing() {
    let sandbox = sandbox();
    let mut terminal = sandbox.terminal(with(&["--set", "owner=team"]));
    for question in ["Service name", "Port", "Database"] {
        terminal.wait_for(question).type_keys(ENTER);
    }
    terminal.wait_for("Write these files?").type_keys("n").type_keys(ENTER);
    assert!(terminal.finish().starts_with("exit: 130"));
    assert_eq!(sandbox.tree_of("orders-api"), "");
}

#[test]
fn a_spec_comes_from_standard_input_too() {
    let sandbox = sandbox();
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, owner: team}\n\
        spec: {catalog: {directory: catalog}, goldenPath: web}\n";
    insta::assert_snapshot!(sandbox.run_with_input(spec, ["new", "--spec", "-", "here"]), @"
    exit: 0
    --- stdout
    --- stderr
    Wrote 4 files to `here` in commit <commit>
    ");
}

#[test]
fn answers_come_from_flags_before_the_spec_before_the_environment() {
    let sandbox = sandbox();
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, owner: of-spec}\n\
        spec: {catalog: {directory: catalog}, goldenPath: web, parameters: {database: postgres}}\n";
    let sandbox = sandbox
        .file("spec.yaml", spec)
        .variable("FLAGSTONE_PARAM_OWNER", "of-environment")
        .variable("FLAGSTONE_PARAM_PORT", "9000");
    let output = sandbox.run([
        "new",
        "--spec",
        "spec.yaml",
        "--set",
        "database=none",
        "--explain",
        "--dry-run",
    ]);
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    orders/
    ├── src/
    │   └── orders.txt
    ├── flagstone.lock
    ├── flagstone.yaml
    └── service.yaml
    --- stderr
      database  none     the command line
      name      orders   the spec
      owner     of-spec  the spec
      port      9000     the environment
      schema    null     the default
    ");
}

#[test]
fn the_same_answers_make_the_same_tree_elsewhere_on_another_day_with_any_number_of_threads() {
    let tree = |date: &str, jobs: &str| {
        let sandbox = Sandbox::new().identity().variable("GIT_COMMITTER_DATE", date);
        sandbox.run(["new", "rust-service", "orders-api", "--set", "owner=team", "--jobs", jobs]);
        sandbox.git(["-C", "orders-api", "rev-parse", "HEAD^{tree}"])
    };
    let first = tree("2026-01-01T00:00:00Z", "1");
    assert!(first.starts_with("exit: 0"));
    assert_eq!(first, tree("2027-02-03T04:05:06+02:00", "2"));
}

#[test]
fn a_dry_run_shows_the_tree_or_every_file_and_writes_nothing() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team", "--dry-run"])), @"
    exit: 0
    --- stdout
    orders-api/
    ├── src/
    │   └── orders_api.txt
    ├── flagstone.lock
    ├── flagstone.yaml
    └── service.yaml
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team", "--dry-run", "-v"])), @r#"
    exit: 0
    --- stdout
    == flagstone.lock
    # What this service got of its golden path. Written by flagstone; do not edit.
    lockVersion: 1
    flagstone: 0.1.0
    goldenPath: {name: web, version: 1.0.0, source: "directory:../catalog", digest: "sha256:48557c9ccfddc9dd3058ff00685b6fdb3c31f121c516f20c94248a803e8d4426"}
    layers: []
    parameters:
      database: none
      name: orders-api
      owner: team
      port: 8080
      schema: null
    version: 1.0.0
    tree: "f670d86f4c135f75206b1172d40e0b6e30daa0e2"
    files:
    - {path: service.yaml, mode: "100644", own: merged, blob: "f02077f69637c7d617a7534ff75d7d14b38b05b5", from: "web:template/service.yaml.j2"}
    - {path: src/orders_api.txt, mode: "100644", own: seeded, blob: "e6999af227ce9a34f32463f6adfbbe42092eca37", from: "web:template/src/{{ name | snake_case }}.txt.j2"}

    == flagstone.yaml
    # What this service wants of its golden path. What it got stands in flagstone.lock.
    apiVersion: flagstone/v1
    kind: Service
    metadata:
      name: orders-api
      owner: team
    spec:
      catalog:
        directory: ../catalog
      goldenPath: web
      version: ^1.0

    == service.yaml
    name: orders-api
    owner: "team"
    port: 8080

    == src/orders_api.txt
    orders-api
    --- stderr
    "#);
    assert_eq!(sandbox.tree_of("orders-api"), "");
}

#[test]
fn programs_read_one_json_document() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team", "--format", "json"])), @r#"
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
          "tree": "178e5ffc3601873d9245ee3664477b1c3b8b6743",
          "answers": [],
          "files": [
            {
              "path": "flagstone.lock",
              "mode": "100644",
              "bytes": 743,
              "blob": "f9e3b8dcfdb027cd56922a6d245a91c09d4dcbe3",
              "ownership": "tool",
              "managedKeys": [],
              "source": null
            },
            {
              "path": "flagstone.yaml",
              "mode": "100644",
              "bytes": 243,
              "blob": "6ca264b9a4a54ce88555f317044f92b2e88b5276",
              "ownership": "tool",
              "managedKeys": [],
              "source": null
            },
            {
              "path": "service.yaml",
              "mode": "100644",
              "bytes": 42,
              "blob": "f02077f69637c7d617a7534ff75d7d14b38b05b5",
              "ownership": "merged",
              "managedKeys": [],
              "source": "web:template/service.yaml.j2"
            },
            {
              "path": "src/orders_api.txt",
              "mode": "100644",
              "bytes": 11,
              "blob": "e6999af227ce9a34f32463f6adfbbe42092eca37",
              "ownership": "seeded",
              "managedKeys": [],
              "source": "web:template/src/{{ name | snake_case }}.txt.j2"
            }
          ],
          "diagnostics": [],
          "guard": null
        }
      ],
      "pushed": null,
      "diagnostics": []
    }
    --- stderr
    "#);
    insta::assert_snapshot!(without_entry(&sandbox.run(with(&["--format", "json"]))), @r#"
    exit: 3
    --- stdout
    {
      "format": 1,
      "error": "`<sandbox>/orders-api` is not empty: it holds `<entry>`",
      "causes": [],
      "help": "name a folder that is empty or does not exist yet; nothing was written",
      "diagnostics": [],
      "guard": null
    }
    --- stderr
    "#);
}

#[test]
fn an_empty_folder_that_we_stand_in_becomes_the_repository() {
    let sandbox = sandbox().folder_at("orders");
    let output = sandbox
        .run_in("orders", ["new", "web", ".", "--catalog", "../catalog", "--set", "owner=team"]);
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    --- stderr
    Wrote 4 files to `.` in commit <commit>
    ");
    assert_eq!(
        sandbox.git(["-C", "orders", "status", "--porcelain"]),
        "exit: 0\n--- stdout\n--- stderr"
    );
}

#[test]
fn without_an_identity_the_commit_is_made_all_the_same_and_says_so() {
    let sandbox = sandbox().without_identity();
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning[no-identity]: git does not know who you are: flagstone stands in the commit
     |
     = note: tell git: `git config --global user.name "Your Name"` and `git config --global user.email you@example.com`
     = help: then, in the repository: `git commit --amend --reset-author --no-edit`
    Wrote 4 files to `orders-api` in commit <commit>
    "#);
}

#[test]
fn programs_read_warnings_and_the_origins_of_answers_in_the_one_document() {
    let sandbox = sandbox().without_identity().variable("FLAGSTONE_PARAM_PROT", "1");
    let more = ["--set", "owner=team", "--explain", "--format", "json"];
    insta::assert_snapshot!(without_files(&sandbox.run(with(&more))), @r#"
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
          "answers": [
            {
              "name": "database",
              "value": "none",
              "origin": "default"
            },
            {
              "name": "name",
              "value": "orders-api",
              "origin": "flag"
            },
            {
              "name": "owner",
              "value": "team",
              "origin": "flag"
            },
            {
              "name": "port",
              "value": 8080,
              "origin": "default"
            },
            {
              "name": "schema",
              "value": null,
              "origin": "default"
            }
          ],
          "diagnostics": [
            {
              "code": "unused-variable",
              "severity": "warning",
              "message": "`FLAGSTONE_PARAM_PROT` answers no parameter",
              "file": null,
              "line": null,
              "column": null,
              "endLine": null,
              "endColumn": null,
              "help": "did you mean `PORT`?",
              "notes": []
            },
            {
              "code": "unused-variable",
              "severity": "warning",
              "message": "`FLAGSTONE_PARAM_PROT` answers no parameter",
              "file": null,
              "line": null,
              "column": null,
              "endLine": null,
              "endColumn": null,
              "help": "did you mean `PORT`?",
              "notes": []
            }
          ],
          "guard": null
        }
      ],
      "pushed": null,
      "diagnostics": [
        {
          "code": "no-identity",
          "severity": "warning",
          "message": "git does not know who you are: flagstone stands in the commit",
          "file": null,
          "line": null,
          "column": null,
          "endLine": null,
          "endColumn": null,
          "help": "then, in the repository: `git commit --amend --reset-author --no-edit`",
          "notes": [
            "tell git: `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.com`"
          ]
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn the_folder_is_the_name_where_nothing_else_says_one() {
    let name = |sandbox: &Sandbox, arguments: &[&str]| {
        let more = ["--catalog", "catalog", "--set", "owner=team", "--dry-run", "--explain"];
        let output = sandbox.run(["new"].iter().chain(arguments).chain(&more).copied());
        let line = output.lines().find(|line| line.trim().starts_with("name "));
        line.map_or(output.clone(), |line| line.trim().to_owned())
    };
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: of-spec}\n\
        spec: {goldenPath: web}\n";
    let here = sandbox().file("spec.yaml", spec);
    let named = sandbox().variable("FLAGSTONE_PARAM_NAME", "of-environment");
    let names = [
        name(&here, &["web", "of-folder"]),
        name(&named, &["web", "of-folder"]),
        name(&here, &["--spec", "spec.yaml", "of-folder"]),
        name(&here, &["web", "of-folder", "--set", "name=of-flag"]),
    ];
    insta::assert_snapshot!(names.join("\n"), @"
    name      of-folder  the command line
    name      of-environment  the environment
    name      of-spec  the spec
    name      of-flag  the command line
    ");
}
