//! Every expression and template of the manifest parses, and speaks of parameters that there are.

use std::collections::BTreeSet;

use super::{shapes::Shapes, subject::Subject, templates::unknown};
use crate::{
    data::{Pointer, Value},
    diag::Diagnostic,
    manifest::{Source, Syntax},
    template::{Builtins, NameKind, Names, NamesError, expression_names, names},
    text::Span,
};

/// Keys of a manifest whose texts are expressions.
const CONDITIONS: [&str; 3] = ["when", "x-when", "require"];

/// An expression or template of the manifest.
pub(super) struct Stated {
    pub(super) pointer: Pointer,
    pub(super) source: Source,
    pub(super) is_condition: bool,
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut builtins = Builtins::new();
    let own: BTreeSet<&str> = subject.parameters().collect();
    let mut found = Vec::new();
    for stated in stated(subject) {
        let mut steps = stated.pointer.steps();
        // A migration speaks of the answers of an older version.
        let first = steps.next();
        if first == Some("migrations") {
            continue;
        }
        let mut known = own.clone();
        if first == Some("files") {
            known.insert("data");
        }
        // A key of a map speaks of the map that it is in.
        if stated.pointer.steps().skip(3).any(|it| matches!(it, "properties" | "items")) {
            known.insert("item");
        }
        match stated.names() {
            Err(error) => {
                let message = format!("this is no valid expression: {}", error.message);
                let place = stated.place(error.span.unwrap_or_default());
                found.push(Diagnostic::error("template-syntax", message).at(place));
            }
            Ok(names) => {
                let shapes = match stated.pointer.last() {
                    Some("default") => Shapes::new(subject).in_default(&stated.pointer),
                    _ => Shapes::new(subject),
                };
                for (mistake, span, near) in shapes.wrong(&names) {
                    found.push(mistake.at(stated.place(span)).instead(near));
                }
                for it in names.uses {
                    let is_known = known.contains(it.name.as_str());
                    if it.kind == NameKind::Asked || is_known || builtins.has(it.kind, &it.name) {
                        continue;
                    }
                    let (mistake, near) = unknown(&it, known.iter().copied(), &builtins);
                    found.push(mistake.at(stated.place(it.span)).instead(near));
                }
            }
        }
    }
    found
}

/// Every expression and template of the manifest, in its order.
pub(super) fn stated(subject: &Subject<'_>) -> Vec<Stated> {
    let mut stated = Vec::new();
    walk(subject, &Pointer::root(), &subject.data.value, &mut stated);
    stated
}

fn walk(subject: &Subject<'_>, pointer: &Pointer, value: &Value, stated: &mut Vec<Stated>) {
    match value {
        Value::Text(text) => {
            let is_condition = pointer.last().is_some_and(|key| CONDITIONS.contains(&key));
            if is_condition || text.contains("{{") || text.contains("{%") {
                let source = subject.source(pointer, text);
                stated.push(Stated { pointer: pointer.clone(), source, is_condition });
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(subject, &pointer.join(index), item, stated);
            }
        }
        Value::Map(_) => {
            for (key, value) in value.entries().filter(|(key, _)| !is_prose(pointer, key)) {
                walk(subject, &pointer.join(key), value, stated);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(..) => {}
    }
}

/// What people read is no template, whatever stands in it.
fn is_prose(around: &Pointer, key: &str) -> bool {
    if around.last().is_none() && key == "metadata" {
        return true;
    }
    const PROSE: [&str; 10] = [
        "title",
        "x-titles",
        "x-descriptions",
        "description",
        "x-help",
        "x-placeholder",
        "x-pattern-help",
        "pattern",
        "note",
        "message",
    ];
    // A parameter may be called `title`.
    let is_name = around.last() == Some("properties") || around.last() == Some("with");
    !is_name && (PROSE.contains(&key) || key == "verify")
}

impl Stated {
    /// What it speaks of.
    pub(super) fn names(&self) -> Result<Names, NamesError> {
        match self.is_condition {
            true => expression_names(&self.source.text),
            false => names(&self.source.text, Syntax::Curly),
        }
    }

    /// A span of its text in the manifest; escapes and folded lines have no places of their own.
    pub(super) fn place(&self, span: Span) -> crate::text::Place {
        let whole = &self.source.place;
        let written = whole.document.slice(whole.span);
        match written.find(&self.source.text) {
            Some(at) => {
                let start = whole.span.start + at;
                whole.document.place(Span { start: start + span.start, end: start + span.end })
            }
            None => self.word(span).unwrap_or_else(|| whole.clone()),
        }
    }

    /// Where the word that a span covers stands, if it stands in the written text once.
    fn word(&self, span: Span) -> Option<crate::text::Place> {
        let word = self.source.text.get(span.start..span.end).filter(|it| !it.is_empty())?;
        let whole = &self.source.place;
        let mut places = whole.document.slice(whole.span).match_indices(word);
        let (at, _) = places.next()?;
        let start = whole.span.start + at;
        let place = whole.document.place(Span { start, end: start + word.len() });
        places.next().is_none().then_some(place)
    }
}
