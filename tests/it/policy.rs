//! `flagstone policy eval`, and what hostile policies come to.
//!
//! A hostile policy is `tests/cases/policy/hostile/NAME.rego`; its first line says what it comes to.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::sandbox::Sandbox;

const HOSTILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/policy/hostile");

/// Twice the ten seconds that a child may be there, and what starting it takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(25);

/// The exit code and the one document of a run.
fn document(told: &str) -> (i32, Value) {
    let (head, rest) = told.split_once("\n--- stdout\n").unwrap();
    let (json, errors) = rest.split_once("\n--- stderr").unwrap();
    assert_eq!(errors, "", "{told}");
    let code = head.strip_prefix("exit: ").unwrap().parse().unwrap();
    (code, serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {told}")))
}

fn hostile() -> Vec<PathBuf> {
    let entries = fs::read_dir(HOSTILE).unwrap().map(|it| it.unwrap().path());
    let mut policies: Vec<_> = entries.collect();
    policies.sort();
    policies
}

/// What is wrong with what a policy came to, if something is, and how long it took.
fn ended(policy: &Path) -> (Result<(), String>, Duration) {
    let text = fs::read_to_string(policy).unwrap();
    let expected = text.lines().next().unwrap().strip_prefix("# expect: ").unwrap().to_owned();
    let many = (0..2000).map(|it| it.to_string()).collect::<Vec<_>>().join(",");
    let sandbox = Sandbox::new()
        .file("policies/hostile.rego", &text)
        .file("input.json", &format!("{{\"many\": [{many}]}}"));
    let before = sandbox.tree();
    let start = Instant::now();
    let told = sandbox.run(["policy", "eval", "--input", "input.json", "--format", "json"]);
    let took = start.elapsed();
    let (code, verdict) = document(&told);
    let place = &verdict["diagnostics"][0];
    let is_named = place["file"] == "policies/hostile.rego" && place["line"].is_u64();
    let is_failed = expected == "failed";
    let told = told.chars().take(2_000).collect::<String>();
    let verdict = match () {
        () if code != 4 || verdict["decision"] != *expected => {
            Err(format!("ended wrongly: {told}"))
        }
        () if is_failed && !is_named => Err(format!("is not named: {told}")),
        () if took > LIMIT => Err(format!("took {took:?}")),
        () if sandbox.tree() != before => Err("wrote something".to_owned()),
        () => {
            let why = place["message"].as_str().unwrap_or_default();
            println!("{:>6} ms {}: {why}", took.as_millis(), policy.file_stem().unwrap().display());
            Ok(())
        }
    };
    (verdict, took)
}

#[test]
fn a_hostile_policy_ends_within_its_limits_and_is_named_and_we_are_unharmed() {
    let policies = hostile();
    assert!(policies.len() >= 30);
    let left = Mutex::new(policies.iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some(policy) = left.lock().unwrap().next() else { break };
                    if let (Err(what), _) = ended(policy) {
                        wrong.lock().unwrap().push(format!("{}: {what}", policy.display()));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const POLICY: &str = r#"package main

# METADATA
# title: Images are pinned
# related_resources: [{ref: "https://acme.example/images"}]
# custom:
#   id: FS011
#   severity: critical
#   remediation: Pin it by digest.
#   approver: platform-team
deny contains {"msg": msg, "path": "Dockerfile", "pointer": "/0", "image": image} if {
	image := input.image
	endswith(image, ":latest")
	msg := sprintf("`%s` floats", [image])
}

# METADATA
# custom: {id: FS004, needs: [data.regions]}
deny contains "region" if {
	region := input.region
	regions := data.regions
	not region in regions
}

warn_size contains "it is large" if input.size > 10
"#;

fn sandbox() -> Sandbox {
    Sandbox::new()
        .file("policies/main.rego", POLICY)
        .file("policies/main_test.rego", "package main_test\nthis is no policy\n")
        .file("bad.yaml", "image: a:latest\nsize: 11\nregion: us\n")
        .file("good.json", r#"{"image": "a@sha256:1", "size": 1, "region": "eu"}"#)
        .file("regions.yaml", "regions: [eu]\n")
        .file("more.json", r#"{"teams": {"a": 1}}"#)
}

#[test]
fn what_policies_find_is_told_to_people() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "bad.yaml"]), @"");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "good.json", "--data", "regions.yaml", "--data", "more.json"]), @"");
    let told = sandbox.run(["policy", "eval", "--input", "bad.yaml", "--data", "regions.yaml"]);
    assert!(told.contains("denied[FS004]: region"), "{told}");
}

#[test]
fn what_policies_find_is_told_to_programs() {
    let told = sandbox().run(["policy", "eval", "--input", "bad.yaml", "--format", "json"]);
    insta::assert_snapshot!(told);
}

#[test]
fn what_can_not_be_judged_is_denied_and_shown_where_it_stands() {
    let sandbox = Sandbox::new()
        .file(
            "policies/a.rego",
            "package a\n\ndeny contains {\"path\": f.path} if {\n\tsome f in input.files\n}\n",
        )
        .file(
            "policies/b.rego",
            "package b\n\ndeny contains \"x\" if not startswith(input.name, \"a\")\n",
        )
        .file("c.rego", "package c\n\ndeny contains \"x\" if {\n");
    insta::assert_snapshot!(sandbox.run(["policy", "eval"]), @"");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "c.rego"]), @"");
}

#[test]
fn what_is_not_there_is_no_permission() {
    let sandbox = sandbox().file("empty/README.md", "").file("one.yaml", "- a\n");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "empty"]), @"");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "nowhere"]), @"");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "nothing.yaml"]), @"");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--data", "one.yaml"]), @"");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--data", "regions.yaml", "--data", "regions.yaml"]), @"");
    std::os::unix::fs::symlink("main.rego", sandbox.folder().join("policies/link.rego")).unwrap();
    insta::assert_snapshot!(sandbox.run(["policy", "eval"]), @"");
}
