//! One parameter of a golden path -> every place that its answer reaches.
//!
//! **Invariant:** nothing is rendered: it is what the texts say, for all answers. So a place is named
//! also where a condition may never hold; a name that a template takes for something of its own, and
//! that is also a parameter's, counts as the parameter's.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::Diagnostic,
    manifest::{LayerUse, Manifest, Parameter, Source, Syntax},
    plan::{brackets, named_partials},
    spec::METADATA_ANSWERS,
    template::{Expressions, SourceKind, Use, mentions},
    text::{Document, Place},
    tree::{Entry, RepoPath, Tree},
};

/// A golden path or layer to look through.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// What it asks and composes.
    pub manifest: &'a Manifest,
    /// Its folder.
    pub files: &'a Tree,
}

/// Everything that an answer reaches.
#[derive(Debug, Clone, Default)]
pub struct Impact {
    /// The places, by part and then by file and line.
    pub places: Vec<Reached>,
}

/// One place that an answer reaches.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The golden path or layer.
    pub part: String,
    /// The file in its folder.
    pub file: String,
    /// Where in it; of a file's name: nowhere.
    pub place: Option<Place>,
    /// What the answer does there.
    pub how: How,
    /// The name that it goes by there: the parameter's, or that of one which follows from it.
    pub by: String,
}

/// What an answer does in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// The default of a parameter speaks of it.
    Default(String),
    /// A computed parameter is made from it.
    Computed(String),
    /// It decides whether a parameter is asked.
    Asked(String),
    /// It decides whether a layer is there.
    Layer(String),
    /// A layer's parameter is answered by it.
    With(String, String),
    /// It decides whether an answer to a parameter can be chosen.
    Choice(String),
    /// A rule over the answers speaks of it, and is told at a parameter.
    Judged(String),
    /// A rule decides by it whether files are written.
    Rule,
    /// A file is named after it, or is there once for each of its items.
    Name,
    /// A template speaks of it.
    Template(Use),
}

