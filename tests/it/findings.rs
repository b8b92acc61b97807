//! What people are told of what policies find: whose it is, what it was made from, what was printed.

use std::fs;

use insta::assert_snapshot;

use crate::{
    guard::{catalog, new},
    path_test::timeless,
    policy_here,
    sandbox::Sandbox,
};

/// A golden path whose template names two answers, and a rule over what it renders.
fn rendered() -> Sandbox {
    let manifest = "apiVersion: flagstone/v1\nkind: GoldenPath\n\
        metadata: {name: web, version: 1.0.0, title: T, owner: p}\n\
        parameters:\n  required: [name]\n  properties:\n    name: {type: string}\n    \
        replicas: {type: integer, default: 1}\n    unused: {type: string, default: x}\n";
    let template =
        "kind: Deployment\nmetadata:\n  name: {{ name }}\nspec:\n  replicas: {{ replicas }}\n";
    let policy = r#"package main

# METADATA
# title: There is a spare one
# custom: {id: ACME-5, remediation: Set `spec.replicas` to 2., links: ["https://acme.example/5"]}
deny contains {"msg": "1 replica is none", "pointer": "/spec/replicas"} if input.spec.replicas == 1

deny contains {"msg": "it is a deployment", "pointer": "/kind"} if input.kind == "Deployment"
"#;
    let charter = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: acme, owner: p}\n\
        policies: [policies]\n";
    Sandbox::new()
        .identity()
        .golden_path(
            "web",
            "1.0.0",
            &[("golden-path.yaml", manifest), ("template/deploy.yaml.j2", template)],
        )
        .file("catalog/catalog.yaml", charter)
        .file("catalog/policies/spare.rego", policy)
}

