//! Texts that can change nothing wherever they are printed.

use super::target::{Format, Language};

/// Words that YAML 1.1, JSON or TOML read as something else than a text.
const WORDS: [&str; 11] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// Whether `text` can change nothing in a structured file: it begins with a letter, holds only
/// letters, digits, `-`, `_` and inner dots (none in TOML, whose keys they divide), and is no word
/// that any version of YAML reads as something else.
pub fn is_harmless(text: &str, format: Format) -> bool {
    let dots = format != Format::Toml;
    let inner = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (dots && byte == b'.')
    };
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(inner)
        && !text.ends_with('.')
        && !is_piece(text)
}

/// Whether a neighbour may make `text` a part of such a word (`n` before `o`) or of a number (`e3`
/// after `1`, `ff` after `0x`).
fn is_piece(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_digits =
        |rest: &str| rest.bytes().all(|it| it.is_ascii_hexdigit() || b"_-".contains(&it));
    WORDS.iter().any(|word| word.contains(&lower))
        || is_digits(&lower)
        || lower.strip_prefix(['x', 'o']).is_some_and(is_digits)
}

/// Whether `text` is of characters that no language of ours gives a meaning to.
pub fn is_harmless_text(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/@:+-".contains(&byte))
}

/// Whether `text` may stand unquoted in `language`.
pub(crate) fn is_harmless_in(text: &str, language: Language) -> bool {
    match language {
        Language::Xml | Language::Html => {
            !text.contains(['<', '>', '&', '"', '\'']) && !has_hidden(text)
        }
        Language::Settings => {
            text.split(' ').all(|word| !word.is_empty() && is_harmless_text(word))
                || text.is_empty()
        }
        _ => is_harmless_text(text) && !(language.has_options() && text.starts_with('-')),
    }
}

/// Whether a character of `text` is not to be seen: controls, line separators, changes of direction.
pub(crate) fn has_hidden(text: &str) -> bool {
    text.chars().any(is_hidden)
}

/// Whether a character is not to be seen, or ends a line for some reader.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'
            | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_slugs_are_harmless_and_words_of_yaml_are_not() {
        for text in ["orders-api", "Orders_2", "a.b", "v1.2.3", "xy"] {
            assert!(is_harmless(text, Format::Yaml), "{text}");
        }
        for text in [
            "", "no", "On", "NULL", "1a", "-a", "a.", "a b", "a:b", "é", "y", "~", "tr", "E3",
            "ff", "x1F", "LL",
        ] {
            assert!(!is_harmless(text, Format::Yaml), "{text}");
        }
        assert!(!is_harmless("a.b", Format::Toml));
    }
}
