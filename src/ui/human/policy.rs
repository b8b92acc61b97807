//! What the authors of policies read: rules, what came of their tests, and one rule whole.

use std::collections::BTreeSet;

use super::{
    diagnostics,
    ink::{BAD, FAINT, GOOD, HEADING, HELP, NAME, WARN, clip, count, pad, paint, widest, wrap},
    rehearsal::{Missed, ranges},
    verdict::{ON, printed_lines},
};
use crate::{
    data::Value,
    diag::Diagnostic,
    guard::{End, Finding, Lines, Part, Source, StudiedRule, Tested, Trial},
    policy::Role,
    secret::redact,
    text::Place,
    ui::{Look, clean, clean_line},
};

/// How many lines of a definition are shown, and how many around a finding.
const MOST: usize = 60;
const AROUND: usize = 2;

/// The longest value that is shown, in letters.
const LONGEST: usize = 400;

/// One rule whole, and what it found.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// The definitions of its id.
    pub rules: &'a [&'a StudiedRule],
    /// What it found in an input.
    pub findings: &'a [Inspected],
    /// The input, if one was given.
    pub input: Option<&'a str>,
    /// The modules.
    pub sources: &'a [Source],
}

/// One finding, and what stands where it points to.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// Its number among those of the rule, from 1.
    pub number: usize,
    /// The finding.
    pub finding: Finding,
    /// What the input holds there.
    pub value: Option<Value>,
    /// Where that stands in a file.
    pub place: Option<Place>,
}

/// How tests are shown that have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// Each by its name, with what it has printed.
    Named,
    /// By their number.
    Counted,
}

/// Every rule in a line, with what it is off for.
pub fn policies(rules: &[StudiedRule], sources: &[Source], look: Look) -> String {
    let place = |it: &StudiedRule| clean_line(&label(it.part, sources)).into_owned();
    let row = |it: &StudiedRule| {
        let words = it.title.as_deref().unwrap_or(&it.name);
        [shown(&it.id), role(it.role).to_owned(), it.severity.name().to_owned(), shown(words)]
    };
    let rows: Vec<_> = rules.iter().map(row).collect();
    let column = |at: usize| widest(rows.iter().filter_map(|it| it.get(at).map(String::as_str)));
    let (ids, roles, grades) = (column(0), column(1), column(2));
    let rest = look.line().saturating_sub(ids + roles + grades + 6).max(20);
    let mut lines = Vec::new();
    for ([id, role, severity, title], rule) in rows.iter().zip(rules) {
        let style = if rule.absent.is_empty() { NAME } else { FAINT };
        lines.push(format!(
            "{}  {}  {}  {}",
            paint(style, pad(id, ids)),
            pad(role, roles),
            pad(severity, grades),
            clip(title, rest)
        ));
        let indent = " ".repeat(ids + 2);
        if !rule.absent.is_empty() {
            let absent = shown(&rule.absent.join(", "));
            lines.push(format!("{indent}{}: there is no {absent}", paint(WARN, "off")));
        }
        lines.push(format!("{indent}{}", paint(FAINT, place(rule))));
    }
    let (on, off) = counted(rules);
    let off = match off {
        0 => String::new(),
        some => format!(", {some} off\n{ON}"),
    };
    lines.push(format!("\n{}{off}", count(on, "rule")));
    lines.join("\n")
}

/// How many rules are on, by their ids, and how many are off as a whole: as the guard counts them.
fn counted(rules: &[StudiedRule]) -> (usize, usize) {
    let ids: BTreeSet<_> = rules.iter().map(|it| it.id.as_str()).collect();
    let on: BTreeSet<_> =
        rules.iter().filter(|it| it.absent.is_empty()).map(|it| it.id.as_str()).collect();
    (on.len(), ids.len() - on.len())
}

/// What was looked at, and what was found.
pub fn policy_line((rules, tests): (usize, usize), found: &[Diagnostic]) -> String {
    let looked = format!("Looked at {} and {}", count(rules, "rule"), count(tests, "test"));
    match found {
        [] => format!("{looked}: {}.", paint(GOOD, "nothing found")),
        [..] => format!("{looked}: {}.", paint(BAD, count(found.len(), "finding"))),
    }
}

