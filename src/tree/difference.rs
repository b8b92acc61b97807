//! What changed between two trees.

use super::{RepoPath, Tree};

/// How one path differs between two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Only the second tree has it.
    Added,
    /// Only the first tree has it.
    Removed,
    /// Both have it, with other bytes or another mode.
    Changed,
}

/// Every path that differs, in order.
pub fn difference<'a>(before: &'a Tree, after: &'a Tree) -> Vec<(&'a RepoPath, Change)> {
    let mut changes: Vec<_> = before
        .iter()
        .filter_map(|(path, entry)| match after.get(path) {
            None => Some((path, Change::Removed)),
            Some(other) if other != entry => Some((path, Change::Changed)),
            Some(_) => None,
        })
        .collect();
    let added = after.paths().filter(|path| before.get(path).is_none());
    changes.extend(added.map(|path| (path, Change::Added)));
    changes.sort_by_key(|(path, _)| *path);
    changes
}

#[cfg(test)]
mod tests {
    use super::{super::Entry, *};

    #[test]
    fn each_path_is_named_once_in_order() {
        let tree = |files: &[(&str, &str)]| -> Tree {
            let entry = |(path, text): &(&str, &str)| {
                (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
            };
            files.iter().map(entry).collect()
        };
        let before = tree(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let after = tree(&[("a", "1"), ("b", "2"), ("d", "1")]);
        let changes: Vec<_> =
            difference(&before, &after).into_iter().map(|(p, c)| (p.as_str(), c)).collect();
        assert_eq!(changes, [("b", Change::Changed), ("c", Change::Removed), ("d", Change::Added)]);
    }
}
