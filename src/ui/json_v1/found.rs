//! What a search in a catalog has found.

use serde::Serialize;

use super::{FORMAT, GoldenPath};
use crate::{
    catalog::{Hit, Match},
    version::Version,
};

/// The result of `flagstone catalog search`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogFound {
    /// Always [`FORMAT`].
    pub format: u32,
    /// What has every word, the best first.
    pub hits: Vec<CatalogHit>,
}

/// One golden path or layer that has every word.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogHit {
    /// Who it is.
    pub golden_path: GoldenPath,
    /// The texts that were met, the best first.
    pub matches: Vec<TextMatch>,
}

/// A text that was met.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextMatch {
    /// `name`, `tag`, `title`, `description`, `parameter` or `docs`.
    pub field: &'static str,
    /// The file in the version's folder; of docs with the line.
    pub place: String,
    /// The text.
    pub text: String,
    /// The words of the text that were met.
    pub words: Vec<String>,
    /// Whether they are only near to what was looked for.
    pub guess: bool,
}

impl CatalogFound {
    /// What a search has found.
    pub const fn new(hits: Vec<CatalogHit>) -> Self {
        Self { format: FORMAT, hits }
    }
}

impl CatalogHit {
    /// A hit, and every version of it that there is.
    pub fn new(hit: &Hit<'_>, versions: &[Version]) -> Self {
        Self {
            golden_path: GoldenPath::new(hit.manifest, versions),
            matches: hit.matches.iter().map(TextMatch::from).collect(),
        }
    }
}

impl From<&Match> for TextMatch {
    fn from(met: &Match) -> Self {
        let words = met.spans.iter().filter_map(|span| met.text.get(span.start..span.end));
        Self {
            field: met.field.as_str(),
            place: met.place.clone(),
            text: met.text.clone(),
            words: words.map(str::to_owned).collect(),
            guess: met.is_guess,
        }
    }
}