/// What did not hold, what could not be asked, and the lines that no test reached.
pub fn tested(
    trial: &Trial,
    (failures, sources): (&[Diagnostic], &[Source]),
    (missed, passed): (Missed, Passed),
    look: Look,
) -> String {
    let whys = trial.tests.iter().filter_map(|it| it.why.as_ref());
    let mistakes: Vec<_> =
        failures.iter().cloned().chain(whys.map(|it| it.diagnostic(sources))).collect();
    let mut parts = Vec::new();
    if !mistakes.is_empty() {
        parts.push(diagnostics(&mistakes, look));
    }
    let skipped = trial.tests.iter().filter(|it| it.end == End::Skipped);
    let skipped: Vec<_> =
        skipped.map(|it| format!("{} {}", paint(WARN, "skipped"), clean_line(&it.name))).collect();
    if !skipped.is_empty() {
        parts.push(skipped.join("\n"));
    }
    if passed == Passed::Named {
        let is_told = |it: &&Tested| it.end == End::Passed;
        let lines = trial.tests.iter().filter(is_told).flat_map(|it| {
            let name = format!("{} {}", paint(GOOD, "passed"), clean_line(&it.name));
            std::iter::once(name).chain(printed_lines(&it.printed))
        });
        parts.push(lines.collect::<Vec<_>>().join("\n"));
    }
    if missed == Missed::Listed {
        let files: Vec<_> = trial.lines.iter().map(|it| covered(it, sources)).collect();
        parts.push(files.join("\n"));
    }
    parts.join("\n\n")
}

/// How tests ended, and how much they reached.
pub fn tested_line(trial: &Trial, failures: &[Diagnostic]) -> String {
    let ended = |end: End| trial.tests.iter().filter(|it| it.end == end).count();
    let wrong = [(End::Failed, "failed"), (End::Erred, "could not be evaluated")];
    let wrong = wrong.into_iter().filter(|(end, _)| ended(*end) > 0);
    let mut words: Vec<_> =
        wrong.map(|(end, words)| paint(BAD, format!("{} {words}", ended(end)))).collect();
    if !failures.is_empty() {
        words.push(paint(BAD, "the others could not be asked"));
    }
    let passed = match (words.is_empty(), ended(End::Skipped)) {
        (true, 0) => paint(GOOD, "all passed"),
        (..) => format!("{} passed", ended(End::Passed)),
    };
    words.insert(0, passed);
    if ended(End::Skipped) > 0 {
        words.push(format!("{} skipped", ended(End::Skipped)));
    }
    let reached: usize = trial.lines.iter().map(|it| it.reached.len()).sum();
    let lines = reached + trial.lines.iter().map(|it| it.missed.len()).sum::<usize>();
    let covered = match lines {
        0 => String::new(),
        _ => format!(" {} % of {} reached.", reached * 100 / lines, count(lines, "line")),
    };
    format!("Ran {}: {}.{covered}", count(trial.tests.len(), "test"), words.join(", "))
}

/// One rule whole, and what it found.
pub fn explained(explained: &Explained<'_>, look: Look) -> String {
    let mut parts: Vec<_> =
        explained.rules.iter().map(|it| rule(it, explained.sources, look)).collect();
    if let Some(input) = explained.input {
        let input = shown(input);
        parts.push(match explained.findings {
            [] => format!("{} in {input}", paint(GOOD, "It finds nothing")),
            [..] => paint(HEADING, format!("What it finds in {input}")),
        });
        parts.extend(explained.findings.iter().map(inspected));
    }
    parts.join("\n\n")
}

fn rule(rule: &StudiedRule, sources: &[Source], look: Look) -> String {
    let title = rule.title.as_deref().unwrap_or(&rule.name);
    let heading = paint(HEADING, format!("{}  {}", shown(&rule.id), shown(title)));
    let mut lines = vec![heading];
    let does = match rule.role {
        Role::Deny => "denies",
        Role::NeedsApproval => "needs approval for",
        Role::Warn => "warns of",
    };
    lines.push(format!("It {does} what it finds; severity {}.", rule.severity.name()));
    if let Some(text) = &rule.description {
        lines.extend(wrap(&shown(text), look.text()));
    }
    lines.push(String::new());
    let mut say = |word: &str, text: String| {
        let wide = look.text().saturating_sub(word.len() + 2).max(30);
        let text = wrap(&text, wide).join(&format!("\n{}", " ".repeat(word.len() + 2)));
        lines.push(format!("{}: {text}", paint(HELP, word)));
    };
    let none = || "nobody is named".to_owned();
    let pass = rule.remediation.as_deref().map(shown);
    say("the way to pass", pass.unwrap_or_else(|| "the rule does not say".to_owned()));
    say("who can approve", rule.approver.as_deref().map_or_else(none, shown));
    if !rule.reads.is_empty() {
        say("it looks at", shown(&rule.reads.join(", ")));
    }
    if !rule.absent.is_empty() {
        say("it is off", format!("there is no {}", shown(&rule.absent.join(", "))));
    }
    rule.links.iter().for_each(|it| say("see", shown(it)));
    let tests = match rule.tests.as_slice() {
        [] => "none".to_owned(),
        tests => tests.join(", "),
    };
    say("its tests", shown(&tests));
    lines.push(String::new());
    lines.push(source(rule.part, sources));
    let helpers: Vec<_> = rule.helpers.iter().map(|it| source(*it, sources)).collect();
    lines.extend(helpers.into_iter().map(|it| format!("\n{it}")));
    lines.join("\n")
}

