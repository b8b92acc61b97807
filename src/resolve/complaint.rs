//! What is wrong with an answer, part by part.

use crate::{
    data::{Pointer, Value},
    manifest::{Choice, Parameter, Shape},
    schema::{Mistake, Part, Schema},
    secret::looks_secret,
};

/// What is wrong with one part of an answer.
#[derive(Debug, Clone)]
pub(super) struct Complaint {
    /// The part.
    pub(super) pointer: Pointer,
    /// Whether its key or its value is meant.
    pub(super) of: Part,
    /// What is wrong, without naming it.
    pub(super) words: String,
    /// What to do.
    pub(super) help: Option<String>,
}

/// Why a choice is closed, by its value.
pub(super) type Closed = Vec<(Value, String)>;

impl Complaint {
    fn new(pointer: Pointer, words: impl Into<String>) -> Self {
        Self { pointer, of: Part::Value, words: words.into(), help: None }
    }

    /// The words for a prompt, which names the parameter itself.
    pub(super) fn told(&self) -> String {
        let part = self.pointer.dotted();
        let part = if part.is_empty() { part } else { format!("`{part}` ") };
        let help = self.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{part}{}{help}", self.words)
    }
}

impl From<Mistake> for Complaint {
    fn from(Mistake { pointer, of, message, help }: Mistake) -> Self {
        Self { pointer, of, words: message, help }
    }
}

/// Everything that is wrong with an answer, but for choices that are closed.
pub(super) fn complaints(parameter: &Parameter, schema: &Schema, value: &Value) -> Vec<Complaint> {
    if let Some((pointer, kind)) = secret(value, &Pointer::root()) {
        let help = "give a reference to it, such as `vault:…` or `env:…`, where one is asked for";
        let words = format!("looks like {kind}, and is not printed");
        return vec![Complaint { help: Some(help.to_owned()), ..Complaint::new(pointer, words) }];
    }
    let mut complaints: Vec<Complaint> =
        schema.mistakes(value).into_iter().map(Complaint::from).collect();
    if complaints.is_empty() {
        let part = Texts { shape: &parameter.shape, is_reference: parameter.is_secret_reference };
        complaints.extend(part.complaint(value, &Pointer::root()));
    }
    complaints
}

/// The first part that is a choice which is closed; `closed` says which are.
pub(super) fn closed<E>(
    shape: &Shape,
    value: &Value,
    closed: &mut impl FnMut(&[Choice]) -> Result<Closed, E>,
) -> Result<Option<Complaint>, E> {
    each_choice(shape, value, &Pointer::root(), closed)
}

fn each_choice<E>(
    shape: &Shape,
    value: &Value,
    at: &Pointer,
    closed: &mut impl FnMut(&[Choice]) -> Result<Closed, E>,
) -> Result<Option<Complaint>, E> {
    match (shape, value) {
        (Shape::Choice(choices), value) => {
            let of = closed(choices)?.into_iter().find(|(it, _)| it == value);
            Ok(of.map(|(_, why)| unavailable(at.clone(), value, &why)))
        }
        (Shape::Choices(choices), Value::List(items)) => {
            let closed = closed(choices)?;
            let of = items.iter().enumerate().find_map(|(index, item)| {
                let (_, why) = closed.iter().find(|(it, _)| it == item)?;
                Some(unavailable(at.join(index), item, why))
            });
            Ok(of)
        }
        (Shape::List(inner), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(found) = each_choice(inner, item, &at.join(index), closed)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
        (Shape::Map(_) | Shape::Object(_), Value::Map(_)) => {
            for (key, item) in value.entries() {
                let Some(inner) = of_key(shape, key) else { continue };
                if let Some(found) = each_choice(inner, item, &at.join(key), closed)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn unavailable(pointer: Pointer, value: &Value, why: &str) -> Complaint {
    Complaint::new(pointer, format!("can't be `{value}`: {why}"))
}

fn of_key<'s>(shape: &'s Shape, key: &str) -> Option<&'s Shape> {
    match shape {
        Shape::Map(inner) => Some(inner),
        Shape::Object(fields) => fields.iter().find(|it| it.name == key).map(|it| &it.shape),
        _ => None,
    }
}

/// Whether any text of a value must not be printed.
pub(super) fn holds_secret(value: &Value) -> bool {
    secret(value, &Pointer::root()).is_some()
}

fn secret(value: &Value, at: &Pointer) -> Option<(Pointer, &'static str)> {
    match value {
        Value::Text(text) => looks_secret(text).map(|kind| (at.clone(), kind)),
        Value::List(items) => {
            items.iter().enumerate().find_map(|(index, item)| secret(item, &at.join(index)))
        }
        Value::Map(entries) => entries.iter().find_map(|(key, value)| {
            // A key that is a secret must not be printed as a part's name.
            secret(key, at).or_else(|| match key.as_text() {
                Some(name) => secret(value, &at.join(name)),
                None => secret(value, at),
            })
        }),
        Value::Tagged(_, inner) => secret(inner, at),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// One part of a parameter, as far as its texts go.
struct Texts<'a> {
    shape: &'a Shape,
    is_reference: bool,
}

impl Texts<'_> {
    /// What the schema can't say: texts are single lines unless declared otherwise, and where a
    /// reference to a secret is asked for, nothing else will do.
    fn complaint(&self, value: &Value, at: &Pointer) -> Option<Complaint> {
        let inside = |shape, value: &Value, at: Pointer| {
            Texts { shape, is_reference: self.is_reference }.complaint(value, &at)
        };
        match (self.shape, value) {
            (Shape::List(item), Value::List(items)) => {
                let mut items = items.iter().enumerate();
                items.find_map(|(index, it)| inside(item, it, at.join(index)))
            }
            (Shape::Map(inner), Value::Map(_)) => value.entries().find_map(|(key, value)| {
                let place = at.join(key.replace(char::is_control, "?"));
                of_line(key, &place).or_else(|| inside(inner, value, place))
            }),
            (Shape::Object(fields), Value::Map(_)) => fields.iter().find_map(|field| {
                let is_reference = field.is_secret_reference;
                let part = Texts { shape: &field.shape, is_reference };
                part.complaint(value.get(&field.name)?, &at.join(&field.name))
            }),
            (shape, value) => {
                value.texts().into_iter().find_map(|text| self.of_text(shape, text, at))
            }
        }
    }

    fn of_text(&self, shape: &Shape, text: &str, at: &Pointer) -> Option<Complaint> {
        let found = match shape {
            Shape::Lines => of_lines(text, at),
            _ => of_line(text, at),
        };
        found.or_else(|| {
            (self.is_reference && !is_reference(text)).then(|| {
                let words = "must be a reference to a secret, such as `vault:…` or `env:…`, never the secret";
                Complaint::new(at.clone(), words)
            })
        })
    }
}

fn of_line(text: &str, at: &Pointer) -> Option<Complaint> {
    let words = "must be on one line, without control characters";
    text.contains(char::is_control).then(|| Complaint::new(at.clone(), words))
}

fn of_lines(text: &str, at: &Pointer) -> Option<Complaint> {
    let is_bad = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
    text.contains(is_bad).then(|| Complaint::new(at.clone(), "must not hold control characters"))
}

/// Whether a text names a secret, and is none itself.
pub(super) fn is_reference(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let is_scheme = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        !scheme.is_empty() && scheme.chars().all(is_scheme) && !rest.trim().is_empty()
    })
}
