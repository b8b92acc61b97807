//! The policies that judge a service, and the plan that they see of it.

use crate::sandbox::Sandbox;

const MANIFEST: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\n\
    metadata: {name: svc, version: 1.0.0, title: T, owner: p}\n\
    parameters:\n  required: [name]\n  properties:\n    name: {type: string}\n    \
    region: {type: string, title: Region, default: us-1}\n\
    files:\n  - {match: \"**\", ownership: managed}\npolicies: [policies]\n";

const REGION: &str = r#"package flagstone.plan

# METADATA
# title: Data stays where it may be
# custom: {id: ACME-1, needs: [data.regions]}
deny_region contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/parameters/region"} if {
	region := input.parameters.region
	regions := data.regions
	not region in regions
	msg := sprintf("region `%v` is not allowed", [region])
}
"#;

/// A service that was made while its catalog had no policies.
pub(crate) fn service() -> Sandbox {
    let charter = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: acme, owner: p}\n";
    let kind = "package main\n\n# METADATA\n# custom: {id: SVC-1}\ndeny contains \"no pods\" if input.kind == \"Pod\"\n";
    let sandbox = Sandbox::new()
        .identity()
        .golden_path(
            "svc",
            "1.0.0",
            &[
                ("golden-path.yaml", MANIFEST),
                ("template/deploy.yaml", "kind: Deployment\n"),
                ("policies/kind.rego", kind),
            ],
        )
        .file("catalog/catalog.yaml", charter);
    let told = sandbox.run(["new", "svc", "orders", "--catalog", "catalog", "--yes"]);
    assert!(told.starts_with("exit: 0"), "{told}");
    sandbox
        .file(
            "catalog/catalog.yaml",
            &format!("{charter}policies: [policies]\ndata: [data.yaml]\n"),
        )
        .file("catalog/policies/region.rego", REGION)
        .file("catalog/data.yaml", "regions: [eu-1]\n")
}

#[test]
fn the_rules_that_judge_a_service_are_listed_and_explained_in_it() {
    let sandbox = service();
    insta::assert_snapshot!(sandbox.run_in("orders", ["policy", "list"]), @"
    exit: 0
    --- stdout
    ACME-1  deny  high  Data stays where it may be
            policies/region.rego:6
    SVC-1   deny  high  deny
            svc/1.0.0/policies/kind.rego:5

    2 rules
    --- stderr
    ");
    let told = sandbox.run_in("orders", ["policy", "explain", "ACME-1"]);
    assert!(told.starts_with("exit: 0") && !told.contains("it is off"), "{told}");
    let told = sandbox.run(["policy", "list", "--catalog", "catalog"]);
    assert!(told.contains("ACME-1") && !told.contains("SVC-1"), "{told}");
}

#[test]
fn what_rules_over_plans_see_can_be_had_and_is_judged_like_a_plan() {
    let sandbox = service();
    let told = sandbox.run_in("orders", ["policy", "input"]);
    let (_, rest) = told.split_once("\n--- stdout\n").unwrap();
    let (json, _) = rest.split_once("\n--- stderr").unwrap();
    let plan: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(plan["action"], "check");
    assert_eq!(plan["parameters"]["region"], "us-1");
    let files = plan["files"].as_array().unwrap();
    let deploy = files.iter().find(|it| it["path"] == "deploy.yaml").unwrap();
    assert_eq!(deploy["parsed"]["kind"], "Deployment");
    let sandbox = sandbox.file("orders/plan.json", json);
    insta::assert_snapshot!(sandbox.run_in("orders", ["policy", "eval", "--input", "plan.json"]), @"
    exit: 4
    --- stdout
    denied[ACME-1]: region `us-1` is not allowed
      --> flagstone.yaml /spec/parameters/region
      = Data stays where it may be, high, policies/region.rego:6 (catalog acme)
    --- stderr
    Evaluated 2 rules: denied for 1 finding.
    ");
    let told = sandbox.run_in("orders", ["policy", "explain", "ACME-1", "--input", "plan.json"]);
    assert!(told.contains("1. region `us-1` is not allowed"), "{told}");
}
