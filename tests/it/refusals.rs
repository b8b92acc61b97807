//! What `flagstone new` refuses: every mistake with its place, and nothing is written.

use crate::{
    sandbox::Sandbox,
    web::{MANIFEST, sandbox, with, without_entry},
};

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

#[test]
fn a_second_service_at_the_same_place_is_told_that_it_is_full() {
    let sandbox = sandbox();
    assert!(sandbox.run(with(&["--set", "owner=team"])).starts_with("exit: 0"));
    insta::assert_snapshot!(without_entry(&sandbox.run(with(&["--set", "owner=team"]))), @"
    exit: 3
    --- stdout
    --- stderr
    error: `<sandbox>/orders-api` is not empty: it holds `<entry>`

    help: name a folder that is empty or does not exist yet; nothing was written
    ");
    let dry = sandbox.run(with(&["--set", "owner=team", "--dry-run"]));
    insta::assert_snapshot!(without_entry(&dry), @"
    exit: 0
    --- stdout
    orders-api/
    ├── src/
    │   └── orders_api.txt
    ├── flagstone.lock
    ├── flagstone.yaml
    └── service.yaml
    --- stderr
    warning[target]: `<sandbox>/orders-api` is not empty: it holds `<entry>`
     |
     = help: name a folder that is empty or does not exist yet; nothing was written
    ");
}

#[test]
fn a_service_whose_owner_is_stated_twice_and_differently_is_refused_with_the_place() {
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, owner: team}\n\
        spec: {catalog: {directory: catalog}, goldenPath: web, parameters: {owner: others}}\n";
    let sandbox = sandbox().file("spec.yaml", spec);
    insta::assert_snapshot!(sandbox.run(["new", "--spec", "spec.yaml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[stated-twice]: `owner` is stated twice, and differently
     --> spec.yaml:4:76
      |
    4 | spec: {catalog: {directory: catalog}, goldenPath: web, parameters: {owner: others}}
      |                                                                            ^^^^^^
      |
      = help: keep `metadata.owner` alone
    ");
    assert_eq!(sandbox.tree_of("orders"), "");
}

#[test]
fn a_broken_git_configuration_is_told_before_the_first_question() {
    let sandbox = sandbox().home_file(".gitconfig", "[user\nname = x\n");
    let terminal = sandbox.terminal(["new", "web", "--catalog", "catalog"]);
    let end = terminal.finish();
    assert!(end.starts_with("exit: 5"), "{end}");
    assert!(end.contains("failed to read git's configuration"), "{end}");
}

#[test]
fn a_person_sees_that_the_place_is_full_before_they_confirm() {
    let sandbox = sandbox().file("orders/README.md", "mine");
    let more = ["new", "web", "--catalog", "catalog", "--defaults", "--set", "owner=team"];
    let mut terminal = sandbox.terminal(more);
    terminal.wait_for("Service name").type_keys("orders").type_keys("\r");
    let screen = terminal.wait_for("Write these files?").screen();
    assert!(screen.contains("warning[target]"), "{screen}");
}
