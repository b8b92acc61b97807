//! What must hold for every manifest, shown on generated ones, and a look at one that was written.

use std::collections::BTreeMap;

use proptest::prelude::*;

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

/// One generated parameter.
#[derive(Debug, Clone)]
struct Made {
    kind: u8,
    is_required: bool,
    default: u8,
    /// What the condition is made of: an earlier parameter, a form, and how it is joined.
    when: Vec<(u8, u8, u8)>,
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let when = prop::collection::vec((any::<u8>(), any::<u8>(), 0..4_u8), 0..4);
    let one = (0..5_u8, any::<bool>(), 0..4_u8, when);
    let one = one.prop_map(|(kind, is_required, default, when)| Made {
        kind,
        is_required,
        default,
        when,
    });
    prop::collection::vec(one, 1..8)
}

/// The condition of the parameter at a place; lists are never null, so any may be spoken of.
fn condition(all: &[Made], at: usize) -> Option<String> {
    let mut text = String::new();
    if at == 0 || all[at].kind == LIST {
        return None;
    }
    for (target, form, join) in &all[at].when {
        let target = usize::from(*target) % at;
        let name = format!("p{target}");
        let forms: &[&str] = match all[target].kind {
            0 => &["P == 'd'", "'e' != P", "P is none", "P in ['d', 'x']"],
            1 => &["P", "not P", "P == false", "P != true"],
            2 => &["P == 'a'", "P != 'b'", "P in ['a', 'c']", "P not in ['a']", "P | upper == 'A'"],
            3 => &["P == 3", "P != 4", "P > 3"],
            _ => &["'x' in P", "'y' not in P", "P | length > 1"],
        };
        let atom = forms[usize::from(*form) % forms.len()].replace('P', &name);
        let atom = if all[target].kind == 2 && atom.contains('|') && !always(all, target) {
            format!("{name} == 'c'")
        } else {
            atom
        };
        text = match (text.is_empty(), join) {
            (true, _) => atom,
            (false, 0) => format!("{text} and {atom}"),
            (false, 1) => format!("{text} or {atom}"),
            (false, 2) => format!("not ({text}) or {atom}"),
            (false, _) => format!("not {text} and not ({atom})"),
        };
    }
    (!text.is_empty()).then_some(text)
}

const LIST: u8 = 4;

/// Whether a parameter always has an answer.
fn always(all: &[Made], at: usize) -> bool {
    all[at].when.is_empty() && (all[at].is_required || all[at].default > 0)
}

fn text_of(all: &[Made]) -> String {
    let mut properties = String::new();
    let mut required = Vec::new();
    for (at, made) in all.iter().enumerate() {
        let (form, default) = match made.kind {
            0 => ("type: string, pattern: '^[a-z]+$'", "d"),
            1 => ("type: boolean", "true"),
            2 => ("type: string, enum: [a, b, c]", "b"),
            3 => ("type: integer, minimum: 0, maximum: 9", "3"),
            _ => ("type: array, items: {enum: [x, y]}", "[x]"),
        };
        let default = match (made.default, made.kind) {
            (0, kind) if kind != LIST => String::new(),
            (1, 0) if at > 0 => {
                format!(", default: \"{{{{ 'd' if p{} else 'e' }}}}\"", at - 1)
            }
            _ => format!(", default: {default}"),
        };
        let when = condition(all, at).map(|it| format!(", x-when: \"{it}\"")).unwrap_or_default();
        properties += &format!("    p{at}: {{{form}{default}{when}}}\n");
        required.extend(made.is_required.then(|| format!("p{at}")));
    }
    format!("  required: [{}]\n  properties:\n{properties}", required.join(", "))
}

fn fitting(kind: u8, choice: u8) -> Value {
    let one_of = |values: &[&str]| Value::from(values[usize::from(choice) % values.len()]);
    match kind {
        0 => one_of(&["d", "e", "x"]),
        1 => choice.is_multiple_of(2).into(),
        2 => one_of(&["a", "b", "c"]),
        3 => i64::from(choice % 10).into(),
        _ => Value::List(vec![one_of(&["x", "y"])]),
    }
}

/// Fitting and unfitting answers alike.
fn any_answer(kind: u8, choice: u8) -> Option<Value> {
    match choice % 8 {
        0 => None,
        1 => Some(Value::Null),
        2 => Some(fitting((kind + 1) % 5, choice / 8)),
        3 => Some(Value::List(vec!["q".into()])),
        4 => Some(if kind == 3 { 99.into() } else { "ZZ".into() }),
        _ => Some(fitting(kind, choice / 8)),
    }
}

fn answers(
    all: &[Made],
    choices: &[u8],
    answer: fn(u8, u8) -> Option<Value>,
) -> Vec<(String, Value)> {
    let one = |(at, made): (usize, &Made)| {
        Some((format!("p{at}"), answer(made.kind, choices[at % choices.len()])?))
    };
    all.iter().enumerate().filter_map(one).collect()
}

