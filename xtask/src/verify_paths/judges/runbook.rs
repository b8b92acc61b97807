//! Our own check that each alert's link arrives: the file is there, and the heading that it names.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Judge, prometheus::each_rule, subject::Subject, tools::Tools, verdict::Verdict};

pub(super) const JUDGE: Judge = Judge {
    name: "runbook links",
    tool: "our own",
    on: "alerts",
    expects: |subject| subject.has_layer("observability", 1),
    judge,
    canary: (
        &[
            (
                "observability/rules.yaml",
                "groups:\n  - name: canary\n    rules:\n      - {alert: Canary, expr: up, annotations: \
                 {runbook_url: \"https://example.com/blob/main/docs/runbook.md#canary\"}}\n",
            ),
            ("docs/runbook.md", "# Runbook\n\n## Canari\n"),
        ],
        "no-entry",
    ),
};

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    const RULES: &str = "observability/rules.yaml";
    let mut verdict = Verdict::default();
    if !subject.has(RULES) {
        return Ok(verdict);
    }
    for rule in each_rule(subject)? {
        let Some(alert) = rule["alert"].as_str() else { continue };
        verdict.items += 1;
        let link = rule["annotations"]["runbook_url"].as_str().unwrap_or_default();
        let Some((place, anchor)) = link.split_once('#') else {
            verdict.find("no-link", RULES, format!("`{alert}` names no entry of the runbook"));
            continue;
        };
        match subject.files.iter().find(|file| place.ends_with(&format!("/{file}"))) {
            None => verdict.find("no-file", RULES, format!("`{alert}` links {place}")),
            Some(file) if !anchors(&subject.text(file)?).contains(anchor) => {
                verdict.find("no-entry", file, format!("`{alert}` links #{anchor}"));
            }
            Some(_) => {}
        }
    }
    Ok(verdict)
}

/// The anchors that a forge makes of the headings of a Markdown text.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let kept = line.trim_start_matches('#').trim().chars();
        let kept = kept.filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_has_the_anchor_that_a_forge_gives_it() {
        let found = anchors("# Runbook: `orders-api`\n\ntext\n\n### ErrorBudgetBurnsFast\n");
        let wanted = ["runbook-orders-api", "errorbudgetburnsfast"].map(String::from);
        assert_eq!(found, BTreeSet::from(wanted));
    }
}
