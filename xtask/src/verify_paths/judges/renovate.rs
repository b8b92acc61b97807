//! Our own check that Renovate leaves managed files alone: a new version of the golden path changes
//! them, and a pull request of Renovate would only make them differ.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

const FILE: &str = "renovate.json";

pub(super) const JUDGE: Judge = Judge {
    name: "Renovate ignores",
    tool: "our own, by flagstone.lock",
    on: "managed files",
    expects: |subject| subject.has_layer("supply-chain", 1),
    judge,
    canary: (
        &[
            (FILE, "{\"ignorePaths\": [\"deploy/**\"]}"),
            ("Dockerfile", "FROM scratch\n"),
            ("flagstone.lock", "files: [{path: Dockerfile, own: managed}]\n"),
        ],
        "updated",
    ),
};

/// Files that a manager of Renovate would look at, by its default patterns; pre-commit is off by default,
/// and stands here because one word switches it on.
const UPDATED: &[&str] = &[
    "**/{Dockerfile,Containerfile}*",
    "**/*{compose,docker-compose}*.{yml,yaml}",
    "**/.devcontainer/**",
    ".github/workflows/**",
    "**/action.{yml,yaml}",
    "**/.gitlab-ci.{yml,yaml}",
    "**/.pre-commit-config.{yml,yaml}",
    "**/kustomization.{yml,yaml}",
    "**/.node-version",
    "**/.nvmrc",
    "**/.python-version",
    "**/rust-toolchain*",
    "**/{Cargo.toml,package.json,pyproject.toml,go.mod,pom.xml}",
    "**/requirements*.txt",
];

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    let configuration: Value = serde_json::from_str(&subject.text(FILE)?).context(FILE)?;
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(|it| Some(it.as_str()?.to_string())).collect()
    };
    let mut ignored = texts(&configuration["ignorePaths"]);
    for rule in configuration["packageRules"].as_array().into_iter().flatten() {
        if rule["enabled"].as_bool() == Some(false) {
            ignored.extend(texts(&rule["matchFileNames"]));
        }
    }
    for file in subject.managed() {
        verdict.items += 1;
        let is_updated = UPDATED.iter().any(|pattern| glob(pattern, file));
        if is_updated && !ignored.iter().any(|pattern| glob(pattern, file)) {
            verdict.find(
                "updated",
                file,
                "is managed by the golden path, and Renovate would change it",
            );
        }
    }
    Ok(verdict)
}

/// Whether a glob of `*`, `**` and `{a,b}` takes a file.
pub(super) fn glob(pattern: &str, file: &str) -> bool {
    if let Some((before, rest)) = pattern.split_once('{')
        && let Some((choices, after)) = rest.split_once('}')
    {
        return choices.split(',').any(|choice| glob(&format!("{before}{choice}{after}"), file));
    }
    match pattern.split_once('*') {
        None => pattern == file,
        Some((before, rest)) => {
            let Some(tail) = file.strip_prefix(before) else { return false };
            let (rest, is_deep) = rest.strip_prefix('*').map_or((rest, false), |rest| (rest, true));
            // `**/` takes no folder as well.
            if is_deep && rest.strip_prefix('/').is_some_and(|rest| glob(rest, tail)) {
                return true;
            }
            let ends = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
            let mut ends =
                ends.take_while(|at| is_deep || !tail.get(..*at).unwrap_or_default().contains('/'));
            ends.any(|at| tail.get(at..).is_some_and(|tail| glob(rest, tail)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_take_folders_and_choices() {
        for (pattern, file) in [
            ("deploy/**", "deploy/base/a.yaml"),
            ("**/Dockerfile", "Dockerfile"),
            ("**/Dockerfile", "a/b/Dockerfile"),
            (".github/workflows/{ci,release}.yml", ".github/workflows/release.yml"),
            ("*.md", "a.md"),
        ] {
            assert!(glob(pattern, file), "{pattern} {file}");
        }
        for (pattern, file) in [("*.md", "a/b.md"), ("deploy/*", "deploy/a/b"), ("a", "ab")] {
            assert!(!glob(pattern, file), "{pattern} {file}");
        }
    }
}
