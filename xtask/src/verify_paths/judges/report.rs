//! `docs/golden-paths.md`: what was judged by what, written by the run that judged it.
//!
//! The numbers are those of the dated run. Its shape (judges, versions, exceptions, checklist) is checked
//! in every run of CI, so that nothing is claimed that nobody judges.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    process::Command,
};

use anyhow::{Context as _, Result};

use super::{
    JUDGES, checklist,
    exceptions::{self, Exceptions},
    judged::Canary,
    run::Reading,
};
use crate::{program, verify_paths::catalog::GoldenPath, workspace};

/// The file.
pub(super) const FILE: &str = "docs/golden-paths.md";

/// What the manifest's own commands are called, as if they were one judge.
pub(crate) const VERIFY: &str = "verify";

/// What one judge said of a service that was built or run: one row.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `node-service@1.0.0`.
    pub(crate) path: String,
    pub(crate) case: String,
    pub(crate) judge: String,
    /// What one item is.
    pub(crate) on: String,
    pub(crate) items: usize,
    pub(crate) findings: usize,
    pub(crate) not_judged: Vec<String>,
    pub(crate) measured: Vec<String>,
}

impl Ran {
    /// The manifest's own commands, which were all good.
    pub(crate) fn commands(path: &GoldenPath, case: &str, items: usize) -> Self {
        Self::good(path, case, VERIFY, "commands of the manifest, run twice", items)
    }

    /// A team's service that was taken through every version, built and tested.
    pub(crate) fn upgrade(path: &GoldenPath, team: &str, items: usize) -> Self {
        Self::good(path, team, "upgrade", "upgrades of a service with a team's edits", items)
    }

    fn good(
        path: &GoldenPath,
        case: &str,
        judge: &'static str,
        on: &'static str,
        items: usize,
    ) -> Self {
        Self {
            path: format!("{}@{}", path.name, path.version),
            case: case.to_string(),
            judge: judge.to_string(),
            on: on.to_string(),
            items,
            findings: 0,
            not_judged: Vec::new(),
            measured: Vec::new(),
        }
    }
}

/// Writes the table.
pub(super) fn write(reading: &Reading, ran: &[Ran], versions: &[GoldenPath]) -> Result<()> {
    let date = program::must(Command::new("date").args(["-u", "+%Y-%m-%d"]))?.stdout;
    let text = text(reading, ran, versions, String::from_utf8(date)?.trim())?;
    fs::write(workspace::root().join(FILE), text).with_context(|| format!("failed to write {FILE}"))
}

/// What the committed file lacks or has too much of, against the catalog and the judges of today.
pub(super) fn stale(versions: &[GoldenPath]) -> Result<Vec<String>> {
    let text = workspace::read(&workspace::root().join(FILE))?;
    let mut faults = Vec::new();
    let newest: Vec<&GoldenPath> = versions.iter().filter(|it| it.is_newest).collect();
    for part in [judges_table(), exceptions_table()?, checklist_table(&newest)?] {
        for line in part.lines().filter(|line| !text.contains(*line)) {
            faults.push(format!("{FILE} lacks: {line}"));
        }
    }
    for version in versions {
        let name = format!("### {} {}", version.name, version.version);
        if !text.lines().any(|line| line == name) {
            faults.push(format!("{FILE} lacks: {name}"));
        }
    }
    let known: BTreeSet<String> =
        versions.iter().map(|it| format!("### {} {}", it.name, it.version)).collect();
    for line in text.lines().filter(|line| line.starts_with("### ") && !known.contains(*line)) {
        faults.push(format!("{FILE} has a version that is gone: {line}"));
    }
    Ok(faults)
}

