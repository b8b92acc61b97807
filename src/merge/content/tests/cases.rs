//! The merges by key that are data, each also with CRLF, tabs and four spaces.
//!
//! A folder has `base` (not if both sides added the file), `ours` and `theirs`, with the file's
//! extension, and either `expected` or `conflict`, which says why a person must decide.

use std::{collections::BTreeMap, fs, path::Path};

use super::*;
use crate::{
    data::Value,
    edit::{Edit, Piece, Source, Step, apply},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/merge/keys");

struct Case {
    name: String,
    file: String,
    texts: BTreeMap<String, String>,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut case = Self { name, file: String::new(), texts: BTreeMap::new() };
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            if let Some(extension) = path.extension() {
                case.file = format!("file.{}", extension.to_string_lossy());
            }
            case.texts.insert(stem, fs::read_to_string(path).unwrap());
        }
        case
    }

    fn text(&self, side: &str) -> &str {
        self.texts.get(side).map(String::as_str).unwrap_or_default()
    }

    /// The same with other white space.
    fn with(&self, style: impl Fn(&str) -> String) -> Self {
        let texts = self.texts.iter().map(|(side, text)| (side.clone(), style(text))).collect();
        Self { name: self.name.clone(), file: self.file.clone(), texts }
    }

    fn outcome(&self) -> Outcome {
        let base = self.texts.get("base").map(String::as_str);
        merged(&self.file, base, self.text("ours"), self.text("theirs"), &[])
    }

    fn check(&self) {
        let outcome = self.outcome();
        match (self.texts.get("expected"), &outcome) {
            (Some(expected), Outcome::Clean(bytes)) => {
                assert_eq!(str::from_utf8(bytes).unwrap(), expected, "{}", self.name);
                // There a line is both sides', or theirs at another indent.
                let is_mixed = ["flow", "one-line", "reindented"];
                if !is_mixed.iter().any(|word| self.name.contains(word)) {
                    self.check_lines(expected);
                }
            }
            (None, Outcome::Conflict { bytes, .. }) => {
                assert!(self.texts.contains_key("conflict"), "{}", self.name);
                assert!(str::from_utf8(bytes).unwrap().contains("<<<<<<< ours: orders"));
            }
            _ => panic!("{}: {outcome:?}", self.name),
        }
    }

    /// The diff against ours holds only lines that theirs has, and takes only lines away that
    /// theirs has no more, byte for byte; but for the comma that an entry needs before another.
    fn check_lines(&self, result: &str) {
        let [ours, theirs, base, result] =
            [self.text("ours"), self.text("theirs"), self.text("base"), result]
                .map(|text| self.lines(text));
        for line in result.iter().filter(|line| !ours.contains(line)) {
            assert!(theirs.contains(line), "{}: {line:?}", self.name);
        }
        for line in ours.iter().filter(|line| !result.contains(line)) {
            assert!(base.contains(line) && !theirs.contains(line), "{}: {line:?}", self.name);
        }
    }

    fn lines(&self, text: &str) -> Vec<String> {
        let is_json = self.file.ends_with("json");
        let comma = |line: &str| if is_json { line.replacen(',', "", 1) } else { line.to_owned() };
        text.split('\n').map(comma).collect()
    }
}

fn cases() -> Vec<Case> {
    let mut folders: Vec<_> =
        fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.iter().map(|folder| Case::read(folder)).collect()
}

