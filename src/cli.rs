//! The command line: one file per command, and the only place that orders the steps.

mod apply;
mod arguments;
mod catalog;
mod committer;
mod check;
mod complete;
mod completions;
mod diff;
mod exit;
mod failure;
mod formats;
mod given;
mod guard;
mod inputs;
mod judgement;
mod man;
mod nearby;
mod new;
mod path;
mod policy;
mod reach;
mod reconcile;
mod recovery;
mod render;
mod restore;
mod schema;
mod selection;
mod service;
mod shelf;
mod specs;
mod suggest;
mod threads;
mod upgrade;
mod why;

pub use exit::Exit;

use std::{error::Error, panic::PanicHookInfo};

use clap::{CommandFactory as _, FromArgMatches as _, error::ErrorKind};

use self::{
    arguments::{Arguments, Command, Format, Global},
    failure::Failure,
};
use crate::{
    diag::Diagnostic,
    host::Host,
    manifest::{Language, Manifest},
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
    let matches = command_line().try_get_matches_from(&host.arguments);
    let arguments = match matches.and_then(|it| Arguments::from_arg_matches(&it)) {
        Ok(arguments) => arguments,
        Err(error) => return unparsed(&host, &suggest::better(error, &words(&host))),
    };
    #[cfg(debug_assertions)]
    fail_for_tests(&host);
    host.limit_memory();
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

/// Says that we made a mistake, and asks to be told of it.
pub fn report_bug(host: &Host, bug: &PanicHookInfo<'_>) -> Exit {
    let because = bug.payload_as_str().unwrap_or("no reason is known").trim().replace('\n', " ");
    let place = bug.location().map(|it| format!(" ({}:{})", it.file(), it.line()));
    let bug = std::io::Error::other(format!(
        "this is a bug of flagstone {}, please report it: {because}{}",
        env!("CARGO_PKG_VERSION"),
        place.unwrap_or_default()
    ));
    let screen = Screen::new(host, wanted_color(host));
    match wanted_format(host).is_json() {
        false => screen.say(&human::failure(&bug, None)),
        // Nobody could be told if that failed too.
        true => drop(screen.result(&json_v1::to_text(&json_v1::Failure::of(&bug, None)))),
    }
    Exit::Bug
}

/// Lets tests see how a bug ends; no release has it.
#[cfg(debug_assertions)]
#[expect(clippy::panic, reason = "this is what is tested")]
fn fail_for_tests(host: &Host) {
    if let Some(because) = host.variable("FLAGSTONE_TEST_BUG") {
        panic!("{because}");
    }
}

/// Help and versions are results; everything else is a mistake of usage.
fn unparsed(host: &Host, error: &clap::Error) -> Exit {
    let screen = Screen::new(host, wanted_color(host));
    let text = error.render().ansi().to_string();
    let written = match (error.use_stderr(), wanted_format(host).is_json()) {
        (false, _) => screen.result(text.trim_end()),
        (true, true) => {
            let mistake = json_v1::Failure::mistakes(&[usage(error)]);
            screen.result(&json_v1::to_text(&mistake))
        }
        (true, false) => {
            screen.say(text.trim_end());
            Ok(())
        }
    };
    match written {
        Ok(()) if error.use_stderr() => Exit::Usage,
        Ok(()) => Exit::Done,
        Err(error) => {
            screen.say(&human::failure(&error, None));
            Exit::Outside
        }
    }
}

/// What clap says of a mistake: a sentence, maybe tips, and how it is used.
fn usage(error: &clap::Error) -> Diagnostic {
    use ErrorKind::{DisplayHelpOnMissingArgumentOrSubcommand, MissingSubcommand};
    if matches!(error.kind(), DisplayHelpOnMissingArgumentOrSubcommand | MissingSubcommand) {
        let mistake = Diagnostic::error("usage", "no command is named");
        return mistake.help("`flagstone --help` lists the commands");
    }
    let text = error.render().to_string();
    let mut parts = text.trim().split("\n\n").map(str::trim);
    let message = parts.next().unwrap_or_default();
    let mistake =
        Diagnostic::error("usage", message.strip_prefix("error: ").unwrap_or(message).to_owned());
    let is_said = |part: &&str| !part.starts_with("For more information");
    parts.filter(is_said).fold(mistake, |mistake, part| match part.strip_prefix("tip: ") {
        Some(tip) => mistake.help(tip),
        None => mistake.note(part),
    })
}

/// The format that the arguments ask for, where they could not be read or no longer are.
fn wanted_format(host: &Host) -> Format {
    match wanted(host, "--format") {
        Some("json") => Format::Json,
        Some(_) | None => Format::Human,
    }
}

fn wanted_color(host: &Host) -> Color {
    wanted(host, "--color").and_then(|it| it.parse().ok()).unwrap_or_default()
}

/// What stands behind `option` in the arguments, as `--option value` or `--option=value`.
fn wanted<'a>(host: &'a Host, option: &str) -> Option<&'a str> {
    let arguments = host.arguments.iter().map(|it| it.to_str().unwrap_or_default());
    let arguments: Vec<_> = arguments.skip(1).take_while(|it| *it != "--").collect();
    let value = |(index, argument): (usize, &&'a str)| match argument.strip_prefix(option)? {
        "" => arguments.get(index + 1).copied(),
        rest => rest.strip_prefix('='),
    };
    arguments.iter().enumerate().find_map(value)
}

