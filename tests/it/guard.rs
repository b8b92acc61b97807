//! The guard in the verbs: what policies deny is not written, and whoever asks is told why.

use std::fs;

use insta::assert_snapshot;

use crate::{
    path_test::timeless,
    sandbox::Sandbox,
    terminal::{BACKSPACE, ENTER},
};

pub(crate) const CATALOG: &str = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: acme, owner: p}\n\
                       policies: [policies]\ndata: [policies/places.yaml]\n";

const POLICY: &str = r#"# METADATA
# title: Where services may be
package flagstone.plan

# METADATA
# title: Data stays where it may be
# custom:
#   id: ACME-1
#   severity: critical
#   remediation: Answer `region` with one of the catalog's regions.
#   approver: data-protection
#   parameter: region
#   needs: [data.regions]
deny_region contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/parameters/region"} if {
	region := input.parameters.region
	regions := data.regions
	not region in regions
	msg := sprintf("region `%v` is not allowed: choose one of %s", [region, concat(", ", regions)])
}

# METADATA
# custom: {id: ACME-2}
warn_ticket contains "there is no ticket" if input.ticket == null

# METADATA
# custom: {id: ACME-3}
deny_changes contains {"msg": msg, "path": path} if {
	path := input.changes.changed[_]
	path == "kept.txt"
	msg := sprintf("%s must never be changed by `%s`", [path, input.action])
}
"#;

pub(crate) const FILES: &str = r#"package main

# METADATA
# custom: {id: ACME-4, remediation: Take it out.}
deny contains {"msg": "it is privileged", "pointer": "/spec/privileged"} if input.spec.privileged == true
"#;

pub(crate) fn manifest(version: &str) -> String {
    format!(
        "apiVersion: flagstone/v1\nkind: GoldenPath\n\
         metadata: {{name: svc, version: {version}, title: T, owner: p}}\n\
         parameters:\n  required: [name]\n  properties:\n    name: {{type: string}}\n    \
         region: {{type: string, title: Region, default: eu-west-1}}\n    \
         size: {{type: string, title: Size, oneOf: [{{const: s, title: Small}}, {{const: l, title: Large}}], default: s}}\n\
         files:\n  - {{match: \"**\", ownership: managed}}\n"
    )
}

pub(crate) fn catalog(policies: &[(&str, &str)]) -> Sandbox {
    let (one, two) = (manifest("1.0.0"), manifest("1.1.0"));
    let files = |manifest, kept| {
        [
            ("golden-path.yaml", manifest),
            ("template/deploy.yaml", "kind: Pod\nspec:\n  privileged: false\n"),
            ("template/kept.txt", kept),
        ]
    };
    let sandbox = Sandbox::new()
        .identity()
        .golden_path("svc", "1.0.0", &files(&one, "one\n"))
        .golden_path("svc", "1.1.0", &files(&two, "two\n"))
        .file("catalog/catalog.yaml", CATALOG)
        .file("catalog/policies/places.yaml", "regions: [eu-west-1, eu-north-1]\n");
    let file = |sandbox: Sandbox, (name, text): &(&str, &str)| {
        sandbox.file(&format!("catalog/policies/{name}"), text)
    };
    policies.iter().fold(sandbox, file)
}

pub(crate) fn guarded() -> Sandbox {
    catalog(&[("plan.rego", POLICY), ("files.rego", FILES), ("plan_test.rego", "no policy")])
}

const NEW: [&str; 6] = ["new", "svc@=1.0.0", "orders", "--catalog", "catalog", "--yes"];

pub(crate) fn new<'a>(more: &[&'a str]) -> Vec<&'a str> {
    NEW.iter().chain(more).copied().collect()
}

