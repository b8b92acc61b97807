//! Lines between prompts.

use super::ink::{BAD, HEADING, paint};
use crate::ui::{clean, clean_line};

/// Says that the questions of another page begin.
pub(in crate::ui) fn page_heading(page: &str) -> String {
    format!("\n{}", paint(HEADING, clean_line(page)))
}

/// Says why an answer was not taken, in the form of a prompt's own messages.
pub(in crate::ui) fn refusal(why: &str) -> String {
    paint(BAD, format!("! {}", clean(why)))
}
