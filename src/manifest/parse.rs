//! The text of a manifest -> the manifest, or every mistake in it.

use std::{str::FromStr, sync::LazyLock};

use super::{
    FileRule, Kind, LayerUse, Lifecycle, Manifest, Metadata, Migration, Source, Step, Syntax,
    Verify, parameter::parse_parameters, rule::parse_rules,
};
use crate::{
    data::{Node, Value, parse_yaml},
    diag::{Diagnostic, has_errors},
    glob::Glob,
    policy::Sources,
    schema::Schema,
    text::Document,
    tree::Ownership,
    version::{Range, Version},
};

/// The published JSON Schema of `golden-path.yaml`.
pub const SCHEMA: &str = include_str!("golden-path.schema.json");

static VALIDATOR: LazyLock<Schema> =
    LazyLock::new(|| Schema::parse(SCHEMA).expect("our own schema is valid"));

impl Manifest {
    /// Reads a manifest. `flagstone` is the version of this program.
    ///
    /// # Errors
    /// Every mistake in it, each at its place.
    pub fn parse(document: &Document, flagstone: &Version) -> Result<Self, Vec<Diagnostic>> {
        let data = parse_yaml(document).map_err(|mistake| vec![mistake])?;
        let root = data.root();
        check_requirement(&root, flagstone).map_err(|mistake| vec![mistake])?;
        let mut mistakes = VALIDATOR.check(&data);
        let manifest = read(&root, document, &mut mistakes);
        match manifest {
            Some(manifest) if !has_errors(&mistakes) => Ok(manifest),
            _ => Err(mistakes),
        }
    }
}

/// Before anything else: may this program read the text at all?
fn check_requirement(root: &Node<'_>, flagstone: &Version) -> Result<(), Diagnostic> {
    crate::data::check_api_version(root)?;
    let Some(requires) = root.get("metadata").and_then(|metadata| metadata.get("requires")) else {
        return Ok(());
    };
    match requires.text().map(Range::from_str) {
        Some(Ok(range)) if !range.matches(flagstone) => Err(Diagnostic::error(
            "requires",
            format!("this golden path needs flagstone {range}, and this is {flagstone}"),
        )
        .at(requires.place())
        .help("install a version in that range: `cargo install --locked flagstone`")),
        _ => Ok(()),
    }
}

fn read(root: &Node<'_>, document: &Document, mistakes: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let kind = match root.text_at("kind") {
        Some("Layer") => Kind::Layer,
        _ => Kind::GoldenPath,
    };
    let layers: Vec<_> =
        root.items_at("layers").iter().filter_map(|it| read_layer(it, mistakes)).collect();
    if kind == Kind::Layer
        && let Some(layer) = layers.first()
    {
        let message = "a layer can't compose other layers";
        mistakes.push(
            Diagnostic::error("layer-in-layer", message)
                .at(layer.place.clone())
                .help("compose them in the golden path"),
        );
    }
    let files = root.items_at("files");
    let overrides = root.items_at("overrides");
    let migrations = root.items_at("migrations");
    let parameters = parse_parameters(root, mistakes);
    let rules = parse_rules(root, parameters.iter().map(|it| it.name.as_str()), mistakes);
    Some(Manifest {
        kind,
        parameters,
        rules,
        layers,
        files: files.iter().filter_map(|it| read_rule(it, mistakes)).collect(),
        overrides: overrides.iter().filter_map(|it| read_glob(it, mistakes)).collect(),
        migrations: migrations.iter().filter_map(|it| read_migration(it, mistakes)).collect(),
        sources: read_sources(root, mistakes),
        verify: root.items_at("verify").iter().filter_map(read_verify).collect(),
        metadata: read_metadata(&root.get("metadata")?, mistakes)?,
        document: document.clone(),
    })
}

