//! What may be meant by a command or option that there is not, where clap sees less.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::command_line;
use crate::name::nearest;

/// The mistake with a better suggestion, if there is one. `words` are those of the command line.
pub(super) fn better(mut error: clap::Error, words: &[&str]) -> clap::Error {
    match (error.kind(), typed(&error)) {
        (ErrorKind::InvalidSubcommand, Some(typed)) => {
            if let Some(whole) = inner_command(&typed) {
                let whole = ContextValue::Strings(vec![whole]);
                error.insert(ContextKind::SuggestedSubcommand, whole);
            }
        }
        (ErrorKind::UnknownArgument, Some(typed))
            if error.get(ContextKind::SuggestedArg).is_none() =>
        {
            if let Some(option) = option(&typed, words) {
                error.remove(ContextKind::TrailingArg);
                error.remove(ContextKind::Suggested);
                error.insert(ContextKind::SuggestedArg, ContextValue::String(option));
            }
        }
        _ => {}
    }
    error
}

/// What was typed and is not known.
fn typed(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    })
}

/// A command of this name in a group of commands: `path lint` for `lint`.
fn inner_command(typed: &str) -> Option<String> {
    let root = command_line();
    let groups = root.get_subcommands().filter(|it| !it.is_hide_set());
    let inner = |group: &clap::Command| {
        let found = group.get_subcommands().find(|it| it.get_name() == typed)?;
        Some(format!("{} {}", group.get_name(), found.get_name()))
    };
    groups.into_iter().find_map(inner)
}

/// The option of the command in `words` that is nearest to `typed`.
fn option(typed: &str, words: &[&str]) -> Option<String> {
    let mut root = command_line();
    root.build();
    let mut command = &root;
    for word in words {
        command = command.find_subcommand(word).unwrap_or(command);
    }
    let options = command.get_arguments().filter(|it| !it.is_hide_set());
    let longs: Vec<_> = options.filter_map(clap::Arg::get_long).collect();
    let name = typed.strip_prefix("--")?.split('=').next()?;
    nearest(name, longs.iter().copied()).map(|it| format!("--{it}"))
}
