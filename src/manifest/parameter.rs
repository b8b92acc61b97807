//! One question of a golden path.

use super::{Source, parse::source};
use crate::{
    data::{Node, Value},
    diag::Diagnostic,
    name,
    schema::Schema,
    text::Place,
};

/// One question of a golden path, or a value computed from others.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name that templates use.
    pub name: String,
    /// The question for people; the name where there is none.
    pub title: Option<String>,
    /// What the answer is for.
    pub description: Option<String>,
    /// More help, shown on request.
    pub help: Option<String>,
    /// An example of an answer, shown while nothing is typed.
    pub placeholder: Option<String>,
    /// Prompts with the same page belong together.
    pub page: Option<String>,
    /// What kind of answer it takes.
    pub shape: Shape,
    /// The answer where none is given; a text in it is a template over the other answers.
    pub default: Option<Value>,
    /// An expression; where it is false, the parameter is neither asked nor defined.
    pub when: Option<Source>,
    /// A template that makes the value; such a parameter is never asked.
    pub computed: Option<Value>,
    /// Whether the answer is a reference to a secret.
    pub is_secret_reference: bool,
    /// Whether there must be an answer.
    pub is_required: bool,
    /// The JSON Schema that an answer must pass.
    pub schema: Value,
    /// Where the manifest states it.
    pub place: Place,
    /// Where the manifest states its default, computed value or condition.
    pub value_place: Place,
}

/// What kind of answer a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A text on one line.
    Text,
    /// A text that may have several lines.
    Lines,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of several values.
    Choice(Vec<Choice>),
    /// Any of several values.
    Choices(Vec<Choice>),
    /// A list of texts or numbers.
    List(Box<Self>),
    /// Whatever a computed parameter computes.
    Any,
}

/// One value that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: Value,
    /// What people read; the value itself where there is none.
    pub title: Option<String>,
}

