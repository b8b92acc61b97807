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

impl From<&Choice> for Line {
    fn from(choice: &Choice) -> Self {
        Self { value: choice.value.clone(), label: clean_line(&choice.label()).into_owned() }
    }
}

/// Asks for one of `choices`.
pub(super) fn one(question: &Question<'_>, choices: &[Choice], theme: &Theme) -> Prompted<Value> {
    let none = Line { value: Value::Null, label: "(none)".to_owned() };
    let none = may_be_empty(question.parameter).then_some(none);
    let hint = theme.hint("arrows move, typing filters");
    let lines: Vec<_> = none.into_iter().chain(choices.iter().map(Line::from)).collect();
    let proposed = lines.iter().position(|line| question.proposal == Some(&line.value));
    let select = Select::new(&theme.message, lines)
        .with_render_config(theme.config)
        .with_help_message(&hint)
        .with_starting_cursor(proposed.unwrap_or(0));
    Ok(prompted(select.prompt())?.map(|line| line.value))
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
        let select = MultiSelect::new(&theme.message, choices.iter().map(Line::from).collect())
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