/// Policies and data stand where the version's digest covers them.
fn read_sources(root: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Sources {
    let sources = Sources::read(root, mistakes);
    for path in sources.paths() {
        if path.components().next().is_none_or(|top| !["policies", "data"].contains(&top)) {
            let message = format!("`{path}` is not in `policies/` or `data/`");
            let mistake = Diagnostic::error("policy-path", message);
            let place = root.get("policies").or_else(|| root.get("data")).map(|it| it.place());
            let help = "move it there: the digest of a version covers these folders";
            mistakes.push(mistake.at(place).help(help));
        }
    }
    sources
}

fn read_metadata(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Metadata> {
    let text = |key| node.text_at(key).map(str::to_owned);
    let requires = node.get("requires").and_then(|it| read_as(&it, "range", mistakes));
    Some(Metadata {
        name: text("name")?,
        version: read_as(&node.get("version")?, "version", mistakes)?,
        title: text("title")?,
        description: text("description").unwrap_or_default(),
        owner: text("owner")?,
        tags: node.texts_at("tags"),
        lifecycle: match node.text_at("lifecycle") {
            Some("experimental") => Lifecycle::Experimental,
            Some("deprecated") => Lifecycle::Deprecated,
            _ => Lifecycle::Production,
        },
        successor: text("successor"),
        sunset: text("sunset"),
        requires: requires.unwrap_or_else(Range::any),
    })
}

fn read_layer(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<LayerUse> {
    let with = node.get("with");
    let with = with.iter().flat_map(Node::entries);
    Some(LayerUse {
        name: node.text_at("name")?.to_owned(),
        version: read_as(&node.get("version")?, "range", mistakes)?,
        when: node.get("when").and_then(|it| source(&it)),
        with: with.map(|(name, value)| (name.to_owned(), value.value().clone())).collect(),
        place: node.get("name")?.place(),
    })
}

fn read_rule(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<FileRule> {
    let keys = node.texts_at("managedKeys");
    let word = node.text_at("ownership").or((!keys.is_empty()).then_some("merged"));
    if let Some(keys) = node.get("managedKeys")
        && word != Some("merged")
    {
        let message = "only a merged file has keys of its own for the platform";
        mistakes.push(
            Diagnostic::error("managed-keys", message)
                .at(keys.key_place())
                .help("remove `managedKeys`, or the rule's `ownership`"),
        );
    }
    Some(FileRule {
        glob: read_glob(&node.get("match")?, mistakes)?,
        ownership: word.and_then(|word| Ownership::parse(word, keys)),
        when: node.get("when").and_then(|it| source(&it)),
        syntax: node.text_at("syntax").map(|word| match word {
            "brackets" => Syntax::Brackets,
            _ => Syntax::Curly,
        }),
        place: node.get("match")?.place(),
    })
}

fn read_glob(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Glob> {
    match Glob::parse(node.text()?) {
        Ok(glob) => Some(glob),
        Err(error) => {
            let message = format!("`{}` is no pattern: {error}", node.text()?);
            mistakes.push(Diagnostic::error("pattern", message).at(node.place()));
            None
        }
    }
}

fn read_migration(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Migration> {
    let to = read_as(&node.get("to")?, "version", mistakes)?;
    let steps = node.items_at("steps");
    let steps = steps.iter().filter_map(|step| read_step(step, mistakes)).collect();
    Some(Migration { to, steps })
}

fn read_step(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Step> {
    let (kind, step) = node.entries().next()?;
    let text = |key| step.text_at(key).map(str::to_owned);
    match kind {
        "rename-parameter" => Some(Step::RenameParameter { from: text("from")?, to: text("to")? }),
        "set-parameter" => {
            Some(Step::SetParameter { name: text("name")?, value: source(&step.get("value")?)? })
        }
        "move" => Some(Step::Move { from: text("from")?, to: text("to")? }),
        "delete" => read_glob(&step, mistakes).map(Step::Delete),
        "note" => step.text().map(|note| Step::Note(note.to_owned())),
        _ => None,
    }
}

fn read_verify(node: &Node<'_>) -> Option<Verify> {
    Some(Verify { name: node.text_at("name")?.to_owned(), run: node.texts_at("run") })
}

/// A text as an expression or template with its place; other scalars as their own text.
pub(super) fn source(node: &Node<'_>) -> Option<Source> {
    let text = match node.value() {
        Value::Text(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => node.value().to_json(),
        Value::Null | Value::List(_) | Value::Map(_) | Value::Tagged(..) => return None,
    };
    Some(Source { text, place: node.place() })
}

fn read_as<T: FromStr<Err: std::fmt::Display>>(
    node: &Node<'_>,
    noun: &str,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<T> {
    let text = node.text()?;
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            let message = format!("`{text}` is no {noun}: {error}");
            mistakes.push(Diagnostic::error("version", message).at(node.place()));
            None
        }
    }
}