fn text(reading: &Reading, ran: &[Ran], versions: &[GoldenPath], date: &str) -> Result<String> {
    let mut out = String::from("# What judges our golden paths\n\n");
    writeln!(out, "Written on {date} by `cargo xtask verify-paths --all --write`; do not edit.\n")?;
    out.push_str(
        "Each case of each path is rendered, committed and cloned; the judges see what git tracks and \
         nothing else. An item is what the judge counts; no items is *not judged*, never a pass. Each \
         judge has a planted fault that it must find in every run; a run that misses one fails. `cargo xtask \
         verify-paths --canaries` shows this in a minute: each judge looks at its fault, and must miss it once \
         it is taken away.\n\n## The judges that read\n\n",
    );
    out.push_str(&judges_table());
    out.push_str("\n## What they found\n\n");
    out.push_str(
        "Items, findings and accepted findings, over all cases of a version. A judge that is not listed \
         had nothing to judge there.\n\n",
    );
    out.push_str(&results(reading));
    out.push_str(
        "## The judges that build and run\n\nWhat an earlier run found good of the same files, commands and \
         judges may be taken over (`--resume`).\n\n",
    );
    out.push_str(&running(ran));
    out.push_str("\n## Accepted findings\n\n");
    out.push_str(&exceptions_table()?);
    out.push_str("\n## Not judged\n\n");
    out.push_str(&not_judged(reading));
    out.push_str("\n## The checklist\n\n");
    out.push_str(
        "What proves each point, for the newest version of each path. *Italic*: judged on the running \
         service or by its own build, `monospaced`: a test in the repository, else a judge of the table \
         above.\n\n",
    );
    let newest: Vec<&GoldenPath> = versions.iter().filter(|it| it.is_newest).collect();
    out.push_str(&checklist_table(&newest)?);
    Ok(out)
}

fn judges_table() -> String {
    let mut out =
        String::from("| judge | tool | judges | must find |\n| --- | --- | --- | --- |\n");
    for judge in JUDGES {
        let (_, rule) = judge.canary;
        let rule = rule.trim_start_matches("@secretlint/secretlint-rule-");
        out.push_str(&format!("| {} | {} | {} | `{rule}` |\n", judge.name, judge.tool, judge.on));
    }
    out
}

/// Items, findings and accepted findings of one judge.
type Count = (usize, usize, usize);

fn results(reading: &Reading) -> String {
    let mut versions: BTreeMap<&str, (BTreeSet<&str>, BTreeMap<&str, Count>)> = BTreeMap::new();
    for judged in &reading.judged {
        let (cases, judges) = versions.entry(&judged.path).or_default();
        cases.insert(&judged.case);
        let (items, findings, accepted) = judges.entry(judged.judge).or_default();
        *items += judged.verdict.items;
        *findings += judged.verdict.findings.len();
        *accepted += judged.accepted;
    }
    let mut out = String::new();
    for (version, (cases, judges)) in versions {
        out.push_str(&format!("### {}\n\n", version.replace('@', " ")));
        let names: Vec<String> = cases.iter().map(|case| format!("`{case}`")).collect();
        out.push_str(&format!("Cases: {}.\n\n", names.join(", ")));
        out.push_str("| judge | items | findings | accepted | planted fault |\n");
        out.push_str("| --- | ---: | ---: | ---: | --- |\n");
        for judge in JUDGES {
            let Some((items, findings, accepted)) = judges.get(judge.name).filter(|it| it.0 > 0)
            else {
                continue;
            };
            let canary = match reading.canaries.get(judge.name) {
                Some(Canary::Caught) => "found",
                _ => "**missed**",
            };
            let name = judge.name;
            out.push_str(&format!("| {name} | {items} | {findings} | {accepted} | {canary} |\n"));
        }
        out.push('\n');
    }
    out
}

/// What one judge said of all cases of a path: what it counts, the cases, items and findings.
type Row<'a> = (&'a str, BTreeSet<&'a str>, usize, usize);

