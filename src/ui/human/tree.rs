//! The picture of a directory: what will be written, at a glance.
//!
//! Folders that hold nothing but one folder share its line. Where the picture would be longer than
//! it may be, folders stay closed and say how many files they hold; outer folders open first.

use std::collections::{BTreeMap, VecDeque};

use super::ink::{self, FAINT, NAME, paint};
use crate::{
    tree::{Entry, Mode, Tree},
    ui::{Look, clean_line},
};

/// As many lines as a terminal shows without scrolling far.
pub const TREE_LINES: usize = 40;

/// A tree to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct TreePicture<'a> {
    /// What stands in the place of the root.
    pub root: &'a str,
    /// The files.
    pub tree: &'a Tree,
    /// How long the picture may be; what is too much stays folded.
    pub lines: usize,
}

/// Draws a tree with lines: folders end in `/`, executables in `*`, links show where they lead.
pub fn draw_tree(picture: TreePicture<'_>, look: Look) -> String {
    let mut root = Folder::of(picture.tree);
    root.open(picture.lines);
    let name = clean_line(picture.root.trim_end_matches('/')).into_owned();
    let mut lines = vec![paint(NAME, name + "/")];
    root.draw("", look, &mut lines);
    lines.join("\n")
}

#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<String, Self>,
    files: BTreeMap<&'a str, &'a Entry>,
    is_open: bool,
}

impl<'a> Folder<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut root = Self::default();
        for (path, entry) in tree.iter() {
            let (above, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
            let names = above.split('/').filter(|it| !it.is_empty());
            let folder =
                names.fold(&mut root, |it, name| it.folders.entry(name.into()).or_default());
            folder.files.insert(name, entry);
        }
        root.join_chains();
        root
    }

    /// Puts folders that hold nothing but one folder onto its line.
    fn join_chains(&mut self) {
        let folders = std::mem::take(&mut self.folders);
        self.folders = folders.into_iter().map(|(name, folder)| folder.joined(name)).collect();
    }

    fn joined(mut self, name: String) -> (String, Self) {
        if let (true, 1) = (self.files.is_empty(), self.folders.len())
            && let Some((inner, folder)) = self.folders.pop_first()
        {
            return folder.joined(format!("{name}/{inner}"));
        }
        self.join_chains();
        (name, self)
    }

    /// The lines that it takes when it is open and what is in it is not.
    fn lines(&self) -> usize {
        self.folders.len() + self.files.len()
    }

    fn all_files(&self) -> usize {
        self.files.len() + self.folders.values().map(Self::all_files).sum::<usize>()
    }

    /// Opens folders level by level, each if what is in it still fits into `lines`.
    fn open(&mut self, lines: usize) {
        self.is_open = true;
        let mut left = lines.saturating_sub(self.lines());
        let mut waiting: VecDeque<&mut Self> = self.folders.values_mut().collect();
        while let Some(folder) = waiting.pop_front() {
            if folder.lines() <= left {
                left -= folder.lines();
                folder.is_open = true;
                waiting.extend(folder.folders.values_mut());
            }
        }
    }

    fn draw(&self, indent: &str, look: Look, lines: &mut Vec<String>) {
        let mut left = self.lines();
        let mut branch = || {
            left -= 1;
            match left {
                0 => (look.draw("└── ", "`-- "), "    "),
                _ => (look.draw("├── ", "|-- "), look.draw("│   ", "|   ")),
            }
        };
        for (name, folder) in &self.folders {
            let (branch, below) = branch();
            lines.push(paint(FAINT, format!("{indent}{branch}")) + &folder.label(name));
            if folder.is_open {
                folder.draw(&format!("{indent}{below}"), look, lines);
            }
        }
        for (name, entry) in &self.files {
            let (branch, _) = branch();
            lines.push(paint(FAINT, format!("{indent}{branch}")) + &file_label(name, entry, look));
        }
    }

    fn label(&self, name: &str) -> String {
        let name = paint(NAME, format!("{}/", clean_line(name)));
        match self.is_open {
            true => name,
            false => {
                let files = ink::count(self.all_files(), "file");
                format!("{name} {}", paint(FAINT, format!("({files})")))
            }
        }
    }
}

