//! A program's text, read from its first character to its last, and the marks found on the way.
//!
//! **Invariant:** every mark that is in the text is among those found, once.

use super::Site;

/// Over how many lines a text may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// It ends on the one that it began on.
    One,
    /// As many as there are.
    Many,
}

/// Where a lexer stands in a program.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    stem: &'t str,
    found: Vec<(usize, Site)>,
}

impl<'t> Cursor<'t> {
    /// At the first character.
    pub(super) fn new(text: &'t str, stem: &'t str) -> Self {
        Self { text, at: 0, stem, found: Vec::new() }
    }

    /// What marks begin with.
    pub(super) fn stem(&self) -> &'t str {
        self.stem
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was read.
    pub(super) fn behind(&self) -> &'t str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether all was read.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The character that comes next.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character that was read last.
    pub(super) fn before(&self) -> Option<char> {
        self.behind().chars().next_back()
    }

    /// Whether `what` comes next.
    pub(super) fn is_at(&self, what: &str) -> bool {
        self.rest().starts_with(what)
    }

    /// Reads one character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Reads `what`, where it comes next.
    pub(super) fn take(&mut self, what: &str) -> bool {
        let is_there = self.is_at(what);
        self.at += if is_there { what.len() } else { 0 };
        is_there
    }

    /// Reads the first of these that comes next, and says whether one does.
    pub(super) fn take_any(&mut self, all: &[&str]) -> bool {
        all.iter().any(|it| self.take(it))
    }

