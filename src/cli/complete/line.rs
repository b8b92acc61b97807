//! A command line that is still being typed: its command, what was said, and what may come next.

use std::collections::BTreeMap;

use clap::{Arg, Command};

/// A command line up to the cursor.
pub(super) struct Line<'a> {
    /// The names of the commands on the way: `catalog`, `show`.
    pub(super) commands: Vec<&'a str>,
    /// What was given for options, by their ids.
    pub(super) options: BTreeMap<&'a str, Vec<String>>,
    /// What stands there without an option.
    pub(super) positionals: Vec<String>,
    /// The word that is being typed.
    pub(super) typed: &'a str,
    command: &'a Command,
    /// The option that waits for its value.
    open: Option<&'a Arg>,
    /// Whether `--` was said: no options come any more.
    is_over: bool,
}

/// Something that may stand in the place of the word that is being typed.
pub(super) enum Wanted<'a> {
    /// A command.
    Command(&'a Command),
    /// An option by its long name.
    Option(&'a Arg, &'a str),
    /// A value; it stands behind `prefix`, which is `--option=` or nothing.
    Value {
        /// The option or the positional argument.
        argument: &'a Arg,
        /// What the help calls the value.
        name: String,
        /// What stands before it in the same word.
        prefix: String,
    },
}

impl<'a> Line<'a> {
    /// Reads the words before the one that is being typed.
    pub(super) fn read(root: &'a Command, before: &[String], typed: &'a str) -> Self {
        let mut line = Self {
            commands: Vec::new(),
            options: BTreeMap::new(),
            positionals: Vec::new(),
            typed,
            command: root,
            open: None,
            is_over: false,
        };
        before.iter().for_each(|word| line.take(word));
        line
    }

    fn take(&mut self, word: &str) {
        if let Some(option) = self.open.take() {
            self.options.entry(option.get_id().as_str()).or_default().push(word.to_owned());
        } else if self.is_over {
            self.positionals.push(word.to_owned());
        } else if word == "--" {
            self.is_over = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let Some(option) = self.option(name) else { return };
            if let Some(value) = value {
                self.options.entry(option.get_id().as_str()).or_default().push(value.to_owned());
            } else {
                self.open = Some(option).filter(|it| it.get_action().takes_values());
            }
        } else if let Some(short) = word.strip_prefix('-').and_then(|it| it.chars().last()) {
            let mut arguments = self.command.get_arguments();
            let option = arguments.find(|it| it.get_short() == Some(short));
            self.open = option.filter(|it| it.get_action().takes_values());
        } else if let Some(command) = self.subcommand(word) {
            self.command = command;
            self.commands.push(command.get_name());
        } else {
            self.positionals.push(word.to_owned());
        }
    }

    fn option(&self, long: &str) -> Option<&'a Arg> {
        self.command.get_arguments().find(|it| it.get_long() == Some(long))
    }

    fn subcommand(&self, name: &str) -> Option<&'a Command> {
        let is_next = self.positionals.is_empty();
        self.command.find_subcommand(name).filter(|_| is_next)
    }

    /// The last value of an option.
    pub(super) fn value(&self, option: &str) -> Option<&str> {
        self.options.get(option)?.last().map(String::as_str)
    }

    /// What may come next.
    pub(super) fn wanted(&self) -> Vec<Wanted<'a>> {
        if let Some(option) = self.open {
            return vec![value(option, 0, String::new())];
        }
        if let (false, Some(long)) = (self.is_over, self.typed.strip_prefix("--"))
            && let Some((name, _)) = long.split_once('=')
        {
            let option = self.option(name).filter(|it| it.get_action().takes_values());
            return option.map(|it| value(it, 0, format!("--{name}="))).into_iter().collect();
        }
        if !self.is_over && self.typed.starts_with('-') {
            return self.all_options();
        }
        let commands = self.command.get_subcommands().filter(|it| !it.is_hide_set());
        let commands = commands.filter(|_| self.positionals.is_empty()).map(Wanted::Command);
        commands.chain(self.positional()).collect()
    }

    fn all_options(&self) -> Vec<Wanted<'a>> {
        let options = self.command.get_arguments().filter(|it| !it.is_hide_set());
        options.filter_map(|it| Some(Wanted::Option(it, it.get_long()?))).collect()
    }

    /// The positional argument whose turn it is; the last one takes the rest if it may.
    fn positional(&self) -> Option<Wanted<'a>> {
        let mut at = self.positionals.len();
        for argument in self.command.get_positionals() {
            let most = argument.get_num_args().map_or(1, |it| it.max_values());
            if at < most {
                return Some(value(argument, at, String::new()));
            }
            at -= most;
        }
        None
    }
}

/// The value of an argument at a position.
fn value(argument: &Arg, position: usize, prefix: String) -> Wanted<'_> {
    let names = argument.get_value_names().unwrap_or_default();
    let name = names.get(position).or_else(|| names.last());
    let name = name.map(ToString::to_string).unwrap_or_default();
    Wanted::Value { argument, name, prefix }
}
