//! What marks stand for, and whether it may stand where its mark was found.
//!
//! **Invariant:** a text whose mark has no known place may stand nowhere.

use super::{
    code::{self, Site},
    markup::{self, Spot},
    target::Language,
};

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    /// What is printed in its place.
    pub(crate) printed: String,
    /// The text that it says; nothing where it is more than one text.
    pub(crate) text: String,
    /// Who wrote it.
    pub(crate) written: Written,
}

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// As it is.
    Plain,
    /// By a filter of the language.
    Literal,
    /// By `to_json`.
    Json,
    /// By `to_json`, where only lists hold JSON.
    Item,
}

/// Where a mark was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ground {
    /// In HTML or XML.
    Markup(Spot),
    /// In a program.
    Code(Site),
}

impl Ground {
    /// Whether what the mark stands for may stand here.
    pub(crate) fn suits(&self, mark: &Marked, stem: &str, all: &[Marked]) -> bool {
        match self {
            Self::Markup(spot) => spot.suits(mark, stem, all),
            Self::Code(Site::Own) => mark.written != Written::Item,
            Self::Code(Site::Item) => mark.written == Written::Item,
            // What no filter wrote is refused where it is printed, and a filter helps there.
            Self::Code(
                Site::Inside("a string" | "a string in quotes") | Site::Beside(_) | Site::Unknown,
            ) => mark.written == Written::Plain,
            Self::Code(Site::Inside(_)) => false,
        }
    }
}

/// Every mark of a file: its number, and where it stands. `None` for a language that nothing is known
/// of.
pub(crate) fn grounds(text: &str, stem: &str, language: Language) -> Option<Vec<(usize, Ground)>> {
    if language.is_markup() {
        let spots = markup::spots(text, stem, language).into_iter();
        return Some(spots.map(|(number, spot)| (number, Ground::Markup(spot))).collect());
    }
    let sites = code::sites(text, stem, language)?.into_iter();
    Some(sites.map(|(number, site)| (number, Ground::Code(site))).collect())
}

/// The text with every mark replaced by what was printed; `None` where one is not whole.
pub(crate) fn replaced(text: &str, stem: &str, all: &[Marked]) -> Option<String> {
    let mut parts = text.split(stem);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('z')?;
        out += &all.get(number.parse::<usize>().ok()?)?.printed;
        out += rest;
    }
    Some(out)
}
