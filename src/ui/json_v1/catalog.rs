//! Catalogs and golden paths.

use serde::Serialize;

use super::FORMAT;
use crate::{
    data::Value,
    manifest::{self, Kind, Lifecycle, Manifest, Shape},
    version::Version,
};

/// The result of `flagstone catalog list`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogList {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The golden paths and layers, each in its newest version.
    pub golden_paths: Vec<GoldenPath>,
}

/// The result of `flagstone catalog show`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogShow {
    /// Always [`FORMAT`].
    pub format: u32,
    /// Who it is.
    pub golden_path: GoldenPath,
    /// Its questions, in the order in which people are asked.
    pub parameters: Vec<Parameter>,
    /// What the answers must be together.
    pub rules: Vec<Rule>,
    /// The layers it composes.
    pub layers: Vec<Layer>,
    /// Its documentation, as Markdown.
    pub readme: Option<String>,
}

/// One golden path or layer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GoldenPath {
    /// `goldenPath` or `layer`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The version that all this is said of.
    pub version: String,
    /// Every version there is, the oldest first.
    pub versions: Vec<String>,
    /// A few words for people.
    pub title: String,
    /// A sentence for people.
    pub description: String,
    /// The team that answers for it.
    pub owner: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// `experimental`, `production` or `deprecated`.
    pub lifecycle: &'static str,
    /// The path to move on to, where it is deprecated.
    pub successor: Option<String>,
    /// The day after which it is no longer supported.
    pub sunset: Option<String>,
    /// Which versions of Flagstone can read it.
    pub requires: String,
}

/// One question.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// The name that `--set` takes.
    pub name: String,
    /// The question for people.
    pub title: String,
    /// What the answer is for.
    pub description: Option<String>,
    /// The heading over questions that belong together.
    pub page: Option<String>,
    /// `text`, `lines`, `integer`, `number`, `boolean`, `choice`, `choices`, `list`, `map`, `object` or
    /// `any`.
    pub kind: &'static str,
    /// The values that may be chosen.
    pub choices: Vec<Value>,
    /// The templates that say why a choice can't be chosen; where one renders to nothing, it can.
    pub closed_by: Vec<ClosedBy>,
    /// The questions inside: the keys of an object, or of each item of a list or map of objects.
    pub keys: Vec<Self>,
    /// The answer where none is given; a text may be a template.
    pub default: Option<Value>,
    /// Whether there must be an answer.
    pub required: bool,
    /// The expression that must be true for it to be asked.
    pub when: Option<String>,
    /// Whether the answer is a reference to a secret.
    pub secret_reference: bool,
    /// The JSON Schema that an answer must pass.
    pub schema: Value,
}

/// What may close a choice.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClosedBy {
    /// The choice.
    pub value: Value,
    /// The template.
    pub template: String,
}

/// What answers must be together.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The parameter at which it is told.
    pub at: String,
    /// What people are told.
    pub message: String,
    /// The expression without which it says nothing.
    pub when: Option<String>,
    /// The expression that must be true.
    pub require: String,
}

/// A layer that a golden path composes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// The versions that will do.
    pub version: String,
    /// The expression that must be true for it to be there.
    pub when: Option<String>,
}

impl CatalogList {
    /// A list of golden paths.
    pub const fn new(golden_paths: Vec<GoldenPath>) -> Self {
        Self { format: FORMAT, golden_paths }
    }
}

impl CatalogShow {
    /// One golden path with what it asks and composes.
    pub fn new(manifest: &Manifest, versions: &[Version], readme: Option<&str>) -> Self {
        let asked = manifest.parameters.iter().filter(|it| it.computed.is_none());
        Self {
            format: FORMAT,
            golden_path: GoldenPath::new(manifest, versions),
            parameters: asked.map(Parameter::from).collect(),
            rules: manifest.rules.iter().map(Rule::from).collect(),
            layers: manifest.layers.iter().map(Layer::from).collect(),
            readme: readme.map(str::to_owned),
        }
    }
}

impl GoldenPath {
    /// A golden path or layer and every version of it.
    pub fn new(manifest: &Manifest, versions: &[Version]) -> Self {
        let metadata = manifest.metadata.clone();
        Self {
            kind: match manifest.kind {
                Kind::GoldenPath => "goldenPath",
                Kind::Layer => "layer",
            },
            name: metadata.name,
            version: metadata.version.to_string(),
            versions: versions.iter().map(Version::to_string).collect(),
            title: metadata.title,
            description: metadata.description,
            owner: metadata.owner,
            tags: metadata.tags,
            lifecycle: match metadata.lifecycle {
                Lifecycle::Experimental => "experimental",
                Lifecycle::Production => "production",
                Lifecycle::Deprecated => "deprecated",
            },
            successor: metadata.successor,
            sunset: metadata.sunset,
            requires: metadata.requires.to_string(),
        }
    }
}

