//! What the authors of policies do with them: `policy new`, `check`, `test`, `list` and `explain`.

use serde_json::Value;

use crate::sandbox::Sandbox;

const STARTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden-paths/policies");

/// The one document of a run.
fn document(told: &str) -> Value {
    let (_, rest) = told.split_once("\n--- stdout\n").unwrap();
    let (json, errors) = rest.split_once("\n--- stderr").unwrap();
    assert_eq!(errors, "", "{told}");
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {told}"))
}

const LIMITS: &str = r#"package main

# METADATA
# title: Images are pinned
# description: What floats is another thing tomorrow.
# custom:
#   id: ACME-1
#   severity: critical
#   remediation: Pin it by digest.
#   approver: platform-team
deny_floating contains {"msg": msg, "pointer": "/image"} if {
	image := input.image
	endswith(image, ":latest")
	known
	msg := sprintf("`%s` floats", [image])
}

# METADATA
# title: Regions are ours
# custom: {id: ACME-2, remediation: Choose another., needs: [data.regions]}
deny_region contains "it is far away" if {
	region := input.region
	regions := data.regions
	not region in regions
}
"#;

const HELPERS: &str = "package main\n\nknown if is_string(input.image)\n";

const TESTS: &str = r#"package main_test

import data.main

test_it_floats if {
	found := main.deny_floating with input as {"image": "web:latest"}
	count(found) == 1
}

test_two_float if {
	image := "web:latest"
	wanted := 2
	count(main.deny_floating) == wanted with input as {"image": image}
}

test_far_away if count(main.deny_region) == 1 with input as {"region": "moon"} with data.regions as ["eu"]

test_a_number if to_number(input.image) == 1 with input as {"image": "a"}

todo_test_more if false
"#;

fn sandbox() -> Sandbox {
    Sandbox::new()
        .file("policies/limits.rego", LIMITS)
        .file("policies/helpers.rego", HELPERS)
        .file("policies/limits_test.rego", TESTS)
}

const WRONG: &str = r#"package main

import data.lib

deny contains {"path": file.path} if {
	some file in input.files
}

deny contains "a" if not startswith(input.name, "a")

warn contains msg if {
	starswith(input.name, "a")
	lib.nme(input.name)
	io.jwt.decode(input.token)
	http.send({"url": "x"})
	msg := sprintf("%s")
}

# METADATA
# custom: {id: X-1, remediation: Mend it.}
deny_known contains "b" if lib.name(input.name)
"#;

const LIB: &str = r#"package lib

name(x) if x == "a"

# METADATA
# custom: {id: X-1, remediation: Mend it.}
deny_taken contains "c" if input.c

test_taken if count(deny_taken) == 1 with input as {"c": true}

test_taken if count(deny_taken) == 0

test_set contains 1 if input.c
"#;

#[test]
fn what_is_wrong_with_policies_is_told_with_its_place() {
    let sandbox = Sandbox::new().file("p/a.rego", WRONG).file("p/lib.rego", LIB);
    insta::assert_snapshot!(sandbox.run(["policy", "check", "p"]));
    let report = document(&sandbox.run(["policy", "check", "p", "--format", "json"]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report["findings"][0]).unwrap());
    let told = sandbox.run(["policy", "check", "p", "--format", "github"]);
    let first = told.lines().find(|it| it.starts_with("::error")).unwrap();
    insta::assert_snapshot!(first);
    let told = sandbox.run(["policy", "check", "p", "--format", "sarif"]);
    assert!(told.contains("\"ruleId\": \"policy-function\""), "{told}");
}

