//! A look at what an upgrade does to each file, before it is written.

use inquire::{Select, list_option::ListOption};

use super::{Prompter, prompted};
use crate::{resolve::AskError, ui::clean_line};

/// What a person makes of an upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// Write it.
    Write,
    /// Write nothing.
    Leave,
    /// Show the difference of the file at this place of the list.
    Look(usize),
}

/// A line of the list, with what it means.
struct Line {
    review: Review,
    label: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.label)
    }
}

impl Prompter<'_> {
    /// Asks whether to write an upgrade, or which of its files to look at first. Esc writes nothing.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn review(&self, paths: &[String], has_conflicts: bool) -> Result<Review, AskError> {
        let write = match has_conflicts {
            true => "Write it, and leave the conflicts to be resolved",
            false => "Write it, as one commit",
        };
        let mut lines = vec![
            Line { review: Review::Write, label: write.to_owned() },
            Line { review: Review::Leave, label: "Write nothing".to_owned() },
        ];
        let look = |(at, path): (usize, &String)| Line {
            review: Review::Look(at),
            label: format!("Look at {}", clean_line(path)),
        };
        lines.extend(paths.iter().enumerate().map(look));
        let fold = self.fold();
        let headline = fold.headline("What now?", "");
        let label = |line: ListOption<&Line>| headline.behind(&line.value.label);
        let help = fold.help("arrows move, typing filters | Esc writes nothing");
        let select = Select::new(&headline.message, lines)
            .with_render_config(self.config("(nothing written)"))
            .with_help_message(&help)
            .with_formatter(&label)
            .with_page_size(10);
        Ok(prompted(select.prompt())?.map_or(Review::Leave, |line| line.review))
    }
}
