//! Which formats each command has, for its help, its completions and its mistakes.

use clap::{
    Arg, Command, ValueEnum as _,
    builder::{PossibleValuesParser, TypedValueParser as _},
};

use super::arguments::Format;

/// The formats of every command.
const BASIC: [Format; 2] = [Format::Human, Format::Json];

/// The commands that have more formats than those of every command.
const MORE: [(&[&str], &str, &[Format]); 6] = [
    (
        &["check"],
        "Who reads the result: people, a program that wants one JSON document, code scanning, test reports \
         or GitHub's runner",
        &[Format::Human, Format::Json, Format::Sarif, Format::Junit, Format::Github],
    ),
    (
        &["inputs"],
        "Who reads the result: people, a program that wants one JSON document, or one that wants the \
         JSON Schema of the answers",
        &[Format::Human, Format::Json, Format::Schema],
    ),
    (
        &["path", "lint"],
        "Who reads the result: people, a program that wants one JSON document, code scanning, test reports \
         or GitHub's runner",
        &[Format::Human, Format::Json, Format::Sarif, Format::Junit, Format::Github],
    ),
    (
        &["path", "test"],
        "Who reads the result: people, a program that wants one JSON document, or test reports",
        &[Format::Human, Format::Json, Format::Junit],
    ),
    (
        &["policy", "check"],
        "Who reads the result: people, a program that wants one JSON document, code scanning or GitHub's \
         runner",
        &[Format::Human, Format::Json, Format::Sarif, Format::Github],
    ),
    (
        &["policy", "test"],
        "Who reads the result: people, a program that wants one JSON document, or test reports",
        &[Format::Human, Format::Json, Format::Junit],
    ),
];

/// The command line, in which each command names the formats that it has.
pub(super) fn with_formats(root: Command) -> Command {
    root.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        let command = command.mut_subcommands(|inner| {
            let way = [name.clone(), inner.get_name().to_owned()];
            extended(inner, &way)
        });
        extended(command, &[name])
    })
}

fn extended(command: Command, named: &[String]) -> Command {
    match MORE.into_iter().find(|(way, ..)| *way == named) {
        Some((_, help, formats)) => command.arg(format(help, formats)),
        None => command,
    }
}

/// Whether the command that was typed has a format.
pub(super) fn has(words: &[&str], format: Format) -> bool {
    BASIC.contains(&format) || formats(words).contains(&format)
}

/// The formats of the command that was typed.
fn formats(words: &[&str]) -> &'static [Format] {
    let typed = typed(words);
    let more = MORE.iter().find(|(way, ..)| *way == typed);
    more.map_or(&BASIC, |(_, _, formats)| formats)
}

/// Which formats the command that was typed has, for the help of a mistake.
pub(super) fn help(words: &[&str]) -> String {
    let formats = formats(words);
    let names: Vec<_> = formats.iter().map(|it| format!("`--format {}`", name(*it))).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("write {} or {last}", rest.join(", ")),
        _ => format!("write {}", names.join("")),
    }
}

/// The command among the words that were typed, and not a name that is spelled like one.
fn typed(words: &[&str]) -> Vec<String> {
    let root = super::command_line();
    let mut command = &root;
    let mut way = Vec::new();
    for word in words {
        if let Some(inner) = command.find_subcommand(word) {
            way.push(inner.get_name().to_owned());
            command = inner;
        }
    }
    way
}

fn format(help: &'static str, formats: &[Format]) -> Arg {
    let names: Vec<_> = formats.iter().filter_map(|it| it.to_possible_value()).collect();
    let shown = names.into_iter().map(|it| it.hide(false));
    let parser =
        PossibleValuesParser::new(shown).map(|it| Format::from_str(&it, false).unwrap_or_default());
    Arg::new("format")
        .long("format")
        .global(true)
        .value_name("FORMAT")
        .default_value("human")
        .value_parser(parser)
        .help(help)
}

fn name(format: Format) -> String {
    format.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default()
}
