//! Commands, and those that read a program from their arguments or from their input.

use super::{
    Inside, Site, compound,
    word::{UNKNOWN, Word},
};

/// Commands that run their arguments.
const RUNNERS: [&str; 4] = ["eval", "trap", "alias", "let"];

/// Commands that hand their arguments to another shell.
const REMOTES: [&str; 3] = ["ssh", "watch", "parallel"];

/// Commands that read a program from their input.
const READERS: [&str; 15] = [
    "sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python3", "node", "perl", "ruby", "php",
    "psql", "mysql", "sqlite3",
];

/// Those that read it whatever their arguments are.
const CLIENTS: [&str; 11] = [
    "psql", "mysql", "mariadb", "sqlite3", "ssh", "source", ".", "crontab", "at", "batch",
    "mongosh",
];

/// Commands whose first argument is a program.
const FILTERS: [&str; 9] = ["sed", "gsed", "awk", "gawk", "mawk", "nawk", "jq", "gojq", "yq"];

/// Commands that take a program by an option.
const TAKERS: [&str; 14] = [
    "node",
    "perl",
    "ruby",
    "php",
    "deno",
    "bun",
    "lua",
    "Rscript",
    "mysql",
    "mariadb",
    "mongosh",
    "osascript",
    "pwsh",
    "env",
];

/// Commands to which `-c` is something else.
const COUNTERS: [&str; 12] =
    ["git", "kubectl", "grep", "wc", "head", "tail", "tar", "conda", "cut", "ping", "cc", "gcc"];

/// Commands that run another one, whose name is somewhere among their arguments.
const WRAPPERS: [&str; 24] = [
    "timeout", "nice", "ionice", "stdbuf", "setsid", "doas", "chroot", "flock", "strace", "xargs",
    "find", "busybox", "bundle", "docker", "podman", "kubectl", "npx", "poetry", "uv", "su",
    "runuser", "gosu", "tini", "nsenter",
];

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

const DUPLICATED: Site = Site::Inside(Inside::DuplicatedFile);

pub(super) const RUN: Site = Site::Inside(Inside::Run);

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
    /// Whether it is one that bash reads twice.
    pub(super) duplicates: bool,
    input: Vec<usize>,
    declares_numbers: bool,
    /// What it is called.
    name: Option<String>,
    /// Whether its name may be that of a command which runs it.
    is_wrapped: bool,
    /// Whether one of its words runs its arguments.
    has_runner: bool,
    /// Whether a shell is among its words, or what may be one.
    has_shell: bool,
    /// Whether an argument came that is no option.
    has_argument: bool,
    /// Whether an option came that makes another thing of a name.
    has_conversion: bool,
    /// Whether the first word behind the options is a program.
    awaits_program: bool,
    /// How many words come that say nothing of what it does.
    skipped: usize,
}

