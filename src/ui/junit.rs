//! What a check, a lint or the cases of golden paths found, as the XML that CI systems show as test
//! results.

mod check;
mod lint;
mod policy;
mod rehearsal;

pub use check::{junit, junit_of_mistakes};
pub use lint::junit_of_lint;
pub use policy::junit_of_trial;
pub use rehearsal::junit_of_rehearsal;

use crate::secret::redact;

/// How every report ends.
const CLOSING: &str = "  </testsuite>\n</testsuites>";

/// Text for an element or an attribute: without what XML can't hold at all.
fn escaped(text: &str) -> String {
    let is_held = |it: &char| {
        matches!(it, '\t' | '\n' | ' '..)
            && !matches!(it, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    };
    redact(text)
        .chars()
        .filter(is_held)
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&apos;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}
