//! The words `NAME=value` of an instruction.

use super::QUOTED;
use crate::template::code::{
    Inside, Site,
    cursor::{Cursor, all},
};

/// The marks of the words `NAME=value`.
pub(super) fn words(text: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let first = text.split([' ', '\t']).next().unwrap_or_default();
    if !first.contains('=') {
        return Some(all(text, stem, Site::Inside(Inside::BareInstruction)));
    }
    let mut cursor = Cursor::new(text, stem);
    let mut is_value = false;
    loop {
        if let Some(number) = cursor.take_mark() {
            let name = Site::Inside(Inside::VariableName);
            cursor.note(number, if is_value { Site::Own } else { name });
            continue;
        }
        match cursor.bump() {
            None => return Some(cursor.finish(Some(()))),
            Some(' ' | '\t') => is_value = false,
            Some('=') => is_value = true,
            Some('\\') => match cursor.take_mark() {
                Some(number) => cursor.note(number, Site::Beside("a backslash")),
                None => drop(cursor.bump()),
            },
            Some('$') => match cursor.take_mark() {
                Some(number) => cursor.note(number, Site::Beside("`$`")),
                None if cursor.is_at("{") => variable(&mut cursor)?,
                None => {}
            },
            Some('\'') => {
                let start = cursor.at();
                let is_closed = cursor.take_past("'");
                cursor.note_since(start, QUOTED);
                let inner = cursor.behind().get(start..)?;
                // The words are divided by another rule than they are read by.
                if !is_closed || inner.contains('\\') {
                    return None;
                }
            }
            Some('"') => double(&mut cursor)?,
            Some(_) => {}
        }
    }
}

/// Reads `{…}` behind `$`.
fn variable(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.at();
    let is_closed = cursor.take_past("}");
    cursor.note_since(start, Site::Inside(Inside::Expansion));
    let inner = cursor.behind().get(start..)?;
    (is_closed && !inner.contains(['\'', '"', '\\', '$', ' '])).then_some(())
}

fn double(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        if let Some(number) = cursor.take_mark() {
            cursor.note(number, QUOTED);
            continue;
        }
        match cursor.bump()? {
            '"' => return Some(()),
            '\\' if !cursor.is_at_mark() => drop(cursor.bump()?),
            _ => {}
        }
    }
}
