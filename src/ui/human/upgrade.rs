//! What an upgrade does to a service: answers, files by kind, what is left for people.

use unicode_width::UnicodeWidthStr as _;

use super::ink::{self, BAD, FAINT, GOOD, HEADING, NAME, WARN, pad, paint};
use crate::{
    answer::AnswerChange,
    data::Value,
    merge::{Kind, Merge, Row},
    ui::{Look, clean_line},
    version::Version,
};

/// An upgrade that is about to be made, or was.
#[derive(Debug, Clone)]
pub struct UpgradeSummary<'a> {
    /// The service.
    pub service: &'a str,
    /// Its golden path.
    pub golden_path: &'a str,
    /// The version that it has.
    pub from: &'a Version,
    /// The version that it goes to.
    pub to: &'a Version,
    /// The range of versions that the spec has and shall have, if that must change.
    pub range: Option<(String, String)>,
    /// The answers that are not what they were.
    pub answers: &'a [AnswerChange],
    /// What becomes of the files.
    pub merge: &'a Merge,
    /// What only a person can do.
    pub notes: &'a [String],
}

/// The kinds in the order in which they are shown: what needs a look comes last, next to the prompt.
const ORDER: [Kind; 7] = [
    Kind::Added,
    Kind::Changed,
    Kind::Moved,
    Kind::Removed,
    Kind::Kept,
    Kind::Replaced,
    Kind::Conflict,
];

/// Every file with what becomes of it and why, by kind.
pub fn upgrade_summary(summary: &UpgradeSummary<'_>, look: Look) -> String {
    let parts = [
        heading(summary, look),
        range(summary, look),
        answers(summary.answers, look),
        files(summary.merge, look),
        amounts(summary.merge),
        notes(summary.notes, look),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What of a kind there is, in words: `2 added, 1 conflict`.
fn amounts(merge: &Merge) -> String {
    let amount = |kind: Kind| {
        let number = merge.rows.iter().filter(|row| row.kind == kind).count();
        match (kind, number) {
            (_, 0) => None,
            (Kind::Conflict, _) => Some(paint(BAD, ink::count(number, "conflict"))),
            (Kind::Kept, _) => Some(format!("{number} kept as yours")),
            _ => Some(format!("{number} {}", kind.as_str())),
        }
    };
    ORDER.into_iter().filter_map(amount).collect::<Vec<_>>().join(", ")
}

fn heading(summary: &UpgradeSummary<'_>, look: Look) -> String {
    let arrow = look.draw("→", "->");
    let service = paint(HEADING, clean_line(summary.service));
    let golden_path = paint(NAME, clean_line(summary.golden_path));
    match summary.from == summary.to {
        true => format!("{service}: {golden_path} {}", summary.to),
        false => format!("{service}: {golden_path} {} {arrow} {}", summary.from, summary.to),
    }
}

fn range(summary: &UpgradeSummary<'_>, look: Look) -> String {
    let arrow = look.draw("→", "->");
    let line = |(before, after): &(String, String)| {
        format!("  {}  version {before} {arrow} {after}", paint(FAINT, "flagstone.yaml"))
    };
    summary.range.iter().map(line).collect()
}

fn answers(changes: &[AnswerChange], look: Look) -> String {
    let names = ink::widest(changes.iter().map(|it| it.name.as_str()));
    let line = |change: &AnswerChange| {
        let name = paint(FAINT, pad(&clean_line(&change.name), names));
        let text = match (&change.before, &change.after) {
            (None, Some(after)) => format!("{} (new)", value(after)),
            (Some(before), None) => format!("{} (no longer asked)", value(before)),
            (before, after) if before == after => after.as_ref().map(value).unwrap_or_default(),
            (before, after) => {
                let shown = |it: &Option<Value>| it.as_ref().map(value).unwrap_or_default();
                format!("{} {} {}", shown(before), look.draw("→", "->"), shown(after))
            }
        };
        let was = change.renamed_from.as_ref();
        let was = was.map(|it| format!(" (was {})", clean_line(it))).unwrap_or_default();
        format!("  {name}  {text}{was}")
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "no answer".to_owned(),
        Value::Text(text) if text.is_empty() => "\"\"".to_owned(),
        other => clean_line(&other.to_string()).into_owned(),
    }
}

fn files(merge: &Merge, look: Look) -> String {
    let mut rows: Vec<_> = merge.rows.iter().collect();
    rows.sort_by_key(|row| ORDER.iter().position(|kind| *kind == row.kind));
    let paths: Vec<_> = rows.iter().map(|row| path(row, look)).collect();
    let widest = ink::widest(paths.iter().map(String::as_str)).min(look.line() / 2);
    let line = |(row, path): (&&Row, &String)| {
        let kind = paint(style(row.kind), pad(row.kind.as_str(), 8));
        let notes = row.notes.iter().map(ToString::to_string);
        let why = std::iter::once(row.reason.to_string()).chain(notes).collect::<Vec<_>>();
        let text = clean_line(&why.join("; ")).into_owned();
        let before = 2 + 8 + 2 + widest.max(path.width()) + 2;
        let room = look.line().saturating_sub(before);
        let (first, indent) = match room {
            // Too narrow beside the path: below it.
            ..MIN_REASON => (format!("  {kind}  {path}"), 12),
            _ => (format!("  {kind}  {}  ", pad(path, widest)), before),
        };
        let lines = ink::wrap(&text, look.line().saturating_sub(indent).max(MIN_REASON));
        let break_line = format!("\n{}", " ".repeat(indent));
        let lines: Vec<_> = lines.into_iter().map(|line| paint(FAINT, line)).collect();
        let gap = if room < MIN_REASON { break_line.as_str() } else { "" };
        format!("{first}{gap}{}", lines.join(&break_line))
    };
    rows.iter().zip(&paths).map(line).collect::<Vec<_>>().join("\n")
}

/// The least room for a reason beside its path, in columns.
const MIN_REASON: usize = 30;

fn path(row: &Row, look: Look) -> String {
    let path = clean_line(row.path.as_str());
    match &row.from {
        Some(from) => {
            format!("{} {} {path}", clean_line(from.as_str()), look.draw("→", "->"))
        }
        None => path.into_owned(),
    }
}

const fn style(kind: Kind) -> anstyle::Style {
    match kind {
        Kind::Added | Kind::Changed | Kind::Moved => GOOD,
        Kind::Kept => FAINT,
        Kind::Removed | Kind::Replaced => WARN,
        Kind::Conflict => BAD,
    }
}

fn notes(notes: &[String], look: Look) -> String {
    let note = |note: &String| {
        let mut lines = ink::wrap(&clean_line(note), look.text().saturating_sub(8)).into_iter();
        let first = format!("  {}  {}", paint(WARN, "to do "), lines.next().unwrap_or_default());
        let rest = lines.map(|line| format!("          {line}"));
        std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
    };
    notes.iter().map(note).collect::<Vec<_>>().join("\n")
}
