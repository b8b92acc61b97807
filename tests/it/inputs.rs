//! `inputs`, the schemas of a golden path, and where the answers of a service came from.

use std::fs;

use crate::{
    drifting::service,
    sandbox::Sandbox,
    web::{sandbox, with},
};

const INPUTS: [&str; 4] = ["inputs", "web", "--catalog", "catalog"];

fn inputs(sandbox: &Sandbox, more: &[&'static str]) -> String {
    sandbox.run(INPUTS.into_iter().chain(more.iter().copied()))
}

fn json(shown: &str) -> serde_json::Value {
    let (_, json) = shown.split_once("--- stdout\n").unwrap();
    let (json, _) = json.split_once("\n--- stderr").unwrap();
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_question_is_shown_as_it_stands() {
    insta::assert_snapshot!(inputs(&sandbox(), &["--set", "name=orders-api", "--set", "port=80"]), @"
    exit: 0
    --- stdout
    web 1.0.0: 5 questions, 2 to be answered

      name      Service name; a text
                orders-api, from the command line

      owner     Owner; a text
                to be answered

      port      Port; a whole number
                parameter `port` must be at least 1024

      database  Database; one of none, postgres
                default none
                postgres opens schema

      schema    Schema; a text; when database == 'postgres'
                does not apply now
    --- stderr
    ");
}

#[test]
fn what_is_still_to_be_answered_is_all_that_a_run_needs() {
    let sandbox = sandbox();
    insta::assert_snapshot!(inputs(&sandbox, &["--remaining", "--set", "port=80"]), @"
    exit: 0
    --- stdout
    web 1.0.0: 5 questions, 3 to be answered

      name   Service name; a text
             to be answered

      owner  Owner; a text
             to be answered

      port   Port; a whole number
             parameter `port` must be at least 1024
    --- stderr
    ");
    let answered = ["--set", "name=orders-api", "--set", "owner=team", "--set", "port=8080"];
    let none = inputs(&sandbox, &[&answered[..], &["--remaining"]].concat());
    insta::assert_snapshot!(none, @"
    exit: 0
    --- stdout
    web 1.0.0: 5 questions, none to be answered
    --- stderr
    ");
    let made = sandbox.run(with(&[&answered[..], &["--dry-run", "--yes"]].concat()));
    assert!(made.starts_with("exit: 0"), "{made}");
}

#[test]
fn a_spec_answers_too_and_names_its_golden_path_and_catalog() {
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, owner: team}\n\
        spec:\n  goldenPath: web\n  catalog: {directory: ../catalog}\n  parameters: {database: postgres}\n";
    let sandbox = sandbox().file("specs/orders.yaml", spec);
    let shown = sandbox.run(["inputs", "--spec", "specs/orders.yaml", "--format", "json"]);
    let shown = json(&shown);
    let of = |name: &str| {
        let inputs = shown["inputs"].as_array().unwrap();
        inputs.iter().find(|it| it["name"] == name).unwrap().clone()
    };
    assert_eq!((&of("owner")["answer"], &of("owner")["origin"]), (&"team".into(), &"spec".into()));
    assert_eq!(of("database")["opens"][0]["parameters"][0], "schema");
    assert_eq!(
        (&of("schema")["state"], &of("schema")["answer"]),
        (&"default".into(), &"orders".into())
    );
    assert_eq!(of("schema")["dependsOn"], serde_json::json!(["database", "name"]));
    let unknown = sandbox.run(["inputs", "web", "--catalog", "catalog", "--set", "prot=1"]);
    insta::assert_snapshot!(unknown, @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-parameter]: there is no parameter `prot`
     |
     = help: did you mean `port`?

    error[missing-answer]: parameter `name` has no answer
     |
     = note: Service name
     = help: pass `--set name=…`, or add `metadata.name` to the spec file

    error[missing-answer]: parameter `owner` has no answer
     |
     = note: Owner
     = help: pass `--set owner=…`, or add `metadata.owner` to the spec file

    3 errors
    ");
}

#[test]
fn the_schema_of_a_golden_path_is_exported_alone_and_in_that_of_a_spec() {
    let sandbox = sandbox();
    let parameters = json(&inputs(&sandbox, &["--format", "schema"]));
    assert_eq!(parameters["properties"]["port"]["minimum"], 1024);
    let condition = &parameters["$defs"]["applies.schema"];
    insta::assert_snapshot!(condition, @r#"{"properties":{"database":{"const":"postgres"}},"required":["database"]}"#);
    let spec = ["schema", "spec", "--for", "web@1", "--catalog", "catalog"];
    let spec = json(&sandbox.run(spec));
    assert_eq!(spec["$defs"]["applies.schema"], *condition);
    let inner = &spec["allOf"][0]["properties"]["spec"]["properties"]["parameters"];
    assert_eq!(inner["properties"], parameters["properties"]);
    let misused = sandbox.run(["schema", "lock", "--for", "web", "--catalog", "catalog"]);
    insta::assert_snapshot!(misused, @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: only `spec` depends on a golden path
     |
     = help: leave out `--for`
    ");
    insta::assert_snapshot!(sandbox.run(["catalog", "list", "--format", "schema"]), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: this command does not have this format
     |
     = help: write `--format human` or `--format json`
    ");
}

#[test]
fn an_upgrade_says_where_each_answer_came_from() {
    let sandbox = service();
    insta::assert_snapshot!(sandbox.of_service(["apply", "--explain"]), @"
    exit: 0
    --- stdout
    --- stderr
      certificate  null    the default
      name         orders  the spec
      port         8080    the default
      tls          false   the default
    orders is up to date: svc 1.0.0
    ");
    let told = json(&sandbox.of_service(["apply", "--explain", "--format", "json"]));
    let origins = told["origins"].as_array().unwrap();
    assert!(origins.iter().any(|it| it["name"] == "name" && it["origin"] == "spec"), "{told}");
    let told = json(&sandbox.of_service(["apply", "--format", "json"]));
    assert_eq!(told["origins"], serde_json::json!([]));
}

#[test]
fn words_find_golden_paths_with_the_texts_that_have_them() {
    let sandbox = sandbox();
    let readme = "# Web\n\nServes pages.\nKeeps sessions in a database.\n";
    fs::write(sandbox.folder().join("catalog/web/1.0.0/README.md"), readme).unwrap();
    let find = |words: &[&'static str]| {
        let all = ["catalog", "search", "--catalog", "catalog"].into_iter();
        sandbox.run(all.chain(words.iter().copied()))
    };
    insta::assert_snapshot!(find(&["sesions", "postgres"]), @"
    exit: 0
    --- stdout
    web  1.0.0  A web service
        parameter: database: Database (none, postgres)
        README.md:4: Keeps sessions in a database.
    --- stderr
    ");
    insta::assert_snapshot!(find(&["kafka"]), @"
    exit: 0
    --- stdout
    --- stderr
    Nothing has all of these words.
    ");
    insta::assert_snapshot!(find(&["pages", "--format", "json"]), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "hits": [
        {
          "goldenPath": {
            "kind": "goldenPath",
            "name": "web",
            "version": "1.0.0",
            "versions": [
              "1.0.0"
            ],
            "title": "A web service",
            "description": "",
            "owner": "platform",
            "tags": [],
            "lifecycle": "production",
            "successor": null,
            "sunset": null,
            "requires": "*"
          },
          "matches": [
            {
              "field": "docs",
              "place": "README.md:3",
              "text": "Serves pages.",
              "words": [
                "pages"
              ],
              "guess": false
            }
          ]
        }
      ]
    }
    --- stderr
    "#);
}

/// A golden path with every form of question.
const FORMS: &str = r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: forms, version: 1.0.0, title: Forms, owner: o}
parameters:
  required: [name, config]
  properties:
    name: {type: string, title: Name, x-titles: {de: Der Name}}
    tier: {type: string, enum: [silver, gold], default: silver, x-page: Size}
    replicas: {type: integer, default: 1, x-page: Size}
    config:
      type: object
      required: [host, port]
      properties:
        host: {type: string, title: Host, x-titles: {de: Der Rechner}}
        port: {type: integer, default: 9092}
        limits: {type: object, additionalProperties: {type: integer}}
    queues:
      type: array
      default: []
      items:
        type: object
        required: [name]
        properties:
          name: {type: string}
          kind: {type: string, enum: [fifo, plain], default: plain}
    store:
      oneOf:
        - {const: files, title: Files}
        - {const: aurora, title: Aurora, x-disabled: "{{ 'only for gold' if tier != 'gold' }}"}
      default: files
  x-rules:
    - {when: "tier == 'gold'", require: "replicas > 2", message: gold takes three replicas, at: replicas}
"#;

fn forms() -> Sandbox {
    sandbox()
        .file("forms/forms/1.0.0/golden-path.yaml", FORMS)
        .file("forms/forms/1.0.0/template/README.md.j2", "# {{ name }}\n")
}

#[test]
fn every_form_of_question_is_shown_with_its_parts_its_rules_and_its_language() {
    let sandbox = forms();
    insta::assert_snapshot!(sandbox.run(["inputs", "forms", "--catalog", "forms", "--set", "tier=gold"]), @"
    exit: 0
    --- stdout
    forms 1.0.0: 6 questions, 3 to be answered

      name      Name; a text
                to be answered

      config    config; a map
                  host: Host; a text; required
                  port: a whole number; default 9092
                  limits: a map
                    each value: a whole number
                to be answered

      queues    queues; a list of maps
                  name: a text; required
                  kind: one of fifo, plain; default plain
                default []

      store     store; one of files (Files), aurora (Aurora)
                default files

    Size

      tier      tier; one of silver, gold
                gold, from the command line; default silver

      replicas  replicas; a whole number
                parameter `replicas`: gold takes three replicas

    Rules
      replicas: gold takes three replicas (when tier == 'gold': replicas > 2)
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(["catalog", "show", "forms", "--catalog", "forms"]), @"
    exit: 0
    --- stdout
    forms 1.0.0  Forms

    owner      o
    lifecycle  production
    versions   1.0.0

    Parameters
      name      Name; required
      config    config; a map; required
                  host: Host; a text; required
                  port: a whole number; default 9092
                  limits: a map
                    each value: a whole number
      queues    queues; a list of maps; default []
                  name: a text; required
                  kind: one of fifo, plain; default plain
      store     store; one of files, aurora; default files
                aurora may be closed: {{ 'only for gold' if tier != 'gold' }}

    Parameters: Size
      tier      tier; one of silver, gold; default silver
      replicas  replicas; a whole number; default 1

    Rules
      replicas: gold takes three replicas (when tier == 'gold': replicas > 2)
    --- stderr
    ");
    let german = forms().variable("LC_ALL", "de_DE.UTF-8");
    let shown = german.run(["inputs", "forms", "--catalog", "forms"]);
    assert!(shown.contains("Der Name") && shown.contains("Der Rechner"), "{shown}");
    let shown = json(&german.run(["inputs", "forms", "--catalog", "forms", "--format", "schema"]));
    assert_eq!(shown["properties"]["config"]["properties"]["host"]["title"], "Der Rechner");
}

#[test]
fn the_mistakes_of_a_spec_are_those_of_new_with_their_places() {
    let spec = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, owner: team}\n\
        spec:\n  goldenPath: forms\n  catalog: {directory: forms}\n  parameters:\n    \
        tier: gold\n    config: {port: high}\n    queues: [{kind: none}]\n    stroe: files\n";
    let sandbox = forms().file("orders.yaml", spec);
    let of_inputs = sandbox.run(["inputs", "--spec", "orders.yaml"]);
    let of_new = sandbox.run(["new", "--spec", "orders.yaml", "--dry-run"]);
    assert_eq!(of_inputs, of_new);
    insta::assert_snapshot!(of_inputs, @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-parameter]: there is no parameter `stroe`
      --> orders.yaml:11:5
       |
    11 |     stroe: files
       |     ^^^^^
       |
       = help: did you mean `store`?

    error[invalid-answer]: parameter `config` needs the key `host`
     --> orders.yaml:9:13
      |
    9 |     config: {port: high}
      |             ^^^^^^^^^^^

    error[invalid-answer]: parameter `config.port` must be an integer, not a text
     --> orders.yaml:9:20
      |
    9 |     config: {port: high}
      |                    ^^^^

    error[invalid-answer]: parameter `queues[0].kind` must be one of `fifo`, `plain`
      --> orders.yaml:10:21
       |
    10 |     queues: [{kind: none}]
       |                     ^^^^

    error[invalid-answer]: parameter `queues[0]` needs the key `name`
      --> orders.yaml:10:14
       |
    10 |     queues: [{kind: none}]
       |              ^^^^^^^^^^^

    error[rule]: parameter `replicas`: gold takes three replicas
     --> orders.yaml:8:11
      |
    8 |     tier: gold
      |           ^^^^
      |
      = note: a rule of the golden path over `replicas`, `tier`

    6 errors
    ");
}

#[test]
fn where_a_catalog_is_at_hand_who_looks_in_the_binary_is_told_of_it() {
    let sandbox = forms();
    insta::assert_snapshot!(sandbox.run_in("forms", ["catalog", "show", "forms"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-golden-path]: there is no golden path `forms`
     |
     = note: this is the catalog in the binary
     = help: pass `--catalog .`, which has it
    ");
    insta::assert_snapshot!(sandbox.run_in("forms/forms/1.0.0", ["inputs", "nothing"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-golden-path]: there is no golden path `nothing`
     |
     = note: this is the catalog in the binary
     = help: `flagstone catalog list --catalog ../..` shows what is here
    ");
    insta::assert_snapshot!(sandbox.run_in("forms", ["new", "forms", "x", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-golden-path]: there is no golden path `forms`
     |
     = note: this is the catalog in the binary
     = help: pass `--catalog .`, which has it
    ");
    let listed = sandbox.run_in("forms", ["catalog", "list"]);
    assert!(listed.contains("pass `--catalog .` for the one here"), "{listed}");
    insta::assert_snapshot!(sandbox.run(["catalog", "show", "nothing"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-golden-path]: there is no golden path `nothing`
     |
     = note: this is the catalog in the binary
     = help: `flagstone catalog list` shows what there is; pass `--catalog DIR` to look in another
    ");
    insta::assert_snapshot!(sandbox.run(["catalog", "list", "--catalog", "nowhere"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-folder]: there is no folder `nowhere`
     |
     = help: name a folder that holds `<golden path>/<version>/golden-path.yaml`
    ");
    let service = service();
    let shown = service.of_service(["inputs", "svc"]);
    assert!(shown.contains("`--catalog ../catalog`, which has it"), "{shown}");
}

#[test]
fn a_catalog_whose_folders_disagree_with_its_manifests_is_not_listed() {
    let sandbox = forms().file("forms/other/1.0.0/golden-path.yaml", FORMS);
    insta::assert_snapshot!(sandbox.run(["catalog", "list", "--catalog", "forms"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[misplaced]: the manifest says `forms`, its folder `other`
     --> <sandbox>/forms/other/1.0.0/golden-path.yaml:1:1
      |
    1 | apiVersion: flagstone/v1
      | ^
    ");
    let completed = sandbox.run(["__complete", "--", "new", "--catalog", "forms", ""]);
    assert_eq!(completed.matches("forms").count(), 1, "{completed}");
    let long = "x".repeat(1_001);
    insta::assert_snapshot!(sandbox.run(["catalog", "search", &long]), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: more than 1000 letters to search for
     |
     = help: give a few words
    ");
}
