//! Our own check of CODEOWNERS: every line is read by the forge, or silently by nobody.

use anyhow::Result;

use super::{Judge, renovate::glob, subject::Subject, tools::Tools, verdict::Verdict};

const FILE: &str = "CODEOWNERS";

pub(super) const JUDGE: Judge = Judge {
    name: "CODEOWNERS",
    tool: "our own",
    on: "rules",
    expects: |subject| subject.has_layer("ownership", 1),
    judge,
    canary: (&[(FILE, "* @acme/orders\n/nowhere/ @acme/platform\n")], "no-file"),
};

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    let mut first = None;
    for line in subject.text(FILE)?.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        verdict.items += 1;
        let mut words = line.split_whitespace();
        let pattern = words.next().unwrap_or_default();
        first.get_or_insert_with(|| pattern.to_string());
        let owners: Vec<&str> = words.collect();
        if owners.is_empty() {
            verdict.find("no-owner", FILE, format!("`{pattern}` belongs to nobody"));
        }
        for owner in owners.into_iter().filter(|owner| !is_owner(owner)) {
            verdict.find(
                "owner",
                FILE,
                format!("`{owner}` is no @user, @organization/team or address"),
            );
        }
        if pattern.starts_with('!') || pattern.contains(['[', ']']) {
            verdict.find("pattern", FILE, format!("`{pattern}`: a forge does not know this form"));
        } else if !subject.files.iter().any(|file| owns(pattern, file)) {
            verdict.find("no-file", FILE, format!("`{pattern}` owns no file"));
        }
    }
    if verdict.items > 0 && first.as_deref() != Some("*") {
        verdict.find("order", FILE, "the last rule that fits decides, so `*` must come first");
    }
    Ok(verdict)
}

/// Whether a pattern, as gitignore writes it, takes a file.
fn owns(pattern: &str, file: &str) -> bool {
    let is_anchored = pattern.trim_end_matches('/').contains('/');
    let inner = pattern.trim_start_matches('/');
    let base = if is_anchored { inner.to_string() } else { format!("**/{inner}") };
    let within = format!("{}/**", base.trim_end_matches('/'));
    (!pattern.ends_with('/') && glob(&base, file)) || glob(&within, file)
}

fn is_owner(word: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    match word.strip_prefix('@') {
        Some(name) => name.split('/').all(is_name) && name.matches('/').count() <= 3,
        None => {
            word.split_once('@').is_some_and(|(user, host)| is_name(user) && host.contains('.'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_owns_what_gitignore_would_take() {
        for (pattern, file) in [
            ("*", "a/b.rs"),
            ("/docs/", "docs/a/b.md"),
            ("*.md", "docs/a.md"),
            ("/.github/workflows/*.yml", ".github/workflows/ci.yml"),
            ("Dockerfile", "Dockerfile"),
        ] {
            assert!(owns(pattern, file), "{pattern} {file}");
        }
        for (pattern, file) in [("/docs/", "src/docs/a"), ("/a.md", "docs/a.md")] {
            assert!(!owns(pattern, file), "{pattern} {file}");
        }
    }

    #[test]
    fn an_owner_is_a_user_a_team_or_an_address() {
        assert!(["@a", "@a/b", "@a/b/c", "a@b.org"].into_iter().all(is_owner));
        assert!(!["a", "@", "@a b", "@a/", "a@b"].into_iter().any(is_owner));
    }
}