/// Everything in the sandbox, hidden folders too.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.folder()).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_forbidden_region_is_denied_before_anything_is_written() {
    let sandbox = guarded();
    let before = names(&sandbox);
    assert_snapshot!(sandbox.run(new(&["--set", "region=us-east-1"])), @"
    exit: 4
    --- stdout
    --- stderr
    denied[ACME-1]: region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1
      --> flagstone.yaml:12 /spec/parameters/region
      = Data stays where it may be, critical, policies/plan.rego:14 (catalog acme)
      = help: Answer `region` with one of the catalog's regions.
      = exceptions: data-protection

    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)

    guard: 4 rules, denied for 1 finding
    Nothing was written
    ");
    assert_eq!(names(&sandbox), before);
    assert_snapshot!(sandbox.run(new(&["--set", "region=us-east-1", "--format", "json"])), @r#"
    exit: 4
    --- stdout
    {
      "format": 1,
      "error": "the guard does not let `orders` pass; nothing was written",
      "causes": [],
      "help": null,
      "diagnostics": [],
      "service": "orders",
      "guard": {
        "format": 1,
        "decision": "deny",
        "findings": [
          {
            "rule": "ACME-1",
            "role": "deny",
            "severity": "critical",
            "title": "Data stays where it may be",
            "message": "region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1",
            "path": "flagstone.yaml",
            "pointer": "/spec/parameters/region",
            "line": 12,
            "remediation": "Answer `region` with one of the catalog's regions.",
            "approver": "data-protection",
            "links": [],
            "details": {},
            "origin": "catalog acme",
            "policy": "policies/plan.rego",
            "policyLine": 14,
            "excepted": null,
            "fingerprint": "sha256:3665bd7130ab1d3ad695a697ca82035ad0ee78316daae52b97c58a31bc92a231",
            "template": null,
            "parameters": []
          },
          {
            "rule": "ACME-2",
            "role": "warn",
            "severity": "low",
            "title": null,
            "message": "there is no ticket",
            "path": null,
            "pointer": null,
            "line": null,
            "remediation": null,
            "approver": null,
            "links": [],
            "details": {},
            "origin": "catalog acme",
            "policy": "policies/plan.rego",
            "policyLine": 23,
            "excepted": null,
            "fingerprint": "sha256:e6c3d495c5cb4581314059a978addc590d652d5e7a29806164bf015897003961",
            "template": null,
            "parameters": []
          }
        ],
        "diagnostics": [],
        "rules": 4,
        "off": [],
        "policies": "sha256:f0d1cbaa482f45330bba5515297e65a9aabf6e9b2500d94f9ce245b7638c04d7",
        "printed": []
      }
    }
    --- stderr
    "#);
    assert_eq!(names(&sandbox), before);
}

#[test]
fn a_dry_run_shows_the_plan_and_the_verdict() {
    let sandbox = guarded();
    assert_snapshot!(sandbox.run(new(&["--set", "region=us-east-1", "--dry-run"])), @"
    exit: 4
    --- stdout
    orders/
    ├── deploy.yaml
    ├── flagstone.lock
    ├── flagstone.yaml
    └── kept.txt
    --- stderr
    denied[ACME-1]: region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1
      --> flagstone.yaml:12 /spec/parameters/region
      = Data stays where it may be, critical, policies/plan.rego:14 (catalog acme)
      = help: Answer `region` with one of the catalog's regions.
      = exceptions: data-protection

    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)
    guard: 4 rules, denied for 1 finding
    ");
}

