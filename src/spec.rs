//! `flagstone.yaml`: what a team wants.

mod write;

use std::sync::LazyLock;

use crate::{
    data::{Node, Places, Value, check_api_version, parse_yaml_documents},
    diag::{Diagnostic, has_errors},
    policy::Sources,
    schema::Schema,
    text::{Document, Place},
    version::Range,
};

/// The name of the file in a service's repository.
pub const FILE: &str = "flagstone.yaml";

/// What `metadata` answers: the parameters of these names.
pub const METADATA_ANSWERS: [&str; 3] = ["name", "owner", "description"];

/// The published JSON Schema of `flagstone.yaml`.
pub const SCHEMA: &str = include_str!("spec/spec.schema.json");

static VALIDATOR: LazyLock<Schema> =
    LazyLock::new(|| Schema::parse(SCHEMA).expect("our own schema is valid"));

/// What one service shall be made from, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The service.
    pub name: String,
    /// The team that answers for it.
    pub owner: Option<String>,
    /// What it does, in a sentence.
    pub description: Option<String>,
    /// Whatever else belongs to the service.
    pub annotations: Vec<(String, String)>,
    /// Where the golden paths are; the embedded catalog where nothing is said.
    pub catalog: CatalogReference,
    /// The golden path.
    pub golden_path: String,
    /// The versions that will do.
    pub range: Option<Range>,
    /// The answers.
    pub parameters: Vec<(String, Value)>,
    /// The policies that the team adds to those of its catalog.
    pub sources: Sources,
}

/// Where golden paths are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CatalogReference {
    /// In the binary.
    #[default]
    Embedded,
    /// In a folder, relative to the spec.
    Directory(String),
    /// Anything that this version can't read yet, with its words.
    Unsupported(String),
}

/// A spec that was read from a text, with the places of its parts.
#[derive(Debug, Clone)]
pub struct Written {
    /// What it says.
    pub spec: Spec,
    /// Where the service begins.
    pub place: Place,
    /// Where its golden path is named.
    pub golden_path: Place,
    /// Where its range stands, or else the golden path.
    pub range: Place,
    /// Where its catalog is named, or else the golden path.
    pub catalog: Place,
    /// The answers of `parameters`, and the three of `metadata`.
    pub answers: Vec<Stated>,
}

/// One answer of a spec, with its places.
#[derive(Debug, Clone)]
pub struct Stated {
    /// The parameter.
    pub name: String,
    /// The answer.
    pub value: Value,
    /// Where the name stands.
    pub key: Place,
    /// Where the answer stands.
    pub place: Place,
    /// Where each part of the answer stands.
    pub parts: Places,
}

/// Reads every service of a spec file. A service with mistakes is an error of its own.
///
/// # Errors
/// If the text is no YAML or holds no service at all.
pub fn parse(document: &Document) -> Result<Vec<Result<Written, Vec<Diagnostic>>>, Diagnostic> {
    let documents = parse_yaml_documents(document)?;
    if documents.is_empty() {
        let message = format!("`{}` holds no service", document.name());
        return Err(Diagnostic::error("empty-spec", message)
            .help("`flagstone schema spec` says what belongs in it"));
    }
    let read = |data: &crate::data::Data| {
        check_api_version(&data.root()).map_err(|mistake| vec![mistake])?;
        let mut mistakes = VALIDATOR.check(data);
        let written = read(&data.root(), &mut mistakes);
        match written {
            Some(written) if !has_errors(&mistakes) => Ok(written),
            _ => Err(mistakes),
        }
    };
    Ok(documents.iter().map(read).collect())
}

