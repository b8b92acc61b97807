//! `case` and `[[`, whose words are no commands.

use super::{Closer, Ended, Inside, Script, Site, word::Word};

/// Operators by which a shell calculates, and so runs, what is compared.
pub(super) const CALCULATING: [&str; 8] = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v", "-R"];

/// A comparison by one of them.
pub(super) const COMPARED: Site = Site::Inside(Inside::Comparison);

impl Script<'_> {
    /// Reads what follows `case`.
    pub(super) fn case(&mut self) -> Option<()> {
        self.between_words()?;
        let subject = self.word()?;
        self.note_word(subject);
        self.between_words()?;
        if self.word()?.text != "in" {
            return None;
        }
        loop {
            let is_last = self.patterns()? == Ended::Esac;
            if is_last || self.commands(Closer::Arm)? == Ended::Esac {
                return Some(());
            }
        }
    }

    /// Reads the patterns before commands, with their `)`, or the `esac` in their place.
    fn patterns(&mut self) -> Option<Ended> {
        self.between_words()?;
        self.cursor.take("(");
        loop {
            self.between_words()?;
            match self.cursor.peek()? {
                ')' => break,
                '|' => drop(self.cursor.bump()),
                _ => {
                    let at = self.cursor.at();
                    let pattern = self.word()?;
                    if pattern.text == "esac" && !pattern.is_quoted {
                        return Some(Ended::Esac);
                    }
                    self.note_word(pattern);
                    // What ends a command can't stand in a pattern.
                    (self.cursor.at() > at).then_some(())?;
                }
            }
        }
        self.cursor.bump();
        Some(Ended::Closed)
    }

    fn note_word(&mut self, word: Word) {
        self.note_all(word.marks.into_iter().map(|(number, site, _)| (number, site)));
    }

    fn between_words(&mut self) -> Option<()> {
        loop {
            self.blanks();
            match self.cursor.peek()? {
                '\n' => self.newline()?,
                '#' => self.comment(),
                _ => return Some(()),
            }
        }
    }

    /// Reads what follows `[[`.
    pub(super) fn condition(&mut self) -> Option<()> {
        let (mut marks, mut calculates, mut is_pattern) = (Vec::new(), false, false);
        loop {
            self.blanks();
            match self.cursor.peek()? {
                '\n' if self.pending.is_empty() => drop(self.cursor.bump()),
                '\n' | '#' | ';' => return None,
                '<' if self.cursor.is_at("<<") => return None,
                '(' | ')' | '<' | '>' | '&' | '|' if !is_pattern => drop(self.cursor.bump()),
                _ => {
                    let word = if is_pattern { self.pattern()? } else { self.operand()? };
                    if word.text == "]]" && !word.is_quoted {
                        break;
                    }
                    is_pattern = word.text == "=~";
                    calculates |= CALCULATING.contains(&word.text.as_str());
                    marks.extend(word.marks);
                }
            }
        }
        let site = |site| if calculates { COMPARED } else { site };
        self.note_all(marks.into_iter().map(|(number, it, _)| (number, site(it))));
        Some(())
    }

    fn operand(&mut self) -> Option<Word> {
        let mut word = Word::default();
        while self.piece(&mut word)? {}
        // A pattern with a group has no quotes of its own.
        let is_group = self.cursor.peek() == Some('(');
        (!is_group).then_some(word)
    }

    /// The pattern behind `=~`: parentheses and `|` are a part of it.
    fn pattern(&mut self) -> Option<Word> {
        let (mut word, mut depth) = (Word::default(), 0_usize);
        loop {
            if self.piece(&mut word)? {
                continue;
            }
            match self.cursor.peek()? {
                '(' => depth += 1,
                ')' => depth = depth.checked_sub(1)?,
                '|' => {}
                ' ' | '\t' if depth > 0 => {}
                ' ' | '\t' | '\n' => break,
                _ => return None,
            }
            self.cursor.bump();
            word.push_unknown();
        }
        (depth == 0).then_some(word)
    }
}
