//! Answers with parts, made whole: what the defaults of their keys say, in the order of the manifest.
//!
//! **Invariant:** completing what is complete changes nothing.

use super::{Parameter, Shape};
use crate::data::Value;

/// Renders the default of a key; the value is the map around it so far.
pub type RenderDefault<'r, E> = dyn FnMut(&Parameter, &Value) -> Result<Option<Value>, E> + 'r;

impl Shape {
    /// `value` with the default of each known key that it does not give. What is of another kind
    /// stays as it is, for the check against the schema to find.
    ///
    /// # Errors
    /// The first that `render` gives.
    pub fn complete<E>(&self, value: Value, render: &mut RenderDefault<'_, E>) -> Result<Value, E> {
        match (self, value) {
            (Self::List(item), Value::List(items)) => {
                let items = items.into_iter().map(|it| item.complete(it, render));
                items.collect::<Result<_, _>>().map(Value::List)
            }
            (Self::Map(inner), Value::Map(entries)) => {
                let entry =
                    |(key, value): (Value, Value)| Ok((key, inner.complete(value, render)?));
                let mut entries = entries.into_iter().map(entry).collect::<Result<Vec<_>, E>>()?;
                entries.sort_by_key(|(key, _)| key.to_string());
                Ok(Value::Map(entries))
            }
            (Self::Object(fields), Value::Map(entries)) => complete_keys(fields, entries, render),
            (_, value) => Ok(value),
        }
    }

    /// `value` with nothing (null) for each known key that it leaves out, so that a template may
    /// speak of every key.
    #[must_use]
    pub fn padded(&self, value: Value) -> Value {
        match (self, value) {
            (Self::List(item), Value::List(items)) => {
                Value::List(items.into_iter().map(|it| item.padded(it)).collect())
            }
            (Self::Map(inner), Value::Map(entries)) => {
                let entry = |(key, value)| (key, inner.padded(value));
                Value::Map(entries.into_iter().map(entry).collect())
            }
            (Self::Object(fields), value @ Value::Map(_)) => {
                let part = |field: &Parameter| value.get(&field.name).cloned().unwrap_or_default();
                Value::map(fields.iter().map(|it| (it.name.as_str(), it.shape.padded(part(it)))))
            }
            (_, value) => value,
        }
    }
}

fn complete_keys<E>(
    fields: &[Parameter],
    entries: Vec<(Value, Value)>,
    render: &mut RenderDefault<'_, E>,
) -> Result<Value, E> {
    let mut given = Value::Map(entries);
    let mut whole = Vec::new();
    for field in fields {
        let value = match take(&mut given, &field.name) {
            Some(value) => Some(value),
            None => render(field, &padded_so_far(fields, &whole))?,
        };
        if let Some(value) = value {
            whole.push((field.name.as_str().into(), field.shape.complete(value, render)?));
        }
    }
    // Unknown keys stay, for the check to find.
    if let Value::Map(rest) = given {
        whole.extend(rest);
    }
    Ok(Value::Map(whole))
}

/// What a key gives; nothing (null) is as good as no key.
fn take(given: &mut Value, name: &str) -> Option<Value> {
    let Value::Map(entries) = given else { return None };
    let at = entries.iter().position(|(key, _)| key.as_text() == Some(name))?;
    Some(entries.remove(at).1).filter(|value| *value != Value::Null)
}

fn padded_so_far(fields: &[Parameter], whole: &[(Value, Value)]) -> Value {
    let value = Value::Map(whole.to_vec());
    let known = fields.iter().map(|field| {
        let part = value.get(&field.name).cloned().unwrap_or_default();
        (field.name.as_str(), field.shape.padded(part))
    });
    Value::map(known)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{manifest::Manifest, text::Document};

    fn shape() -> Shape {
        let text = "apiVersion: flagstone/v1\nkind: GoldenPath\n\
            metadata: {name: svc, version: 1.0.0, title: T, owner: o}\n\
            parameters:\n  properties:\n    queues:\n      type: array\n      items:\n        type: object\n        \
            required: [name]\n        properties:\n          name: {type: string}\n          \
            retries: {type: integer, default: 3}\n          note: {type: string}\n          \
            labels: {type: object, additionalProperties: {type: string}}\n";
        let document = Document::new("golden-path.yaml", text);
        let manifest = Manifest::parse(&document, &"0.1.0".parse().unwrap()).unwrap();
        manifest.parameters[0].shape.clone()
    }

    fn complete(value: Value) -> Value {
        let mut render =
            |field: &Parameter, _: &Value| Ok::<_, std::convert::Infallible>(field.default.clone());
        let Ok(value) = shape().complete(value, &mut render);
        value
    }

    fn json(text: &str) -> Value {
        crate::data::parse_json(&Document::new("x", text)).unwrap().value
    }

    #[test]
    fn keys_get_their_defaults_in_the_order_of_the_manifest() {
        let given = json(r#"[{"labels": {"b": "1", "a": "2"}, "name": "x", "note": null}]"#);
        let whole = complete(given);
        insta::assert_snapshot!(whole.to_json(), @r#"[{"name":"x","retries":3,"labels":{"a":"2","b":"1"}}]"#);
        insta::assert_snapshot!(shape().padded(whole).to_json(), @r#"[{"name":"x","retries":3,"note":null,"labels":{"a":"2","b":"1"}}]"#);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0_i64..9).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let key =
                prop_oneof![Just("name"), Just("note"), Just("labels"), Just("retries"), Just("x")];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                proptest::collection::btree_map(key, inner, 0..4).prop_map(Value::map),
            ]
        })
    }

    proptest! {
        #[test]
        fn completing_what_is_complete_changes_nothing(value in value()) {
            let once = complete(value);
            prop_assert_eq!(complete(once.clone()), once.clone());
            let padded = shape().padded(once);
            let again = shape().padded(complete(padded.clone()));
            prop_assert_eq!(again, padded);
        }
    }
}