fn read(root: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Written> {
    let (metadata, body) = (root.get("metadata")?, root.get("spec")?);
    let name = metadata.get("name")?;
    let golden_path = body.get("goldenPath")?;
    let range = body.get("version").and_then(|node| read_range(&node, mistakes));
    let parameters = body.get("parameters");
    let answers = answers(&metadata, parameters.as_ref(), mistakes);
    let annotations = metadata.get("annotations");
    let annotations = annotations.iter().flat_map(Node::entries);
    let text = |key| metadata.text_at(key).map(str::to_owned);
    let entries = parameters.iter().flat_map(Node::entries);
    Some(Written {
        spec: Spec {
            name: name.text()?.to_owned(),
            owner: text("owner"),
            description: text("description"),
            annotations: annotations
                .filter_map(|(key, value)| Some((key.to_owned(), value.text()?.to_owned())))
                .collect(),
            catalog: body.get("catalog").map(|node| catalog(&node)).unwrap_or_default(),
            golden_path: golden_path.text()?.to_owned(),
            range,
            parameters: entries.map(|(key, it)| (key.to_owned(), it.value().clone())).collect(),
            sources: Sources::read(&body, mistakes),
        },
        place: name.place(),
        range: body.get("version").as_ref().unwrap_or(&golden_path).place(),
        catalog: body.get("catalog").as_ref().unwrap_or(&golden_path).place(),
        golden_path: golden_path.place(),
        answers,
    })
}

fn read_range(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Option<Range> {
    let text = node.text()?;
    let mistake = |error| {
        let message = format!("`{text}` is no range of versions: {error}");
        let help = "write for instance `^1.2` (1.2 and later, before 2) or `=1.2.0`";
        Diagnostic::error("version", message).at(node.place()).help(help)
    };
    text.parse().map_err(|error: crate::version::VersionError| mistakes.push(mistake(error))).ok()
}

fn catalog(node: &Node<'_>) -> CatalogReference {
    match (node.text(), node.text_at("directory")) {
        (Some("embedded"), _) => CatalogReference::Embedded,
        (None, Some(folder)) => CatalogReference::Directory(folder.to_owned()),
        (Some(name), _) => CatalogReference::Unsupported(format!("the catalog `{name}`")),
        (None, None) => CatalogReference::Unsupported("a catalog in a git repository".to_owned()),
    }
}

/// The answers of `parameters` and of `metadata`; stating one of them twice, and differently, is a
/// mistake.
fn answers(
    metadata: &Node<'_>,
    parameters: Option<&Node<'_>>,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Stated> {
    let entries = parameters.into_iter().flat_map(Node::entries);
    let mut answers: Vec<_> = entries.map(|(name, node)| stated(name, &node)).collect();
    for key in METADATA_ANSWERS {
        let Some(node) = metadata.get(key) else { continue };
        match answers.iter().find(|it| it.name == key) {
            None => answers.push(stated(key, &node)),
            Some(answer) if answer.value == *node.value() => {}
            Some(answer) => {
                let message = format!("`{key}` is stated twice, and differently");
                let mistake = Diagnostic::error("stated-twice", message).at(answer.place.clone());
                mistakes.push(mistake.help(format!("keep `metadata.{key}` alone")));
            }
        }
    }
    answers
}

fn stated(name: &str, node: &Node<'_>) -> Stated {
    let (key, place) = (node.key_place(), node.place());
    let parts = match node.value() {
        Value::List(_) | Value::Map(_) => node.places(),
        _ => Places::default(),
    };
    Stated { name: name.to_owned(), value: node.value().clone(), key, place, parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::new("services.yaml", text)
    }

    const ORDERS: &str = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, owner: team}\n\
        spec:\n  goldenPath: rust-service\n  version: ^1.0\n  parameters: {port: 80}\n";

    #[test]
    fn metadata_answers_the_parameters_of_its_names() {
        let services = parse(&document(ORDERS)).unwrap();
        let written = services[0].as_ref().unwrap();
        let names: Vec<_> = written.answers.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["port", "name", "owner"]);
        assert_eq!(written.answers[0].place.label(), "services.yaml:7:22");
    }

    #[test]
    fn stating_a_name_twice_is_a_mistake_only_if_it_differs() {
        let same = ORDERS.replace("port: 80", "name: orders");
        assert!(parse(&document(&same)).unwrap()[0].is_ok());
        let other = ORDERS.replace("port: 80", "name: other");
        let mistakes = parse(&document(&other)).unwrap().remove(0).unwrap_err();
        assert_eq!(mistakes[0].code, "stated-twice");
    }

    #[test]
    fn one_bad_service_leaves_the_others_readable() {
        let text = format!("{ORDERS}---\napiVersion: flagstone/v1\nkind: Servic\n---\n{ORDERS}");
        let services = parse(&document(&text)).unwrap();
        let good: Vec<_> = services.iter().map(Result::is_ok).collect();
        assert_eq!(good, [true, false, true]);
        let mistake = &services[1].as_ref().unwrap_err()[0];
        assert!(mistake.place.as_ref().unwrap().label().starts_with("services.yaml:9:"));
    }

    #[test]
    fn a_written_spec_reads_as_what_it_was() {
        let written = parse(&document(ORDERS)).unwrap().remove(0).unwrap();
        let again = parse(&document(&written.spec.to_text())).unwrap().remove(0).unwrap();
        assert_eq!(again.spec, written.spec);
    }

    #[test]
    fn texts_that_yaml_would_misread_survive_being_written() {
        let mut spec = parse(&document(ORDERS)).unwrap().remove(0).unwrap().spec;
        for text in [
            "no",
            "012",
            "a: b # c",
            "\"q\" 'r'",
            "ü\u{1f600}",
            "- x",
            "2001-01-01",
            "1:30",
            "a\nb\n",
        ] {
            spec.description = Some(text.to_owned());
            let again = parse(&document(&spec.to_text())).unwrap().remove(0).unwrap();
            assert_eq!(again.spec, spec, "{text:?}");
        }
    }
}
