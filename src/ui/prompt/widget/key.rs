//! The terminal's keys -> what they mean in a prompt.

use std::io;

use crossterm::{
    event::{
        DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind,
        KeyModifiers, read,
    },
    execute,
    terminal::{disable_raw_mode, enable_raw_mode},
};

/// What a key means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// What is typed or pasted.
    Text(String),
    Enter,
    Escape,
    Interrupt,
    Up,
    Down,
    PageUp,
    PageDown,
    Edit(Edit),
    /// The window has another size.
    Resize,
}

/// What changes or moves on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Left,
    Right,
    WordLeft,
    WordRight,
    Start,
    End,
    TakeLeft,
    TakeRight,
    TakeWordLeft,
    TakeWordRight,
    TakeToStart,
    TakeToEnd,
}

/// The keys of the terminal, raw for as long as this lives.
pub(super) struct Keys(());

impl Keys {
    pub(super) fn open() -> io::Result<Self> {
        enable_raw_mode()?;
        let keys = Self(());
        execute!(io::stderr(), EnableBracketedPaste)?;
        Ok(keys)
    }

    /// The next key that means something.
    #[expect(clippy::unused_self, reason = "keys can be read only while the terminal is raw")]
    pub(super) fn next(&self) -> io::Result<Key> {
        loop {
            let key = match read()? {
                Event::Key(event) if event.kind != KeyEventKind::Release => meaning(event),
                Event::Paste(text) => Some(Key::Text(pasted(&text))),
                Event::Resize(..) => Some(Key::Resize),
                _ => None,
            };
            if let Some(key) = key {
                return Ok(key);
            }
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _nobody_to_tell = execute!(io::stderr(), DisableBracketedPaste);
        let _nobody_to_tell = disable_raw_mode();
    }
}

/// What is copied as a whole line ends in a break that nobody meant.
fn pasted(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches('\n').to_owned()
}

fn meaning(KeyEvent { code, modifiers, .. }: KeyEvent) -> Option<Key> {
    let control = modifiers.contains(KeyModifiers::CONTROL);
    let alt = modifiers.contains(KeyModifiers::ALT);
    let by_word = control || alt;
    Some(match code {
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Left if by_word => Key::Edit(Edit::WordLeft),
        KeyCode::Left => Key::Edit(Edit::Left),
        KeyCode::Right if by_word => Key::Edit(Edit::WordRight),
        KeyCode::Right => Key::Edit(Edit::Right),
        KeyCode::Home => Key::Edit(Edit::Start),
        KeyCode::End => Key::Edit(Edit::End),
        KeyCode::Backspace if by_word => Key::Edit(Edit::TakeWordLeft),
        KeyCode::Backspace => Key::Edit(Edit::TakeLeft),
        KeyCode::Delete if by_word => Key::Edit(Edit::TakeWordRight),
        KeyCode::Delete => Key::Edit(Edit::TakeRight),
        // Both together are AltGr on some systems, and type.
        KeyCode::Char(character) if control && !alt => return with_control(character),
        KeyCode::Char(character) if alt && !control => return with_alt(character),
        KeyCode::Char(character) => Key::Text(character.to_string()),
        _ => return None,
    })
}

/// As in shells. Ctrl-D with nothing behind the cursor does nothing: it ends no run by accident.
fn with_control(character: char) -> Option<Key> {
    Some(match character.to_ascii_lowercase() {
        'c' => Key::Interrupt,
        'j' | 'm' => Key::Enter,
        'n' => Key::Down,
        'p' => Key::Up,
        'a' => Key::Edit(Edit::Start),
        'e' => Key::Edit(Edit::End),
        'b' => Key::Edit(Edit::Left),
        'f' => Key::Edit(Edit::Right),
        'h' => Key::Edit(Edit::TakeLeft),
        'd' => Key::Edit(Edit::TakeRight),
        'w' => Key::Edit(Edit::TakeWordLeft),
        'u' => Key::Edit(Edit::TakeToStart),
        'k' => Key::Edit(Edit::TakeToEnd),
        _ => return None,
    })
}

fn with_alt(character: char) -> Option<Key> {
    Some(match character.to_ascii_lowercase() {
        'b' => Key::Edit(Edit::WordLeft),
        'f' => Key::Edit(Edit::WordRight),
        'd' => Key::Edit(Edit::TakeWordRight),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_with_control_or_alt_is_never_typed() {
        for character in '!'..='~' {
            for modifiers in [KeyModifiers::CONTROL, KeyModifiers::ALT] {
                let key = meaning(KeyEvent::new(KeyCode::Char(character), modifiers));
                assert!(!matches!(key, Some(Key::Text(_))), "{character} with {modifiers:?}");
            }
        }
        let typed = |modifiers| meaning(KeyEvent::new(KeyCode::Char('u'), modifiers));
        assert_eq!(typed(KeyModifiers::NONE), Some(Key::Text("u".to_owned())));
        assert_eq!(typed(KeyModifiers::SHIFT), Some(Key::Text("u".to_owned())));
        assert_eq!(typed(KeyModifiers::CONTROL), Some(Key::Edit(Edit::TakeToStart)));
        let graph = KeyModifiers::CONTROL | KeyModifiers::ALT;
        assert_eq!(typed(graph), Some(Key::Text("u".to_owned())));
    }

    #[test]
    fn a_line_that_was_copied_whole_is_pasted_without_its_end() {
        assert_eq!(pasted("orders\r\n"), "orders");
        assert_eq!(pasted("a\rb\r\n\n"), "a\nb");
    }
}
