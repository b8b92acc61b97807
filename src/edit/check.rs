//! Whether a text is sound: whether its readers can read it, and all read the same.

use super::{Format, outline};
use crate::{
    data::{parse_json, parse_jsonc, parse_toml, parse_yaml_values},
    text::Document,
};

/// How a sound text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// JSON with comments or trailing commas, which some readers refuse.
    Lenient,
    /// By the standard.
    Strict,
}

/// How a text is read; `None` if it does not parse, or has a key twice.
pub fn reading(format: Format, text: &str) -> Option<Reading> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::new("", text);
    match format {
        Format::Yaml => parse_yaml_values(&document).ok().map(|_| Reading::Strict),
        Format::Toml => parse_toml(&document).ok().map(|_| Reading::Strict),
        Format::Json => match parse_json(&document) {
            Ok(data) => (!data.value.has_key_twice()).then_some(Reading::Strict),
            Err(_) => {
                outline::json(text)?;
                let data = parse_jsonc(&document).ok()?;
                (!data.value.has_key_twice()).then_some(Reading::Lenient)
            }
        },
    }
}