#[test]
fn what_is_allowed_is_written_and_warnings_are_shown() {
    let sandbox = guarded();
    assert_snapshot!(sandbox.run(new(&[])), @"
    exit: 0
    --- stdout
    --- stderr
    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)
    guard: 4 rules, passed with 1 warning
    Wrote 4 files to `orders` in commit <commit>
    ");
    let sandbox = guarded();
    assert_snapshot!(sandbox.run(new(&["--ticket", "PLAT-1"])), @"
    exit: 0
    --- stdout
    --- stderr
    guard: 4 rules, passed
    Wrote 4 files to `orders` in commit <commit>
    ");
}

#[test]
fn at_a_terminal_the_question_says_that_its_answer_is_denied() {
    let sandbox = guarded();
    let mut terminal = sandbox.terminal(["new", "svc@=1.0.0", "orders", "--catalog", "catalog"]);
    terminal.wait_for("orders").type_keys(ENTER).wait_for("Region");
    terminal.type_keys("us-east-1").type_keys(ENTER).wait_for("is not allowed");
    assert_snapshot!(terminal.screen(), @"
    * name: orders
    ! region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1
    (ACME-1). Answer `region` with one of the catalog's regions.
    ? Region: (eu-west-1) us-east-1
    [Esc goes back]
    ");
    terminal.type_keys(&BACKSPACE.repeat(9)).type_keys("eu-north-1").type_keys(ENTER);
    terminal.wait_for("Size").type_keys(ENTER).wait_for("guard:");
    terminal.type_keys(ENTER);
    assert!(terminal.finish().contains("exit: 0"));
}

#[test]
fn of_several_services_those_that_are_denied_are_not_written() {
    let spec = |name: &str, region: &str| {
        format!(
            "apiVersion: flagstone/v1\nkind: Service\nmetadata: {{name: {name}}}\n\
             spec: {{catalog: {{directory: catalog}}, goldenPath: svc, parameters: {{region: {region}}}}}\n"
        )
    };
    let specs = format!("{}---\n{}", spec("good", "eu-west-1"), spec("bad", "us-east-1"));
    let sandbox = guarded().file("specs.yaml", &specs);
    assert_snapshot!(sandbox.run(["new", "--spec", "specs.yaml", "--jobs", "1"]), @"
    exit: 4
    --- stdout
    --- stderr
    good:
    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)
    good: guard: 4 rules, passed with 1 warning
    bad:
    denied[ACME-1]: region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1
      --> specs.yaml:9 /spec/parameters/region
      = Data stays where it may be, critical, policies/plan.rego:14 (catalog acme)
      = help: Answer `region` with one of the catalog's regions.
      = exceptions: data-protection

    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)
    bad: guard: 4 rules, denied for 1 finding
    good  written  4 files, commit <commit>
    bad   denied   ACME-1: region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1

    2 services: 1 written, 1 denied
    ");
    assert!(sandbox.folder().join("good/.git").is_dir());
    assert!(!sandbox.folder().join("bad").exists());
}

#[test]
fn an_upgrade_that_is_denied_lands_nothing() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let before = sandbox.git(["-C", "orders", "rev-parse", "HEAD"]);
    assert_snapshot!(sandbox.run_in("orders", ["upgrade", "--to", "1.1.0", "--yes", "--ticket", "T-1"]), @"
    exit: 4
    --- stdout
    --- stderr
    denied[ACME-3]: kept.txt must never be changed by `upgrade`
      --> kept.txt
      = made from: svc/1.1.0/template/kept.txt
      = high, policies/plan.rego:27 (catalog acme)

    guard: 4 rules, denied for 1 finding
    Nothing was written
    ");
    assert_eq!(sandbox.git(["-C", "orders", "rev-parse", "HEAD"]), before);
    let status = sandbox.git(["-C", "orders", "status", "--porcelain"]);
    assert!(status.contains("stdout\n--- stderr"), "{status}");
    assert_snapshot!(sandbox.run_in("orders", ["upgrade", "--to", "1.1.0", "--dry-run", "--ticket", "T-1"]), @"
    exit: 4
    --- stdout
    orders: svc 1.0.0 → 1.1.0

      flagstone.yaml  version =1.0.0 → ^1.1

      changed   kept.txt  the golden path changed it, and the team did not

    1 changed
    --- stderr
    denied[ACME-3]: kept.txt must never be changed by `upgrade`
      --> kept.txt
      = made from: svc/1.1.0/template/kept.txt
      = high, policies/plan.rego:27 (catalog acme)
    guard: 4 rules, denied for 1 finding
    ");
    // An answer that is not allowed any more, by `apply`.
    let spec = sandbox.folder().join("orders/flagstone.yaml");
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(&spec, format!("{text}  parameters: {{region: us-east-1}}\n")).unwrap();
    let told = sandbox.run_in("orders", ["apply", "--yes"]);
    assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-1]"), "{told}");
    assert_eq!(sandbox.git(["-C", "orders", "rev-parse", "HEAD"]), before);
}

#[test]
fn a_check_ends_with_four_where_a_policy_denies() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let file = sandbox.folder().join("orders/k8s.yaml");
    fs::write(&file, "kind: A\n---\nkind: B\nspec:\n  privileged: true\n").unwrap();
    sandbox.git(["-C", "orders", "add", "k8s.yaml"]);
    assert_snapshot!(sandbox.run_in("orders", ["check"]), @"
    exit: 4
    --- stdout
    denied[ACME-4]: it is privileged
      --> k8s.yaml:5 /spec/privileged
      = high, policies/files.rego:5 (catalog acme)
      = help: Take it out.

    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)

    note[outdated]: svc 1.1.0 is released, the service has 1.0.0; it is outside of `=1.0.0`

    help: run `flagstone upgrade --to 1.1.0`

    orders (svc 1.0.0, 2 files): no drift
    guard: 4 rules, denied for 1 finding
    --- stderr
    ");
    assert_snapshot!(sandbox.run_in("orders", ["check", "--format", "github"]), @"
    exit: 4
    --- stdout
    ::notice file=flagstone.lock,title=outdated::svc 1.1.0 is released, the service has 1.0.0; it is outside of `=1.0.0`%0Arun `flagstone upgrade --to 1.1.0`
    ::error file=k8s.yaml,line=5,title=ACME-4::it is privileged%0ATake it out.
    ::warning file=flagstone.yaml,title=ACME-2::there is no ticket
    --- stderr
    orders (svc 1.0.0, 2 files): no drift
    guard: 4 rules, denied for 1 finding
    ");
    for format in ["json", "sarif", "junit"] {
        let told = sandbox.run_in("orders", ["check", "--format", format]);
        assert_snapshot!(format!("a_denial_in_{format}"), told);
    }
}

#[test]
fn a_service_adds_policies_and_takes_none_away() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let folder = sandbox.folder().join("orders");
    let text = fs::read_to_string(folder.join("flagstone.yaml")).unwrap();
    fs::write(folder.join("flagstone.yaml"), format!("{text}  policies: [ours]\n")).unwrap();
    fs::create_dir(folder.join("ours")).unwrap();
    let own = "package main\n\nexception contains [\"\"]\n\ndeny_kind contains \"no pods\" if input.kind == \"Pod\"\n";
    fs::write(folder.join("ours/own.rego"), own).unwrap();
    fs::write(folder.join("k8s.yaml"), "spec: {privileged: true}\n").unwrap();
    sandbox.git(["-C", "orders", "add", "-A"]);
    assert_snapshot!(sandbox.run_in("orders", ["check"]), @"
    exit: 4
    --- stdout
    denied[ACME-4]: it is privileged
      --> k8s.yaml:1 /spec/privileged
      = high, policies/files.rego:5 (catalog acme)
      = help: Take it out.

    denied[main.deny_kind]: no pods
      --> deploy.yaml
      = made from: svc/1.0.0/template/deploy.yaml
      = high, ours/own.rego:5 (the service)

    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)

    note[outdated]: svc 1.1.0 is released, the service has 1.0.0; it is outside of `=1.0.0`

    help: run `flagstone upgrade --to 1.1.0`

    orders (svc 1.0.0, 2 files): no drift
    guard: 5 rules, denied for 2 findings
    --- stderr
    ");
}