impl Command {
    /// Whether the engine has work to do.
    const fn works(&self) -> bool {
        match self {
            Self::New(_)
            | Self::Upgrade(_)
            | Self::Apply(_)
            | Self::Catalog(_)
            | Self::Inputs(_)
            | Self::Check(_)
            | Self::Diff(_)
            | Self::Restore(_)
            | Self::Why(_)
            | Self::Path(_)
            | Self::Policy(_) => true,
            Self::Schema(_)
            | Self::Complete(_)
            | Self::Guard(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }
}

impl Context {
    fn run(&self, command: Command) -> Result<Exit, Failure> {
        if !formats::has(&words(&self.host), self.global.format) {
            let mistake = Diagnostic::error("usage", "this command does not have this format");
            return Err(Failure::Usage(mistake.help(formats::help(&words(&self.host)))));
        }
        if command.works() {
            threads::prepare(self)?;
        }
        match command {
            Command::New(arguments) => new::run(self, &arguments),
            Command::Upgrade(arguments) => upgrade::run(self, &arguments),
            Command::Apply(arguments) => apply::run(self, &arguments),
            Command::Catalog(arguments) => catalog::run(self, &arguments),
            Command::Inputs(arguments) => inputs::run(self, &arguments),
            Command::Check(arguments) => check::run(self, &arguments),
            Command::Diff(arguments) => diff::run(self, &arguments),
            Command::Restore(arguments) => restore::run(self, &arguments),
            Command::Why(arguments) => why::run(self, &arguments),
            Command::Path(arguments) => path::run(self, &arguments),
            Command::Policy(arguments) => policy::run(self, &arguments),
            Command::Schema(arguments) => schema::run(self, &arguments),
            Command::Complete(arguments) => complete::run(self, &arguments),
            Command::Guard(arguments) => guard::run(&arguments),
            Command::Completions(arguments) => completions::run(self, &arguments),
            Command::Man(arguments) => man::run(self, &arguments),
        }
    }

    /// Says why a command did not do its work: to people, or as the one JSON document.
    fn fail(&self, failure: &Failure) -> Exit {
        if matches!(failure, Failure::Interrupted(_)) {
            self.screen.wipe_prompt();
        }
        match self.global.format.is_json() {
            false => {
                self.screen.say(&failure.to_human(self.screen.look()));
                if let Failure::Denied(judged) = failure
                    && self.global.verbose
                {
                    let more = [human::printed(&judged.verdict), human::off_line(&judged.verdict)];
                    more.iter().flatten().for_each(|it| self.screen.say(it));
                }
            }
            true => {
                // Who can't be told there shall be told here.
                if self.screen.result(&json_v1::to_text(&failure.to_json())).is_err() {
                    self.screen.say(&failure.to_human(self.screen.look()));
                }
            }
        }
        failure.exit()
    }

    /// A manifest with its questions in the person's language.
    fn in_their_language(&self, manifest: &Manifest) -> Manifest {
        manifest.in_language(&Language::of_locale(self.host.locale()))
    }

    /// How many threads may work.
    fn threads(&self) -> usize {
        threads::number(self)
    }

    /// Gives a result: as text to people, as JSON to programs.
    fn show(&self, human: &str, json: &impl serde::Serialize) -> Result<(), ScreenError> {
        match self.global.format.is_json() {
            false => self.screen.result(human),
            true => self.screen.result(&json_v1::to_text(json)),
        }
    }
}

/// The whole command line.
fn command_line() -> clap::Command {
    formats::with_formats(Arguments::command())
}

/// The words behind the program's name.
fn words(host: &Host) -> Vec<&str> {
    host.arguments.iter().skip(1).filter_map(|it| it.to_str()).collect()
}
