//! What those see in a text who read on where conftest stops, and what is doubtful in it.

use super::*;

fn values(path: &str, text: &str) -> Vec<String> {
    reading(path, text).configs.iter().map(|it| it.root.to_value().to_json()).collect()
}

fn doubts(path: &str, text: &str) -> Vec<(Doubtful, String)> {
    let label = |it: &Doubt| it.mistake.place.as_ref().map(|it| it.label()).unwrap_or_default();
    reading(path, text).doubts.iter().map(|it| (it.kind, label(it))).collect()
}

#[test]
fn signs_that_end_lines_for_old_readers_hide_nothing() {
    for sign in ["\u{85}", "\u{2028}", "\u{2029}"] {
        let text = format!("# harmless{sign}kind: Pod{sign}spec:{sign}  a: 1\n");
        assert_eq!(values("a.yaml", &text)[0], r#"{"kind":"Pod","spec":{"a":1}}"#);
        // New readers have another one, which is seen too.
        let text = format!("a: x{sign}kind: Pod\n");
        assert!(values("a.yaml", &text).contains(&r#"{"a":"x","kind":"Pod"}"#.to_owned()));
        let text = format!("kind: Pod # {sign}kind: X\n");
        assert_eq!(values("a.yaml", &text), [r#"{"kind":"X"}"#, r#"{"kind":"Pod"}"#]);
    }
    let place = reading("a.yaml", "# ä\u{2028}a:\u{2028}  b: 1\nc: 2\n").configs[0].place("/c");
    assert_eq!(place.label(), "a.yaml:2:1");
    assert_eq!(values("a.yaml", "a: ä\n").len(), 1);
}

#[test]
fn documents_that_can_be_read_are_read_and_the_rest_is_told() {
    let text = "a: 1\n---\nb: [1\n---\nc: 3\n";
    assert_eq!(values("a.yaml", text), [r#"{"a":1}"#, r#"{"c":3}"#]);
    assert_eq!(doubts("a.yaml", text).len(), 1);
    assert_eq!(values("a.yaml", "a: 1\n--- # x\nb: [1\n"), [r#"{"a":1}"#]);
    assert!(inputs("a.yaml", text).is_err());
    assert!(lenient_inputs("a.yaml", "b: [1\n").is_err());
}

#[test]
fn streams_of_json_tabs_and_yaml_under_another_name_are_read() {
    let stream = "{\"a\":1}\n{\"a\":2}\n";
    for path in ["a.json", "a.yaml"] {
        assert_eq!(values(path, stream), [r#"{"a":1}"#, r#"{"a":2}"#], "{path}");
    }
    assert_eq!(doubts("a.json", stream), []);
    assert_eq!(values("a.json", "{\"a\":1}\n{\"a\":"), [r#"{"a":1}"#]);
    assert_eq!(doubts("a.json", "{\"a\":1}\n{\"a\":").len(), 1);
    let place = reading("a.json", stream).configs[1].place("/a");
    assert_eq!(place.label(), "a.json:2:2");
    assert_eq!(values("a.yaml", "x:\tz\n"), [r#"{"x":"z"}"#]);
    assert_eq!(doubts("a.yaml", "x:\tz\n"), []);
    assert_eq!(values("a.json", "kind: Pod\n"), [r#"{"kind":"Pod"}"#]);
    assert_eq!(values("a.json", "just words\n"), [""; 0]);
    assert_eq!(doubts("a.json", "just words\n").len(), 1);
}

#[test]
fn keys_that_stand_twice_are_doubtful() {
    assert_eq!(
        doubts("a.yaml", "y: 1\nyes: 2\n"),
        [(Doubtful::Collapsed, "a.yaml:2:1".to_owned())]
    );
    assert_eq!(
        doubts("a.yaml", "a: 1\nb: 1\na: 2\n"),
        [(Doubtful::Twice, "a.yaml:3:1".to_owned())]
    );
    assert_eq!(
        doubts("a.json", r#"{"a": 1, "a": 2}"#),
        [(Doubtful::Twice, "a.json:1:10".to_owned())]
    );
    let merge = "a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n";
    assert_eq!(doubts("a.yaml", merge), []);
    assert_eq!(doubts("a.yaml", "a: &a {x: 1}\nb:\n  x: 2\n  <<: *a\n").len(), 1);
    assert_eq!(doubts("a.yaml", "on: push\njobs: {n: 1, y: 2}\n"), []);
}

#[test]
fn binary_values_are_what_they_mean() {
    assert_eq!(values("a.yaml", "kind: !!binary UG9k\n"), [r#"{"kind":"Pod"}"#]);
    assert_eq!(values("a.yaml", "!!binary a2luZA==: Pod\n"), [r#"{"kind":"Pod"}"#]);
    assert_eq!(values("a.yaml", "kind: !!binary |\n  UG\n  9k\n"), [r#"{"kind":"Pod"}"#]);
    assert_eq!(doubts("a.yaml", "kind: !!binary +-\n")[0].0, Doubtful::Broken);
}

#[test]
fn texts_in_utf_16_are_texts_and_what_is_none_is_replaced() {
    let wide = |text: &str, word: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(word).collect()
    };
    assert_eq!(decoded(&wide("ä: 😀", u16::to_le_bytes)), ("ä: 😀".into(), true));
    assert_eq!(decoded(&wide("ä: 😀", u16::to_be_bytes)), ("ä: 😀".into(), true));
    assert_eq!(decoded(b"a\xff\0b"), ("a\u{fffd}\u{fffd}b".into(), false));
    assert_eq!(decoded("ä".as_bytes()), ("ä".into(), true));
}
