//! Here-documents: which words of a line begin one, found as BuildKit's own small shell finds them.
//!
//! A line that this shell can't read has none, because BuildKit then goes on without them.

use std::{iter::Peekable, str::Chars};

/// How deep `${a:-${b}}` may go.
const MAX_DEPTH: usize = 50;

/// A here-document that a line begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    name: String,
    /// Whether tabs before its end say nothing.
    chomps: bool,
}

impl Heredoc {
    /// Whether a line ends it.
    pub(super) fn is_end(&self, line: &str) -> bool {
        let line = if self.chomps { line.trim_start_matches('\t') } else { line };
        line == self.name
    }
}

/// The here-documents that a line begins, in their order.
pub(super) fn heredocs(line: &str) -> Result<Vec<Heredoc>, String> {
    let words = match Shell::new(line, true).words() {
        Ok(words) => words,
        Err(Trouble::Deep) => return Err(Trouble::Deep.words()),
        Err(Trouble::Open) => Vec::new(),
    };
    words
        .iter()
        .filter_map(|word| of_word(word).transpose())
        .collect::<Result<_, _>>()
        .map_err(|trouble| trouble.words())
}

/// Whether a word begins one.
pub(super) fn is_heredoc(word: &str) -> bool {
    of_word(word).is_ok_and(|it| it.is_some())
}

/// `^(\d*)<<(-?)\s*([^<]*)$`, where the last part is one word.
fn of_word(word: &str) -> Result<Option<Heredoc>, Trouble> {
    let rest = word.trim_start_matches(|it: char| it.is_ascii_digit());
    let Some(rest) = rest.strip_prefix("<<") else { return Ok(None) };
    let (rest, chomps) = match rest.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\x0c', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let mut words = Shell::new(rest, false).words()?;
    Ok(match (words.pop(), words.pop()) {
        (Some(name), None) => Some(Heredoc { name, chomps }),
        _ => None,
    })
}

/// Why a text can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Something in it has no end, or makes no sense.
    Open,
    /// It is nested too deeply.
    Deep,
}

impl Trouble {
    fn words(self) -> String {
        match self {
            Self::Open => "the name of a here-document can't be read".to_owned(),
            Self::Deep => "it is nested too deeply".to_owned(),
        }
    }
}

/// BuildKit's shell, without any variables.
struct Shell<'a> {
    rest: Peekable<Chars<'a>>,
    /// Whether quotes and escapes stay in the words.
    is_raw: bool,
    word: String,
    in_word: bool,
    depth: usize,
}

impl<'a> Shell<'a> {
    fn new(text: &'a str, is_raw: bool) -> Self {
        Self {
            rest: text.chars().peekable(),
            is_raw,
            word: String::new(),
            in_word: false,
            depth: 0,
        }
    }

    fn words(mut self) -> Result<Vec<String>, Trouble> {
        self.until(None, self.is_raw).map(|(_, words)| words)
    }

