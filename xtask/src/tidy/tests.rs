//! What tidy says of small made-up trees.

use super::*;

/// Checks files against the real map as if they were all there is, and keeps what is said of `file`.
fn said_of(file: &str, text: &str) -> Vec<String> {
    let dependencies = workspace::Dependencies {
        normal: ["git2", "serde", "serde_yaml", "walkdir"].map(String::from).to_vec(),
        tests: vec!["insta".to_string()],
        build: Vec::new(),
    };
    let text = format!("//! A module of the test.\n{text}");
    let files = BTreeMap::from([(file.to_string(), text)]);
    let mut report = Report::default();
    check_sources(MAP, &dependencies, &files, &mut report);
    let place = format!("{file}:");
    report.faults.into_iter().filter_map(|it| it.strip_prefix(&place).map(String::from)).collect()
}

#[test]
fn an_arrow_of_the_map_is_fine_in_every_spelling() {
    assert!(said_of("src/diag.rs", "use crate::text::Span;").is_empty());
    assert!(said_of("src/data/yaml.rs", "use crate::{diag::Diagnostic, text};").is_empty());
    assert!(said_of("src/data.rs", "fn f(x: crate::data::Value) {}").is_empty());
    assert!(said_of("src/cli/new.rs", "use crate::{plan, repo, source::*};").is_empty());
}

#[test]
fn any_other_arrow_is_a_fault_in_every_spelling() {
    let fault = ["2: `text` may not import `diag` (see the map)"];
    assert_eq!(said_of("src/text.rs", "use crate::{diag::Diagnostic};"), fault);
    assert_eq!(said_of("src/text.rs", "use crate::{text::Span, diag};"), fault);
    assert_eq!(said_of("src/text.rs", "fn f() -> crate::diag::Diagnostic {}"), fault);
    assert_eq!(said_of("src/text/line.rs", "pub use crate::diag as d;"), fault);
    assert_eq!(said_of("src/text.rs", "mod tests { use crate::diag; }"), fault);
    assert_eq!(
        said_of(
            "src/text.rs",
            "\nuse crate::{\n    text::{\n        self,\n    },\n    plan::{Plan},\n};"
        ),
        ["7: `text` may not import `plan` (see the map)"]
    );
    assert_eq!(
        said_of("src/text.rs", "use crate::*;"),
        ["2: `crate::*` hides which module is meant"]
    );
}

#[test]
fn a_crate_stands_only_at_its_door() {
    assert!(said_of("src/repo/pack.rs", "use git2::Oid;").is_empty());
    assert!(said_of("src/plan.rs", "use serde::Serialize;").is_empty());
    let fault = ["2: `plan` is no door to `git2` (see the map)"];
    assert_eq!(said_of("src/plan.rs", "use git2::Oid;"), fault);
    assert_eq!(said_of("src/plan.rs", "use {git2 as g};"), fault);
    assert_eq!(said_of("src/plan.rs", "fn f(x: ::git2::Oid) {}"), fault);
    assert_eq!(said_of("src/plan/deep.rs", "fn f(x: Vec<git2::Oid>) {}"), fault);
    assert_eq!(
        said_of("src/main.rs", "fn main() { git2::a(); }"),
        ["2: `main` is no door to `git2` (see the map)"]
    );
}

#[test]
fn a_crate_for_tests_stands_only_in_tests() {
    assert!(said_of("src/plan.rs", "mod tests { use insta::assert_snapshot; }").is_empty());
    assert_eq!(
        said_of("src/plan.rs", "fn f() { insta::a!(); }"),
        ["2: `plan` is no door to `insta` (see the map)"]
    );
}

#[test]
fn super_stays_inside_its_top_module() {
    assert!(said_of("src/text.rs", "mod tests { use super::*; }").is_empty());
    assert!(
        said_of("src/data/yaml.rs", "use super::Value; mod tests { use super::super::X; }")
            .is_empty()
    );
    let fault = ["2: `super` leaves `text`: write `crate::` instead"];
    assert_eq!(said_of("src/text.rs", "use super::diag::Diagnostic;"), fault);
    assert_eq!(said_of("src/text/mod.rs", "fn f() { super::diag::x() }"), fault);
    assert_eq!(said_of("src/text/line.rs", "use super::super::diag;"), fault);
    assert_eq!(said_of("src/text.rs", "mod tests { use super::super::diag; }"), fault);
}

#[test]
fn a_file_says_first_what_it_is_for() {
    let files =
        BTreeMap::from([("src/text.rs".to_string(), "use std::fmt;\n//! Late.\n".to_string())]);
    let mut report = Report::default();
    check_sources(MAP, &workspace::Dependencies::default(), &files, &mut report);
    let fault = "src/text.rs:1: the first line must be `//! ` and what the file is for";
    assert!(report.faults.contains(&fault.to_string()), "{:?}", report.faults);
}

#[test]
fn unfinished_work_does_not_stay() {
    assert_eq!(said_of("src/text.rs", "// TODO: more"), ["2: `todo` does not stay on main"]);
    assert_eq!(said_of("src/text.rs", "/* a\n FIXME */"), ["2: `fixme` does not stay on main"]);
    assert_eq!(said_of("src/text.rs", "fn f() { dbg!(1); }"), ["2: `dbg!` does not stay on main"]);
    assert_eq!(
        said_of("xtask/src/a.rs", "fn f() { todo!() }"),
        ["2: `todo!` does not stay on main"]
    );
    assert!(
        said_of("src/text.rs", "// methods, todos\nlet a = \"todo fixme\"; todo();").is_empty()
    );
}

#[test]
fn an_empty_name_is_refused() {
    let fault = [" this name says nothing; name the noun that is inside"];
    assert_eq!(said_of("src/plan/utils.rs", ""), fault);
    assert_eq!(said_of("src/plan/helpers/mod.rs", ""), fault);
}

#[test]
fn the_map_and_the_modules_must_agree() {
    let files = BTreeMap::from([
        ("src/lib.rs".to_string(), "//! The library.\npub mod text;\n".to_string()),
        ("src/text.rs".to_string(), "//! Texts and places.\n".to_string()),
        ("src/diag.rs".to_string(), "//! One mistake.\n".to_string()),
        ("src/extra.rs".to_string(), "//! Not in the map.\n".to_string()),
    ]);
    let mut report = Report::default();
    check_sources(&MAP[..3], &workspace::Dependencies::default(), &files, &mut report);
    assert_eq!(
        report.faults,
        [
            "module `extra` is not in the map (xtask/src/tidy/map.rs)",
            "the map has a row for `name`, and there is no such module",
            "src/lib.rs does not declare `diag`, so nothing compiles it",
            "src/lib.rs does not declare `extra`, so nothing compiles it",
            "the map has a door to `strsim`, which is no dependency",
        ]
    );
}

#[test]
fn a_dependency_without_a_door_is_a_fault() {
    let dependencies =
        workspace::Dependencies { normal: vec!["left_pad".to_string()], ..Default::default() };
    let mut report = Report::default();
    check_sources(&[], &dependencies, &BTreeMap::new(), &mut report);
    assert_eq!(report.faults, ["dependency `left_pad` has no door in the map"]);
}
