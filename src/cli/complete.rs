//! `flagstone __complete`: the words that may stand where a shell's cursor is; for our own scripts.
//!
//! **Invariant:** it says nothing but candidates, one a line with a tab and what it means, and never
//! fails: nobody reads a message while typing. `//files` and `//folders` leave it to the shell.

mod bash;
mod line;
mod values;

use clap::Args;

use self::line::{Line, Wanted};
use super::{Context, Exit, Failure, command_line};
use crate::ui::clean_line;

/// List the words that complete a command line.
#[derive(Debug, Args)]
pub(super) struct CompleteArguments {
    /// The line up to the cursor, as bash has it.
    #[arg(long)]
    line: Option<String>,
    /// Where bash breaks words.
    #[arg(long, default_value = "")]
    breaks: String,
    /// The words behind the program's name; the last one is being typed.
    #[arg(last = true)]
    words: Vec<String>,
}

/// A word that may stand there, and what it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    word: String,
    meaning: String,
}

/// Leave it to the shell.
const FILES: &str = "//files";
const FOLDERS: &str = "//folders";

impl Candidate {
    fn new(word: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self { word: word.into(), meaning: meaning.into() }
    }
}

pub(super) fn run(context: &Context, arguments: &CompleteArguments) -> Result<Exit, Failure> {
    let words = match &arguments.line {
        Some(line) => bash::words(line).into_iter().skip(1).collect(),
        None => arguments.words.clone(),
    };
    let found = candidates(context, &words);
    let typed = words.last().map(String::as_str).unwrap_or_default();
    let text: String = found
        .iter()
        .filter(|it| clean_line(&it.word) == it.word)
        .map(|it| match (&arguments.line, it.word.as_str()) {
            (Some(_), word) if ![FILES, FOLDERS].contains(&word) => {
                format!("{}\n", bash::reply(word, typed, &arguments.breaks))
            }
            (_, FILES | FOLDERS) => format!("{}\n", it.word),
            (_, word) => format!("{word}\t{}\n", clean_line(&it.meaning).replace('\t', " ")),
        })
        .collect();
    if !text.is_empty() {
        context.screen.result(text.trim_end_matches('\n'))?;
    }
    Ok(Exit::Done)
}

/// What may stand in the place of the last word.
fn candidates(context: &Context, words: &[String]) -> Vec<Candidate> {
    let mut root = command_line();
    root.build();
    let Some((typed, before)) = words.split_last() else { return Vec::new() };
    let line = Line::read(&root, before, typed);
    let mut found: Vec<_> = line.wanted().iter().flat_map(|it| of(context, &line, it)).collect();
    let (shell, mut words): (Vec<_>, Vec<_>) =
        found.drain(..).partition(|it| [FILES, FOLDERS].contains(&it.word.as_str()));
    words.retain(|it| it.word.starts_with(typed.as_str()));
    words.extend(shell);
    words
}

fn of(context: &Context, line: &Line<'_>, wanted: &Wanted<'_>) -> Vec<Candidate> {
    match wanted {
        Wanted::Command(command) => {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            vec![Candidate::new(command.get_name(), about)]
        }
        Wanted::Option(option, long) => {
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            vec![Candidate::new(format!("--{long}"), help)]
        }
        Wanted::Value { argument, name, prefix } => {
            let fixed = argument.get_possible_values();
            let fixed: Vec<_> = fixed
                .iter()
                .filter(|it| !it.is_hide_set())
                .map(|it| {
                    let help = it.get_help().map(ToString::to_string).unwrap_or_default();
                    Candidate::new(it.get_name(), help)
                })
                .collect();
            let found = match fixed.is_empty() {
                true => values::of(context, line, name).unwrap_or_default(),
                false => fixed,
            };
            let whole = |it: Candidate| match it.word.starts_with("//") {
                true => it,
                false => Candidate { word: format!("{prefix}{}", it.word), ..it },
            };
            found.into_iter().map(whole).collect()
        }
    }
}
