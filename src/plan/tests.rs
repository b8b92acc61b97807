//! Behaviour of whole plans.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    data::parse_yaml_values,
    manifest::{Source, Syntax},
    text::Document,
};

/// A layer in the making.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    name: &'static str,
    version: Version,
    files: Tree,
    rules: Vec<FileRule>,
    overrides: Vec<Glob>,
    answers: Vec<(Value, Value)>,
    data: Value,
    lines: BTreeSet<String>,
}

pub(crate) fn sketch(name: &'static str) -> Sketch {
    Sketch {
        name,
        version: "1.0.0".parse().unwrap(),
        files: Tree::new(),
        rules: Vec::new(),
        overrides: Vec::new(),
        answers: vec![("name".into(), "orders-api".into()), ("port".into(), 8080.into())],
        data: Value::Map(Vec::new()),
        lines: BTreeSet::new(),
    }
}

impl Sketch {
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()));
        self
    }

    fn entry(mut self, path: &str, mode: Mode, text: &str) -> Self {
        let entry = Entry { mode, bytes: text.as_bytes().into() };
        self.files.insert(RepoPath::parse(path).unwrap(), entry);
        self
    }

    pub(crate) fn answer(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.answers.retain(|(key, _)| key.as_text() != Some(name));
        self.answers.push((name.into(), value.into()));
        self
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
            data: &self.data,
            lines: &self.lines,
        }
    }
}