/// Every line's indent made wider, or of tabs.
fn indented(text: &str, unit: &str) -> String {
    let line = |line: &str| {
        let bare = line.trim_start_matches(' ');
        let depth = line.len() - bare.len();
        let bare = match bare.strip_prefix("- ") {
            Some(item) if unit.len() == 4 => format!("-   {item}"),
            _ => bare.to_owned(),
        };
        format!("{}{}{bare}", unit.repeat(depth / 2), " ".repeat(depth % 2))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_case_ends_as_it_says() {
    let cases = cases();
    assert!(cases.len() >= 30);
    for case in cases {
        let is_decided = case.texts.contains_key("expected") != case.texts.contains_key("conflict");
        assert!(is_decided, "{}: {:?}", case.name, case.outcome());
        case.check();
    }
}

#[test]
fn each_case_ends_so_with_carriage_returns() {
    cases().iter().for_each(|case| case.with(|text| text.replace('\n', "\r\n")).check());
}

#[test]
fn each_case_ends_so_with_four_spaces() {
    cases().iter().for_each(|case| case.with(|text| indented(text, "    ")).check());
}

#[test]
fn each_case_ends_so_with_tabs_where_they_may_stand() {
    for case in cases().iter().filter(|case| !case.file.ends_with("yaml")) {
        case.with(|text| indented(text, "\t")).check();
    }
}

#[test]
fn where_one_side_changed_nothing_the_merge_by_key_is_the_other() {
    for case in cases().iter().filter(|case| case.texts.contains_key("base")) {
        let format = format(&RepoPath::parse(&case.file).unwrap()).unwrap();
        let base = case.text("base");
        for side in ["ours", "theirs"] {
            let other = case.text(side);
            let Some(source) = Source::parse(format, other) else { continue };
            if let Some(merged) = keys::merge(format, Some(base), base, other) {
                let merged = Source::parse(format, &merged).unwrap();
                assert_eq!(sorted(merged.value()), sorted(source.value()), "{} {side}", case.name);
            }
            assert_eq!(keys::merge(format, Some(base), other, base).as_deref(), Some(other));
            assert_eq!(keys::merge(format, Some(base), other, other).as_deref(), Some(other));
        }
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Map(entries) => {
            let mut entries: Vec<_> =
                entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by_key(|(key, _)| key.to_string());
            Value::Map(entries)
        }
        Value::List(items) => Value::List(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// Every text of the cases, and some of our own.
fn texts() -> Vec<(Format, String)> {
    let cases = cases();
    let mut texts: Vec<(Format, String)> = Vec::new();
    for case in &cases {
        let format = format(&RepoPath::parse(&case.file).unwrap()).unwrap();
        texts.extend(["base", "ours", "theirs"].map(|side| (format, case.text(side).to_owned())));
    }
    for (format, file) in [
        (Format::Toml, "Cargo.toml"),
        (Format::Toml, "clippy.toml"),
        (Format::Yaml, ".github/workflows/ci.yml"),
        (Format::Yaml, "golden-paths/rust-service/1.0.0/golden-path.yaml"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        texts.push((format, fs::read_to_string(path).unwrap()));
    }
    texts
}

/// The ways to every key and item of a value.
fn paths(value: &Value, path: &[Step], all: &mut Vec<Vec<Step>>) {
    let keys = value.entries().map(|(key, value)| (Step::from(key), value));
    let items = value.items().iter().enumerate().map(|(index, value)| (index.into(), value));
    for (step, value) in keys.chain(items) {
        let path = [path, &[step]].concat();
        all.push(path.clone());
        paths(value, &path, all);
    }
}

#[test]
fn an_entry_replaced_by_itself_leaves_the_text_as_it_was() {
    let (mut done, mut refused) = (0, Vec::new());
    for (format, text) in texts() {
        let Some(source) = Source::parse(format, &text) else { continue };
        let mut all = Vec::new();
        paths(source.value(), &[], &mut all);
        for path in all {
            // What stands behind an alias has no text of its own.
            let Some(piece) = Piece::of(&source, &path) else { continue };
            let edit = Edit::Set { path: path.clone(), content: piece.into() };
            match apply(format, &text, &[edit]) {
                Ok(same) => assert_eq!(same, text, "{path:?}"),
                Err(_) => refused.push(path.clone()),
            }
            done += 1;
        }
    }
    assert!(done > 500, "{done}");
    assert!(refused.len() * 100 < done, "{done}: {refused:?}");
}

#[test]
fn an_entry_that_is_removed_takes_no_other_line_with_it() {
    let (mut done, mut refused) = (0, Vec::new());
    for (format, text) in texts() {
        let Some(source) = Source::parse(format, &text) else { continue };
        let mut all = Vec::new();
        paths(source.value(), &[], &mut all);
        for path in all {
            done += 1;
            match apply(format, &text, &[Edit::Remove { path: path.clone() }]) {
                Ok(after) => assert!(after.len() < text.len(), "{path:?}"),
                Err(_) => refused.push(path),
            }
        }
    }
    assert!(refused.len() * 20 < done, "{done}: {refused:?}");
}