fn kind_of(all: &[Made], name: &str) -> u8 {
    all[name.trim_start_matches('p').parse::<usize>().unwrap()].kind
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn answering_all_that_remains_makes_the_run_succeed(
        all in made(), first in prop::collection::vec(any::<u8>(), 8), later in any::<u8>(),
    ) {
        let manifest = manifest(&text_of(&all), "");
        let mut answers = answers(&all, &first, any_answer);
        let remaining: Vec<_> = inputs(&manifest, &given(&answers)).unwrap().inputs
            .into_iter().filter(Input::remains).map(|it| it.parameter.name.clone()).collect();
        prop_assert_eq!(remaining.is_empty(), run(&manifest, &answers).is_ok());
        // At once, whether each turns out to apply or not.
        answers.retain(|(name, _)| !remaining.contains(name));
        for name in &remaining {
            answers.push((name.clone(), fitting(kind_of(&all, name), later)));
        }
        let still = inputs(&manifest, &given(&answers)).unwrap().inputs;
        let still: Vec<_> = still.iter().filter(|it| it.remains()).map(|it| &it.parameter.name).collect();
        // A wrong answer that did not apply before may be one that does now.
        let was_given = |name: &&String| answers.iter().any(|(it, _)| it == *name);
        prop_assert!(still.iter().all(was_given), "{:?} {}", still, text_of(&all));
        if still.is_empty() {
            prop_assert_eq!(run(&manifest, &answers), Ok(()), "{}", text_of(&all));
        }
    }

    #[test]
    fn one_round_is_enough_where_what_was_given_is_right(
        all in made(), first in prop::collection::vec(any::<u8>(), 8), later in any::<u8>(),
    ) {
        let manifest = manifest(&text_of(&all), "");
        let right = |kind, choice: u8| (!choice.is_multiple_of(3)).then(|| fitting(kind, choice / 3));
        let mut answers = answers(&all, &first, right);
        for input in inputs(&manifest, &given(&answers)).unwrap().inputs {
            if input.remains() {
                let name = &input.parameter.name;
                answers.push((name.clone(), fitting(kind_of(&all, name), later)));
            }
        }
        prop_assert_eq!(run(&manifest, &answers), Ok(()), "{}", text_of(&all));
    }

    #[test]
    fn what_the_schema_refuses_we_refuse(
        all in made(), choices in prop::collection::vec(any::<u8>(), 8), unknown in 0..20_u8,
    ) {
        let manifest = manifest(&text_of(&all), "");
        let mut answers = answers(&all, &choices, any_answer);
        answers.extend((unknown == 0).then(|| ("q".to_owned(), Value::Null)));
        let schema = Schema::compile(&parameters_schema(&manifest).unwrap()).unwrap();
        let refused = schema.mistakes(&Value::map(answers.clone()));
        let ours = run(&manifest, &answers);
        prop_assert!(
            refused.is_empty() || ours.is_err(),
            "{refused:?}\n{answers:?}\n{}", text_of(&all)
        );
        // And where everything can be said, the schema says everything.
        let parameters = &manifest.parameters;
        let shape_of = |name: &str| {
            parameters.iter().find(|it| it.name == name).map(|it| it.shape.clone())
        };
        let is_exact = |it: &Parameter| {
            it.when.as_ref().is_none_or(|it| Condition::parse(&it.text, &shape_of).is_some())
                && it.default.as_ref().is_none_or(|it| !crate::manifest::is_template(it))
        };
        if parameters.iter().all(is_exact) {
            prop_assert_eq!(refused.is_empty(), ours.is_ok(), "{:?}\n{}", answers, text_of(&all));
        }
    }

    #[test]
    fn a_condition_that_is_read_means_what_it_means_to_the_engine(
        all in made(), choices in prop::collection::vec(any::<u8>(), 8),
    ) {
        let manifest = manifest(&text_of(&all), "");
        let values = answers(&all, &choices, |kind, choice| match choice % 4 {
            0 if kind != LIST => Some(Value::Null),
            _ => Some(fitting(kind, choice / 4)),
        });
        let values: BTreeMap<_, _> = values.into_iter().collect();
        let shape_of = |name: &str| {
            manifest.parameters.iter().find(|it| it.name == name).map(|it| it.shape.clone())
        };
        for when in manifest.parameters.iter().filter_map(|it| it.when.as_ref()) {
            let Some(read) = Condition::parse(&when.text, &shape_of) else { continue };
            let engine = Expressions::new().evaluate_condition(when, &Value::map(values.clone()));
            prop_assert_eq!(read.holds(&|name| values.get(name).cloned()), engine.ok(), "{}", when.text);
        }
    }
}
