//! What becomes of one file, by its name and its three texts; the merges by key are data in
//! `tests/cases/merge/keys`.

#![expect(clippy::disallowed_methods, reason = "the cases are files")]

mod cases;

use proptest::{prelude::*, sample::select};

use super::*;

fn labels() -> Labels {
    Labels {
        base: "base: service 1.0.0".to_owned(),
        ours: "ours: orders".to_owned(),
        theirs: "theirs: service 2.0.0".to_owned(),
    }
}

fn merged(path: &str, base: Option<&str>, ours: &str, theirs: &str, keys: &[&str]) -> Outcome {
    merge_content(&Texts {
        path: &RepoPath::parse(path).unwrap(),
        base: base.map(str::as_bytes),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
        labels: &labels(),
        managed_keys: &keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>(),
    })
}

fn clean(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Clean(bytes) => str::from_utf8(bytes).unwrap(),
        other => panic!("not clean: {other:?}"),
    }
}

fn conflict(outcome: &Outcome) -> (&str, Trouble) {
    match outcome {
        Outcome::Conflict { bytes, trouble } => (str::from_utf8(bytes).unwrap(), *trouble),
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn who_alone_changed_a_file_decides_also_of_binaries() {
    assert_eq!(clean(&merged("a.bin", Some("\0a"), "\0b", "\0a", &[])), "\0b");
    assert_eq!(clean(&merged("a.bin", Some("\0a"), "\0a", "\0b", &[])), "\0b");
    assert_eq!(clean(&merged("a.bin", Some("\0a"), "\0b", "\0b", &[])), "\0b");
    assert_eq!(merged("a.bin", Some("\0a"), "\0b", "c", &[]), Outcome::Binary);
}

#[test]
fn lines_that_merge_to_what_nobody_can_read_are_a_conflict_with_both_sides() {
    // Both sides added the same key at different places, with different values.
    let base = "a: 1\nb: 2\nc: 3\nd: 4\n";
    let ours = "new: x\na: 1\nb: 2\nc: 3\nd: 4\n";
    let theirs = "a: 1\nb: 2\nc: 3\nd: 4\nnew: y\n";
    let outcome = merged("a.yaml", Some(base), ours, theirs, &[]);
    let (text, trouble) = conflict(&outcome);
    assert_eq!(trouble, Trouble::Broken);
    insta::assert_snapshot!(text, @"
    <<<<<<< ours: orders
    new: x
    =======
    >>>>>>> theirs: service 2.0.0
    a: 1
    b: 2
    c: 3
    d: 4
    <<<<<<< ours: orders
    =======
    new: y
    >>>>>>> theirs: service 2.0.0
    ");
    // The same in a file without a language is what git makes of it.
    assert!(matches!(merged("a.txt", Some(base), ours, theirs, &[]), Outcome::Clean(_)));
    // What did not parse before need not parse after.
    let [base, ours, theirs] = [base, ours, theirs].map(|text| format!("{{{{ x }}}}\n{text}"));
    assert!(matches!(merged("a.yaml", Some(&base), &ours, &theirs, &[]), Outcome::Clean(_)));
}

#[test]
fn strict_json_stays_strict_and_comments_may_come_from_theirs() {
    let base = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4\n}\n";
    let ours = base.replace("\"a\": 1", "\"a\": 10");
    let theirs = base.replace("\"d\": 4", "\"d\": 4 // four");
    let outcome = merged("a.json", Some(base), &ours, &theirs, &[]);
    assert_eq!(clean(&outcome), ours.replace("\"d\": 4", "\"d\": 4 // four"));
}

#[test]
fn managed_keys_are_the_golden_paths_with_its_comments() {
    let base = "[tool.ruff]\nline-length = 100\n\n[tool.x]\na = 1\n";
    let ours = "[tool.ruff]\nline-length = 120 # wide\n\n[tool.x]\na = 2\n";
    let theirs = "# House style.\n[tool.ruff]\nline-length = 88 # narrow\n\n[tool.x]\na = 1\n";
    let expected = "# House style.\n[tool.ruff]\nline-length = 88 # narrow\n\n[tool.x]\na = 2\n";
    let keys = ["tool.ruff"];
    assert_eq!(clean(&merged("p.toml", Some(base), ours, theirs, &keys)), expected);
    // Also where only ours changed the file.
    assert_eq!(
        clean(&merged("p.toml", Some(base), ours, base, &keys)),
        "[tool.ruff]\nline-length = 100\n\n[tool.x]\na = 2\n"
    );
    // And where ours has it no more.
    assert_eq!(
        clean(&merged("p.toml", Some(base), "[tool.x]\na = 2\n", base, &keys)),
        "[tool.x]\na = 2\n\n[tool.ruff]\nline-length = 100\n"
    );
    // Without them it is a conflict.
    assert_eq!(conflict(&merged("p.toml", Some(base), ours, theirs, &[])).1, Trouble::Lines);
}

#[test]
fn beside_managed_keys_a_person_decides_about_the_rest_alone() {
    let base = "a = 1\n\n[tool.x]\nb = 1\nc = 1\n\n[tool.ruff]\nline = 100\n";
    let ours = base.replace("a = 1", "a = 2").replace("line = 100", "line = 120");
    let theirs = base.replace("a = 1", "a = 3").replace("line = 100", "line = 88");
    let outcome = merged("p.toml", Some(base), &ours, &theirs, &["tool.ruff"]);
    insta::assert_snapshot!(conflict(&outcome).0, @"
    <<<<<<< ours: orders
    a = 2
    ||||||| base: service 1.0.0
    a = 1
    =======
    a = 3
    >>>>>>> theirs: service 2.0.0

    [tool.x]
    b = 1
    c = 1

    [tool.ruff]
    line = 88
    ");
}

#[test]
fn a_managed_key_that_theirs_dropped_goes() {
    let base = "a: 1\r\nb: 2\r\n";
    let outcome = merged("p.yaml", Some(base), "a: 1\r\nb: 3\r\nc: 4\r\n", "a: 1\r\n", &["b"]);
    assert_eq!(clean(&outcome), "a: 1\r\nc: 4\r\n");
}

#[test]
fn a_managed_table_comes_and_goes_with_the_one_around_it() {
    let (with, without) = ("[a]\nb = 1\n\n# House style.\n[tool.ruff]\nc = 1\n", "[a]\nb = 1\n");
    let keys = ["tool.ruff"];
    assert_eq!(clean(&merged("p.toml", Some(with), without, with, &keys)), with);
    assert_eq!(clean(&merged("p.toml", Some(without), with, without, &keys)), without);
}

#[test]
fn a_managed_key_that_ours_cannot_take_is_a_conflict() {
    let (base, ours) = ("a: 1\nb: 1\n", "a: 2\nb: {{ x }}\n");
    let outcome = merged("p.yaml", Some(base), ours, base, &["a"]);
    assert_eq!(conflict(&outcome), (ours, Trouble::ManagedKeys));
    // A key inside of a text.
    let outcome = merged("p.yaml", Some("a: {b: 1}\n"), "a: x\n", "a: {b: 1}\n", &["a.b"]);
    assert_eq!(conflict(&outcome).1, Trouble::ManagedKeys);
}

#[test]
fn what_the_three_wear_is_merged_by_key_too() {
    let base = "{\r\n  \"a\": 1\r\n}\r\n";
    let ours = "\u{feff}{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}";
    let theirs = "{\n  \"a\": 1,\n  \"c\": 3\n}\n";
    let outcome = merged("a.json", Some(base), ours, theirs, &[]);
    assert_eq!(clean(&outcome), "\u{feff}{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}");
}

/// Words that structured texts are made of, in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "b: ",
        "c = ",
        "1",
        "\n",
        "\n",
        "\n  ",
        "\n- ",
        "\r\n",
        "\t",
        " # d",
        "// e",
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "&x ",
        "*x",
        "!t ",
        "|\n  ",
        "? ",
        "---\n",
        "ä",
        "[[f]]\n",
        "[g.h]\n",
        "\"a\": 1",
        "\u{feff}",
        "<<: ",
        "...\n",
        "%YAML 1.2\n",
        "{{ i }}",
    ];
    prop::collection::vec(select(words.to_vec()), 0..14).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn whatever_the_texts_are_there_is_an_outcome_that_can_be_read_as_before(
        file in select(vec!["a.yaml", "a.json", "a.toml", "a.txt"]),
        base in prop::option::of(soup()),
        ours in soup(),
        theirs in soup(),
        keys in prop::collection::vec(select(vec!["a", "b", "g.h", "a.b"]), 0..2),
    ) {
        let outcome = merged(file, base.as_deref(), &ours, &theirs, &keys);
        let path = RepoPath::parse(file).unwrap();
        if let (Outcome::Clean(bytes), Some(format)) = (&outcome, format(&path)) {
            let was_read = [&ours, &theirs].iter().all(|text| reading(format, text).is_some());
            let is_read = reading(format, str::from_utf8(bytes).unwrap()).is_some();
            prop_assert!(is_read || !was_read, "{:?}", outcome);
        }
    }

    #[test]
    fn an_entry_of_any_text_replaced_by_itself_leaves_its_words(
        format in select(vec![Format::Yaml, Format::Json, Format::Toml]),
        text in soup(),
        key in select(vec!["a", "b", "c", "g", "f"]),
    ) {
        use crate::edit::{Edit, Piece, Source, apply};
        let path = vec![key.into()];
        let piece = Source::parse(format, &text).and_then(|source| Piece::of(&source, &path));
        if let Some(piece) = piece {
            let edits = [Edit::Set { path: path.clone(), content: piece.into() }];
            if let Ok(same) = apply(format, &text, &edits) {
                let words = |text: &str| text.lines().map(|it| it.trim_end().to_owned()).collect::<Vec<_>>();
                prop_assert_eq!(words(&same), words(&text));
            }
            let _ = apply(format, &text, &[Edit::Remove { path }]);
        }
    }
}
