//! Where in a program the literals stand that filters wrote into it.
//!
//! A file is rendered with a mark in place of each literal; here the marks are found in it, by the
//! rules by which the language itself reads texts, comments and names.
//!
//! **Invariant:** a mark whose place is not known for sure is no [`Site::Own`].

mod advice;
mod cursor;
mod dockerfile;
mod go;
mod java;
mod javascript;
mod just;
mod make;
mod python;
mod rust;
mod shell;

pub(crate) use advice::advice;
pub(crate) use python::has_encoding;

use super::target::Language;
use javascript::Dialect;

/// What of a program a printed literal is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// A place of its own: an expression of the language, or a word.
    Own,
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
/// `None` for a language that nothing is known of.
pub(crate) fn sites(text: &str, stem: &str, language: Language) -> Option<Vec<(usize, Site)>> {
    match language {
        Language::Rust => Some(rust::sites(text, stem)),
        Language::Python => Some(python::sites(text, stem)),
        Language::JavaScript => Some(javascript::sites(text, stem, Dialect::Jsx)),
        Language::TypeScript => Some(javascript::sites(text, stem, Dialect::Plain)),
        Language::Go => Some(go::sites(text, stem)),
        Language::Java => Some(java::sites(text, stem)),
        Language::Shell => Some(shell::sites(text, stem)),
        Language::Dockerfile => Some(dockerfile::sites(text, stem)),
        Language::Make => Some(make::sites(text, stem)),
        Language::Just => Some(just::sites(text, stem)),
        Language::Xml | Language::Html | Language::Settings | Language::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Site;

    /// Where the literals stand that are printed at `@`: the first that is no place of its own.
    pub(super) fn at(program: &str, sites: impl Fn(&str, &str) -> Vec<(usize, Site)>) -> Site {
        let mut parts = program.split('@');
        let mut text = parts.next().unwrap().to_owned();
        for (number, part) in parts.enumerate() {
            text += &format!("zq0q{number}z{part}");
        }
        let found = sites(&text, "zq0q");
        assert_eq!(found.len(), program.matches('@').count(), "{program}");
        let other = found.iter().find(|(_, site)| *site != Site::Own);
        other.map_or(Site::Own, |(_, site)| *site)
    }
}
