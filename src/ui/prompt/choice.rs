//! Answers that are chosen from a list.
//!
//! **Invariant:** a choice that is closed is not offered; why it is closed stands below the list.

use std::fmt;

use inquire::{MultiSelect, Select, list_option::ListOption};

use super::{Prompted, fold::Fold, may_be_empty, prompted, refuse, theme::Theme};
use crate::{
    data::Value,
    manifest::Choice,
    resolve::Question,
    ui::{Screen, clean_line},
};

/// How many choices are seen at once, and how many rows they may take.
const PAGE: usize = 7;
const ROWS: usize = 14;

/// How many closed choices are told with their reasons.
const REASONS: usize = 5;

/// What stands behind a question whose answer is told to be wrong on the next line.
const NOT_TAKEN: &str = "(not taken)";

/// A line of a list.
struct Line {
    value: Value,
    name: String,
    /// The name in rows that fit.
    label: String,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label)
    }
}

impl Line {
    fn new(value: Value, name: &str, (fold, marks): (Fold, usize)) -> Self {
        let name = clean_line(name).into_owned();
        Self { value, label: fold.label(marks, &name), name }
    }
}

/// Asks for one of `choices`. What the check refuses is told and asked again.
pub(super) fn one(
    question: &Question<'_>,
    choices: &[Choice],
    screen: &Screen,
    theme: &Theme,
) -> Prompted<Value> {
    let offered = offered(question, choices);
    let hint = theme.hint(&keys(question, choices, "arrows move, typing filters"));
    let headline = theme.headline("");
    let canceled = theme.canceled(&headline);
    let check = |value: &Value| match value {
        Value::Null => Ok(()),
        value => (question.check)(value),
    };
    let shown = |line: ListOption<&Line>| match check(&line.value.value) {
        Ok(()) => headline.behind(&line.value.name),
        Err(_) => headline.behind(NOT_TAKEN),
    };
    let mut proposed = question.proposal.cloned();
    loop {
        let marks = (theme.fold, 2);
        let none =
            may_be_empty(question.parameter).then(|| Line::new(Value::Null, "(none)", marks));
        let offered = offered.iter().map(|it| Line::new(it.value.clone(), &it.label(), marks));
        let lines: Vec<_> = none.into_iter().chain(offered).collect();
        let cursor = lines.iter().position(|line| proposed.as_ref() == Some(&line.value));
        let rows = page(&lines);
        let select = Select::new(&headline.message, lines)
            .with_render_config(theme.config(&canceled))
            .with_help_message(&hint)
            .with_page_size(rows)
            .with_starting_cursor(cursor.unwrap_or(0))
            .with_formatter(&shown);
        let Some(line) = prompted(select.prompt())? else { return Ok(None) };
        match check(&line.value) {
            Ok(()) => return Ok(Some(line.value)),
            Err(why) => refuse(screen, &why),
        }
        proposed = Some(line.value);
    }
}

/// Asks for any of `choices`. What the check refuses is told and asked again, as it was checked.
pub(super) fn any(
    question: &Question<'_>,
    choices: &[Choice],
    screen: &Screen,
    theme: &Theme,
) -> Prompted<Value> {
    let offered = offered(question, choices);
    let hint = theme.hint(&keys(question, choices, "space checks, arrows move, typing filters"));
    let headline = theme.headline("");
    let canceled = theme.canceled(&headline);
    let proposed = question.proposal.map(Value::items).unwrap_or_default();
    let mut checked = positions(&offered, proposed);
    let shown = |lines: &[ListOption<&Line>]| {
        let values = lines.iter().map(|line| line.value.value.clone()).collect();
        let names: Vec<_> = lines.iter().map(|line| line.value.name.as_str()).collect();
        headline.behind(&match (question.check)(&Value::List(values)) {
            Ok(()) if names.is_empty() => "(none)".to_owned(),
            Ok(()) => names.join(", "),
            Err(_) => NOT_TAKEN.to_owned(),
        })
    };
    loop {
        let marks = (theme.fold, 6);
        let line = |it: &&Choice| Line::new(it.value.clone(), &it.label(), marks);
        let lines: Vec<_> = offered.iter().map(line).collect();
        let rows = page(&lines);
        let select = MultiSelect::new(&headline.message, lines)
            .with_render_config(theme.config(&canceled))
            .with_help_message(&hint)
            .with_page_size(rows)
            .with_default(&checked)
            .with_formatter(&shown);
        let Some(lines) = prompted(select.prompt())? else { return Ok(None) };
        let values: Vec<_> = lines.into_iter().map(|line| line.value).collect();
        checked = positions(&offered, &values);
        let value = Value::List(values);
        match (question.check)(&value) {
            Ok(()) => return Ok(Some(value)),
            Err(why) => refuse(screen, &why),
        }
    }
}

/// The choices that are not closed; all of them where no other is left, and none can be taken.
fn offered<'c>(question: &Question<'_>, choices: &'c [Choice]) -> Vec<&'c Choice> {
    let is_open = |choice: &&Choice| question.closed.iter().all(|it| it.0 != choice.value);
    match choices.iter().any(|it| is_open(&it)) {
        true => choices.iter().filter(is_open).collect(),
        false => choices.iter().collect(),
    }
}

/// Which choices are closed and why, then the keys.
fn keys(question: &Question<'_>, choices: &[Choice], keys: &str) -> String {
    let closed: Vec<_> = choices
        .iter()
        .filter_map(|choice| {
            let (_, why) = question.closed.iter().find(|it| it.0 == choice.value)?;
            let name = choice.label();
            Some(format!("{} (not available: {})", clean_line(&name), clean_line(why)))
        })
        .collect();
    let more = closed.len().saturating_sub(REASONS);
    let more = (more > 0).then(|| format!("{more} more are not available"));
    let parts = closed.into_iter().take(REASONS).chain(more).chain([keys.to_owned()]);
    parts.collect::<Vec<_>>().join(" | ")
}

/// How many lines are shown at once: fewer where they take several rows.
fn page(lines: &[Line]) -> usize {
    let rows = lines.iter().map(|line| line.label.split('\n').count()).max().unwrap_or(1);
    (ROWS / rows).clamp(2, PAGE)
}

fn positions(choices: &[&Choice], values: &[Value]) -> Vec<usize> {
    let is_chosen = |(_, choice): &(usize, &&Choice)| values.contains(&choice.value);
    choices.iter().enumerate().filter(is_chosen).map(|(at, _)| at).collect()
}
