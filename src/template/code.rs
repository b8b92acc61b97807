//! Where in a program the literals stand that filters wrote into it.
//!
//! A file is rendered with a mark in place of each literal; here the marks are found in it, by the
//! rules by which the language itself reads texts, comments and names.
//!
//! **Invariant:** a mark whose place is not known for sure is no [`Site::Own`].

mod cursor;
mod dockerfile;
mod go;
mod inside;
mod java;
mod javascript;
mod just;
mod make;
mod python;
mod rust;
mod shell;
mod texts;

pub(crate) use inside::{Inside, Nature};
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
    /// The inside of something that reads a literal as something else.
    Inside(Inside),
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
    use std::{sync::mpsc, thread, time::Duration};

    use super::{Language, Site};

    /// Whatever looks back or ahead at each step reads for minutes.
    #[test]
    fn a_large_file_is_read_once() {
        for (language, begin, repeated) in [
            (Language::Python, "x = @\n", "y = f(a, b) + 1\n"),
            (Language::Python, "x = @\n", "@a"),
            (Language::Go, "x = @\n", "y = f(a, b) + 1\n"),
            (Language::Java, "x = @;\n", "y = f(a, b) + 1;\n"),
            (Language::Rust, "x = @;\n", "y = f(a, b) + 1;\n"),
            (Language::JavaScript, "x = @;\n", "y = f(a, b) + 1;\n"),
            (Language::JavaScript, "x = @; y = <a ", " "),
            (Language::JavaScript, "x = @; y = ", "a-- > b++ * "),
            (Language::JavaScript, "x = @; y = ", "a-->b + "),
            (Language::Shell, "x=@\n", "env "),
            (Language::Shell, "echo @ ", "env @ "),
            (Language::Shell, "sed -x @ ", "-a @ "),
            (Language::Shell, "echo @; cat <<EOF\n", "a\\\n"),
            (Language::Dockerfile, "RUN echo @\nRUN a", " \\\n"),
        ] {
            let repeated = repeated.repeat(1_000_000 / repeated.len());
            let mut text = String::new();
            for (number, part) in format!("{begin}{repeated}").split('@').enumerate() {
                text += &if number == 0 { String::new() } else { format!("zq0q{}z", number - 1) };
                text += part;
            }
            let (sender, receiver) = mpsc::channel();
            thread::spawn(move || {
                let count = super::sites(&text, "zq0q", language).map(|it| it.len());
                sender.send(count)
            });
            let count = receiver.recv_timeout(Duration::from_secs(60));
            let marks = begin.matches('@').count() + repeated.matches('@').count();
            assert_eq!(count, Ok(Some(marks)), "{language:?} {begin}");
        }
    }

    /// Where the literals stand that are printed at `@`: the first that is no place of its own. For a
    /// sign `@` of the program stands `§`.
    pub(super) fn at(program: &str, sites: impl Fn(&str, &str) -> Vec<(usize, Site)>) -> Site {
        let mut parts = program.split('@');
        let mut text = parts.next().unwrap().to_owned();
        for (number, part) in parts.enumerate() {
            text += &format!("zq0q{number}z{part}");
        }
        let found = sites(&text.replace('§', "@"), "zq0q");
        assert_eq!(found.len(), program.matches('@').count(), "{program}");
        let other = found.iter().find(|(_, site)| *site != Site::Own);
        other.map_or(Site::Own, |(_, site)| *site)
    }
}
