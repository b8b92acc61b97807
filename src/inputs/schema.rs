//! A golden path's questions as JSON Schema 2020-12, for editors and for whoever makes specs.
//!
//! **Invariant:** what the schema refuses is refused by us too; it may let pass what only we refuse.
//! So each condition is taken for true only where it surely is ([`Mode::Surely`]), and what can't be
//! said in JSON Schema stands there as an annotation whose name begins with `x-`.

mod applies;
mod constraint;

use self::{
    applies::{Applies, Compiled, Mode},
    constraint::{Null, constraints},
};
use crate::{
    data::{Value, parse_json},
    diag::Diagnostic,
    manifest::{Manifest, Parameter, Rule, Shape, is_template},
    resolve::Questionnaire,
    spec::{self, METADATA_ANSWERS},
    text::Document,
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of `spec.parameters` in the spec of a service of this golden path.
///
/// # Errors
/// Conditions and defaults that don't parse, and parameters that depend on each other in a circle.
pub fn parameters_schema(manifest: &Manifest) -> Result<Value, Vec<Diagnostic>> {
    Questionnaire::new(&manifest.parameters, &manifest.rules)?;
    let metadata = &manifest.metadata;
    let (body, definitions) = body(manifest);
    let head = [
        ("$schema", Value::from(DIALECT)),
        (
            "$id",
            format!("urn:flagstone:v1:parameters:{}:{}", metadata.name, metadata.version).into(),
        ),
        ("title", format!("answers to {} {}", metadata.name, metadata.version).into()),
    ];
    let definitions = definitions.map(|it| ("$defs", it));
    Ok(Value::map(head.into_iter().chain(body).chain(definitions)))
}

/// The schema of `flagstone.yaml` of a service of this golden path.
///
/// # Errors
/// As those of [`parameters_schema`].
pub fn spec_schema(manifest: &Manifest) -> Result<Value, Vec<Diagnostic>> {
    Questionnaire::new(&manifest.parameters, &manifest.rules)?;
    let metadata = &manifest.metadata;
    let base = parse_json(&Document::new("spec.schema.json", spec::SCHEMA));
    let base = base.expect("our own schema is JSON").value;
    let (body, definitions) = body(manifest);
    let asked = |name: &str| manifest.parameters.iter().find(|it| it.name == name && is_plain(it));
    let of_metadata = METADATA_ANSWERS.into_iter().filter_map(asked);
    let of_metadata = of_metadata.map(|it| (it.name.as_str(), constraints(it, Null::Refused)));
    let this = Value::map([
        ("metadata", object([("properties", Value::map(of_metadata))])),
        (
            "spec",
            object([(
                "properties",
                Value::map([
                    ("goldenPath", Value::map([("const", metadata.name.as_str().into())])),
                    ("parameters", Value::map(body)),
                ]),
            )]),
        ),
    ]);
    let needed = |it: &&Parameter| {
        is_plain(it) && is_needed(it) && METADATA_ANSWERS.contains(&it.name.as_str())
    };
    let needed = manifest.parameters.iter().filter(needed).map(in_either);
    let rest = base.entries().filter(|(key, _)| !matches!(*key, "$id" | "title"));
    let head = [
        (
            "$id",
            Value::from(format!("urn:flagstone:v1:spec:{}:{}", metadata.name, metadata.version)),
        ),
        (
            "title",
            format!("the spec of a service of {} {}", metadata.name, metadata.version).into(),
        ),
    ];
    let all = [object([("properties", this)])].into_iter().chain(needed).collect();
    let rest = rest.map(|(key, value)| (key, value.clone()));
    let definitions = definitions.map(|it| ("$defs", it));
    let all = [("allOf", Value::List(all))];
    Ok(Value::map(head.into_iter().chain(rest).chain(all).chain(definitions)))
}

/// The keywords for the answers, and what they refer to.
fn body(manifest: &Manifest) -> (Vec<(&'static str, Value)>, Option<Value>) {
    let parameters = &manifest.parameters;
    let applies = Applies::new(parameters);
    let mut properties = Vec::new();
    let mut conditions = Vec::new();
    let mut required = Vec::new();
    for parameter in parameters.iter().filter(|it| it.computed.is_none()) {
        let name = parameter.name.as_str();
        let is_required = is_needed(parameter) && !METADATA_ANSWERS.contains(&name);
        let null = if is_required { Null::Refused } else { Null::Unanswered };
        let constraints = constraints(parameter, null);
        match applies.applies(parameter, Mode::Surely) {
            Compiled::Always => {
                properties.push((name, annotated(parameter, constraints)));
                required.extend(is_required.then(|| Value::from(name)));
            }
            Compiled::Never => properties.push((name, annotated(parameter, Value::map(NOTHING)))),
            Compiled::Where(condition) => {
                properties.push((name, annotated(parameter, Value::map(NOTHING))));
                let mut then = vec![("properties", Value::map([(name, constraints)]))];
                if is_required {
                    then.push(("required", Value::List(vec![name.into()])));
                }
                conditions.push(Value::map([("if", condition), ("then", Value::map(then))]));
            }
        }
    }
    conditions.extend(manifest.rules.iter().filter_map(|it| applies.rule(it)));
    let mut body = vec![("type", "object".into()), ("properties", Value::map(properties))];
    body.push(("additionalProperties", false.into()));
    if !required.is_empty() {
        body.push(("required", Value::List(required)));
    }
    if !conditions.is_empty() {
        body.push(("allOf", Value::List(conditions)));
    }
    if !manifest.rules.is_empty() {
        body.push(("x-rules", Value::List(manifest.rules.iter().map(rule).collect())));
    }
    (body, applies.definitions())
}

/// A rule as the manifest states it, for those that the schema can't say.
fn rule(rule: &Rule) -> Value {
    let when = rule.when.as_ref().map(|it| ("when", Value::from(it.text.as_str())));
    let require = ("require", rule.require.text.as_str().into());
    let told =
        [require, ("message", rule.message.as_str().into()), ("at", rule.at.as_str().into())];
    Value::map(when.into_iter().chain(told))
}

const NOTHING: [(&str, Value); 0] = [];

/// Whether there must be an answer in a spec, where it applies.
const fn is_needed(parameter: &Parameter) -> bool {
    parameter.is_required && parameter.default.is_none()
}

/// Whether it is always asked.
const fn is_plain(parameter: &Parameter) -> bool {
    parameter.when.is_none() && parameter.computed.is_none()
}

/// What people read, and what the schema can't say, around `constraints`.
fn annotated(parameter: &Parameter, constraints: Value) -> Value {
    let text = |key, text: &Option<String>| Some((key, Value::from(text.as_deref()?)));
    let mut entries = vec![("title", Value::from(parameter.question()))];
    entries.extend(text("description", &parameter.description));
    let default = parameter.default.clone();
    entries.extend(
        default.map(|it| if is_template(&it) { ("x-default", it) } else { ("default", it) }),
    );
    entries.extend(text("x-page", &parameter.page));
    entries.extend(parameter.when.as_ref().map(|it| ("x-when", it.text.as_str().into())));
    let has_choices = constraints.get("enum").is_some() || constraints.get("oneOf").is_some();
    if let (Shape::Choice(choices), false) = (&parameter.shape, has_choices) {
        let values = choices.iter().map(|it| it.value.clone()).collect();
        entries.push(("examples", Value::List(values)));
    }
    if parameter.is_secret_reference {
        entries.push(("x-secret-ref", true.into()));
    }
    let constraints = constraints.entries().map(|(key, value)| (key, value.clone()));
    let constraints: Vec<_> = constraints.filter(|(key, _)| *key != "title").collect();
    Value::map(entries.into_iter().chain(constraints))
}

/// That an answer stands in `metadata` or in `spec.parameters`.
fn in_either(parameter: &Parameter) -> Value {
    let names = |name: &str| Value::List(vec![name.into()]);
    let holds = |name: &str, inner: Value| {
        Value::map([("required", names(name)), ("properties", Value::map([(name, inner)]))])
    };
    let named = Value::map([("required", names(&parameter.name))]);
    let null = Value::map([("type", "null".into())]);
    let answered = holds(&parameter.name, Value::map([("not", null)]));
    let in_metadata = holds("metadata", named);
    let in_parameters = holds("spec", holds("parameters", answered));
    Value::map([("anyOf", Value::List(vec![in_metadata, in_parameters]))])
}

fn object<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::map(entries)
}
