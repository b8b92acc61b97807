//! The judges of files that have a published schema: check-jsonschema with the schemas that it carries,
//! spectral for the service's interface.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    Judge,
    subject::Subject,
    tools::Tools,
    verdict::Verdict,
    workflows::{self, list, text},
};
use crate::workspace;

const TOOL: &str = "check-jsonschema 0.39.0";

pub(super) const WORKFLOWS: Judge = Judge {
    name: "schema: workflows",
    tool: TOOL,
    on: "workflows",
    expects: workflows::expected,
    judge: |subject, tools| {
        by(subject, tools, workflows::WORKFLOWS, &["--builtin-schema", "vendor.github-workflows"])
    },
    canary: (
        &[(".github/workflows/canary.yml", "on: push\njobs:\n  canary:\n    runs: ubuntu-24.04\n")],
        "schema",
    ),
};

pub(super) const TIMEOUTS: Judge = Judge {
    name: "schema: timeouts",
    tool: TOOL,
    on: "workflows, each job of which has a time limit",
    expects: workflows::expected,
    judge: |subject, tools| {
        let schema = ["--builtin-schema", "custom.github-workflows-require-timeout"];
        by(subject, tools, workflows::WORKFLOWS, &schema)
    },
    canary: (
        &[(
            ".github/workflows/canary.yml",
            "on: push\njobs:\n  canary:\n    runs-on: ubuntu-24.04\n    steps: [{run: 'true'}]\n",
        )],
        "schema",
    ),
};

pub(super) const GITLAB: Judge = Judge {
    name: "schema: GitLab",
    tool: TOOL,
    on: "pipelines",
    expects: |subject| subject.has_layer("ci-gitlab", 1),
    judge: |subject, tools| {
        let transform = ["--data-transform", "gitlab-ci", "--regex-variant", "python"];
        let schema = ["--builtin-schema", "vendor.gitlab-ci"];
        by(subject, tools, &[".gitlab-ci.yml"], &[&schema[..], &transform].concat())
    },
    // `image` is a word of GitLab's own, no job.
    canary: (&[(".gitlab-ci.yml", "image:\n  stage: build\n  script: [make]\n")], "schema"),
};

pub(super) const RENOVATE: Judge = Judge {
    name: "schema: Renovate",
    tool: TOOL,
    on: "configurations",
    expects: |subject| subject.has_layer("supply-chain", 1),
    judge: |subject, tools| {
        by(subject, tools, &["renovate.json"], &["--builtin-schema", "vendor.renovate"])
    },
    canary: (&[("renovate.json", "{\"ignorePaths\": \"deploy/**\"}")], "schema"),
};

pub(super) const DEPENDABOT: Judge = Judge {
    name: "schema: Dependabot",
    tool: TOOL,
    on: "configurations",
    expects: |subject| subject.has(".github/dependabot.yml"),
    judge: |subject, tools| {
        by(subject, tools, &[".github/dependabot.yml"], &["--builtin-schema", "vendor.dependabot"])
    },
    canary: (&[(".github/dependabot.yml", "version: 2\nupdates: [{directory: /}]\n")], "schema"),
};

pub(super) const COMPOSE: Judge = Judge {
    name: "schema: compose",
    tool: TOOL,
    on: "compose files",
    expects: |subject| subject.has("compose.yaml"),
    judge: |subject, tools| {
        let files = ["compose.yaml", "*/compose.yaml"];
        by(subject, tools, &files, &["--builtin-schema", "vendor.compose-spec"])
    },
    canary: (&[("compose.yaml", "services: {canary: {imagine: postgres}}\n")], "schema"),
};

fn by(subject: &Subject, tools: &Tools, patterns: &[&str], schema: &[&str]) -> Result<Verdict> {
    let files = subject.matching(patterns);
    if files.is_empty() {
        return Ok(Verdict::default());
    }
    let arguments = [&["--verbose", "--output-format", "json"][..], schema, &files].concat();
    let output = tools.judge("check-jsonschema", &subject.folder, &arguments, &[0, 1])?;
    let said: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("check-jsonschema: {}", String::from_utf8_lossy(&output.stderr).trim())
    })?;
    // What it read is in one list where all is well, and in three where something is not.
    let listed = ["checked_paths", "successes"].into_iter().flat_map(|key| said[key].as_array());
    let mut checked: BTreeSet<String> = listed.flatten().map(text).collect();
    let faulty = ["errors", "parse_errors"].into_iter().flat_map(|key| said[key].as_array());
    checked.extend(faulty.flatten().map(|it| text(&it["filename"])));
    let checked = checked.len();
    let mut verdict = Verdict::of(checked);
    if checked < files.len() {
        verdict.find("not-read", files.join(" "), format!("it read {checked} files"));
    }
    for error in said["errors"].as_array().into_iter().flatten() {
        let says = format!("{}: {}", text(&error["path"]), text(&error["message"]));
        verdict.find("schema", text(&error["filename"]), says);
    }
    for error in said["parse_errors"].as_array().into_iter().flatten() {
        verdict.find("not-read", text(&error["filename"]), text(&error["message"]));
    }
    Ok(verdict)
}

pub(super) const OPENAPI: Judge = Judge {
    name: "spectral",
    tool: "@stoplight/spectral-cli 6.16.3, `spectral:oas`",
    on: "operations of the committed OpenAPI document",
    expects: |subject| subject.has("openapi.json"),
    judge: spectral,
    canary: (
        &[(
            "openapi.json",
            "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"x\", \"version\": \"1\"}, \
             \"paths\": {\"/x\": {\"get\": {\"operationId\": \"x\"}}}}",
        )],
        "oas3-api-servers",
    ),
};

fn spectral(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    const DOCUMENT: &str = "openapi.json";
    if !subject.has(DOCUMENT) {
        return Ok(Verdict::default());
    }
    let document: Value = serde_json::from_str(&subject.text(DOCUMENT)?)?;
    let paths = document["paths"].as_object().into_iter().flatten();
    let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let operations = |(_, path): (&String, &Value)| {
        methods.iter().filter(|method| path.get(method).is_some()).count()
    };
    let mut verdict = Verdict::of(paths.map(operations).sum());
    let ruleset = workspace::root().join("xtask/judges/spectral.yaml");
    let ruleset = ruleset.to_str().context("a path that is no text")?;
    let arguments =
        ["lint", DOCUMENT, "--ruleset", ruleset, "--fail-severity", "hint", "--format", "json"];
    let output = tools.judge("spectral", &subject.folder, &arguments, &[0, 1])?;
    // Without a finding it adds a line that is no JSON.
    let said = String::from_utf8_lossy(&output.stdout);
    let end = said.rfind(']').map_or(said.len(), |at| at + 1);
    for finding in list(said.get(..end).unwrap_or_default().as_bytes())? {
        let path = finding["path"].as_array().into_iter().flatten();
        let path: Vec<String> =
            path.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_string)).collect();
        let says = format!("{}: {}", path.join(" "), text(&finding["message"]));
        verdict.find(text(&finding["code"]), DOCUMENT, says);
    }
    Ok(verdict)
}
