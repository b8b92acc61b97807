//! One question of a golden path.

use std::collections::BTreeMap;

use super::{
    Shape, Source, Widget, bounds,
    parse::source,
    shape::{shape, texts},
};
use crate::{
    data::{Node, Pointer, Value},
    diag::Diagnostic,
    name,
    schema::{Part, Schema},
    text::Place,
};

/// One question of a golden path, or a value computed from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name that templates use.
    pub name: String,
    /// The question for people; the name where there is none.
    pub title: Option<String>,
    /// What the answer is for.
    pub description: Option<String>,
    /// The question in other languages.
    pub titles: BTreeMap<String, String>,
    /// What the answer is for, in other languages.
    pub descriptions: BTreeMap<String, String>,
    /// More help, shown on request.
    pub help: Option<String>,
    /// An example of an answer, shown while nothing is typed.
    pub placeholder: Option<String>,
    /// Prompts with the same page belong together.
    pub page: Option<String>,
    /// How it is asked, where its shape alone does not say.
    pub widget: Option<Widget>,
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

impl Parameter {
    /// What people are asked.
    pub fn question(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// Keys of a parameter's schema that are part of JSON Schema's own checks.
const CHECKS: [&str; 24] = [
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
    "properties",
    "additionalProperties",
    "propertyNames",
    "required",
    "minProperties",
    "maxProperties",
    "const",
    "x-pattern-help",
    "title",
];

/// Names that the template language or the catalog's data has taken.
const RESERVED: [&str; 19] = [
    "data",
    "item",
    "item_index",
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
        check_name(name, node, mistakes);
        check(&parameter, node, mistakes);
        parameter
    };
    names.iter().map(read).collect()
}

/// Reads one parameter, or one key of a parameter that is a map.
pub(super) fn read(name: &str, node: &Node<'_>) -> Parameter {
    let text = |key| node.text_at(key).map(str::to_owned);
    let value = |key| node.get(key).map(|it: Node<'_>| it.value().clone());
    let said = ["x-computed", "default", "x-when"].iter().find_map(|key| node.get(key));
    Parameter {
        name: name.to_owned(),
        title: text("title"),
        description: text("description"),
        titles: texts(node, "x-titles"),
        descriptions: texts(node, "x-descriptions"),
        help: text("x-help"),
        placeholder: text("x-placeholder"),
        page: text("x-page"),
        widget: match node.text_at("x-widget") {
            Some("editor") => Some(Widget::Editor),
            Some("multiselect") => Some(Widget::Multiselect),
            _ => None,
        },
        shape: shape(node),
        default: value("default"),
        when: node.get("x-when").and_then(|it| source(&it)),
        computed: value("x-computed"),
        is_secret_reference: node.value().get("x-secret-ref") == Some(&Value::Bool(true)),
        is_required: false,
        schema: checks(node.value()),
        place: node.key_place(),
        value_place: said.map_or_else(|| node.key_place(), |it| it.place()),
    }
}

/// What JSON Schema itself checks of a parameter. A list or map holds texts unless its manifest says
/// otherwise, and a map with known keys has no others.
fn checks(schema: &Value) -> Value {
    let mut checks: Vec<(&str, Value)> = Vec::new();
    for (key, value) in schema.entries().filter(|(key, _)| CHECKS.contains(key)) {
        checks.push((
            key,
            match key {
                "items" | "additionalProperties" => of_text(self::checks(value)),
                "properties" => {
                    Value::map(value.entries().map(|(name, it)| (name, self::checks(it))))
                }
                _ => value.clone(),
            },
        ));
    }
    let has = |key: &str| checks.iter().any(|(name, _)| *name == key);
    match schema.get("type").and_then(Value::as_text) {
        Some("array") if !has("items") => checks.push(("items", of_text(Value::Map(Vec::new())))),
        Some("object") if has("properties") && !has("additionalProperties") => {
            checks.push(("additionalProperties", false.into()));
        }
        Some("object") if !has("additionalProperties") => {
            checks.push(("additionalProperties", of_text(Value::Map(Vec::new()))));
        }
        _ => {}
    }
    Value::map(checks)
}

fn of_text(checks: Value) -> Value {
    let says = ["type", "enum", "oneOf"].iter().any(|key| checks.get(key).is_some());
    match checks {
        Value::Map(mut entries) if !says => {
            entries.push(("type".into(), "string".into()));
            Value::Map(entries)
        }
        checks => checks,
    }
}

fn check_name(name: &str, node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) {
    if RESERVED.contains(&name) {
        let message = format!("`{name}` means something else in templates");
        let mistake = Diagnostic::error("reserved-name", message).at(node.key_place());
        mistakes.push(mistake.help("give the parameter another name"));
    }
}

/// What the schema of the manifest can't say about one parameter.
fn check(parameter: &Parameter, node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) {
    let name = &parameter.name;
    let before = mistakes.len();
    check_parts(parameter, node, mistakes);
    if mistakes.iter().skip(before).any(|it| matches!(it.code, "no-value" | "pattern")) {
        // What no answer can meet, the default can't either.
        return;
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
        // What is wrong with the default may only be what is wrong with the choices.
        Ok(_) if has_broken_choice(node) => {}
        Ok(schema) => check_default(parameter, node, &schema, mistakes),
        // A mistake in the schema's form was told already.
        Err(_) if mistakes.iter().any(|it| it.code == "invalid-value") => {}
        Err(error) => {
            let message = format!("the schema of parameter `{name}` can't be used: {error}");
            mistakes.push(Diagnostic::error("parameter-schema", message).at(node.key_place()));
        }
    }
}

/// Whether one of the choices, of the answer or of its items, is none: that was told already.
fn has_broken_choice(node: &Node<'_>) -> bool {
    let choices = node.get("oneOf");
    let is_broken =
        choices.is_some_and(|it| it.items().any(|choice| choice.get("const").is_none()));
    is_broken || node.get("items").is_some_and(|it| has_broken_choice(&it))
}

/// What belongs together in a map, a list and their widgets; and each known key for itself.
fn check_parts(parameter: &Parameter, node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) {
    let name = &parameter.name;
    if let (Some(_), Some(other)) = (node.get("properties"), node.get("additionalProperties")) {
        let message = format!("`{name}` has known keys, so it can't have others");
        let mistake = Diagnostic::error("parameter-type", message).at(other.key_place());
        mistakes.push(mistake.help("keep `properties` or `additionalProperties`"));
    }
    let fits = match (parameter.widget, &parameter.shape) {
        (None, _) | (Some(Widget::Multiselect), Shape::Choices(_)) => true,
        (Some(Widget::Editor), Shape::Lines) => true,
        (Some(Widget::Editor), Shape::List(item)) => !matches!(
            **item,
            Shape::Object(_) | Shape::Map(_) | Shape::List(_) | Shape::Lines | Shape::Boolean
        ),
        (Some(_), _) => false,
    };
    if let Some(widget) = node.get("x-widget").filter(|_| !fits) {
        let message = format!("`{name}` can't be asked by this widget");
        let help = "`editor` is for `string` and lists of texts or numbers, `multiselect` for lists of choices";
        mistakes.push(Diagnostic::error("parameter-type", message).at(widget.place()).help(help));
    }
    let mut around = Some(node.clone());
    while let Some(inside) = around {
        mistakes.extend(bounds::mistakes(name, &inside));
        check_keys(&inside, mistakes);
        around = inside.get("items").or_else(|| inside.get("additionalProperties"));
    }
}

/// The known keys of a map.
fn check_keys(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) {
    let properties = node.get("properties");
    let names: Vec<_> = properties.iter().flat_map(Node::entries).collect();
    let known = || names.iter().map(|(name, _)| *name);
    for required in node.items_at("required") {
        if let Some(text) = required.text().filter(|text| !known().any(|known| known == *text)) {
            let message = format!("`{text}` is required but no key");
            let help = name::did_you_mean(text, known());
            let mistake = Diagnostic::error("unknown-parameter", message);
            mistakes.push(mistake.at(required.place()).maybe_help(help));
        }
    }
    for (name, property) in &names {
        check(&read(name, property), property, mistakes);
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
    if parameter.shape.fields().iter().any(|it| it.default.as_ref().is_some_and(is_template)) {
        return;
    }
    let mut render = |field: &Parameter, _: &Value| Ok(field.default.clone());
    let whole: Result<_, std::convert::Infallible> =
        parameter.shape.complete(default.value().clone(), &mut render);
    let Ok(whole) = whole;
    let places = default.places();
    mistakes.extend(schema.mistakes(&whole).into_iter().map(|mistake| {
        let part = Pointer::root().join(&parameter.name);
        let part = mistake.pointer.steps().fold(part, |part, step| part.join(step)).dotted();
        let message = format!("the default of parameter `{part}` {}", mistake.message);
        let place = match mistake.of {
            Part::Key => places.key(&mistake.pointer),
            Part::Value => places.value(&mistake.pointer),
        };
        let place = place.cloned().unwrap_or_else(|| default.place());
        Diagnostic::error("default", message).at(place).maybe_help(mistake.help)
    }));
}

/// Whether a default has to be rendered before it is an answer.
pub fn is_template(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains("{{") || text.contains("{%"),
        Value::List(items) => items.iter().any(is_template),
        Value::Map(entries) => entries.iter().any(|(_, value)| is_template(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(..) => false,
    }
}

/// A value with every template in it rendered, at any depth; keys stay as they are.
///
/// # Errors
/// The first that `render` gives.
pub fn render_value<E>(
    value: &Value,
    render: &mut impl FnMut(&str) -> Result<Value, E>,
) -> Result<Value, E> {
    match value {
        Value::Text(text) if is_template(value) => render(text),
        Value::List(items) => {
            let items = items.iter().map(|item| render_value(item, render));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        Value::Map(entries) => {
            let entries = entries.iter();
            let entry =
                |(key, value): &(Value, Value)| Ok((key.clone(), render_value(value, render)?));
            entries.map(entry).collect::<Result<_, _>>().map(Value::Map)
        }
        other => Ok(other.clone()),
    }
}
