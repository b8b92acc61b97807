//! The elements of JSX: their tags and what they say.

use super::{Dialect, Last, Lexer, Open};
use crate::template::code::{Inside, Site, cursor::is_word};

impl Lexer<'_> {
    /// Whether an element begins; nothing where that is not clear.
    pub(super) fn begins_element(&self) -> Option<bool> {
        // Browsers read it as a comment, outside of modules.
        (!self.cursor.is_at("<!--")).then_some(())?;
        let rest = self.cursor.rest().strip_prefix('<').unwrap_or_default();
        let is_tag = rest.starts_with(|it: char| it == '>' || (is_word(it) && !it.is_numeric()));
        if self.dialect == Dialect::Plain || !is_tag {
            return Some(false);
        }
        let behind = rest.trim_start_matches(is_name).trim_start();
        // The parameters of a generic function.
        let is_generic = behind.starts_with(',') || behind.starts_with("extends ");
        match self.last {
            Last::Value | Last::Dot => Some(false),
            Last::Operator | Last::Angle if is_generic => Some(false),
            Last::Operator | Last::Angle => Some(true),
            // A name that is compared, or a function's parameters.
            Last::Unclear if is_generic && self.is_behind_async() => Some(false),
            Last::Unclear | Last::Control | Last::Import => None,
        }
    }

    fn is_behind_async(&self) -> bool {
        let before = self.cursor.behind().trim_end_matches([' ', '\t']);
        before.strip_suffix("async").is_some_and(|it| !it.ends_with(|it| is_word(it) || it == '#'))
    }

    /// One thing of a tag, behind its name.
    pub(super) fn tag(&mut self) -> Option<()> {
        let start = self.cursor.at();
        let is_value = self.is_value;
        self.is_value = is_value && self.cursor.peek().is_some_and(char::is_whitespace);
        if self.cursor.take("/>") {
            return self.close();
        } else if self.cursor.take(">") {
            *self.open.last_mut()? = Open::Children;
        } else if self.cursor.take("{") {
            self.open.push(Open::Braces);
            self.last = Last::Operator;
        } else if self.cursor.is_at("/") || self.cursor.is_at("<") {
            return None;
        } else {
            let is_mark = self.cursor.take_mark().is_some();
            let next = if is_mark { None } else { self.cursor.bump() };
            self.is_value |= next == Some('=');
            let what = if is_value { Inside::JsxAttribute } else { Inside::JsxTag };
            if let Some(quote @ ('"' | '\'')) = next {
                is_value.then_some(())?;
                self.cursor.take_past(if quote == '"' { "\"" } else { "'" }).then_some(())?;
            }
            self.cursor.note_since(start, Site::Inside(what));
        }
        Some(())
    }

    /// The text of an element, up to what is no text.
    pub(super) fn children(&mut self) -> Option<()> {
        let start = self.cursor.at();
        self.cursor.take_while(|it| it != '{' && it != '<');
        self.cursor.note_since(start, Site::Inside(Inside::JsxText));
        let start = self.cursor.at();
        if self.cursor.take("{") {
            self.open.push(Open::Braces);
            self.last = Last::Operator;
        } else if self.cursor.take("</") {
            self.cursor.take_past(">").then_some(())?;
            self.cursor.note_since(start, Site::Inside(Inside::JsxTag));
            return self.close();
        } else if self.cursor.take("<") {
            self.open.push(Open::Tag);
        }
        Some(())
    }

    /// The end of an element.
    fn close(&mut self) -> Option<()> {
        self.open.pop()?;
        self.last = Last::Value;
        Some(())
    }
}

/// Whether a character may be a part of a tag's name.
pub(super) fn is_name(character: char) -> bool {
    is_word(character) || matches!(character, '-' | '.' | ':')
}
