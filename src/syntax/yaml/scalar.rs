//! What a scalar of YAML says: by the rules of Go's `yaml.v2` (its YAML 1.1 has octals, `yes` and
//! underscores, and no numbers in sixties), or by the core schema of YAML 1.2.

use std::borrow::Cow;

use super::YamlVersion;
use crate::data::{Content, Number, base64_as_read};

/// What a scalar says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number over `i64::MAX`.
    Large(u64),
    /// A fractional number.
    Float(f64),
    /// A text.
    Text,
    /// A text in base64.
    Binary,
}

const NAMESPACE: &str = "tag:yaml.org,2002:";

impl Scalar {
    /// What `text` says; nothing if it is not what its tag says.
    pub(super) fn read(
        version: YamlVersion,
        text: &str,
        is_plain: bool,
        tag: Option<&str>,
    ) -> Option<Self> {
        let guessed = || match version {
            YamlVersion::V1_1 => old(text),
            YamlVersion::V1_2 => core(text),
        };
        let Some(tag) = tag else {
            return Some(if is_plain { guessed() } else { Self::Text });
        };
        let scalar = match (tag.strip_prefix(NAMESPACE), guessed()) {
            (Some("null"), Self::Null) => Self::Null,
            (Some("bool"), bool @ Self::Bool(_)) => bool,
            (Some("int"), int @ (Self::Int(_) | Self::Large(_))) => int,
            (Some("float"), float @ (Self::Float(_) | Self::Int(_))) => float,
            (Some("null" | "bool" | "int" | "float"), _) => return None,
            (Some("binary"), _) => Self::Binary,
            _ => Self::Text,
        };
        Some(scalar)
    }

    /// The value in JSON; nothing if JSON has no such value.
    pub(super) fn content(self, text: Cow<'_, str>) -> Option<Content> {
        match self {
            Self::Binary => {
                let bytes = base64_as_read(&text)?;
                Some(Content::Text(String::from_utf8_lossy(&bytes).into_owned()))
            }
            Self::Null => Some(Content::Null),
            Self::Bool(value) => Some(Content::Bool(value)),
            Self::Int(value) => Some(Content::Number(Number::Int(value))),
            Self::Large(value) => Some(Content::Number(Number::Large(value))),
            Self::Float(value) => {
                value.is_finite().then_some(Content::Number(Number::Float(value)))
            }
            Self::Text => Some(Content::Text(text.into_owned())),
        }
    }
}

/// What a key is called in JSON; nothing if JSON has no such key.
pub(super) fn name(key: Content) -> Option<String> {
    match key {
        Content::Text(text) => Some(text),
        Content::Bool(value) => Some(value.to_string()),
        Content::Number(Number::Int(value)) => Some(value.to_string()),
        Content::Number(Number::Float(value)) => Some(go_float(value)),
        Content::Null | Content::Number(Number::Large(_)) | Content::List(_) | Content::Map(_) => {
            None
        }
    }
}

/// By the rules of Go's `yaml.v2`.
fn old(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Scalar::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Scalar::Bool(false);
        }
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            return Scalar::Float(f64::INFINITY);
        }
        _ => {}
    }
    match text.as_bytes() {
        [b'.', ..] => float(text).unwrap_or(Scalar::Text),
        [b'+' | b'-' | b'0'..=b'9', ..] => {
            let plain = text.replace('_', "");
            int_of_go(&plain).or_else(|| float(&plain)).unwrap_or(Scalar::Text)
        }
        _ => Scalar::Text,
    }
}

/// A whole number as Go's `ParseInt` reads it when nobody says in which base.
fn int_of_go(text: &str) -> Option<Scalar> {
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..)?),
        [b'+', ..] => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (digits, base) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (digits.get(2..)?, 16),
        [b'0', b'o' | b'O', ..] => (digits.get(2..)?, 8),
        [b'0', b'b' | b'B', ..] => (digits.get(2..)?, 2),
        [b'0', _, ..] => (digits.get(1..)?, 8),
        _ => (digits, 10),
    };
    int(is_negative, digits, base)
}

fn int(is_negative: bool, digits: &str, base: u32) -> Option<Scalar> {
    // Rust takes a sign here, Go doesn't.
    if !digits.starts_with(|it: char| it.is_ascii_alphanumeric()) {
        return None;
    }
    let value = u64::from_str_radix(digits, base).ok()?;
    if is_negative {
        return 0_i64.checked_sub_unsigned(value).map(Scalar::Int);
    }
    Some(i64::try_from(value).map_or(Scalar::Large(value), Scalar::Int))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, within the bounds of a double.
fn float(text: &str) -> Option<Scalar> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let starts = unsigned.starts_with(|it: char| it.is_ascii_digit() || it == '.');
    let is_number = unsigned.bytes().all(|it| b"0123456789.eE+-".contains(&it));
    if !starts || !is_number {
        return None;
    }
    text.parse().ok().filter(|it: &f64| it.is_finite()).map(Scalar::Float)
}

/// By the core schema of YAML 1.2.
fn core(text: &str) -> Scalar {
    match text {
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            return Scalar::Float(f64::INFINITY);
        }
        _ => {}
    }
    let based = |prefix: &str, base| int(false, text.strip_prefix(prefix)?, base);
    let decimal = || match text.as_bytes() {
        [b'-', ..] => int(true, text.get(1..)?, 10),
        [b'+', ..] => int(false, text.get(1..)?, 10),
        _ => int(false, text, 10),
    };
    based("0o", 8)
        .or_else(|| based("0x", 16))
        .or_else(decimal)
        .or_else(|| float(text))
        .unwrap_or(Scalar::Text)
}

/// A number as Go prints it in the shortest form of 32 bits: what a key of it is called.
fn go_float(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "as `sigs.k8s.io/yaml` does")]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    value.to_string()
}
