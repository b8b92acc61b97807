//! The tables of a TOML text that a change can reach.
//!
//! **Invariant:** before a header that is found here nothing is open, or the text is no TOML at all: no
//! string goes over lines, and in a list a bare word in brackets is a mistake.

use std::ops::Range;

/// The whole tables of `neutral` that hold the bytes of `around`, where it and `plain` are the same
/// elsewhere; `None` if that can't be told by their lines.
pub(super) fn around(
    (plain, neutral): (&str, &str),
    around: &Range<usize>,
) -> Option<Range<usize>> {
    if [plain, neutral].iter().any(|it| it.contains("\"\"\"") || it.contains("'''")) {
        return None;
    }
    let start = headers(neutral.get(..around.start)?).last()?;
    // The change may reach into the line.
    let line = neutral.get(start..)?.lines().next()?.len();
    let behind = neutral.get(around.end..)?;
    let next = behind
        .find('\n')
        .and_then(|at| headers(behind.get(at + 1..)?).next().map(|it| it + at + 1));
    let end = next.map_or(neutral.len(), |at| around.end + at);
    (start + line < around.start).then_some(start..end)
}

/// Where the lines begin that are headers of tables.
fn headers(text: &str) -> impl Iterator<Item = usize> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    });
    lines.filter(|(_, line)| is_header(line.trim_end_matches(['\r', '\n']))).map(|(at, _)| at)
}

fn is_header(line: &str) -> bool {
    let inside = |open: &str, close: &str| line.strip_prefix(open)?.strip_suffix(close);
    let Some(name) = inside("[[", "]]").or_else(|| inside("[", "]")) else { return false };
    let is_bare = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    // In a list these would be values.
    let is_value = ["true", "false", "inf", "nan"].contains(&name);
    name.starts_with(|it: char| it.is_ascii_alphabetic()) && name.chars().all(is_bare) && !is_value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(text: &str, part: &str) -> Option<String> {
        let start = text.find(part).unwrap();
        let found = around((text, text), &(start..start + part.len()))?;
        text.get(found).map(str::to_owned)
    }

    const TEXT: &str = "a = 1\n[b]\nx = 1\n\n[[c.d]]\ny = 'z'\n[[c.d]]\ny = [\n[1],\n[true]\n]\n";

    #[test]
    fn a_change_reaches_the_tables_that_it_stands_in() {
        assert_eq!(tables(TEXT, "x").as_deref(), Some("[b]\nx = 1\n\n"));
        assert_eq!(tables(TEXT, "z").as_deref(), Some("[[c.d]]\ny = 'z'\n"));
        assert_eq!(
            tables(TEXT, "1\n\n[[c.d]]\ny").as_deref(),
            Some("[b]\nx = 1\n\n[[c.d]]\ny = 'z'\n")
        );
        assert_eq!(tables(TEXT, "1],").as_deref(), Some("[[c.d]]\ny = [\n[1],\n[true]\n]\n"));
    }

    #[test]
    fn a_change_in_a_header_reaches_the_table_before_it() {
        let both = "[b]\nx = 1\n\n[[c.d]]\ny = 'z'\n";
        assert_eq!(tables(TEXT, "c.d").as_deref(), Some(both));
    }

    #[test]
    fn what_stands_above_all_tables_is_not_told() {
        assert_eq!(tables(TEXT, "a = 1"), None);
        assert_eq!(tables(TEXT, "[b]"), None);
    }

    #[test]
    fn lines_in_strings_are_not_told_from_headers() {
        assert_eq!(tables("[a]\nx = '''\n[b]\n'''\ny = 1\n", "1"), None);
        assert_eq!(tables("[a]\nx = \"\"\"\n[b]\n\"\"\"\ny = 1\n", "1"), None);
    }
}
