//! The proof that printed texts changed nothing but the scalars that they stand in.
//!
//! A file is rendered twice, once with tokens in place of its texts. Both are parsed: the two must
//! differ in scalars alone, and there by exactly the texts for the tokens.

mod lists;
mod splices;
mod tables;
#[cfg(test)]
mod tests;

use std::{ops::Range, sync::Arc};

use crate::{
    data::{Number, Value, YamlPart, is_typed_in_yaml_1_1},
    template::{Format, Printed, Reading, Readings, Scripts, Tokens, escaped, is_harmless_text},
};

/// A file, rendered twice.
pub(super) struct Proof<'a> {
    /// The file's format.
    pub(super) format: Format,
    /// Which of its strings are programs.
    pub(super) scripts: Scripts,
    /// What stands for what.
    pub(super) tokens: &'a Tokens,
    /// What the file's render printed.
    pub(super) printed: &'a Printed,
    /// What was read with tokens so far.
    pub(super) readings: &'a Readings,
    /// The number of the one text that was printed as it is, where the others were not.
    pub(super) only: Option<usize>,
    /// Whether a text is exactly what someone answered.
    pub(super) is_answer: &'a dyn Fn(&str) -> bool,
}

/// What runs the string that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Nobody; what runs the scripts below it.
    Data(Runner),
    /// A shell.
    Shell,
    /// Something that has no quoting of ours.
    Program,
}

/// What runs the scripts of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runner {
    /// A shell, as far as nothing else is said.
    Usual,
    /// A shell of the kind that our literals are for.
    Shell,
    /// Something else.
    Other,
}

