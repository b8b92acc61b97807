//! What was proved of structured texts, and what the readers of their formats saw in them.
//!
//! **Invariant:** a proof looks at nothing but what its key holds, and the same text always reads the
//! same; so neither needs to be done twice, whichever template it is of.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use super::target::{Format, Scripts};
use crate::{
    data::{
        Value, YamlPart, parse_json, parse_jsonc, parse_toml, parse_yaml_values, yaml_entries,
        yaml_parts,
    },
    text::Document,
};

/// A text that was proved, with everything that its proof looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proved {
    /// Its format.
    pub format: Format,
    /// Which of its strings are programs.
    pub scripts: Scripts,
    /// The text.
    pub plain: String,
    /// The same with tokens in place of what is printed.
    pub neutral: String,
    /// What is printed, and whether it is exactly an answer.
    pub texts: Vec<(String, bool)>,
    /// What of it is a complete literal of a shell.
    pub shell: Vec<String>,
}

/// Room from the begin: the keys are whole texts, which a growing table would hash again.
const ROOM: usize = 1 << 10;

/// What was proved, and what proofs read.
#[derive(Debug)]
pub struct Proofs {
    proved: Mutex<HashSet<Proved>>,
    readings: Readings,
}

/// What the readers of its format see in a text.
#[derive(Debug)]
pub struct Reading<'a> {
    /// Its documents.
    pub values: Vec<Value>,
    /// Of YAML its parts, read by another reader.
    pub parts: Vec<YamlPart<'a>>,
}

/// Readings of texts that are looked at again and again.
#[derive(Debug)]
pub struct Readings {
    whole: Mutex<HashMap<(Format, String), Kept>>,
    entries: Mutex<HashMap<String, Arc<[usize]>>>,
}

/// A reading, if there is one.
type Kept = Option<Arc<Reading<'static>>>;

impl<'a> Reading<'a> {
    /// Reads a text; `None` if one of its readers does not take it.
    pub fn of(text: &'a str, format: Format) -> Option<Self> {
        let document = Document::new("", text);
        let values = match format {
            Format::Yaml => parse_yaml_values(&document).ok()?,
            Format::Json => {
                vec![parse_json(&document).or_else(|_| parse_jsonc(&document)).ok()?.value]
            }
            Format::Toml => vec![parse_toml(&document).ok()?.value],
        };
        let parts = match format {
            Format::Yaml => yaml_parts(text).ok()?,
            Format::Json | Format::Toml => Vec::new(),
        };
        Some(Self { values, parts })
    }

    fn into_owned(self) -> Reading<'static> {
        let parts = self.parts.into_iter().map(YamlPart::into_owned);
        Reading { values: self.values, parts: parts.collect() }
    }
}

impl Default for Proofs {
    fn default() -> Self {
        Self { proved: Mutex::new(HashSet::with_capacity(ROOM)), readings: Readings::default() }
    }
}

impl Default for Readings {
    fn default() -> Self {
        let entries = Mutex::new(HashMap::with_capacity(ROOM));
        Self { whole: Mutex::new(HashMap::with_capacity(ROOM)), entries }
    }
}

impl Proofs {
    /// Whether `holds` proves this; what was proved once is proved.
    pub fn prove(&self, what: Proved, holds: impl FnOnce() -> bool) -> bool {
        let proved = || self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        if proved().contains(&what) {
            return true;
        }
        let is_proved = holds();
        if is_proved {
            proved().insert(what);
        }
        is_proved
    }

    /// What was read with tokens so far.
    pub const fn readings(&self) -> &Readings {
        &self.readings
    }
}

impl Readings {
    /// The reading of a text, which is read only once.
    pub fn of(&self, text: &str, format: Format) -> Option<Arc<Reading<'static>>> {
        kept(&self.whole, (format, text.to_owned()), || {
            Reading::of(text, format).map(|it| Arc::new(it.into_owned()))
        })
    }

    /// Where the entries of a block map of YAML begin; see [`yaml_entries`].
    pub fn entries(&self, text: &str) -> Arc<[usize]> {
        kept(&self.entries, text.to_owned(), || yaml_entries(text).into())
    }
}

/// What `all` holds for a key; what `read` says if it holds nothing.
fn kept<K: Eq + std::hash::Hash, V: Clone>(
    all: &Mutex<HashMap<K, V>>,
    key: K,
    read: impl FnOnce() -> V,
) -> V {
    let lock = || all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&key) {
        return known.clone();
    }
    let value = read();
    lock().insert(key, value.clone());
    value
}
