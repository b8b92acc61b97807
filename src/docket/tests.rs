//! What policies are shown of a plan, and where their findings are placed.

use super::*;
use crate::{
    data::Value,
    guard::{Service, Source, judge},
    policy::Sources,
    tree::{Entry, Listing, Mode},
};

const POLICY: &str = r#"package main

deny contains {"msg": "it is privileged", "pointer": "/spec/privileged"} if input.spec.privileged == true

warn contains "it has a name" if input.name
"#;

const PLAN: &str = r#"package flagstone.plan

# METADATA
# custom: {id: P1, parameter: region}
deny_region contains {"msg": "not there", "path": "flagstone.yaml", "pointer": "/region"} if {
	region := input.parameters.region
	region == "us"
}

# METADATA
# custom: {id: P2, text: ["*.md"]}
deny_text contains {"msg": msg, "path": path} if {
	file := input.files[_]
	path := file.path
	text := file.text
	is_string(text)
	contains(text, "TODO")
	msg := "todo"
}

deny_parsed contains {"msg": "on", "path": path} if {
	file := input.files[_]
	path := file.path
	file.parsed.on == "push"
}

deny_secret contains {"msg": kind, "path": path, "_loc": {"file": path, "line": line}} if {
	secret := input.secrets[_]
	path := secret.path
	line := secret.line
	kind := secret.kind
}

warn_changes contains msg if {
	some path in input.changes.deleted
	msg := sprintf("%s is gone", [path])
}
"#;

fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| {
        (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
    };
    files.iter().map(file).collect()
}

fn docket(policies: &[&str]) -> Docket {
    let source = |(at, text): (usize, &&str)| Source {
        path: format!("p{at}.rego"),
        text: (*text).to_owned(),
    };
    let sources = policies.iter().enumerate().map(source).collect();
    let bundle = Bundle { origin: "test".to_owned(), sources, data: Value::Null };
    Docket::new(vec![bundle])
}

fn found(docket: &Docket, input: PlanInput, (tree, before): (&Tree, &Tree)) -> Vec<String> {
    let (files, before) = (Listing::from(tree), Listing::from(before));
    let ownership = |_: &RepoPath| "managed";
    let file = |name: &str, text: &str| (name.to_owned(), Entry::file(text.as_bytes()));
    let unnamed = [file(".github/workflows/aux.yml", "on: push\n"), file("aux.txt", "")];
    let plan = Plan {
        input,
        tree,
        files: &files,
        before: &before,
        unnamed: &unnamed,
        ownership: &ownership,
        now: 0,
    };
    let (request, unread) = docket.request(plan);
    let verdict = placed(judge(&request).with(unread), tree);
    assert_eq!(verdict.failures, []);
    let line = |it: &Finding| {
        let at = it.line.map(|it| format!(":{it}")).unwrap_or_default();
        format!("{} {}{at} {}", it.rule, it.path.as_deref().unwrap_or("-"), it.message)
    };
    verdict.findings.iter().map(line).collect()
}

#[test]
fn every_document_of_a_file_is_judged_and_its_finding_has_the_line() {
    let mut tree = tree(&[
        ("deploy.yaml", "name: a\n---\nspec:\n  privileged: true\n"),
        ("flagstone.yaml", "name: not for rules over files\n"),
        ("bad.yaml", "a: [\n"),
        (".github/workflows/ci.yml", "a: [\n"),
        ("tsconfig.json", "{\n  // comment\n  \"spec\": {\"privileged\": true}\n}\n"),
        ("data.bin", "\0"),
        ("hidden.txt", "spec: {privileged: true}\n"),
    ]);
    let link = |target: &str| Entry { mode: Mode::Link, ..Entry::file(target.as_bytes()) };
    let path = |it: &str| RepoPath::parse(it).unwrap();
    tree.insert(path("k8s/linked.yaml"), link("../hidden.txt"));
    tree.insert(path("Dockerfile"), link("/etc/passwd"));
    tree.insert(path("circle.yaml"), link("circle.yaml"));
    tree.insert(path("wide.yaml"), Entry::file(*b"\xff\xfea\0:\0 \0"));
    let found = found(&docket(&[POLICY]), PlanInput::default(), (&tree, &tree));
    insta::assert_debug_snapshot!(found);
}

#[test]
fn rules_over_plans_see_answers_files_and_changes() {
    let token = format!("{}_{}", "ghp", "a1".repeat(18));
    let after = tree(&[
        ("flagstone.yaml", "name: x\nregion: us\n"),
        ("README.md", "TODO\n"),
        ("src/lib.rs", "TODO\n"),
        ("ci.yaml", "on: push\n"),
        ("k.txt", &format!("a\n{token}\n")),
    ]);
    let before = tree(&[("old.txt", "")]);
    let parameters = Value::map([("region", Value::from("us"))]);
    let service = Service { name: "x".to_owned(), ..Service::default() };
    let input = PlanInput { parameters, service, ..PlanInput::default() };
    insta::assert_debug_snapshot!(found(&docket(&[PLAN]), input, (&after, &before)));
}

