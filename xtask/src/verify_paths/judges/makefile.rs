//! Our own check that every path has the same verbs (BLD3).

use anyhow::Result;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

const FILE: &str = "Makefile";

pub(super) const JUDGE: Judge = Judge {
    name: "Makefile verbs",
    tool: "our own",
    on: "targets",
    expects: |_| true,
    judge,
    canary: (&[(FILE, "setup:\n\ttrue\nbuild test:\n\ttrue\n")], "no-verb"),
};

/// What each path has.
const VERBS: &[&str] = &["setup", "build", "test", "lint", "run", "image"];

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    let text = subject.text(FILE)?;
    let rules = text.lines().filter(|line| !line.starts_with(['\t', '#', '.', ' ']));
    let targets: Vec<&str> = rules
        .filter_map(|line| line.split_once(':').filter(|(_, rest)| !rest.starts_with('=')))
        .flat_map(|(targets, _)| targets.split_whitespace())
        .collect();
    verdict.items = targets.len();
    let mut wanted = VERBS.to_vec();
    if subject.has_layer("kubernetes", 1) {
        wanted.push("manifests");
    }
    if subject.has_layer("observability", 1) {
        wanted.push("rules");
    }
    for verb in wanted.into_iter().filter(|verb| !targets.contains(verb)) {
        verdict.find("no-verb", FILE, format!("there is no `make {verb}`"));
    }
    Ok(verdict)
}
