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
fn timeless(text: &str) -> String {
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

#[test]
fn an_upgrade_that_comes_out_otherwise_is_shown_with_what_it_does() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let case = sandbox.folder().join("catalog/svc/2.0.0/cases/upgrade.yaml");
    let text = fs::read_to_string(&case).unwrap();
    fs::write(&case, text.replace("conflicts: [README.md]", "present: [nothing]")).unwrap();
    assert_snapshot!(test(&sandbox, &["svc/2.0.0", "--case", "upgrade"]), @"
    exit: 1
    --- stdout
    svc@2.0.0
      pass   upgrade  0 ms
      pass   upgrade, from 1.0.0: a target more  0 ms
      FAIL   upgrade, from 1.0.0  0 ms

        error[conflict]: `README.md` is a conflict, which the case does not expect
         --> svc/2.0.0/cases/upgrade.yaml:9:11
          |
        9 |   - from: 1.0.0
          |           ^^^^^

        error[not-present]: no file matches `nothing`
          --> svc/2.0.0/cases/upgrade.yaml:11:24
           |
        11 |     expect: {present: [nothing]}
           |                        ^^^^^^^

        2 errors


        the service: svc 1.0.0 → 2.0.0

          moved     Makefile → make/Makefile  a migration moves it here
          conflict  README.md                 the golden path and the team changed the same lines

        1 moved, 1 conflict

          to do   Tell them


    3 tests, 1 failed, 0 ms
    --- stderr
    ");
}

#[test]
fn answers_that_do_not_render_together_are_found_by_the_matrix() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let template = sandbox.folder().join("catalog/svc/1.0.0/template/b.md.j2");
    fs::write(template, "{% if db == 'pg' and audited %}{{ log }}{% endif %}").unwrap();
    test(&sandbox, &["--accept", "svc/1.0.0"]);
    assert_snapshot!(test(&sandbox, &["svc/1.0.0", "--matrix"]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      pass   defaults  0 ms
      FAIL   matrix (4 combinations)  0 ms

        error[undefined-name]: `log` is not defined
         --> svc/1.0.0/template/b.md.j2:1:35
          |
        1 | {% if db == 'pg' and audited %}{{ log }}{% endif %}
          |                                   ^^^
          |
          = note: with db=pg audited=true


    2 tests, 1 failed, 50 % of 4 template lines reached, 0 ms
    --- stderr
    ");
}

#[test]
fn the_manifests_commands_are_listed_and_then_run() {
    let sandbox = author().identity();
    test(&sandbox, &["--accept"]);
    let told = test(&sandbox, &["svc/1.0.0", "--verify"]);
    // What `ls` says differs between systems.
    let told: Vec<_> = told.lines().filter(|it| !it.contains("= note: ")).collect();
    assert_snapshot!(told.join("\n"), @"
    exit: 1
    --- stdout
    svc@1.0.0
      pass   defaults  0 ms
      pass   defaults, verify: note  0 ms
      FAIL   defaults, verify: broken  0 ms

        error[verify]: `ls nothing` failed
         |


    3 tests, 1 failed, 66 % of 3 template lines reached, 0 ms
    --- stderr
    svc@1.0.0 runs, for defaults:
      note: test -f README.md
      broken: ls nothing
    ");
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
    assert_snapshot!(Sandbox::new().run(["path", "test"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-golden-path]: there is no golden path in `.`
     |
     = help: name a catalog's folder, a golden path's or a version's
    ");
}

#[test]
fn a_case_that_nobody_has_is_refused_and_not_passed() {
    let sandbox = author();
    assert_snapshot!(test(&sandbox, &["--case", "defaults", "--case", "upgrad", "--case", "x"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-case]: there is no case `upgrad`
     |
     = help: did you mean `upgrade`?

    error[no-case]: there is no case `x`
     |
     = help: there are: defaults, refused, upgrade

    2 errors
    ");
}

#[test]
fn a_version_without_cases_and_a_snapshot_without_its_case_are_failures() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let version = sandbox.folder().join("catalog/svc/1.0.0/cases");
    fs::remove_file(version.join("defaults.yaml")).unwrap();
    assert_snapshot!(test(&sandbox, &["svc/1.0.0"]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   cases  0 ms

        error[no-case]: `svc@1.0.0` has no case
         |
         = help: write one: `cases/defaults.yaml`

      FAIL   cases/defaults.snap  0 ms

        this snapshot is of no case


    help: `flagstone path test svc/1.0.0 --accept` removes it

    2 tests, 2 failed, 0 % of 3 template lines reached, 0 ms
    --- stderr
    ");
    assert_snapshot!(test(&sandbox, &["svc/1.0.0", "--accept"]), @"
    exit: 1
    --- stdout
    svc@1.0.0
      FAIL   cases  0 ms

        error[no-case]: `svc@1.0.0` has no case
         |
         = help: write one: `cases/defaults.yaml`

      gone   cases/defaults.snap  0 ms

    2 tests, 1 failed, 0 % of 3 template lines reached, 0 ms
    --- stderr
    ");
    assert!(!version.join("defaults.snap").exists());
}

#[test]
fn a_snapshot_that_cannot_be_written_keeps_no_other_from_it() {
    let sandbox = author();
    let cases = sandbox.folder().join("catalog/svc/2.0.0/cases");
    fs::create_dir_all(cases.join("upgrade.snap/x")).unwrap();
    fs::write(cases.join("more.yaml"), "parameters: {name: more}\n").unwrap();
    let told = test(&sandbox, &["--accept", "svc/2.0.0"]);
    assert!(told.starts_with("exit: 1"), "{told}");
    assert!(told.contains("error[unwritten]: failed to write"), "{told}");
    assert!(cases.join("more.snap").exists());
}

#[test]
fn choices_without_end_are_tried_as_far_as_there_is_time() {
    let sandbox = author();
    let manifest = sandbox.folder().join("catalog/svc/1.0.0/golden-path.yaml");
    let values: Vec<_> = (0..30).map(|it| format!("v{it}")).collect();
    let more: String = (0..20)
        .map(|it| {
            format!("    c{it}: {{type: string, enum: [{0}], default: v0}}\n", values.join(", "))
        })
        .collect();
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(manifest, text.replace("verify:", &format!("{more}verify:"))).unwrap();
    test(&sandbox, &["--accept", "svc/1.0.0"]);
    let told = test(&sandbox, &["svc/1.0.0", "--matrix"]);
    assert!(told.contains("pass   matrix (500 combinations)"), "{told}");
    assert!(
        told.contains("note: covered ") && told.contains(" of 173404 pairs of answers"),
        "{told}"
    );
}

#[test]
fn no_pair_is_lost_to_a_combination_that_a_rule_refuses() {
    let sandbox = author();
    let svc = sandbox.folder().join("catalog/svc/1.0.0");
    let manifest = fs::read_to_string(svc.join("golden-path.yaml")).unwrap();
    let more = "    region: {type: string, enum: [us, ap, eu], default: us}\n    \
        tier: {type: string, enum: [free, silver, gold], default: free}\n    \
        replicas: {type: integer, default: 1}\n    \
        pool: {type: string, enum: [small, large], default: small, x-when: \"db == 'pg'\"}\n  \
        x-rules: [{when: \"tier == 'gold'\", require: replicas >= 3, message: too few, at: replicas}]\n\
        verify:";
    fs::write(svc.join("golden-path.yaml"), manifest.replace("verify:", more)).unwrap();
    let broken = "{% if region == 'eu' and db == 'pg' %}{{ log }}{% endif %}";
    fs::write(svc.join("template/b.md.j2"), broken).unwrap();
    test(&sandbox, &["--accept", "svc/1.0.0"]);
    let told = test(&sandbox, &["svc/1.0.0", "--matrix"]);
    assert!(told.contains("error[undefined-name]: `log` is not defined"), "{told}");
    let never = "note: never allowed with the other answers of case `defaults`: `tier=gold`, \
        `db=none` with `pool=small` or `pool=large`";
    assert!(told.contains(never), "{told}");
    // A case that may have the tier brings it together with all others.
    fs::write(svc.join("cases/gold.yaml"), "parameters: {name: orders, tier: gold, replicas: 3}\n")
        .unwrap();
    fs::write(svc.join("template/b.md.j2"), broken.replace("db == 'pg'", "tier == 'gold'"))
        .unwrap();
    let told = test(&sandbox, &["svc/1.0.0", "--matrix"]);
    assert!(told.contains("tier=gold"), "{told}");
    assert!(told.contains("and the other answers of case `gold`"), "{told}");
    let never = "never allowed with the other answers of any case: `db=none` with `pool=small` or \
        `pool=large`";
    assert!(told.contains(never), "{told}");
}

#[test]
fn an_upgrade_from_a_version_with_other_questions_says_whose_they_are() {
    let sandbox = author();
    test(&sandbox, &["--accept"]);
    let svc = sandbox.folder().join("catalog/svc/2.0.0");
    let edit = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(svc.join(file)).unwrap();
        fs::write(svc.join(file), text.replace(from, to)).unwrap();
    };
    edit("golden-path.yaml", "    db: {", "    store: {");
    edit("golden-path.yaml", "steps: [", "steps: [{rename-parameter: {from: db, to: store}}, ");
    edit("template/README.md.j2", "db ==", "store ==");
    edit("cases/upgrade.yaml", "db: pg", "store: pg");
    assert_snapshot!(test(&sandbox, &["svc/2.0.0", "--case", "upgrade"]), @"
    exit: 1
    --- stdout
    svc@2.0.0
      pass   upgrade  0 ms
      FAIL   upgrade, from 1.0.0: a target more  0 ms

        error[unknown-parameter]: there is no parameter `store`
         --> svc/2.0.0/cases/upgrade.yaml:1:28
          |
        1 | parameters: {name: orders, store: pg}
          |                            ^^^^^
          |
          = note: `svc` 1.0.0, which the upgrade comes from, says so
          = help: say under `parameters` of this upgrade what svc 1.0.0 was answered

      FAIL   upgrade, from 1.0.0  0 ms

        error[unknown-parameter]: there is no parameter `store`
         --> svc/2.0.0/cases/upgrade.yaml:1:28
          |
        1 | parameters: {name: orders, store: pg}
          |                            ^^^^^
          |
          = note: `svc` 1.0.0, which the upgrade comes from, says so
          = help: say under `parameters` of this upgrade what svc 1.0.0 was answered


    3 tests, 2 failed, 0 ms
    --- stderr
    ");
    edit(
        "cases/upgrade.yaml",
        "from: 1.0.0\n",
        "from: 1.0.0\n    parameters: {name: orders, db: pg}\n",
    );
    edit("cases/upgrade.yaml", "find: End., with", "find: The end, with");
    assert_snapshot!(test(&sandbox, &["svc/2.0.0", "--case", "upgrade", "-v"]), @"
    exit: 1
    --- stdout
    svc@2.0.0
      pass   upgrade  0 ms
      pass   upgrade, from 1.0.0: a target more  0 ms

        the service: svc 1.0.0 → 2.0.0

          store  pg (was db)

          changed   README.md                 the golden path changed it, and the team did not
          moved     Makefile → make/Makefile  a migration moves it here

        1 changed, 1 moved

          to do   Tell them

      FAIL   upgrade, from 1.0.0  0 ms

        error[case-edit]: the text does not stand in `README.md`
          --> svc/2.0.0/cases/upgrade.yaml:12:47
           |
        12 |     edits: [{replace: {path: README.md, find: The end, with: Ours.}}]
           |                                               ^^^^^^^
           |
           = note: it says
                      1 | # orders
                      2 |
                      3 | Needs a database.
                      4 | End.


    3 tests, 1 failed, 0 ms
    --- stderr
    ");
}
