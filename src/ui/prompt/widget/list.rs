//! An answer that is chosen from a list.

use std::{collections::BTreeSet, io};

use unicode_width::UnicodeWidthStr as _;

use super::{
    About, End, Stage,
    frame::{Piece, room},
    key::{Edit, Key},
    line::Line,
    typed::typed_pieces,
};

/// The rows around a list: a message, the question, help.
const AROUND: usize = 8;

/// The columns before a label, and those that a break between words leaves free.
const MARKS: usize = 16;

/// What is asked for.
pub(in crate::ui::prompt) struct List<'a> {
    /// What every prompt has.
    pub(in crate::ui::prompt) about: About<'a>,
    /// The lines.
    pub(in crate::ui::prompt) labels: &'a [String],
    /// How many of them are shown at once.
    pub(in crate::ui::prompt) page: usize,
    /// The line with the cursor.
    pub(in crate::ui::prompt) cursor: usize,
    /// The lines that are checked; none where one is chosen.
    pub(in crate::ui::prompt) checked: Option<BTreeSet<usize>>,
    /// What stays on the screen of what was picked; or what is wrong with it.
    pub(in crate::ui::prompt) read: &'a dyn Fn(&Picked) -> Result<String, String>,
}

/// The places of what was picked, in order.
pub(in crate::ui::prompt) type Picked = Vec<usize>;

/// Lets a person pick one line, or check any.
pub(in crate::ui::prompt) fn pick(mut list: List<'_>) -> io::Result<End<Picked>> {
    let mut stage = Stage::open(list.about)?;
    let mut filter = Line::default();
    let mut shown = list.matching("");
    let mut at = list.cursor;
    loop {
        let below = list.lines(&stage, &shown, at);
        stage.draw(typed_pieces(&filter), below)?;
        let last = shown.len().saturating_sub(1);
        match stage.keys.next()? {
            Key::Up => at = at.checked_sub(1).unwrap_or(last),
            Key::Down => at = if at < last { at + 1 } else { 0 },
            Key::PageUp => at = at.saturating_sub(list.page),
            Key::PageDown => at = last.min(at + list.page),
            Key::Edit(Edit::Start) if filter.is_empty() => at = 0,
            Key::Edit(Edit::End) if filter.is_empty() => at = last,
            Key::Text(text) if text == " " && list.checked.is_some() => {
                list.toggle(shown.get(at).copied());
            }
            Key::Text(text) => {
                filter.write(&text);
                (shown, at) = (list.matching(&filter.text()), 0);
            }
            Key::Edit(edit) => {
                let before = filter.text();
                filter.edit(edit);
                if filter.text() != before {
                    (shown, at) = (list.matching(&filter.text()), 0);
                }
            }
            Key::Enter => {
                let Some(picked) = list.picked(shown.get(at).copied()) else { continue };
                match (list.read)(&picked) {
                    Ok(answer) => {
                        stage.answered(&answer)?;
                        return Ok(End::Answer(picked));
                    }
                    Err(why) => stage.complaint = Some(why),
                }
            }
            Key::Escape => {
                if let Some(end) = stage.escaped()? {
                    return Ok(end);
                }
            }
            Key::Interrupt => return stage.interrupted(),
            Key::Resize => {}
        }
    }
}

impl List<'_> {
    /// The lines in which every typed word stands, or else those that have its letters in order.
    fn matching(&self, filter: &str) -> Vec<usize> {
        let filter = filter.to_lowercase();
        let of = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let lines = self.labels.iter().enumerate();
            lines.filter(|(_, label)| fits(&label.to_lowercase())).map(|(at, _)| at).collect()
        };
        let words = of(&|label| filter.split_whitespace().all(|word| label.contains(word)));
        if !words.is_empty() {
            return words;
        }
        of(&|label| {
            let mut letters = label.chars();
            filter.chars().all(|letter| letters.any(|it| it == letter))
        })
    }

    fn toggle(&mut self, line: Option<usize>) {
        if let (Some(checked), Some(line)) = (&mut self.checked, line)
            && !checked.remove(&line)
        {
            checked.insert(line);
        }
    }

    fn picked(&self, line: Option<usize>) -> Option<Picked> {
        match &self.checked {
            Some(checked) => Some(checked.iter().copied().collect()),
            None => line.map(|line| vec![line]),
        }
    }

    /// The part of the list that is seen, with marks where there is more.
    fn lines(&self, stage: &Stage<'_>, shown: &[usize], at: usize) -> Vec<Vec<Piece>> {
        let widest = self.labels.iter().map(|it| it.width()).max().unwrap_or(0);
        let page = self.page.min(room(widest + MARKS, AROUND)).max(3);
        let first = at.saturating_sub(page / 2).min(shown.len().saturating_sub(page));
        let end = shown.len().min(first + page);
        let numbered = shown.iter().enumerate().take(end).skip(first);
        let line = |(number, line): (usize, &usize)| {
            let mark = match () {
                () if number == at => ">",
                () if number == first && first > 0 => "^",
                () if number + 1 == end && end < shown.len() => "v",
                () => " ",
            };
            self.line(stage, *line, mark)
        };
        numbered.map(line).collect()
    }

    fn line(&self, stage: &Stage<'_>, line: usize, mark: &str) -> Vec<Piece> {
        let plain = anstyle::Style::new();
        let is_at = mark == ">";
        let style = if is_at { stage.palette.chosen } else { plain };
        let mut pieces = vec![Piece::new(format!("{mark} "), style)];
        if let Some(checked) = &self.checked {
            pieces.push(match checked.contains(&line) {
                true => Piece::new("[x] ", stage.palette.good),
                false => Piece::new("[ ] ", plain),
            });
        }
        let label = self.labels.get(line).map(String::as_str).unwrap_or_default();
        pieces.push(Piece::new(label, style).hanging());
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::prompt::widget::Escape;

    #[test]
    fn typing_filters_by_words_and_else_by_letters_in_order() {
        let labels = ["go-service  HTTP", "rust-service  HTTP", "Rust library"].map(str::to_owned);
        let about = About { message: "", help: "", escape: Escape::Ends(""), is_colored: false };
        let read = |_: &Picked| Ok(String::new());
        let list = List { about, labels: &labels, page: 7, cursor: 0, checked: None, read: &read };
        assert_eq!(list.matching(""), [0, 1, 2]);
        assert_eq!(list.matching("rust"), [1, 2]);
        assert_eq!(list.matching("http RUST"), [1]);
        assert_eq!(list.matching("gsv"), [0]);
        assert_eq!(list.matching("zz"), Vec::<usize>::new());
    }
}
