//! What would hide a service from the guard: other catalogs, edited locks, files that readers take
//! differently.

use std::fs;

use insta::assert_snapshot;

use crate::{
    guard::{CATALOG, FILES, catalog, guarded, manifest, new, respell},
    sandbox::Sandbox,
};

const OWN: &str = "package flagstone.plan\n\n# METADATA\n# custom: {id: OWN}\n\
                   deny contains \"of the golden path\" if input.action == \"check\"\n";

/// A service of a golden path with a policy of its own.
fn of_its_own() -> Sandbox {
    let own = |version| manifest(version) + "policies: [policies]\n";
    let (one, two) = (own("1.0.0"), own("1.1.0"));
    let files = |manifest| {
        [("golden-path.yaml", manifest), ("policies/own.rego", OWN), ("template/a.txt", "a\n")]
    };
    let sandbox = catalog(&[("files.rego", FILES)])
        .golden_path("svc", "1.0.0", &files(&one))
        .golden_path("svc", "1.1.0", &files(&two))
        .file("catalog/catalog.yaml", CATALOG);
    sandbox.run(new(&[]));
    sandbox
}

/// Replaces a part of the service's lock.
fn relock(sandbox: &Sandbox, old: &str, new: &str) {
    let lock = sandbox.folder().join("orders/flagstone.lock");
    let text = fs::read_to_string(&lock).unwrap();
    assert!(text.contains(old), "{text}");
    fs::write(&lock, text.replace(old, new)).unwrap();
}

#[test]
fn policies_of_a_version_that_the_catalog_does_not_have_vanish_not_without_a_word() {
    let sandbox = of_its_own();
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 4") && told.contains("denied[OWN]"), "{told}");
    relock(&sandbox, "version: 1.0.0", "version: 0.9.0");
    let told = sandbox.run_in("orders", ["check"]);
    assert_snapshot!(told, @"
    exit: 4
    --- stdout
    denied[unheard-policies]: the catalog has no golden path svc 0.9.0: policies of its own did not judge
      --> flagstone.lock
      = Policies of its own judge a service, medium, flagstone
      = help: Restore `flagstone.lock` as flagstone wrote it, name the catalog that has it with `--catalog DIR`, or run `flagstone upgrade`.

    note[outdated]: svc 1.0.0 is released, the service has 0.9.0 (1.1.0 too, outside of `=1.0.0`)
    note[spec-changed]: the spec asks for `=1.0.0`, and the service has 0.9.0 (flagstone.yaml:10:12)

    help: run `flagstone upgrade`

    orders (svc 0.9.0, 3 files): no drift
    guard: 1 rule, denied for 1 finding
    --- stderr
    ");
    // Where no version has any, nobody misses them.
    let sandbox = guarded();
    sandbox.run(new(&[]));
    relock(&sandbox, "version: 1.0.0", "version: 0.9.0");
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 0") && told.contains("none that it has"), "{told}");
}

#[test]
fn a_catalog_in_the_service_itself_does_not_judge_it() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let own = "own/svc/1.0.0";
    fs::create_dir_all(sandbox.folder().join("orders").join(own)).unwrap();
    let path = sandbox.folder().join("orders").join(own).join("golden-path.yaml");
    fs::write(path, manifest("1.0.0")).unwrap();
    fs::write(sandbox.folder().join("orders/deploy.yaml"), "spec: {privileged: true}\n").unwrap();
    respell(&sandbox, "directory: ../catalog", "directory: own");
    for named in ["own", "../orders/own", "./own/."] {
        sandbox.git(["-C", "orders", "checkout", "--quiet", "flagstone.lock"]);
        relock(&sandbox, "directory:../catalog", &format!("directory:{named}"));
        let told = sandbox.run_in("orders", ["check"]);
        assert!(told.starts_with("exit: 4"), "{told}");
        assert!(told.contains("is a part of the service itself"), "{told}");
    }
    let told = sandbox.run_in("orders", ["check", "--catalog", "../catalog"]);
    assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-4]"), "{told}");
}

