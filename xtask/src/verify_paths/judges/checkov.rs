//! checkov, once for each kind of file that it knows; it never reads the repository's own configuration.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    Judge, kubernetes,
    subject::Subject,
    tools::Tools,
    verdict::Verdict,
    workflows::{self, text},
};

const TOOL: &str = "checkov 3.3.30";

pub(super) const DOCKERFILE: Judge = Judge {
    name: "checkov: Dockerfile",
    tool: TOOL,
    on: "checks of Dockerfiles",
    expects: |subject| subject.has_layer("container", 1),
    judge: |subject, tools| of_files(subject, tools, "dockerfile", &["Dockerfile", "*/Dockerfile"]),
    canary: (&[("Dockerfile", "FROM debian:13\nUSER root\nCMD [\"true\"]\n")], "CKV_DOCKER_8"),
};

pub(super) const WORKFLOWS: Judge = Judge {
    name: "checkov: workflows",
    tool: TOOL,
    on: "checks of workflows",
    expects: workflows::expected,
    judge: |subject, tools| of_files(subject, tools, "github_actions", workflows::WORKFLOWS),
    canary: (
        &[(
            ".github/workflows/canary.yml",
            "on:\n  workflow_dispatch:\n    inputs:\n      x:\n        type: string\n\
             permissions: {}\njobs:\n  canary:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: 'true'\n",
        )],
        "CKV_GHA_7",
    ),
};

pub(super) const GITLAB: Judge = Judge {
    name: "checkov: GitLab",
    tool: TOOL,
    on: "checks of pipelines",
    expects: |subject| subject.has_layer("ci-gitlab", 1),
    judge: |subject, tools| of_files(subject, tools, "gitlab_ci", &[".gitlab-ci.yml"]),
    canary: (
        &[(
            ".gitlab-ci.yml",
            "canary:\n  script:\n    - curl -d \"$CI_JOB_TOKEN\" http://example.com\n",
        )],
        "CKV_GITLABCI_1",
    ),
};

pub(super) const MANIFESTS: Judge = Judge {
    name: "checkov: manifests",
    tool: TOOL,
    on: "checks of built resources",
    expects: kubernetes::expected,
    judge: manifests,
    canary: (
        &[
            ("deploy/overlays/canary/kustomization.yaml", "resources: [pod.yaml]\n"),
            (
                "deploy/overlays/canary/pod.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: canary}\nspec:\n  containers:\n    \
                 - {name: canary, image: \"x:1\", securityContext: {privileged: true}}\n",
            ),
        ],
        "CKV_K8S_16",
    ),
};

fn of_files(
    subject: &Subject,
    tools: &Tools,
    framework: &str,
    patterns: &[&str],
) -> Result<Verdict> {
    let folder = subject.folder.with_extension(format!("checkov-{framework}"));
    let files = subject.matching(patterns);
    for file in &files {
        let copy = folder.join(file);
        fs::create_dir_all(copy.parent().context("a file lies in a folder")?)?;
        fs::write(&copy, known(&subject.text(file)?))?;
    }
    let files: Vec<String> = files.into_iter().map(str::to_string).collect();
    judge(&folder, tools, framework, &files)
}

/// A workflow without what checkov's own schema is too old for. It drops such a file without a word.
fn known(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines() {
        let word = line.trim_start();
        if word.starts_with("attestations: ") {
            continue;
        }
        match line.split_once("cancel-in-progress: ${{") {
            Some((before, _)) => kept.push_str(&format!("{before}cancel-in-progress: true")),
            None => kept.push_str(line),
        }
        kept.push('\n');
    }
    kept
}

fn manifests(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let folder = subject.folder.with_extension("built");
    let written = kubernetes::written(subject, tools)?;
    let files: Vec<String> = written
        .iter()
        .filter_map(|(_, file)| Some(file.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let mut verdict = judge(&folder, tools, "kubernetes", &files)?;
    for finding in &mut verdict.findings {
        let is_at = |file: &Path| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            finding.place.as_ref().is_some_and(|place| place.ends_with(&*name))
        };
        if let Some((overlay, _)) = written.iter().find(|(_, file)| is_at(file)) {
            finding.place = Some(overlay.clone());
        }
    }
    Ok(verdict)
}

fn judge(folder: &Path, tools: &Tools, framework: &str, files: &[String]) -> Result<Verdict> {
    if files.is_empty() {
        return Ok(Verdict::default());
    }
    let flags = ["--directory", ".", "--skip-download", "--compact", "--output", "json"];
    let arguments = [&flags[..], &["--framework", framework]].concat();
    let output = tools.judge("checkov", folder, &arguments, &[0, 1])?;
    let said: Value = serde_json::from_slice(&output.stdout).context("checkov said no JSON")?;
    let said = said.as_array().and_then(|it| it.first()).unwrap_or(&said);
    let summary = if said["summary"].is_null() { said } else { &said["summary"] };
    let count = |key: &str| summary[key].as_u64();
    // It counts resources for some kinds of files only, so the checks that it made are what is counted.
    let made: u64 = ["passed", "failed", "skipped"].into_iter().filter_map(count).sum();
    let mut verdict = Verdict::of(usize::try_from(made)?);
    let results = said["results"].as_object().into_iter().flatten();
    let seen: Vec<String> = results
        .flat_map(|(_, checks)| checks.as_array().into_iter().flatten())
        .map(|check| text(&check["file_path"]).trim_start_matches('/').to_string())
        .collect();
    for file in files.iter().filter(|file| !seen.contains(file)) {
        verdict.find("not-read", file, "checkov made no check of it");
    }
    if count("parsing_errors") != Some(0) {
        bail!("checkov could not read all of {}", files.join(", "));
    }
    // What a comment in the file skips needs an entry in our list as well.
    for (key, how) in [("failed_checks", ""), ("skipped_checks", "skipped in the file: ")] {
        for check in said["results"][key].as_array().into_iter().flatten() {
            let place = text(&check["file_path"]);
            let says = format!("{}: {how}{}", text(&check["resource"]), text(&check["check_name"]));
            verdict.find(text(&check["check_id"]), place.trim_start_matches('/'), says);
        }
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_checkov_is_too_old_for_is_taken_out_and_nothing_else() {
        let text =
            "a:\n  attestations: write # why\n  contents: read\n  cancel-in-progress: ${{ x }}\n";
        assert_eq!(known(text), "a:\n  contents: read\n  cancel-in-progress: true\n");
    }
}
