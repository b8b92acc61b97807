//! What to do about a printed value that no edit makes safe: a help that works where it stands.

use super::subject::Subject;
use crate::{
    diag::{Diagnostic, Wanted},
    manifest::{Shape, Syntax},
    plan,
    template::{Scripts, Target},
    text::Place,
    tree::{Mode, RepoPath},
};

/// A list of maps has nothing that could be joined, even where it is empty by default.
pub(super) fn of_list(subject: &Subject<'_>, mistake: &Diagnostic) -> Option<String> {
    if mistake.code != "no-text" {
        return None;
    }
    let Some(Wanted::Joined(expression)) = &mistake.wanted else { return None };
    let parameter = subject.manifest.parameters.iter().find(|it| it.name == *expression)?;
    let Shape::List(item) = &parameter.shape else { return None };
    let [open, close, begin, end] = match syntax(subject, mistake.place.as_ref()?) {
        Syntax::Curly => ["{{", "}}", "{%", "%}"],
        Syntax::Brackets => ["[[", "]]", "[%", "%]"],
    };
    let key = match &**item {
        Shape::Object(fields) => format!("one.{}", fields.first()?.name),
        Shape::Map(_) | Shape::List(_) => "one.…".to_owned(),
        _ => return None,
    };
    Some(format!(
        "go through it, and print what there is of each: \
         `{begin} for one in {expression} {end}{open} {key} {close}{begin} endfor {end}`"
    ))
}

/// In a part of a workflow's expression, or of a program that is no shell's, nothing can be quoted.
pub(super) fn in_workflow(subject: &Subject<'_>, mistake: &Diagnostic) -> Option<String> {
    if mistake.code != "unsafe-text" {
        return None;
    }
    let place = mistake.place.as_ref()?;
    let label = subject.request.label("template/");
    let path = place.document.name().strip_prefix(&label)?;
    let written = RepoPath::parse(path.strip_suffix(".j2").unwrap_or(path)).ok()?;
    let target = plan::target(&written, Mode::File, "");
    if !matches!(target, Target::Structured(_, Scripts::GitHub)) {
        return None;
    }
    let tag = |it: &str| match syntax(subject, place) {
        Syntax::Brackets => format!("[[ {it} ]]"),
        Syntax::Curly => format!("{{{{ {it} }}}}"),
    };
    let env = tag("… | to_yaml");
    match key(place)? {
        "if" => Some(format!(
            "only a word can be a part of an expression: give the parameter a `pattern` or choices, \
             or, in a step, write `NAME: {env}` in `env:` and compare `env.NAME`"
        )),
        "script" => Some(format!(
            "write `NAME: {env}` in the step's `env:`, and `process.env.NAME` in the script"
        )),
        _ => None,
    }
}

/// How the file that a place is in marks its expressions.
fn syntax(subject: &Subject<'_>, place: &Place) -> Syntax {
    let path = place.document.name().strip_prefix(&subject.request.label(""));
    let file = subject.files().find(|(it, _)| Some(it.as_str()) == path);
    match file {
        Some((path, _)) if path.is_below("template") => subject.syntax(path),
        Some(_) | None => Syntax::Curly,
    }
}

/// The key that a place in YAML belongs to: that of its line, or of the block that it is in.
fn key(place: &Place) -> Option<&str> {
    let before = place.document.text().get(..place.span.start)?;
    let mut margin = usize::MAX;
    for line in before.lines().rev() {
        let text = line.trim_start();
        let is_outer = line.len() - text.len() < margin && !text.is_empty();
        if !is_outer {
            continue;
        }
        margin = line.len() - text.len();
        let key = text.trim_start_matches("- ").split_once(':').map(|(key, _)| key.trim());
        let is_key = |it: &&str| {
            !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_'))
        };
        if let Some(key) = key.filter(is_key) {
            return Some(key);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    #[test]
    fn the_key_of_a_place_is_that_of_its_line_or_of_its_block() {
        let text = "a:\n  - if: x == '@'\n    with:\n      script: |\n        one(\n          @)\n";
        let document = Document::new("ci.yaml", text);
        let keys = text.match_indices('@').map(|(at, _)| {
            let place = document.place((at..at + 1).into());
            key(&place).map(str::to_owned)
        });
        let keys: Vec<_> = keys.collect();
        assert_eq!(keys, [Some("if".to_owned()), Some("script".to_owned())]);
    }
}