#[test]
fn a_module_may_say_into_which_files_its_rules_look() {
    let module = |above: &str, rule: &str| {
        format!(
            "# METADATA\n# custom: {{{above}}}\npackage flagstone.plan\n\n{rule} contains path if {{\n\tfile := input.files[_]\n\tpath := file.path\n\tfile.parsed.on == \"push\"\n}}\n"
        )
    };
    let (one, every) = (module("parsed: [\"ci/*\"]", "deny_a"), module("id: x", "deny_b"));
    let tree = tree(&[
        ("ci/a.yaml", "on: push\n"),
        ("ci/d/b.yaml", "on: push\n"),
        ("c.yaml", "on: push\n"),
    ]);
    let seen = |policies: &[&str]| {
        let found = found(&docket(policies), PlanInput::default(), (&tree, &Tree::new()));
        found.iter().filter(|it| !it.starts_with("unread-file")).count()
    };
    assert_eq!(seen(&[&one]), 1);
    assert_eq!(seen(&[&every]), 3);
    // Whoever hands a file on may look into it, in whatever words.
    let spelt = "package flagstone.plan\n\ndeny_d contains path if {\n\tfile := input.files[_]\n\tpath := file.path\n\tfile[\"pa\\u0072sed\"].on == \"push\"\n}\n";
    assert_eq!(seen(&[spelt]), 3);
    let helper = "package lib\n\nhas(file) if file.parsed.on == \"push\"\n";
    let asking = "package flagstone.plan\n\ndeny_e contains path if {\n\tfile := input.files[_]\n\tpath := file.path\n\tdata.lib.has(file)\n}\n";
    assert_eq!(seen(&[helper, asking]), 3);
    // The very last words of a module, too.
    let last = "package flagstone.plan\n\ndeny_f contains \"x\" if has_any\n\nhas_any if {\n\tv := all[_]\n\tv.parsed.on == \"push\"\n}\n\nall := input.files";
    assert_eq!(seen(&[last]), 1);
    // What one module sees the others see.
    assert_eq!(seen(&[&one, &every]), 6);
}

#[test]
fn an_answer_is_judged_by_the_rules_over_it_alone() {
    let docket = docket(&[PLAN]);
    assert!(docket.judges_answer("region") && !docket.judges_answer("name"));
    let region = |it: &str| PlanInput {
        parameters: Value::map([("region", Value::from(it))]),
        ..PlanInput::default()
    };
    let verdict = judge(&docket.question(&region("us"), 0));
    assert_eq!(docket.against("region", &verdict).unwrap().rule, "P1");
    assert_eq!(docket.against("name", &verdict), None);
    let verdict = judge(&docket.question(&region("eu"), 0));
    assert_eq!(docket.against("region", &verdict), None);
}

#[test]
fn a_bundle_is_what_is_named_and_what_is_named_must_be_there() {
    let files = tree(&[
        ("policies/a.rego", "package a\n"),
        ("policies/a_test.rego", "package a_test\n"),
        ("policies/data.yaml", "regions: [eu]\n"),
        ("more.json", r#"{"teams": ["a"], "x": 1}"#),
        ("empty/README.md", ""),
    ]);
    let sources = |policies: &[&str], data: &[&str]| {
        let paths = |it: &[&str]| it.iter().map(|it| RepoPath::parse(it).unwrap()).collect();
        Sources { policies: paths(policies), data: paths(data) }
    };
    let inherited = Value::map([("x", Value::from("catalog's"))]);
    let label = |file: &str| format!("cat:{file}");
    let read = |sources: &Sources| bundle("t".to_owned(), (sources, &files), &label, &inherited);
    let good = read(&sources(&["policies", "policies/a.rego"], &["policies/data.yaml"])).unwrap();
    let paths: Vec<_> = good.sources.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["cat:policies/a.rego"]);
    assert_eq!(good.data.to_json(), r#"{"x":"catalog's","regions":["eu"]}"#);
    let bad = read(&sources(&["empty", "nowhere"], &["more.json", "none.yaml"])).unwrap_err();
    let said: Vec<_> = bad.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
    insta::assert_debug_snapshot!(said);
    let folder = read(&sources(&[], &["policies"])).unwrap_err();
    assert_eq!(folder[0].help.as_deref(), Some("name its files: `policies/data.yaml`"));
}

#[test]
fn an_opa_bundle_that_is_named_is_its_policies_and_its_data() {
    let fixture = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/policy/bundles");
        #[expect(clippy::disallowed_methods, reason = "a test reads its case")]
        Entry::file(std::fs::read(format!("{folder}/{name}")).unwrap())
    };
    let path = |text: &str| RepoPath::parse(text).unwrap();
    let mut files = Tree::new();
    files.insert(path("p/acme.tar.gz"), fixture("none.tar.gz"));
    files.insert(path("p/signed.tar.gz"), fixture("ES256.tar.gz"));
    files.insert(path("p/broken.tar.gz"), Entry::file(&b"no archive"[..]));
    let read = |named: &str| {
        let sources = Sources { policies: vec![path(named)], data: Vec::new() };
        bundle("t".to_owned(), (&sources, &files), &|file| format!("cat:{file}"), &Value::Null)
    };
    let good = read("p/acme.tar.gz").unwrap();
    assert_eq!(good.sources[0].path, "cat:p/acme.tar.gz/bundle/acme/main.rego");
    assert!(good.data.at(["limits", "tags"]).is_some());
    let wrong = |named| read(named).unwrap_err().remove(0).message;
    assert!(wrong("p/signed.tar.gz").contains("it is signed, and no key is given"));
    assert_eq!(wrong("p/broken.tar.gz"), "the bundle `cat:p/broken.tar.gz` can't be read");
    assert_eq!(wrong("p/none.tar.gz"), "there is no bundle at `cat:p/none.tar.gz`");
}
