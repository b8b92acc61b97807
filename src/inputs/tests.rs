//! Written manifests, and what is said of their questions.

mod laws;

use std::collections::BTreeMap;

use super::{condition::Condition, *};
use crate::{
    resolve::{Asking, Given, ResolveError, resolve},
    schema::Schema,
    template::Expressions,
    text::Document,
};

const HEAD: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {name: svc, version: 1.0.0, title: T, owner: o}\n";

fn manifest(parameters: &str, layers: &str) -> Manifest {
    let text = format!("{HEAD}parameters:\n{parameters}{layers}");
    Manifest::parse(&Document::new("golden-path.yaml", text), &"0.1.0".parse().unwrap()).unwrap()
}

fn given(answers: &[(String, Value)]) -> GivenAnswers {
    let one =
        |(name, value): &(String, Value)| (name.clone(), Given::new(value.clone(), Origin::Flag));
    answers.iter().map(one).collect()
}

fn run(manifest: &Manifest, answers: &[(String, Value)]) -> Result<(), Vec<Diagnostic>> {
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules)?;
    match resolve(&questionnaire, &given(answers), Asking::Nobody) {
        Ok(_) => Ok(()),
        Err(ResolveError::Mistakes(mistakes)) => Err(mistakes),
        Err(other) => panic!("{other:?}"),
    }
}

fn written() -> Manifest {
    manifest(
        r#"  required: [name, tier, schema]
  properties:
    name: {type: string}
    tier: {type: string, oneOf: [{const: gold, title: Gold}, {const: silver}]}
    database: {type: string, enum: [none, pg], default: none}
    schema: {type: string, pattern: "^[a-z]+$", x-when: "database == 'pg' and tier == 'gold'"}
    title: {type: string, default: "{{ name }}!"}
    package: {x-computed: "{{ name }}"}
"#,
        "layers: [{name: store, version: ^1, when: database != 'none'}]\n",
    )
}

fn shown(manifest: &Manifest, answers: &[(&str, &str)]) -> Vec<String> {
    let answers: Vec<_> =
        answers.iter().map(|(name, it)| ((*name).to_owned(), Value::from(*it))).collect();
    let inputs = inputs(manifest, &given(&answers)).unwrap().inputs;
    let opening = |it: &Opening| {
        let answer = it.answer.as_ref().map(Value::to_json).unwrap_or_default();
        format!(" {answer} opens {:?} {:?}", it.parameters, it.layers)
    };
    let show = |it: &Input<'_>| {
        let standing = match &it.standing {
            Standing::Answered(answer) => format!("{} ({})", answer.value, answer.origin),
            Standing::Wrong(mistakes) => format!("wrong: {}", mistakes[0].message),
            other => format!("{other:?}"),
        };
        let default = it.default.as_ref().map(|it| format!(" default {it}")).unwrap_or_default();
        let opens: String = it.opens.iter().map(opening).collect();
        let remains = if it.remains() { "* " } else { "" };
        format!("{remains}{}: {standing}{default}{opens}", it.parameter.name)
    };
    inputs.iter().map(show).collect()
}

#[test]
fn every_question_stands_as_the_answers_so_far_make_it() {
    let manifest = written();
    insta::assert_debug_snapshot!(shown(&manifest, &[("name", "a")]), @r#"
    [
        "name: a (the command line)",
        "* tier: Missing",
        "database: none (the default) default none \"pg\" opens [\"schema\"] [\"store\"]",
        "* schema: Unknown",
        "title: a! (the default) default a!",
    ]
    "#);
    insta::assert_debug_snapshot!(
        shown(&manifest, &[("name", "a"), ("database", "pg"), ("tier", "gold"), ("schema", "X")]), @r#"
    [
        "name: a (the command line)",
        "tier: gold (the command line) \"gold\" opens [\"schema\"] []",
        "database: pg (the command line) default none \"pg\" opens [\"schema\"] [\"store\"]",
        "* schema: wrong: parameter `schema` must match the pattern `^[a-z]+$`",
        "title: a! (the default) default a!",
    ]
    "#
    );
}

#[test]
fn the_schema_says_equality_conditions_and_notes_the_rest() {
    let schema = parameters_schema(&written()).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&schema).unwrap(), @r##"
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "urn:flagstone:v1:parameters:svc:1.0.0",
      "title": "answers to svc 1.0.0",
      "type": "object",
      "properties": {
        "name": {
          "title": "name",
          "type": [
            "string",
            "null"
          ]
        },
        "tier": {
          "title": "tier",
          "type": "string",
          "oneOf": [
            {
              "const": "gold",
              "title": "Gold"
            },
            {
              "const": "silver"
            }
          ]
        },
        "database": {
          "title": "database",
          "default": "none",
          "type": [
            "string",
            "null"
          ],
          "enum": [
            "none",
            "pg",
            null
          ]
        },
        "schema": {
          "title": "schema",
          "x-when": "database == 'pg' and tier == 'gold'"
        },
        "title": {
          "title": "title",
          "x-default": "{{ name }}!",
          "type": [
            "string",
            "null"
          ]
        }
      },
      "additionalProperties": false,
      "required": [
        "tier"
      ],
      "allOf": [
        {
          "if": {
            "$ref": "#/$defs/applies.schema"
          },
          "then": {
            "properties": {
              "schema": {
                "type": "string",
                "pattern": "^[a-z]+$"
              }
            },
            "required": [
              "schema"
            ]
          }
        }
      ],
      "$defs": {
        "applies.schema": {
          "allOf": [
            {
              "properties": {
                "database": {
                  "const": "pg"
                }
              },
              "required": [
                "database"
              ]
            },
            {
              "properties": {
                "tier": {
                  "const": "gold"
                }
              },
              "required": [
                "tier"
              ]
            }
          ]
        }
      }
    }
    "##);
}

