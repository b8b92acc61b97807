//! Whose a file is, and which template it came from.

use std::fmt;

/// Whose a file is after it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ownership {
    /// The platform's: an edit is drift.
    Managed,
    /// Shared: upgrades merge what both sides made of it.
    #[default]
    Merged,
    /// Shared, but these keys (dotted) of its data are the platform's.
    MergedWithKeys(Vec<String>),
    /// Written once, then the team's alone.
    Seeded,
    /// The tool's own record: `flagstone.yaml` and `flagstone.lock`.
    Tool,
}

impl Ownership {
    /// The word that manifests and locks use.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Merged | Self::MergedWithKeys(_) => "merged",
            Self::Seeded => "seeded",
            Self::Tool => "tool",
        }
    }

    /// Reads what [`Ownership::as_str`] writes; `keys` are the `managedKeys`.
    pub fn parse(word: &str, keys: Vec<String>) -> Option<Self> {
        match word {
            "managed" => Some(Self::Managed),
            "merged" if keys.is_empty() => Some(Self::Merged),
            "merged" => Some(Self::MergedWithKeys(keys)),
            "seeded" => Some(Self::Seeded),
            "tool" => Some(Self::Tool),
            _ => None,
        }
    }

    /// The keys of a merged file that are the platform's.
    pub fn managed_keys(&self) -> &[String] {
        match self {
            Self::MergedWithKeys(keys) => keys,
            Self::Managed | Self::Merged | Self::Seeded | Self::Tool => &[],
        }
    }
}

/// Which file of which golden path or layer an output came from: `rust-service:template/src/main.rs.j2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId {
    /// The golden path or layer.
    pub layer: String,
    /// The file's path in it; of one file for each item of a list with `#KEY`, the item's key.
    pub path: String,
}

impl SourceId {
    /// Reads what `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (layer, path) = text.split_once(':')?;
        Some(Self { layer: layer.to_owned(), path: path.to_owned() })
    }

    /// What the template's path may be, the likeliest first: the whole, and what stands before a `#`.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        let fronts = self.path.rmatch_indices('#').filter_map(|(at, _)| self.path.get(..at));
        std::iter::once(self.path.as_str()).chain(fronts)
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.layer, self.path)
    }
}