#[test]
fn a_policy_that_can_not_be_read_is_shown_where_it_ends() {
    let sandbox = Sandbox::new()
        .file("a.rego", "package a\n\ndeny contains msg if {\n\tmsg := \"x\"\n")
        .file("b.rego", &format!("package b\n\ndeny contains {} if true\n", "[".repeat(40)))
        .file("c.rego", &format!("package c\n\nx := {}1\n", "-".repeat(300_000)));
    insta::assert_snapshot!(sandbox.run(["policy", "check", "a.rego"]));
    insta::assert_snapshot!(sandbox.run(["policy", "check", "b.rego"]));
    // Whatever it does to the evaluator's parser, it is named and we are unharmed.
    let told = sandbox.run(["policy", "check", "c.rego", "--format", "json"]);
    assert!(told.starts_with("exit: 1"), "{told}");
    assert_eq!(document(&told)["findings"][0]["file"], "c.rego", "{told}");
}

#[test]
fn warnings_end_a_check_in_failure_where_they_are_denied() {
    let sandbox =
        Sandbox::new().file("policies/a.rego", "package a\ndeny contains \"x\" if input.x\n");
    insta::assert_snapshot!(sandbox.run(["policy", "check"]), @r#"
    exit: 0
    --- stdout
    warning[policy-id]: `deny` has no id
     --> policies/a.rego:2:1
      |
    2 | deny contains "x" if input.x
      | ^^^^
      |
      = help: write `custom: {id: …}` under `# METADATA` above it

    warning[policy-remediation]: `deny` does not say what to do about a finding
     --> policies/a.rego:2:1
      |
    2 | deny contains "x" if input.x
      | ^^^^
      |
      = help: write `custom: {remediation: …}` under `# METADATA` above it

    warning[policy-untested]: no test reaches `deny`
     --> policies/a.rego:2:1
      |
    2 | deny contains "x" if input.x
      | ^^^^
      |
      = help: write a rule `test_…` in `policies/a_test.rego`

    3 warnings
    --- stderr
    Looked at 1 rule and 0 tests: 3 findings.
    "#);
    assert!(sandbox.run(["policy", "check", "--deny", "warnings"]).starts_with("exit: 1"));
}

#[test]
fn tests_of_policies_tell_which_expression_did_not_hold_and_what_stood_in_it() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(["policy", "test", "--coverage"]));
    insta::assert_snapshot!(sandbox.run([
        "policy",
        "test",
        "--run",
        "main_test.*float",
        "--run",
        "far"
    ]));
    insta::assert_snapshot!(sandbox.run(["policy", "test", "--run", "nothing"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-test]: no test's name holds `nothing`
     |
     = help: leave `--run` out to run them all; `--format json` lists their names
    ");
    let report = document(&sandbox.run(["policy", "test", "--format", "json"]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
    let told = sandbox.run(["policy", "test", "--format", "junit"]);
    let told: Vec<_> = told.lines().filter(|it| !it.contains("testsuites")).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_test_holds_only_if_it_is_true() {
    let sandbox = Sandbox::new().file(
        "policies/a_test.rego",
        "package a_test\n\ntest_one := 1\n\ntest_two := 2 == 3\n\ntest_three := true\n",
    );
    insta::assert_snapshot!(sandbox.run(["policy", "test"]), @"
    exit: 1
    --- stdout
    error[test-failed]: `a_test.test_one` does not hold
     --> policies/a_test.rego:3:1
      |
    3 | test_one := 1
      | ^^^^^^^^
      |
      = note: its value is `1`, not `true`

    error[test-failed]: `a_test.test_two` does not hold
     --> policies/a_test.rego:5:1
      |
    5 | test_two := 2 == 3
      | ^^^^^^^^
      |
      = note: its value is `false`, not `true`

    2 errors
    --- stderr
    Ran 3 tests: 1 passed, 2 failed.
    ");
}

#[test]
fn what_a_test_that_does_not_hold_has_printed_is_told() {
    let sandbox = Sandbox::new().file(
        "policies/a_test.rego",
        "package a_test\n\ntest_one if {\n\tx := 2\n\tprint(\"x is\", x)\n\tx == 3\n}\n\n\
         test_two if {\n\tprint(\"all is well\")\n\t1 == 1\n}\n",
    );
    let told = sandbox.run(["policy", "test"]);
    assert!(told.contains("= note: printed by policies/a_test.rego:5: x is 2"), "{told}");
    assert!(!told.contains("all is well"), "{told}");
}

#[test]
fn a_test_that_does_not_end_has_not_passed_and_the_others_are_asked() {
    let sandbox = Sandbox::new().file(
        "policies/a_test.rego",
        "package a_test\n\nf(x) := f(x + 1)\n\ntest_ends if 1 == 1\n\ntest_never if f(1)\n\ntest_too if 2 == 2\n",
    );
    let report = document(&sandbox.run(["policy", "test", "--format", "json"]));
    let ends: Vec<_> = report["tests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{}: {}", it["name"].as_str().unwrap(), it["end"].as_str().unwrap()))
        .collect();
    assert_eq!(
        ends,
        ["a_test.test_ends: passed", "a_test.test_never: erred", "a_test.test_too: passed"]
    );
}

#[test]
fn what_is_not_tested_is_no_success() {
    let sandbox =
        Sandbox::new().file("policies/a.rego", "package a\ndeny contains \"x\" if input.x\n");
    insta::assert_snapshot!(sandbox.run(["policy", "test"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-test]: there is no test
     |
     = help: write rules `test_…` in `…_test.rego` beside the policies
    ");
    let sandbox = Sandbox::new()
        .file("policies/a.rego", "package a\ndeny contains {\"x\": input.x} if true\n")
        .file("policies/a_test.rego", "package a_test\ntest_a if 1 == 1\n");
    insta::assert_snapshot!(sandbox.run(["policy", "test"]), @r#"
    exit: 1
    --- stdout
    error[policy-head]: what may be undefined stands in the head of a rule
     --> policies/a.rego:2:21
      |
    2 | deny contains {"x": input.x} if true
      |                     ^^^^^^^
      |
      = help: give it a name in the body: `value := input.x`
    --- stderr
    Ran 0 tests: 0 passed, the others could not be asked.
    "#);
}

#[test]
fn rules_are_listed_with_what_they_are_off_for() {
    let sandbox = sandbox().file("regions.yaml", "regions: [eu]\n");
    insta::assert_snapshot!(sandbox.run(["policy", "list"]), @"
    exit: 0
    --- stdout
    ACME-1  deny  critical  Images are pinned
            policies/limits.rego:11
    ACME-2  deny  high      Regions are ours
            off: there is no data.regions
            policies/limits.rego:21

    1 rule, 1 off
    a rule is on where a file that `data:` names, beside `policies:`, says what it needs
    --- stderr
    ");
    assert!(!sandbox.run(["policy", "list", "--data", "regions.yaml"]).contains("off"));
    let report = document(&sandbox.run(["policy", "list", "--format", "json"]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report["rules"][1]).unwrap());
}

#[test]
fn a_rule_is_explained_with_what_it_found() {
    let sandbox = sandbox().file("web.yaml", "name: web\nimage: web:latest\nregion: moon\n");
    insta::assert_snapshot!(
        sandbox.run(["policy", "explain", "ACME-1", "1", "--input", "web.yaml"])
    );
    insta::assert_snapshot!(sandbox.run(["policy", "explain", "ACME-3"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-rule]: there is no rule `ACME-3`
     |
     = help: did you mean `ACME-1`?
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "explain", "ACME-1", "2", "--input", "web.yaml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-finding]: `ACME-1` has no finding `2` in this input
     |
     = help: write a number from 1 to 1, or at least 6 letters of a fingerprint, behind `sha256:`
    ");
    let told = sandbox.run(["policy", "explain", "deny_region", "--input", "web.yaml"]);
    assert!(told.contains("It finds nothing in web.yaml"), "{told}");
}

#[test]
fn a_new_policy_passes_its_own_check_and_tests() {
    for kind in ["plan", "file"] {
        let sandbox = Sandbox::new();
        let told = sandbox.run(["policy", "new", "true-owner", "--kind", kind]);
        assert!(told.starts_with("exit: 0"), "{told}");
        let told = sandbox.run(["policy", "check", "--deny", "warnings"]);
        assert!(told.contains("Looked at 1 rule and 2 tests: nothing found."), "{told}");
        let told = sandbox.run(["policy", "test"]);
        assert!(told.contains("Ran 2 tests: all passed. 100 %"), "{told}");
    }
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(["policy", "new", "on", "p", "--id", "ACME-7"]), @"
    exit: 0
    --- stdout
    Wrote p/on.rego
    Wrote p/on_test.rego
    Try it: `flagstone policy test p`
    It judges where `policies: [p]` stands in a `catalog.yaml`, in a golden path, or below `spec` in a `flagstone.yaml`
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "new", "on", "p"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[taken]: there is a `p/on.rego` already
     |
     = help: give the rule another name, or change the one that is there
    ");
    insta::assert_snapshot!(sandbox.run(["policy", "new", "On_Call"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-name]: `On_Call` can't be the name of a rule
     |
     = help: use up to 60 lower-case letters, digits and single hyphens, beginning with a letter; what ends in `-test` is a test
    ");
    assert!(sandbox.run(["policy", "check", "p", "--deny", "warnings"]).starts_with("exit: 0"));
}

#[test]
fn without_a_name_the_rules_that_judge_here_are_meant() {
    // Where there is nothing: those of the catalog in the binary.
    let sandbox = Sandbox::new();
    let told = sandbox.run(["policy", "list"]);
    assert!(told.starts_with("exit: 0") && told.contains("FS004"), "{told}");
    let told = sandbox.run(["policy", "explain", "FS004"]);
    assert!(told.starts_with("exit: 0") && told.contains("regions"), "{told}");
    insta::assert_snapshot!(sandbox.run(["policy", "list", "nowhere"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-missing]: there is no folder or file `nowhere`
     |
     = help: name a folder with files of Rego; without one the rules that judge here are taken
    ");
    // In a catalog: what it names, with its data.
    let sandbox = self::sandbox()
        .file("more/a.rego", "package a\n\ndeny contains \"a\" if input.a\n")
        .file("regions.yaml", "regions: [eu]\n")
        .file(
            "catalog.yaml",
            "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: acme, owner: me}\n\
             policies: [policies, more]\ndata: [regions.yaml]\n",
        );
    let told = sandbox.run(["policy", "list"]);
    insta::assert_snapshot!(told, @"
    exit: 0
    --- stdout
    ACME-1  deny  critical  Images are pinned
            policies/limits.rego:11
    ACME-2  deny  high      Regions are ours
            policies/limits.rego:21
    a.deny  deny  high      deny
            more/a.rego:3

    3 rules
    --- stderr
    ");
}

#[test]
fn one_mistake_hides_no_other_and_version_0_is_told_with_its_remedy() {
    let sandbox = Sandbox::new()
        .file("policies/a.rego", "package a\n\ndeny[msg] {\n\tmsg := \"x\"\n}\n")
        .file("policies/b.rego", "package b\n\ndeny contains \"x\" if {\n")
        .file("policies/c.rego", "package c\n\nx := [\n\ndeny contains \"y\" if input.x\n")
        .file("policies/d.rego", "package d\n\n# METADATA\n# custom: {id: D-1, serverity: low}\ndeny contains \"y\" if input.x > data.most\n");
    insta::assert_snapshot!(sandbox.run(["policy", "check"]), @r#"
    exit: 1
    --- stdout
    error[policy-syntax]: `if` keyword is required before rule body
     --> policies/a.rego:3:11
      |
    3 | deny[msg] {
      |           ^
      |
      = help: if this is Rego v0: `opa fmt --write --v0-v1 FILE` writes it as v1, in which `deny[msg] { … }` is `deny contains msg if { … }`

    error[policy-syntax]: expecting expression
     --> policies/b.rego:4:1
      |
    4 |
      | ^

    error[policy-syntax]: expecting `]` while parsing array
     --> policies/c.rego:5:6
      |
    5 | deny contains "y" if input.x
      |      ^^^^^^^^^^^^^^^^^^^^^^^

    warning[policy-metadata]: `serverity` says nothing here
     --> policies/d.rego:4:21
      |
    4 | # custom: {id: D-1, serverity: low}
      |                     ^^^^^^^^^
      |
      = help: did you mean `severity`?

    warning[policy-remediation]: `deny` does not say what to do about a finding
     --> policies/d.rego:5:1
      |
    5 | deny contains "y" if input.x > data.most
      | ^^^^
      |
      = help: write `custom: {remediation: …}` under `# METADATA` above it

    warning[policy-needs]: `deny` reads `data.most` and does not say so
     --> policies/d.rego:5:1
      |
    5 | deny contains "y" if input.x > data.most
      | ^^^^
      |
      = note: where that data is absent, the rule finds nothing and nobody is told
      = help: write `custom: {needs: [data.most]}` under `# METADATA` above it: then it is named as off

    3 errors, 3 warnings
    --- stderr
    Looked at 1 rule and 0 tests: 6 findings.
    "#);
    let sandbox = self::sandbox().file("policies/bad_test.rego", "package b\n\ntest_x {\n");
    let told = sandbox.run(["policy", "list"]);
    assert!(told.starts_with("exit: 0") && told.contains("ACME-1"), "{told}");
}

#[test]
fn the_starter_set_passes_its_check_and_tests() {
    let sandbox = Sandbox::new();
    let told = sandbox.run(["policy", "check", STARTER, "--deny", "warnings"]);
    assert!(told.contains("nothing found") && told.starts_with("exit: 0"), "{told}");
    let told = sandbox.run(["policy", "test", STARTER]);
    assert!(told.contains("all passed") && told.starts_with("exit: 0"), "{told}");
}

const BUNDLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/policy/bundles");

/// A sandbox with the bundles of OPA and their keys.
fn bundles() -> Sandbox {
    let sandbox = Sandbox::new().file("web.yaml", "image: web:latest\n");
    for file in std::fs::read_dir(BUNDLES).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), sandbox.folder().join(file.file_name())).unwrap();
    }
    sandbox
}

#[test]
fn a_bundle_is_judged_by_where_one_of_the_keys_has_signed_it() {
    let sandbox = bundles();
    let eval = |bundle: &str, key: &[&str]| {
        let mut words = vec!["policy", "eval", "--input", "web.yaml", "--policy", bundle];
        key.iter().for_each(|it| words.extend(["--verification-key", it]));
        sandbox.run(words)
    };
    insta::assert_snapshot!(eval("none.tar.gz", &[]), @"
    exit: 4
    --- stdout
    denied[ACME-1]: `web:latest` floats
      --> web.yaml:1 /image
      = Images are pinned, high, none.tar.gz/bundle/acme/main.rego:6 (the bundle none.tar.gz, revision 2026-11-22)
      = help: Pin it by digest.
    --- stderr
    Evaluated 1 rule: denied for 1 finding.
    ");
    for (bundle, key) in
        [("HS256", "secret.txt"), ("RS256", "rsa.pub.pem"), ("ES256", "ec.pub.pem")]
    {
        let bundle = format!("{bundle}.tar.gz");
        let told = eval(&bundle, &["other.pub.pem", key]);
        assert!(told.contains("denied[ACME-1]: `web:latest` floats"), "{bundle}: {told}");
    }
    insta::assert_snapshot!(eval("RS256.tar.gz", &[]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-bundle]: the bundle can't be used: it is signed, and no key is given to verify it with
     --> RS256.tar.gz:1:1
      |
    1 |
      | ^
      |
      = help: name the key's file: `--verification-key FILE`
    ");
    insta::assert_snapshot!(eval("none.tar.gz", &["ec.pub.pem"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-bundle]: the bundle can't be used: it is not signed
     --> none.tar.gz:1:1
      |
    1 |
      | ^
      |
      = help: without `--verification-key` it is read unverified
    ");
    insta::assert_snapshot!(eval("ES256.tar.gz", &["other.pub.pem"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-bundle]: the bundle can't be used: no given key has signed it
     --> ES256.tar.gz:1:1
      |
    1 |
      | ^
    ");
    insta::assert_snapshot!(eval("HS256.tar.gz", &["rsa.pub.pem"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[policy-bundle]: the bundle can't be used: it is signed with `HS256`, and no key for that is given
     --> HS256.tar.gz:1:1
      |
    1 |
      | ^
    ");
}

#[test]
fn what_was_changed_after_it_was_signed_is_refused() {
    let sandbox = bundles();
    let unpacked = |change: &dyn Fn(&std::path::Path)| {
        let folder = sandbox.folder().join("unpacked");
        let _none = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        let tar = |arguments: &[&str]| {
            let mut command = std::process::Command::new("tar");
            assert!(
                command.current_dir(sandbox.folder()).args(arguments).status().unwrap().success()
            );
        };
        tar(&["-xzf", "ES256.tar.gz", "-C", "unpacked"]);
        change(&folder);
        tar(&["-czf", "changed.tar.gz", "-C", "unpacked", "."]);
        let told =
            sandbox.run(["policy", "check", "changed.tar.gz", "--verification-key", "ec.pub.pem"]);
        let line = told.lines().find(|it| it.starts_with("error") || it.starts_with("Looked"));
        line.unwrap_or(&told).to_owned()
    };
    let write = |file: &'static str, text: &'static str| {
        unpacked(&move |folder| std::fs::write(folder.join(file), text).unwrap())
    };
    let all = [
        unpacked(&|_| {}),
        // The same data in other words was signed, other data was not.
        write(
            "data.json",
            r#"{"limits":{"more":{"n":null,"b":[1,2.5,-3],"a":"ü\u2028<&>"}, "tags":["latest","edge"]}}"#,
        ),
        write("data.json", r#"{"limits": {"tags": []}}"#),
        write("bundle/acme/main.rego", "package acme.images\n"),
        write("bundle/acme/more.rego", "package acme.more\n"),
        write(".manifest", r#"{"revision": "other", "roots": ["acme", "limits"]}"#),
        unpacked(&|folder| std::fs::remove_file(folder.join("bundle/acme/main.rego")).unwrap()),
        unpacked(&|folder| std::fs::remove_file(folder.join(".signatures.json")).unwrap()),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    Looked at 1 rule and 0 tests: 2 findings.
    Looked at 1 rule and 0 tests: 2 findings.
    error[policy-bundle]: the bundle can't be used: `data.json` is not what was signed
    error[policy-bundle]: the bundle can't be used: `bundle/acme/main.rego` is not what was signed
    error[policy-bundle]: the bundle can't be used: `bundle/acme/more.rego` was not signed
    error[policy-bundle]: the bundle can't be used: `.manifest` is not what was signed
    error[policy-bundle]: the bundle can't be used: `bundle/acme/main.rego` was signed and is missing
    error[policy-bundle]: the bundle can't be used: it is not signed
    ");
}

#[test]
fn keys_are_refused_where_no_bundle_is_named() {
    let sandbox =
        bundles().file("policies/a.rego", "package main\n\ndeny contains \"x\" if input.x\n");
    let told = sandbox.run(["policy", "check", "--verification-key", "ec.pub.pem"]);
    insta::assert_snapshot!(told, @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: `--verification-key` verifies OPA bundles, and no bundle is named
     |
     = help: name it: `--policy FILE.tar.gz` with `eval` and `explain`, else `FILE.tar.gz` by itself
    ");
    let none = sandbox.file("empty/web.yaml", "x: 1\n");
    for words in [
        &["list"][..],
        &["test"],
        &["explain", "x"],
        &["eval", "--input", "web.yaml"],
        &["check", "--catalog", "../catalog"],
    ] {
        let words = ["policy"].iter().chain(words).copied();
        let told = none.run_in("empty", words.chain(["--verification-key", "../ec.pub.pem"]));
        assert!(told.starts_with("exit: 2") && told.contains("no bundle is named"), "{told}");
    }
}
