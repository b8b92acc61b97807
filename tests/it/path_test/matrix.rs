//! Answers that no case gives, and the manifest's commands.

use std::fs;

use insta::assert_snapshot;

use super::{author, test};

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
