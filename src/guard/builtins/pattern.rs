//! Regular expressions as Go has them, in words of the evaluator's engine.
//!
//! Both are linear and nearly one language. They differ in what `\d`, `\w`, `\s` and `\b` mean (ASCII
//! in Go), in classes within classes (Go has none) and in signs that mean something only here.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use regex::{Regex, RegexBuilder};
use regorus::Value;

use super::{original, size, text};

thread_local! {
    /// Patterns that were asked for. The evaluator copies its own for every question, and a copy
    /// builds its tables anew.
    static KNOWN: RefCell<BTreeMap<Box<str>, Rc<Regex>>> = const { RefCell::new(BTreeMap::new()) };
}

/// How many patterns are known at most.
const MOST: usize = 256;

/// How large a pattern may become: as large as the evaluator lets it.
const SIZE: usize = 100 << 10;

pub(super) fn matches(values: &[Value], _: i64) -> Result<Value, String> {
    let [Value::String(pattern), Value::String(text)] = values else {
        return with_pattern("regex.match", values, 0);
    };
    match known(pattern)? {
        Some(known) => Ok(Value::Bool(known.is_match(text))),
        // The evaluator says what is wrong with it.
        None => with_pattern("regex.match", values, 0),
    }
}

/// A pattern that was asked for before, or is built now; nothing if it can't be built.
fn known(pattern: &str) -> Result<Option<Rc<Regex>>, String> {
    if let Some(known) = KNOWN.with_borrow(|it| it.get(pattern).cloned()) {
        return Ok(Some(known));
    }
    let Ok(built) = RegexBuilder::new(&translated(pattern)?).size_limit(SIZE).build() else {
        return Ok(None);
    };
    let built = Rc::new(built);
    KNOWN.with_borrow_mut(|it| {
        if it.len() < MOST {
            it.insert(pattern.into(), Rc::clone(&built));
        }
    });
    Ok(Some(built))
}

pub(super) fn find(values: &[Value], _: i64) -> Result<Value, String> {
    if let [Value::String(pattern), Value::String(text), most] = values
        && let Ok(most) = most.as_i64()
        && let Some(known) = known(pattern)?
    {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let found = known.find_iter(text).take(most).map(|it| Value::from(it.as_str()));
        return Ok(Value::from(found.collect::<Vec<_>>()));
    }
    with_pattern("regex.find_n", values, 0)
}

pub(super) fn find_all(values: &[Value], _: i64) -> Result<Value, String> {
    with_pattern("regex.find_all_string_submatch_n", values, 0)
}

/// Go drops what would stand before an empty match at the begin, and behind one at the end.
pub(super) fn split(values: &[Value], now: i64) -> Result<Value, String> {
    let pieces = with_pattern("regex.split", values, 0)?;
    let mut pieces: Vec<_> =
        pieces.as_array().map(|it| it.iter().cloned().collect()).unwrap_or_default();
    let whole = values.get(1).cloned().unwrap_or(Value::Undefined);
    let empty = Value::from("");
    if whole == empty {
        return Ok(Value::from(pieces.into_iter().take(1).collect::<Vec<_>>()));
    }
    let pattern = values.first().cloned().unwrap_or(Value::Undefined);
    let matches = find(&[pattern, whole, Value::from(-1_i64)], now)?;
    let matches: Vec<_> =
        matches.as_array().map(|it| it.iter().cloned().collect()).unwrap_or_default();
    if matches.last() == Some(&empty) && pieces.last() == Some(&empty) {
        pieces.pop();
    }
    if matches.first() == Some(&empty) && pieces.first() == Some(&empty) {
        pieces.remove(0);
    }
    Ok(Value::from(pieces))
}

pub(super) fn is_valid(values: &[Value], _: i64) -> Result<Value, String> {
    match values.first() {
        Some(Value::String(pattern)) => match translated(pattern) {
            Ok(pattern) => original("regex.is_valid", &[Value::from(pattern)]),
            Err(_) => Ok(Value::Bool(false)),
        },
        Some(_) | None => Ok(Value::Bool(false)),
    }
}

pub(super) fn replace(values: &[Value], _: i64) -> Result<Value, String> {
    let (whole, by) = (text(values, 0)?, text(values, 2)?);
    // What stands between brackets may come again for each letter.
    size::fits(whole.len().saturating_add(1).saturating_mul(by.len().max(1)))?;
    if let [Value::String(text), Value::String(pattern), Value::String(by)] = values
        && let Some(known) = known(pattern)?
    {
        return Ok(Value::from(known.replace_all(text, &**by).as_ref()));
    }
    let answer = with_pattern("regex.replace", values, 1)?;
    if answer == Value::Undefined {
        return Err(format!("`{}` is no regular expression", text(values, 1)?));
    }
    Ok(answer)
}

