//! Our own check of what workflows hand to actions: actionlint knows the inputs of a tag, not those of a
//! commit.
//!
//! `xtask/judges/actions.yaml` holds the inputs of each pinned action.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_yaml::Value;

use super::{
    Judge,
    subject::Subject,
    tools::Tools,
    verdict::Verdict,
    workflows::{WORKFLOWS, expected},
};
use crate::workspace;

pub(super) const JUDGE: Judge = Judge {
    name: "action inputs",
    tool: "our own, by `xtask/judges/actions.yaml`",
    on: "steps that use an action",
    expects: expected,
    judge,
    canary: (
        &[(
            ".github/workflows/canary.yml",
            "on: push\njobs:\n  canary:\n    steps:\n      - uses: \
             actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        \
             with: {persist-credentialz: false}\n",
        )],
        "unknown-input",
    ),
};

/// What is known of one action.
struct Action {
    commit: String,
    tag: String,
    inputs: Vec<String>,
    required: Vec<String>,
}

fn known() -> Result<BTreeMap<String, Action>> {
    let file = workspace::root().join("xtask/judges/actions.yaml");
    let read: Value = serde_yaml::from_str(&workspace::read(&file)?)?;
    let mut known = BTreeMap::new();
    for (name, action) in read.as_mapping().context("actions.yaml is no map")? {
        let text = |key: &str| action[key].as_str().unwrap_or_default().to_string();
        let texts = |key: &str| -> Vec<String> {
            let list = action[key].as_sequence().into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_string).collect()
        };
        let (inputs, required) = (texts("inputs"), texts("required"));
        let action = Action { commit: text("commit"), tag: text("tag"), inputs, required };
        known.insert(name.as_str().context("an action without a name")?.to_string(), action);
    }
    Ok(known)
}

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let known = known()?;
    let mut verdict = Verdict::default();
    for file in subject.matching(WORKFLOWS) {
        let text = subject.text(file)?;
        for document in subject.yaml(file)? {
            let jobs = document["jobs"].as_mapping().into_iter().flatten();
            let steps = jobs.flat_map(|(_, job)| job["steps"].as_sequence().into_iter().flatten());
            for step in steps {
                let Some(uses) = step["uses"].as_str() else { continue };
                verdict.items += 1;
                step_of(&known, (file, &text), uses, &step["with"], &mut verdict);
            }
        }
    }
    Ok(verdict)
}

fn step_of(
    known: &BTreeMap<String, Action>,
    (file, text): (&str, &str),
    uses: &str,
    with: &Value,
    verdict: &mut Verdict,
) {
    let Some((name, commit)) = uses.split_once('@') else {
        verdict.find("no-version", file, format!("`{uses}` names no commit"));
        return;
    };
    let Some(action) = known.get(name) else {
        verdict.find("unknown-action", file, format!("nobody read the inputs of `{name}`"));
        return;
    };
    if commit != action.commit {
        verdict.find("another-commit", file, format!("`{uses}` is not the commit that was read"));
    }
    if !text.contains(&format!("{uses} # {}", action.tag)) {
        verdict.find("another-tag", file, format!("`{uses}` is not said to be {}", action.tag));
    }
    let given: Vec<&str> =
        with.as_mapping().into_iter().flatten().filter_map(|(key, _)| key.as_str()).collect();
    for input in &given {
        if !action.inputs.iter().any(|it| it == input) {
            verdict.find("unknown-input", file, format!("`{name}` has no input `{input}`"));
        }
    }
    for input in &action.required {
        if !given.contains(&input.as_str()) {
            verdict.find("missing-input", file, format!("`{name}` needs the input `{input}`"));
        }
    }
}
