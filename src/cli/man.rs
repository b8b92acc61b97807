//! `flagstone man`: the manual pages.

use clap::Args;

use super::{Context, Exit, Failure, command_line};

/// Print the manual page of flagstone or of one of its commands.
///
/// The result is a page for man, whatever the --format.
///
/// For instance: flagstone man | man -l -
#[derive(Debug, Args)]
pub(super) struct ManArguments {
    /// The command, such as `new` or `catalog list`; without one, flagstone itself.
    command: Vec<String>,
}

pub(super) fn run(context: &Context, arguments: &ManArguments) -> Result<Exit, Failure> {
    let mut command = command_line();
    command.build();
    for name in &arguments.command {
        let Some(found) = command.find_subcommand(name) else {
            let message = format!("there is no command `{}`", arguments.command.join(" "));
            let mistake = crate::diag::Diagnostic::error("unknown-command", message);
            let help = "`flagstone --help` lists the commands";
            return Err(Failure::Usage(mistake.help(help)));
        };
        command = found.clone();
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Failure::outside)?;
    context.screen.result(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Exit::Done)
}
