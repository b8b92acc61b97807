//! What marks stand for, and whether it may stand where its mark was found.
//!
//! **Invariant:** a text whose mark has no known place may stand nowhere.

use super::{
    code::{self, Nature, Site},
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
    /// In markup, where it says or completes this sign: a program that fills pages reads on from there.
    Opener(&'static str),
}

impl Ground {
    /// Whether what the mark stands for may stand here.
    pub(crate) fn suits(&self, mark: &Marked, stem: &str, all: &[Marked]) -> bool {
        match self {
            Self::Markup(spot) => spot.suits(mark, stem, all),
            Self::Code(Site::Own) => mark.written != Written::Item,
            Self::Code(Site::Item) => mark.written == Written::Item,
            // What no filter wrote is refused where it is printed, and a filter helps there.
            Self::Code(Site::Inside(what)) => {
                what.nature() == Nature::Text && mark.written == Written::Plain
            }
            Self::Code(Site::Beside(_) | Site::Unknown) => mark.written == Written::Plain,
            Self::Opener(_) => false,
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

/// What begins a program in pages that a server or a script fills in.
const PAGES: [&str; 9] = ["{{", "{%", "{#", "[[", "[(", "${", "#{", "*{", "<%"];

/// The same in XML that a build tool reads.
const BUILDS: [&str; 5] = ["${", "$(", "@(", "%(", "#{"];

/// The marks of a file of markup whose text holds a sign that begins a program, or a part of one.
pub(crate) fn openers(
    text: &str,
    stem: &str,
    all: &[Marked],
    language: Language,
) -> Vec<(usize, Ground)> {
    let signs: &[&'static str] = match language {
        Language::Html => &PAGES,
        Language::Xml => &BUILDS,
        _ => return Vec::new(),
    };
    let (mut whole, mut found) = (String::new(), Vec::new());
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for (index, part) in text.split(stem).enumerate() {
        let Some((number, rest)) = part.split_once('z').filter(|_| index > 0) else {
            whole += part;
            continue;
        };
        let number = number.parse().unwrap_or(usize::MAX);
        let start = whole.len();
        whole += all.get(number).map_or("", |it| it.printed.as_str());
        spans.push((start, whole.len(), number));
        whole += rest;
    }
    for (start, end, number) in spans {
        let from = start.saturating_sub(1);
        let near = whole.as_bytes().get(from..whole.len().min(end + 1)).unwrap_or_default();
        let holds = |sign: &&&str| near.windows(2).any(|it| it == sign.as_bytes());
        if start < end
            && let Some(sign) = signs.iter().find(holds)
        {
            found.push((number, Ground::Opener(sign)));
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::code::Inside;

    #[test]
    fn what_may_stand_where_is_known_for_each_way_to_write() {
        let all = [Written::Plain, Written::Literal, Written::Json, Written::Item];
        for (site, expected) in [
            (Site::Own, [true, true, true, false]),
            (Site::Item, [false, false, false, true]),
            (Site::Inside(Inside::Text), [true, false, false, false]),
            (Site::Inside(Inside::QuotedText), [true, false, false, false]),
            (Site::Inside(Inside::RawText), [false; 4]),
            (Site::Inside(Inside::Comment), [false; 4]),
            (Site::Inside(Inside::Run), [false; 4]),
            (Site::Beside("a name"), [true, false, false, false]),
            (Site::Unknown, [true, false, false, false]),
        ] {
            let suits = all.map(|written| {
                let mark = Marked { printed: String::new(), text: String::new(), written };
                Ground::Code(site).suits(&mark, "zq0q", &[])
            });
            assert_eq!(suits, expected, "{site:?}");
        }
        let mark = Marked { printed: "{".into(), text: "{".into(), written: Written::Plain };
        assert!(!Ground::Opener("{{").suits(&mark, "zq0q", &[]));
    }
}