    /// Reads as long as something holds of the next character.
    pub(super) fn take_while(&mut self, holds: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|it| !holds(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads up to the end of the line, and not its `\n`.
    pub(super) fn take_line(&mut self) -> &'t str {
        self.take_while(|it| it != '\n')
    }

    /// Reads up to and with `what`; to the end of the text where it is nowhere. Says whether it was
    /// there.
    pub(super) fn take_past(&mut self, what: &str) -> bool {
        match self.rest().find(what) {
            Some(found) => {
                self.at += found + what.len();
                true
            }
            None => {
                self.at = self.text.len();
                false
            }
        }
    }

    /// Reads the mark that comes next, and says its number.
    pub(super) fn take_mark(&mut self) -> Option<usize> {
        let (number, length) = leading(self.rest(), self.stem)?;
        self.at += length;
        Some(number)
    }

    /// Whether a mark comes next.
    pub(super) fn is_at_mark(&self) -> bool {
        leading(self.rest(), self.stem).is_some()
    }

    /// Whether what was read ends in a mark.
    pub(super) fn is_behind_mark(&self) -> bool {
        let number = self.behind().strip_suffix('z');
        number.is_some_and(|it| {
            it.trim_end_matches(|it: char| it.is_ascii_digit()).ends_with(self.stem)
        })
    }

    /// Reads as long as something holds of the next character and no mark comes.
    pub(super) fn take_word(&mut self, holds: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let ends = |at: usize, it: char| {
            !holds(it) || rest.get(at..).is_some_and(|it| it.starts_with(self.stem))
        };
        let mut ended = rest.char_indices().filter(|(at, it)| ends(*at, *it));
        let end = ended.next().map_or(rest.len(), |(at, _)| at);
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads up to and with the next `quote` without a backslash before it. Says whether it was there,
    /// and, where a text must end on its line, there.
    pub(super) fn take_string(&mut self, quote: &str, lines: Lines) -> bool {
        while !self.is_done() {
            if self.take(quote) {
                return true;
            }
            match self.bump() {
                Some('\\') if self.is_at("\r\n") => {
                    self.take("\r\n");
                }
                // What a backslash does to a literal is no escape of one character.
                Some('\\') if !self.is_at(self.stem) => {
                    self.bump();
                }
                Some('\n' | '\r') if lines == Lines::One => return false,
                _ => {}
            }
        }
        false
    }

    /// Reads the mark that comes next, in code of a language whose literals have quotes, and says where
    /// it stands: it is its own unless a name, one of `marks` or another mark is right beside it.
    pub(super) fn take_literal(&mut self, marks: &[char]) -> Option<usize> {
        if !self.is_at_mark() {
            return None;
        }
        let is_behind_mark = self.is_behind_mark();
        let front = self.before();
        let number = self.take_mark()?;
        let is_name = |it: Option<char>| it.is_some_and(is_word);
        let is_sign = |it: Option<char>| it.is_some_and(|it| marks.contains(&it));
        let site = if is_behind_mark || self.is_at(self.stem) {
            Site::Beside("another literal")
        } else if is_name(front) {
            Site::Beside("a prefix")
        } else if is_name(self.peek()) {
            Site::Beside("a name")
        } else if is_sign(front) || is_sign(self.peek()) {
            Site::Beside("a quote")
        } else {
            Site::Own
        };
        self.note(number, site);
        Some(number)
    }

    /// Says where a mark stands.
    pub(super) fn note(&mut self, number: usize, site: Site) {
        self.found.push((number, site));
    }

    /// Says where every mark stands that was read since `start`.
    pub(super) fn note_since(&mut self, start: usize, site: Site) {
        let span = self.text.get(start..self.at).unwrap_or_default();
        self.found.extend(numbers(span, self.stem).map(|number| (number, site)));
    }

    /// Reads a line with those that it goes on in, where it does.
    pub(super) fn take_joined(&mut self, goes_on: impl Fn(&str) -> bool) -> String {
        let mut whole = String::new();
        loop {
            let line = self.take_line();
            whole += line;
            if !self.take("\n") || !goes_on(line) {
                return whole;
            }
            whole.push('\n');
        }
    }

    /// What was found; where the lexer `ended` with nothing, it lost its way, and no mark's place is
    /// known.
    pub(super) fn finish(self, ended: Option<()>) -> Vec<(usize, Site)> {
        let all = numbers(self.text, self.stem);
        let sorted = |numbers: &mut Vec<usize>| numbers.sort_unstable();
        let (mut there, mut found) = (all.clone().collect(), Vec::new());
        found.extend(self.found.iter().map(|(number, _)| *number));
        sorted(&mut there);
        sorted(&mut found);
        // A mark that was passed by unseen has no known place either.
        if ended.is_none() || there != found {
            return all.map(|number| (number, Site::Unknown)).collect();
        }
        self.found
    }
}

/// All marks of a text, at one kind of place.
pub(super) fn all(text: &str, stem: &str, site: Site) -> Vec<(usize, Site)> {
    numbers(text, stem).map(|number| (number, site)).collect()
}

/// Whether a character may be a part of a name or number of some language.
pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$') || !character.is_ascii()
}

/// The numbers of all marks in a text; what can't be read as one has a number that no mark has.
fn numbers<'t>(text: &'t str, stem: &'t str) -> impl Iterator<Item = usize> + Clone + 't {
    text.match_indices(stem).map(move |(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        leading(rest, stem).map_or(usize::MAX, |(number, _)| number)
    })
}

/// The number of the mark that a text begins with, and how many bytes it has.
fn leading(text: &str, stem: &str) -> Option<(usize, usize)> {
    let rest = text.strip_prefix(stem)?;
    let end = rest.find(|it: char| !it.is_ascii_digit())?;
    let number = rest.get(..end)?.parse().ok()?;
    rest.get(end..)?.starts_with('z').then_some((number, stem.len() + end + 1))
}

#[cfg(test)]
mod tests {
    use super::{super::Inside, *};

    #[test]
    fn marks_are_read_whole_and_none_is_lost() {
        let text = "a zq0q12z \"zq0q3z\"";
        let mut cursor = Cursor::new(text, "zq0q");
        assert_eq!(cursor.take_while(|it| it != 'z'), "a ");
        assert_eq!(cursor.take_mark(), Some(12));
        assert!(cursor.is_behind_mark());
        cursor.note(12, Site::Own);
        let start = cursor.at();
        assert!(cursor.take_past("\"") && cursor.take_past("\""));
        assert!(cursor.is_done());
        cursor.note_since(start, Site::Inside(Inside::Text));
        let expected = [(12, Site::Own), (3, Site::Inside(Inside::Text))];
        assert_eq!(cursor.finish(Some(())), expected);
    }

    #[test]
    fn a_mark_that_was_passed_by_makes_all_unknown() {
        let mut cursor = Cursor::new("zq0q0z zq0q1z", "zq0q");
        cursor.note(0, Site::Own);
        assert_eq!(cursor.finish(Some(())), [(0, Site::Unknown), (1, Site::Unknown)]);
        let mut cursor = Cursor::new("zq0q0z zq0q1z", "zq0q");
        cursor.note(0, Site::Own);
        cursor.note(0, Site::Own);
        assert_eq!(cursor.finish(Some(())), [(0, Site::Unknown), (1, Site::Unknown)]);
    }
}