impl From<&manifest::Parameter> for Parameter {
    fn from(parameter: &manifest::Parameter) -> Self {
        Self {
            name: parameter.name.clone(),
            title: parameter.question().to_owned(),
            description: parameter.description.clone(),
            page: parameter.page.clone(),
            kind: kind(&parameter.shape),
            choices: choices(&parameter.shape),
            closed_by: closed_by(&parameter.shape),
            keys: keys(&parameter.shape),
            default: parameter.default.clone(),
            required: parameter.is_required,
            when: parameter.when.as_ref().map(|it| it.text.clone()),
            secret_reference: parameter.is_secret_reference,
            schema: parameter.schema.clone(),
        }
    }
}

impl From<&manifest::Rule> for Rule {
    fn from(rule: &manifest::Rule) -> Self {
        Self {
            at: rule.at.clone(),
            message: rule.message.clone(),
            when: rule.when.as_ref().map(|it| it.text.clone()),
            require: rule.require.text.clone(),
        }
    }
}

impl From<&manifest::LayerUse> for Layer {
    fn from(layer: &manifest::LayerUse) -> Self {
        Self {
            name: layer.name.clone(),
            version: layer.version.to_string(),
            when: layer.when.as_ref().map(|it| it.text.clone()),
        }
    }
}

const fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text => "text",
        Shape::Lines => "lines",
        Shape::Integer => "integer",
        Shape::Number => "number",
        Shape::Boolean => "boolean",
        Shape::Choice(_) => "choice",
        Shape::Choices(_) => "choices",
        Shape::List(_) => "list",
        Shape::Map(_) => "map",
        Shape::Object(_) => "object",
        Shape::Any => "any",
    }
}

fn choices(shape: &Shape) -> Vec<Value> {
    match shape {
        Shape::Choice(choices) | Shape::Choices(choices) => {
            choices.iter().map(|it| it.value.clone()).collect()
        }
        Shape::Text
        | Shape::Lines
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::List(_)
        | Shape::Map(_)
        | Shape::Object(_)
        | Shape::Any => Vec::new(),
    }
}

fn closed_by(shape: &Shape) -> Vec<ClosedBy> {
    let choices = match shape {
        Shape::Choice(choices) | Shape::Choices(choices) => choices.as_slice(),
        Shape::Text
        | Shape::Lines
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::List(_)
        | Shape::Map(_)
        | Shape::Object(_)
        | Shape::Any => &[],
    };
    let closed = choices.iter().filter_map(|it| Some((it, it.disabled.as_ref()?)));
    closed
        .map(|(choice, why)| ClosedBy { value: choice.value.clone(), template: why.text.clone() })
        .collect()
}

fn keys(shape: &Shape) -> Vec<Parameter> {
    match shape {
        Shape::Object(fields) => fields.iter().map(Parameter::from).collect(),
        Shape::List(inner) | Shape::Map(inner) => keys(inner),
        Shape::Text
        | Shape::Lines
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Choice(_)
        | Shape::Choices(_)
        | Shape::Any => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{super::to_text, *};
    use crate::ui::prompt::test::{choice, manifest, parameter};

    #[test]
    fn a_list_names_each_golden_path() {
        let versions = ["1.0.0", "1.2.0"].map(|it| it.parse().unwrap());
        let list = CatalogList::new(vec![GoldenPath::new(&manifest("python-service"), &versions)]);
        assert_snapshot!(to_text(&list), @r#"
        {
          "format": 1,
          "goldenPaths": [
            {
              "kind": "goldenPath",
              "name": "python-service",
              "version": "1.2.0",
              "versions": [
                "1.0.0",
                "1.2.0"
              ],
              "title": "Python HTTP service",
              "description": "FastAPI service with tracing, metrics, CI and a container.",
              "owner": "platform-team",
              "tags": [
                "python",
                "http"
              ],
              "lifecycle": "production",
              "successor": null,
              "sunset": null,
              "requires": "*"
            }
          ]
        }
        "#);
    }

    #[test]
    fn a_page_tells_what_is_asked() {
        let mut manifest = manifest("python-service");
        let database =
            Shape::Choice(vec![choice("none", "None"), choice("postgres", "PostgreSQL")]);
        let mut computed = parameter("package", Shape::Any);
        computed.computed = Some("{{ name }}".into());
        manifest.parameters = vec![parameter("database", database), computed];
        let versions = ["1.2.0".parse().unwrap()];
        assert_snapshot!(to_text(&CatalogShow::new(&manifest, &versions, Some("# Docs\n"))), @r##"
        {
          "format": 1,
          "goldenPath": {
            "kind": "goldenPath",
            "name": "python-service",
            "version": "1.2.0",
            "versions": [
              "1.2.0"
            ],
            "title": "Python HTTP service",
            "description": "FastAPI service with tracing, metrics, CI and a container.",
            "owner": "platform-team",
            "tags": [
              "python",
              "http"
            ],
            "lifecycle": "production",
            "successor": null,
            "sunset": null,
            "requires": "*"
          },
          "parameters": [
            {
              "name": "database",
              "title": "database",
              "description": null,
              "page": null,
              "kind": "choice",
              "choices": [
                "none",
                "postgres"
              ],
              "closedBy": [],
              "keys": [],
              "default": null,
              "required": false,
              "when": null,
              "secretReference": false,
              "schema": null
            }
          ],
          "rules": [],
          "layers": [],
          "readme": "# Docs\n"
        }
        "##);
    }
}
