//! A YAML text as the flat list of its parts, and what a plain scalar means to old readers.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use crate::{diag::Diagnostic, text::Span};

/// One part of a YAML text, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum YamlPart<'a> {
    /// The begin or end of something, with its tag and anchor.
    Mark(Structure, Option<Mark>),
    /// A key or value without parts.
    Scalar {
        /// What it says.
        text: Cow<'a, str>,
        /// Whether it stands without quotes, so that readers guess its type.
        is_plain: bool,
        /// Its tag and anchor.
        mark: Option<Mark>,
    },
}

impl YamlPart<'_> {
    /// The same part, without the text that it was read from.
    pub fn into_owned(self) -> YamlPart<'static> {
        match self {
            Self::Mark(what, mark) => YamlPart::Mark(what, mark),
            Self::Scalar { text, is_plain, mark } => {
                YamlPart::Scalar { text: text.into_owned().into(), is_plain, mark }
            }
        }
    }
}

/// What begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Structure {
    /// The text.
    Stream,
    /// A document, with `---` or without.
    Document,
    /// A list.
    List,
    /// A map.
    Map,
    /// The end of a list, a map, a document or the text.
    End,
    /// A reference to an anchor.
    Alias,
    /// Nothing of the text.
    Nothing,
}

/// A tag and an anchor, of the few parts that have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    anchor: usize,
    tag: Option<String>,
}

impl Mark {
    /// The number of the anchor, of an alias the one that it refers to; 0 if there is none.
    pub const fn anchor(&self) -> usize {
        self.anchor
    }

    /// The whole tag: `!Ref`, `tag:yaml.org,2002:str`.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }
}

/// The parts of a YAML text. Nothing is expanded, so the list is as long as the text at most.
///
/// # Errors
/// What is wrong with the text.
pub fn yaml_parts(text: &str) -> Result<Vec<YamlPart<'_>>, Diagnostic> {
    Parser::new_from_str(text)
        .map(|event| match event {
            Ok((event, _)) => Ok(part(event)),
            Err(error) => Err(Diagnostic::error("yaml", error.info())),
        })
        .collect()
}

/// The parts of a YAML text with their places, one after another; what is wrong with the text ends
/// them, with its place.
pub fn placed_yaml_parts(
    text: &str,
) -> impl Iterator<Item = Result<(YamlPart<'_>, Span), (String, Span)>> {
    // The parser counts characters.
    let starts: Option<Vec<usize>> =
        (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
    let byte = move |marker: &Marker| match &starts {
        Some(starts) => starts.get(marker.index()).copied().unwrap_or(text.len()),
        None => marker.index().min(text.len()),
    };
    Parser::new_from_str(text).map(move |event| match event {
        Ok((event, span)) => {
            Ok((part(event), Span { start: byte(&span.start), end: byte(&span.end) }))
        }
        Err(error) => {
            let at = byte(error.marker());
            Err((error.info().to_owned(), Span { start: at, end: at }))
        }
    })
}

fn part(event: Event<'_>) -> YamlPart<'_> {
    let structure = |what| YamlPart::Mark(what, None);
    match event {
        Event::Scalar(text, style, anchor, tag) => YamlPart::Scalar {
            text,
            is_plain: style == ScalarStyle::Plain && tag.is_none(),
            mark: mark(anchor, tag.as_deref()),
        },
        Event::SequenceStart(anchor, tag) => {
            YamlPart::Mark(Structure::List, mark(anchor, tag.as_deref()))
        }
        Event::MappingStart(anchor, tag) => {
            YamlPart::Mark(Structure::Map, mark(anchor, tag.as_deref()))
        }
        Event::Alias(anchor) => YamlPart::Mark(Structure::Alias, mark(anchor, None)),
        Event::StreamStart => structure(Structure::Stream),
        Event::DocumentStart(_) => structure(Structure::Document),
        Event::StreamEnd | Event::DocumentEnd | Event::SequenceEnd | Event::MappingEnd => {
            structure(Structure::End)
        }
        Event::Nothing => structure(Structure::Nothing),
    }
}

fn mark(anchor: usize, tag: Option<&Tag>) -> Option<Mark> {
    let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
    (anchor != 0 || tag.is_some()).then_some(Mark { anchor, tag })
}

/// Whether a reader of YAML 1.1 takes the plain scalar `text` for something else than a text: a
/// boolean, null, a number in any of its forms, a date, a merge key.
pub fn is_typed_in_yaml_1_1(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["", "~", "<<", "=", "null", "y", "n", "yes", "no", "on", "off", "true", "false"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) || is_number(text) || is_date(text)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = digits.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan") {
        return true;
    }
    let of = |rest: &str, allowed: fn(&u8) -> bool| {
        !rest.is_empty() && rest.bytes().all(|it| it == b'_' || allowed(&it))
    };
    if let Some(rest) = lower.strip_prefix("0x") {
        return of(rest, u8::is_ascii_hexdigit);
    }
    if let Some(rest) = lower.strip_prefix("0b").or_else(|| lower.strip_prefix("0o")) {
        return of(rest, u8::is_ascii_digit);
    }
    if !lower.starts_with(|it: char| it.is_ascii_digit() || it == '.') {
        return false;
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    // `1:30` counts in sixties.
    let mantissa_fits = mantissa.bytes().all(|it| b"0123456789_.,:".contains(&it))
        && mantissa.bytes().any(|it| it.is_ascii_digit())
        && mantissa.matches('.').count() <= 1
        && mantissa.split(':').all(|part| !part.is_empty());
    mantissa_fits && of(exponent, u8::is_ascii_digit)
}

/// `2001-01-01`, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let is_short = |part: &str| matches!(part.len(), 1 | 2) && is_digits(part);
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = rest.split(|it: char| !it.is_ascii_digit()).next().unwrap_or_default();
    let after = rest.get(day.len()..).and_then(|it| it.chars().next());
    year.len() == 4
        && is_digits(year)
        && is_short(month)
        && is_short(day)
        && matches!(after, None | Some('T' | 't' | ' ' | '\t'))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_old_readers_take_for_something_else_is_known() {
        for text in [
            "no",
            "On",
            "~",
            "012",
            "1_000",
            "0x1F",
            "0b1",
            "0o17",
            "1:30",
            "190:20:30",
            "1.5",
            "1e3",
            "-.inf",
            ".NaN",
            "2001-01-01",
            "2001-1-1T10:00:00Z",
            "<<",
            "+1",
            "685_230.15",
        ] {
            assert!(is_typed_in_yaml_1_1(text), "{text}");
        }
        for text in
            ["1.2.3", "v1", "a:b", "127.0.0.1:80", "-", "none", "1e", "2001-01", "e5", "1-2"]
        {
            assert!(!is_typed_in_yaml_1_1(text), "{text}");
        }
    }
}
