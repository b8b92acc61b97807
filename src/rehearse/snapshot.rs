//! A plan as a text that people read and compare: every file with its kind, whose it is, and what is in
//! it.
//!
//! A file's own line begins with its kind; its text stands below, indented by two spaces. What is large,
//! a lock file, or no plain text stands there by its size and digest.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    glob::Glob,
    plan::{Plan, PlannedFile},
    tree::{Digest, Entry, Mode, Ownership, RepoPath},
};

/// The largest text that a snapshot holds, in bytes.
const MOST: usize = 16 << 10;

/// The most lines of a snapshot that are shown whole.
const SHORT: usize = 60;

/// Files that programs write: nobody reads their difference.
const LOCK_FILES: [&str; 5] =
    ["package-lock.json", "pnpm-lock.yaml", "go.sum", "npm-shrinkwrap.json", "flake.lock"];

const HEAD: &str = "# What this case renders; `flagstone path test --accept` writes it.\n";

/// The snapshot of a plan. Of the files that `texts` doesn't match, the digest alone.
pub fn snapshot(plan: &Plan, texts: Option<&[Glob]>) -> String {
    let is_text =
        |path: &RepoPath| texts.is_none_or(|globs| globs.iter().any(|it| it.matches(path)));
    let parts = plan.files.iter().map(|(path, file)| part(path, file, is_text(path)));
    std::iter::once(HEAD.to_owned()).chain(parts).collect()
}

/// What a snapshot says, for whoever looks at it for the first time: all of it where that is short, else
/// every file with its number of lines.
pub fn overview(snapshot: &str) -> String {
    let parts = parts(snapshot);
    if snapshot.lines().count() <= SHORT {
        return parts.into_values().collect();
    }
    let line = |part: &str| {
        let heading = part.lines().next().unwrap_or_default();
        match part.lines().skip(1).filter(|it| !it.starts_with('\\')).count() {
            0 => format!("{heading}\n"),
            1 => format!("{heading}, 1 line\n"),
            lines => format!("{heading}, {lines} lines\n"),
        }
    };
    parts.into_values().map(line).collect()
}

/// The parts of two snapshots that differ, by their path: what was, and what is.
pub fn changed_parts<'a>(
    before: &'a str,
    after: &'a str,
) -> BTreeMap<&'a str, (Option<&'a str>, Option<&'a str>)> {
    let (before, after) = (parts(before), parts(after));
    let paths = before.keys().chain(after.keys()).copied();
    let both = |path: &'a str| (path, (before.get(path).copied(), after.get(path).copied()));
    paths.map(both).filter(|(_, (before, after))| before != after).collect()
}

/// The parts of a snapshot by their paths.
fn parts(snapshot: &str) -> BTreeMap<&str, &str> {
    let is_heading = |line: &str| KINDS.iter().any(|kind| line.starts_with(&format!("{kind} ")));
    let mut starts = Vec::new();
    let mut at = 0;
    for line in snapshot.split_inclusive('\n') {
        if is_heading(line) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([at]);
    let part = |(start, end): (&usize, usize)| {
        let part = snapshot.get(*start..end)?;
        let heading = part.lines().next()?.split_once(' ')?.1;
        Some((heading.rsplit_once(" (").map_or(heading, |it| it.0), part))
    };
    starts.iter().zip(ends).filter_map(part).collect()
}

const KINDS: [&str; 3] = ["file", "executable", "link"];

const fn kind(mode: Mode) -> &'static str {
    match mode {
        Mode::File => "file",
        Mode::Executable => "executable",
        Mode::Link => "link",
    }
}

