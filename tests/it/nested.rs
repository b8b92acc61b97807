//! Answers with parts, through the whole program.

use crate::{
    sandbox::Sandbox,
    terminal::{BACKSPACE, CTRL_C, ENTER, ESC},
};

const MANIFEST: &str = r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: web, version: 1.0.0, title: Web service, owner: platform}
parameters:
  required: [name]
  properties:
    name: {type: string, title: Service name, x-titles: {de: Name des Dienstes}}
    region: {type: string, enum: [eu, us], default: eu}
    database:
      type: string
      oneOf:
        - {const: none, title: None}
        - {const: aurora, title: Aurora, x-disabled: "{{ 'only in the us' if region != 'us' }}"}
      default: none
    queues:
      type: array
      title: Queues
      x-page: Messages
      default: []
      items:
        type: object
        required: [name]
        properties:
          name: {type: string, title: Name, pattern: "^[a-z]+$"}
          retries: {type: integer, title: Retries, default: 3}
    labels: {type: object, title: Labels, default: {}, additionalProperties: {type: string}}
    replicas: {type: integer, title: Replicas, default: 1}
  x-rules:
    - {when: "queues", require: "replicas > 1", message: queues need two replicas, at: replicas}
"#;

fn sandbox() -> Sandbox {
    Sandbox::new().identity().golden_path(
        "web",
        "1.0.0",
        &[
            ("golden-path.yaml", MANIFEST),
            (
                "template/queues/[queues.name].yaml.j2",
                "name: {{ item.name }}\nretries: {{ item.retries }}\n",
            ),
            (
                "template/labels.txt.j2",
                "{% for key, value in labels | items %}\n{{ key }}={{ value }}\n{% endfor %}\n",
            ),
        ],
    )
}

#[test]
fn flags_give_lists_and_maps_as_json() {
    let sandbox = sandbox();
    let told = sandbox.run([
        "new",
        "web",
        "orders",
        "--catalog",
        "catalog",
        "--set",
        r#"queues=[{"retries": 5, "name": "jobs"}, {"name": "mails"}]"#,
        "--set",
        r#"labels={"b": "2", "a": "1"}"#,
        "--set",
        "replicas=2",
    ]);
    assert!(told.starts_with("exit: 0"), "{told}");
    insta::assert_snapshot!(sandbox.redacted(&sandbox.tree_of("orders")));
    let again = sandbox.run(["check", "orders"]);
    assert!(again.starts_with("exit: 0"), "{again}");
    let applied = sandbox.run_in("orders", ["apply", "--dry-run"]);
    assert!(applied.starts_with("exit: 0"), "{applied}");
}

#[test]
fn every_mistake_in_a_spec_is_told_at_its_line() {
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders}\nspec:\n  catalog: {directory: catalog}\n  \
        goldenPath: web\n  parameters:\n    database: aurora\n    queues:\n      - name: jobs\n      - name: Mails\n        \
        retries: many\n      - nmae: x\n    labels:\n      a: 1\n";
    let sandbox = sandbox().file("spec.yaml", spec);
    insta::assert_snapshot!(sandbox.run(["new", "--spec", "spec.yaml", "orders"]));
    insta::assert_snapshot!(sandbox.run([
        "new",
        "web",
        "orders",
        "--catalog",
        "catalog",
        "--set",
        "queues=jobs,mails",
        "--set",
        r#"labels={"a""#,
    ]));
    assert_eq!(sandbox.tree_of("orders"), "");
}