#[test]
fn what_can_not_be_judged_is_not_written() {
    let broken = [
        ("syntax.rego", "package a\n\ndeny contains \"x\" if {\n"),
        ("head.rego", "package b\n\ndeny contains input.x if true\n"),
    ];
    let sandbox = catalog(&broken);
    let before = names(&sandbox);
    assert_snapshot!(sandbox.run(new(&[])), @"
    exit: 4
    --- stdout
    --- stderr
    error[policy-syntax]: expecting expression
     --> policies/syntax.rego:4:1
      |
    4 |
      | ^
      |
      = note: the policy is of: catalog acme

    guard: 0 rules, not judged, because of 1 failure
    Nothing was written
    ");
    let errs = "package flagstone.plan\n\ndeny contains msg if {\n\tmsg := to_number(input.service.name)\n}\n";
    let endless = "package flagstone.plan\n\ndeny contains msg if {\n\tsome a in numbers.range(1, 9000)\n\tsome b in numbers.range(1, 9000)\n\ta * b == 0\n\tmsg := \"x\"\n}\n";
    for (name, text) in [("errs.rego", errs), ("endless.rego", endless)] {
        let sandbox = catalog(&[(name, text)]);
        let told = sandbox.run(new(&[]));
        let place = format!("policies/{name}:");
        assert!(told.starts_with("exit: 4") && told.contains(&place), "{told}");
        assert!(told.contains("not judged, because of 1 failure"), "{told}");
        assert_eq!(names(&sandbox), before);
    }
}

#[test]
fn policies_that_are_named_and_not_there_are_bad_input() {
    let sandbox = catalog(&[]);
    assert_snapshot!(sandbox.run(new(&[])), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-missing]: there is no policy in `policies`
     |
     = note: it is named by: catalog acme
     = help: mend `policies:` and `data:`, or put the files there
    ");
    assert!(!sandbox.folder().join("orders").exists());
}

#[test]
fn golden_paths_and_layers_bring_policies_of_their_own() {
    let manifest = manifest("1.0.0") + "policies: [policies]\n";
    let policy = "package flagstone.plan\n\ndeny contains \"of the golden path\" if count(data.regions) == 2\n";
    let sandbox = guarded().golden_path(
        "own",
        "1.0.0",
        &[
            ("golden-path.yaml", &manifest.replace("name: svc", "name: own")),
            ("policies/own.rego", policy),
            ("template/a.txt", "a\n"),
        ],
    );
    let sandbox = sandbox.file("catalog/catalog.yaml", CATALOG);
    let told = sandbox.run(["new", "own", "orders", "--catalog", "catalog", "--yes"]);
    assert!(told.starts_with("exit: 4"), "{told}");
    assert!(told.contains("denied[flagstone.plan.deny]: of the golden path"), "{told}");
    assert!(told.contains("(golden path own 1.0.0)"), "{told}");
}

#[test]
fn cases_are_judged_and_may_expect_findings() {
    let case = |region: &str, expect: &str| {
        format!("parameters: {{name: orders, region: {region}}}\n{expect}")
    };
    let sandbox = guarded()
        .file("catalog/svc/1.0.0/cases/good.yaml", &case("eu-west-1", ""))
        .file("catalog/svc/1.0.0/cases/bad.yaml", &case("us-east-1", ""))
        .file(
            "catalog/svc/1.0.0/cases/known.yaml",
            &case("us-east-1", "expect: {findings: [ACME-1]}\n"),
        )
        .file(
            "catalog/svc/1.0.0/cases/never.yaml",
            &case("eu-west-1", "expect: {findings: [ACME-1]}\n"),
        );
    sandbox.run(["path", "test", "catalog/svc/1.0.0", "--accept"]);
    let told = timeless(&sandbox.run(["path", "test", "catalog/svc/1.0.0"]));
    assert_snapshot!(told, @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   bad  0 ms

        error[denied]: ACME-1: region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1
         --> catalog/svc/1.0.0/cases/bad.yaml:1:36
          |
        1 | parameters: {name: orders, region: us-east-1}
          |                                    ^^^^^^^^^
          |
          = note: flagstone.yaml
          = note: Data stays where it may be, policies/plan.rego:14
          = note: data-protection can speak of exceptions
          = help: Answer `region` with one of the catalog's regions.

      pass   good  0 ms
      pass   known  0 ms
      FAIL   never  0 ms

        error[no-finding]: no policy finds `ACME-1`
         --> catalog/svc/1.0.0/cases/never.yaml:2:21
          |
        2 | expect: {findings: [ACME-1]}
          |                     ^^^^^^


    4 tests, 2 failed, 100 % of 0 template lines reached, 0 ms
    --- stderr
    ");
}

#[test]
fn what_people_make_of_conflicts_is_judged_before_it_is_committed() {
    let manifest = |version| {
        manifest(version).replace("files:\n  - {match: \"**\", ownership: managed}\n", "")
    };
    let (one, two) = (manifest("1.0.0"), manifest("1.1.0"));
    let file = |name| format!("metadata:\n  name: {name}\nspec:\n  privileged: false\n");
    let (a, b) = (file("a"), file("b"));
    let sandbox = Sandbox::new()
        .identity()
        .golden_path("svc", "1.0.0", &[("golden-path.yaml", &one), ("template/deploy.yaml", &a)])
        .golden_path("svc", "1.1.0", &[("golden-path.yaml", &two), ("template/deploy.yaml", &b)])
        .file("catalog/catalog.yaml", CATALOG)
        .file("catalog/policies/places.yaml", "regions: [eu-west-1]\n")
        .file("catalog/policies/files.rego", FILES);
    sandbox.run(new(&[]));
    let deploy = sandbox.folder().join("orders/deploy.yaml");
    fs::write(&deploy, file("ours")).unwrap();
    sandbox.git(["-C", "orders", "commit", "--quiet", "--all", "--message", "ours"]);
    let told = sandbox.run_in("orders", ["upgrade", "--to", "1.1.0", "--yes"]);
    assert!(told.starts_with("exit: 6"), "{told}");
    let told = sandbox.run_in("orders", ["upgrade", "--continue"]);
    assert!(told.starts_with("exit: 3") && told.contains("marker"), "{told}");
    let before = sandbox.git(["-C", "orders", "rev-parse", "HEAD"]);
    fs::write(&deploy, file("ours").replace("false", "true")).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    assert_snapshot!(sandbox.run_in("orders", ["upgrade", "--continue"]), @"
    exit: 4
    --- stdout
    --- stderr
    denied[ACME-4]: it is privileged
      --> deploy.yaml:4 /spec/privileged
      = made from: svc/1.1.0/template/deploy.yaml
      = high, policies/files.rego:5 (catalog acme)
      = help: Take it out.

    guard: 1 rule, denied for 1 finding
    Nothing was written
    ");
    assert_eq!(sandbox.git(["-C", "orders", "rev-parse", "HEAD"]), before);
    fs::write(&deploy, file("ours")).unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    let told = sandbox.run_in("orders", ["upgrade", "--continue"]);
    assert!(told.starts_with("exit: 0") && told.contains("guard: 1 rule, passed"), "{told}");
}

#[test]
fn nothing_hides_from_a_check_behind_a_link_or_a_name() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let folder = sandbox.folder().join("orders");
    fs::write(folder.join("notes.txt"), "spec:\n  privileged: true\n").unwrap();
    std::os::unix::fs::symlink("notes.txt", folder.join("k8s.yaml")).unwrap();
    fs::create_dir_all(folder.join(".github/workflows")).unwrap();
    fs::write(folder.join(".github/workflows/aux.yml"), "on: push\n").unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    let told = sandbox.run_in("orders", ["check"]);
    let findings = told.split_once("warning[").unwrap().0;
    assert_snapshot!(findings, @"
    exit: 4
    --- stdout
    denied[ACME-4]: it is privileged
      --> k8s.yaml:2 /spec/privileged
      = high, policies/files.rego:5 (catalog acme)
      = help: Take it out.

    denied[unread-file]: rules over plans were not shown this file: not every system can have a file of this name
      --> .github/workflows/aux.yml
      = Files can be read, medium, flagstone
      = help: Mend the file.
    ");
}

#[test]
fn what_an_exception_lets_pass_stays_visible() {
    let excepting =
        FILES.replace("deny contains", "deny_pods contains") + "\nexception contains [\"pods\"]\n";
    let sandbox = catalog(&[("files.rego", &excepting)]);
    sandbox.run(new(&[]));
    fs::write(sandbox.folder().join("orders/k8s.yaml"), "spec: {privileged: true}\n").unwrap();
    sandbox.git(["-C", "orders", "add", "--all"]);
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 0") && told.contains("excepted[ACME-4]"), "{told}");
    let told = sandbox.run_in("orders", ["check", "--format", "sarif"]);
    let (json, _) = told.split_once("--- stdout\n").unwrap().1.split_once("\n--- stderr").unwrap();
    let log: serde_json::Value = serde_json::from_str(json).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|it| it["ruleId"] == "ACME-4").unwrap();
    assert_eq!(result["suppressions"][0]["status"], "accepted");
    let told = sandbox.run_in("orders", ["check", "--format", "github"]);
    assert!(!told.contains("ACME-4"), "{told}");
}

/// Replaces a part of the service's `flagstone.yaml`, and commits it.
pub(crate) fn respell(sandbox: &Sandbox, old: &str, new: &str) {
    let spec = sandbox.folder().join("orders/flagstone.yaml");
    let text = fs::read_to_string(&spec).unwrap();
    assert!(text.contains(old), "{text}");
    fs::write(&spec, text.replace(old, new)).unwrap();
    sandbox.git(["-C", "orders", "commit", "--quiet", "--all", "--message", "respelt"]);
}

#[test]
fn a_spec_that_names_another_catalog_changes_nothing_of_who_judges() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    fs::write(sandbox.folder().join("orders/deploy.yaml"), "spec: {privileged: true}\n").unwrap();
    for (old, new) in [
        ("directory: ../catalog", "directory: ../nowhere"),
        ("  catalog:\n    directory: ../nowhere\n", ""),
    ] {
        let text = fs::read_to_string(sandbox.folder().join("orders/flagstone.yaml")).unwrap();
        assert!(text.contains(old), "{text}");
        respell(&sandbox, old, new);
        let told = sandbox.run_in("orders", ["check"]);
        assert!(told.starts_with("exit: 4") && told.contains("denied[ACME-4]"), "{told}");
        assert!(told.contains("the spec has no say in who judges it"), "{told}");
    }
}

#[test]
fn a_catalog_that_can_not_be_read_is_a_failure_of_the_guard() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let folder = sandbox.folder().join("orders");
    fs::rename(sandbox.folder().join("catalog"), sandbox.folder().join("elsewhere")).unwrap();
    assert_snapshot!(sandbox.run_in("orders", ["check"]), @"
    exit: 4
    --- stdout
    error[guard-catalog]: the catalog's policies can't be asked: failed to read the catalog `<sandbox>/catalog`
     |
     = note: `flagstone.lock` names the catalog: directory:../catalog
     = help: `--catalog DIR` names the catalog in another place

    note[catalog-unknown]: nobody can say whether a newer version is released: failed to read the catalog `<sandbox>/catalog`

    help: `--catalog DIR` names the catalog in another place

    orders (svc 1.0.0, 2 files): no drift
    guard: 0 rules, not judged, because of 1 failure
    --- stderr
    ");
    for format in ["json", "sarif", "junit", "github"] {
        let told = sandbox.run_in("orders", ["check", "--format", format]);
        assert!(told.starts_with("exit: 4") && told.contains("guard-catalog"), "{told}");
    }
    let told = sandbox.run_in("orders", ["check", "--catalog", "../elsewhere"]);
    assert!(told.starts_with("exit: 0"), "{told}");
    // Its own policies are asked all the same.
    let text = fs::read_to_string(folder.join("flagstone.yaml")).unwrap();
    fs::write(folder.join("flagstone.yaml"), format!("{text}  policies: [ours]\n")).unwrap();
    fs::create_dir(folder.join("ours")).unwrap();
    let own = "package main\n\ndeny_kind contains \"no pods\" if input.kind == \"Pod\"\n";
    fs::write(folder.join("ours/own.rego"), own).unwrap();
    sandbox.git(["-C", "orders", "add", "-A"]);
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 4") && told.contains("error[guard-catalog]"), "{told}");
    assert!(told.contains("denied[main.deny_kind]: no pods"), "{told}");
}

#[test]
fn a_catalog_without_the_golden_path_is_not_the_services() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let sandbox = sandbox
        .file("other/web/1.0.0/golden-path.yaml", &manifest("1.0.0").replace("svc", "web"))
        .file("other/web/1.0.0/template/a.txt", "a\n");
    let told = sandbox.run_in("orders", ["check", "--catalog", "../other"]);
    assert!(told.starts_with("exit: 4") && told.contains("error[guard-catalog]"), "{told}");
}

