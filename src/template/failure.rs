//! The engine's errors as diagnostics: at the template's place, with the nearest name, and never
//! with the values in scope.

use std::error::Error as _;

use minijinja::{Error, ErrorKind};

use super::{
    authorship::Authorship,
    filter::filters,
    refusal::Refusal,
    remedy::{self, PrintedTag, Remedy},
    target::Target,
};
use crate::{
    diag::Diagnostic,
    manifest::Syntax,
    name,
    text::{Document, Place, Span},
};

/// What the reporter of an error knows about its surroundings.
pub(crate) struct Setting<'a> {
    /// The text of a template by the engine's name for it.
    pub(crate) document: &'a dyn Fn(&str) -> Option<Document>,
    /// The names that a template may use.
    pub(crate) known: &'a dyn Fn() -> Vec<String>,
    /// The partials that a template may include.
    pub(crate) partials: &'a dyn Fn() -> Vec<String>,
    /// What is printed into, and whose texts there are.
    pub(crate) target: Option<(Target, &'a Authorship)>,
    /// How the template marks what is not text.
    pub(crate) syntax: Syntax,
}

/// The diagnostic for an error of the engine.
pub(crate) fn diagnostic(error: &Error, setting: &Setting<'_>) -> Diagnostic {
    let error = innermost(error);
    let place = place(error, setting);
    let refusal = error.source().and_then(|source| source.downcast_ref::<Refusal>());
    match refusal {
        Some(refusal) => refused(refusal, place, setting),
        None => failed(error, setting).at(place),
    }
}

/// An error inside of an included template is the source of the including one's.
fn innermost(error: &Error) -> &Error {
    let mut innermost = error;
    while let Some(inner) = innermost.source().and_then(|it| it.downcast_ref::<Error>()) {
        if inner.line().is_none() {
            break;
        }
        innermost = inner;
    }
    innermost
}

fn place(error: &Error, setting: &Setting<'_>) -> Option<Place> {
    let document = (setting.document)(error.name()?)?;
    let span = match (error.range(), error.line()) {
        (Some(range), _) => Span::from(range),
        (None, Some(line)) => document.line_span(line),
        (None, None) => Span::default(),
    };
    Some(document.place(span))
}

fn failed(error: &Error, setting: &Setting<'_>) -> Diagnostic {
    let detail = error.detail().unwrap_or_default();
    let quoted = detail.split('`').nth(1);
    match error.kind() {
        ErrorKind::UndefinedError => undefined(quoted, setting),
        ErrorKind::SyntaxError => {
            Diagnostic::error("template-syntax", format!("this is no valid template: {detail}"))
        }
        ErrorKind::UnknownFilter => unknown_filter(detail),
        ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => {
            Diagnostic::error("unknown-function", detail)
        }
        ErrorKind::TemplateNotFound => missing_partial(detail, setting),
        ErrorKind::OutOfFuel => {
            Diagnostic::error("template-limit", "the template takes too many steps")
        }
        ErrorKind::WriteFailure => {
            Diagnostic::error("template-limit", "the template prints more than 16 MiB")
        }
        kind if detail.is_empty() => Diagnostic::error("template", kind.to_string()),
        // The engine prints both operands.
        _ if detail.starts_with("unable to calculate") => {
            Diagnostic::error("template", "this cannot be calculated")
        }
        _ => Diagnostic::error("template", detail),
    }
}

fn undefined(name: Option<&str>, setting: &Setting<'_>) -> Diagnostic {
    let Some(name) = name else {
        return Diagnostic::error("undefined-name", "this is not defined");
    };
    let known = (setting.known)();
    let root = name.split(['.', '[']).next().unwrap_or(name);
    let help = match known.iter().any(|it| it == root) {
        true => None,
        false => name::did_you_mean(root, known.iter().map(String::as_str)),
    };
    Diagnostic::error("undefined-name", format!("`{name}` is not defined")).maybe_help(help)
}

fn unknown_filter(detail: &str) -> Diagnostic {
    let name = detail.split(' ').nth(1).unwrap_or(detail);
    Diagnostic::error("unknown-filter", format!("there is no filter `{name}`"))
        .maybe_help(name::did_you_mean(name, filters()))
}

fn missing_partial(detail: &str, setting: &Setting<'_>) -> Diagnostic {
    let partials = (setting.partials)();
    let name = detail.split(['"', '\'']).nth(1).unwrap_or(detail);
    let help = name::did_you_mean(name, partials.iter().map(String::as_str));
    Diagnostic::error("unknown-partial", format!("there is no partial `{name}`"))
        .note("templates include and import files of their own layer's `partials/` alone")
        .maybe_help(help)
}

fn refused(refusal: &Refusal, place: Option<Place>, setting: &Setting<'_>) -> Diagnostic {
    let expression = place.as_ref().map(printed_expression).unwrap_or_default();
    let subject = |text: &str| {
        let parameter = setting.target.and_then(|(_, authorship)| authorship.parameter(text));
        parameter.map_or_else(|| format!("`{expression}`"), |name| format!("the answer `{name}`"))
    };
    let target = setting.target.map(|(target, _)| target);
    let printed = PrintedTag::new(&expression, setting.syntax);
    let unsafe_text = |text: &str, remedy: Remedy| {
        let message = format!("{} is not safe in {}", subject(text), remedy.place);
        remedy.told(Diagnostic::error("unsafe-text", message).label("printed here"))
    };
    match refusal {
        Refusal::Text(text) | Refusal::Found(text) => {
            unsafe_text(text, remedy::in_target(target.unwrap_or(Target::Prose), printed))
        }
        Refusal::Misplaced(mark, language, ground) => {
            unsafe_text(&mark.text, remedy::on_ground(ground, mark, *language, printed))
        }
        Refusal::WorkflowExpression(text) => Diagnostic::error(
            "unsafe-text",
            format!("{} holds `${{{{`, which a workflow would run", subject(text)),
        )
        .label("printed here")
        .help("give an answer without `${{`: what runs in a workflow is the template's to say"),
        Refusal::Control(text) => {
            let message = format!("{} holds a control character", subject(text));
            Diagnostic::error("unsafe-text", message).label("printed here")
        }
        Refusal::NoText(kind) => {
            let message = format!("`{expression}` is {kind}, which is no text");
            remedy::no_text(kind, target, printed).told(Diagnostic::error("no-text", message))
        }
        Refusal::AutoEscape => {
            Diagnostic::error("autoescape", "`autoescape` blocks do not exist here")
                .help("remove the block")
        }
        Refusal::TooLarge => {
            Diagnostic::error("template-limit", "the template prints more than 16 MiB")
        }
    }
    .at(place)
}

/// The printed expression: the engine's place may be that of its last filter alone.
fn printed_expression(place: &Place) -> String {
    let whole = place.document.text();
    let (before, after) = (whole.get(..place.span.start), whole.get(place.span.end..));
    let begin = before.and_then(|before| {
        let at = before.rfind("{{").max(before.rfind("[["))? + 2;
        let inside = before.get(at..)?;
        (!inside.contains("}}") && !inside.contains("]]")).then_some(at)
    });
    let end = after.and_then(|after| {
        let at = [after.find("}}"), after.find("]]")].into_iter().flatten().min()?;
        Some(place.span.end + at)
    });
    let text = match (begin, end) {
        (Some(start), Some(end)) => place.document.slice(Span { start, end }),
        _ => place.document.slice(place.span),
    };
    let text = text.trim_start_matches('-').trim_end_matches('-').trim();
    text.lines().next().unwrap_or_default().to_owned()
}