impl Parameter {
    /// What people are asked.
    pub fn question(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

impl Choice {
    /// What people read.
    pub fn label(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.value.to_string())
    }
}

/// Keys of a parameter's schema that are part of JSON Schema's own checks.
const CHECKS: [&str; 17] = [
    "type",
    "enum",
    "oneOf",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "x-pattern-help",
    "title",
];

/// Names that the template language or the catalog's data has taken.
const RESERVED: [&str; 17] = [
    "data",
    "true",
    "false",
    "none",
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "for",
    "loop",
    "self",
    "super",
    "namespace",
    "range",
];

/// Reads every parameter of a manifest.
pub(super) fn parse_parameters(root: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Vec<Parameter> {
    let Some(parameters) = root.get("parameters") else { return Vec::new() };
    let properties = parameters.get("properties");
    let names: Vec<_> = properties.iter().flat_map(Node::entries).collect();
    let required = parameters.items_at("required");
    for name in &required {
        let known = || names.iter().map(|(name, _)| *name);
        if let Some(text) = name.text().filter(|text| !known().any(|known| known == *text)) {
            let message = format!("`{text}` is required but no parameter");
            let help = name::did_you_mean(text, known());
            let mistake = Diagnostic::error("unknown-parameter", message);
            mistakes.push(mistake.at(name.place()).maybe_help(help));
        }
    }
    let is_required = |name: &str| required.iter().any(|it| it.text() == Some(name));
    let read = |(name, node): &(&str, Node<'_>)| {
        let parameter = Parameter { is_required: is_required(name), ..read(name, node) };
        check(&parameter, node, mistakes);
        parameter
    };
    names.iter().map(read).collect()
}

fn read(name: &str, node: &Node<'_>) -> Parameter {
    let text = |key| node.text_at(key).map(str::to_owned);
    let value = |key| node.get(key).map(|it: Node<'_>| it.value().clone());
    let said = ["x-computed", "default", "x-when"].iter().find_map(|key| node.get(key));
    let is_check = |(key, _): &(&str, &Value)| CHECKS.contains(key);
    let checks = node.value().entries().filter(is_check);
    Parameter {
        name: name.to_owned(),
        title: text("title"),
        description: text("description"),
        help: text("x-help"),
        placeholder: text("x-placeholder"),
        page: text("x-page"),
        shape: shape(node),
        default: value("default"),
        when: node.get("x-when").and_then(|it| source(&it)),
        computed: value("x-computed"),
        is_secret_reference: node.value().get("x-secret-ref") == Some(&Value::Bool(true)),
        is_required: false,
        schema: with_item_type(checks.map(|(key, value)| (key, value.clone())).collect()),
        place: node.key_place(),
        value_place: said.map_or_else(|| node.key_place(), |it| it.place()),
    }
}

/// A list holds texts unless its manifest says otherwise.
fn with_item_type(mut checks: Vec<(&str, Value)>) -> Value {
    let text = ("type", Value::from("string"));
    let is_list = checks.contains(&("type", "array".into()));
    match checks.iter_mut().find(|(key, _)| *key == "items") {
        None if is_list => checks.push(("items", Value::map([text]))),
        Some((_, Value::Map(items))) => {
            let says = |key: &str| items.iter().any(|(name, _)| name.as_text() == Some(key));
            if !["type", "enum", "oneOf"].iter().any(|key| says(key)) {
                items.push((text.0.into(), text.1));
            }
        }
        Some(_) | None => {}
    }
    Value::map(checks)
}

fn shape(node: &Node<'_>) -> Shape {
    let choices = choices(node);
    match (node.text_at("type"), choices) {
        (Some("array"), _) => match node.get("items") {
            Some(items) => match shape(&items) {
                Shape::Choice(choices) => Shape::Choices(choices),
                Shape::Any => Shape::List(Box::new(Shape::Text)),
                item => Shape::List(Box::new(item)),
            },
            None => Shape::List(Box::new(Shape::Text)),
        },
        (_, Some(choices)) => Shape::Choice(choices),
        (Some("integer"), None) => Shape::Integer,
        (Some("number"), None) => Shape::Number,
        (Some("boolean"), None) => Shape::Boolean,
        (Some("string"), None) if is_true(node, "x-multiline") => Shape::Lines,
        (Some("string"), None) => Shape::Text,
        _ => Shape::Any,
    }
}

fn is_true(node: &Node<'_>, key: &str) -> bool {
    node.value().get(key) == Some(&Value::Bool(true))
}

fn choices(node: &Node<'_>) -> Option<Vec<Choice>> {
    if let Some(values) = node.value().get("enum") {
        let choice = |value: &Value| Choice { value: value.clone(), title: None };
        return Some(values.items().iter().map(choice).collect());
    }
    let branches = node.value().get("oneOf")?.items().iter();
    let choice = |branch: &Value| {
        let title = branch.get("title").and_then(Value::as_text).map(str::to_owned);
        Some(Choice { value: branch.get("const")?.clone(), title })
    };
    Some(branches.filter_map(choice).collect())
}

/// What the schema of the manifest can't say about one parameter.
fn check(parameter: &Parameter, node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) {
    let name = &parameter.name;
    if RESERVED.contains(&name.as_str()) {
        let message = format!("`{name}` means something else in templates");
        let mistake = Diagnostic::error("reserved-name", message).at(node.key_place());
        mistakes.push(mistake.help("give the parameter another name"));
    }
    if parameter.computed.is_none() && node.get("type").is_none() && parameter.shape == Shape::Any {
        let message = format!("parameter `{name}` has neither a `type` nor choices");
        mistakes.push(
            Diagnostic::error("parameter-type", message)
                .at(node.key_place())
                .help("add `type: string`, or `x-computed` if it is never asked"),
        );
    }
    if let (Some(computed), Some(_)) = (node.get("x-computed"), node.get("default")) {
        let message = format!("parameter `{name}` is computed, so its default is never used");
        let mistake = Diagnostic::error("computed-default", message);
        mistakes.push(mistake.at(computed.key_place()).help("remove one of the two"));
    }
    match Schema::compile(&parameter.schema) {
        Ok(schema) => check_default(parameter, node, &schema, mistakes),
        // A mistake in the schema's form was told already.
        Err(_) if mistakes.iter().any(|it| it.code == "invalid-value") => {}
        Err(error) => {
            let message = format!("the schema of parameter `{name}` can't be used: {error}");
            mistakes.push(Diagnostic::error("parameter-schema", message).at(node.key_place()));
        }
    }
}

/// A default that is no template is checked once, here.
fn check_default(
    parameter: &Parameter,
    node: &Node<'_>,
    schema: &Schema,
    mistakes: &mut Vec<Diagnostic>,
) {
    let Some(default) = node.get("default").filter(|it| !is_template(it.value())) else { return };
    mistakes.extend(schema.mistakes(default.value()).into_iter().map(|mistake| {
        let message = format!("the default of parameter `{}` {}", parameter.name, mistake.message);
        Diagnostic::error("default", message).at(default.place()).maybe_help(mistake.help)
    }));
}

/// Whether a default has to be rendered before it is an answer.
pub fn is_template(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains("{{") || text.contains("{%"),
        Value::List(items) => items.iter().any(is_template),
        Value::Map(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(..) => {
            false
        }
    }
}
