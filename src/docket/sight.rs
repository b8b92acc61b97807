//! Which modules may look at what the files of a plan say.
//!
//! **Invariant:** a module is left out only where that is proved: it reaches the files by the one word
//! `input`, and reads other keys of them by name. Whoever hands a file on may be looking.

use crate::{guard::PLAN_PACKAGE, policy::Module};

/// What a file says of itself besides what stands in it.
const SAFE: [&str; 7] = ["path", "mode", "ownership", "bytes", "blob", "change", "text"];

/// The modules of a bundle that are shown a plan, and may look into its files.
pub(super) fn looking(modules: &[Module]) -> Vec<&Module> {
    let words: Vec<_> = modules.iter().map(|it| (it, it.words())).collect();
    let is_of_plans = |it: &Module| it.package.starts_with(&PLAN_PACKAGE.map(str::to_owned));
    let (mut shown, mut others): (Vec<_>, Vec<_>) =
        words.iter().partition(|(module, _)| is_of_plans(module));
    // Rules over files are shown no plan, unless rules over plans ask them.
    let mut next = 0;
    while let Some((_, asking)) = shown.get(next) {
        let (asked, rest): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|(module, _)| asks(asking, &module.package));
        shown.extend(asked);
        others = rest;
        next += 1;
    }
    shown.into_iter().filter(|(_, words)| looks(words)).map(|(module, _)| *module).collect()
}

/// Whether code may ask for something of a package.
fn asks(words: &[&str], package: &[String]) -> bool {
    let first = package.first().map(String::as_str);
    let is_asked = |at: usize| match (words.get(at + 1), words.get(at + 2)) {
        (Some(&"."), Some(name)) => Some(*name) == first,
        _ => true,
    };
    words.iter().enumerate().any(|(at, it)| *it == "data" && is_asked(at))
}

/// Whether code may look into files.
fn looks(words: &[&str]) -> bool {
    let roots = words.iter().enumerate().filter(|(_, it)| **it == "input");
    roots.map(|(at, _)| at).any(|at| !is_proved(words, at))
}

/// Whether the `input` at `at` leads to nothing that stands in a file.
fn is_proved(words: &[&str], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|it| words.get(it)).copied();
    if before(1) == Some(".") {
        return true;
    }
    match words.get(at + 1..at + 3) {
        Some([".", "files"]) => {}
        Some([".", name]) => return is_name(name),
        _ => return false,
    }
    let name = match (before(1), before(2), before(3)) {
        (Some("in"), Some(name), _) => Some((name, false)),
        (Some("="), Some(":"), Some(name)) => Some((name, true)),
        _ => None,
    };
    let behind = words.get(at + 3..words.len().min(at + 8));
    match (behind.unwrap_or_default(), name) {
        (["[", _, "]", ".", key], _) => SAFE.contains(key),
        (["[", _, "]", "[", ..], _) => false,
        (["[", _, "]", ..], Some((name, true))) => is_only_read(words, name),
        (["[" | ".", ..], _) => false,
        (_, Some((name, false))) => is_only_read(words, name),
        _ => false,
    }
}

/// Whether of everything that has this name only safe keys are read.
fn is_only_read(words: &[&str], name: &str) -> bool {
    let is_safe = |at: usize| {
        let behind = words.get(at + 1..words.len().min(at + 4)).unwrap_or_default();
        let is_key = at.checked_sub(1).and_then(|it| words.get(it)) == Some(&".");
        match behind {
            [".", key, ..] => SAFE.contains(key),
            [":", "=", "input"] | ["in", "input", "."] => true,
            _ => is_key,
        }
    };
    is_name(name) && words.iter().enumerate().all(|(at, it)| *it != name || is_safe(at))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|it: char| it.is_alphabetic() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    fn looks_at(codes: &[&str]) -> bool {
        let parse = |it: &&str| Module::parse(&Document::new("a.rego", *it)).0;
        let modules: Vec<_> = codes.iter().map(parse).collect();
        !looking(&modules).is_empty()
    }

    fn plan(rule: &str) -> String {
        format!("package flagstone.plan\n\n{rule}\n")
    }

    #[test]
    fn whoever_reads_safe_keys_by_name_looks_into_nothing() {
        for rule in [
            "deny contains m if { file := input.files[_]; file.path == m; file.change != \"x\" }",
            "deny contains m if { some file in input.files; m := file.path }",
            "deny contains m if { some i, file in input.files; m := file.path }",
            "deny contains input.files[i].path if input.files[i].mode == \"120000\"",
            "deny contains m if { m := input.parameters.files; n := input.secrets[_].path }",
            "# input.files, and file[\"parsed\"]\ndeny contains \"input file\" if input.action",
            "deny contains x.input if { x := data.y; count(x) == 0 }",
        ] {
            assert!(!looks_at(&[&plan(rule)]), "{rule}");
        }
        assert!(!looks_at(&["package main\n\ndeny contains x if x := input[_]\n"]));
    }

    #[test]
    fn whatever_may_reach_into_a_file_looks() {
        for rule in [
            "deny contains m if { file := input.files[_]; file.parsed.a == m }",
            "deny contains m if { file := input.files[_]; file[\"pa\\u0072sed\"].a == m }",
            "deny contains m if { file := input.files[_]; has(file) }",
            "deny contains m if { file := input.files[_].parsed; m := file.path }",
            "deny contains m if { file := input.files[_][k]; m := file.path }",
            "deny contains m if { some file in input.files; m := file[k] }",
            "deny contains m if { some file in input.files[_]; m := file.path }",
            "deny contains m if walk(input, [p, m])",
            "deny contains m if { x := input; m := x }",
            "deny contains m if { x := input[\"files\"]; m := x }",
            "deny contains m if { m := json.marshal(input.files) }",
            "import input.files\n\ndeny contains m if m := files[_]",
            "import input as i\n\ndeny contains m if m := i.files",
            "get(file) := file if file := input.files[_]",
            "deny contains m if { file = input.files[_]; m := file.path }",
        ] {
            assert!(looks_at(&[&plan(rule)]), "{rule}");
        }
    }

    #[test]
    fn helpers_that_are_asked_are_shown_the_plan() {
        let helper = "package lib.files\n\nall := input.files\n";
        for rule in [
            "deny contains m if m := data.lib.files.all",
            "import data.lib.files\n\ndeny contains m if m := files.all",
            "deny contains m if m := data[\"lib\"]",
        ] {
            assert!(looks_at(&[&plan(rule), helper]), "{rule}");
        }
        assert!(!looks_at(&[&plan("deny contains m if m := data.other.x"), helper]));
    }
}
