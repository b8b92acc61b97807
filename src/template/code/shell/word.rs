//! Words of a command: what they say, and the marks in them.

use super::Site;

/// What stands for a piece of a word that is not known.
pub(super) const UNKNOWN: char = '\u{1}';

/// Variables whose texts are programs.
const PROGRAMS: [&str; 18] = [
    "PS0",
    "PS1",
    "PS2",
    "PS3",
    "PS4",
    "PROMPT",
    "RPROMPT",
    "PROMPT_COMMAND",
    "BASH_ENV",
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_EDITOR",
    "GIT_PAGER",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "LESSOPEN",
    "LD_PRELOAD",
];

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

    /// Whether it assigns to a variable whose text is a program.
    pub(super) fn sets_program(&self) -> bool {
        let name = self.text.split_once('=').map(|(name, _)| name.trim_end_matches('+'));
        name.is_some_and(|it| PROGRAMS.contains(&it))
    }

    /// Whether it assigns something to a variable.
    pub(super) fn assigns(&self) -> bool {
        let Some((name, _)) = self.text.split_once('=') else { return false };
        let name = name.strip_suffix('+').unwrap_or(name);
        is_name(name.split('[').next().unwrap_or_default())
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
        && text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
}
