//! Neutral texts in place of printed ones: a proof compares what a file says with them and with those.
//!
//! **Invariant:** no token occurs in a text that it stands for.

use std::collections::BTreeMap;

use super::{
    code::{self, Site},
    job::Printed,
    target::Language,
};

/// Neutral texts that stand for printed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    stem: String,
    texts: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// What one place alone prints, with a token of its own.
    lone: Option<String>,
}

impl Tokens {
    /// Tokens for the texts that were printed, by their order, that do not occur in `elsewhere`. Other
    /// texts at the same places have the same tokens.
    pub fn new(printed: &Printed, elsewhere: &str) -> Self {
        let all = &printed.texts;
        let stem = (0_usize..)
            .map(|number| format!("zq{number}q"))
            .find(|stem| !elsewhere.contains(stem) && !all.iter().any(|it| it.contains(stem)));
        let (mut texts, mut numbers) = (Vec::new(), BTreeMap::new());
        for text in printed.order.iter().chain(all) {
            numbers.entry(text.clone()).or_insert_with(|| {
                texts.push(text.clone());
                texts.len() - 1
            });
        }
        Self { stem: stem.unwrap_or_default(), texts, numbers, lone: None }
    }

    /// The same, with a token for one place that prints `text`.
    #[must_use]
    pub fn with_lone(&self, text: &str) -> Self {
        Self { lone: Some(text.to_owned()), ..self.clone() }
    }

    /// The number of the token of that place.
    pub fn lone(&self) -> usize {
        self.texts.len() + 1
    }

    /// The number of a text's token; no text has the one of an unknown text.
    pub fn number(&self, text: &str) -> usize {
        self.numbers.get(text).copied().unwrap_or(self.texts.len())
    }

    /// The texts, by the numbers of their tokens.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// The text of the token with a number.
    pub fn text(&self, number: usize) -> Option<&str> {
        match number == self.lone() {
            true => self.lone.as_deref(),
            false => self.texts.get(number).map(String::as_str),
        }
    }

    /// The token of the text with a number.
    pub fn token(&self, number: usize) -> String {
        format!("{}{number}z", self.stem)
    }

    /// Whether a token stands in `text`.
    pub fn occur_in(&self, text: &str) -> bool {
        text.contains(&self.stem)
    }

    /// Whether each of these tokens is a word of a shell's script, or a part of one, wherever it is.
    pub fn are_words(&self, script: &str, numbers: &[usize]) -> bool {
        code::sites(script, &self.stem, Language::Shell).is_some_and(|sites| {
            sites.iter().all(|(number, site)| *site == Site::Own || !numbers.contains(number))
        })
    }

    /// The numbers of the tokens in `text`, where all of them are tokens of ours.
    pub fn numbers_in(&self, text: &str) -> Option<Vec<usize>> {
        let number = |rest: &str| {
            let number = rest.split('z').next()?.parse().ok()?;
            (self.text(number).is_some() && rest.contains('z')).then_some(number)
        };
        text.split(&self.stem).skip(1).map(number).collect()
    }

    /// `text` with every token replaced by what `meaning` says of its number and text.
    pub fn replaced(&self, text: &str, meaning: impl Fn(usize, &str) -> String) -> Option<String> {
        let mut parts = text.split(&self.stem);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once('z')?;
            let number = number.parse::<usize>().ok()?;
            out += &meaning(number, self.text(number)?);
            out += rest;
        }
        Some(out)
    }

    /// The token of a text.
    pub fn of(&self, text: &str) -> String {
        self.token(self.number(text))
    }
}
