//! What programs read is in the documentation: every field of every document, every reason.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::{
    drifting::service,
    upgrade::story::{State, Story},
};

const BASE: &str = "1\n2\n3\n4\n5\n";

/// Everything in backticks of the section on JSON, word by word.
fn documented() -> BTreeSet<String> {
    let page =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md")).unwrap();
    let section = page.split_once("### JSON").unwrap().1.split_once("\n## ").unwrap().0;
    let spans = section.split('`').skip(1).step_by(2);
    spans.flat_map(str::split_whitespace).map(|word| word.replace('"', "")).collect()
}

/// The names of all fields; what is below these is the user's.
fn fields(value: &Value, found: &mut BTreeSet<String>) {
    const THE_USERS: [&str; 5] = ["before", "after", "value", "default", "schema"];
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                found.insert(name.clone());
                if !THE_USERS.contains(&name.as_str()) {
                    fields(value, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| fields(it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[track_caller]
fn is_documented(document: &Value) {
    assert_eq!(document["format"], 1, "{document}");
    let mut found = BTreeSet::new();
    fields(document, &mut found);
    found.remove("format");
    let documented = documented();
    let missing: Vec<_> = found.difference(&documented).collect();
    assert!(missing.is_empty(), "docs/commands.md does not name {missing:?} of {document}");
}

#[test]
fn every_field_of_the_documents_of_an_upgrade_is_documented() {
    let theirs = [("a.txt", "theirs\n2\n3\n4\n5\n"), ("b.txt", "b\n")];
    let story = Story::new(&[("a.txt", BASE)], &theirs).edits("a.txt", "ours\n2\n3\n4\n5\n");
    let before: State = story.state();
    for command in [&["upgrade", "--to", "2.0.0", "--dry-run"][..], &["apply"], &["upgrade"]] {
        is_documented(&story.runs(command).json);
    }
    let conflicts = story.upgrades();
    assert_eq!(conflicts.json["state"], "conflicts");
    is_documented(&conflicts.json);
    is_documented(&story.runs(&["upgrade", "--continue"]).json);
    let aborted = story.runs(&["upgrade", "--abort"]);
    assert!(aborted.json["commit"].is_null(), "{}", aborted.json);
    is_documented(&aborted.json);
    assert_eq!(story.state(), before);
    let clean = story.runs(&["upgrade", "--to", "2.0.0", "--on-conflict", "theirs"]);
    assert_eq!(clean.json["state"], "committed");
    is_documented(&clean.json);
}

#[test]
fn every_field_of_the_document_of_path_test_is_documented() {
    let sandbox = crate::path_test::author();
    for arguments in [&["path", "test"][..], &["path", "test", "--accept"]] {
        let arguments = arguments.iter().copied().chain(["--format", "json"]);
        let told = sandbox.run_in("catalog", arguments);
        let (_, json) = told.split_once("--- stdout\n").unwrap();
        let (json, _) = json.split_once("\n--- stderr").unwrap();
        is_documented(&serde_json::from_str(json).unwrap());
    }
}

#[test]
fn every_field_of_the_documents_about_a_service_is_documented() {
    let sandbox = service();
    sandbox.edit(".github/ci.yml", "on: never\n");
    let commands: [&[&str]; 7] = [
        &["check"],
        &["diff"],
        &["diff", "--stat"],
        &["why", "README.md"],
        &["why", "flagstone.lock"],
        &["why", "nothing"],
        &["restore", "README.md"],
    ];
    for command in commands {
        let told = sandbox.of_service(command.iter().copied().chain(["--format", "json"]));
        let (_, json) = told.split_once("--- stdout\n").unwrap();
        let (json, _) = json.split_once("\n--- stderr").unwrap();
        is_documented(
            &serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {told}")),
        );
    }
}

#[test]
fn every_field_of_the_documents_about_golden_paths_is_documented() {
    let sandbox = service();
    let commands: [&[&str]; 4] = [
        &["inputs", "svc"],
        &["catalog", "search", "service"],
        &["catalog", "list"],
        &["catalog", "show", "svc"],
    ];
    for command in commands {
        let more = ["--catalog", "catalog", "--format", "json"];
        let told = sandbox.run(command.iter().copied().chain(more));
        let (_, json) = told.split_once("--- stdout\n").unwrap();
        let (json, _) = json.split_once("\n--- stderr").unwrap();
        is_documented(&serde_json::from_str(json).unwrap());
    }
}

#[test]
fn every_field_of_the_document_of_policy_eval_is_documented() {
    let policy = "package main\ndeny contains {\"msg\": \"x\"} if true\n\
        # METADATA\n# custom: {needs: [data.x]}\nwarn contains \"y\" if true\n";
    let sandbox =
        crate::sandbox::Sandbox::new().file("policies/a.rego", policy).file("a.json", "{}");
    let told = sandbox.run(["policy", "eval", "--input", "a.json", "--format", "json"]);
    let (_, json) = told.split_once("--- stdout\n").unwrap();
    let (json, _) = json.split_once("\n--- stderr").unwrap();
    is_documented(&serde_json::from_str(json).unwrap());
}