fn file_label(name: &str, entry: &Entry, look: Look) -> String {
    let name = clean_line(name);
    match entry.mode {
        Mode::File => name.into_owned(),
        Mode::Executable => format!("{name}*"),
        Mode::Link => {
            let target = String::from_utf8_lossy(&entry.bytes);
            format!("{name} {} {}", look.draw("→", "->"), clean_line(&target))
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        tree::RepoPath,
        ui::{
            Charset,
            human::ink::test::{TERMINAL, plain},
        },
    };

    fn tree(paths: &[&str]) -> Tree {
        let entry = |path: &&str| {
            let mode = match *path {
                "gradlew" => Mode::Executable,
                "docs/latest" => Mode::Link,
                _ => Mode::File,
            };
            let bytes = b"../x\x1b"[..].into();
            (RepoPath::parse(path).unwrap(), Entry { mode, bytes })
        };
        paths.iter().map(entry).collect()
    }

    fn service() -> Tree {
        tree(&[
            ".github/workflows/ci.yml",
            "README.md",
            "docs/index.md",
            "docs/latest",
            "gradlew",
            "src/main/java/com/acme/orders/App.java",
            "src/main/java/com/acme/orders/Web.java",
            "src/main/resources/app.yaml",
        ])
    }

    fn drawn(lines: usize, look: Look) -> String {
        plain(&draw_tree(TreePicture { root: "./orders-api/", tree: &service(), lines }, look))
    }

    #[test]
    fn folders_executables_and_links_are_marked() {
        assert_snapshot!(drawn(TREE_LINES, TERMINAL), @"
        ./orders-api/
        ├── .github/workflows/
        │   └── ci.yml
        ├── docs/
        │   ├── index.md
        │   └── latest → ../x␛
        ├── src/main/
        │   ├── java/com/acme/orders/
        │   │   ├── App.java
        │   │   └── Web.java
        │   └── resources/
        │       └── app.yaml
        ├── README.md
        └── gradlew*
        ");
    }

    #[test]
    fn a_terminal_without_lines_gets_what_it_has() {
        assert_snapshot!(drawn(TREE_LINES, Look { charset: Charset::Ascii, ..TERMINAL }), @"
        ./orders-api/
        |-- .github/workflows/
        |   `-- ci.yml
        |-- docs/
        |   |-- index.md
        |   `-- latest -> ../x␛
        |-- src/main/
        |   |-- java/com/acme/orders/
        |   |   |-- App.java
        |   |   `-- Web.java
        |   `-- resources/
        |       `-- app.yaml
        |-- README.md
        `-- gradlew*
        ");
    }

    #[test]
    fn what_is_too_much_stays_folded_the_innermost_first() {
        assert_snapshot!(drawn(10, TERMINAL), @"
        ./orders-api/
        ├── .github/workflows/
        │   └── ci.yml
        ├── docs/
        │   ├── index.md
        │   └── latest → ../x␛
        ├── src/main/
        │   ├── java/com/acme/orders/ (2 files)
        │   └── resources/ (1 file)
        ├── README.md
        └── gradlew*
        ");
        assert_snapshot!(drawn(1, TERMINAL), @"
        ./orders-api/
        ├── .github/workflows/ (1 file)
        ├── docs/ (2 files)
        ├── src/main/ (3 files)
        ├── README.md
        └── gradlew*
        ");
    }

    #[test]
    fn an_empty_tree_is_its_root() {
        let picture = TreePicture { root: "x", tree: &Tree::new(), lines: 9 };
        assert_eq!(plain(&draw_tree(picture, TERMINAL)), "x/");
    }

    #[test]
    fn a_picture_keeps_to_its_lines() {
        let paths: Vec<_> = (0..2000).map(|n| format!("d{}/e{}/f{n}", n % 9, n % 30)).collect();
        let tree = tree(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        let picture = TreePicture { root: "x", tree: &tree, lines: TREE_LINES };
        assert!(draw_tree(picture, TERMINAL).lines().count() <= TREE_LINES + 1);
    }
}