fn with_pattern(name: &str, values: &[Value], index: usize) -> Result<Value, String> {
    let mut values = values.to_vec();
    let pattern = translated(&text(&values, index)?)?;
    if let Some(value) = values.get_mut(index) {
        *value = Value::from(pattern);
    }
    original(name, &values)
}

/// The classes with names.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// A pattern of Go's in the evaluator's words.
fn translated(pattern: &str) -> Result<String, String> {
    let mut translated = Translated { rest: pattern, done: String::new() };
    while let Some(letter) = translated.next() {
        match letter {
            '\\' => translated.escape(false)?,
            '[' => translated.class()?,
            '{' if !translated.is_repetition() => translated.done += r"\{",
            '(' => translated.group()?,
            other => translated.done.push(other),
        }
    }
    Ok(translated.done)
}

struct Translated<'p> {
    rest: &'p str,
    done: String,
}

impl Translated<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
        Some(letter)
    }

    /// What stands behind a `\`.
    fn escape(&mut self, is_in_class: bool) -> Result<(), String> {
        let letter = self.next().ok_or("a `\\` ends the pattern")?;
        match letter {
            'd' => self.done += "[0-9]",
            'D' => self.done += "[^0-9]",
            'w' => self.done += "[0-9A-Za-z_]",
            'W' => self.done += "[^0-9A-Za-z_]",
            's' => self.done += r"[\t\n\f\r ]",
            'S' => self.done += r"[^\t\n\f\r ]",
            'b' if !is_in_class => self.done += r"(?-u:\b)",
            'B' if !is_in_class => self.done += r"(?-u:\B)",
            'Q' if !is_in_class => {
                let (quoted, rest) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
                quoted.chars().for_each(|it| self.done += &literal(it));
                self.rest = rest;
            }
            'C' | 'u' | 'U' => return Err(format!("`\\{letter}` is no escape")),
            it if it.is_ascii_punctuation() || !it.is_ascii() => self.done += &literal(it),
            '1'..='7' if !self.rest.starts_with(|it: char| ('0'..='7').contains(&it)) => {
                return Err("a pattern can't refer back to what it matched".to_owned());
            }
            it @ '0'..='7' => self.octal(it),
            other => {
                self.done.push('\\');
                self.done.push(other);
            }
        }
        Ok(())
    }

    fn octal(&mut self, first: char) {
        let mut value = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|it| it.to_digit(8)) else { break };
            value = value * 8 + digit;
            self.next();
        }
        self.done += &format!("\\x{{{value:x}}}");
    }

    /// A class, from behind its `[`.
    fn class(&mut self) -> Result<(), String> {
        self.done.push('[');
        if self.rest.starts_with('^') {
            self.next();
            self.done.push('^');
        }
        let mut is_first = true;
        loop {
            match self.next().ok_or("a `[` is never closed")? {
                ']' if !is_first => break,
                '[' if self.rest.starts_with(':') => {
                    let (name, rest) =
                        self.rest.split_once(":]").ok_or("a `[:` is never closed")?;
                    let word = name.trim_start_matches([':', '^']);
                    if !CLASSES.contains(&word) {
                        return Err(format!("there is no class `{word}`"));
                    }
                    self.done += &format!("[{name}:]");
                    self.rest = rest;
                }
                '\\' => self.escape(true)?,
                '-' if self.rest.starts_with('-') => {
                    return Err("two `-` stand in a class: write `\\-`".to_owned());
                }
                '-' => self.done.push('-'),
                other => self.done += &literal(other),
            }
            is_first = false;
        }
        self.done.push(']');
        Ok(())
    }

    /// Whether `{n}`, `{n,}` or `{n,m}` follows, behind something.
    fn is_repetition(&self) -> bool {
        let inner = self.rest.split_once('}').map(|(inner, _)| inner);
        let is_number = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
        inner.is_some_and(|it| match it.split_once(',') {
            Some((from, to)) => is_number(from) && (to.is_empty() || is_number(to)),
            None => is_number(it),
        })
    }

    /// A `(`: of its flags Go knows fewer.
    fn group(&mut self) -> Result<(), String> {
        self.done.push('(');
        let Some(flags) = self.rest.strip_prefix('?') else { return Ok(()) };
        let named = flags.starts_with('<') || flags.starts_with("P<");
        let end = flags.find([':', ')']).unwrap_or(flags.len());
        let known = |it: char| "imsU-".contains(it);
        if !named && !flags.get(..end).is_some_and(|it| it.chars().all(known)) {
            return Err("the pattern has flags that Go does not know".to_owned());
        }
        Ok(())
    }
}

/// A letter that means itself. Of the other signs some mean more behind a `\`.
pub(super) fn literal(letter: char) -> String {
    match letter {
        it if r"\.+*?()|[]{}^$#&-~".contains(it) => format!("\\{it}"),
        it => it.to_string(),
    }
}