#[test]
fn a_person_is_asked_part_by_part_and_told_what_does_not_go_together() {
    let sandbox = sandbox().variable("LANG", "de_AT.UTF-8");
    let mut terminal = sandbox.terminal(["new", "web", "orders", "--catalog", "catalog"]);
    terminal.wait_for("Name des Dienstes").type_keys(ENTER);
    terminal.wait_for("region").wait_for("> eu").type_keys(ENTER);
    terminal.wait_for("Aurora (not available: only in the us)");
    terminal.type_keys("auro").wait_for("database: auro").type_keys(ENTER);
    terminal.type_keys(&BACKSPACE.repeat(4)).wait_for("> None").type_keys(ENTER);
    terminal.wait_for("Queues: add one?").type_keys("y").type_keys(ENTER);
    terminal.wait_for("Queues 1: Name").type_keys("jobs").type_keys(ENTER);
    terminal.wait_for("Queues 1: Retries").type_keys(ESC).wait_for("? Queues 1: Name: jobs");
    terminal.type_keys(ENTER).wait_for("? Queues 1: Retries: (3)").type_keys(ENTER);
    terminal.wait_for("Queues: add another?").type_keys(ENTER);
    terminal.wait_for("Labels: add one?").type_keys("y").type_keys(ENTER);
    terminal.wait_for("Labels 1: key").type_keys("team").type_keys(ENTER);
    terminal.wait_for("Labels: team").type_keys("core").type_keys(ENTER);
    terminal.wait_for("Labels: add another?").type_keys(ENTER);
    terminal.wait_for("Replicas").type_keys(ENTER);
    terminal.wait_for("queues need two replicas").wait_for("? Replicas: 1");
    terminal.type_keys(BACKSPACE).type_keys("2").type_keys(ENTER);
    insta::assert_snapshot!(terminal.wait_for("Write these files?").screen());
    terminal.type_keys(ENTER);
    terminal.finish();
    assert!(sandbox.tree_of("orders").contains("team=core"));
}

#[test]
fn an_item_that_repeats_a_name_is_told_where_it_is_typed() {
    let sandbox = sandbox();
    let mut terminal = sandbox.terminal(["new", "web", "orders", "--catalog", "catalog"]);
    terminal.wait_for("Service name").type_keys(ENTER).wait_for("region").type_keys(ENTER);
    terminal.wait_for("database").type_keys(ENTER);
    terminal.wait_for("Queues: add one?").type_keys("y").type_keys(ENTER);
    terminal.wait_for("Queues 1: Name").type_keys("jobs").type_keys(ENTER);
    terminal.wait_for("Queues 1: Retries").type_keys(ENTER);
    terminal.wait_for("Queues: add another?").type_keys("y").type_keys(ENTER);
    terminal.wait_for("Queues 2: Name").type_keys("jobs").type_keys(ENTER);
    terminal.wait_for("! item 1 has it already, and each makes a file by it");
    terminal.type_keys("-").type_keys(BACKSPACE).type_keys("two").type_keys(ENTER);
    terminal.wait_for("Queues 2: Retries").type_keys(CTRL_C);
    let told = terminal.finish();
    assert!(told.starts_with("exit: 130") && told.contains("* Queues 2: Name: jobstwo"), "{told}");
    assert_eq!(sandbox.tree_of("orders"), "");
}

#[test]
fn a_mistake_that_only_all_answers_show_leads_back_to_them() {
    let manifest = "apiVersion: flagstone/v1\nkind: GoldenPath\n\
        metadata: {name: web, version: 1.0.0, title: Web service, owner: platform}\n\
        parameters: {required: [name, one, two], properties: {name: {type: string}, \
        one: {type: string}, two: {type: string}}}\n";
    let files = [
        ("golden-path.yaml", manifest),
        ("template/{{ one }}.txt.j2", "1\n"),
        ("template/{{ two }}.txt.j2", "2\n"),
    ];
    let sandbox = Sandbox::new().identity().golden_path("web", "1.0.0", &files);
    let mut terminal = sandbox.terminal(["new", "web", "orders", "--catalog", "catalog"]);
    terminal.wait_for("name").type_keys(ENTER);
    terminal.wait_for("? one").type_keys("same").type_keys(ENTER);
    terminal.wait_for("? two").type_keys("same").type_keys(ENTER);
    terminal.wait_for("error[written-twice]").wait_for("Go back to the last question? (Y/n)");
    terminal.type_keys(ENTER).wait_for("? two: same").type_keys("-2").type_keys(ENTER);
    terminal.wait_for("Write these files?").type_keys(ENTER);
    let told = terminal.finish();
    assert!(told.starts_with("exit: 0"), "{told}");
    assert!(sandbox.tree_of("orders").contains("same-2.txt"));
}
