//! The marks of JavaScript and TypeScript code, with or without JSX.
//!
//! Whether `/` divides or begins a regular expression, and whether `<` compares or begins an element,
//! depends on what stands before it; where that is not clear, the file has no known places.

mod element;

use super::{
    Inside, Site,
    cursor::{Cursor, Lines, is_word},
};
use element::is_name;

/// What right beside a literal would change it.
const BESIDE: [char; 6] = ['"', '\'', '`', '\\', '#', '@'];

/// Words before an expression; all others end one.
const OPERATORS: [&str; 12] = [
    "return",
    "typeof",
    "case",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "delete",
    "throw",
    "extends",
    "default",
];

/// Words that may be a name or a type as well.
const UNCLEAR: [&str; 7] = ["of", "yield", "await", "async", "let", "as", "void"];

/// Whether there are elements in the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `<` begins an element where an expression may begin.
    Jsx,
    /// `<` is never an element.
    Plain,
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(`, behind which an expression begins.
    Paren,
    /// The same behind `if` and the like: an expression begins behind its end.
    Head,
    Bracket,
    Brace,
    /// `${` in a template literal.
    Template,
    /// `{` of a tag or of an element.
    Braces,
    Tag,
    Children,
}

/// What was read last, as far as it says what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// An expression begins.
    Operator,
    /// An expression ended.
    Value,
    /// One of the two.
    Unclear,
    /// `>`: an operator, or the end of a type.
    Angle,
    /// `if`, `while`, `for`, `with`.
    Control,
    /// `import` or `from`, and a bracket behind it.
    Import,
    /// `.`, behind which any word is a name.
    Dot,
}

/// Every mark of a program: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str, dialect: Dialect) -> Vec<(usize, Site)> {
    let cursor = Cursor::new(text, stem);
    let (open, last) = (Vec::new(), Last::Operator);
    let mut lexer = Lexer { cursor, dialect, open, last, is_value: false };
    let ended = lexer.read().filter(|()| lexer.open.is_empty());
    lexer.cursor.finish(ended)
}

struct Lexer<'t> {
    cursor: Cursor<'t>,
    dialect: Dialect,
    open: Vec<Open>,
    last: Last,
    /// Whether the value of an attribute comes next.
    is_value: bool,
}

impl Lexer<'_> {
    /// Reads all of it; nothing where it is not clear how, or where a text does not end.
    fn read(&mut self) -> Option<()> {
        if self.cursor.is_at("#!") {
            self.comment();
        }
        while !self.cursor.is_done() {
            match self.open.last() {
                Some(Open::Tag) => self.tag()?,
                Some(Open::Children) => self.children()?,
                _ => self.code()?,
            }
        }
        Some(())
    }

    fn code(&mut self) -> Option<()> {
        let next = self.cursor.peek()?;
        if self.cursor.is_at_mark() {
            self.mark();
        } else if next.is_whitespace() || next == '\u{feff}' {
            self.cursor.bump();
        } else if is_word(next) || next == '#' {
            self.word();
        } else if matches!(next, '"' | '\'') {
            let start = self.cursor.at();
            self.cursor.bump();
            let is_whole =
                self.cursor.take_string(if next == '"' { "\"" } else { "'" }, Lines::One);
            self.cursor.note_since(start, Site::Inside(Inside::Text));
            self.last = Last::Value;
            is_whole.then_some(())?;
        } else if self.cursor.take("`") {
            self.template()?;
        } else if self.cursor.is_at("//") {
            self.comment();
        } else if self.cursor.is_at("/*") {
            self.long_comment()?;
        } else {
            self.sign(next)?;
        }
        Some(())
    }

    fn mark(&mut self) {
        let start = self.cursor.at();
        match self.last {
            // A module's address may be a program of its own.
            Last::Import => {
                self.cursor.take_mark();
                self.cursor.note_since(start, Site::Inside(Inside::Import));
            }
            _ => {
                self.cursor.take_literal(&BESIDE);
            }
        }
        self.last = Last::Value;
    }

    fn word(&mut self) {
        self.cursor.take("#");
        let word = self.cursor.take_word(is_word);
        self.last = match (self.last, word) {
            (Last::Dot, _) => Last::Value,
            (_, "if" | "while" | "for" | "with") | (Last::Control, "await") => Last::Control,
            (_, "from") if self.cursor.rest().trim_start().starts_with('(') => Last::Value,
            (_, "import" | "from") => Last::Import,
            (_, word) if OPERATORS.contains(&word) => Last::Operator,
            (_, word) if UNCLEAR.contains(&word) => Last::Unclear,
            _ => Last::Value,
        };
    }

    fn comment(&mut self) {
        let start = self.cursor.at();
        self.cursor.take_while(|it| !matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}'));
        self.cursor.note_since(start, Site::Inside(Inside::Comment));
    }

    fn long_comment(&mut self) -> Option<()> {
        let start = self.cursor.at();
        self.cursor.take("/*");
        let is_whole = self.cursor.take_past("*/");
        self.cursor.note_since(start, Site::Inside(Inside::Comment));
        is_whole.then_some(())
    }

    /// The text of a template literal, up to an expression in it or to its end.
    fn template(&mut self) -> Option<()> {
        let start = self.cursor.at();
        let mut ended = None;
        while ended.is_none() && !self.cursor.is_done() {
            if self.cursor.take("`") {
                ended = Some(Last::Value);
            } else if self.cursor.take("${") {
                self.open.push(Open::Template);
                ended = Some(Last::Operator);
            } else if self.cursor.bump() == Some('\\') && !self.cursor.is_at_mark() {
                self.cursor.bump();
            }
        }
        self.cursor.note_since(start, Site::Inside(Inside::TemplateLiteral));
        self.last = ended?;
        Some(())
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        match sign {
            '/' => return self.slash(),
            '<' if self.begins_element()? => {
                self.cursor.bump();
                self.open.push(Open::Tag);
                self.cursor.take_word(is_name);
                return Some(());
            }
            _ => {}
        }
        let was = self.last;
        let is_beside_value = was == Last::Value
            && self.cursor.before().is_some_and(|it| is_word(it) || matches!(it, ')' | ']'));
        self.cursor.bump();
        self.last = Last::Operator;
        match sign {
            '(' => {
                self.open.push(if was == Last::Control { Open::Head } else { Open::Paren });
                self.last = if was == Last::Import { was } else { self.last };
            }
            '[' => self.open.push(Open::Bracket),
            '{' => self.open.push(Open::Brace),
            ')' | ']' | '}' => return self.closer(sign),
            '.' if !self.cursor.is_at(".") && !self.cursor.behind().ends_with("..") => {
                self.last = Last::Dot;
            }
            '+' | '-' if self.cursor.is_at(&sign.to_string()) => {
                self.cursor.bump();
                self.last = if is_beside_value { Last::Value } else { Last::Unclear };
                let is_comment = sign == '-' && self.cursor.is_at(">") && self.ends_comment();
                (!is_comment).then_some(())?;
            }
            '!' if was == Last::Value && !self.cursor.is_at("=") => self.last = Last::Unclear,
            '>' if !self.cursor.behind().ends_with("=>") => self.last = Last::Angle,
            _ => {}
        }
        Some(())
    }

    /// What ends something that is open.
    fn closer(&mut self, sign: char) -> Option<()> {
        self.last = match (sign, self.open.pop()?) {
            (')', Open::Head) | ('}', Open::Braces) => Last::Operator,
            (')', Open::Paren) | (']', Open::Bracket) => Last::Value,
            // A block or a value.
            ('}', Open::Brace) => Last::Unclear,
            ('}', Open::Template) => return self.template(),
            _ => return None,
        };
        Some(())
    }

    /// Whether `--` was read where a line begins. Browsers read `-->` there as a comment.
    fn ends_comment(&self) -> bool {
        let is_end = |it: char| matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}');
        let before = self.cursor.behind().strip_suffix("--").unwrap_or_default();
        let before = before.trim_end_matches(|it: char| it.is_whitespace() && !is_end(it));
        before.is_empty() || before.ends_with(is_end) || before.ends_with("*/")
    }

    /// A division or a regular expression.
    fn slash(&mut self) -> Option<()> {
        match self.last {
            Last::Value => {
                self.cursor.bump();
                self.last = Last::Operator;
                Some(())
            }
            Last::Operator => {
                let start = self.cursor.at();
                self.cursor.bump();
                let is_whole = self.expression();
                self.cursor.note_since(start, Site::Inside(Inside::RegularExpression));
                self.last = Last::Value;
                is_whole.then_some(())
            }
            Last::Unclear | Last::Angle | Last::Control | Last::Import | Last::Dot => None,
        }
    }

    /// The rest of a regular expression. Says whether it ends on its line.
    fn expression(&mut self) -> bool {
        let mut in_class = false;
        while let Some(next) = self.cursor.bump() {
            match next {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => return false,
                '\\' if !self.cursor.is_at_mark() => {
                    self.cursor.bump();
                }
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => return true,
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
