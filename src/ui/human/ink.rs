//! Styles, counts, sizes, columns and line breaks: what every renderer writes with.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

pub(super) const HEADING: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const NAME: Style = AnsiColor::Cyan.on_default();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::BrightRed.on_default().bold();
pub(super) const HELP: Style = AnsiColor::BrightCyan.on_default().bold();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();

/// `text` in a style.
pub(super) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// `text` with spaces up to `columns`.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// `text` cut to `columns`, with `...` where something is missing.
pub(super) fn clip(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut clipped = String::new();
    for character in text.chars() {
        if clipped.width() + character.to_string().width() + 3 > columns {
            break;
        }
        clipped.push(character);
    }
    format!("{}...", clipped.trim_end())
}

/// The columns that the widest of `texts` takes.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(|text| text.width()).max().unwrap_or(0)
}

/// `text` in lines of at most `columns`, broken between words.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.width() + 1 + word.width() > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    lines.push(line);
    lines
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Bytes as people read them: `512 B`, `1.5 kB`, `20 MB`.
pub(super) fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        None => format!("{bytes} B"),
        Some((unit, name)) if bytes < 10 * unit => {
            format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
        }
        Some((unit, name)) => format!("{} {name}", bytes / unit),
    }
}

#[cfg(test)]
pub(in crate::ui) mod test {
    //! What the tests of the renderers look through.

    use crate::ui::{Charset, Look};

    /// A terminal of eighty columns with lines.
    pub(in crate::ui) const TERMINAL: Look = Look { width: Some(80), charset: Charset::Unicode };

    /// The text without its styles.
    pub(in crate::ui) fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance() {
        let sizes = [0, 999, 1_000, 1_549, 9_999, 10_000, 1_100_000, 25_000_000_000].map(size);
        assert_eq!(sizes.join(", "), "0 B, 999 B, 1.0 kB, 1.5 kB, 9.9 kB, 10 kB, 1.1 MB, 25 GB");
    }

    #[test]
    fn a_text_is_cut_and_broken_by_columns_not_by_characters() {
        assert_eq!(clip("日本語のテキスト", 10), "日本語...");
        assert_eq!(clip("short", 5), "short");
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("日本 日本 日本", 9), ["日本 日本", "日本"]);
    }
}
