//! What is told of a text that can't be printed where it is, and what to write instead.
//!
//! **Invariant:** what tools mend by is [`Wanted`]; the texts are for people alone.

mod code;
mod markup;

use super::{
    expression::{operand, without_filter},
    mark::{Ground, Marked, Written},
    target::{Format, Language, Scripts, Target},
};
use crate::{
    diag::{Diagnostic, Wanted},
    manifest::Syntax,
};

/// What may be printed everywhere.
const WORDS: &str = "only letters, digits and `. _ / @ : + -` may be printed here";

/// What to do about a text that can't be printed where it is.
pub(super) struct Remedy {
    /// What is printed into.
    pub(super) place: String,
    help: String,
    wanted: Option<Wanted>,
}

impl Remedy {
    fn new(place: impl Into<String>, help: impl Into<String>, wanted: Option<Wanted>) -> Self {
        Self { place: place.into(), help: help.into(), wanted }
    }

    /// The mistake with what to do about it.
    pub(super) fn told(self, mistake: Diagnostic) -> Diagnostic {
        mistake.help(self.help).wants(self.wanted)
    }
}

/// An expression that is printed, and how its template marks it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PrintedTag<'e> {
    /// As it is written.
    expression: &'e str,
    /// Without the literal's filter that it ends in.
    bare: &'e str,
    filter: Option<&'static str>,
    syntax: Syntax,
}

impl<'e> PrintedTag<'e> {
    pub(super) fn new(expression: &'e str, syntax: Syntax) -> Self {
        let (bare, filter) = without_filter(expression);
        Self { expression, bare, filter, syntax }
    }

    /// An expression with its marks.
    fn tag(&self, expression: &str) -> String {
        match self.syntax {
            Syntax::Curly => format!("{{{{ {expression} }}}}"),
            Syntax::Brackets => format!("[[ {expression} ]]"),
        }
    }

    /// The whole of it through one more filter.
    fn through(&self, filter: &str) -> String {
        self.tag(&format!("{} | {filter}", operand(self.expression)))
    }

    /// The same with a text before it.
    fn joined(&self, filter: &str) -> String {
        self.tag(&format!("(\"before \" ~ {}) | {filter}", self.bare))
    }
}

/// A text that changes what a file says, or that needs a filter.
pub(super) fn in_target(target: Target, printed: PrintedTag<'_>) -> Remedy {
    let filtered = |filter: &'static str| match printed.filter {
        Some(own) if own == filter => no_quotes(&printed.joined(filter)),
        _ => format!("write `{}`, without quotes around it", printed.through(filter)),
    };
    let literal = |filter| Some(Wanted::Literal(filter));
    match target {
        Target::Structured(format, scripts) => {
            let script = match scripts {
                Scripts::None => "",
                Scripts::GitHub => {
                    "; into a script texts come by `env:`, or by `sh_quote` inside a block"
                }
                Scripts::Shell(_) => "; inside a script use `sh_quote`",
            };
            let name = format.name();
            let place = format!("this place of a {name} file: it would change what the file says");
            let help = format!("{}{script}", filtered(format.filter()));
            Remedy::new(place, help, literal(format.filter()))
        }
        Target::Code(language) => match language.filter() {
            Some(filter) if language.is_markup() => {
                let help = format!("write `{}`", printed.through(filter));
                Remedy::new(language.name(), help, literal(filter))
            }
            Some(filter) => Remedy::new(language.name(), filtered(filter), literal(filter)),
            None => Remedy::new(language.name(), WORDS, None),
        },
        Target::Prose => {
            let filter = Format::Yaml.filter();
            Remedy::new("this file", filtered(filter), literal(filter))
        }
    }
}

/// A text whose mark was found where it may not stand.
pub(super) fn on_ground(
    ground: &Ground,
    mark: &Marked,
    language: Language,
    printed: PrintedTag<'_>,
) -> Remedy {
    match ground {
        Ground::Markup(spot) => markup::in_markup(spot, language, printed),
        Ground::Code(site) => match (mark.written, language.filter()) {
            // What no filter wrote is helped by one.
            (Written::Plain, Some(filter)) => {
                let expression = format!("{} | {filter}", operand(printed.expression));
                code::at_site(*site, language, PrintedTag::new(&expression, printed.syntax))
            }
            _ => code::at_site(*site, language, printed),
        },
        Ground::Opener(sign) => {
            let place = format!(
                "{} together with `{sign}`, where engines of templates run it",
                language.name()
            );
            Remedy::new(place, format!("give an answer without `{sign}`"), None)
        }
    }
}

/// A value that is no text, by what it is.
pub(super) fn no_text(kind: &str, target: Option<Target>, printed: PrintedTag<'_>) -> Remedy {
    let operand = operand(printed.expression);
    let through = |filter: &'static str| {
        (printed.tag(&format!("{operand} | {filter}")), Some(Wanted::Literal(filter)))
    };
    let (help, wanted) = match target {
        Some(Target::Structured(format, _)) if format != Format::Toml || !kind.contains("none") => {
            let (written, wanted) = through(format.filter());
            (format!("write `{written}`"), wanted)
        }
        _ if kind.contains("none") => {
            let (open, close) = match printed.syntax {
                Syntax::Curly => ("{%", "%}"),
                Syntax::Brackets => ("[%", "%]"),
            };
            let asked = format!("{open} if {operand} is not none {close}");
            (format!("ask for it: `{asked}`, or give it a `default`"), None)
        }
        _ if kind == "a list" => {
            let written = printed.tag(&format!("{operand} | {JOIN}"));
            (format!("write `{written}`"), Some(Wanted::Joined(operand)))
        }
        _ => {
            let (written, wanted) = through("to_json");
            (format!("write `{written}`, or print its keys one by one"), wanted)
        }
    };
    Remedy::new(String::new(), help, wanted)
}

/// The filter that makes one text of a list's items.
pub(super) const JOIN: &str = "join(\", \")";

fn no_quotes(joined: &str) -> String {
    format!("no quotes around it, and what is joined to it inside: `{joined}`")
}