#[test]
fn nobody_moves_a_service_to_another_catalog_by_its_spec_alone() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let sandbox = sandbox
        .file("other/svc/1.0.0/golden-path.yaml", &manifest("1.0.0"))
        .file("other/svc/1.0.0/template/deploy.yaml", "spec: {privileged: true}\n");
    respell(&sandbox, "directory: ../catalog", "directory: ../other");
    assert_snapshot!(sandbox.run_in("orders", ["apply", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[other-catalog]: the spec names the catalog `directory:../other`, and the service is made from `directory:../catalog`
     --> flagstone.yaml:8:5
      |
    8 |     directory: ../other
      |     ^^^^^^^^^^^^^^^^^^^
      |
      = note: whose policies judge a service is not for its spec to say
      = help: name `directory:../catalog` again; whoever moves it on purpose says so: `--catalog DIR`
    ");
    let told = sandbox.run_in("orders", ["upgrade", "--yes"]);
    assert!(told.starts_with("exit: 3") && told.contains("error[other-catalog]"), "{told}");
    let told = sandbox.run_in("orders", ["apply", "--yes", "--catalog", "../other"]);
    assert!(told.starts_with("exit: 0"), "{told}");
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 0") && !told.contains("no say"), "{told}");
}

/// A service with a file, as a check judges it.
fn with(path: &str, bytes: &[u8]) -> (Sandbox, String) {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let told = checked(&sandbox, path, bytes);
    (sandbox, told)
}

fn checked(sandbox: &Sandbox, path: &str, bytes: &[u8]) -> String {
    let file = sandbox.folder().join("orders").join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, bytes).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    let told = sandbox.run_in("orders", ["check"]);
    fs::remove_file(file).unwrap();
    told
}

const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  privileged: true\n";

#[test]
fn whatever_a_reader_takes_is_judged() {
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(POD.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (sandbox, told) = with("k8s/a.yaml", &wide);
    assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-4]"), "{told}");
    for (path, text) in [
        (
            "k8s/a.yaml",
            POD.replace("true", "!!binary dHJ1ZQ==").replace("!!binary dHJ1ZQ==", "true\n  x:\tz"),
        ),
        ("k8s/a.yaml", "# x\u{2028}spec:\u{2028}  privileged: true\n".to_owned()),
        ("k8s/a.yaml", format!("{POD}---\nb: [1\n")),
        ("k8s/a.json", "{\"spec\":{\"privileged\":true}}\n{\"a\":1}\n".to_owned()),
        ("k8s/aux.yaml", POD.to_owned()),
        ("k8s/a.yaml", format!("{POD}---\n# \u{0}\n")),
    ] {
        let told = checked(&sandbox, path, text.as_bytes());
        assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-4]"), "{text:?} {told}");
    }
    // Behind a link of a folder, too.
    let folder = sandbox.folder().join("orders");
    fs::create_dir_all(folder.join("real")).unwrap();
    fs::create_dir_all(folder.join("k8s")).unwrap();
    std::os::unix::fs::symlink("../real", folder.join("k8s/d")).unwrap();
    std::os::unix::fs::symlink("d/hidden.txt", folder.join("k8s/l.yaml")).unwrap();
    let told = checked(&sandbox, "real/hidden.txt", POD.as_bytes());
    assert!(told.starts_with("exit: 4") && told.contains("k8s/l.yaml:4"), "{told}");
}

#[test]
fn what_nobody_can_be_shown_is_denied_where_a_reader_would_take_it() {
    let large = format!("{POD}{}", "# comment\n".repeat(120_000)).replace("true", "false");
    let (sandbox, told) = with("k8s/a.yaml", large.as_bytes());
    let (denied, _) = told.split_once("warning[ACME").unwrap();
    assert_snapshot!(denied, @"
    exit: 4
    --- stdout
    denied[unread-file]: no policy has judged this file: it is larger than 1 MiB
      --> k8s/a.yaml
      = Files can be read, medium, flagstone
      = help: Mend the file.
    ");
    let deny = "denied[unread-file]";
    for (path, text) in [
        ("k8s/a.yaml", "apiVersion: v1\nkind: Pod\nspec: [1\n"),
        ("k8s/a.yaml", "jobs: {y: 1, yes: 2}\n"),
        (".github/workflows/a.yml", "on: push\non: pull_request\n"),
        ("x/action.yml", "runs: [1\n"),
        ("Dockerfile", "FROM a\nFOO b\n"),
    ] {
        let told = checked(&sandbox, path, text.as_bytes());
        assert!(told.starts_with("exit: 4") && told.contains(deny), "{text:?} {told}");
    }
    let strings = "  \"a\": \"b\",\n".repeat(100_000);
    for (path, text) in [
        ("chart/templates/a.yaml", "apiVersion: v1\nkind: Pod\n{{- if .Values.x }}\nspec: [1\n"),
        ("values.yaml", "a: [1\n"),
        ("twice.json", "{\"a\": 1, \"a\": 2}\n"),
        ("package-lock.json", &strings),
        ("old.properties", "a=1\n"),
        ("Dockerfile.md", "# Notes\n"),
        ("Dockerfile.dockerignore", "target\n"),
    ] {
        let told = checked(&sandbox, path, text.as_bytes());
        assert!(told.starts_with("exit: 0") && !told.contains(deny), "{path} {told}");
    }
}

#[test]
fn what_git_stores_in_another_encoding_is_judged_as_it_stores_it() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let folder = sandbox.folder().join("orders");
    fs::write(folder.join(".gitattributes"), "*.yaml working-tree-encoding=UTF-7\n").unwrap();
    // UTF-7 of `spec: {privileged: true}`.
    let seven = "spec: +AHs-privileged: true+AH0\n";
    fs::write(folder.join("k8s.yaml"), seven).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    let stored = sandbox.git(["-C", "orders", "show", ":k8s.yaml"]);
    assert!(stored.contains("spec: {privileged: true}"), "{stored}");
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-4]"), "{told}");
    assert!(!told.contains("working-tree-encoding"), "{told}");
    fs::write(folder.join("k8s.yaml"), format!("{seven}# edited\n")).unwrap();
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 4") && told.contains("working-tree-encoding"), "{told}");
}

