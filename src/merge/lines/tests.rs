//! The laws of a merge by lines, and its agreement with git's own.

use std::{fs, path::Path, process::Command};

use proptest::{prelude::*, sample::select};

use super::*;

fn labels() -> Labels {
    Labels {
        base: "base: python-service 1.2.0".to_owned(),
        ours: "ours: orders-api".to_owned(),
        theirs: "theirs: python-service 2.0.0".to_owned(),
    }
}

fn merged(base: &str, ours: &str, theirs: &str) -> (String, bool) {
    let lines =
        merge(Some(base.as_bytes()), ours.as_bytes(), theirs.as_bytes(), &labels()).unwrap();
    (String::from_utf8(lines.bytes).unwrap(), lines.is_clean)
}

fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let (text, is_clean) = merged(base, ours, theirs);
    assert!(is_clean, "{text}");
    text
}

#[test]
fn both_sides_of_a_conflict_stand_between_the_labels() {
    let (text, is_clean) = merged("a\nb\nc\n", "a\nours\nc\n", "a\ntheirs\nc\n");
    assert!(!is_clean);
    insta::assert_snapshot!(text, @"
    a
    <<<<<<< ours: orders-api
    ours
    ||||||| base: python-service 1.2.0
    b
    =======
    theirs
    >>>>>>> theirs: python-service 2.0.0
    c
    ");
}

#[test]
fn a_side_that_is_empty_keeps_its_label() {
    let (text, _) = merged("a\n", "", "b\n");
    assert!(text.contains("<<<<<<< ours: orders-api\n|||||||"), "{text}");
    let (text, _) = merged("a\n", "b\n", "");
    assert!(text.ends_with("=======\n>>>>>>> theirs: python-service 2.0.0\n"), "{text}");
}

#[test]
fn nothing_may_remain() {
    assert_eq!(clean("a\nb\n", "", ""), "");
    assert_eq!(clean("", "", ""), "");
}

#[test]
fn line_endings_stay_as_the_team_has_them() {
    assert_eq!(clean("a\nb\nc\n", "A\r\nb\r\nc\r\n", "a\nb\nC\n"), "A\r\nb\r\nC\r\n");
    assert_eq!(clean("a\nb\nc\n", "A\nb\nc\n", "a\r\nb\r\nC\r\n"), "A\r\nb\r\nC\r\n");
    assert_eq!(clean("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\nb\nC\n"), "A\nb\nC\n");
    assert_eq!(clean("a\r\nb\r\nc\r\n", "A\nb\nc\n", "a\r\nb\r\nC\r\n"), "A\nb\nC\n");
    // Who mixes them means every byte.
    assert_eq!(clean("a\nb\r\nc\n", "A\nb\r\nc\n", "a\nb\r\nC\n"), "A\nb\r\nC\n");
}

#[test]
fn a_mark_and_a_final_newline_are_merged_apart() {
    assert_eq!(clean("a\nb\nc\n", "\u{feff}A\nb\nc\n", "a\nb\nC\n"), "\u{feff}A\nb\nC\n");
    assert_eq!(clean("\u{feff}a\nb\nc\n", "\u{feff}A\nb\nc\n", "a\nb\nC\n"), "A\nb\nC\n");
    assert_eq!(clean("a\nb\nc\n", "A\nb\nc", "a\nb\nC\n"), "A\nb\nC");
    assert_eq!(clean("a\nb\nc", "A\nb\nc", "a\nb\nc\n"), "A\nb\nc\n");
    assert_eq!(clean("a\nb\nc", "A\nb\nc", "a\nb\nC"), "A\nb\nC");
}

#[test]
fn bytes_that_are_no_text_of_ours_are_merged_all_the_same() {
    let merged = merge(Some(b"\xe4\nb\nc\n"), b"\xe4\nb\nc\xff\n", b"\xfc\nb\nc\n", &labels());
    assert_eq!(merged.unwrap(), Lines { bytes: b"\xfc\nb\nc\xff\n".to_vec(), is_clean: true });
    assert!(is_binary(b"a\0"));
    assert!(!is_binary(&[[b'a'; 8000].as_slice(), b"\0"].concat()));
}

#[test]
fn a_label_stays_on_its_line() {
    let labels = Labels { ours: "a\n\0b".to_owned(), ..labels() };
    let lines = merge(Some(b"a\n"), b"b\n", b"c\n", &labels).unwrap();
    assert!(lines.bytes.starts_with(b"<<<<<<< a  b\n"));
}

/// Texts of few words, so that they have much in common.
fn text() -> impl Strategy<Value = String> {
    let line = select(vec!["a", "b", "c", "d", "", "  }", "x = 1"]);
    let ending = select(vec!["\n", "\n", "\n", "\r\n"]);
    let lines = prop::collection::vec((line, ending), 0..8).prop_map(|lines| {
        lines.into_iter().flat_map(|(line, end)| [line, end]).collect::<String>()
    });
    (lines, any::<bool>(), any::<bool>()).prop_map(|(text, has_mark, ends)| {
        let text = if ends { text.as_str() } else { text.trim_end_matches(['\r', '\n']) };
        if has_mark { format!("\u{feff}{text}") } else { text.to_owned() }
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_merge_without_a_panic(
        base in prop::option::of(any::<Vec<u8>>()),
        ours in any::<Vec<u8>>(),
        theirs in any::<Vec<u8>>(),
    ) {
        let sides = [base.as_deref().unwrap_or_default(), &ours, &theirs];
        let is_text = !sides.into_iter().any(is_binary);
        prop_assert_eq!(merge(base.as_deref(), &ours, &theirs, &labels()).is_some(), is_text);
        both(&ours, &theirs, &labels());
    }

    #[test]
    fn who_alone_changed_the_lines_decides(one in text(), other in text()) {
        let lines = |text: &str| text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(lines(&clean(&one, &other, &one)), lines(&other));
        prop_assert_eq!(lines(&clean(&one, &one, &other)), lines(&other));
        prop_assert_eq!(lines(&clean(&one, &other, &other)), lines(&other));
    }
}

/// A generator that needs no crate: the same triples in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn text(&mut self) -> Vec<String> {
        (0..self.roll(20)).map(|_| format!("{}\n", self.roll(12))).collect()
    }

    fn edited(&mut self, lines: &[String]) -> Vec<String> {
        let mut lines = lines.to_vec();
        for _ in 0..self.roll(4) {
            let at = self.roll(lines.len() + 1);
            match self.roll(3) {
                0 => lines.insert(at, format!("{}\n", self.roll(12))),
                _ if at == lines.len() => {}
                1 => lines[at] = format!("{}\n", self.roll(12)),
                _ => drop(lines.remove(at)),
            }
        }
        lines
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "git itself is what is compared with")]
fn five_hundred_merges_are_gits_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(42);
    for round in 0..500 {
        let base = dice.text();
        let sides = [base.clone(), dice.edited(&base), dice.edited(&base)].map(|it| it.concat());
        let ending = if round % 5 == 0 { "\r\n" } else { "\n" };
        let [base, ours, theirs] = sides.map(|text| text.replace('\n', ending));
        for (name, text) in [("base", &base), ("ours", &ours), ("theirs", &theirs)] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let (mut expected, is_clean) = git(folder.path());
        let lines = dressed(Some(base.as_bytes()), ours.as_bytes(), theirs.as_bytes(), |sides| {
            run(sides, &labels(), Style::ThreeSides, Level::MergeFile)
        })
        .unwrap();
        assert_eq!(lines.is_clean, is_clean, "{base:?} {ours:?} {theirs:?}");
        let mut shown = String::from_utf8(lines.bytes).unwrap();
        if !is_clean && base.is_empty() {
            // Without a base git ends its marker lines without a return; ours end as the team's do.
            shown = shown.replace('\r', "");
            expected = expected.replace('\r', "");
        }
        assert_eq!(shown, expected, "{base:?} {ours:?} {theirs:?}");
    }
}

#[expect(clippy::disallowed_methods, reason = "git itself is what is compared with")]
fn git(folder: &Path) -> (String, bool) {
    let labels = labels();
    let output = Command::new("git")
        .args(["merge-file", "-p", "--zdiff3", "-L", &labels.ours, "-L", &labels.base, "-L"])
        .args([&labels.theirs, "ours", "base", "theirs"])
        .current_dir(folder)
        .env_clear()
        .env("PATH", option_env!("PATH").unwrap_or_default())
        .output()
        .unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}
