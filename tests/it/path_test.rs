//! `flagstone path test`, as the authors of golden paths meet it.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const MANIFEST: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\n\
    metadata: {name: svc, version: 1.0.0, title: T, owner: o}\n\
    parameters:\n  required: [name]\n  properties:\n    name: {type: string, pattern: '^[a-z]+$'}\n    \
    db: {type: string, enum: [none, pg], default: none}\n    \
    audited: {type: boolean, default: false}\n\
    verify: [{name: note, run: [test, -f, README.md]}, {name: broken, run: [ls, nothing]}]\n";

const README: &str = "# {{ name }}\n\n{% if db == 'pg' %}\nNeeds a database.\n{% endif %}\nEnd.\n";

/// A catalog with two versions and their cases, without snapshots.
pub(crate) fn author() -> Sandbox {
    let newer = MANIFEST.replace("version: 1.0.0", "version: 2.0.0").replace(
        "verify:",
        "migrations: [{to: 2.0.0, steps: [{move: {from: Makefile, to: make/Makefile}}, {note: Tell them}]}]\nverify:",
    );
    let upgrade = "parameters: {name: orders, db: pg}\n\
        expect: {present: [README.md], contains: {README.md: database}}\n\
        upgrade:\n  - from: 1.0.0\n    name: a target more\n    edits:\n      \
        - replace: {path: Makefile, find: \"all:\\n\", with: \"all:\\nmine:\\n\"}\n    \
        expect: {contains: {make/Makefile: mine}, absent: [Makefile]}\n  \
        - from: 1.0.0\n    edits: [{replace: {path: README.md, find: End., with: Ours.}}]\n    \
        expect: {conflicts: [README.md]}\n";
    let refused = "parameters: {name: No}\nexpect: {refused: invalid-answer}\n";
    Sandbox::new()
        .golden_path(
            "svc",
            "1.0.0",
            &[
                ("golden-path.yaml", MANIFEST),
                ("template/README.md.j2", README),
                ("template/Makefile", "all:\n"),
                ("cases/defaults.yaml", "parameters: {name: orders}\n"),
            ],
        )
        .golden_path(
            "svc",
            "2.0.0",
            &[
                ("golden-path.yaml", &newer),
                ("template/README.md.j2", &README.replace("End.", "The end.")),
                ("template/make/Makefile", "all:\n"),
                ("cases/refused.yaml", refused),
                ("cases/upgrade.yaml", upgrade),
            ],
        )
}

/// What a run said, its times made equal.
fn test(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let arguments = ["path", "test"].iter().chain(arguments).copied();
    timeless(&sandbox.run_in("catalog", arguments))
}

/// Numbers in front of ` ms`, in `time="…"` and behind `"milliseconds": ` are times.
fn timeless(text: &str) -> String {
    let mut text = text.to_owned();
    for (before, after) in [(" ", " ms"), ("time=\"", "\""), ("\"milliseconds\": ", ",")] {
        let mut parts = text.split(before);
        let mut whole = parts.next().unwrap().to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
            let is_time = rest.len() < part.len() && rest.starts_with(after);
            whole += before;
            whole += &if is_time { format!("0{rest}") } else { part.to_owned() };
        }
        text = whole;
    }
    text
}

#[test]
fn a_case_without_a_snapshot_fails_until_one_is_accepted() {
    let sandbox = author();
    assert_snapshot!(test(&sandbox, &[]), @"");
    assert_snapshot!(test(&sandbox, &["--accept"]), @"");
    assert_snapshot!(test(&sandbox, &[]), @"");
    let snapshot =
        fs::read_to_string(sandbox.folder().join("catalog/svc/2.0.0/cases/upgrade.snap"));
    assert_snapshot!(snapshot.unwrap(), @"");
}

#[test]
fn what_renders_otherwise_is_shown_by_its_lines() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let template = sandbox.folder().join("catalog/svc/1.0.0/template/README.md.j2");
    fs::write(template, README.replace("# ", "## ")).unwrap();
    assert_snapshot!(test(&sandbox, &["svc/1.0.0"]), @"");
    assert_snapshot!(test(&sandbox, &["svc/1.0.0", "--format", "junit"]), @"");
}

#[test]
fn the_lines_that_no_case_reaches_are_listed() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    assert_snapshot!(test(&sandbox, &["--coverage", "svc/1.0.0"]), @"");
    assert_snapshot!(test(&sandbox, &["--coverage", "svc/2.0.0"]), @"");
}

#[test]
fn an_upgrade_that_comes_out_otherwise_is_shown_with_what_it_does() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let case = sandbox.folder().join("catalog/svc/2.0.0/cases/upgrade.yaml");
    let text = fs::read_to_string(&case).unwrap();
    fs::write(&case, text.replace("conflicts: [README.md]", "present: [nothing]")).unwrap();
    assert_snapshot!(test(&sandbox, &["svc/2.0.0", "--case", "upgrade"]), @"");
}

#[test]
fn answers_that_do_not_render_together_are_found_by_the_matrix() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let template = sandbox.folder().join("catalog/svc/1.0.0/template/b.md.j2");
    fs::write(template, "{% if db == 'pg' and audited %}{{ log }}{% endif %}").unwrap();
    test(&sandbox, &["--accept", "svc/1.0.0"]);
    assert_snapshot!(test(&sandbox, &["svc/1.0.0", "--matrix"]), @"");
}

#[test]
fn the_manifests_commands_are_listed_and_then_run() {
    let sandbox = author().identity();
    test(&sandbox, &["--accept"]);
    let told = test(&sandbox, &["svc/1.0.0", "--verify"]);
    // What `ls` says differs between systems.
    let told: Vec<_> = told.lines().filter(|it| !it.contains("note: ")).collect();
    assert_snapshot!(told.join("\n"), @"");
}

#[test]
fn what_is_wrong_with_a_case_or_its_manifest_is_a_failure_of_the_test() {
    let sandbox = author();
    let write = |path: &str, text: &str| {
        fs::write(sandbox.folder().join("catalog/svc").join(path), text).unwrap();
    };
    write("1.0.0/cases/defaults.yaml", "paramters: {}\n");
    write("2.0.0/golden-path.yaml", "apiVersion: flagstone/v1\nkind: Path\n");
    let told = test(&sandbox, &[]);
    assert!(told.starts_with("exit: 1"), "{told}");
    assert!(told.contains("`paramters` is not known here") && told.contains("`kind`"), "{told}");
}

#[test]
fn a_folder_without_golden_paths_is_refused() {
    assert_snapshot!(Sandbox::new().run(["path", "test"]), @"");
}
