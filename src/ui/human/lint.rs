//! How a lint ended, in a line.

use std::collections::BTreeMap;

use super::ink::{BAD, GOOD, WARN, count, paint};
use crate::{diag::Diagnostic, lint::Mended, secret::redact, ui::clean_line};

/// Each edit that was made, and each file that could not be changed with the reason; a line each.
pub fn mended(mended: &[Mended], refused: &BTreeMap<String, String>) -> String {
    let shown = |text: &str| clean_line(&redact(text)).into_owned();
    let made = mended.iter().flat_map(|it| &it.edits);
    let made = made
        .map(|it| format!("{} {}: {}", paint(GOOD, "mended"), shown(&it.place), shown(&it.what)));
    let refused = refused.iter().map(|(file, reason)| {
        format!("{} {}: {}", paint(WARN, "not mended"), shown(file), shown(reason))
    });
    made.chain(refused).collect::<Vec<_>>().join("\n")
}

/// How much was looked at, what was found, and how much of it `command` mends.
pub fn lint_line(versions: usize, found: &[Diagnostic], mended: usize, command: &str) -> String {
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
        some => format!(" `{}` mends {some} of them.", clean_line(command)),
    };
    format!("{looked}{did}: {}.{hint}", paint(BAD, count(found.len(), "finding")))
}
