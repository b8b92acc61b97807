//! The judges that look for secrets, on every tracked file.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    Judge,
    subject::Subject,
    tools::Tools,
    verdict::Verdict,
    workflows::{list, text},
};

pub(super) const DETECT_SECRETS: Judge = Judge {
    name: "detect-secrets",
    tool: "detect-secrets 1.5.0",
    on: "tracked files",
    expects: |_| true,
    judge: detect_secrets,
    // Made up, of the form that its maker documents.
    canary: (&[("canary.txt", concat!("key = AKIA", "QYLPMN5HFIQR7XYA\n"))], "AWS Access Key"),
};

fn detect_secrets(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let files: Vec<&str> = subject.files.iter().map(String::as_str).collect();
    let mut verdict = Verdict::of(files.len());
    let arguments = [&["--json"][..], &files].concat();
    let output = tools.judge("detect-secrets-hook", &subject.folder, &arguments, &[0, 1])?;
    if !output.stdout.is_empty() {
        let said: Value = serde_json::from_slice(&output.stdout).context("detect-secrets")?;
        for (file, found) in said["results"].as_object().into_iter().flatten() {
            for secret in found.as_array().into_iter().flatten() {
                verdict.find(
                    text(&secret["type"]),
                    file,
                    format!("line {}", secret["line_number"]),
                );
            }
        }
    }
    for file in files {
        let lines = subject.text(file).unwrap_or_default();
        for _ in lines.lines().filter(|line| line.contains("pragma: allowlist")) {
            verdict.find("allowed-inline", file, "a comment hides a line from the judge");
        }
    }
    Ok(verdict)
}

pub(super) const SECRETLINT: Judge = Judge {
    name: "secretlint",
    tool: "secretlint 13.0.6, recommended rules",
    on: "tracked files",
    expects: |_| true,
    judge: secretlint,
    canary: (
        &[("canary.txt", concat!("token = ghp", "_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n"))],
        "@secretlint/secretlint-rule-github",
    ),
};

fn secretlint(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    const RULES: &str = r#"{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}"#;
    let mut verdict = Verdict::default();
    let files: Vec<&str> = subject.files.iter().map(String::as_str).collect();
    if files.is_empty() {
        return Ok(verdict);
    }
    let main = tools.script("node_modules/secretlint/bin/secretlint.js");
    let flags = ["--secretlintrcJSON", RULES, "--format", "json", "--no-glob", "--no-gitignore"];
    let main = main.to_str().context("a path that is no text")?;
    let arguments = [&[main][..], &flags, &files].concat();
    let output = tools.judge("node", &subject.folder, &arguments, &[0, 1])?;
    for file in list(&output.stdout)? {
        verdict.items += 1;
        let path = text(&file["filePath"]);
        let place = path.rsplit_once(&*subject.folder.to_string_lossy()).map_or(&*path, |it| it.1);
        for message in file["messages"].as_array().into_iter().flatten() {
            let line = &message["loc"]["start"]["line"];
            let says = format!("line {line}: {}", text(&message["message"]));
            verdict.find(text(&message["ruleId"]), place.trim_start_matches('/'), says);
        }
    }
    Ok(verdict)
}
