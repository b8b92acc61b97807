//! Here-documents, as BuildKit reads them.

use crate::template::code::{Inside, Site, cursor::Cursor};

/// A here-document of an instruction.
pub(super) struct Heredoc {
    /// The line that ends it.
    end: String,
    /// Whether tabs before its lines don't count.
    is_indented: bool,
}

/// The here-documents of an instruction.
pub(super) fn heredocs(text: &str, stem: &str) -> Option<Vec<Heredoc>> {
    let name = text.split([' ', '\t']).next().unwrap_or_default().to_ascii_uppercase();
    if !text.contains("<<") || !["RUN", "COPY", "ADD", "ONBUILD"].contains(&name.as_str()) {
        return Some(Vec::new());
    }
    let mut found = Vec::new();
    for word in divided(text)? {
        let behind = word.trim_start_matches(|it: char| it.is_ascii_digit());
        let Some(end) = behind.strip_prefix("<<") else { continue };
        let is_indented = end.starts_with('-');
        let end = end.strip_prefix('-').unwrap_or(end);
        if end.is_empty() || end.contains('<') {
            continue;
        }
        if end.contains(['\\', '$']) || end.contains(stem) {
            return None;
        }
        found.push(Heredoc { end: end.replace(['\'', '"'], ""), is_indented });
    }
    Some(found)
}

/// The words of a line, with their quotes.
fn divided(text: &str) -> Option<Vec<String>> {
    let (mut words, mut quote, mut characters) = (vec![String::new()], None, text.chars());
    while let Some(character) = characters.next() {
        let word = words.last_mut()?;
        match (quote, character) {
            (None, ' ' | '\t') => words.push(String::new()),
            (None | Some('"'), '\\') => {
                word.push(character);
                word.extend(characters.next());
            }
            (None, '\'' | '"') => {
                word.push(character);
                quote = Some(character);
            }
            (open, _) => {
                word.push(character);
                quote = open.filter(|it| *it != character);
            }
        }
    }
    quote.is_none().then_some(words)
}

/// Reads the lines of a here-document, and the one that ends it.
pub(super) fn body(cursor: &mut Cursor<'_>, heredoc: &Heredoc) -> Option<()> {
    while !cursor.is_done() {
        let start = cursor.at();
        let line = cursor.take_line().trim_end_matches('\r');
        cursor.take("\n");
        cursor.note_since(start, Site::Inside(Inside::HereDocument));
        let line = if heredoc.is_indented { line.trim_start_matches('\t') } else { line };
        if line == heredoc.end {
            return Some(());
        }
    }
    None
}