/// Everything that the answer to `parameter` of `path` reaches, also in the layers that it takes.
///
/// # Errors
/// What is wrong with an expression of a manifest.
pub fn impact(
    parameter: &str,
    path: Part<'_>,
    layers: &[(&LayerUse, Part<'_>)],
) -> Result<Impact, Diagnostic> {
    let mut search = Search { expressions: Expressions::new(), places: Vec::new() };
    let names = search.part(path, BTreeSet::from([parameter.to_owned()]))?;
    for (layer, part) in layers {
        if let Some(when) = &layer.when
            && let Some(by) = search.reads(when, SourceKind::Condition, &names)?
        {
            search.in_manifest(path, &when.place, How::Layer(layer.name.clone()), by);
        }
        let answered = search.answered(path, layer, *part, &names)?;
        if !answered.is_empty() {
            search.part(*part, answered)?;
        }
    }
    Ok(Impact { places: search.places })
}

struct Search {
    expressions: Expressions,
    places: Vec<Reached>,
}

impl Search {
    /// Looks through one part; gives every name that the answer goes by.
    fn part(
        &mut self,
        part: Part<'_>,
        mut names: BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Diagnostic> {
        let mut open: Vec<_> = part.manifest.parameters.iter().collect();
        // What follows from a parameter may stand before it.
        loop {
            let before = open.len();
            let mut rest = Vec::new();
            for parameter in open {
                if self.parameter(part, parameter, &names)? {
                    names.insert(parameter.name.clone());
                } else {
                    rest.push(parameter);
                }
            }
            open = rest;
            if open.len() == before {
                break;
            }
        }
        for rule in &part.manifest.files {
            if let Some(when) = &rule.when
                && let Some(by) = self.reads(when, SourceKind::Condition, &names)?
            {
                self.in_manifest(part, &when.place, How::Rule, by);
            }
        }
        for rule in &part.manifest.rules {
            for source in rule.when.iter().chain([&rule.require]) {
                if let Some(by) = self.reads(source, SourceKind::Condition, &names)? {
                    self.in_manifest(part, &source.place, How::Judged(rule.at.clone()), by);
                }
            }
        }
        let templates = part.files.iter().filter(|(path, _)| path.is_below("template"));
        let mut partials = BTreeMap::new();
        for (path, entry) in templates {
            self.name(part, path, &names);
            if path.as_str().ends_with(".j2") {
                self.template(part, (path, entry), &names, &mut partials);
            }
        }
        // A partial sees what the templates that take it have set.
        while let Some((path, (syntax, names))) = partials.pop_first() {
            if let Some(entry) = part.files.get(&path) {
                self.text(part, (&path, entry), syntax, &names);
            }
        }
        Ok(names)
    }

    /// Whether a parameter follows from one of `names`.
    fn parameter(
        &mut self,
        part: Part<'_>,
        parameter: &Parameter,
        names: &BTreeSet<String>,
    ) -> Result<bool, Diagnostic> {
        let is_itself = names.contains(&parameter.name);
        let mut follows = false;
        let name = || parameter.name.clone();
        let values = [
            (&parameter.default, How::Default(name())),
            (&parameter.computed, How::Computed(name())),
        ];
        for (value, how) in values {
            for text in value.iter().flat_map(|it| it.texts()) {
                let place = parameter.value_place.clone();
                let source = Source { text: text.to_owned(), place };
                if let Some(by) = self.reads(&source, SourceKind::Template, names)? {
                    self.in_manifest(part, &source.place, how.clone(), by);
                    follows = true;
                    break;
                }
            }
        }
        if let Some(when) = &parameter.when
            && let Some(by) = self.reads(when, SourceKind::Condition, names)?
        {
            self.in_manifest(part, &when.place, How::Asked(name()), by);
            follows = true;
        }
        for choice in parameter.shape.choices() {
            if let Some(why) = &choice.disabled
                && let Some(by) = self.reads(why, SourceKind::Template, names)?
            {
                self.in_manifest(part, &why.place, How::Choice(name()), by);
            }
        }
        for field in parameter.shape.fields() {
            for text in field.default.iter().flat_map(|it| it.texts()) {
                let place = field.value_place.clone();
                let source = Source { text: text.to_owned(), place };
                if let Some(by) = self.reads(&source, SourceKind::Template, names)? {
                    self.in_manifest(part, &source.place, How::Default(name()), by);
                    follows = true;
                }
            }
        }
        Ok(follows && !is_itself)
    }

    /// The parameters of a layer that are answered by one of `names`.
    fn answered(
        &mut self,
        path: Part<'_>,
        layer: &LayerUse,
        part: Part<'_>,
        names: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Diagnostic> {
        let mut answered = BTreeSet::new();
        for (parameter, value) in &layer.with {
            for text in value.texts() {
                let source = Source { text: text.to_owned(), place: layer.place.clone() };
                if let Some(by) = self.reads(&source, SourceKind::Template, names)? {
                    let how = How::With(layer.name.clone(), parameter.clone());
                    self.in_manifest(path, &layer.place, how, by);
                    answered.insert(parameter.clone());
                    break;
                }
            }
        }
        let asks = |name: &str| part.manifest.parameters.iter().any(|it| it.name == name);
        let said = |name: &str| layer.with.iter().any(|(it, _)| it == name);
        let common = METADATA_ANSWERS.into_iter();
        let common = common.filter(|it| names.contains(*it) && asks(it) && !said(it));
        answered.extend(common.map(str::to_owned));
        Ok(answered)
    }

    /// The first of `names` that an expression reads.
    fn reads(
        &self,
        source: &Source,
        kind: SourceKind,
        names: &BTreeSet<String>,
    ) -> Result<Option<String>, Diagnostic> {
        let read = self.expressions.references(source, kind)?;
        Ok(read.into_iter().find(|it| names.contains(it)))
    }

    fn in_manifest(&mut self, part: Part<'_>, place: &Place, how: How, by: String) {
        let file = crate::manifest::FILE.to_owned();
        let part = part.manifest.metadata.name.clone();
        self.places.push(Reached { part, file, place: Some(place.clone()), how, by });
    }

    fn name(&mut self, part: Part<'_>, path: &RepoPath, names: &BTreeSet<String>) {
        let read = mentions(path.as_str(), Syntax::Curly).into_iter().flat_map(|it| it.names);
        let lists = lists_in(part.manifest, path.as_str()).map(str::to_owned);
        if let Some(by) = read.chain(lists).find(|it| names.contains(it)) {
            let part = part.manifest.metadata.name.clone();
            let file = path.as_str().to_owned();
            self.places.push(Reached { part, file, place: None, how: How::Name, by });
        }
    }

    fn template(
        &mut self,
        part: Part<'_>,
        (path, entry): (&RepoPath, &Entry),
        names: &BTreeSet<String>,
        partials: &mut BTreeMap<RepoPath, (Syntax, BTreeSet<String>)>,
    ) {
        let syntax = syntax(part, path);
        let mut names = names.clone();
        if lists_in(part.manifest, path.as_str()).any(|it| names.contains(it)) {
            names.extend(["item", "item_index"].map(str::to_owned));
        }
        let names = self.text(part, (path, entry), syntax, &names);
        let mut seen = BTreeSet::from([path.clone()]);
        let mut waiting: Vec<_> = named_partials(part.files, entry).collect();
        while let Some((path, entry)) = waiting.pop() {
            if seen.insert(path.clone()) {
                let known = partials.entry(path.clone()).or_insert((syntax, BTreeSet::new()));
                known.1.extend(names.iter().cloned());
                waiting.extend(named_partials(part.files, entry));
            }
        }
    }

    /// The places of one template or partial; gives the names with those that it sets itself.
    fn text(
        &mut self,
        part: Part<'_>,
        (path, entry): (&RepoPath, &Entry),
        syntax: Syntax,
        names: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut names = names.clone();
        let Some(text) = entry.text() else { return names };
        let document = Document::new(path.as_str(), text);
        for mention in mentions(text, syntax) {
            let Some(by) = mention.names.iter().find(|it| names.contains(*it)) else { continue };
            self.places.push(Reached {
                part: part.manifest.metadata.name.clone(),
                file: path.as_str().to_owned(),
                place: Some(document.place(mention.span)),
                how: How::Template(mention.how),
                by: by.clone(),
            });
            names.extend(mention.sets);
        }
        names
    }
}

/// The lists of which a template makes a file for each item: `queues` of `[queues.name]`.
fn lists_in<'p>(manifest: &Manifest, path: &'p str) -> impl Iterator<Item = &'p str> {
    let is_list = |name: &str| {
        let parameter = manifest.parameters.iter().find(|it| it.name == name);
        parameter.is_some_and(|it| it.shape.is_list())
    };
    brackets(path).into_iter().map(|it| it.list).filter(move |name| is_list(name))
}

/// The syntax of a template, as far as its path is known without answers.
fn syntax(part: Part<'_>, path: &RepoPath) -> Syntax {
    let below = path.as_str().strip_prefix("template/").unwrap_or_default();
    let output = RepoPath::parse(below.strip_suffix(".j2").unwrap_or(below)).ok();
    output.map_or_else(Syntax::default, |it| part.manifest.syntax_of(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let layer_files =
            tree(&[("template/ci.yml.j2", "a: {{ label | to_yaml }}\nb: {{ name }}\n")]);
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
}