fn running(ran: &[Ran]) -> String {
    if ran.is_empty() {
        return "Not part of this run.\n".to_string();
    }
    let mut rows: BTreeMap<(&str, &str), Row<'_>> = BTreeMap::new();
    let mut notes = BTreeSet::new();
    for it in ran {
        let row = rows.entry((&it.path, &it.judge));
        let (_, cases, items, findings) = row.or_insert((&it.on, BTreeSet::new(), 0, 0));
        if it.items > 0 {
            cases.insert(&it.case);
        }
        *items += it.items;
        *findings += it.findings;
        let said = it.measured.iter().map(|text| ("", text));
        for (kind, text) in said.chain(it.not_judged.iter().map(|text| ("not judged: ", text))) {
            notes.insert(format!("- {} `{}`, {}: {kind}{text}\n", it.path, it.case, it.judge));
        }
    }
    let mut out = String::from("| path | judge | judges | cases | items | findings |\n");
    out.push_str("| --- | --- | --- | ---: | ---: | ---: |\n");
    for ((path, judge), (on, cases, items, findings)) in rows {
        let path = path.replace('@', " ");
        let cases = cases.len();
        out.push_str(&format!("| {path} | {judge} | {on} | {cases} | {items} | {findings} |\n"));
    }
    if !notes.is_empty() {
        out.push_str(
            "\nMeasured on the machine of that day, and what could not be judged there:\n\n",
        );
        out.extend(notes);
    }
    out
}

fn exceptions_table() -> Result<String> {
    let exceptions = Exceptions::read()?;
    let mut out = format!(
        "Each stands in `{}`; one that accepts nothing any more fails a run of all cases.\n\n\
         | judge | finding | where | why it is accepted |\n| --- | --- | --- | --- |\n",
        exceptions::FILE
    );
    for it in &exceptions.list {
        let mut place = format!("`{}`", it.place);
        for (name, pattern) in [("path", &it.path), ("case", &it.case)] {
            if pattern != "*" {
                place.push_str(&format!(", {name} `{pattern}`"));
            }
        }
        out.push_str(&format!("| {} | `{}` | {place} | {} |\n", it.judge, it.rule, it.reason));
    }
    Ok(out)
}

fn not_judged(reading: &Reading) -> String {
    let mut out = String::from(
        "- zizmor's audits that ask the network (known vulnerable actions, impostor commits, tags that do \
         not belong to their commit): every run here is offline; the generated workflows run them daily.\n\
         - shell in `script:` of GitLab pipelines and in Makefiles.\n\
         - fields that the definition of a custom resource does not know.\n\
         - the pinned base images themselves, and anything that needs a cluster or a forge.\n",
    );
    let mut notes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for judged in &reading.judged {
        let kinds = judged.verdict.not_judged.iter().map(String::as_str);
        notes.entry(judged.judge).or_default().extend(kinds);
    }
    for (judge, notes) in notes.into_iter().filter(|(_, notes)| !notes.is_empty()) {
        let notes: Vec<&str> = notes.into_iter().collect();
        out.push_str(&format!("- by {judge}: {}.\n", notes.join(", ")));
    }
    out
}

fn checklist_table(newest: &[&GoldenPath]) -> Result<String> {
    let mut out = String::from("| id | what | tiers | proved by |\n| --- | --- | --- | --- |\n");
    for entry in checklist::read()? {
        // Paths and tiers that have the same proof share a line.
        let mut lines: Vec<(String, BTreeMap<&str, Vec<&str>>)> = Vec::new();
        for path in newest {
            for tier in checklist::TIERS {
                let shown = entry.shown(&path.name, tier);
                match lines.iter_mut().find(|(text, _)| *text == shown) {
                    Some((_, of)) => of.entry(&path.name).or_default().push(tier),
                    None => {
                        let of = BTreeMap::from([(path.name.as_str(), vec![*tier])]);
                        lines.push((shown, of));
                    }
                }
            }
        }
        for (shown, of) in lines {
            out.push_str(&format!(
                "| {} | {} | {} | {shown} |\n",
                entry.id,
                entry.what,
                scope(&of, newest)
            ));
        }
    }
    Ok(out)
}

/// `all`, `critical`, `node-service: critical`.
fn scope(of: &BTreeMap<&str, Vec<&str>>, newest: &[&GoldenPath]) -> String {
    let mut tiers: Vec<&Vec<&str>> = of.values().collect();
    tiers.dedup();
    let shown = |tiers: &[&str]| match tiers.len() {
        3 => "all".to_string(),
        _ => tiers.join(", "),
    };
    match tiers.as_slice() {
        [one] if of.len() == newest.len() => shown(one),
        _ => of
            .iter()
            .map(|(path, tiers)| format!("{path}: {}", shown(tiers)))
            .collect::<Vec<_>>()
            .join("; "),
    }
}
