//! Complete literals of languages and formats.

use std::fmt::Write as _;

use minijinja::{
    Error, ErrorKind, State, Value,
    value::{StringInput, ValueKind},
};

use super::{
    harmless::{is_harmless_text, is_hidden},
    target::Language,
};

/// How maps and their keys are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// JSON, which YAML reads as well.
    Json,
    /// The same in a program of JavaScript, where a key may be no key.
    Script,
    /// Inline tables.
    Toml,
}

/// Writes a text as it stands on its way into the literal: as it is, or a token for it.
pub(crate) type Leaf<'a> = &'a mut dyn FnMut(&str) -> Result<String, Error>;

/// Lists and maps deeper than this are refused.
const MAX_DEPTH: usize = 32;

/// A literal of `language` that means exactly `text`; `None` where the language has none.
pub(crate) fn quote(text: &str, language: Language) -> Option<String> {
    match language {
        Language::Shell => Some(shell(text)),
        Language::Dockerfile => (!text.contains('\n')).then(|| shell_and_builder(text)),
        Language::Make => (!text.contains(['\n', '#'])).then(|| shell(text).replace('$', "$$")),
        Language::Just => (!text.contains(['\n']) && !text.contains("{{")).then(|| shell(text)),
        Language::Rust => Some(quoted(text, |out, it| write!(out, "\\u{{{it:x}}}"))),
        Language::Python => Some(quoted(text, |out, it| match it {
            0..=0xff => write!(out, "\\x{it:02x}"),
            _ => write!(out, "\\u{it:04x}"),
        })),
        Language::JavaScript | Language::TypeScript => Some(escape_tags(&json(text))),
        Language::Go => Some(json(text)),
        Language::Java => Some(quoted(text, |out, it| match it {
            // Java reads `\u000a` as a line break before it looks for literals.
            0..=0xff => write!(out, "\\{it:03o}"),
            _ => write!(out, "\\u{it:04x}"),
        })),
        Language::Xml | Language::Html => Some(xml(text)),
        Language::Settings | Language::Other => None,
    }
}

/// What stands between the quotes of a JSON, YAML or TOML string that means `text`.
pub fn escaped(text: &str) -> String {
    let literal = json(text);
    literal.get(1..literal.len() - 1).unwrap_or_default().to_owned()
}

/// Writes a value as a literal on one line.
pub(crate) fn write_data(
    value: &Value,
    notation: Notation,
    leaf: Leaf<'_>,
) -> Result<String, Error> {
    let mut out = String::new();
    Writer { notation, leaf }.value(&mut out, value, 0)?;
    Ok(out)
}

struct Writer<'a> {
    notation: Notation,
    leaf: Leaf<'a>,
}

impl Writer<'_> {
    fn value(&mut self, out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::new(ErrorKind::InvalidOperation, "the value is nested too deeply"));
        }
        match value.kind() {
            ValueKind::None if self.notation != Notation::Toml => out.push_str("null"),
            ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => out.push_str(&value.to_string()),
            ValueKind::String => {
                let text = (self.leaf)(value.as_str().unwrap_or_default())?;
                out.push_str(&json(&text));
            }
            ValueKind::Seq | ValueKind::Iterable => self.list(out, value, depth)?,
            ValueKind::Map => self.map(out, value, depth)?,
            other => {
                let message = format!("{other} cannot be written as a literal");
                return Err(Error::new(ErrorKind::InvalidOperation, message));
            }
        }
        Ok(())
    }

    fn list(&mut self, out: &mut String, list: &Value, depth: usize) -> Result<(), Error> {
        out.push('[');
        for (index, item) in list.try_iter()?.enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            self.value(out, &item, depth + 1)?;
        }
        out.push(']');
        Ok(())
    }

    fn map(&mut self, out: &mut String, map: &Value, depth: usize) -> Result<(), Error> {
        out.push('{');
        for (index, key) in map.try_iter()?.enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            let name = (self.leaf)(&key.to_string())?;
            // It would say what all other keys fall back to.
            if self.notation == Notation::Script && name == "__proto__" {
                let message = "JavaScript takes `__proto__` for no key of a map";
                return Err(Error::new(ErrorKind::InvalidOperation, message));
            }
            out.push_str(&json(&name));
            out.push_str(match self.notation {
                Notation::Json | Notation::Script => ": ",
                Notation::Toml => " = ",
            });
            self.value(out, &map.get_item(&key)?, depth + 1)?;
        }
        out.push('}');
        Ok(())
    }
}