fn part(path: &RepoPath, file: &PlannedFile, is_text: bool) -> String {
    let heading = format!("{} {path} ({}", kind(file.entry.mode), owner(&file.ownership));
    match shown(path, &file.entry).filter(|_| is_text) {
        None => {
            let size = file.entry.bytes.len();
            let digest = Digest::of(&file.entry.bytes);
            format!("{heading}; {size} bytes, {digest})\n")
        }
        Some(text) => {
            let mut part = format!("{heading})\n");
            for line in text.lines() {
                // Writing into a String can't fail.
                let _ = if line.is_empty() { writeln!(part) } else { writeln!(part, "  {line}") };
            }
            if !text.is_empty() && !text.ends_with('\n') {
                part += "\\ no line break at the end\n";
            }
            part
        }
    }
}

fn owner(ownership: &Ownership) -> String {
    match ownership.managed_keys() {
        [] => ownership.as_str().to_owned(),
        keys => format!("{}, keys {} managed", ownership.as_str(), keys.join(" ")),
    }
}

/// The text of a file that people read.
fn shown<'a>(path: &RepoPath, entry: &'a Entry) -> Option<&'a str> {
    let name = path.file_name();
    if entry.bytes.len() > MOST || name.ends_with(".lock") || LOCK_FILES.contains(&name) {
        return None;
    }
    let is_plain = |it: char| !it.is_control() || matches!(it, '\n' | '\t');
    entry.text().filter(|text| text.chars().all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::SourceId;

    fn plan(files: &[(&str, &str)]) -> Plan {
        let file = |(path, text): &(&str, &str)| {
            let source = SourceId { layer: "svc".to_owned(), path: "template/x".to_owned() };
            let entry = Entry::file(text.as_bytes());
            let ownership = Ownership::Managed;
            (RepoPath::parse(path).unwrap(), PlannedFile { entry, ownership, source })
        };
        Plan { files: files.iter().map(file).collect() }
    }

    #[test]
    fn every_file_stands_in_a_snapshot_with_its_text_or_its_digest() {
        let large = "x".repeat(MOST + 1);
        let files = [
            ("a b.md", "# A\n\n  file x (managed)\n"),
            ("b.bin", "\0"),
            ("c.lock", "1\n"),
            ("d", "x"),
            ("e", &large),
        ];
        insta::assert_snapshot!(snapshot(&plan(&files), None), @r"
        # What this case renders; `flagstone path test --accept` writes it.
        file a b.md (managed)
          # A

            file x (managed)
        file b.bin (managed; 1 bytes, sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d)
        file c.lock (managed; 2 bytes, sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865)
        file d (managed)
          x
        \ no line break at the end
        file e (managed; 16385 bytes, sha256:39061532d423f2d385027b9d40fc07e2bedf7bf3151e8f8bdd5ff005cd5136d1)
        ");
        let globs = [Glob::parse("d").unwrap()];
        let short = snapshot(&plan(&files), Some(&globs));
        assert_eq!(short.lines().filter(|it| it.contains("sha256:")).count(), 4);
    }

    #[test]
    fn a_long_snapshot_is_summed_up_by_its_files() {
        let short = snapshot(&plan(&[("a", "1\n"), ("b.bin", "\0")]), None);
        assert!(overview(&short).starts_with("file a (managed)\n  1\nfile b.bin"));
        let long = "x\n".repeat(SHORT);
        let text = overview(&snapshot(&plan(&[("a", &long), ("b", "1\n"), ("c", "")]), None));
        assert_eq!(
            text,
            "file a (managed), 60 lines\nfile b (managed), 1 line\nfile c (managed)\n"
        );
    }

    #[test]
    fn what_differs_is_found_by_file() {
        let before =
            snapshot(&plan(&[("a", "file b (managed)\n"), ("b", "1\n"), ("c", "1\n")]), None);
        let after =
            snapshot(&plan(&[("a", "file b (managed)\n"), ("b", "2\n"), ("d", "1\n")]), None);
        let changed: Vec<_> = changed_parts(&before, &after).into_keys().collect();
        assert_eq!(changed, ["b", "c", "d"]);
        assert!(changed_parts(&before, &before).is_empty());
    }
}