#[test]
fn a_finding_in_a_rendered_file_names_its_template_and_the_answers_that_reach_it() {
    let sandbox = rendered();
    assert_snapshot!(sandbox.run(["new", "web", "pay", "--catalog", "catalog", "--yes"]), @"
    exit: 4
    --- stdout
    --- stderr
    denied[ACME-5]: 1 replica is none
      --> deploy.yaml:5 /spec/replicas
      = made from: web/1.0.0/template/deploy.yaml.j2, by the answers to `name`, `replicas`
      = There is a spare one, high, policies/spare.rego:6 (catalog acme)
      = help: Set `spec.replicas` to 2.
      = see: https://acme.example/5

    denied[main.deny]: it is a deployment
      --> deploy.yaml:1 /kind
      = made from: web/1.0.0/template/deploy.yaml.j2, by the answers to `name`, `replicas`
      = high, policies/spare.rego:8 (catalog acme)

    guard: 2 rules, denied for 2 findings
    Nothing was written
    ");
    let told =
        sandbox.run(["new", "web", "pay", "--catalog", "catalog", "--yes", "--format", "json"]);
    assert!(told.contains("\"template\": \"web/1.0.0/template/deploy.yaml.j2\""), "{told}");
}

#[test]
fn what_is_the_same_of_several_findings_is_told_once() {
    let policy = r#"package main

# METADATA
# title: Nothing is privileged
# custom: {id: ACME-6, remediation: Take it out., approver: security}
deny contains {"msg": msg, "pointer": pointer} if {
	some key in object.keys(input)
	pointer := sprintf("/%s", [key])
	msg := sprintf("`%s` should not be", [key])
}
"#;
    let sandbox = Sandbox::new().file("policies/a.rego", policy).file("a.yaml", "a: 1\nb: 2\n");
    assert_snapshot!(sandbox.run(["policy", "eval", "--input", "a.yaml"]), @"
    exit: 4
    --- stdout
    denied[ACME-6]: `a` should not be
      --> a.yaml:1 /a
      = Nothing is privileged, high, policies/a.rego:6
      = help: Take it out.
      = exceptions: security

    denied[ACME-6]: `b` should not be
      --> a.yaml:2 /b
    --- stderr
    Evaluated 1 rule: denied for 2 findings.
    ");
}

#[test]
fn what_is_printed_is_told_with_its_place_by_eval_and_on_request_elsewhere() {
    let policy = "package main\n\ndeny contains \"no\" if {\n\tprint(\"kind is\", input.kind)\n\tinput.kind == \"Service\"\n}\n";
    let sandbox = catalog(&[("kind.rego", policy)]).file("a.yaml", "kind: Pod\n");
    assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "catalog/policies", "--input", "a.yaml"]), @"
    exit: 0
    --- stdout
    --- stderr
    printed by catalog/policies/kind.rego:4: kind is Pod
    Evaluated 1 rule: allowed.
    ");
    let told = sandbox.run([
        "policy",
        "eval",
        "--policy",
        "catalog/policies",
        "--input",
        "a.yaml",
        "--format",
        "json",
    ]);
    assert!(told.contains("\"printed\": [") && told.contains("\"line\": 4"), "{told}");
    assert_snapshot!(sandbox.run(new(&["-v"])), @"
    exit: 0
    --- stdout
    --- stderr
    printed by policies/kind.rego:4: kind is Pod
    guard: 1 rule, passed
    Wrote 4 files to `orders` in commit <commit>
    ");
    assert_snapshot!(sandbox.run_in("orders", ["check", "-v"]), @"
    exit: 0
    --- stdout
    note[outdated]: svc 1.1.0 is released, the service has 1.0.0; it is outside of `=1.0.0`

    help: run `flagstone upgrade --to 1.1.0`

    orders (svc 1.0.0, 2 files): no drift
    guard: 1 rule, passed
    --- stderr
    printed by policies/kind.rego:4: kind is Pod
    ");
    let told = sandbox.run_in("orders", ["check"]);
    assert!(!told.contains("printed by"), "{told}");
}

#[test]
fn tests_that_pass_are_named_on_request_with_what_they_print() {
    let policy = "package main\n\ndeny contains \"no\" if {\n\tprint(\"kind is\", input.kind)\n\tinput.kind == \"Service\"\n}\n";
    let test = "package main_test\n\nimport data.main\n\ntest_no if count(main.deny) == 1 with input as {\"kind\": \"Service\"}\n";
    let sandbox = Sandbox::new().file("policies/a.rego", policy).file("policies/a_test.rego", test);
    assert_snapshot!(sandbox.run(["policy", "test", "-v"]), @"
    exit: 0
    --- stdout
    passed main_test.test_no
    printed by policies/a.rego:4: kind is Service
    --- stderr
    Ran 1 test: all passed. 100 % of 3 lines reached.
    ");
    let told = sandbox.run(["policy", "test"]);
    assert!(!told.contains("test_no") && !told.contains("printed"), "{told}");
}

#[test]
fn rules_are_counted_by_their_ids_everywhere() {
    let policy = r#"package main

# METADATA
# custom: {id: ACME-1}
deny_a contains "a" if input.a

# METADATA
# custom: {id: ACME-1, needs: [data.absent]}
deny_b contains "b" if data.absent

# METADATA
# custom: {id: ACME-2, needs: [data.absent]}
deny_c contains "c" if data.absent
"#;
    let sandbox = Sandbox::new().file("policies/a.rego", policy).file("a.yaml", "b: 1\n");
    let told = sandbox.run(["policy", "eval", "--input", "a.yaml"]);
    assert!(told.contains("Evaluated 1 rule, 1 off: allowed."), "{told}");
    let told = sandbox.run(["policy", "list"]);
    assert!(told.contains("\n1 rule, 1 off\na rule is on where"), "{told}");
    let told = sandbox.run(["policy", "check"]);
    assert!(told.contains("Looked at 2 rules and 0 tests"), "{told}");
}

#[test]
fn a_case_says_annotations_and_a_ticket_and_may_expect_only_rules_that_there_are() {
    let policy = r#"package flagstone.plan

# METADATA
# custom: {id: ACME-8}
deny contains "no cost centre" if not input.service.annotations.costCentre

# METADATA
# custom: {id: ACME-9}
deny_ticket contains "no ticket" if input.ticket == null
"#;
    let more = "annotations: {costCentre: CC-1}\nticket: PLAT-1\n";
    let sandbox = catalog(&[("plan.rego", policy)])
        .file("catalog/svc/1.0.0/cases/bare.yaml", "parameters: {name: orders}\n")
        .file("catalog/svc/1.0.0/cases/said.yaml", &format!("parameters: {{name: orders}}\n{more}"))
        .file(
            "catalog/svc/1.0.0/cases/wrong.yaml",
            &format!(
                "parameters: {{name: orders}}\n{more}expect: {{findings: [ACME-88, ACME-9]}}\n"
            ),
        );
    sandbox.run(["path", "test", "catalog/svc/1.0.0", "--accept"]);
    assert_snapshot!(timeless(&sandbox.run(["path", "test", "catalog/svc/1.0.0"])), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   bare  0 ms

        error[denied]: ACME-8: no cost centre
         --> catalog/svc/1.0.0/cases/bare.yaml:1:1
          |
        1 | parameters: {name: orders}
          | ^^^^^^^^^^
          |
          = note: policies/plan.rego:5

        error[denied]: ACME-9: no ticket
         --> catalog/svc/1.0.0/cases/bare.yaml:1:1
          |
        1 | parameters: {name: orders}
          | ^^^^^^^^^^
          |
          = note: policies/plan.rego:9

        2 errors

      pass   said  0 ms
      FAIL   wrong  0 ms

        error[no-finding]: there is no rule `ACME-88` in the policies that judge here
         --> catalog/svc/1.0.0/cases/wrong.yaml:4:21
          |
        4 | expect: {findings: [ACME-88, ACME-9]}
          |                     ^^^^^^^
          |
          = help: did you mean `ACME-8`?

        error[no-finding]: no policy finds `ACME-9`
         --> catalog/svc/1.0.0/cases/wrong.yaml:4:30
          |
        4 | expect: {findings: [ACME-88, ACME-9]}
          |                              ^^^^^^

        2 errors


    3 tests, 2 failed, 100 % of 0 template lines reached, 0 ms
    --- stderr
    ");
}

#[test]
fn the_input_of_rules_over_plans_has_the_answers_that_the_spec_asks_for() {
    let sandbox = policy_here::service();
    let spec = sandbox.folder().join("orders/flagstone.yaml");
    let text = fs::read_to_string(&spec).unwrap();
    assert!(!text.contains("parameters"), "{text}");
    fs::write(&spec, text + "  parameters: {region: eu-1}\n").unwrap();
    let told = sandbox.run_in("orders", ["policy", "input"]);
    assert!(told.contains("\"region\": \"eu-1\""), "{told}");
}
