//! Answers followed through a golden path and its layer.

use super::*;
use crate::{
    text::Document,
    tree::{Entry, RepoPath},
};

const MANIFEST: &str = r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: web, version: 1.0.0, title: Web, owner: o}
parameters:
  required: [name]
  properties:
    name: {type: string}
    database: {type: string, enum: [none, postgres], default: none}
    schema: {type: string, default: "{{ package }}", x-when: "database == 'postgres'"}
    package: {x-computed: "{{ name | snake_case }}"}
layers:
  - {name: ci, version: "^1", when: "database != 'none'", with: {label: "for {{ schema }}"}}
files:
  - {match: "db/**", when: "database == 'postgres'"}
"#;

const LAYER: &str = r#"apiVersion: flagstone/v1
kind: Layer
metadata: {name: ci, version: 1.0.0, title: CI, owner: o}
parameters:
  required: [name, label]
  properties:
    name: {type: string}
    label: {type: string}
"#;

fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| {
        (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
    };
    files.iter().map(file).collect()
}

fn manifest(text: &str) -> Manifest {
    let document = Document::new("golden-path.yaml", text);
    Manifest::parse(&document, &"0.1.0".parse().unwrap()).unwrap()
}

fn reached(parameter: &str) -> Vec<String> {
    let (path, layer) = (manifest(MANIFEST), manifest(LAYER));
    let files = tree(&[
        ("template/src/{{ package }}/a.py.j2", "x = 1\ny = {{ package | py_str }}\n"),
        (
            "template/README.md.j2",
            "{% set title = name | title %}\n# {{ title }}\n{% include 'foot' %}",
        ),
        ("template/db/x.sql.j2", "-- {{ schema }}\n{% if database == 'none' %}no{% endif %}\n"),
        ("partials/foot", "line\n{{ title }} by {{ name }}\n"),
        ("template/plain.txt", "{{ name }}\n"),
    ]);
    let layer_files = tree(&[("template/ci.yml.j2", "a: {{ label | to_yaml }}\nb: {{ name }}\n")]);
    let part = Part { manifest: &path, files: &files };
    let layers = [(&path.layers[0], Part { manifest: &layer, files: &layer_files })];
    let impact = impact(parameter, part, &layers).unwrap();
    let line = |it: Reached| {
        let line = it.place.map(|it| it.position().line.to_string()).unwrap_or_default();
        format!("{}:{}:{line} {:?} by {}", it.part, it.file, it.how, it.by)
    };
    impact.places.into_iter().map(line).collect()
}

#[test]
fn an_answer_is_followed_through_what_is_made_from_it() {
    insta::assert_debug_snapshot!(reached("name"), @r#"
        [
            "web:golden-path.yaml:10 Computed(\"package\") by name",
            "web:golden-path.yaml:9 Default(\"schema\") by package",
            "web:template/README.md.j2:1 Template(Kept) by name",
            "web:template/README.md.j2:2 Template(Printed) by title",
            "web:template/db/x.sql.j2:1 Template(Printed) by schema",
            "web:template/src/{{ package }}/a.py.j2: Name by package",
            "web:template/src/{{ package }}/a.py.j2:2 Template(Printed) by package",
            "web:partials/foot:2 Template(Printed) by title",
            "web:partials/foot:2 Template(Printed) by name",
            "web:golden-path.yaml:12 With(\"ci\", \"label\") by schema",
            "ci:template/ci.yml.j2:1 Template(Printed) by label",
            "ci:template/ci.yml.j2:2 Template(Printed) by name",
        ]
        "#);
}

#[test]
fn an_answer_that_decides_is_followed_into_conditions_rules_and_layers() {
    insta::assert_debug_snapshot!(reached("database"), @r#"
        [
            "web:golden-path.yaml:9 Asked(\"schema\") by database",
            "web:golden-path.yaml:14 Rule by database",
            "web:template/db/x.sql.j2:1 Template(Printed) by schema",
            "web:template/db/x.sql.j2:2 Template(Decides) by database",
            "web:golden-path.yaml:12 Layer(\"ci\") by database",
            "web:golden-path.yaml:12 With(\"ci\", \"label\") by schema",
            "ci:template/ci.yml.j2:1 Template(Printed) by label",
        ]
        "#);
}

#[test]
fn a_list_is_followed_into_the_files_for_its_items_and_into_rules() {
    let path = manifest(
        r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: web, version: 1.0.0, title: Web, owner: o}
parameters:
  properties:
    queues: {type: array, items: {type: object, properties: {name: {type: string}}}}
    tier:
      oneOf:
        - {const: silver}
        - {const: gold, x-disabled: "{{ 'no queues' if not queues }}"}
  x-rules:
    - {when: "tier == 'gold'", require: "queues | length > 2", message: more queues, at: queues}
"#,
    );
    let files = tree(&[
        ("template/q/[queues.name].yaml.j2", "n: {{ item.name | to_yaml }}\n"),
        ("template/pages/[id].txt.j2", "{{ item }}\n"),
    ]);
    let part = Part { manifest: &path, files: &files };
    let found = impact("queues", part, &[]).unwrap().places;
    let line = |it: &Reached| {
        let line = it.place.as_ref().map(|it| it.position().line).unwrap_or_default();
        format!("{}:{line} {:?} by {}", it.file, it.how, it.by)
    };
    insta::assert_debug_snapshot!(found.iter().map(line).collect::<Vec<_>>(), @r#"
        [
            "golden-path.yaml:10 Choice(\"tier\") by queues",
            "golden-path.yaml:12 Judged(\"queues\") by queues",
            "template/q/[queues.name].yaml.j2:0 Name by queues",
            "template/q/[queues.name].yaml.j2:1 Template(Printed) by item",
        ]
        "#);
    let of_tier = impact("tier", part, &[]).unwrap().places;
    insta::assert_debug_snapshot!(of_tier.iter().map(line).collect::<Vec<_>>(), @r#"
        [
            "golden-path.yaml:12 Judged(\"queues\") by tier",
        ]
        "#);
}

#[test]
fn what_nothing_speaks_of_reaches_nothing() {
    assert_eq!(reached("other"), Vec::<String>::new());
}
