//! `flagstone path test`, as the authors of golden paths meet it.

mod matrix;
mod upgrades;
mod wrong;

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
        expect: {contains: {make/Makefile: mine}, absent: [/Makefile]}\n  \
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

/// Numbers in front of ` ms` and behind `time="` are times.
pub(crate) fn timeless(text: &str) -> String {
    let is_time = |it: char| it.is_ascii_digit() || it == '.';
    let mut parts: Vec<_> = text.split(" ms").collect();
    let last = parts.pop().unwrap();
    let text: String =
        parts.iter().map(|part| format!("{}0 ms", part.trim_end_matches(is_time))).collect();
    let text = text + last;
    let mut parts = text.split("time=\"");
    let first = parts.next().unwrap().to_owned();
    first
        + &parts
            .map(|part| format!("time=\"0{}", part.trim_start_matches(is_time)))
            .collect::<String>()
}

#[test]
fn a_case_without_a_snapshot_fails_until_one_is_accepted() {
    let sandbox = author();
    assert_snapshot!(test(&sandbox, &[]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   defaults  0 ms

        there is no snapshot yet; it renders

        file Makefile (merged)
          all:
        file README.md (merged)
          # orders

          End.

    svc@2.0.0
      pass   refused  0 ms
      FAIL   upgrade  0 ms

        there is no snapshot yet; it renders

        file README.md (merged)
          # orders

          Needs a database.
          The end.
        file make/Makefile (merged)
          all:

      pass   upgrade, from 1.0.0: a target more  0 ms
      pass   upgrade, from 1.0.0  0 ms

    help: if that is what the cases should render, `flagstone path test --accept` writes it

    5 tests, 2 failed, 83 % of 6 template lines reached, 0 ms
    --- stderr
    ");
    assert_snapshot!(test(&sandbox, &["--accept"]), @"
    exit: 0
    --- stdout
    svc@1.0.0
      wrote  defaults  0 ms
    svc@2.0.0
      pass   refused  0 ms
      wrote  upgrade  0 ms
      pass   upgrade, from 1.0.0: a target more  0 ms
      pass   upgrade, from 1.0.0  0 ms

    5 tests, all passed, 83 % of 6 template lines reached, 0 ms
    --- stderr
    ");
    assert_snapshot!(test(&sandbox, &[]), @"
    exit: 0
    --- stdout
    svc@1.0.0
      pass   defaults  0 ms
    svc@2.0.0
      pass   refused  0 ms
      pass   upgrade  0 ms
      pass   upgrade, from 1.0.0: a target more  0 ms
      pass   upgrade, from 1.0.0  0 ms

    5 tests, all passed, 83 % of 6 template lines reached, 0 ms
    --- stderr
    ");
    let snapshot =
        fs::read_to_string(sandbox.folder().join("catalog/svc/2.0.0/cases/upgrade.snap"));
    assert_snapshot!(snapshot.unwrap(), @"
    # What this case renders; `flagstone path test --accept` writes it.
    file README.md (merged)
      # orders

      Needs a database.
      The end.
    file make/Makefile (merged)
      all:
    ");
}

#[test]
fn what_renders_otherwise_is_shown_by_its_lines() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let template = sandbox.folder().join("catalog/svc/1.0.0/template/README.md.j2");
    fs::write(template, README.replace("# ", "## ")).unwrap();
    assert_snapshot!(test(&sandbox, &["svc/1.0.0"]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   defaults  0 ms

        README.md
        @@ -1,4 +1,4 @@
         file README.md (merged)
        -  # orders
        +  ## orders

           End.


    help: if that is what the cases should render, `flagstone path test svc/1.0.0 --accept` writes it

    1 test, 1 failed, 66 % of 3 template lines reached, 0 ms
    --- stderr
    ");
    assert_snapshot!(test(&sandbox, &["svc/1.0.0", "--format", "junit"]), @r#"
    exit: 1
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="flagstone path test" tests="1" failures="1" time="0">
      <testsuite name="cases" tests="1" failures="1" errors="0" skipped="0">
        <testcase classname="svc@1.0.0" name="defaults" file="svc/1.0.0/cases/defaults.yaml" time="0">
          <failure message="`README.md` differs from the snapshot">`README.md` differs from the snapshot</failure>
        </testcase>
      </testsuite>
    </testsuites>
    --- stderr
    "#);
}

#[test]
fn the_lines_that_no_case_reaches_are_listed() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    assert_snapshot!(test(&sandbox, &["--coverage", "svc/1.0.0"]), @"
    exit: 0
    --- stdout
    svc@1.0.0
      pass   defaults  0 ms

    not reached: svc@1.0.0: template/README.md.j2: 4
    1 test, all passed, 66 % of 3 template lines reached, 0 ms
    --- stderr
    ");
    assert_snapshot!(test(&sandbox, &["--coverage", "svc/2.0.0"]), @"
    exit: 0
    --- stdout
    svc@2.0.0
      pass   refused  0 ms
      pass   upgrade  0 ms
      pass   upgrade, from 1.0.0: a target more  0 ms
      pass   upgrade, from 1.0.0  0 ms

    4 tests, all passed, 100 % of 3 template lines reached, 0 ms
    --- stderr
    ");
}