    /// Reads up to `stop`: what was read, and its words.
    fn until(&mut self, stop: Option<char>, raw: bool) -> Result<(String, Vec<String>), Trouble> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Trouble::Deep);
        }
        let was_raw = std::mem::replace(&mut self.is_raw, raw);
        // One buffer for all depths: what stood before is gone, as it is there.
        self.word.clear();
        let was_in_word = std::mem::take(&mut self.in_word);
        let mut result = String::new();
        let mut words = Vec::new();
        loop {
            let Some(next) = self.rest.peek().copied() else {
                if stop.is_some() {
                    return Err(Trouble::Open);
                }
                break;
            };
            if Some(next) == stop {
                self.rest.next();
                break;
            }
            match next {
                '$' => {
                    let text = self.dollar()?;
                    text.chars().for_each(|it| self.add(it, &mut words));
                    result += &text;
                }
                '<' | '\'' | '"' => {
                    let text = match next {
                        '<' => self.less(),
                        '\'' => self.single_quoted()?,
                        _ => self.double_quoted()?,
                    };
                    self.word += &text;
                    self.in_word = true;
                    result += &text;
                }
                '\\' => {
                    self.rest.next();
                    let escaped = self.rest.next();
                    let kept = [self.is_raw.then_some('\\'), escaped].into_iter().flatten();
                    for it in kept {
                        self.word.push(it);
                        self.in_word = true;
                        result.push(it);
                    }
                }
                _ => {
                    self.rest.next();
                    self.add(next, &mut words);
                    result.push(next);
                }
            }
        }
        if !self.word.is_empty() {
            words.push(std::mem::take(&mut self.word));
        }
        self.in_word = was_in_word;
        self.is_raw = was_raw;
        self.depth -= 1;
        Ok((result, words))
    }

    fn add(&mut self, character: char, words: &mut Vec<String>) {
        if !character.is_whitespace() {
            self.word.push(character);
            self.in_word = true;
        } else if self.in_word && !self.word.is_empty() {
            words.push(std::mem::take(&mut self.word));
            self.in_word = false;
        }
    }

    fn less(&mut self) -> String {
        self.rest.next();
        if self.rest.next_if_eq(&'<').is_none() {
            return "<".to_owned();
        }
        let mut text = "<<".to_owned();
        while let Some(space) = self.rest.next_if(|it| matches!(it, ' ' | '\t' | '\r' | '\n')) {
            text.push(space);
        }
        text
    }

    fn single_quoted(&mut self) -> Result<String, Trouble> {
        let mut text: String =
            self.rest.next().filter(|_| self.keeps_quotes()).into_iter().collect();
        loop {
            match self.rest.next() {
                None => return Err(Trouble::Open),
                Some('\'') => {
                    text.extend(self.keeps_quotes().then_some('\''));
                    return Ok(text);
                }
                Some(other) => text.push(other),
            }
        }
    }

    fn double_quoted(&mut self) -> Result<String, Trouble> {
        let mut text: String =
            self.rest.next().filter(|_| self.keeps_quotes()).into_iter().collect();
        loop {
            match self.rest.peek().copied() {
                None => return Err(Trouble::Open),
                Some('"') => {
                    self.rest.next();
                    text.extend(self.keeps_quotes().then_some('"'));
                    return Ok(text);
                }
                Some('$') => text += &self.dollar()?,
                Some('\\') => {
                    self.rest.next();
                    text.extend(self.is_raw.then_some('\\'));
                    match self.rest.peek() {
                        None => {}
                        Some('"' | '$' | '\\') => text.extend(self.rest.next()),
                        Some(_) => text.push('\\'),
                    }
                }
                Some(other) => {
                    self.rest.next();
                    text.push(other);
                }
            }
        }
    }

    /// Quotes stay wherever escapes stay at the outermost depth.
    const fn keeps_quotes(&self) -> bool {
        self.is_raw
    }

    fn dollar(&mut self) -> Result<String, Trouble> {
        self.rest.next();
        if self.rest.next_if_eq(&'{').is_none() {
            return Ok(format!("${}", self.name()));
        }
        if matches!(self.rest.peek(), None | Some('{' | '}' | ':')) {
            return Err(Trouble::Open);
        }
        let name = self.name();
        match self.rest.next() {
            Some('}') => Ok(format!("${{{name}}}")),
            Some(':') => match self.rest.next() {
                Some(mark @ ('+' | '-' | '?')) => {
                    let (word, _) = self.until(Some('}'), false)?;
                    Ok(format!("${{{name}:{mark}{word}}}"))
                }
                _ => Err(Trouble::Open),
            },
            Some(mark @ ('+' | '-' | '?' | '#' | '%')) => {
                let (word, _) = self.until(Some('}'), matches!(mark, '#' | '%'))?;
                Ok(format!("${{{name}{mark}{word}}}"))
            }
            Some('/') => {
                self.rest.next_if_eq(&'/');
                let (pattern, _) = self.until(Some('/'), true)?;
                let (replacement, _) = self.until(Some('}'), true)?;
                Ok(format!("${{{name}/{pattern}/{replacement}}}"))
            }
            _ => Err(Trouble::Open),
        }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        if self.rest.peek().is_some_and(char::is_ascii_digit) {
            while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
                name.push(digit);
            }
            return name;
        }
        if let Some(special) = self.rest.next_if(|it| "@*#?-$!".contains(*it)) {
            return special.to_string();
        }
        while let Some(part) = self.rest.next_if(|it| it.is_alphanumeric() || *it == '_') {
            name.push(part);
        }
        name
    }
}