impl Proof<'_> {
    /// Whether `plain` says what `neutral` says, texts for tokens.
    pub(super) fn holds(&self, plain: &str, neutral: &str) -> bool {
        (self.holds_around_the_texts(plain, neutral) || self.holds_throughout(plain, neutral))
            && self.keeps_splices(neutral)
    }

    /// The same, cheaply, for what most files are: a map, of which a few entries hold all the texts.
    /// What stands around those entries is the same in both, and nothing in them can reach it while they
    /// parse for themselves, keep their keys and have as many lines. `false` says nothing.
    fn holds_around_the_texts(&self, plain: &str, neutral: &str) -> bool {
        // What runs the scripts of a workflow may stand in another entry.
        let is_elsewhere = self.scripts == Scripts::GitHub && neutral.contains("defaults")
            || neutral.contains("\nargs:");
        if is_elsewhere {
            return false;
        }
        let (front, back) = shared(plain, neutral);
        let around = front..neutral.len() - back;
        let entries = match self.format {
            Format::Yaml => self.entries_around(neutral, &around),
            Format::Toml => tables::around((plain, neutral), &around)
                .filter(|_| self.readings.of(neutral, self.format).is_some()),
            Format::Json => None,
        };
        let Some(entries) = entries else { return false };
        let behind = neutral.len() - entries.end;
        let (Some(one), Some(two)) =
            (plain.get(entries.start..plain.len() - behind), neutral.get(entries))
        else {
            return false;
        };
        // Another line may be one that the rest of the file answers to.
        if one.matches(ends_line).count() != two.matches(ends_line).count() {
            return false;
        }
        let Some((said, meant)) = self.read(one, two) else { return false };
        has_the_keys(&said.values, &meant.values) && self.same_throughout(&said, &meant)
    }

    fn holds_throughout(&self, plain: &str, neutral: &str) -> bool {
        let Some((said, meant)) = self.read(plain, neutral) else { return false };
        self.same_throughout(&said, &meant)
    }

    fn read<'t>(
        &self,
        plain: &'t str,
        neutral: &str,
    ) -> Option<(Reading<'t>, Arc<Reading<'static>>)> {
        let neutral = self.readings.of(neutral, self.format)?;
        Some((Reading::of(plain, self.format)?, neutral))
    }

    /// The whole entries of a block map that hold the bytes of `around`.
    fn entries_around(&self, neutral: &str, around: &Range<usize>) -> Option<Range<usize>> {
        let bounds = self.readings.entries(neutral);
        let start = bounds.iter().rfind(|it| **it <= around.start).copied().unwrap_or_default();
        let end = bounds.iter().find(|it| **it >= around.end && **it > start)?;
        Some(start..*end)
    }

    /// The same of two texts that are read.
    fn same_throughout(&self, said: &Reading<'_>, meant: &Reading<'_>) -> bool {
        let mut documents = said.values.iter().zip(&meant.values);
        said.values.len() == meant.values.len()
            && documents.all(|(one, two)| self.same(one, two, Reader::Data(Runner::Usual)))
            && self.same_parts(&said.parts, &meant.parts)
    }

    fn same(&self, one: &Value, two: &Value, reader: Reader) -> bool {
        match (one, two) {
            (Value::Text(one), Value::Text(two)) => self.same_text(one, two, reader),
            (Value::List(one), Value::List(two)) => self.same_lists(one, two, (&[], reader)),
            (Value::Map(one), Value::Map(two)) => self.same_maps(one, two, reader),
            (Value::Tagged(tag, one), Value::Tagged(other, two)) => {
                tag == other && self.same(one, two, reader)
            }
            (Value::Number(Number::Float(one)), Value::Number(Number::Float(two))) => {
                one.to_bits() == two.to_bits()
            }
            (one, two) => one == two,
        }
    }

    /// The same of lists, with what stands before them on their command line.
    fn same_lists(
        &self,
        one: &[Value],
        two: &[Value],
        (before, reader): (&[&Value], Reader),
    ) -> bool {
        let readers = lists::readers(before, two);
        let mut items = one.iter().zip(two).zip(readers);
        one.len() == two.len()
            && items.all(|((one, two), own)| self.same(one, two, own.unwrap_or(reader)))
    }

    fn same_maps(&self, one: &[(Value, Value)], two: &[(Value, Value)], reader: Reader) -> bool {
        let reader = match reader {
            Reader::Data(runner) if self.scripts == Scripts::GitHub => {
                Reader::Data(runner_below(two, runner))
            }
            other => other,
        };
        one.len() == two.len()
            && one.iter().zip(two).all(|((key, value), (neutral_key, neutral_value))| {
                let is_twice = || one.iter().filter(|(other, _)| other == key).count() > 1;
                self.same(key, neutral_key, Reader::Data(Runner::Usual))
                    && (key == neutral_key || !is_twice())
                    && self.same_values((value, neutral_value), neutral_key, (two, reader))
            })
    }

    fn same_values(
        &self,
        (value, neutral): (&Value, &Value),
        key: &Value,
        (map, around): (&[(Value, Value)], Reader),
    ) -> bool {
        let reader = self.reader(key, neutral, around);
        let before = lists::before(map, key);
        match (value, neutral) {
            (Value::List(one), Value::List(two)) => {
                let reader = if self.is_command_line(key) { around } else { reader };
                self.same_lists(one, two, (&before, reader))
            }
            (one, two) => match lists::readers(&before, std::slice::from_ref(two)).first() {
                Some(Some(program)) => self.same(one, two, *program),
                _ => self.same(one, two, reader),
            },
        }
    }

    /// Whether a list below `key` is the words of one command, which no shell reads.
    fn is_command_line(&self, key: &Value) -> bool {
        let Scripts::Shell(keys) = self.scripts else { return false };
        let has_entrypoint = keys.contains(&"entrypoint");
        has_entrypoint && matches!(key.as_text(), Some("command" | "entrypoint" | "test"))
    }

    /// A map under the name is no program: a job may be called `run`.
    fn reader(&self, key: &Value, value: &Value, around: Reader) -> Reader {
        let is_program = self.scripts != Scripts::GitHub || !matches!(value, Value::Map(_));
        let key = key.as_text().filter(|_| is_program).unwrap_or_default();
        match (self.scripts, key) {
            (Scripts::GitHub, "run") if around == Reader::Data(Runner::Other) => Reader::Program,
            // `command` and the like are inputs that common actions hand to a shell.
            (Scripts::GitHub, "run" | "command" | "commands" | "cmd" | "args" | "entrypoint") => {
                Reader::Shell
            }
            (Scripts::GitHub, "script" | "if") => Reader::Program,
            // The words of a container's options are divided as a shell does.
            (Scripts::GitHub, "options") if value.as_text().is_some() => Reader::Shell,
            (Scripts::GitHub, key) if value.as_text().is_some() && names_program(key) => {
                Reader::Program
            }
            (Scripts::Shell(keys), key) if names(keys, key) => match key {
                "if" | "condition" | "powershell" | "pwsh" | "dockerfile_inline" => Reader::Program,
                _ => Reader::Shell,
            },
            _ => around,
        }
    }

    fn same_text(&self, one: &str, two: &str, reader: Reader) -> bool {
        // What is the same in both was not changed.
        if one == two {
            return true;
        }
        if !self.tokens.occur_in(two) {
            return false;
        }
        let numbers = self.tokens.numbers_in(two).unwrap_or_default();
        if self.only.is_some_and(|only| !numbers.contains(&only)) {
            return false;
        }
        self.replaced(one, two)
            && self.is_quoted(two, reader)
            && self.keeps_expressions(one, two)
            && self.keeps_openers(one, two)
    }

    /// A text inside of a literal in a literal is escaped by its filter.
    fn replaced(&self, one: &str, two: &str) -> bool {
        let is = |meaning: fn(&str) -> String| {
            let is_plain = |number| self.only.is_none_or(|only| only == number);
            let expected = self.tokens.replaced(two, |number, text| match is_plain(number) {
                true => meaning(text),
                false => self.tokens.token(number),
            });
            expected.is_some_and(|expected| {
                one == expected || (self.is_indented(two) && same_lines(one, &expected))
            })
        };
        is(str::to_owned) || is(escaped)
    }

    /// Whether a filter may have indented the lines of a text, so that they lose it again in a block.
    fn is_indented(&self, neutral: &str) -> bool {
        let numbers = self.tokens.numbers_in(neutral).unwrap_or_default();
        let mut texts = numbers.iter().filter_map(|number| self.tokens.text(*number));
        texts.any(|text| text.contains('\n') && !(self.is_answer)(text))
    }

    fn is_quoted(&self, neutral: &str, reader: Reader) -> bool {
        let Some(numbers) = self.tokens.numbers_in(neutral) else { return false };
        // The others are looked at when it is their turn.
        let is_meant = |number: &&usize| self.only.is_none_or(|only| only == **number);
        let meant = || numbers.iter().filter(is_meant);
        let texts = || meant().filter_map(|number| self.tokens.text(*number));
        match reader {
            Reader::Data(_) => true,
            Reader::Program => texts().all(is_harmless_text),
            Reader::Shell => {
                let is_literal = |text: &str| self.printed.shell.contains(text);
                let fits = |text: &str| is_harmless_text(text) && !text.starts_with('-');
                let literals: Vec<usize> = meant()
                    .filter(|number| !self.tokens.text(**number).is_some_and(fits))
                    .copied()
                    .collect();
                texts().all(|text| fits(text) || is_literal(text))
                    && (literals.is_empty() || self.are_words(neutral, &literals))
            }
        }
    }

    /// Whether each of these literals is a word of a script, or a part of one.
    fn are_words(&self, script: &str, literals: &[usize]) -> bool {
        match self.scripts {
            Scripts::GitHub => self.tokens.are_words(&without_expressions(script), literals),
            Scripts::Shell(_) | Scripts::None => self.tokens.are_words(script, literals),
        }
    }

    /// `${{` is the template's to write, and what stands inside of it is a program.
    fn keeps_expressions(&self, one: &str, two: &str) -> bool {
        if self.scripts != Scripts::GitHub {
            return true;
        }
        let inside = two.split("${{").skip(1).filter_map(|rest| rest.split("}}").next());
        one.matches("${{").count() == two.matches("${{").count()
            && inside.into_iter().all(|program| self.is_quoted(program, Reader::Program))
    }

    /// What opens an expression of the system that runs the file is the template's to write: most are
    /// replaced before a shell reads any quotes.
    fn keeps_openers(&self, one: &str, two: &str) -> bool {
        let Scripts::Shell(keys) = self.scripts else { return true };
        let openers: &[(&str, &str)] = &[
            // Taskfiles, mise.
            ("cmds", "{{"),
            ("run_windows", "{{"),
            // GitLab, Azure, CircleCI.
            ("*script", "$[["),
            ("condition", "${{"),
            ("condition", "$["),
            ("condition", "<<"),
        ];
        let mut own = openers.iter().filter(|(key, _)| keys.contains(key));
        own.all(|(_, opener)| one.matches(opener).count() == two.matches(opener).count())
    }

    fn same_parts(&self, one: &[YamlPart<'_>], two: &[YamlPart<'_>]) -> bool {
        one.len() == two.len()
            && one.iter().zip(two).all(|(one, two)| match (one, two) {
                (
                    YamlPart::Scalar { text, is_plain, mark },
                    YamlPart::Scalar { text: token, mark: other, .. },
                ) => {
                    let differs = text != token;
                    mark == other
                        && (!differs || self.replaced(text, token))
                        && !(differs && *is_plain && is_typed_in_yaml_1_1(text))
                }
                (one, two) => one == two,
            })
    }
}

