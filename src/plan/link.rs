//! Links of a planned tree: each must lead to something inside of it.

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    tree::{Mode, RepoPath, Tree},
};

/// How many links may follow one another.
const MAX_HOPS: usize = 20;

/// Every link that leads out of the tree, in a circle or nowhere.
pub(super) fn check(tree: &Tree) -> Vec<Diagnostic> {
    let links: Vec<_> = tree.iter().filter(|(_, entry)| entry.mode == Mode::Link).collect();
    if links.is_empty() {
        return Vec::new();
    }
    let folders: BTreeSet<&str> = tree.paths().flat_map(RepoPath::folders).collect();
    let mistake = |path: &RepoPath| {
        let why = follow(tree, &folders, path).err()?;
        Some(
            Diagnostic::error("template-link", format!("the link `{path}` {why}"))
                .help("link to a file or folder of the same template, by a relative path"),
        )
    };
    links.into_iter().filter_map(|(path, _)| mistake(path)).collect()
}

fn follow(tree: &Tree, folders: &BTreeSet<&str>, link: &RepoPath) -> Result<(), &'static str> {
    let mut ahead: Vec<String> = link.as_str().split('/').rev().map(str::to_owned).collect();
    let mut here: Vec<String> = Vec::new();
    let mut hops = 0_usize;
    while let Some(component) = ahead.pop() {
        match component.as_str() {
            "" | "." => continue,
            ".." => {
                here.pop().ok_or("leaves the tree")?;
                continue;
            }
            _ => here.push(component),
        }
        let path = here.join("/");
        match tree.file(&path) {
            Some(entry) if entry.mode == Mode::Link => {
                hops += 1;
                if hops > MAX_HOPS {
                    return Err("leads in a circle");
                }
                let target = entry.text().ok_or("has a target that is no text")?;
                if target.is_empty() || target.starts_with('/') || target.contains('\\') {
                    return Err("has no relative target");
                }
                here.pop();
                ahead.extend(target.split('/').rev().map(str::to_owned));
            }
            Some(_) if ahead.iter().any(|it| !it.is_empty()) => {
                return Err("leads through a file");
            }
            Some(_) => return Ok(()),
            None if folders.contains(path.as_str()) => {}
            None => return Err("leads nowhere"),
        }
    }
    if here.is_empty() { Err("leads to the tree itself") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Entry;

    fn mistakes(links: &[(&str, &str)]) -> usize {
        let link = |target: &str| Entry { mode: Mode::Link, bytes: target.as_bytes().into() };
        let mut tree: Tree = links
            .iter()
            .map(|(path, target)| (RepoPath::parse(path).unwrap(), link(target)))
            .collect();
        tree.insert(RepoPath::parse("a/b/file").unwrap(), Entry::file(*b"x"));
        check(&tree).len()
    }

    #[test]
    fn links_inside_of_the_tree_stand() {
        assert_eq!(
            mistakes(&[("l", "a/b/file"), ("a/m", "../l"), ("a/f", "b"), ("n", "a/f/file")]),
            0
        );
    }

    #[test]
    fn links_that_leave_or_lead_nowhere_are_refused() {
        for target in [
            "/etc/passwd",
            "../x",
            "a/../../x",
            "missing",
            "l",
            "",
            "a\\b",
            "a/b/file/..",
            "..",
            ".",
        ] {
            assert_eq!(mistakes(&[("l", target)]), 1, "{target}");
        }
        assert_eq!(mistakes(&[("a/d", ".."), ("l", "a/d/../x")]), 2);
        assert_eq!(mistakes(&[("x", "y"), ("y", "x")]), 2);
    }
}
