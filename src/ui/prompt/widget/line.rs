//! A line that is being typed.
//!
//! **Invariant:** the cursor is never behind the line's end.

use super::key::Edit;

/// What was typed, and where the cursor stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    characters: Vec<char>,
    cursor: usize,
}

impl Line {
    /// A line with the cursor at its end.
    pub(super) fn new(text: &str) -> Self {
        let characters: Vec<_> = text.chars().collect();
        Self { cursor: characters.len(), characters }
    }

    pub(super) fn text(&self) -> String {
        self.characters.iter().collect()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// What stands before the cursor, and behind it.
    pub(super) fn around(&self) -> (String, String) {
        let (before, behind) = self.characters.split_at(self.cursor);
        (before.iter().collect(), behind.iter().collect())
    }

    /// Types at the cursor.
    pub(super) fn write(&mut self, text: &str) {
        let typed: Vec<_> = text.chars().collect();
        let length = typed.len();
        self.characters.splice(self.cursor..self.cursor, typed);
        self.cursor += length;
    }

    /// Moves or takes away.
    pub(super) fn edit(&mut self, edit: Edit) {
        let end = self.characters.len();
        match edit {
            Edit::Left => self.cursor = self.cursor.saturating_sub(1),
            Edit::Right => self.cursor = end.min(self.cursor + 1),
            Edit::WordLeft => self.cursor = self.word_left(),
            Edit::WordRight => self.cursor = self.word_right(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = end,
            Edit::TakeLeft => self.take(self.cursor.saturating_sub(1), self.cursor),
            Edit::TakeRight => self.take(self.cursor, end.min(self.cursor + 1)),
            Edit::TakeWordLeft => self.take(self.word_left(), self.cursor),
            Edit::TakeWordRight => self.take(self.cursor, self.word_right()),
            Edit::TakeToStart => self.take(0, self.cursor),
            Edit::TakeToEnd => self.take(self.cursor, end),
        }
    }

    fn take(&mut self, from: usize, to: usize) {
        self.characters.drain(from..to);
        self.cursor = from;
    }

    /// Where the word before the cursor begins; a word ends at a space.
    fn word_left(&self) -> usize {
        let (before, _) = self.characters.split_at(self.cursor);
        let word = before.iter().rposition(|it| !it.is_whitespace()).map_or(0, |at| at + 1);
        let (before, _) = self.characters.split_at(word);
        before.iter().rposition(|it| it.is_whitespace()).map_or(0, |at| at + 1)
    }

    /// Where the word behind the cursor ends.
    fn word_right(&self) -> usize {
        let behind = self.characters.iter().skip(self.cursor);
        let spaces = behind.clone().take_while(|it| it.is_whitespace()).count();
        let word = behind.skip(spaces).take_while(|it| !it.is_whitespace()).count();
        self.cursor + spaces + word
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EDITS: [Edit; 12] = [
        Edit::Left,
        Edit::Right,
        Edit::WordLeft,
        Edit::WordRight,
        Edit::Start,
        Edit::End,
        Edit::TakeLeft,
        Edit::TakeRight,
        Edit::TakeWordLeft,
        Edit::TakeWordRight,
        Edit::TakeToStart,
        Edit::TakeToEnd,
    ];

    fn edited(text: &str, edits: &[Edit]) -> String {
        let mut line = Line::new(text);
        edits.iter().for_each(|it| line.edit(*it));
        let (before, behind) = line.around();
        format!("{before}|{behind}")
    }

    #[test]
    fn a_line_is_edited_as_in_a_shell() {
        assert_eq!(edited("one two", &[Edit::TakeToStart]), "|");
        assert_eq!(edited("one two ", &[Edit::TakeWordLeft]), "one |");
        assert_eq!(edited("one two", &[Edit::WordLeft, Edit::TakeToStart]), "|two");
        assert_eq!(edited("one two", &[Edit::Start, Edit::TakeWordRight]), "| two");
        assert_eq!(edited("one", &[Edit::Start, Edit::Right, Edit::TakeToEnd]), "o|");
        assert_eq!(edited("äöü", &[Edit::Left, Edit::TakeLeft, Edit::TakeRight]), "ä|");
        let mut line = Line::new("ac");
        line.edit(Edit::Left);
        line.write("b");
        assert_eq!(line.text(), "abc");
    }

    proptest! {
        #[test]
        fn no_key_moves_the_cursor_out_of_the_line(
            text in "[a ä]{0,8}",
            keys in proptest::collection::vec(0_usize..EDITS.len(), 0..12),
        ) {
            let mut line = Line::new(&text);
            for key in keys {
                line.edit(EDITS[key]);
                let (before, behind) = line.around();
                prop_assert_eq!(before + &behind, line.text());
            }
        }
    }
}
