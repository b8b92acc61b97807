//! Lists in JSON, whose items are the words of a command.

use crate::template::code::{Inside, Site, cursor::Cursor, shell};

/// Reads a list in JSON to the end of the text.
pub(super) fn list(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut items = Vec::new();
    blanks(cursor);
    if !cursor.take("[") {
        return None;
    }
    loop {
        blanks(cursor);
        items.push(match cursor.take_mark() {
            Some(number) => (String::new(), Some(number)),
            None => (string(cursor)?, None),
        });
        blanks(cursor);
        if cursor.take("]") {
            blanks(cursor);
            cursor.is_done().then_some(())?;
            break;
        }
        if !cursor.take(",") {
            return None;
        }
    }
    for (number, site) in shell::arguments(items)? {
        cursor.note(number, if site == Site::Own { Site::Item } else { site });
    }
    Some(())
}

fn blanks(cursor: &mut Cursor<'_>) {
    cursor.take_while(|it| it.is_ascii_whitespace());
}

fn string(cursor: &mut Cursor<'_>) -> Option<String> {
    if !cursor.take("\"") {
        return None;
    }
    let mut text = String::new();
    loop {
        if let Some(number) = cursor.take_mark() {
            cursor.note(number, Site::Inside(Inside::ItemText));
            text.push('\u{1}');
            continue;
        }
        match cursor.bump()? {
            '"' => return Some(text),
            '\\' => text.push(cursor.bump()?),
            other => text.push(other),
        }
    }
}
