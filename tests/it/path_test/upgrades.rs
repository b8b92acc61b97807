//! Upgrades that cases rehearse.

use std::fs;

use insta::assert_snapshot;

use super::{author, test};

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
