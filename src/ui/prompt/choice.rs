//! Answers that are chosen from a list.

use std::fmt;

use inquire::{MultiSelect, Select};

use super::{Prompted, may_be_empty, prompted, theme::Theme};
use crate::{
    data::Value,
    manifest::Choice,
    resolve::Question,
    ui::{Screen, clean_line, human},
};

/// A line of a list.
struct Line {
    value: Value,
    label: String,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label)
    }
}

impl Line {
    /// A choice as people see it; with the reason, where it can't be chosen.
    fn new(choice: &Choice, question: &Question<'_>) -> Self {
        let label = match question.closed.iter().find(|(value, _)| *value == choice.value) {
            Some((_, why)) => format!("{} (not available: {why})", choice.label()),
            None => choice.label(),
        };
        Self { value: choice.value.clone(), label: clean_line(&label).into_owned() }
    }
}

/// Asks for one of `choices`. One that can't be chosen is told and asked again.
pub(super) fn one(
    question: &Question<'_>,
    choices: &[Choice],
    screen: &Screen,
    theme: &Theme,
) -> Prompted<Value> {
    let hint = theme.hint("arrows move, typing filters");
    let mut proposed = question.proposal.cloned();
    loop {
        let none = Line { value: Value::Null, label: "(none)".to_owned() };
        let none = may_be_empty(question.parameter).then_some(none);
        let choices = choices.iter().map(|it| Line::new(it, question));
        let lines: Vec<_> = none.into_iter().chain(choices).collect();
        let cursor = lines.iter().position(|line| proposed.as_ref() == Some(&line.value));
        let select = Select::new(&theme.message, lines)
            .with_render_config(theme.config)
            .with_help_message(&hint)
            .with_starting_cursor(cursor.unwrap_or(0));
        let Some(line) = prompted(select.prompt())? else { return Ok(None) };
        if line.value == Value::Null {
            return Ok(Some(line.value));
        }
        match (question.check)(&line.value) {
            Ok(()) => return Ok(Some(line.value)),
            Err(why) => screen.say(&human::refusal(&why)),
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
    let hint = theme.hint("space checks, arrows move, typing filters");
    let proposed = question.proposal.map(Value::items).unwrap_or_default();
    let mut checked = positions(choices, proposed);
    loop {
        let lines = choices.iter().map(|it| Line::new(it, question)).collect();
        let select = MultiSelect::new(&theme.message, lines)
            .with_render_config(theme.config)
            .with_help_message(&hint)
            .with_default(&checked)
            .with_formatter(&|lines| match lines.is_empty() {
                true => "(none)".to_owned(),
                false => lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            });
        let Some(lines) = prompted(select.prompt())? else { return Ok(None) };
        let values: Vec<_> = lines.into_iter().map(|line| line.value).collect();
        checked = positions(choices, &values);
        let value = Value::List(values);
        match (question.check)(&value) {
            Ok(()) => return Ok(Some(value)),
            Err(why) => screen.say(&human::refusal(&why)),
        }
    }
}

fn positions(choices: &[Choice], values: &[Value]) -> Vec<usize> {
    let is_chosen = |(_, choice): &(usize, &Choice)| values.contains(&choice.value);
    choices.iter().enumerate().filter(is_chosen).map(|(at, _)| at).collect()
}
