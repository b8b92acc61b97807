//! Where in a program the literals stand that filters wrote into it.
//!
//! A file is rendered with a mark in place of each literal; here the marks are found in it, by the
//! rules by which the language itself reads texts, comments and names.
//!
//! **Invariant:** a mark whose place is not known for sure is no [`Site::Own`].

mod cursor;
mod shell;

use super::target::Language;

/// What of a program a printed literal is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// A place of its own: an expression of the language, or a word.
    Own,
    /// A word whose reader knows escapes inside of single quotes: a text with a backslash is not safe.
    Word,
    /// A whole item of a Dockerfile's list in JSON: the place of `to_json`, and of no `sh_quote`.
    Item,
    /// The inside of something that reads a literal as something else: what it is, with its article.
    Inside(&'static str),
    /// Right beside what changes how a literal is read, such as a prefix: what it is, with its
    /// article.
    Beside(&'static str),
    /// Not known: the lexer came to the end of the text in the middle of something, or lost its way.
    Unknown,
}

/// Every mark of a program: its number, and where it stands. A mark is `stem`, a number and `z`.
pub(crate) fn sites(text: &str, stem: &str, language: Language) -> Vec<(usize, Site)> {
    match language {
        Language::Shell => shell::sites(text, stem),
        _ => Vec::new(),
    }
}