/// The value before a filter as text, where it has one: a text, a number or a boolean.
pub(crate) fn text_of(state: &State, value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::Bool => Ok(value.is_true().to_string()),
        ValueKind::String | ValueKind::Number | ValueKind::Undefined => {
            Ok(StringInput::new(state, value)?.as_str().to_owned())
        }
        other => {
            let message = format!("this filter takes a text, not {other}");
            Err(Error::new(ErrorKind::InvalidOperation, message))
        }
    }
}

fn shell(text: &str) -> String {
    if !text.is_empty() && is_harmless_text(text) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A shell's literal without a backslash inside of single quotes: some instructions of a Dockerfile
/// read an escape there.
fn shell_and_builder(text: &str) -> String {
    if !text.contains('\\') {
        return shell(text);
    }
    let part = |part: &str| format!("'{}'", part.replace('\'', "'\\''"));
    text.split('\\').map(part).collect::<Vec<_>>().join("\\\\")
}

fn json(text: &str) -> String {
    quoted(text, |out, it| write!(out, "\\u{it:04x}"))
}

/// `</script>` inside a string still ends a script that stands in HTML.
fn escape_tags(literal: &str) -> String {
    literal.replace('<', "\\u003c")
}

fn quoted(text: &str, hidden: impl Fn(&mut String, u32) -> std::fmt::Result) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if is_hidden(other) => {
                let _infallible = hidden(&mut out, other.into());
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_has_no_prototype_in_javascript() {
        let map = |key: &str| Value::from(vec![Value::from_pairs([(key, "x")])]);
        let written = |key: &str, notation| {
            write_data(&map(key), notation, &mut |text: &str| Ok(text.to_owned())).ok()
        };
        assert_eq!(written("__proto__", Notation::Script), None);
        assert_eq!(written("proto", Notation::Script).unwrap(), r#"[{"proto": "x"}]"#);
        assert_eq!(written("__proto__", Notation::Json).unwrap(), r#"[{"__proto__": "x"}]"#);
    }

    #[test]
    fn a_literal_cannot_be_left() {
        let text = "it's \"x\" \\ $(id)\n";
        assert_eq!(quote(text, Language::Shell).unwrap(), "'it'\\''s \"x\" \\ $(id)\n'");
        assert_eq!(quote(text, Language::Rust).unwrap(), r#""it's \"x\" \\ $(id)\n""#);
        assert_eq!(quote("\0", Language::Java).unwrap(), "\"\\000\"");
        assert_eq!(quote("\\u0022", Language::Java).unwrap(), r#""\\u0022""#);
        assert_eq!(quote("a\u{202e}", Language::Rust).unwrap(), "\"a\\u{202e}\"");
        assert_eq!(quote("$(id)", Language::Make).unwrap(), "'$$(id)'");
        assert_eq!(quote("a\nb", Language::Dockerfile), None);
        assert_eq!(quote("a\\b'\\", Language::Dockerfile).unwrap(), r"'a'\\'b'\'''\\''");
        assert_eq!(quote("{{ x }}", Language::Just), None);
        assert_eq!(quote("orders-api", Language::Shell).unwrap(), "orders-api");
        assert_eq!(quote("</script>", Language::JavaScript).unwrap(), r#""\u003c/script>""#);
    }
}
