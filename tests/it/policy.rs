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

/// What is wrong with what a policy came to, if something is.
fn ended(policy: &Path) -> Result<(), String> {
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
    match () {
        () if code != 4 || verdict["decision"] != *expected => {
            Err(format!("ended wrongly: {told}"))
        }
        () if is_failed && !is_named => Err(format!("is not named: {told}")),
        () if took > LIMIT => Err(format!("took {took:?}")),
        () if sandbox.tree() != before => Err("wrote something".to_owned()),
        () => Ok(()),
    }
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
                    if let Err(what) = ended(policy) {
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
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "bad.yaml"]), @"
    exit: 4
    --- stdout
    denied[FS011]: `a:latest` floats
      --> Dockerfile /0
      = Images are pinned, critical, policies/main.rego:11
      = help: Pin it by digest.
      = see: https://acme.example/images
      = exceptions: platform-team

    warning[main.warn_size]: it is large
      --> bad.yaml
      = low, policies/main.rego:25
    --- stderr
    Evaluated 2 rules, 1 off: denied for 1 finding.
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "good.json", "--data", "regions.yaml", "--data", "more.json"]), @"
    exit: 0
    --- stdout
    --- stderr
    Evaluated 3 rules: allowed.
    ");
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
    insta::assert_snapshot!(sandbox.run(["policy", "eval"]), @r#"
    exit: 4
    --- stdout
    error[policy-head]: what may be undefined stands in the head of a rule
     --> policies/a.rego:3:24
      |
    3 | deny contains {"path": f.path} if {
      |                        ^^^^^^^^^^^^
      |
      = help: give it a name in the body: `value := f.path`

    error[policy-not]: an operand behind `not` may be undefined
     --> policies/b.rego:3:37
      |
    3 | deny contains "x" if not startswith(input.name, "a")
      |                                     ^^^^^^^^^^^^^^^^
      |
      = help: give it a name before: `value := input.name`

    2 errors
    --- stderr
    Evaluated 0 rules: not judged, because of 2 failures.
    "#);
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "c.rego"]), @"
    exit: 4
    --- stdout
    error[policy-syntax]: expecting expression
     --> c.rego:4:1
      |
    4 |
      | ^
    --- stderr
    Evaluated 0 rules: not judged, because of 1 failure.
    ");
}

#[test]
fn a_file_is_read_as_the_guard_reads_it() {
    let policy = r#"package files

deny contains {"msg": msg, "pointer": pointer} if {
	some at, step in input
	pointer := sprintf("/%d", [at])
	step.Cmd == "from"
	msg := sprintf("from %s", [step.Value[0]])
}

deny contains {"msg": msg, "pointer": "/kind"} if {
	msg := sprintf("a %s", [input.kind])
}

deny contains "debug" if input.profile.release.debug
"#;
    let plan = "package flagstone.plan\n\nowner := object.get(input, \"owner\", null)\n\n\
        deny contains \"nobody owns it\" if owner == null\n";
    let sandbox = Sandbox::new()
        .file("policies/files.rego", policy)
        .file("policies/plan.rego", plan)
        .file("Dockerfile", "# syntax\nFROM python:latest\n")
        .file("Cargo.toml", "[profile.release]\ndebug = true\n")
        .file("k8s.yaml", "kind: Pod\n---\nname: b\nkind: Job\n")
        .file("plan.json", r#"{"action": "new", "goldenPath": {"name": "web"}, "kind": "x"}"#)
        .file("notes.txt", "kind: Pod\n")
        .file("empty.yaml", "");
    let findings = |file: &str| {
        let told = sandbox.run(["policy", "eval", "--input", file]);
        let is_told = |it: &&str| it.contains("]: ") || it.contains("-->");
        told.lines().filter(is_told).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(findings("Dockerfile"), @"
    denied[files.deny]: from python:latest
      --> Dockerfile:2 /1
    ");
    insta::assert_snapshot!(findings("Cargo.toml"), @"
    denied[files.deny]: debug
      --> Cargo.toml
    ");
    insta::assert_snapshot!(findings("k8s.yaml"), @"
    denied[files.deny]: a Pod
      --> k8s.yaml#1:1 /kind
    denied[files.deny]: a Job
      --> k8s.yaml#2:4 /kind
    ");
    insta::assert_snapshot!(findings("plan.json"), @"
    denied[flagstone.plan.deny]: nobody owns it
      --> plan.json
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "notes.txt"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[input-kind]: `notes.txt` is no kind of file that policies judge
     |
     = note: YAML, JSON, TOML, Dockerfiles, HCL, INI, properties and dotenv are known by their names
     = help: if it is YAML or JSON, give it by standard input: `--input -`
    ");
    insta::assert_snapshot!(findings("empty.yaml"), @"
    error[guard-failed]: `some .. in collection` expects array/set/object. Got `null`
     --> policies/files.rego:4:19
    ");
    let told = sandbox.run(["policy", "explain", "files.deny", "--input", "k8s.yaml"]);
    assert!(told.contains("2. a Job") && told.contains("4 | kind: Job"), "{told}");
}

#[test]
fn without_an_input_nothing_is_called_allowed() {
    insta::assert_snapshot!(sandbox().run(["policy", "eval"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-input]: nothing was judged: no input is named
     |
     = help: name a file with `--input FILE`, or read standard input with `--input -`
    ");
}

#[test]
fn what_is_not_there_is_no_permission() {
    let sandbox = sandbox().file("empty/README.md", "").file("one.yaml", "- a\n");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "empty"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-missing]: there is no policy in `empty`
     |
     = help: name a folder with files of Rego
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--policy", "nowhere"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-missing]: there is no folder or file `nowhere`
     |
     = help: name a folder with files of Rego; without one the rules that judge here are taken
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--input", "nothing.yaml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unreadable-file]: failed to read `nothing.yaml`
     |
     = note: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--data", "one.yaml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-data]: `one.yaml` holds a list, and no map
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "eval", "--data", "regions.yaml", "--data", "regions.yaml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-data]: `regions.yaml` says `data.regions` another time
    ");
    std::os::unix::fs::symlink("main.rego", sandbox.folder().join("policies/link.rego")).unwrap();
    insta::assert_snapshot!(sandbox.run(["policy", "eval"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-file]: a policy can't be a link
     --> policies/link.rego:1:1
      |
    1 |
      | ^
    ");
}