/// Whether an input of an action is a program by its name: `inlineScript`, `build-command`.
fn names_program(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["script", "command", "commands", "cmd"].iter().any(|it| key.ends_with(it))
}

/// Whether one of `keys` is `key`, where `*` stands for whatever it begins with.
fn names(keys: &[&str], key: &str) -> bool {
    keys.iter().any(|it| it.strip_prefix('*').map_or(*it == key, |end| key.ends_with(end)))
}

/// Whether some reader ends a line here.
const fn ends_line(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether each is one map, and both have the same keys, also in the maps below them.
fn has_the_keys(one: &[Value], two: &[Value]) -> bool {
    matches!((one, two), ([Value::Map(_)], [Value::Map(_)]))
        && one.iter().zip(two).all(|(one, two)| is_keyed_as(one, two))
}

fn is_keyed_as(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Map(one), Value::Map(two)) => {
            one.len() == two.len()
                && one
                    .iter()
                    .zip(two)
                    .all(|(one, two)| one.0 == two.0 && is_keyed_as(&one.1, &two.1))
        }
        (Value::List(one), Value::List(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| is_keyed_as(one, two))
        }
        _ => true,
    }
}

/// What runs the scripts in a map of a workflow, where it runs below `around`.
fn runner_below(map: &[(Value, Value)], around: Runner) -> Runner {
    let get = |name: &str| map.iter().find(|(key, _)| key.as_text() == Some(name)).map(|it| &it.1);
    let in_step = get("run").filter(|it| it.as_text().is_some()).and(get("shell"));
    let by_default = || get("defaults").and_then(|it| it.get("run")).and_then(|it| it.get("shell"));
    if let Some(shell) = in_step.or_else(by_default) {
        let program = shell.as_text().unwrap_or_default().split(' ').next().unwrap_or_default();
        let is_shell = matches!(program.rsplit('/').next(), Some("bash" | "sh"));
        return if is_shell { Runner::Shell } else { Runner::Other };
    }
    let is_windows = get("runs-on").is_some_and(|machine| {
        mentions(machine, "windows")
            || (mentions(machine, "${{")
                && get("strategy").is_some_and(|it| mentions(it, "windows")))
    });
    if is_windows && around == Runner::Usual { Runner::Other } else { around }
}

