//! What a golden path asks, with the answers so far.

use super::{
    catalog::{by_page, kind},
    ink::{self, BAD, FAINT, HEADING, NAME, WARN, pad, paint},
    shape,
};
use crate::{
    answer::Answer,
    data::Value,
    diag::Diagnostic,
    inputs::{Input, Opening},
    manifest::{Choice, Manifest, Shape},
    resolve::Standing,
    ui::{Look, clean_line},
};

/// The questions of a golden path, each as it stands. `shown` may be only some of `all`.
pub fn inputs(manifest: &Manifest, all: &[Input<'_>], shown: &[Input<'_>], look: Look) -> String {
    let metadata = &manifest.metadata;
    let remaining = all.iter().filter(|it| it.remains()).count();
    let heading = format!(
        "{} {}: {}, {} to be answered",
        paint(NAME, clean_line(&metadata.name)),
        metadata.version,
        paint(HEADING, ink::count(all.len(), "question")),
        match remaining {
            0 => "none".to_owned(),
            some => some.to_string(),
        }
    );
    let names = ink::widest(shown.iter().map(|it| it.parameter.name.as_str()));
    let mut parts = vec![heading];
    let shown: Vec<_> = shown.iter().collect();
    for (page, of_page) in by_page(&shown, |it| it.parameter.page.as_deref()) {
        parts.extend(page.map(|it| format!("\n{}", paint(HEADING, clean_line(it)))));
        parts.extend(of_page.iter().map(|it| input(it, names, look)));
    }
    if shown.len() == all.len() && !manifest.rules.is_empty() {
        parts.push(format!("\n{}", paint(HEADING, "Rules")));
        parts.extend(shape::rules(&manifest.rules, look.text()));
    }
    parts.join("\n")
}

fn input(input: &Input<'_>, names: usize, look: Look) -> String {
    let parameter = input.parameter;
    let columns = look.text().saturating_sub(names + 4);
    let front = " ".repeat(names + 4);
    let mut words = vec![clean_line(parameter.question()).into_owned(), takes(&parameter.shape)];
    words.extend(parameter.when.as_ref().map(|it| format!("when {}", clean_line(&it.text))));
    words.retain(|it| !it.is_empty());
    let mut lines = ink::wrap(&words.join("; "), columns);
    let description = parameter.description.as_ref().map(|it| clean_line(it).into_owned());
    let description = description.map(|it| ink::wrap(&it, columns)).unwrap_or_default();
    lines.extend(description.into_iter().map(|it| paint(FAINT, it)));
    lines.extend(shape::parts(&parameter.shape).into_iter().map(|it| format!("  {it}")));
    for (value, why) in &input.closed {
        let closed = format!("{} can't be chosen now: {}", quoted(value), clean_line(why));
        lines.extend(ink::wrap(&closed, columns));
    }
    lines.extend(standing(input));
    for opening in &input.opens {
        lines.extend(ink::wrap(&opens(opening), columns));
    }
    let name = paint(NAME, pad(&clean_line(&parameter.name), names));
    format!("\n  {name}  {}", lines.join(&format!("\n{front}")))
}

/// How it stands, in a few words.
fn standing(input: &Input<'_>) -> Vec<String> {
    if let Standing::Wrong(mistakes) = &input.standing {
        return mistakes.iter().map(mistake).collect();
    }
    vec![settled(input)]
}

/// What is wrong, how it is mended, and where it stands.
fn mistake(mistake: &Diagnostic) -> String {
    let help = mistake.help.as_ref().map(|it| format!("; {}", clean_line(it)));
    let place = mistake.place.as_ref().map(|it| format!(" ({})", clean_line(&it.label())));
    let message = paint(BAD, clean_line(&mistake.message));
    format!("{message}{}{}", help.unwrap_or_default(), place.unwrap_or_default())
}

fn settled(input: &Input<'_>) -> String {
    let default = |it: &Value| format!("default {}", quoted(it));
    match &input.standing {
        Standing::Missing | Standing::Wrong(_) => paint(WARN, "to be answered"),
        Standing::Unknown if input.remains() => paint(
            WARN,
            format!(
                "to be answered if it applies: that depends on {}",
                input.depends_on.join(", ")
            ),
        ),
        Standing::Unknown => format!("depends on {}", input.depends_on.join(", ")),
        Standing::Inactive => paint(FAINT, "does not apply now"),
        Standing::Answered(answer) => match (input.given(), &input.default) {
            (Some(Answer { value, origin }), other) => {
                let other = other.as_ref().map(|it| format!("; {}", default(it)));
                format!("{}, from {origin}{}", quoted(value), other.unwrap_or_default())
            }
            (None, _) if answer.value == Value::Null => "may go without an answer".to_owned(),
            (None, _) => default(&answer.value),
        },
    }
}

fn opens(opening: &Opening) -> String {
    let layers = opening.layers.iter().map(|it| format!("the layer {it}"));
    let opened: Vec<_> = opening.parameters.iter().cloned().chain(layers).collect();
    let opened = clean_line(&opened.join(", ")).into_owned();
    match &opening.answer {
        Some(answer) => format!("{} opens {opened}", quoted(answer)),
        None => format!("decides about {opened}"),
    }
}

fn takes(shape: &Shape) -> String {
    let list = |choices: &[Choice]| {
        let one = |it: &Choice| match &it.title {
            Some(title) if *title != it.value.to_string() => {
                format!("{} ({})", quoted(&it.value), clean_line(title))
            }
            Some(_) | None => quoted(&it.value),
        };
        choices.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    match shape {
        Shape::Choice(choices) => format!("one of {}", list(choices)),
        Shape::Choices(choices) => format!("any of {}", list(choices)),
        Shape::Text => "a text".to_owned(),
        other => kind(other),
    }
}

fn quoted(value: &Value) -> String {
    match value.to_string() {
        empty if empty.is_empty() => "\"\"".to_owned(),
        text => clean_line(&text).into_owned(),
    }
}
