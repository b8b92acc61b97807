//! Commands, and those that read a program from their arguments or from their input.

use super::{Site, compound};

/// What stands for a piece of a word that is not known.
const UNKNOWN: char = '\u{1}';

/// Commands that run their arguments, wherever they stand among the words.
const RUNNERS: [&str; 4] = ["eval", "trap", "alias", "let"];

/// Commands that hand their arguments to another shell.
const REMOTES: [&str; 3] = ["ssh", "watch", "parallel"];

/// Commands that read a program from their input.
const READERS: [&str; 15] = [
    "sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python3", "node", "perl", "ruby", "php",
    "psql", "mysql", "sqlite3",
];

/// Commands whose first argument is a program.
const FILTERS: [&str; 6] = ["sed", "gsed", "awk", "gawk", "mawk", "nawk"];

/// Commands that take the names of variables, which may hold a calculation.
const NAMERS: [&str; 12] = [
    "declare",
    "typeset",
    "local",
    "readonly",
    "export",
    "read",
    "unset",
    "mapfile",
    "readarray",
    "getopts",
    "integer",
    "float",
];

/// Words before the name of a command.
const BEFORE: [&str; 7] = ["command", "builtin", "sudo", "exec", "env", "nohup", "time"];

/// Words behind which a command begins.
const KEYWORDS: [&str; 14] = [
    "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "!", "{", "}", "time",
    "coproc",
];

const RUN: Site = Site::Inside("an argument that is run as a program");

/// A word of a command.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// What it says, as far as that is known.
    pub(super) text: String,
    /// Its marks, where they stand, and whether behind a `=`.
    pub(super) marks: Vec<(usize, Site, bool)>,
    /// Whether a part of it is quoted.
    pub(super) is_quoted: bool,
    /// Whether it assigns a list: `a=(…)`.
    pub(super) is_list: bool,
    /// Whether it is the name of a function, with its `()`.
    pub(super) is_function: bool,
    /// Whether a bracket is open.
    pub(super) has_open_bracket: bool,
}

/// A command up to where it was read.
#[derive(Debug, Default)]
pub(super) struct Command {
    /// What its words say, without assignments before its name.
    pub(super) words: Vec<String>,
    /// Its marks.
    pub(super) marks: Vec<(usize, Site)>,
    /// Whether the next word is a file's name or an input.
    pub(super) redirects: bool,
    /// Whether that is an input.
    pub(super) here_string: bool,
    input: Vec<usize>,
    declares_numbers: bool,
}

/// Commands, each of which reads what the one before it prints.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    /// The command that is read now.
    pub(super) command: Command,
    before: Vec<(usize, Site)>,
    is_piped: bool,
}

impl Word {
    /// Adds a character that is not quoted.
    pub(super) fn push(&mut self, character: char) {
        match character {
            '[' => self.has_open_bracket = true,
            ']' => self.has_open_bracket = false,
            _ => {}
        }
        self.text.push(character);
    }

    /// Adds a character behind a backslash.
    pub(super) fn escaped(&mut self, character: char) {
        if character != '\n' {
            self.is_quoted = true;
            self.text.push(character);
        }
    }

    /// Adds what is quoted.
    pub(super) fn push_quoted(&mut self, text: &str) {
        self.is_quoted = true;
        self.text += text.trim_matches('"');
    }

    /// Adds what is not known.
    pub(super) fn push_unknown(&mut self) {
        self.is_quoted = true;
        self.text.push(UNKNOWN);
    }

    /// Whether it is `NAME=` or `NAME+=`, up to where it was read.
    pub(super) fn is_assignment(&self) -> bool {
        let name = self.text.strip_suffix('=').map(|it| it.strip_suffix('+').unwrap_or(it));
        !self.is_quoted && name.is_some_and(is_name)
    }

    /// Whether it assigns something to a variable.
    fn assigns(&self) -> bool {
        let Some((name, _)) = self.text.split_once('=') else { return false };
        let name = name.strip_suffix('+').unwrap_or(name);
        is_name(name.split('[').next().unwrap_or_default())
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
        && text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
}

impl Command {
    /// Whether a command may begin here.
    pub(super) fn is_start(&self) -> bool {
        self.words.is_empty() && !self.redirects
    }

    /// Takes the next word.
    pub(super) fn add(&mut self, word: Word) {
        if std::mem::take(&mut self.redirects) {
            if std::mem::take(&mut self.here_string) {
                self.input.extend(word.marks.iter().map(|(number, ..)| *number));
            }
            self.marks.extend(word.marks.into_iter().map(|(number, site, _)| (number, site)));
            return;
        }
        if self.words.is_empty() {
            let is_keyword = !word.is_quoted && KEYWORDS.contains(&word.text.as_str());
            if is_keyword || word.assigns() {
                self.marks.extend(word.marks.into_iter().map(|(number, site, _)| (number, site)));
                return;
            }
        }
        if word.text == "{" && self.words.first().is_some_and(|it| it == "function") {
            self.words.clear();
            return;
        }
        for (number, site, is_behind) in &word.marks {
            let harm = self.harm(&word, *is_behind);
            let site = if *site == Site::Own { harm.unwrap_or(Site::Own) } else { *site };
            self.marks.push((*number, site));
        }
        self.declares_numbers |= self.name().is_some_and(declares)
            && word.text.starts_with('-')
            && word.text.contains('i');
        self.words.push(word.text);
        self.declares_numbers |= self.name() == Some("integer");
    }

