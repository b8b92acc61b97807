//! Plain words that make something else of the template's own signs beside them: `/` before `/` is a
//! comment, a backslash before a letter is an escape. In come a text with marks in place of the words
//! and what they stand for, out come those that may not stand where they do.
//!
//! **Invariant:** a word that its neighbours are read together with is among those found, or stands
//! in a text where they mean nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    code::{self, Inside, Nature, Site},
    mark::{Ground, Marked, Written, replaced},
    target::Language,
};

/// Signs that are one sign together.
const PAIRS: [(char, char); 5] = [('/', '/'), ('/', '*'), ('*', '/'), ('-', '-'), ('+', '+')];

/// What a word and a neighbour are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// An escape, wherever it stands.
    Escape,
    /// A quote of three.
    Quotes,
    /// A sign, where it stands in code.
    Sign,
    /// The end of a comment, or the beginning of one within another.
    Comment,
}

/// Whether any of the printed words may stand where it is read together with its neighbours, in a
/// text that is printed as `text`.
pub(crate) fn may_join(text: &str, words: &BTreeSet<String>, language: Language) -> bool {
    let is_joined = |word: &String| {
        let around = |at: usize| Some((text.get(..at)?, text.get(at + word.len()..)?));
        let mut places = text.match_indices(word.as_str()).filter_map(|(at, _)| around(at));
        let near = |(before, after)| joint((before, word, after), language).is_some();
        places.any(near)
    };
    (language == Language::Python && !words.is_empty() && code::has_encoding(text))
        || words.iter().any(is_joined)
}

/// The words that may not stand where their marks do: their numbers, and why.
pub(crate) fn joined(
    text: &str,
    stem: &str,
    all: &[Marked],
    language: Language,
) -> Vec<(usize, Ground)> {
    let ground = |site| Ground::Code(site);
    if let Some(plain) = replaced(text, stem, all)
        && language == Language::Python
        && code::has_encoding(&plain)
    {
        return first_in_comment(text, stem)
            .map(|it| (it, ground(Site::Inside(Inside::Encoding))))
            .into_iter()
            .collect();
    }
    let mut sites: Option<BTreeMap<usize, Site>> = None;
    let mut found = Vec::new();
    for (before, number, after) in marks(text, stem) {
        let Some(mark) = all.get(number).filter(|it| it.written == Written::Plain) else {
            continue;
        };
        let Some(joint) = joint((before, &mark.printed, after), language) else { continue };
        let what = match joint {
            Joint::Escape => "a backslash",
            Joint::Quotes => "quotes",
            Joint::Sign | Joint::Comment => {
                let sites = sites.get_or_insert_with(|| {
                    code::sites(text, stem, language).into_iter().flatten().collect()
                });
                let site = sites.get(&number).copied().unwrap_or(Site::Unknown);
                if is_text(site) || (is_comment(site) && (joint == Joint::Sign || is_line(before)))
                {
                    continue;
                }
                "a sign that it is read together with"
            }
        };
        found.push((number, ground(Site::Beside(what))));
    }
    found
}

/// Each mark with what stands before and behind it.
fn marks<'t>(text: &'t str, stem: &'t str) -> impl Iterator<Item = (&'t str, usize, &'t str)> {
    text.match_indices(stem).filter_map(move |(at, _)| {
        let (number, after) = text.get(at + stem.len()..)?.split_once('z')?;
        Some((text.get(..at)?, number.parse().ok()?, after))
    })
}

/// The mark in a comment of the first two lines, or else the first of all.
fn first_in_comment(text: &str, stem: &str) -> Option<usize> {
    let is_early = |before: &str| before.lines().count() <= 2 && before.contains('#');
    let early = marks(text, stem).find(|(before, ..)| is_early(before));
    early.or_else(|| marks(text, stem).next()).map(|(_, number, _)| number)
}

/// What a word between two texts is together with the nearest of their signs.
fn joint((before, word, after): (&str, &str, &str), language: Language) -> Option<Joint> {
    let slashes = before.len() - before.trim_end_matches('\\').len();
    let is_hidden = language == Language::Java && is_unicode_escape(before);
    if !matches!(language, Language::Settings | Language::Xml | Language::Html)
        && slashes % 2 == 1
        && (word.is_empty() || has_escapes(language))
        || is_hidden
    {
        return Some(Joint::Escape);
    }
    let front = (before.chars().next_back(), word.chars().next().or_else(|| after.chars().next()));
    let back = (word.chars().next_back(), after.chars().next());
    if word.is_empty() && is_long_quote(before, after, language) {
        return Some(Joint::Quotes);
    }
    if !has_signs(language) {
        return None;
    }
    let is_pair =
        |pair: (Option<char>, Option<char>)| pair.0.zip(pair.1).filter(|pair| PAIRS.contains(pair));
    let pairs = [is_pair(front), is_pair(back)];
    // A comment ends by `*/` alone, and those of Rust hold others.
    let ends = |pair: &(char, char)| {
        *pair == ('*', '/') || (*pair == ('/', '*') && language == Language::Rust)
    };
    match pairs.iter().flatten().any(ends) {
        true => Some(Joint::Comment),
        false => pairs.iter().flatten().next().map(|_| Joint::Sign),
    }
}

/// Whether a text ends in the beginning of a sign that is written by its number.
fn is_unicode_escape(before: &str) -> bool {
    let bare = before.trim_end_matches(|it: char| it.is_ascii_hexdigit());
    let short = bare.trim_end_matches('u');
    before.len() - bare.len() < 4 && short.len() < bare.len() && short.ends_with('\\')
}

/// Whether nothing between two quotes makes one quote of three with another.
fn is_long_quote(before: &str, after: &str, language: Language) -> bool {
    let count = |quote: char| {
        let behind = after.len() - after.trim_start_matches(quote).len();
        (before.len() - before.trim_end_matches(quote).len(), behind)
    };
    let is_long = |(front, back): (usize, usize)| {
        front > 0 && back > 0 && front + back > 2 && (front, back) != (3, 3)
    };
    matches!(language, Language::Python | Language::Java)
        && (is_long(count('"')) || is_long(count('\'')))
}

/// Whether a backslash before a letter is an escape in its texts.
const fn has_escapes(language: Language) -> bool {
    has_signs(language) || matches!(language, Language::Python)
}

/// Whether it has comments by `/`, and `--` is no `-` twice.
const fn has_signs(language: Language) -> bool {
    matches!(
        language,
        Language::Rust
            | Language::JavaScript
            | Language::TypeScript
            | Language::Go
            | Language::Java
    )
}

fn is_text(site: Site) -> bool {
    matches!(site, Site::Inside(what) if matches!(what.nature(), Nature::Text | Nature::SpecialText))
}

fn is_comment(site: Site) -> bool {
    matches!(site, Site::Inside(what) if what.nature() == Nature::Comment)
}

/// Whether what stands before is a line that is a comment up to its end.
fn is_line(before: &str) -> bool {
    before.lines().next_back().is_some_and(|it| it.trim_start().starts_with("//"))
}
