//! Behaviour of whole plans.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    data::parse_yaml_values,
    manifest::{Source, Syntax},
    template::LayerName,
    text::Document,
};

mod attack;
mod item;

/// A layer in the making.
#[derive(Debug, Clone)]
struct Sketch {
    name: &'static str,
    version: Version,
    files: Tree,
    rules: Vec<FileRule>,
    overrides: Vec<Glob>,
    answers: Vec<(Value, Value)>,
    data: Value,
    lines: BTreeSet<String>,
    lists: BTreeSet<String>,
}

fn sketch(name: &'static str) -> Sketch {
    Sketch {
        name,
        version: "1.0.0".parse().unwrap(),
        files: Tree::new(),
        rules: Vec::new(),
        overrides: Vec::new(),
        answers: vec![("name".into(), "orders-api".into()), ("port".into(), 8080.into())],
        data: Value::Map(Vec::new()),
        lines: BTreeSet::new(),
        lists: BTreeSet::new(),
    }
}

impl Sketch {
    fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()));
        self
    }

    fn entry(mut self, path: &str, mode: Mode, text: &str) -> Self {
        let entry = Entry { mode, bytes: text.as_bytes().into() };
        self.files.insert(RepoPath::parse(path).unwrap(), entry);
        self
    }

    fn answer(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.answers.retain(|(key, _)| key.as_text() != Some(name));
        self.answers.push((name.into(), value.into()));
        self
    }

    /// A list of maps, as JSON.
    fn list(mut self, name: &str, json: &str) -> Self {
        self.lists.insert(name.to_owned());
        let value = parse_yaml_values(&Document::new("x", json)).unwrap().remove(0);
        self.answer(name, value)
    }

    fn rule(mut self, glob: &str, change: impl FnOnce(&mut FileRule)) -> Self {
        let place = Document::new("golden-path.yaml", "files").place((0..5).into());
        let glob = Glob::parse(glob).unwrap();
        let mut rule = FileRule { glob, ownership: None, when: None, syntax: None, place };
        change(&mut rule);
        self.rules.push(rule);
        self
    }

    fn layer(&self, answers: &'static Value) -> Layer<'_> {
        Layer {
            name: self.name,
            version: &self.version,
            files: &self.files,
            rules: &self.rules,
            overrides: &self.overrides,
            answers,
            sources: Box::leak(Box::new(Sources::new(
                LayerName { name: self.name, version: &self.version },
                &self.files,
                &self.data,
            ))),
            lines: &self.lines,
            lists: &self.lists,
        }
    }
}

/// Plans layers; tests may leak their answers and sources.
fn planned(sketches: &[Sketch]) -> Result<Plan, Vec<Diagnostic>> {
    let layers = sketches
        .iter()
        .map(|sketch| sketch.layer(Box::leak(Box::new(Value::Map(sketch.answers.clone())))))
        .collect();
    plan(&Request { layers, limits: Limits::default() })
}

fn text(plan: &Plan, path: &str) -> String {
    plan.files[path].entry.text().unwrap().to_owned()
}