#[test]
fn changes_are_judged_with_the_files_that_no_golden_path_can_name() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let folder = sandbox.folder().join("orders");
    fs::create_dir(folder.join("k8s")).unwrap();
    fs::write(folder.join("k8s/aux.yaml"), POD).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    sandbox.git(["-C", "orders", "commit", "--quiet", "--message", "aux"]);
    let spec = folder.join("flagstone.yaml");
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(&spec, format!("{text}  parameters: {{region: eu-north-1}}\n")).unwrap();
    sandbox.git(["-C", "orders", "commit", "--quiet", "--all", "--message", "region"]);
    for command in [&["apply", "--yes"][..], &["upgrade", "--to", "1.1.0", "--yes"]] {
        let told = sandbox.run_in("orders", command.iter().copied());
        assert!(told.starts_with("exit: 4") && told.contains("k8s/aux.yaml"), "{told}");
        assert!(told.contains("denied[ACME-4]"), "{told}");
    }
}

#[test]
fn where_rules_are_over_plans_alone_a_file_that_nobody_can_read_is_told_all_the_same() {
    let sandbox = catalog(&[(
        "plan.rego",
        "package flagstone.plan\n\ndeny contains \"x\" if input.action == \"never\"\n",
    )]);
    sandbox.run(new(&[]));
    let told = checked(&sandbox, ".github/workflows/ci.yml", b"on: push\njobs: [\n");
    assert!(told.starts_with("exit: 4") && told.contains("denied[unread-file]"), "{told}");
}

#[test]
fn a_rule_behind_an_import_of_a_keyword_judges() {
    let rule = "package main\n\nimport future.keywords.in\n\ndeny contains \"it is privileged\" if input.spec.privileged == true\n";
    let sandbox = catalog(&[("files.rego", rule)]);
    sandbox.run(new(&[]));
    let told = checked(&sandbox, "k8s.yaml", POD.as_bytes());
    assert!(told.starts_with("exit: 4") && told.contains("it is privileged"), "{told}");
}

#[test]
fn a_link_among_policies_is_not_passed_over() {
    let sandbox = guarded();
    std::os::unix::fs::symlink("../elsewhere", sandbox.folder().join("catalog/policies/more"))
        .unwrap();
    let told = sandbox.run(new(&[]));
    assert!(told.starts_with("exit: 3") && told.contains("policies/more"), "{told}");
}

#[test]
fn the_starter_set_judges_the_files_that_it_is_for() {
    let sandbox = Sandbox::new().identity();
    sandbox.run([
        "new",
        "rust-service",
        "orders",
        "--set",
        "owner=team-orders",
        "--defaults",
        "--yes",
    ]);
    let clean = sandbox.run_in("orders", ["check"]);
    assert!(clean.starts_with("exit: 0") && !clean.contains("denied["), "{clean}");
    let workflow = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n";
    let action = "runs:\n  using: composite\n  steps:\n    - uses: actions/setup-node@v4\n";
    for (path, text, rule) in [
        (".github/workflows/more.yml", workflow, "FS014"),
        (".github/actions/setup/action.yaml", action, "FS014"),
        ("tools/Dockerfile", "FROM scratch\nUSER root\n", "FS012"),
        ("tools/dev.Containerfile", "FROM scratch\nUSER root\n", "FS012"),
        (
            "k8s/pod.yaml",
            "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a, image: b}]\n",
            "FS020",
        ),
        (
            "k8s/pod.json",
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"hostNetwork\": true}}\n",
            "FS021",
        ),
    ] {
        let told = checked(&sandbox, path, text.as_bytes());
        let denied = format!("denied[{rule}]");
        assert!(told.starts_with("exit: 4") && told.contains(&denied), "{path}: {told}");
    }
}

