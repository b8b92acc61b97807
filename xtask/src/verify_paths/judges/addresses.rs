//! Our own check that nothing holds the address of a mirror, a proxy or a registry that is not the
//! public one of its language.

use anyhow::Result;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

pub(super) const JUDGE: Judge = Judge {
    name: "addresses",
    tool: "our own",
    on: "tracked files",
    expects: |_| true,
    judge,
    canary: (
        &[(
            "package-lock.json",
            "{\"packages\": {\"x\": {\n\"resolved\": \"https://npm.example/x.tgz\"\n}}}\n",
        )],
        "registry",
    ),
};

/// The hosts that lock files may name.
const REGISTRIES: &[&str] = &["github.com", "files.pythonhosted.org", "pypi.org"];

/// Words of files that set where packages come from.
const SETTINGS: &[&str] = &[
    "index-url",
    "find-links",
    "replace-with",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "PIP_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
];

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::of(subject.files.len());
    for file in &subject.files {
        if let Ok(text) = subject.text(file) {
            for (rule, says) in faults(file, &text) {
                verdict.find(rule, file, says);
            }
        }
    }
    Ok(verdict)
}

/// What one file holds that it must not.
pub(super) fn faults(file: &str, text: &str) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let name = file.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".j2").unwrap_or(name);
    let is_lock = matches!(name, "Cargo.lock" | "uv.lock");
    for (number, line) in text.lines().enumerate() {
        let at = |says: &str| format!("line {}: {says}", number + 1);
        if name == "package-lock.json" {
            // What it says of a package's makers (`funding`) is no address to fetch from.
            let key = line.trim().split('"').nth(1).unwrap_or_default();
            if key == "resolved" || (key == "version" && line.contains("://")) {
                faults.push(("registry", at("a package's address")));
            }
        }
        for host in hosts(line) {
            if is_lock && !REGISTRIES.contains(&host) {
                faults.push(("registry", at(&format!("`{host}` is no public registry"))));
            }
            let parts: Vec<&str> = host.split('.').collect();
            let is_private =
                ["mirror", "mirrors", "proxy", "artifactory", "nexus", "internal", "corp", "lan"]
                    .iter()
                    .any(|word| parts.contains(word));
            if is_private {
                faults.push(("mirror", at(&format!("`{host}`"))));
            }
        }
        let is_registry = name == ".npmrc" && line.trim_start().starts_with("registry");
        let word = SETTINGS.iter().find(|word| line.contains(*word));
        if let Some(word) = word.or(is_registry.then_some(&"registry")) {
            faults.push(("setting", at(&format!("`{word}`"))));
        }
    }
    faults
}

/// The hosts of the addresses in a line.
fn hosts(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once("://") {
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || ".-_@".contains(c)));
        let host = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
        found.push(host.rsplit('@').next().unwrap_or_default().trim_end_matches('.'));
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::{program, workspace};

    fn rules(file: &str, text: &str) -> Vec<&'static str> {
        faults(file, text).into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn a_lock_names_the_public_registries_and_no_others() {
        let cargo = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert!(rules("Cargo.lock", cargo).is_empty());
        assert_eq!(
            rules("Cargo.lock", &cargo.replace("github.com", "crates.example")),
            ["registry"]
        );
        assert!(
            rules("package-lock.json", "\"funding\": {\n\"url\": \"https://x.dev\"\n}").is_empty()
        );
        assert_eq!(rules("package-lock.json", "\"resolved\": \"https://x.dev/a\""), ["registry"]);
        assert_eq!(
            rules("uv.lock", "{ registry = \"https://pypi.example/simple\" }"),
            ["registry"]
        );
    }

    #[test]
    fn mirrors_and_their_settings_are_found_in_any_file() {
        assert_eq!(rules("README.md", "see https://mirror.example/x"), ["mirror"]);
        assert_eq!(rules(".npmrc", "registry=https://x.example"), ["setting"]);
        assert!(rules("README.md", "see https://example.com/x").is_empty());
    }

    #[test]
    fn nothing_in_the_catalog_holds_such_an_address() {
        let root = workspace::root();
        let mut list = Command::new("git");
        list.current_dir(&root).args(["ls-files", "golden-paths", "xtask/judges", "xtask/ajv"]);
        let files = String::from_utf8(program::must(&mut list).expect("git lists").stdout);
        let files = files.expect("names are texts");
        assert!(files.lines().count() > 50);
        for file in files.lines().filter(|it| !it.ends_with(".snap")) {
            let text = workspace::read(&root.join(file)).expect("it is a text");
            assert_eq!(faults(file, &text), [], "{file}");
        }
    }
}