fn ruled() -> Manifest {
    manifest(
        r#"  required: [tier]
  properties:
    tier: {type: string, enum: [silver, gold]}
    replicas: {type: string, enum: [one, three], default: one}
    region: {type: string, enum: [eu, us], default: eu, x-page: Where}
    store:
      type: string
      x-page: Where
      oneOf:
        - {const: files, title: Files}
        - {const: aurora, x-disabled: "{{ 'only in the us' if region != 'us' }}"}
      default: files
    broker:
      type: object
      required: [host, port]
      properties:
        host: {type: string, description: Where it is.}
        port: {type: integer, default: 9092}
  x-rules:
    - {when: "tier == 'gold'", require: "replicas == 'three'", message: gold has three, at: replicas}
    - {require: "replicas | length > 2", message: never told, at: replicas}
"#,
        "",
    )
}

#[test]
fn a_broken_rule_is_told_at_the_question_that_mends_it() {
    let manifest = ruled();
    let of = |answers: &[(&str, &str)]| {
        let shown = shown(&manifest, answers);
        shown.into_iter().find(|it| it.contains("replicas")).unwrap()
    };
    insta::assert_snapshot!(of(&[("tier", "gold")]), @"* replicas: wrong: parameter `replicas`: gold has three default one");
    insta::assert_snapshot!(of(&[("tier", "silver")]), @"replicas: one (the default) default one");
    insta::assert_snapshot!(of(&[]), @"replicas: one (the default) default one");
    let answers = [("tier".to_owned(), "gold".into())];
    let all = run(&manifest, &answers).unwrap_err();
    let unknown = [answers[0].clone(), ("x".to_owned(), 1.into())];
    assert_eq!(inputs(&manifest, &given(&answers)).unwrap().mistakes, []);
    let told = inputs(&manifest, &given(&unknown)).unwrap().mistakes;
    assert_eq!(told, run(&manifest, &unknown).unwrap_err());
    assert_eq!(told.len(), all.len() + 1);
}

#[test]
fn a_choice_that_the_other_answers_close_is_told_with_its_reason() {
    let manifest = ruled();
    let closed = |answers: &[(String, Value)]| {
        let inputs = inputs(&manifest, &given(answers)).unwrap().inputs;
        inputs.iter().find(|it| it.parameter.name == "store").unwrap().closed.clone()
    };
    assert_eq!(closed(&[]), [("aurora".into(), "only in the us".to_owned())]);
    assert_eq!(closed(&[("region".to_owned(), "us".into())]), []);
}

#[test]
fn the_schema_says_rules_and_parts_and_refuses_nothing_that_we_take() {
    let manifest = ruled();
    let schema = parameters_schema(&manifest).unwrap();
    let part = |key: &str| schema.get(key).unwrap().to_json();
    insta::assert_snapshot!(part("allOf"), @r#"[{"if":{"properties":{"tier":{"const":"gold"}},"required":["tier"]},"then":{"properties":{"replicas":{"const":"three"}},"required":["replicas"]},"x-message":"gold has three"}]"#);
    insta::assert_snapshot!(part("x-rules"), @r#"[{"when":"tier == 'gold'","require":"replicas == 'three'","message":"gold has three","at":"replicas"},{"require":"replicas | length > 2","message":"never told","at":"replicas"}]"#);
    let properties = schema.get("properties").unwrap();
    insta::assert_snapshot!(properties.get("broker").unwrap().to_json(), @r#"{"title":"broker","type":["object","null"],"required":["host"],"properties":{"host":{"title":"host","description":"Where it is.","type":"string"},"port":{"title":"port","default":9092,"type":["integer","null"]}},"additionalProperties":false}"#);
    insta::assert_snapshot!(properties.get("store").unwrap().to_json(), @r#"{"title":"store","default":"files","x-page":"Where","type":["string","null"],"oneOf":[{"const":"files","title":"Files"},{"const":"aurora","x-disabled":"{{ 'only in the us' if region != 'us' }}"},{"const":null}]}"#);
    let compiled = Schema::compile(&schema).unwrap();
    let broker = |entries: &[(&str, Value)]| {
        let entries = entries.iter().map(|(key, it)| (*key, it.clone()));
        Value::map(entries)
    };
    let brokers = [
        Value::Null,
        broker(&[("host", "a".into())]),
        broker(&[("host", "a".into()), ("port", Value::Null)]),
        broker(&[("port", 1.into())]),
        broker(&[("host", Value::Null)]),
    ];
    for tier in ["silver", "gold"] {
        for replicas in ["one", "three"] {
            for broker in &brokers {
                let answers = [("tier", tier.into()), ("replicas", replicas.into())]
                    .into_iter()
                    .chain([("broker", broker.clone())])
                    .map(|(name, value): (&str, Value)| (name.to_owned(), value));
                let answers: Vec<_> = answers.collect();
                let is_refused = !compiled.mistakes(&Value::map(answers.clone())).is_empty();
                assert_eq!(is_refused, run(&manifest, &answers).is_err(), "{answers:?}");
            }
        }
    }
}