    /// What it is called.
    fn name(&self) -> Option<&str> {
        let mut words = self.words.iter().map(String::as_str);
        let name = words.find(|it| !BEFORE.contains(it))?;
        Some(name.rsplit('/').next().unwrap_or(name))
    }

    /// What an argument that a mark stands in is to this command, where that is not a mere text.
    fn harm(&self, word: &Word, is_behind: bool) -> Option<Site> {
        let name = self.name()?;
        let last = self.words.last().map(String::as_str).unwrap_or_default();
        let is_option = |it: &str, end: char| {
            it.len() > 1
                && it.ends_with(end)
                && it.strip_prefix('-').is_some_and(|it| it.chars().all(char::is_alphanumeric))
        };
        if self.words.iter().any(|it| RUNNERS.contains(&it.as_str())) || REMOTES.contains(&name) {
            return Some(RUN);
        }
        if is_option(last, 'c') || last == "--command" {
            return Some(Site::Inside("the program behind `-c`"));
        }
        let has_programs = ["node", "perl", "ruby", "php", "deno", "bun"].contains(&name);
        if has_programs && ["-e", "-E", "-p", "-r", "--eval", "--print"].contains(&last) {
            return Some(RUN);
        }
        if FILTERS.contains(&name) {
            let is_option = last == "-v" && word.text.contains('=');
            let has_program = self.words.iter().skip(1).any(|it| !it.starts_with('-'));
            return (!is_option && (!has_program || ["-e", "--expression"].contains(&last)))
                .then_some(RUN);
        }
        let names = Site::Inside("the name of a variable, which a shell may calculate");
        if ["printf", "test", "["].contains(&name) && last == "-v" {
            return Some(names);
        }
        if NAMERS.contains(&name) {
            let is_prompt = name == "read" && is_option(last, 'p');
            let converts = |it: &String| it.starts_with('-') && it.contains(['a', 'A', 'i', 'n']);
            let is_converted = declares(name) && self.words.iter().any(converts) && !word.is_list;
            return (!is_prompt && (!is_behind || is_converted)).then_some(names);
        }
        None
    }

    /// Whether its input is a program.
    fn reads_program(&self) -> bool {
        let arguments = self.words.iter().skip_while(|it| BEFORE.contains(&it.as_str())).skip(1);
        let is_from_input = |it: &String| it.starts_with('-');
        self.name().is_some_and(|it| READERS.contains(&it))
            && (arguments.clone().all(is_from_input) || arguments.clone().any(|it| it == "-s"))
    }

    /// What is known of its marks at its end; nothing where it makes later texts calculations.
    fn end(&mut self) -> Option<Vec<(usize, Site)>> {
        let compares = self.name().is_some_and(|it| ["[", "test"].contains(&it))
            && self.words.iter().any(|it| compound::CALCULATING.contains(&it.as_str()));
        let reads = self.reads_program();
        let Self { marks, input, declares_numbers, .. } = std::mem::take(self);
        let site = |number, site| match site {
            Site::Own if compares => compound::COMPARED,
            Site::Own if reads && input.contains(&number) => RUN,
            other => other,
        };
        let marks = marks.into_iter().map(|(number, it)| (number, site(number, it))).collect();
        (!declares_numbers).then_some(marks)
    }
}

fn declares(name: &str) -> bool {
    matches!(name, "declare" | "typeset" | "local" | "readonly" | "export")
}

impl Pipeline {
    /// Whether the next line belongs to it.
    pub(super) fn continues(&self) -> bool {
        self.is_piped && self.command.is_start() && self.command.marks.is_empty()
    }

    /// Takes what was read as the input of what follows.
    pub(super) fn pipe(&mut self) -> Option<()> {
        self.take()?;
        self.is_piped = true;
        Some(())
    }

    /// Ends it, and says where its marks stand.
    pub(super) fn end(&mut self) -> Option<Vec<(usize, Site)>> {
        self.take()?;
        self.is_piped = false;
        Some(std::mem::take(&mut self.before))
    }

    fn take(&mut self) -> Option<()> {
        if self.is_piped && self.command.reads_program() {
            for (_, site) in &mut self.before {
                *site = if *site == Site::Own { RUN } else { *site };
            }
        }
        let marks = self.command.end()?;
        self.before.extend(marks);
        Some(())
    }
}