/// Every mistake as `code place: message`.
fn mistakes(sketch: Sketch) -> String {
    let mistakes = planned(&[sketch]).unwrap_err();
    let line = |it: &Diagnostic| {
        let place = it.place.as_ref().map(|it| it.label()).unwrap_or_default();
        let help = it.help.as_deref().unwrap_or_default();
        format!("{} {place}: {} ({help})", it.code, it.message)
    };
    mistakes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn source(text: &str) -> Source {
    let document = Document::new("golden-path.yaml", text);
    let place = document.place((0..text.len()).into());
    Source { text: text.to_owned(), place }
}

#[test]
fn templates_are_rendered_and_other_files_are_copied() {
    let path = sketch("rust-service")
        .file("template/README.md.j2", "# {{ name }} on {{ port }}, {{ port > 1 }}\n")
        .file("template/x.j2.j2", "{{ name }}")
        .file("template/raw.txt", "{{ raw }}\r\n")
        .file("template/src/{{ name }}/lib.rs", "x")
        .file("template/{% if port == 1 %}gone{% endif %}.j2", "{{ nothing }}")
        .file("partials/a.md", "never")
        .entry("template/run", Mode::Executable, "#!/bin/sh\n")
        .entry("template/link", Mode::Link, "raw.txt");
    let plan = planned(&[path]).unwrap();
    assert_eq!(text(&plan, "README.md"), "# orders-api on 8080, true\n");
    assert_eq!(text(&plan, "x.j2"), "orders-api");
    assert_eq!(text(&plan, "raw.txt"), "{{ raw }}\r\n");
    assert_eq!(plan.files["run"].entry.mode, Mode::Executable);
    assert_eq!(plan.files["link"].entry.mode, Mode::Link);
    let source = plan.files["src/orders-api/lib.rs"].source.to_string();
    assert_eq!(source, "rust-service:template/src/{{ name }}/lib.rs");
    assert_eq!(plan.files.len(), 6);
}

#[test]
fn the_first_rule_that_matches_decides_everything() {
    let path = sketch("p")
        .file("template/src/a.rs", "")
        .file("template/db/x.sql", "")
        .file("template/ci.yml.j2", "x: [[ name ]]\ny: ${{ env.x }}\n")
        .file("template/pyproject.toml", "")
        .rule("src/**", |it| it.ownership = Some(Ownership::Seeded))
        .rule("db/**", |it| it.when = Some(source("port == 1")))
        .rule("**", |it| it.syntax = Some(Syntax::Brackets));
    let plan = planned(&[path]).unwrap();
    assert_eq!(plan.files["src/a.rs"].ownership, Ownership::Seeded);
    assert_eq!(plan.files["pyproject.toml"].ownership, Ownership::Merged);
    assert!(!plan.files.contains_key("db/x.sql"));
    assert_eq!(text(&plan, "ci.yml"), "x: orders-api\ny: ${{ env.x }}\n");
}

#[test]
fn all_mistakes_are_reported_at_once_at_their_places() {
    let path = sketch("p")
        .file("template/a.md.j2", "ok\n{{ nmae }}\n")
        .file("template/b.md.j2", "{% if %}")
        .file("template/c.md.j2", "{{ name | snake }}")
        .file("template/d.md.j2", "{% include 'hed.md' %}")
        .file("template/e.md.j2", "{% include 'head.md' %}")
        .file("template/f.md.j2", "{{ [name] }}{{ name }}")
        .file("partials/head.md", "a\n  {{ prot }}\n");
    insta::assert_snapshot!(mistakes(path), @r#"
    undefined-name p@1.0.0: template/a.md.j2:2:4: `nmae` is not defined (did you mean `name`?)
    template-syntax p@1.0.0: template/b.md.j2:1:7: this is no valid template: unexpected end of block ()
    unknown-filter p@1.0.0: template/c.md.j2:1:11: there is no filter `snake` ()
    unknown-partial p@1.0.0: template/d.md.j2:1:4: there is no partial `hed.md` (did you mean `head.md`?)
    undefined-name p@1.0.0: partials/head.md:2:6: `prot` is not defined (did you mean `port`?)
    no-text p@1.0.0: template/f.md.j2:1:4: `[name]` is a list, which is no text (write `{{ [name] | join(", ") }}`)
    "#);
}

#[test]
fn macros_and_partials_print_what_was_checked_once() {
    let path = sketch("p")
        .answer("title", "It's: \"x\" # y")
        .file("partials/job.yml", "{% macro job(title) %}\nname: \"a\"\ntitle: {{ title | to_yaml }}\n{% endmacro %}")
        .file(
            "template/ci.yml.j2",
            "{% import 'job.yml' as jobs %}job:\n  {{ jobs.job(title) | indent(2) }}\n{% set x %}{{ title | to_yaml }}{% endset %}\nt: {{ x }}\n",
        );
    let plan = planned(&[path]).unwrap();
    insta::assert_snapshot!(text(&plan, "ci.yml"), @r#"
    job:
      name: "a"
      title: "It's: \"x\" # y"

    t: "It's: \"x\" # y"
    "#);
}

#[test]
fn one_path_has_one_source() {
    let one = sketch("one").file("template/a", "1");
    let two = sketch("two").file("template/a", "2");
    let error = planned(&[one.clone(), two.clone()]).unwrap_err();
    assert_eq!(error[0].message, "`a` is written by `one:template/a` and by `two:template/a`");
    let mut chosen = two.clone();
    chosen.overrides.push(Glob::parse("a").unwrap());
    assert_eq!(text(&planned(&[one.clone(), chosen]).unwrap(), "a"), "2");
    let dropped = two.rule("a", |it| it.when = Some(source("false")));
    assert_eq!(text(&planned(&[one, dropped]).unwrap(), "a"), "1");
}

#[test]
fn the_plan_is_the_same_on_one_thread_and_on_many() {
    let mut path = sketch("p").answer("title", "A: b");
    for number in 0..200 {
        path = path
            .file(&format!("template/d{number}/x.yml.j2"), "a: \"{{ title }}\"\nb: {{ name }}\n")
            .file(
                &format!("template/d{number}/bad.md.j2"),
                &format!("{}{{{{ no{number} }}}}", "\n"),
            );
    }
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| planned(std::slice::from_ref(&path)))
    };
    assert_eq!(with(1).unwrap_err().len(), 200);
    assert_eq!(with(1), with(4));
}

#[test]
fn what_the_template_itself_says_is_not_an_answer() {
    let path = sketch("p")
        .answer("commands", Value::List(vec!["a b".into(), "$(c)".into()]))
        .file("partials/args", "{% macro args(x) %}{{ x | map('sh_quote') | join(' ') }}{% endmacro %}")
        .file(
            "template/run.sh.j2",
            "{% from 'args' import args %}run {{ 'npm ci && x' if port > 1 }} {{ args(commands) }}\n",
        );
    assert_eq!(text(&planned(&[path]).unwrap(), "run.sh"), "run npm ci && x 'a b' '$(c)'\n");
}

#[test]
fn the_filters_do_what_they_say() {
    let cases = [
        ("{{ 'Orders API' | snake_case }}", "orders_api"),
        ("{{ 'Orders API' | kebab_case }}", "orders-api"),
        ("{{ 'Orders API' | camel_case }}", "ordersApi"),
        ("{{ 'Orders API' | pascal_case }}", "OrdersApi"),
        ("{{ 'Orders API' | screaming_snake_case }}", "ORDERS_API"),
        ("{{ 'Größe der Öfen!' | slugify }}", "grosse-der-ofen"),
        ("{{ {'a': [1, 'x']} | to_json }}", r#"{"a": [1, "x"]}"#),
        ("{{ {'a': [1, true]} | to_toml }}", r#"{"a" = [1, true]}"#),
        ("{{ 'a' | sha256 }}", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ("{{ ['a', 'b'] | join(', ') }}", "a, b"),
        ("{{ 'a-b' | replace('-', '_') | upper }}", "A_B"),
        ("{{ '%s-%d%%' | format('a', 1) }}", "a-1%"),
        ("{{ 'a\nb' | indent(2) }}|{{ 'hello' | capitalize | reverse }}", "a\n  b|olleH"),
        ("{{ 'a b' | split | last }}{{ ' x ' | trim }}{{ 'a' if false }}", "bx"),
    ];
    for (template, expected) in cases {
        let plan = planned(&[sketch("p").file("template/a.md.j2", template)]).unwrap();
        assert_eq!(text(&plan, "a.md"), expected, "{template}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_answer_stands_as_it_is_or_is_refused(
        answer in "\\PC{0,12}|[-:#'\"{}\\[\\],&*!|>%@`~? 0-9a-z_.]{0,8}",
        quotes in 0..4_usize,
    ) {
        let print = ["{{ v }}", "'{{ v }}'", "\"{{ v }}\"", "{{ v | to_yaml }}"][quotes];
        let template = format!("k: {print}\nl: [{print}, x]\nm: {{x: 1, y: {print}}}\n");
        let path = sketch("p").answer("v", answer.as_str()).file("template/a.yaml.j2", &template);
        match planned(&[path]) {
            Ok(plan) => {
                let text = text(&plan, "a.yaml");
                let value = parse_yaml_values(&Document::new("a", text)).unwrap().remove(0);
                let expected = Value::from(answer);
                prop_assert_eq!(value.get("k"), Some(&expected));
                prop_assert_eq!(value.get("l").unwrap().items(), &[expected.clone(), "x".into()][..]);
                prop_assert_eq!(value.at(["m", "y"]), Some(&expected));
            }
            Err(mistakes) => prop_assert!(!mistakes.is_empty()),
        }
    }
}

#[test]
fn the_answers_that_reach_a_file_are_known() {
    let path = sketch("p").file("template/{{ name }}/a.md.j2", "{{ port }} {{ range(2) | join }}");
    let answers = Box::leak(Box::new(Value::Map(path.answers.clone())));
    let source = RepoPath::parse("template/{{ name }}/a.md.j2").unwrap();
    let names = references(&path.layer(answers), &source).unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["name", "port"]);
}

#[test]
fn the_answers_of_partials_reach_a_file_also_where_their_names_are_computed() {
    let path = sketch("p")
        .file("template/a.md.j2", "{% include name ~ '/part' %}")
        .file("partials/x/part", "{{ port }}")
        .file("partials/x/other", "{{ text }}");
    let answers = Box::leak(Box::new(Value::Map(path.answers.clone())));
    let source = RepoPath::parse("template/a.md.j2").unwrap();
    let names = references(&path.layer(answers), &source).unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["name", "port"]);
}

#[test]
fn a_layers_own_data_stands_over_the_catalogs() {
    let path = sketch("p")
        .file("data/pins.yaml", "checkout: actions/checkout@v4 # x\n")
        .file("data/broken.yaml", "a: [");
    let catalog = Value::map([("pins", Value::from(1)), ("regions", Value::List(Vec::new()))]);
    let mistakes = layer_data(&path.files, "p@1.0.0", &catalog).unwrap_err();
    assert!(mistakes[0].place.as_ref().unwrap().label().starts_with("p@1.0.0: data/broken.yaml"));
    let mut files = path.files.clone();
    files.remove(&RepoPath::parse("data/broken.yaml").unwrap());
    let data = layer_data(&files, "p@1.0.0", &catalog).unwrap();
    assert_eq!(data.at(["pins", "checkout"]), Some(&"actions/checkout@v4".into()));
    assert!(data.get("regions").is_some());
}
