//! Words of a shell: quotes, escapes and expansions.

use super::{Closer, Inside, MAX_DEPTH, Script, Site, word::Word};

const QUOTED: Site = Site::Inside(Inside::QuotedText);
const BACK_QUOTED: Site = Site::Inside(Inside::BackQuotes);
const CALCULATED: Site = Site::Inside(Inside::Calculation);
const PARAMETER: Site = Site::Inside(Inside::Expansion);
const PATTERN: Site = Site::Inside(Inside::Pattern);
const BRACKETS: Site = Site::Inside(Inside::Brackets);

/// What stands around an expansion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// No quotes.
    Word,
    /// Double quotes, or what reads a text as they do.
    Quotes,
}

impl Script<'_> {
    /// Reads a word up to what ends it.
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut word = Word::default();
        while let Some(next) = self.cursor.peek() {
            if self.piece(&mut word)? {
                continue;
            }
            if next != '(' {
                break;
            }
            if word.is_assignment() {
                self.list(&mut word)?;
            } else if word.text.ends_with(['?', '*', '+', '@', '!']) {
                self.group(&mut word)?;
            } else {
                word.is_function = self.cursor.take("()");
                return word.is_function.then_some(word);
            }
        }
        Some(word)
    }

    /// Reads one piece of a word; says whether there was one.
    pub(super) fn piece(&mut self, word: &mut Word) -> Option<bool> {
        if let Some(number) = self.cursor.take_mark() {
            let site = if word.has_open_bracket { BRACKETS } else { Site::Own };
            word.marks.push((number, site, word.text.contains('=')));
            word.push_unknown();
            return Some(true);
        }
        if self.is_at_process() {
            self.cursor.bump();
            self.cursor.bump();
            self.substitution()?;
            word.push_unknown();
            return Some(true);
        }
        match self.cursor.peek() {
            None | Some(' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => {
                return Some(false);
            }
            Some('\'') => self.single(word)?,
            Some('"') => {
                let start = self.cursor.at();
                self.double()?;
                word.push_quoted(self.cursor.behind().get(start..).unwrap_or_default());
            }
            Some('`') => {
                self.back_quotes()?;
                word.push_unknown();
            }
            Some('$') => {
                self.dollar(Quoting::Word)?;
                word.push_unknown();
            }
            Some('\\') => {
                self.cursor.bump();
                match self.cursor.take_mark() {
                    Some(number) => self.note(number, Site::Beside("a backslash")),
                    None => word.escaped(self.cursor.bump()?),
                }
            }
            Some(other) => {
                self.cursor.bump();
                word.push(other);
            }
        }
        Some(true)
    }

    fn single(&mut self, word: &mut Word) -> Option<()> {
        self.cursor.bump();
        let start = self.cursor.at();
        let is_closed = self.cursor.take_past("'");
        self.note_since(start, QUOTED);
        let inner = self.cursor.behind().get(start..).unwrap_or_default();
        word.push_quoted(inner.strip_suffix('\'').unwrap_or_default());
        is_closed.then_some(())
    }

    fn note_since(&mut self, start: usize, site: Site) {
        self.cursor.note_since(start, self.site_of_all.unwrap_or(site));
    }

    /// Reads a text in double quotes.
    pub(super) fn double(&mut self) -> Option<()> {
        self.cursor.bump();
        loop {
            if let Some(number) = self.cursor.take_mark() {
                self.note(number, QUOTED);
                continue;
            }
            match self.cursor.peek()? {
                '"' => {
                    self.cursor.bump();
                    return Some(());
                }
                '$' => self.dollar(Quoting::Quotes)?,
                '`' => self.back_quotes()?,
                '\\' => self.escape(QUOTED)?,
                _ => drop(self.cursor.bump()),
            }
        }
    }

    /// Reads the expansions of a text up to its end.
    pub(super) fn expansions(&mut self) -> Option<()> {
        while let Some(next) = self.cursor.peek() {
            match next {
                '$' => self.dollar(Quoting::Quotes)?,
                '`' => self.back_quotes()?,
                '\\' => self.escape(QUOTED)?,
                _ => drop(self.cursor.bump()),
            }
        }
        Some(())
    }

    fn escape(&mut self, site: Site) -> Option<()> {
        self.cursor.bump();
        match self.cursor.take_mark() {
            Some(number) => self.note(number, site),
            None => drop(self.cursor.bump()?),
        }
        Some(())
    }

    fn back_quotes(&mut self) -> Option<()> {
        let start = self.cursor.at();
        self.cursor.bump();
        loop {
            if let Some(number) = self.cursor.take_mark() {
                self.note(number, BACK_QUOTED);
                continue;
            }
            match self.cursor.peek()? {
                '`' => break,
                '\\' => self.escape(BACK_QUOTED)?,
                _ => drop(self.cursor.bump()),
            }
        }
        self.cursor.bump();
        self.keeps_line(start)
    }

    /// A here-document that waits for the end of its line may not find it inside of something else.
    fn keeps_line(&self, start: usize) -> Option<()> {
        let span = self.cursor.behind().get(start..).unwrap_or_default();
        (self.pending.is_empty() || !span.contains('\n')).then_some(())
    }

    /// Reads `$` and what belongs to it. Whatever nests does so through here or through commands.
    fn dollar(&mut self, quoting: Quoting) -> Option<()> {
        self.depth += 1;
        let read = (self.depth <= MAX_DEPTH).then(|| self.expansion(quoting)).flatten();
        self.depth -= 1;
        read
    }

    fn expansion(&mut self, quoting: Quoting) -> Option<()> {
        self.cursor.bump();
        if let Some(number) = self.cursor.take_mark() {
            self.note(number, Site::Beside("`$`"));
            return Some(());
        }
        match self.cursor.peek() {
            Some('\'') if quoting == Quoting::Word => self.escaped_text(),
            Some('(') if self.cursor.take("((") => self.calculation(),
            Some('(') => {
                self.cursor.bump();
                self.substitution()
            }
            Some('{') => self.parameter(quoting),
            // Some shells calculate here.
            Some('[') => None,
            Some('$' | '?' | '!' | '#' | '-' | '@' | '*' | '0'..='9') => {
                self.cursor.bump();
                Some(())
            }
            _ => {
                let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
                while !self.cursor.is_at_mark() && self.cursor.peek().is_some_and(is_name) {
                    self.cursor.bump();
                }
                Some(())
            }
        }
    }

    /// Reads `'…'` behind `$`. Not every shell knows its escapes.
    fn escaped_text(&mut self) -> Option<()> {
        self.cursor.bump();
        loop {
            if let Some(number) = self.cursor.take_mark() {
                self.note(number, QUOTED);
                continue;
            }
            match self.cursor.bump()? {
                '\'' => return Some(()),
                '\\' if self.cursor.is_at("'") => return None,
                '\\' if !self.cursor.is_at_mark() => drop(self.cursor.bump()?),
                _ => {}
            }
        }
    }

    /// Reads commands up to the `)` of a substitution.
    pub(super) fn substitution(&mut self) -> Option<()> {
        let start = self.cursor.at();
        let pending = std::mem::take(&mut self.pending);
        self.substitutions += 1;
        let ended = self.commands(Closer::Paren);
        self.substitutions -= 1;
        ended?;
        if !self.pending.is_empty() {
            return None;
        }
        self.pending = pending;
        self.keeps_line(start)
    }

    /// Reads what follows `((`.
    pub(super) fn calculation(&mut self) -> Option<()> {
        self.inside(CALCULATED, |script| {
            let mut depth = 0_usize;
            loop {
                if let Some(number) = script.cursor.take_mark() {
                    script.note(number, CALCULATED);
                    continue;
                }
                match script.cursor.peek()? {
                    ')' if depth == 0 => return script.cursor.take("))").then_some(()),
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    '$' => {
                        script.dollar(Quoting::Quotes)?;
                        continue;
                    }
                    '`' | '"' | '\'' | '\\' => return None,
                    _ => {}
                }
                script.cursor.bump();
            }
        })
    }

    /// Reads `{…}` behind `$`.
    fn parameter(&mut self, quoting: Quoting) -> Option<()> {
        self.cursor.bump();
        if matches!(self.cursor.peek()?, ' ' | '\t' | '\n' | '|') {
            return None;
        }
        let start = self.cursor.at();
        self.inside(PARAMETER, |script| {
            loop {
                if let Some(number) = script.cursor.take_mark() {
                    script.note(number, PARAMETER);
                    continue;
                }
                match script.cursor.peek()? {
                    '}' => break,
                    '{' => return None,
                    '<' | '>' if script.is_at_process() => return None,
                    '"' => script.double()?,
                    '$' => script.dollar(quoting)?,
                    '`' => script.back_quotes()?,
                    '\\' => script.escape(PARAMETER)?,
                    '\'' => script.quote_in_parameter(quoting)?,
                    _ => drop(script.cursor.bump()),
                }
            }
            script.cursor.bump();
            script.keeps_line(start)
        })
    }

    /// Inside of double quotes a single one begins a text for some operators and some shells alone.
    fn quote_in_parameter(&mut self, quoting: Quoting) -> Option<()> {
        self.cursor.bump();
        let start = self.cursor.at();
        let is_closed = self.cursor.take_past("'");
        self.note_since(start, PARAMETER);
        let inner = self.cursor.behind().get(start..).unwrap_or_default().strip_suffix('\'')?;
        let is_plain = !inner.contains(['}', '{', '"', '$', '`', '\\', '\n']);
        (is_closed && (quoting == Quoting::Word || is_plain)).then_some(())
    }

    /// Reads something in which no mark has a place.
    pub(super) fn inside<T>(&mut self, site: Site, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.site_of_all;
        self.site_of_all = Some(before.unwrap_or(site));
        let read = read(self);
        self.site_of_all = before;
        read
    }

    /// Reads the items of a list that is assigned.
    fn list(&mut self, word: &mut Word) -> Option<()> {
        self.cursor.bump();
        word.is_list = true;
        loop {
            self.blanks();
            match self.cursor.peek()? {
                '\n' => self.newline()?,
                '#' => self.comment(),
                ')' => break,
                _ => {
                    let mut item = Word::default();
                    if !self.piece(&mut item)? {
                        return None;
                    }
                    while self.piece(&mut item)? {}
                    word.marks.extend(item.marks.into_iter().map(|(it, site, _)| (it, site, true)));
                }
            }
        }
        self.cursor.bump();
        word.push_unknown();
        Some(())
    }

    /// Reads a group of a pattern: `@(a|b)`.
    fn group(&mut self, word: &mut Word) -> Option<()> {
        self.inside(PATTERN, |script| {
            let (mut depth, mut inner) = (0_usize, Word::default());
            loop {
                let next = script.cursor.peek()?;
                if script.piece(&mut inner)? {
                    continue;
                }
                match next {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    '|' | ' ' => {}
                    _ => return None,
                }
                script.cursor.bump();
                if depth == 0 {
                    break;
                }
            }
            script.note_all(inner.marks.into_iter().map(|(it, ..)| (it, PATTERN)));
            Some(())
        })?;
        word.push_unknown();
        Some(())
    }
}
