//! `[NAME]` and `[NAME.key]` in a template's path: it makes a file for each item of the list `NAME`.
//!
//! **Invariant:** what stands in an expression is no bracket. Whether there is such a list, whoever
//! asks knows: other brackets are names of routes, and stay.

use crate::text::Span;

/// Brackets around what may be a list's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bracket<'p> {
    /// What may be a list.
    pub(crate) list: &'p str,
    /// The key of its items, and where that stands in the path.
    pub(crate) key: Option<(&'p str, Span)>,
    /// The whole of it.
    pub(crate) span: Span,
}

/// The brackets of a path.
pub(crate) fn brackets(path: &str) -> Vec<Bracket<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = path.get(at..).filter(|rest| !rest.is_empty()) {
        let expression = match rest {
            _ if rest.starts_with("{{") => rest.find("}}").map(|it| it + 2),
            _ if rest.starts_with("{%") => rest.find("%}").map(|it| it + 2),
            _ => None,
        };
        at += match (expression, bracket(rest, at)) {
            (Some(length), _) => length,
            (None, Some(bracket)) => {
                let length = bracket.span.end - at;
                found.push(bracket);
                length
            }
            (None, None) => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    found
}

fn bracket(rest: &str, at: usize) -> Option<Bracket<'_>> {
    let (inside, _) = rest.strip_prefix('[')?.split_once(']')?;
    let (list, key) = match inside.split_once('.') {
        Some((list, key)) => (list, Some(key)),
        None => (inside, None),
    };
    let is_name = |name: &str| {
        name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    };
    let start = at + 1 + list.len() + 1;
    let placed = |key: &str| Span { start, end: start + key.len() };
    let span = Span { start: at, end: at + inside.len() + 2 };
    (is_name(list) && key.is_none_or(is_name)).then(|| Bracket {
        list,
        key: key.map(|key| (key, placed(key))),
        span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_its_key_are_found_outside_of_expressions() {
        let path = "q/[queues.name]/{{ m[queues] }}/[queues]-[...slug]/[[id]].md";
        let found = brackets(path);
        let lists: Vec<_> = found.iter().map(|it| (it.list, it.key.map(|(key, _)| key))).collect();
        assert_eq!(lists, [("queues", Some("name")), ("queues", None), ("id", None)]);
        for it in &found {
            assert!(path.get(it.span.start..it.span.end).unwrap().starts_with('['));
            let key = it.key.map(|(key, span)| (key, path.get(span.start..span.end).unwrap()));
            assert!(key.is_none_or(|(key, at)| key == at));
        }
    }
}