#[test]
fn a_check_judges_the_answers_that_the_spec_asks_for() {
    let sandbox = guarded();
    sandbox.run(new(&["--set", "region=eu-west-1"]));
    respell(&sandbox, "region: eu-west-1", "region: us-east-1");
    assert_snapshot!(sandbox.run_in("orders", ["check"]), @"
    exit: 4
    --- stdout
    denied[ACME-1]: region `us-east-1` is not allowed: choose one of eu-west-1, eu-north-1
      --> flagstone.yaml:12 /spec/parameters/region
      = Data stays where it may be, critical, policies/plan.rego:14 (catalog acme)
      = help: Answer `region` with one of the catalog's regions.
      = exceptions: data-protection

    warning[ACME-2]: there is no ticket
      = low, policies/plan.rego:23 (catalog acme)

    note[outdated]: svc 1.1.0 is released, the service has 1.0.0; it is outside of `=1.0.0`
    note[spec-changed]: the spec answers `region` differently than when the service was made; policies judge what the spec says (flagstone.yaml:12:13)

    help: run `flagstone upgrade --to 1.1.0`
    help: run `flagstone apply`

    orders (svc 1.0.0, 2 files): no drift
    guard: 4 rules, denied for 1 finding
    --- stderr
    ");
    respell(&sandbox, "region: us-east-1", "region: eu-north-1");
    let told = sandbox.run_in("orders", ["check"]);
    assert!(
        told.starts_with("exit: 0") && told.contains("policies judge what the spec says"),
        "{told}"
    );
}

#[test]
fn an_answer_of_a_flag_is_denied_before_anybody_is_asked() {
    let sandbox = guarded();
    let asked =
        ["new", "svc@=1.0.0", "orders", "--catalog", "catalog", "--set", "region=us-east-1"];
    let terminal = sandbox.terminal(asked);
    let told = terminal.finish();
    assert!(told.contains("(`--set region=us-east-1` said so)"), "{told}");
    assert!(told.contains("exit: 4") && !told.contains("Size"), "{told}");
    assert!(!sandbox.folder().join("orders").exists());
}

#[test]
fn who_can_let_it_pass_is_said_once_and_what_is_off_on_request() {
    let approval = r#"package flagstone.plan

# METADATA
# custom: {id: ACME-7, approver: finops}
needs_approval contains msg if {
	some n in [8, 9]
	msg := sprintf("%v replicas are many", [n])
}

# METADATA
# custom: {id: ACME-8, needs: [data.absent]}
deny contains "never" if true
"#;
    let sandbox = catalog(&[("plan.rego", approval)]);
    assert_snapshot!(sandbox.run(new(&["-v"])), @"
    exit: 4
    --- stdout
    --- stderr
    needs approval[ACME-7]: 8 replicas are many
      = medium, policies/plan.rego:5 (catalog acme)
      = approver: finops, by an `exception` in the policies

    needs approval[ACME-7]: 9 replicas are many

    guard: 1 rule, 1 off (no data), 2 findings need approval
    Nothing was written
    off: ACME-8 (no data.absent)
    a rule is on where a file that `data:` names, beside `policies:`, says what it needs
    ");
}

#[test]
fn policies_that_git_does_not_know_are_told_so() {
    let sandbox = guarded();
    sandbox.run(new(&[]));
    let folder = sandbox.folder().join("orders");
    let text = fs::read_to_string(folder.join("flagstone.yaml")).unwrap();
    fs::write(folder.join("flagstone.yaml"), format!("{text}  policies: [ours]\n")).unwrap();
    fs::create_dir(folder.join("ours")).unwrap();
    fs::write(folder.join("ours/own.rego"), "package main\n").unwrap();
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 3"), "{told}");
    assert!(told.contains("git does not know it yet: `git add ours`"), "{told}");
    let told = sandbox.run(["new", "--spec", "orders/flagstone.yaml", "other"]);
    assert!(told.starts_with("exit: 3"), "{told}");
    assert!(told.contains("leave `policies` and `data` out of the spec"), "{told}");
}

#[test]
fn a_finding_about_a_spec_that_was_given_points_there() {
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: bad}\nspec:\n  \
                catalog: {directory: catalog}\n  goldenPath: svc\n  parameters:\n    region: us-east-1\n";
    let sandbox = guarded().file("bad.yaml", spec);
    let told = sandbox.run(["new", "--spec", "bad.yaml"]);
    assert!(told.starts_with("exit: 4"), "{told}");
    assert!(told.contains("--> bad.yaml:8 /spec/parameters/region"), "{told}");
}

#[test]
fn an_annotation_of_the_command_line_stands_in_the_spec_and_policies_see_it() {
    let policy = "package flagstone.plan\n\ndeny contains \"no cost centre\" if not input.service.annotations.costCentre\n";
    let sandbox = catalog(&[("plan.rego", policy)]);
    assert!(sandbox.run(new(&[])).starts_with("exit: 4"));
    let told = sandbox.run(new(&["--annotate", "costCentre=CC-1234"]));
    assert!(told.starts_with("exit: 0"), "{told}");
    let spec = fs::read_to_string(sandbox.folder().join("orders/flagstone.yaml")).unwrap();
    assert!(spec.contains("costCentre: CC-1234"), "{spec}");
}
