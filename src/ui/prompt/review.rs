//! A look at what an upgrade does to each file, before it is written.

use super::{
    Prompter, ended,
    widget::{List, Picked, pick},
};
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
        let mut labels = vec![write.to_owned(), "Write nothing".to_owned()];
        labels.extend(paths.iter().map(|path| format!("Look at {}", clean_line(path))));
        let read = |picked: &Picked| {
            let label = picked.first().and_then(|at| labels.get(*at));
            Ok(label.cloned().unwrap_or_default())
        };
        let help = "arrows move, typing filters | Esc writes nothing";
        let about = self.about("What now?", help, "(nothing written)");
        let list = List { about, labels: &labels, page: 10, cursor: 0, checked: None, read: &read };
        let picked = ended(pick(list))?.and_then(|picked| picked.first().copied());
        Ok(match picked {
            Some(0) => Review::Write,
            Some(1) | None => Review::Leave,
            Some(at) => Review::Look(at - 2),
        })
    }
}
