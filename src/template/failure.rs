//! The engine's errors as diagnostics: at the template's place, with the nearest name, and never
//! with the values in scope.

use std::error::Error as _;

use minijinja::{Error, ErrorKind};

use super::{
    code,
    expression::operand,
    filter::filters,
    job::Refusal,
    layer::Scope,
    mark::{Ground, Written},
    markup::Spot,
    target::{Format, Language, Scripts, Target},
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
    pub(crate) target: Option<(Target, &'a Scope)>,
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
        let parameter = setting.target.and_then(|(_, scope)| scope.parameter(text));
        parameter.map_or_else(|| format!("`{expression}`"), |name| format!("the answer `{name}`"))
    };
    let target = setting.target.map(|(target, _)| target);
    match refusal {
        Refusal::Text(text) | Refusal::Found(text) => {
            let target = target.unwrap_or(Target::Prose);
            let (what, help) = advice(target, &expression, setting.syntax);
            Diagnostic::error("unsafe-text", format!("{} is not safe in {what}", subject(text)))
                .label("printed here")
                .help(help)
        }
        Refusal::Misplaced(marked, ground) => {
            let target = target.unwrap_or(Target::Prose);
            let (what, help) = match (ground, target) {
                (Ground::Markup(spot), _) => in_markup(spot, target, &expression, setting.syntax),
                (Ground::Code(site), Target::Code(language)) => {
                    let expression = match (marked.written, language.filter()) {
                        (Written::Plain, Some(filter)) => {
                            format!("{} | {filter}", operand(&expression))
                        }
                        _ => expression.clone(),
                    };
                    in_code(*site, language, &expression, setting.syntax)
                }
                (Ground::Opener(sign), target) => {
                    let name = if let Target::Code(it) = target { it.name() } else { "a file" };
                    (
                        format!("{name} together with `{sign}`, where engines of templates run it"),
                        format!("give an answer without `{sign}`"),
                    )
                }
                (Ground::Code(_), target) => advice(target, &expression, setting.syntax),
            };
            let message = format!("{} is not safe in {what}", subject(&marked.text));
            Diagnostic::error("unsafe-text", message).label("printed here").help(help)
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
            let help = printing(kind, target, &expression, setting.syntax);
            Diagnostic::error("no-text", format!("`{expression}` is {kind}, which is no text"))
                .help(help)
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

/// How to print what is no text.
fn printing(kind: &str, target: Option<Target>, expression: &str, syntax: Syntax) -> String {
    let operand = operand(expression);
    let tag = |filter: &str| tag(syntax, &format!("{operand} | {filter}"));
    match target {
        Some(Target::Structured(format, _)) if format != Format::Toml || !kind.contains("none") => {
            format!("write `{}`", tag(format.filter()))
        }
        _ if kind.contains("none") => {
            let (open, close) = match syntax {
                Syntax::Curly => ("{%", "%}"),
                Syntax::Brackets => ("[%", "%]"),
            };
            format!("ask for it: `{open} if {operand} is not none {close}`, or give it a `default`")
        }
        _ if kind == "a list" => format!("write `{}`", tag("join(\", \")")),
        _ => format!("write `{}`, or print its keys one by one", tag("to_json")),
    }
}

/// An expression as the template marks it.
fn tag(syntax: Syntax, expression: &str) -> String {
    match syntax {
        Syntax::Curly => format!("{{{{ {expression} }}}}"),
        Syntax::Brackets => format!("[[ {expression} ]]"),
    }
}

/// What of a program is printed into, and what to write instead.
fn in_code(
    site: code::Site,
    language: Language,
    expression: &str,
    syntax: Syntax,
) -> (String, String) {
    let filter = filters().find(|it| {
        let bare = expression.strip_suffix(it).map(str::trim_end);
        bare.is_some_and(|bare| bare.ends_with('|'))
    });
    let joined = filter.and_then(|filter| {
        let bare = expression.strip_suffix(filter)?.trim_end().strip_suffix('|')?.trim_end();
        Some(tag(syntax, &format!("(\"before \" ~ {bare}) | {filter}")))
    });
    let written = tag(syntax, expression);
    let joined = joined.unwrap_or_else(|| written.clone());
    code::advice(site, language, (&written, &joined))
}

/// What of HTML or XML is printed into, and what to write instead.
fn in_markup(spot: &Spot, target: Target, expression: &str, syntax: Syntax) -> (String, String) {
    let name = match target {
        Target::Code(language) => language.name(),
        _ => Language::Html.name(),
    };
    let is_escaped = expression.ends_with("xml_escape");
    let bare = expression.trim_end_matches("xml_escape").trim_end().trim_end_matches('|').trim();
    let bare = if is_escaped { bare } else { expression };
    let escaped = tag(syntax, &format!("{} | xml_escape", operand(bare)));
    let words = "only letters, digits and `. _ / @ : + -` may be printed here";
    match spot {
        Spot::Text => (name.to_owned(), format!("write `{escaped}`")),
        Spot::Unquoted => (
            format!("an attribute of {name} without quotes"),
            format!("write `\"{escaped}\"`, with the quotes"),
        ),
        Spot::Link(name, _) => (
            format!("the HTML attribute `{name}`, which may lead to a script"),
            format!(
                "begin it with `https://`, `mailto:` or `/`, and write `{escaped}` behind that"
            ),
        ),
        Spot::Program(name) => (
            format!("the HTML attribute `{name}`, which a browser runs"),
            format!("{words}; put the text into a `data-` attribute, as `\"{escaped}\"`"),
        ),
        Spot::Script(name) => (
            format!("a `<{name}>` of HTML, which a browser runs"),
            format!("{words}; put the text into a `data-` attribute, as `\"{escaped}\"`"),
        ),
        Spot::Tag | Spot::Name | Spot::Instruction => {
            (format!("a tag of {name}"), "only a name may be printed here".to_owned())
        }
        Spot::Comment | Spot::Raw => (
            format!(
                "{} of {name}",
                if *spot == Spot::Raw { "a CDATA section" } else { "a comment" }
            ),
            "print it into the text of an element, by `xml_escape`".to_owned(),
        ),
    }
}

/// What is printed into, and what to write instead.
fn advice(target: Target, expression: &str, syntax: Syntax) -> (String, String) {
    let filtered = |filter: &str| {
        let written = tag(syntax, &format!("{} | {filter}", operand(expression)));
        match expression.strip_suffix(filter).map(|it| it.trim_end().trim_end_matches('|').trim()) {
            Some(bare) => {
                let joined = tag(syntax, &format!("(\"before \" ~ {bare}) | {filter}"));
                format!("no quotes around it, and what is joined to it inside: `{joined}`")
            }
            None => format!("write `{written}`, without quotes around it"),
        }
    };
    match target {
        Target::Structured(format, scripts) => {
            let script = match scripts {
                Scripts::None => "",
                Scripts::GitHub => {
                    "; into a script texts come by `env:`, or by `sh_quote` inside a block"
                }
                Scripts::Shell(_) => "; inside a script use `sh_quote`",
            };
            (
                format!(
                    "this place of a {} file: it would change what the file says",
                    format.name()
                ),
                format!("{}{script}", filtered(format.filter())),
            )
        }
        Target::Code(language) => {
            let help = match language.filter() {
                Some(filter) if matches!(language, Language::Xml | Language::Html) => {
                    format!(
                        "write `{}`",
                        tag(syntax, &format!("{} | {filter}", operand(expression)))
                    )
                }
                Some(filter) => filtered(filter),
                None => "only letters, digits and `. _ / @ : + -` may be printed here".to_owned(),
            };
            (language.name().to_owned(), help)
        }
        Target::Prose => ("this file".to_owned(), filtered(Format::Yaml.filter())),
    }
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
