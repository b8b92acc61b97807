//! Texts of prompts -> rows that fit the terminal, broken between words.
//!
//! inquire breaks a row where it is full, also inside of a word, but draws a text that has line
//! breaks already as it stands.
//!
//! **Invariant:** no word is lost; what is typed and words longer than a row are left to inquire.

use unicode_width::UnicodeWidthStr as _;

use crate::ui::Look;

/// The columns that the marks before a question, or before a complaint, take.
const MARK: usize = 2;

/// How wide a row may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fold {
    columns: usize,
}

/// A question as it is drawn, and how far it reaches in its last row.
#[derive(Debug)]
pub(super) struct Headline {
    /// What is given to inquire.
    pub(super) message: String,
    taken: usize,
    fold: Fold,
}

impl Fold {
    /// The last column stays free: terminals differ in what a character there does.
    pub(super) fn new(look: Look) -> Self {
        Self { columns: look.width.map_or(usize::MAX, |it| it.saturating_sub(1).max(1)) }
    }

    /// A question; `lead` is what inquire writes right behind it before anything is typed.
    pub(super) fn headline(self, message: &str, lead: &str) -> Headline {
        let mut message = self.behind(MARK, 0, message);
        let mut taken = reach(MARK, &message) + 1;
        if self.behind(taken, 0, lead).starts_with('\n') {
            message.push('\n');
            taken = 1;
        }
        Headline { message, taken, fold: self }
    }

    /// The line below a prompt, without the brackets that inquire draws around it.
    pub(super) fn help(self, text: &str) -> String {
        let mut help = self.behind(1, 0, &format!("{text}]"));
        help.pop();
        help
    }

    /// Why an answer is not taken.
    pub(super) fn complaint(self, why: &str) -> String {
        self.behind(MARK, 0, why)
    }

    /// A line of a list behind its marks; further rows begin below its first word.
    pub(super) fn label(self, marks: usize, text: &str) -> String {
        self.behind(marks, marks, text)
    }

    /// `text` in a row of which some columns are taken; further rows begin at `indent`. Nothing but
    /// spaces is ever replaced.
    fn behind(self, taken: usize, indent: usize, text: &str) -> String {
        let indent = indent.min(self.columns / 2);
        let mut folded = String::new();
        let mut column = taken;
        for (at, word) in text.split(' ').enumerate() {
            let space = usize::from(at > 0);
            let is_full = column.saturating_add(space + word.width()) > self.columns;
            if is_full && column > indent && (at > 0 || word.width() < self.columns - indent) {
                folded.push('\n');
                folded.push_str(&" ".repeat(indent));
                column = indent;
            } else if space > 0 {
                folded.push(' ');
                column += 1;
            }
            folded.push_str(word);
            column += word.width();
        }
        folded
    }
}

impl Headline {
    /// What stands behind the question: an answer, a proposal or an example.
    pub(super) fn behind(&self, text: &str) -> String {
        self.fold.behind(self.taken, 0, text)
    }
}

/// The column at which a text ends that begins at column `taken`.
fn reach(taken: usize, text: &str) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => last.width(),
        None => taken + text.width(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fold(columns: usize) -> Fold {
        Fold { columns }
    }

    #[test]
    fn rows_break_between_words() {
        assert_eq!(fold(12).help("longer than eighty columns"), "longer than\neighty\ncolumns");
        assert_eq!(fold(10).complaint("no supercalifragilistic x"), "no\nsupercalifragilistic\nx");
        assert_eq!(fold(12).label(4, "one two three"), "one two\n    three");
        assert_eq!(fold(usize::MAX).help("one two"), "one two");
    }

    #[test]
    fn what_is_proposed_moves_below_a_question_that_leaves_no_room_for_it() {
        let short = fold(20).headline("Name:", "(orders)");
        assert_eq!((short.message.as_str(), short.taken), ("Name:", 8));
        let long = fold(20).headline("Name of the team:", "(orders)");
        assert_eq!((long.message.as_str(), long.taken), ("Name of the team:\n", 1));
        assert_eq!(short.behind("a b c d e f g"), "a b c d e f\ng");
        for width in 1..40 {
            let lead = format!("({})", "x".repeat(width));
            let headline = fold(20).headline("Name of the team:", &lead);
            assert_eq!(headline.behind(&lead), lead);
        }
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_screen_and_no_word_is_lost(
            text in "[a-c 日]{0,60}",
            columns in 4_usize..20,
            taken in 0_usize..4,
        ) {
            let folded = fold(columns).behind(taken, 0, &text);
            let longest = text.split(' ').map(|it| it.width()).max().unwrap_or(0);
            for (at, row) in folded.split('\n').enumerate() {
                let before = if at == 0 { taken } else { 0 };
                prop_assert!(row.trim().width() <= longest || before + row.width() <= columns);
            }
            let unfolded = folded.replace('\n', " ");
            prop_assert_eq!(unfolded.trim_start(), text.trim_start());
        }
    }
}
