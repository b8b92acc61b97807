//! Every file with what is in it, for `--dry-run -v`.

use super::ink::{FAINT, NAME, paint};
use crate::{
    tree::{Entry, Mode, RepoPath, Tree},
    ui::{clean, clean_line},
};

/// Every file: a line with its path, then its text. Of a link its target, of other bytes their number.
pub fn contents(tree: &Tree) -> String {
    tree.iter().map(|(path, entry)| file(path, entry)).collect::<Vec<_>>().join("\n\n")
}

fn file(path: &RepoPath, entry: &Entry) -> String {
    let name = clean_line(path.as_str());
    let heading = match entry.mode {
        Mode::File => paint(NAME, format!("== {name}")),
        Mode::Executable => paint(NAME, format!("== {name}*")),
        Mode::Link => {
            let target = String::from_utf8_lossy(&entry.bytes);
            return paint(NAME, format!("== {name} -> {}", clean_line(&target)));
        }
    };
    match entry.text() {
        Some(text) => format!("{heading}\n{}", clean(text.trim_end_matches('\n'))),
        None => format!("{heading}\n{}", paint(FAINT, format!("({} bytes)", entry.bytes.len()))),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::ink::test::plain, *};

    #[test]
    fn texts_links_and_other_bytes_are_told_apart() {
        let entry = |mode, bytes: &[u8]| Entry { mode, bytes: bytes.into() };
        let files = [
            ("a.txt", entry(Mode::File, b"one\n\x1b[31mtwo\n")),
            ("b.bin", entry(Mode::File, b"\0\x01")),
            ("link", entry(Mode::Link, b"a.txt")),
            ("run.sh", entry(Mode::Executable, b"#!/bin/sh\n")),
        ];
        let tree: Tree =
            files.into_iter().map(|(path, it)| (RepoPath::parse(path).unwrap(), it)).collect();
        insta::assert_snapshot!(plain(&contents(&tree)), @"
        == a.txt
        one
        ␛[31mtwo

        == b.bin
        (2 bytes)

        == link -> a.txt

        == run.sh*
        #!/bin/sh
        ");
    }
}
