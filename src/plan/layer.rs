//! One layer, ready to be rendered: its rules decided, its templates' engine made once.

use std::{collections::BTreeSet, sync::Arc};

use super::{Layer, item};
use crate::{
    data::{Value, parse_yaml},
    diag::Diagnostic,
    manifest::{FileRule, Syntax},
    template::{LayerName, Proofs, Sources, TemplateFile, Templates},
    text::Document,
    tree::{Entry, RepoPath, Tree},
    version::Version,
};

/// One layer, ready to be rendered.
pub(super) struct Prepared<'a> {
    /// The layer.
    pub(super) layer: Layer<'a>,
    /// Its templates.
    pub(super) templates: Templates<'a>,
    /// Whether each rule's files are written.
    written: Vec<bool>,
}

impl<'a> Prepared<'a> {
    /// Decides the rules of a layer.
    pub(super) fn new(layer: &Layer<'a>) -> Result<Self, Vec<Diagnostic>> {
        let templates = Templates::new(layer.sources, layer.answers);
        let mut mistakes = Vec::new();
        let mut written = Vec::new();
        for rule in layer.rules {
            let holds = rule.when.as_ref().map(|it| templates.holds(it));
            match holds.transpose() {
                Ok(holds) => written.push(holds.unwrap_or(true)),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self { layer: *layer, templates, written })
    }

    /// The rule that decides about an output path, and whether its files are written.
    pub(super) fn rule(&self, path: &RepoPath) -> Option<(&'a FileRule, bool)> {
        let rules = self.layer.rules.iter().zip(&self.written);
        rules.into_iter().find(|(rule, _)| rule.glob.matches(path)).map(|(rule, it)| (rule, *it))
    }
}

/// The names that the template at `path` of a layer needs: the answers that reach its output, also by
/// the partials that it names.
///
/// # Errors
/// If the template's syntax is wrong.
pub fn references(layer: &Layer<'_>, path: &RepoPath) -> Result<BTreeSet<String>, Diagnostic> {
    let Some(entry) = layer.files.get(path) else { return Ok(BTreeSet::new()) };
    let templates = Templates::new(layer.sources, layer.answers);
    let output = RepoPath::parse(path.as_str().trim_end_matches(".j2")).ok();
    let output =
        output.and_then(|path| RepoPath::parse(path.as_str().strip_prefix("template/")?).ok());
    let rule =
        layer.rules.iter().find(|rule| output.as_ref().is_some_and(|it| rule.glob.matches(it)));
    let mut names = BTreeSet::new();
    let syntax = rule.and_then(|rule| rule.syntax).unwrap_or_default();
    let mut seen = BTreeSet::from([path]);
    let mut waiting = match path.as_str().ends_with(".j2") {
        true => vec![(path, entry)],
        false => Vec::new(),
    };
    while let Some((path, entry)) = waiting.pop() {
        let file = TemplateFile { path: path.as_str(), bytes: &entry.bytes, syntax };
        names.extend(templates.compile(file)?.references());
        names.extend(naming_words(entry).filter(|word| layer.answers.get(word).is_some()));
        let partials = named_partials(layer.files, entry);
        waiting.extend(partials.filter(|(path, _)| seen.insert(path)));
    }
    let bytes = path.as_str().as_bytes().into();
    let file = TemplateFile { path: path.as_str(), bytes: &bytes, syntax: Syntax::Curly };
    names.extend(templates.compile(file)?.references());
    names.extend(item::lists(layer, path.as_str()).map(str::to_owned));
    Ok(names)
}

/// The words in the names of what a template includes, where those are computed: `language` of
/// `{% include language ~ "/x" %}`. The engine leaves them out of a template's names.
fn naming_words(template: &Entry) -> impl Iterator<Item = String> {
    let text = template.text().unwrap_or_default();
    let tags = text.split("{%").chain(text.split("[%")).filter_map(|rest| {
        let tag = rest.split("%}").next()?.split("%]").next()?;
        let tag = tag.trim_start_matches(['-', '+', ' ']);
        let takes = ["include", "import", "extends", "from"].iter();
        takes.into_iter().find_map(|word| tag.strip_prefix(word))
    });
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    // What stands in quotes is no name.
    let bare = tags.flat_map(|tag| tag.split(['"', '\'']).step_by(2));
    bare.flat_map(move |text| text.split(move |it| !is_word(it))).map(str::to_owned)
}

/// The partials that a template may include: the last part of their names stands in it. What comes
/// before may be computed.
pub fn named_partials<'a>(
    files: &'a Tree,
    template: &'a Entry,
) -> impl Iterator<Item = (&'a RepoPath, &'a Entry)> {
    const WORDS: [&str; 4] = ["include", "import", "extends", "from"];
    let text = template.text().unwrap_or_default();
    let takes = WORDS.iter().any(|word| text.contains(word));
    let is_named = move |path: &RepoPath| takes && text.contains(path.file_name());
    files.iter().filter(move |(path, _)| path.is_below("partials") && is_named(path))
}

/// What the templates of a layer are made of, whatever is answered.
///
/// # Errors
/// What is wrong with the files of its data.
pub fn sources(
    (name, version): (&str, &Version),
    files: &Tree,
    catalog: &Value,
) -> Result<Sources, Vec<Diagnostic>> {
    let data = layer_data(files, &format!("{name}@{version}"), catalog)?;
    Ok(Sources::new(LayerName { name, version }, files, &data))
}

/// The same for a layer that is planned again and again, where `proofs` keeps what was proved.
///
/// # Errors
/// What is wrong with the files of its data.
pub(crate) fn kept_sources(
    (name, version): (&str, &Version),
    files: &Tree,
    catalog: &Value,
    proofs: Arc<Proofs>,
) -> Result<Sources, Vec<Diagnostic>> {
    let data = layer_data(files, &format!("{name}@{version}"), catalog)?;
    Ok(Sources::keeping(LayerName { name, version }, files, &data, proofs))
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