/// An upgrade that left a conflict in `deploy.yaml`, which nobody has resolved yet.
fn in_conflict() -> Sandbox {
    let merged = |version| {
        manifest(version).replace("files:\n  - {match: \"**\", ownership: managed}\n", "")
    };
    let (one, two) = (merged("1.0.0"), merged("1.1.0"));
    let (a, b) = (deploy("a", false), deploy("b", false));
    let sandbox = catalog(&[("files.rego", FILES)])
        .golden_path("svc", "1.0.0", &[("golden-path.yaml", &one), ("template/deploy.yaml", &a)])
        .golden_path("svc", "1.1.0", &[("golden-path.yaml", &two), ("template/deploy.yaml", &b)])
        .file("catalog/catalog.yaml", CATALOG);
    sandbox.run(new(&[]));
    fs::write(sandbox.folder().join("orders/deploy.yaml"), deploy("ours", false)).unwrap();
    sandbox.git(["-C", "orders", "commit", "--quiet", "--all", "--message", "ours"]);
    let told = sandbox.run_in("orders", ["upgrade", "--to", "1.1.0", "--yes"]);
    assert!(told.starts_with("exit: 6"), "{told}");
    sandbox
}

fn deploy(name: &str, is_privileged: bool) -> String {
    format!("metadata:\n  name: {name}\nspec:\n  privileged: {is_privileged}\n")
}

#[test]
fn what_is_staged_is_judged_and_not_what_the_work_tree_shows() {
    let sandbox = in_conflict();
    let folder = sandbox.folder().join("orders");
    let file = folder.join("deploy.yaml");
    let before = sandbox.git(["-C", "orders", "rev-parse", "HEAD"]);
    fs::write(&file, deploy("ours", true)).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    // The work tree shows another file, and then none.
    fs::write(&file, deploy("ours", false)).unwrap();
    for _ in 0..2 {
        let told = sandbox.run_in("orders", ["upgrade", "--continue"]);
        assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-4]"), "{told}");
        assert_eq!(sandbox.git(["-C", "orders", "rev-parse", "HEAD"]), before);
        drop(fs::remove_file(&file));
    }
    // The same of a file that no golden path can name.
    fs::write(&file, deploy("ours", false)).unwrap();
    fs::create_dir(folder.join("k8s")).unwrap();
    fs::write(folder.join("k8s/aux.yaml"), POD).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    fs::write(folder.join("k8s/aux.yaml"), "kind: Pod\n").unwrap();
    let told = sandbox.run_in("orders", ["upgrade", "--continue"]);
    assert!(told.starts_with("exit: 4") && told.contains("k8s/aux.yaml"), "{told}");
    // What is staged is fine; what is edited beside it is not committed.
    sandbox.git(["-C", "orders", "add", "--all"]);
    fs::write(&file, deploy("ours", true)).unwrap();
    let told = sandbox.run_in("orders", ["upgrade", "--continue"]);
    assert!(told.starts_with("exit: 0"), "{told}");
    let committed = sandbox.git(["-C", "orders", "show", "HEAD:deploy.yaml"]);
    assert!(committed.contains("privileged: false"), "{committed}");
}

#[test]
fn who_judges_is_said_by_the_lock_that_is_staged() {
    let sandbox = in_conflict();
    let lock = sandbox.folder().join("orders/flagstone.lock");
    let text = fs::read_to_string(&lock).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    sandbox.git(["-C", "orders", "rm", "--quiet", "--cached", "flagstone.lock"]);
    fs::write(sandbox.folder().join("orders/deploy.yaml"), deploy("ours", false)).unwrap();
    sandbox.git(["-C", "orders", "add", "deploy.yaml"]);
    assert_eq!(fs::read_to_string(&lock).unwrap(), text);
    assert_snapshot!(sandbox.run_in("orders", ["upgrade", "--continue"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-service]: `flagstone.lock` is not staged
     |
     = help: `git add flagstone.lock` stages the one in the work tree
    ");
    sandbox.git(["-C", "orders", "add", "flagstone.lock"]);
    let told = sandbox.run_in("orders", ["upgrade", "--continue"]);
    assert!(told.starts_with("exit: 0"), "{told}");
}