/// A part of a module with its lines' numbers.
fn source(part: Part, sources: &[Source]) -> String {
    let Some(place) = part.place(sources) else { return String::new() };
    let first = place.position().line;
    let last = place.document.position(place.span.end.saturating_sub(1)).line;
    let last_shown = last.min(first + MOST);
    let arrow = format!("{} {}", paint(FAINT, "-->"), paint(NAME, clean_line(&place.label())));
    let more =
        (last > last_shown).then(|| paint(FAINT, format!("{} more lines", last - last_shown)));
    let numbered = numbered(&place, (first, last_shown));
    [arrow].into_iter().chain(numbered).chain(more).collect::<Vec<_>>().join("\n")
}

fn numbered(place: &Place, (first, last): (usize, usize)) -> Vec<String> {
    let wide = last.to_string().len();
    let line = |number: usize| {
        let text = place.document.shown(place.document.line_span(number));
        let text = redact(text.trim_end_matches('\r')).replace('\t', "    ");
        let number = paint(FAINT, format!("{number:>wide$} |"));
        format!("{number} {}", clean(&text)).trim_end().to_owned()
    };
    (first..=last).map(line).collect()
}

fn inspected(inspected: &Inspected) -> String {
    let finding = &inspected.finding;
    let known: String = finding.fingerprint.chars().take("sha256:".len() + 12).collect();
    let number = paint(BAD, format!("{}.", inspected.number));
    let mut lines = vec![format!("{number} {}  {}", shown(&finding.message), paint(FAINT, known))];
    if finding.path.is_some() || finding.pointer.is_some() {
        let path = finding.path.as_deref().map(shown).unwrap_or_default();
        let pointer = finding.pointer.as_deref().map(|it| format!(" {}", shown(it)));
        let at = paint(NAME, path);
        lines.push(format!("  {} {at}{}", paint(FAINT, "-->"), pointer.unwrap_or_default()));
    }
    if let Some(value) = &inspected.value {
        lines.push(format!("  there stands {}", clip(&shown(&value.to_json()), LONGEST)));
    }
    if let Some(place) = &inspected.place {
        let line = place.position().line;
        let lines_of = (line.saturating_sub(AROUND).max(1), line + AROUND);
        let last = place.document.text().lines().count().max(line);
        let label = paint(FAINT, format!("{}:{line}", clean_line(place.document.name())));
        lines.push(format!("  {label}"));
        let excerpt = numbered(place, (lines_of.0, lines_of.1.min(last)));
        lines.extend(excerpt.into_iter().map(|it| format!("  {it}")));
    }
    lines.join("\n")
}

/// How much of a file was reached.
fn covered(lines: &Lines, sources: &[Source]) -> String {
    let file = sources.get(lines.source).map_or("", |it| it.path.as_str());
    let (reached, missed) = (lines.reached.len(), lines.missed.len());
    let percent = (reached * 100).checked_div(reached + missed).unwrap_or(100);
    let part = match missed {
        0 => paint(GOOD, "all"),
        _ => format!("{percent} %, {}: {}", paint(WARN, "not"), ranges(&lines.missed)),
    };
    format!("reached {}: {part}", clean_line(file))
}

fn label(part: Part, sources: &[Source]) -> String {
    let place = part.place(sources);
    place.map(|it| format!("{}:{}", it.document.name(), it.position().line)).unwrap_or_default()
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Deny => "deny",
        Role::NeedsApproval => "approval",
        Role::Warn => "warn",
    }
}

fn shown(text: &str) -> String {
    clean_line(&redact(text)).into_owned()
}
