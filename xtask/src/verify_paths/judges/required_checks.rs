//! Our own check that the branch's protection asks for a check that exists and waits for every job.
//!
//! A required check that no job reports blocks every change; a job that it does not wait for protects
//! nothing.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::Value as Json;
use serde_yaml::Value;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict, workflows::WORKFLOWS};

const FILE: &str = ".github/rulesets/main.json";

pub(super) const JUDGE: Judge = Judge {
    name: "required checks",
    tool: "our own",
    on: "jobs of the workflows that report a required check",
    expects: |subject| subject.has(FILE),
    judge,
    canary: (
        &[
            (
                FILE,
                "{\"rules\": [{\"type\": \"required_status_checks\", \"parameters\": \
                 {\"required_status_checks\": [{\"context\": \"Required\"}]}}]}",
            ),
            (
                ".github/workflows/ci.yml",
                "on: pull_request\njobs:\n  lint: {name: Lint}\n  test: {name: Test}\n  \
                 required: {name: Required, if: always(), needs: [lint]}\n",
            ),
        ],
        "not-waited-for",
    ),
};

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    let ruleset: Json = serde_json::from_str(&subject.text(FILE)?).context(FILE)?;
    let rules = ruleset["rules"].as_array().into_iter().flatten();
    let checks: Vec<&str> = rules
        .flat_map(|rule| rule["parameters"]["required_status_checks"].as_array())
        .flatten()
        .filter_map(|check| check["context"].as_str())
        .collect();
    if checks.is_empty() {
        verdict.items = 1;
        verdict.find("no-check", FILE, "a change needs no check at all");
    }
    for check in checks {
        let mut is_reported = false;
        for file in subject.matching(WORKFLOWS) {
            for workflow in subject.yaml(file)? {
                if let Some(required) = reports(&workflow, check) {
                    is_reported = true;
                    jobs(&workflow, required, file, &mut verdict);
                }
            }
        }
        if !is_reported {
            verdict.items += 1;
            verdict.find("no-job", FILE, format!("no job on pull requests is called `{check}`"));
        }
    }
    Ok(verdict)
}

/// The id of the job that reports a check on pull requests.
fn reports<'a>(workflow: &'a Value, check: &str) -> Option<&'a str> {
    let on = &workflow["on"];
    let is_on = match on {
        Value::String(it) => it == "pull_request",
        Value::Sequence(list) => list.iter().any(|it| it.as_str() == Some("pull_request")),
        other => other.as_mapping().is_some_and(|map| map.contains_key("pull_request")),
    };
    let mut jobs = workflow["jobs"].as_mapping().into_iter().flatten();
    let (id, _) = jobs.find(|(id, job)| job["name"].as_str().or(id.as_str()) == Some(check))?;
    id.as_str().filter(|_| is_on)
}

fn jobs(workflow: &Value, required: &str, file: &str, verdict: &mut Verdict) {
    let job = &workflow["jobs"][required];
    let needs: BTreeSet<&str> = match &job["needs"] {
        Value::String(it) => BTreeSet::from([it.as_str()]),
        other => other.as_sequence().into_iter().flatten().filter_map(Value::as_str).collect(),
    };
    if !job["if"].as_str().is_some_and(|it| it.contains("always()") || it.contains("!cancelled()"))
    {
        verdict.find(
            "skipped",
            file,
            format!("`{required}` is skipped where a job fails, and that passes"),
        );
    }
    for (id, _) in workflow["jobs"].as_mapping().into_iter().flatten() {
        verdict.items += 1;
        let id = id.as_str().unwrap_or_default();
        if id != required && !needs.contains(id) {
            verdict.find("not-waited-for", file, format!("`{required}` does not wait for `{id}`"));
        }
    }
}