/// Plans layers; tests may leak their answers.
pub(crate) fn planned(sketches: &[Sketch]) -> Result<Plan, Vec<Diagnostic>> {
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
    insta::assert_snapshot!(mistakes(path), @"
    undefined-name p@1.0.0: template/a.md.j2:2:4: `nmae` is not defined (did you mean `name`?)
    template-syntax p@1.0.0: template/b.md.j2:1:7: this is no valid template: unexpected end of block ()
    unknown-filter p@1.0.0: template/c.md.j2:1:11: there is no filter `snake` ()
    unknown-partial p@1.0.0: template/d.md.j2:1:4: there is no partial `hed.md` (did you mean `head.md`?)
    undefined-name p@1.0.0: partials/head.md:2:6: `prot` is not defined (did you mean `port`?)
    no-text p@1.0.0: template/f.md.j2:1:4: `[name]` is a list, which is no text (write `{{ [name] | to_json }}`, or `join` a list)
    ");
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
fn a_path_of_answers_stays_inside_and_hides_nothing() {
    for name in ["../x", "/etc", "a/../../b", ".git", "a:b", "x/.github", ".github", ""] {
        let path = sketch("p").answer("name", name).file("template/{{ name }}/x", "");
        let plan = planned(&[path]);
        match name {
            "" => assert!(plan.unwrap().files.is_empty()),
            name => assert!(plan.is_err(), "{name}"),
        }
    }
    assert!(planned(&[sketch("p").file("template/flagstone.lock", "")]).is_err());
    assert!(planned(&[sketch("p").file("template/A", "").file("template/a", "")]).is_err());
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
fn attacks_of_templates_end_quickly_with_an_error() {
    for template in [
        "{% include '../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'link' %}",
        "{% include 'template/x' %}",
        "{% import '../x' as x %}",
        "{% extends '/etc/passwd' %}",
        "{{ 'a' | indent(1000000000) }}",
        "{{ ('\n' * 90000000) | indent(64) }}",
        "{{ '%100000000d' | format(1) }}",
        "{{ 'aaaaaaaaaa' * 1000000000 }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='aaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set x = 'a' ~ name %}{% set x = x ~ x %}{% set x = x ~ x %}{% set x = x ~ x %}{% set x = x ~ x %}{% set x = x ~ x %}",
        "{% macro m(s) %}{{ m(s ~ s) }}{% endmacro %}{{ m('a') }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'self' %}",
        "{{ ''.__class__ }}",
        "{{ name.__class__.__mro__ }}",
        "{{ name | attr('x') }}",
        "{{ name.path }}",
        "{{ name.open('/etc/passwd') }}",
        "{{ name | safe }}",
        "{{ debug() }}",
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "{{ loop }}",
        "{{ range }}",
        "{{ none }}",
    ] {
        let path = sketch("p")
            .file("template/x.md.j2", template)
            .file("partials/self", "{% include 'self' %}")
            .entry("partials/link", Mode::Link, "/etc/passwd");
        let started = std::time::Instant::now();
        let mistakes = planned(&[path]).unwrap_err();
        assert!(started.elapsed().as_secs() < 5, "{template}");
        assert!(!mistakes[0].message.is_empty(), "{template}");
        assert!(!format!("{mistakes:?}").contains("8080"), "{template}");
    }
}

#[test]
fn a_literal_that_a_filter_took_apart_is_a_literal_no_more() {
    let mut taken = Vec::new();
    for (file, template) in [
        ("a.sh", "echo {{ v | sh_quote | replace(\"'\", '') }}"),
        ("a.sh", "echo {{ (v | sh_quote | split(\"'\"))[1] }}"),
        ("a.sh", "echo {{ (v | sh_quote)[1:-1] }}"),
        ("a.sh", "echo {{ v | sh_quote | trim(\"'\") }}"),
        ("a.sh", "echo {{ v | sh_quote | list | join }}"),
        ("a.sh", "echo {{ v | sh_quote | reverse }}"),
        ("a.sh", "echo {{ v | sh_quote ~ v }}"),
        ("a.sh", "echo {{ ['a', 'b'] | map('sh_quote') | join(v) }}"),
        ("a.sh", "echo {% set x %}{{ v }}{% endset %}{{ x }}"),
        ("a.sh", "{% macro m(x) %}{{ x }}{% endmacro %}echo {{ m(v) }}"),
        ("a.sh", "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ v }}{% endcall %}"),
        ("a.sh", "{% filter sh_quote %}{{ v }}{% endfilter %}"),
        ("a.sh", "echo {{ 'x' | sh_quote | replace('x', v) }}"),
        ("a.sh", "{% autoescape false %}{{ v }}{% endautoescape %}"),
        ("a.sh", "{% autoescape 'html' %}{{ v }}{% endautoescape %}"),
        ("a.sh", "echo {{ v | to_json }}"),
        ("a.sh", "echo \"{{ v | sh_quote }}\""),
        ("a.sh", "{% include 'print' %}"),
        ("a.sh", "{% from 'lib' import m %}{{ m(v) }}"),
        ("a.yml", "k: {{ v | to_yaml | replace('\"', '') }}"),
        ("a.yml", "k: {{ (v | to_yaml)[1:-1] }}"),
        ("a.yml", "k: {{ v | to_yaml | upper }}"),
        ("a.yml", "{% filter upper %}k: {{ v }}{% endfilter %}"),
        ("a.yml", "{% set x %}K{% endset %}{{ x | replace('K', v) }}: 1"),
        ("a.yml", "k: x{{ v | sh_quote }}: 1"),
        ("a.yml", "{% set x %}k: {{ v }}{% endset %}{{ x | trim | indent(2) }}"),
        ("a.yml", "{% include 'print' %}: {{ v }}"),
        ("a.yml", "{% if v == 'a: $(id) #' %}{{ v }}: 1{% endif %}"),
    ] {
        let path = sketch("p")
            .answer("v", "a: $(id) #")
            .file(&format!("template/{file}.j2"), template)
            .file("partials/print", "{{ v }}")
            .file("partials/lib", "{% macro m(x) %}{{ x }}{% endmacro %}");
        if let Ok(plan) = planned(&[path]) {
            taken.push((template, text(&plan, file)));
        }
    }
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn a_printed_key_takes_no_neighbours_place() {
    for (file, template) in
        [("a.json", "{\"admin\": 1, \"{{ v }}\": 2}"), ("a.yml", "admin: 1\n{{ v }}: 2\n")]
    {
        let with = |v: &str| {
            let path = sketch("p").answer("v", v).file(&format!("template/{file}.j2"), template);
            planned(&[path])
        };
        assert!(with("admin").is_err() && with("user").is_ok(), "{file}");
    }
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
fn answers_with_control_characters_are_refused_by_name() {
    for text in ["a\nb", "a\tb", "a\0", "\u{1b}[31m", "a\u{2028}b", "\u{202e}"] {
        let error = planned(&[sketch("p").answer("title", text)]).unwrap_err();
        assert!(error[0].message.contains("`title`"), "{error:?}");
    }
    let mut path = sketch("p").answer("title", "a\nb").file("template/a.md.j2", "{{ title }}");
    path.lines.insert("title".to_owned());
    assert_eq!(text(&planned(&[path]).unwrap(), "a.md"), "a\nb");
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
