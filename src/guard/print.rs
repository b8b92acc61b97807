//! What policies print, for whoever looks for a mistake in them.
//!
//! **Invariant:** it is bounded, and changes nothing of what is found.

use serde::{Deserialize, Serialize};

/// How much of it is told: more nobody reads.
pub(super) const MOST: usize = 200;
const LONGEST: usize = 1_000;

/// What a policy has printed by `print`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// The module.
    pub policy: String,
    /// The line of it.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// The module, the line and the text of what the evaluator says as `0:7: text`; nothing of what our own
/// questions print.
pub(super) fn parts(said: &str) -> Option<(usize, usize, String)> {
    let (source, rest) = said.split_once(':')?;
    let (line, text) = rest.split_once(": ")?;
    let text = text.chars().take(LONGEST).collect();
    Some((source.parse().ok()?, line.parse().ok()?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_has_its_module_and_line() {
        assert_eq!(parts("1:7: a: b"), Some((1, 7, "a: b".to_owned())));
        assert_eq!(parts("flagstone_asked:7: a"), None);
        assert_eq!(parts(&format!("0:1: {}", "x".repeat(5_000))).unwrap().2.len(), LONGEST);
    }
}
