//! One instruction: its name, flags and values, as BuildKit splits them, and what it may not lack.

use super::{
    heredoc,
    words::{at_spaces, first_word, flags, words},
};
use crate::{
    data::{Value, parse_json},
    text::Document,
};

/// An instruction in its parts.
#[derive(Debug, Default)]
pub(super) struct Instruction {
    /// Its name, as it is written.
    pub(super) name: String,
    /// What `ONBUILD` has behind it.
    pub(super) sub_name: Option<String>,
    /// Its flags; nothing if nothing stands behind the name.
    pub(super) flags: Option<Vec<String>>,
    /// Its arguments.
    pub(super) value: Vec<String>,
    /// Whether they are written as a list.
    pub(super) is_json: bool,
}

impl Instruction {
    /// Splits a line.
    pub(super) fn parse(line: &str, escape: char) -> Result<Self, String> {
        let (name, rest) = first_word(line.trim());
        let (flags, arguments) = rest.map(|rest| flags(rest, escape)).unzip();
        let mut instruction = Self { name: name.to_owned(), flags, ..Self::default() };
        instruction.read(arguments.unwrap_or_default().trim(), escape)?;
        Ok(instruction)
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it begins a stage.
    pub(super) fn is_from(&self) -> bool {
        self.is("FROM")
    }

    /// Whether `<<` in it may begin a here-document.
    pub(super) fn may_have_heredocs(&self) -> bool {
        let name = if self.is("ONBUILD") { self.sub_name.as_deref() } else { Some(&*self.name) };
        let is_kind = |name: &str| {
            ["ADD", "COPY", "RUN"].iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        name.is_some_and(is_kind) && !self.is_json
    }

    fn read(&mut self, text: &str, escape: char) -> Result<(), String> {
        match self.name.to_ascii_uppercase().as_str() {
            "RUN" | "CMD" | "ENTRYPOINT" | "SHELL" => {
                if !self.read_list(text)? {
                    self.value.extend((!text.is_empty()).then(|| text.to_owned()));
                }
            }
            "ADD" | "COPY" | "VOLUME" => {
                if !self.read_list(text)? {
                    self.read_spaced(text);
                }
            }
            "FROM" | "EXPOSE" => self.read_spaced(text),
            "ENV" | "LABEL" => self.read_pairs(text, escape)?,
            "ARG" => self.value = words(text, escape),
            "HEALTHCHECK" => {
                let (kind, command) = first_argument(text);
                self.value.extend((!kind.is_empty()).then(|| kind.to_owned()));
                if !self.read_list(command)? {
                    self.value.extend((!command.is_empty()).then(|| command.to_owned()));
                }
            }
            "ONBUILD" if !text.is_empty() => {
                let inner = inner(text, escape)?;
                self.sub_name = Some(inner.name);
                self.value = inner.value;
                self.is_json = inner.is_json;
            }
            "ONBUILD" => {}
            "MAINTAINER" | "STOPSIGNAL" | "USER" | "WORKDIR" => {
                self.value.extend((!text.is_empty()).then(|| text.to_owned()));
            }
            // Only behind `ONBUILD`: alone it is refused.
            _ => self.value.push(String::new()),
        }
        Ok(())
    }

    /// Takes a list of texts, if the arguments are one.
    fn read_list(&mut self, text: &str) -> Result<bool, String> {
        let text = text.trim_start();
        if !text.starts_with('[') {
            return Ok(false);
        }
        let Ok(list) = parse_json(&Document::new("", text)) else { return Ok(false) };
        for item in list.value.items() {
            let Value::Text(item) = item else {
                return Err("a list of arguments holds something else than texts".to_owned());
            };
            self.value.push(item.clone());
        }
        self.is_json = true;
        Ok(true)
    }

    fn read_spaced(&mut self, text: &str) {
        if !text.is_empty() {
            self.value = at_spaces(text).map(str::to_owned).collect();
        }
    }

    /// `NAME=VALUE …`, or the old `NAME VALUE`: name, value, and what stands between.
    fn read_pairs(&mut self, text: &str, escape: char) -> Result<(), String> {
        let words = words(text, escape);
        if words.first().is_some_and(|first| !first.contains('=')) {
            let (name, value) = first_word(text);
            let value = value.ok_or_else(|| format!("`{}` wants a name and a value", self.name))?;
            self.value = vec![name.to_owned(), value.to_owned(), String::new()];
            return Ok(());
        }
        for word in &words {
            let (name, value) =
                word.split_once('=').ok_or_else(|| format!("there is no `=` in `{word}`"))?;
            self.value.extend([name.to_owned(), value.to_owned(), "=".to_owned()]);
        }
        Ok(())
    }

    /// Refuses what Docker would refuse: unknown names and flags, arguments too many or too few.
    pub(super) fn check(&self) -> Result<(), String> {
        let name = self.name.to_ascii_uppercase();
        let Some((_, least, most, flags)) = KNOWN.iter().find(|(known, ..)| *known == name) else {
            return Err(format!("there is no instruction `{}`", self.name));
        };
        let count = self.value.len() + usize::from(self.sub_name.is_some());
        if count < *least || count > *most {
            return Err(format!(
                "`{name}` has too {}",
                match count < *least {
                    true => "few arguments",
                    false => "many arguments",
                }
            ));
        }
        let flag_name = |flag: &str| {
            flag.split('=').next().unwrap_or_default().trim_start_matches('-').to_owned()
        };
        let are_read = !["ARG", "STOPSIGNAL"].contains(&name.as_str());
        let mut given = self.flags.iter().flatten().map(|flag| flag_name(flag));
        match given.find(|flag| are_read && !flags.contains(&flag.as_str())) {
            Some(flag) => Err(format!("`{name}` has no flag `--{flag}`")),
            None => self.check_arguments(&name),
        }
    }

    fn check_arguments(&self, name: &str) -> Result<(), String> {
        let argument = |at: usize| self.value.get(at).map(String::as_str).unwrap_or_default();
        match name {
            "FROM" => match self.value.len() {
                1 => Ok(()),
                3 if argument(1).eq_ignore_ascii_case("as") && is_stage(argument(2)) => Ok(()),
                _ => Err("`FROM` wants an image, or an image and `AS` a name".to_owned()),
            },
            "ENV" | "LABEL" if self.value.iter().step_by(3).any(String::is_empty) => {
                Err(format!("`{name}` has an empty name"))
            }
            "ARG" if self.value.iter().any(|it| it.starts_with('=')) => {
                Err("`ARG` has an empty name".to_owned())
            }
            "SHELL" if !self.is_json => Err("`SHELL` wants a list".to_owned()),
            "VOLUME" if self.value.iter().any(|it| it.trim().is_empty()) => {
                Err("`VOLUME` has an empty path".to_owned())
            }
            "ADD" | "COPY" if self.value.last().is_some_and(|it| heredoc::is_heredoc(it)) => {
                Err(format!("`{name}` can't copy to a here-document"))
            }
            "HEALTHCHECK" => match (argument(0).to_ascii_uppercase().as_str(), self.value.len()) {
                ("NONE", 1) | ("CMD", 2..) => Ok(()),
                _ => Err("`HEALTHCHECK` wants `NONE`, or `CMD` and a command".to_owned()),
            },
            "ONBUILD" => {
                let inner = self.sub_name.as_deref().unwrap_or_default().to_ascii_uppercase();
                match ["ONBUILD", "MAINTAINER", "FROM"].contains(&inner.as_str()) {
                    true => Err(format!("`{inner}` can't stand behind `ONBUILD`")),
                    false => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Each instruction, how many arguments it has at least and at most, and its flags.
const KNOWN: [(&str, usize, usize, &[&str]); 18] = [
    ("ADD", 2, MANY, &["chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"]),
    ("ARG", 1, MANY, &[]),
    ("CMD", 0, MANY, &[]),
    ("COPY", 2, MANY, &["chown", "from", "chmod", "link", "exclude", "parents"]),
    ("ENTRYPOINT", 0, MANY, &[]),
    ("ENV", 1, MANY, &[]),
    ("EXPOSE", 1, MANY, &[]),
    ("FROM", 1, 3, &["platform"]),
    ("HEALTHCHECK", 1, MANY, &["interval", "timeout", "start-period", "start-interval", "retries"]),
    ("LABEL", 1, MANY, &[]),
    ("MAINTAINER", 1, 1, &[]),
    ("ONBUILD", 1, MANY, &[]),
    ("RUN", 0, MANY, &["mount", "network", "security", "device"]),
    ("SHELL", 1, MANY, &[]),
    ("STOPSIGNAL", 1, 1, &[]),
    ("USER", 1, 1, &[]),
    ("VOLUME", 1, MANY, &[]),
    ("WORKDIR", 1, 1, &[]),
];

const MANY: usize = usize::MAX;

/// What stands behind `ONBUILD`; another `ONBUILD` is not followed, because it is refused.
fn inner(text: &str, escape: char) -> Result<Instruction, String> {
    match first_word(text).0.eq_ignore_ascii_case("ONBUILD") {
        true => Ok(Instruction { name: "ONBUILD".to_owned(), ..Instruction::default() }),
        false => Instruction::parse(text, escape),
    }
}

fn first_argument(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim_start()),
        None => (text, ""),
    }
}

/// `^[a-z][a-z0-9-_.]*$`, in any case.
fn is_stage(name: &str) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    name.starts_with(|it: char| it.is_ascii_alphabetic()) && name.chars().all(is_part)
}
