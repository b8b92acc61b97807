//! What the answer to a parameter reaches.

use super::ink::{FAINT, NAME, clip, count, pad, paint, widest};
use crate::{
    impact::{How, Impact, Reached},
    template::Use,
    ui::{Look, clean_line},
};

/// The places, grouped by file.
pub fn impact(parameter: &str, impact: &Impact, look: Look) -> String {
    let mut files: Vec<(String, Vec<&Reached>)> = Vec::new();
    for place in &impact.places {
        let file = format!("{}: {}", place.part, place.file);
        match files.iter_mut().find(|(name, _)| *name == file) {
            Some((_, places)) => places.push(place),
            None => files.push((file, vec![place])),
        }
    }
    let parameter = clean_line(parameter);
    if files.is_empty() {
        return format!("`{parameter}` reaches nothing");
    }
    let mut lines = vec![format!(
        "`{parameter}` reaches {} in {}",
        count(impact.places.len(), "place"),
        count(files.len(), "file")
    )];
    for (file, places) in &files {
        lines.push(format!("\n{}", paint(NAME, clean_line(file))));
        let words = |it: &&Reached| (number(it), words(it, &parameter), text(it));
        let rows: Vec<_> = places.iter().map(words).collect();
        let numbers = widest(rows.iter().map(|(number, ..)| number.as_str()));
        let how = widest(rows.iter().map(|(_, words, _)| words.as_str()));
        for (number, words, text) in &rows {
            let space = look.line().saturating_sub(numbers + how + 6);
            let number = format!("{}{number}", " ".repeat(numbers - number.len()));
            lines.push(match text.is_empty() {
                true => format!("  {number}  {words}"),
                false => {
                    let text = paint(FAINT, clip(&clean_line(text.trim()), space));
                    format!("  {number}  {}  {text}", pad(words, how))
                }
            });
        }
    }
    lines.join("\n")
}

fn number(it: &Reached) -> String {
    it.place.as_ref().map(|place| place.position().line.to_string()).unwrap_or_default()
}

fn text(it: &Reached) -> String {
    let Some(place) = &it.place else { return String::new() };
    let line = place.document.line_span(place.position().line);
    place.document.slice(line).to_owned()
}

/// What the answer does there, and by which name if that is another.
fn words(it: &Reached, parameter: &str) -> String {
    let words = match &it.how {
        How::Default(name) => format!("default of `{name}`"),
        How::Computed(name) => format!("makes `{name}`"),
        How::Asked(name) => format!("decides whether `{name}` is asked"),
        How::Layer(name) => format!("decides whether layer `{name}` is there"),
        How::With(layer, name) => format!("answers `{name}` of layer `{layer}`"),
        How::Choice(name) => format!("decides what `{name}` may be"),
        How::Judged(name) => format!("in a rule about `{name}`"),
        How::Rule => "decides whether files are written".to_owned(),
        How::Name => "in its name".to_owned(),
        How::Template(Use::Printed) => "printed".to_owned(),
        How::Template(Use::Decides) => "condition".to_owned(),
        How::Template(Use::Repeats) => "repeated".to_owned(),
        How::Template(Use::Kept) => "kept".to_owned(),
    };
    match it.by == parameter {
        true => words,
        false => format!("{words}, by `{}`", it.by),
    }
}