/// Whether a text in a value holds `word`.
fn mentions(value: &Value, word: &str) -> bool {
    match value {
        Value::Text(text) => text.to_ascii_lowercase().contains(word),
        Value::List(items) => items.iter().any(|it| mentions(it, word)),
        Value::Map(entries) => entries.iter().any(|(_, it)| mentions(it, word)),
        Value::Tagged(_, inner) => mentions(inner, word),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A script with a word in place of each expression, which is replaced before a shell reads it.
fn without_expressions(script: &str) -> String {
    let mut parts = script.split("${{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('_');
        out += part.split_once("}}").map_or("", |(_, behind)| behind);
    }
    out
}

/// How many bytes at the front and at the back two texts share, without sharing any twice.
fn shared(one: &str, two: &str) -> (usize, usize) {
    let front = one.bytes().zip(two.bytes()).take_while(|(one, two)| one == two).count();
    let rest = one.len().min(two.len()) - front;
    let back = one.bytes().rev().zip(two.bytes().rev()).take(rest);
    (front, back.take_while(|(one, two)| one == two).count())
}

/// Lines of an answer in a block of YAML get the block's indentation.
fn same_lines(one: &str, two: &str) -> bool {
    one.lines().count() == two.lines().count()
        && one.lines().zip(two.lines()).all(|(one, two)| one.trim_start() == two.trim_start())
}
