//! One layer, ready to be rendered: its rules decided, its templates' engine made once.

use std::collections::BTreeSet;

use super::Layer;
use crate::{
    data::{Value, parse_yaml},
    diag::Diagnostic,
    manifest::{FileRule, Syntax},
    template::{Expressions, LayerName, TemplateFile, Templates, Variables},
    text::Document,
    tree::{RepoPath, Tree},
};

/// One layer, ready to be rendered.
pub(super) struct Prepared<'a> {
    /// The layer.
    pub(super) layer: Layer<'a>,
    /// Its templates.
    pub(super) templates: Templates,
    /// Whether each rule's files are written.
    written: Vec<bool>,
}

impl<'a> Prepared<'a> {
    /// Decides the rules of a layer.
    pub(super) fn new(layer: &Layer<'a>) -> Result<Self, Vec<Diagnostic>> {
        let variables = variables(layer);
        let expressions = Expressions::new();
        let mut mistakes = Vec::new();
        let mut written = Vec::new();
        for rule in layer.rules {
            let holds = rule.when.as_ref().map(|it| expressions.evaluate_condition(it, &variables));
            match holds.transpose() {
                Ok(holds) => written.push(holds.unwrap_or(true)),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self { layer: *layer, templates: templates(layer), written })
    }

    /// The rule that decides about an output path, and whether its files are written.
    pub(super) fn rule(&self, path: &RepoPath) -> Option<(&'a FileRule, bool)> {
        let rules = self.layer.rules.iter().zip(&self.written);
        rules.into_iter().find(|(rule, _)| rule.glob.matches(path)).map(|(rule, it)| (rule, *it))
    }
}

/// The names that the template at `path` of a layer needs: the answers that reach its output.
///
/// # Errors
/// If the template's syntax is wrong.
pub fn references(layer: &Layer<'_>, path: &RepoPath) -> Result<BTreeSet<String>, Diagnostic> {
    let Some(entry) = layer.files.get(path) else { return Ok(BTreeSet::new()) };
    let templates = templates(layer);
    let output = RepoPath::parse(path.as_str().trim_end_matches(".j2")).ok();
    let output =
        output.and_then(|path| RepoPath::parse(path.as_str().strip_prefix("template/")?).ok());
    let rule =
        layer.rules.iter().find(|rule| output.as_ref().is_some_and(|it| rule.glob.matches(it)));
    let mut names = BTreeSet::new();
    if path.as_str().ends_with(".j2") {
        let syntax = rule.and_then(|rule| rule.syntax).unwrap_or_default();
        let file = TemplateFile { path: path.as_str(), bytes: &entry.bytes, syntax };
        names.extend(templates.compile(file)?.references());
    }
    let bytes = path.as_str().as_bytes().into();
    let file = TemplateFile { path: path.as_str(), bytes: &bytes, syntax: Syntax::Curly };
    names.extend(templates.compile(file)?.references());
    Ok(names)
}

/// `data` of a layer's templates: the catalog's, and over it each `data/NAME.yaml` of its own.
///
/// # Errors
/// What is wrong with those files.
pub fn layer_data(files: &Tree, title: &str, catalog: &Value) -> Result<Value, Vec<Diagnostic>> {
    let mut entries: Vec<(Value, Value)> = match catalog {
        Value::Map(entries) => entries.clone(),
        _ => Vec::new(),
    };
    let mut mistakes = Vec::new();
    for (path, entry) in files.iter() {
        let name = path.as_str().strip_prefix("data/").and_then(|it| it.strip_suffix(".yaml"));
        let (Some(name), Some(text)) = (name, entry.text()) else { continue };
        match parse_yaml(&Document::new(format!("{title}: {path}"), text)) {
            Ok(data) => {
                entries.retain(|(key, _)| key.as_text() != Some(name));
                entries.push((name.into(), data.value));
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(Value::Map(entries)) } else { Err(mistakes) }
}

fn templates(layer: &Layer<'_>) -> Templates {
    let name = LayerName { name: layer.name, version: layer.version };
    let variables = Variables { answers: layer.answers, data: layer.data };
    Templates::new(name, layer.files, variables)
}

fn variables(layer: &Layer<'_>) -> Value {
    let answers = match layer.answers {
        Value::Map(entries) => entries.clone(),
        _ => Vec::new(),
    };
    let data = ("data".into(), layer.data.clone());
    Value::Map(answers.into_iter().chain([data]).collect())
}
