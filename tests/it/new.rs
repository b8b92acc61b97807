//! `flagstone new`, as people and scripts meet it.

use crate::{
    sandbox::Sandbox,
    terminal::{BACKSPACE, ENTER, ESC},
};

const MANIFEST: &str = r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: web, version: 1.0.0, title: A web service, owner: platform}
parameters:
  required: [name, owner]
  properties:
    name: {type: string, title: Service name, pattern: "^[a-z][a-z-]*$", x-pattern-help: use lower-case letters and hyphens}
    owner: {type: string, title: Owner}
    port: {type: integer, title: Port, default: 8080, minimum: 1024}
    database: {type: string, title: Database, enum: [none, postgres], default: none}
    schema: {type: string, title: Schema, default: "{{ name | snake_case }}", x-when: "database == 'postgres'"}
files:
  - {match: "src/**", ownership: seeded}
"#;

/// A sandbox with a small golden path in the folder `catalog`.
fn sandbox() -> Sandbox {
    Sandbox::new().identity().golden_path(
        "web",
        "1.0.0",
        &[
            ("golden-path.yaml", MANIFEST),
            (
                "template/service.yaml.j2",
                "name: {{ name }}\nowner: {{ owner | to_yaml }}\nport: {{ port }}\n",
            ),
            ("template/src/{{ name | snake_case }}.txt.j2", "{{ name }}\n"),
            (
                "template/{% if database == 'postgres' %}schema.sql{% endif %}.j2",
                "-- {{ schema }}\n",
            ),
        ],
    )
}

const ARGUMENTS: [&str; 5] = ["new", "web", "orders-api", "--catalog", "catalog"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ARGUMENTS.iter().chain(more).copied().collect()
}

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
fn without_a_terminal_every_missing_and_wrong_answer_is_told_and_nothing_is_written() {
    let sandbox = sandbox();
    let output = sandbox.run(with(&["--set", "port=80", "--set", "databse=x"]));
    insta::assert_snapshot!(output, @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-parameter]: there is no parameter `databse`
     |
     = help: did you mean `database`?

    error[missing-answer]: parameter `owner` has no answer
     |
     = note: Owner
     = help: pass `--set owner=…`, or add `metadata.owner` to the spec file

    error[invalid-answer]: parameter `port` must be at least 1024
     |
     = note: it was given on the command line for `port`

    3 errors
    ");
    assert_eq!(sandbox.tree_of("orders-api"), "");
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
          "diagnostics": []
        }
      ],
      "diagnostics": []
    }
    --- stderr
    "#);
    insta::assert_snapshot!(sandbox.run(with(&["--format", "json"])), @r#"
    exit: 3
    --- stdout
    {
      "format": 1,
      "error": "`<sandbox>/orders-api` is not empty: it holds `src`",
      "causes": [],
      "help": "name a folder that is empty or does not exist yet; nothing was written",
      "diagnostics": []
    }
    --- stderr
    "#);
}

#[test]
fn a_target_that_is_not_empty_or_inside_of_a_repository_is_refused() {
    let sandbox = sandbox().file("orders-api/README.md", "mine");
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 3
    --- stdout
    --- stderr
    error: `<sandbox>/orders-api` is not empty: it holds `README.md`

    help: name a folder that is empty or does not exist yet; nothing was written
    ");
    sandbox.git(["init", "--quiet", "around"]);
    let arguments = ["new", "web", "around/orders", "--catalog", "catalog", "--set", "owner=team"];
    insta::assert_snapshot!(sandbox.run(arguments), @"
    exit: 3
    --- stdout
    --- stderr
    error[inside-repository]: `<sandbox>/around/orders` is inside of the git repository `<sandbox>/around`
     |
     = help: choose a folder outside of it, or pass `--separate` for a repository of its own
    ");
    let separate = arguments.iter().chain(&["--separate"]).copied();
    assert!(sandbox.run(separate).starts_with("exit: 0"));
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
fn a_broken_git_configuration_is_named_and_nothing_is_written() {
    let sandbox = sandbox().home_file(".gitconfig", "[user\nname = x\n");
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 5
    --- stdout
    --- stderr
    error: failed to read git's configuration in `<home>/.gitconfig`

    Caused by:
        failed to parse config file: missing ']' in section header (in <home>/.gitconfig:1); class=Config (7)

    help: mend git's configuration; `git config --list --show-origin` shows it
    ");
    assert_eq!(sandbox.tree_of("orders-api"), "");
}

#[test]
fn two_layers_that_write_one_path_are_named() {
    let layer = |name: &str| {
        format!(
            "apiVersion: flagstone/v1\nkind: Layer\nmetadata: {{name: {name}, version: 1.0.0, title: T, owner: o}}\n"
        )
    };
    let path =
        format!("{MANIFEST}layers: [{{name: one, version: ^1}}, {{name: two, version: ^1}}]\n");
    let files = |manifest: &str| {
        let manifest = manifest.to_owned();
        move |sandbox: Sandbox, name: &str| {
            let files = [("golden-path.yaml", manifest.as_str()), ("template/shared.txt", "x")];
            sandbox.golden_path(name, "1.0.0", &files)
        }
    };
    let sandbox = sandbox().golden_path("web", "1.0.0", &[("golden-path.yaml", &path)]);
    let sandbox = files(&layer("one"))(sandbox, "one");
    let sandbox = files(&layer("two"))(sandbox, "two");
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 3
    --- stdout
    --- stderr
    error[written-twice]: `shared.txt` is written by `one:template/shared.txt` and by `two:template/shared.txt`
     |
     = help: make at most one of them render, or name the path in the `overrides` of one layer
    ");
    let overriding = format!("{}overrides: [shared.txt]\n", layer("two"));
    let sandbox = files(&overriding)(sandbox, "two");
    assert!(sandbox.run(with(&["--set", "owner=team"])).starts_with("exit: 0"));
}

#[test]
fn an_undefined_name_is_shown_in_its_template_with_the_nearest_parameter() {
    let sandbox = sandbox().golden_path(
        "web",
        "1.0.0",
        &[("template/service.yaml.j2", "name: {{ name }}\nowner: {{ ownr }}\n")],
    );
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 3
    --- stdout
    --- stderr
    error[undefined-name]: `ownr` is not defined
     --> web@1.0.0: template/service.yaml.j2:2:11
      |
    2 | owner: {{ ownr }}
      |           ^^^^
      |
      = help: did you mean `owner`?
    ");
    assert_eq!(sandbox.tree_of("orders-api"), "");
}

#[test]
fn a_released_version_that_was_changed_is_refused() {
    let charter = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: test, owner: test}\n\
        releases: {web: {1.0.0: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}}\n";
    let sandbox = sandbox().file("catalog/catalog.yaml", charter);
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 3
    --- stdout
    --- stderr
    error[changed-release]: `web@1.0.0` was changed after its release
     |
     = note: the catalog says sha256:0000000000000000000000000000000000000000000000000000000000000000
     = note: its files are    sha256:48557c9ccfddc9dd3058ff00685b6fdb3c31f121c516f20c94248a803e8d4426
     = help: restore its files, or release the change as a new version
    ");
}