/// Commands, each of which reads what the one before it prints.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    /// The command that is read now.
    pub(super) command: Command,
    before: Vec<(usize, Site)>,
    is_piped: bool,
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
            let is_twice = std::mem::take(&mut self.duplicates);
            let site = |site| if is_twice && site == Site::Own { DUPLICATED } else { site };
            self.marks.extend(word.marks.iter().map(|(number, it, _)| (*number, site(*it))));
            return;
        }
        if self.words.is_empty() {
            let is_keyword = !word.is_quoted && KEYWORDS.contains(&word.text.as_str());
            if is_keyword || word.assigns() {
                let site = |site| if word.sets_program() && site == Site::Own { RUN } else { site };
                self.marks.extend(word.marks.iter().map(|(number, it, _)| (*number, site(*it))));
                return;
            }
        }
        if word.text == "{" && self.words.first().is_some_and(|it| it == "function") {
            self.clear();
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
        self.learn(&word.text);
        self.words.push(word.text);
        self.declares_numbers |= self.name() == Some("integer");
    }

    /// Takes what the next word says of what it does.
    fn learn(&mut self, text: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let name = text.rsplit('/').next().unwrap_or(text);
        let is_first = self.words.is_empty();
        self.is_wrapped |= is_first && (BEFORE.contains(&name) || WRAPPERS.contains(&name));
        self.has_conversion |= text.starts_with('-') && text.contains(['a', 'A', 'i', 'n']);
        self.has_runner |= RUNNERS.contains(&text) && (self.name.is_none() || self.is_wrapped);
        let is_known = [&READERS[..], &REMOTES, &CLIENTS, &FILTERS, &TAKERS];
        let is_known = is_known.iter().any(|it| it.contains(&name));
        self.has_shell |= READERS.contains(&name) || (is_first && text.starts_with(UNKNOWN));
        if (self.name.is_none() && !BEFORE.contains(&text)) || (self.is_wrapped && is_known) {
            self.name = Some(name.to_owned());
            self.has_argument = false;
            return;
        }
        if matches!(text, "--arg" | "--argjson" | "--slurpfile" | "--rawfile") {
            self.skipped = 2;
        }
        let is_option = text.starts_with(['-', '+']);
        let last = self.words.last().map(String::as_str).unwrap_or_default();
        let is_value = self.has_shell && last.starts_with('-') && last.ends_with('o');
        if is_option {
            let is_short = !text.starts_with("--");
            let is_own = self.has_shell && !self.has_argument;
            self.awaits_program |= is_own && is_short && text.contains('c');
        } else if !is_value && !text.is_empty() && self.name.is_some() {
            self.has_argument = true;
            self.awaits_program = false;
        }
    }

    /// Forgets its words, and what they said.
    pub(super) fn clear(&mut self) {
        let (marks, input) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.input));
        let declares_numbers = self.declares_numbers;
        *self = Self { marks, input, declares_numbers, ..Self::default() };
    }

    /// Whether what commands within its next word print is run.
    pub(super) fn runs_words(&self) -> bool {
        let is_source = self.name().is_some_and(|it| ["source", "."].contains(&it));
        self.has_runner || self.awaits_program || is_source
    }

    /// What it is called.
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What an argument that a mark stands in is to this command, where that is not a mere text.
    fn harm(&self, word: &Word, is_behind: bool) -> Option<Site> {
        let name = self.name()?;
        let last = self.words.last().map(String::as_str).unwrap_or_default();
        let is_short_option = |it: &str, end: char| {
            it.len() > 1
                && it.ends_with(end)
                && it.strip_prefix('-').is_some_and(|it| it.chars().all(char::is_alphanumeric))
        };
        if self.has_runner || REMOTES.contains(&name) {
            return Some(RUN);
        }
        if self.skipped > 0 {
            return None;
        }
        let is_short = word.text.starts_with('-') && !word.text.starts_with("--");
        let is_own = self.has_shell && !self.has_argument;
        let is_glued = is_own && is_short && word.text.contains('c');
        let is_counted = COUNTERS.contains(&name) && !self.has_shell;
        let is_behind_c = is_short_option(last, 'c') && !is_counted;
        if self.awaits_program || is_glued || is_behind_c || last == "--command" {
            return Some(Site::Inside(Inside::Program));
        }
        let takes = |it: &str| {
            let letters = it.strip_prefix('-').unwrap_or_default();
            ["-p", "-r", "-S", "--eval", "--print", "--execute", "-Command"].contains(&it)
                || (letters.contains(['e', 'E']) && letters.chars().all(char::is_alphanumeric))
        };
        let mut starts = ["-e", "-E", "-S", "--eval=", "--execute="].iter();
        if TAKERS.contains(&name) && (takes(last) || starts.any(|it| word.text.starts_with(it))) {
            return Some(RUN);
        }
        if name == "sqlite3" && self.has_argument || word.sets_program() {
            return Some(RUN);
        }
        if FILTERS.contains(&name) {
            let is_variable = last == "-v" && word.text.contains('=');
            let is_named = ["-e", "--expression"].contains(&last)
                || word.text.starts_with("-e")
                || word.text.starts_with("--expression");
            return (!is_variable && (!self.has_argument || is_named)).then_some(RUN);
        }
        let names = Site::Inside(Inside::CalculatedName);
        if ["printf", "test", "["].contains(&name) && last == "-v" {
            return Some(names);
        }
        if NAMERS.contains(&name) {
            let is_prompt = name == "read" && is_short_option(last, 'p');
            let is_converted = declares(name) && self.has_conversion && !word.is_list;
            return (!is_prompt && (!is_behind || is_converted)).then_some(names);
        }
        None
    }

    /// Whether its input is a program.
    fn reads_program(&self) -> bool {
        let is_from_input = || !self.has_argument || self.words.iter().any(|it| it == "-s");
        self.name()
            .is_some_and(|it| CLIENTS.contains(&it) || (READERS.contains(&it) && is_from_input()))
    }

    /// What is known of its marks at its end; nothing where it makes later texts calculations.
    pub(super) fn end(&mut self) -> Option<Vec<(usize, Site)>> {
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
