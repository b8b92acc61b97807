//! How a lint ended, in a line.

use super::ink::{BAD, GOOD, count, paint};
use crate::diag::Diagnostic;

/// How much was looked at, what was found, and how much of it can be mended.
pub fn lint_line(versions: usize, found: &[Diagnostic], mended: usize) -> String {
    let looked = format!("Looked at {}", count(versions, "version"));
    let did = match mended {
        0 => String::new(),
        some => format!(", mended {}", count(some, "finding")),
    };
    if found.is_empty() {
        return format!("{looked}{did}: {}.", paint(GOOD, "nothing found"));
    }
    let fixable = found.iter().filter(|it| it.fix.is_some()).count();
    let hint = match fixable {
        0 => String::new(),
        some => format!(" `flagstone path lint --fix` mends {some} of them."),
    };
    format!("{looked}{did}: {}.{hint}", paint(BAD, count(found.len(), "finding")))
}
