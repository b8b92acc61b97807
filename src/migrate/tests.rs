//! What migrations do to answers.

use super::*;
use crate::{spec, text::Document};

const HEAD: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {name: svc, version: 3.0.0, title: T, owner: o}\n";

const MIGRATIONS: &str = r#"
parameters:
  required: [name]
  properties:
    name: {type: string}
    database: {type: string, enum: [none, pg], default: none}
    tier: {type: string, default: silver}
    replicas: {type: integer, default: 1}
migrations:
  - to: 3.0.0
    steps:
      - {rename-parameter: {from: store, to: database}}
      - {set-parameter: {name: replicas, value: "{{ 3 if tier == 'gold' else 1 }}"}}
  - to: 2.0.0
    steps:
      - {rename-parameter: {from: db, to: store}}
      - {set-parameter: {name: tier, value: "{{ 'gold' if critical else 'silver' }}"}}
      - {move: {from: "k8s/**", to: "deploy/**"}}
      - {note: "Rotate the key."}
"#;

fn manifest() -> Manifest {
    let text = format!("{HEAD}{MIGRATIONS}");
    Manifest::parse(&Document::new("golden-path.yaml", text), &"0.1.0".parse().unwrap()).unwrap()
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn stated(parameters: &str) -> Vec<Stated> {
    let text = format!(
        "apiVersion: flagstone/v1\nkind: Service\nmetadata: {{name: orders}}\nspec:\n  \
         goldenPath: svc\n  parameters: {parameters}\n"
    );
    let read = spec::parse(&Document::new("flagstone.yaml", text)).unwrap().remove(0);
    read.unwrap().answers
}

fn locked() -> Vec<(String, Value)> {
    [
        ("name", "orders".into()),
        ("db", "pg".into()),
        ("critical", true.into()),
        ("tier", "bronze".into()),
    ]
    .map(|(name, value): (&str, Value)| (name.to_owned(), value))
    .into()
}

fn show(from: &str, parameters: &str) -> (Vec<String>, Vec<AnswerEdit>) {
    let manifest = manifest();
    let steps = forward(&manifest, &version(from));
    let migrated = answers(&steps, stated(parameters), &locked(), &manifest.parameters).unwrap();
    let texts = migrated.stated.iter().map(|it| format!("{} = {}", it.name, it.value.to_json()));
    let warnings = migrated.warnings.iter().map(|it| it.message.clone());
    (texts.chain(warnings).collect(), migrated.edits)
}

#[test]
fn migrations_run_in_the_order_of_their_versions() {
    let (texts, edits) = show("1.0.0", "{db: pg, critical: true}");
    insta::assert_debug_snapshot!((texts, edits));
}

#[test]
fn only_what_is_crossed_runs() {
    let (texts, edits) = show("3.0.0", "{database: pg}");
    assert_eq!(texts, ["database = \"pg\"", "name = \"orders\""]);
    assert_eq!(edits, []);
}

#[test]
fn an_answer_that_was_a_default_stays_one_under_its_new_name() {
    let (texts, _) = show("2.0.0", "{}");
    assert!(!texts.iter().any(|text| text.starts_with("database")), "{texts:?}");
}

#[test]
fn a_new_name_that_is_stated_already_wins() {
    let (texts, edits) = show("2.0.0", "{store: pg, database: none}");
    assert!(texts.contains(&"database = \"none\"".to_owned()));
    assert_eq!(edits[0], AnswerEdit::Remove("store".to_owned()));
}

#[test]
fn what_nobody_ever_asked_stays_to_be_told_as_a_mistake() {
    let (texts, _) = show("2.0.0", "{tpyo: 1}");
    assert!(texts.contains(&"tpyo = 1".to_owned()));
}

#[test]
fn the_way_back_renames_and_moves_back_in_reverse() {
    let back = backward(&manifest(), &version("1.0.0"));
    assert_eq!(
        back,
        [
            Step::RenameParameter { from: "database".to_owned(), to: "store".to_owned() },
            Step::Move { from: "deploy/**".to_owned(), to: "k8s/**".to_owned() },
            Step::RenameParameter { from: "store".to_owned(), to: "db".to_owned() },
        ]
    );
}

#[test]
fn two_upgrades_are_one() {
    let manifest = manifest();
    let mut middle = manifest.clone();
    middle.metadata.version = version("2.0.0");
    let first = answers(
        &forward(&middle, &version("1.0.0")),
        stated("{db: pg, critical: true}"),
        &locked(),
        // What 2.0.0 asks.
        &[
            manifest.parameters.clone(),
            vec![parameter_as(&manifest, "store"), parameter_as(&manifest, "critical")],
        ]
        .concat(),
    )
    .unwrap();
    let between: Vec<_> =
        first.stated.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
    let second = answers(
        &forward(&manifest, &version("2.0.0")),
        first.stated,
        &between,
        &manifest.parameters,
    )
    .unwrap();
    let texts: Vec<_> =
        second.stated.iter().map(|it| format!("{} = {}", it.name, it.value.to_json())).collect();
    let (at_once, _) = show("1.0.0", "{db: pg, critical: true}");
    assert_eq!(texts, at_once[..texts.len()]);
}

fn parameter_as(manifest: &Manifest, name: &str) -> Parameter {
    Parameter { name: name.to_owned(), ..manifest.parameters[1].clone() }
}

#[test]
fn a_name_is_followed_through_every_renaming_in_order_and_no_further() {
    let steps = forward(&manifest(), &version("1.0.0"));
    let name = |first| renamed(&steps, first);
    assert_eq!(
        (name("db"), name("store"), name("tier")),
        ("database".into(), "database".into(), "tier".into())
    );
    let back = backward(&manifest(), &version("1.0.0"));
    assert_eq!(renamed(&back, "database"), "db");
    let swapped: Vec<_> = steps.into_iter().rev().collect();
    assert_eq!(renamed(&swapped, "db"), "store");
}
