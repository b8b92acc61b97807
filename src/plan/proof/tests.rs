//! The quick proof against the whole one, and both against what a person would say.

use std::sync::Arc;

use proptest::{prelude::*, sample::select};

use super::{Proof, Scripts};
use crate::template::{Format, Printed, Readings, Tokens};

const YAML: &[&str] = &[
    "a: 1",
    "b: <0>",
    "  c: <1>",
    "d: '<0>'",
    "e: \"<1>\" # <0>",
    "f: 1 # <1>",
    "g: |",
    "  <0>",
    "---",
    "h: &x 1",
    "i: *x",
    "j: [<0>,",
    "  <1>]",
    "? <0>",
    ": 1",
    "l: { <0>: 1, <1>: 2 }",
    "m:",
    "  - <0>",
    "  n: '<1>'",
    "<0>: 1",
    "# <1>",
    "o: >-",
    "p: !t <0>",
];

const TOML: &[&str] = &[
    "[a]",
    "[a.b]",
    "[[c]]",
    "[d]",
    "x = 1",
    "y = <0>",
    "z = '<0>'",
    "w = \"<1>\" # <0>",
    "# <1>",
    "[\"<0>\"]",
    "[<1>]",
    "k = [",
    "'<0>',",
    "]",
    "m.<1> = 1",
    "n = '''",
    "'''",
    "o = { <0> = '<1>' }",
    "y = 1 # <0>",
    "[[<0>]]",
];

const TEXTS: &[&str] = &[
    "x", "a", "b", "c", "x: y", "[b]", "x # y", "'", "\"", "- x", "n\n[a]", "n\n[[c]]", "n\n...",
    "n\n---", "n\na: 1", "n\nx = 1", "*x", "&x 1", "{", "]", "1", "true", "|", "n\n", "a.b", "'''",
    "k = [", "%",
];

/// A text with the answers in it, and with a token for each of them.
fn both(lines: &[&str], answers: [&str; 2]) -> (String, String, Printed, Tokens) {
    let mut printed = Printed::default();
    printed.texts = answers.map(str::to_owned).into();
    printed.order = answers.map(str::to_owned).into();
    let template: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let with = |of: &dyn Fn(&str) -> String| {
        template.replace("<0>", &of(answers[0])).replace("<1>", &of(answers[1]))
    };
    let tokens = Tokens::new(&printed, &template);
    (with(&str::to_owned), with(&|text| tokens.of(text)), printed, tokens)
}

/// What the quick proof says, and the whole one; what the author broke is not its concern.
fn proofs(format: Format, lines: &[&str], answers: [&str; 2]) -> (bool, bool) {
    let (plain, neutral, printed, tokens) = both(lines, answers);
    let readings = Readings::default();
    let proof = Proof {
        format,
        scripts: Scripts::Shell(&[]),
        tokens: &Arc::new(tokens),
        printed: &printed,
        readings: &readings,
        only: None,
        is_answer: &|text| answers.contains(&text),
    };
    let quick = proof.holds_around_the_texts(&plain, &neutral);
    (quick && readings.of(&neutral, format).is_some(), proof.holds_throughout(&plain, &neutral))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_quick_proof_of_yaml_says_no_more_than_the_whole_one(
        lines in prop::collection::vec(select(YAML), 1..9), answers in [select(TEXTS), select(TEXTS)],
    ) {
        let (quick, whole) = proofs(Format::Yaml, &lines, answers);
        prop_assert!(!quick || whole, "{lines:#?} {answers:?}");
    }

    #[test]
    fn the_quick_proof_of_toml_says_no_more_than_the_whole_one(
        lines in prop::collection::vec(select(TOML), 1..9), answers in [select(TEXTS), select(TEXTS)],
    ) {
        let (quick, whole) = proofs(Format::Toml, &lines, answers);
        prop_assert!(!quick || whole, "{lines:#?} {answers:?}");
    }
}

#[test]
fn the_quick_proof_is_enough_for_a_text_in_an_entry_or_a_table_of_its_own() {
    let both_hold = (true, true);
    assert_eq!(proofs(Format::Yaml, &["a: 1", "d: '<0>'", "h: 1"], ["x: y", "z"]), both_hold);
    assert_eq!(
        proofs(Format::Toml, &["[a]", "x = 1", "z = '<0>'", "[d]"], ["x: y", "z"]),
        both_hold
    );
}

#[test]
fn neither_proof_takes_a_text_that_says_something_else() {
    let neither = (false, false);
    assert_eq!(proofs(Format::Yaml, &["a: 1", "b: <0>", "h: 1"], ["x # y", "z"]), neither);
    assert_eq!(proofs(Format::Yaml, &["a: 1", "b: 1 # <0>", "h: 1"], ["n\n...", "z"]), neither);
    let reopened = ["[a]", "x = 1", "[a.b]", "y = 1 # <0>"];
    assert_eq!(proofs(Format::Toml, &reopened, ["n\n[a]", "z"]), neither);
}
