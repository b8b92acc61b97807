//! Answers that are chosen from a list.

use std::collections::BTreeSet;

use super::{
    Prompted, ended, may_be_empty,
    theme::Theme,
    widget::{List, Picked, pick},
};
use crate::{data::Value, manifest::Choice, resolve::Question, ui::clean_line};

/// How many choices are seen at once.
const PAGE: usize = 7;

/// A choice as people see it; with the reason, where it can't be chosen.
struct Line {
    value: Value,
    name: String,
    label: String,
    is_closed: bool,
}

impl Line {
    fn new(choice: &Choice, question: &Question<'_>) -> Self {
        let name = clean_line(&choice.label()).into_owned();
        let why = question.closed.iter().find(|(value, _)| *value == choice.value);
        let label = match why {
            Some((_, why)) => format!("{name} (not available: {})", clean_line(why)),
            None => name.clone(),
        };
        Self { value: choice.value.clone(), name, label, is_closed: why.is_some() }
    }

    fn none() -> Self {
        let name = "(none)".to_owned();
        Self { value: Value::Null, label: name.clone(), name, is_closed: false }
    }
}

/// Asks for one of `choices`. One that can't be chosen is never taken.
pub(super) fn one(question: &Question<'_>, choices: &[Choice], theme: &Theme) -> Prompted<Value> {
    let none = may_be_empty(question.parameter).then(Line::none);
    let lines: Vec<_> =
        none.into_iter().chain(choices.iter().map(|it| Line::new(it, question))).collect();
    let value = |picked: &Picked| chosen(&lines, picked).map(|it| it.value.clone()).next();
    let check = |picked: &Picked| match value(picked).unwrap_or_default() {
        Value::Null => Ok(()),
        value => (question.check)(&value),
    };
    let cursor = lines.iter().position(|line| question.proposal == Some(&line.value));
    let keys = "arrows move, typing filters";
    let picked = picked(&lines, (theme, keys), (cursor.unwrap_or(0), None), &check)?;
    Ok(picked.map(|picked| value(&picked).unwrap_or_default()))
}

/// Asks for any of `choices`. What the check refuses stays checked, to be changed.
pub(super) fn any(question: &Question<'_>, choices: &[Choice], theme: &Theme) -> Prompted<Value> {
    let lines: Vec<_> = choices.iter().map(|it| Line::new(it, question)).collect();
    let values =
        |picked: &Picked| Value::List(chosen(&lines, picked).map(|it| it.value.clone()).collect());
    let check = |picked: &Picked| (question.check)(&values(picked));
    let proposed = question.proposal.map(Value::items).unwrap_or_default();
    let checked = positions(choices, proposed);
    let keys = "space checks, arrows move, typing filters";
    let picked = picked(&lines, (theme, keys), (0, Some(checked)), &check)?;
    Ok(picked.map(|picked| values(&picked)))
}

fn picked(
    lines: &[Line],
    (theme, keys): (&Theme, &str),
    (cursor, checked): (usize, Option<BTreeSet<usize>>),
    check: &dyn Fn(&Picked) -> Result<(), String>,
) -> Prompted<Picked> {
    let labels: Vec<_> = lines.iter().map(|it| it.label.clone()).collect();
    let read = |picked: &Picked| {
        if let Some(closed) = chosen(lines, picked).find(|it| it.is_closed) {
            // The reason stands on its line.
            return Err(format!("{} is not available", closed.name));
        }
        check(picked).map_err(|why| clean_line(&why).into_owned())?;
        let names: Vec<_> = chosen(lines, picked).map(|it| it.name.as_str()).collect();
        Ok(if names.is_empty() { "(none)".to_owned() } else { names.join(", ") })
    };
    let hint = theme.hint(keys);
    let about = theme.about(&hint);
    ended(pick(List { about, labels: &labels, page: PAGE, cursor, checked, read: &read }))
}

fn chosen<'l>(lines: &'l [Line], picked: &Picked) -> impl Iterator<Item = &'l Line> {
    picked.iter().filter_map(|at| lines.get(*at))
}

fn positions(choices: &[Choice], values: &[Value]) -> BTreeSet<usize> {
    let is_chosen = |(_, choice): &(usize, &Choice)| values.contains(&choice.value);
    choices.iter().enumerate().filter(is_chosen).map(|(at, _)| at).collect()
}
