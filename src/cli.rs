//! The command line: one file per command, and the only place that orders the steps.

mod arguments;
mod catalog;
mod completions;
mod exit;
mod failure;
mod man;
mod new;
mod schema;
mod shelf;

pub use exit::Exit;

use std::error::Error;

use clap::{CommandFactory as _, Parser as _};

use self::{
    arguments::{Arguments, Command, Format, Global},
    failure::Failure,
};
use crate::{
    host::Host,
    ui::{Color, Screen, ScreenError, human, json_v1},
};

/// What every command is handed.
struct Context {
    host: Host,
    screen: Screen,
    global: Global,
}

/// Runs one command.
pub fn run(host: Host) -> Exit {
    let arguments = match Arguments::try_parse_from(&host.arguments) {
        Ok(arguments) => arguments,
        Err(error) => return unparsed(&host, &error),
    };
    let Arguments { global, command } = arguments;
    let screen = Screen::new(&host, global.color.into());
    let context = Context { host, screen, global };
    match context.run(command) {
        Ok(exit) => exit,
        Err(failure) => context.fail(&failure),
    }
}

/// Says that the process itself can't be read.
pub fn without_host(error: &dyn Error) -> Exit {
    let host = Host::nowhere();
    let help = "change to a folder that exists and may be read";
    Screen::new(&host, Color::Never).say(&human::failure(error, Some(help)));
    Exit::Outside
}

/// Help and versions are results; everything else is a mistake of usage.
fn unparsed(host: &Host, error: &clap::Error) -> Exit {
    let screen = Screen::new(host, Color::Auto);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        screen.say(text.trim_end());
        return Exit::Usage;
    }
    match screen.result(text.trim_end()) {
        Ok(()) => Exit::Done,
        Err(error) => {
            screen.say(&human::failure(&error, None));
            Exit::Outside
        }
    }
}

impl Context {
    fn run(&self, command: Command) -> Result<Exit, Failure> {
        match command {
            Command::New(arguments) => new::run(self, &arguments),
            Command::Catalog(arguments) => catalog::run(self, &arguments),
            Command::Schema(arguments) => schema::run(self, &arguments),
            Command::Completions(arguments) => completions::run(self, &arguments),
            Command::Man(arguments) => man::run(self, &arguments),
        }
    }

    /// Says why a command did not do its work: to people, or as the one JSON document.
    fn fail(&self, failure: &Failure) -> Exit {
        match self.global.format {
            Format::Human => self.screen.say(&failure.to_human(self.screen.look())),
            Format::Json => {
                // Who can't be told there shall be told here.
                if self.screen.result(&json_v1::to_text(&failure.to_json())).is_err() {
                    self.screen.say(&failure.to_human(self.screen.look()));
                }
            }
        }
        failure.exit()
    }

    /// Gives a result: as text to people, as JSON to programs.
    fn show(&self, human: &str, json: &impl serde::Serialize) -> Result<(), ScreenError> {
        match self.global.format {
            Format::Human => self.screen.result(human),
            Format::Json => self.screen.result(&json_v1::to_text(json)),
        }
    }
}

/// The whole command line, for completions and the manual.
fn command_line() -> clap::Command {
    Arguments::command()
}
