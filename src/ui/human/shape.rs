//! What an answer is made of, part by part: the keys of maps, and choices that may be closed.

use super::{catalog::kind, ink};
use crate::{
    manifest::{Parameter, Rule, Shape},
    ui::clean_line,
};

/// The parts of an answer, each in a few words; parts of parts are indented.
pub(super) fn parts(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Object(fields) => fields.iter().flat_map(field).collect(),
        Shape::List(item) => match &**item {
            nested if nested.is_nested() => parts(nested),
            plain => of_each("item", plain),
        },
        Shape::Map(value) => match &**value {
            Shape::Object(_) => parts(value),
            plain => of_each("value", plain),
        },
        Shape::Text
        | Shape::Lines
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Choice(_)
        | Shape::Choices(_)
        | Shape::Any => Vec::new(),
    }
}

/// What each part of a list or map is, where its kind says anything.
fn of_each(noun: &str, shape: &Shape) -> Vec<String> {
    let words = kind(shape);
    let words = (!words.is_empty()).then(|| format!("each {noun}: {words}"));
    words.into_iter().chain(parts(shape).iter().map(|it| indented(it))).collect()
}

fn field(field: &Parameter) -> Vec<String> {
    let title = field.title.as_ref().map(|it| clean_line(it).into_owned());
    let words = match kind(&field.shape) {
        text if text.is_empty() => "a text".to_owned(),
        other => other,
    };
    let standing = match &field.default {
        Some(default) if *default == "".into() => Some("default empty".to_owned()),
        Some(default) => Some(format!("default {}", clean_line(&default.to_string()))),
        None => field.is_required.then(|| "required".to_owned()),
    };
    let words: Vec<_> = title.into_iter().chain([words]).chain(standing).collect();
    let first = format!("{}: {}", clean_line(&field.name), words.join("; "));
    [first].into_iter().chain(parts(&field.shape).iter().map(|it| indented(it))).collect()
}

fn indented(line: &str) -> String {
    format!("  {line}")
}

/// The choices that may be closed, each with the template that says why.
pub(super) fn may_be_closed(shape: &Shape) -> Vec<String> {
    let closed = shape.choices().into_iter().filter_map(|it| Some((it, it.disabled.as_ref()?)));
    let line = |(choice, why): (&crate::manifest::Choice, &crate::manifest::Source)| {
        clean_line(&format!("{} may be closed: {}", choice.value, why.text.trim())).into_owned()
    };
    closed.map(line).collect()
}

/// What the answers must be together, a rule a line.
pub(super) fn rules(rules: &[Rule], columns: usize) -> Vec<String> {
    let line = |rule: &Rule| {
        let when = rule.when.as_ref().map(|it| format!("when {}: ", it.text));
        let text = format!(
            "{}: {} ({}{})",
            rule.at,
            rule.message,
            when.unwrap_or_default(),
            rule.require.text
        );
        ink::wrap(&clean_line(&text), columns.saturating_sub(2)).join("\n    ")
    };
    rules.iter().map(|it| format!("  {}", line(it))).collect()
}
