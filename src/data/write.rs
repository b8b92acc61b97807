//! Values as YAML that reads the same under YAML 1.1 and 1.2.

use super::{Value, is_typed_in_yaml_1_1};

/// Writes a map as YAML in block style. Texts stand plain where no reader can take them for anything
/// else, otherwise in double quotes.
pub fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

/// A scalar or a whole value on one line.
pub fn to_yaml_line(value: &Value) -> String {
    match value {
        Value::Text(text) if is_plain(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => value.to_json(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(to_yaml_line).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entry = |(key, value): &(Value, Value)| {
                format!("{}: {}", to_yaml_line(key), to_yaml_line(value))
            };
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Tagged(_, value) => to_yaml_line(value),
    }
}

fn block(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                *text += &format!("{indent}{}:", to_yaml_line(key));
                inner(value, depth + 1, text);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for item in items {
                *text += &format!("{indent}- {}\n", to_yaml_line(item));
            }
        }
        _ => *text += &format!("{indent}{}\n", to_yaml_line(value)),
    }
}

fn inner(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            text.push('\n');
            block(value, depth, text);
        }
        Value::List(items) if !items.is_empty() => {
            text.push('\n');
            block(value, depth, text);
        }
        _ => *text += &format!(" {}\n", to_yaml_line(value)),
    }
}

/// Few characters, and none of them at a place where it could mean something.
fn is_plain(text: &str) -> bool {
    let is_inside = |it: char| it.is_ascii_alphanumeric() || " ._/-".contains(it);
    let starts = text.starts_with(|it: char| it.is_ascii_alphabetic() || "./^".contains(it));
    let rest = text.strip_prefix('^').unwrap_or(text);
    starts
        && rest.chars().all(is_inside)
        && !text.ends_with(' ')
        && !matches!(text, "---" | "...")
        && !is_typed_in_yaml_1_1(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        data::{YamlPart, parse_yaml, yaml_parts},
        text::Document,
    };

    fn read(text: &str) -> Value {
        parse_yaml(&Document::new("a", text)).unwrap().value
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let text = "[a-z0-9 .:#'\"\\\\~^!&*?|>%@`,{}\\[\\]=/_-]{0,8}|no|on|012|1_0|2001-01-01|1:30|\\PC{0,4}|a\nb";
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        scalar.prop_recursive(3, 16, 4, |inner| {
            let map = prop::collection::btree_map("[a-z]{1,4}|no|1", inner.clone(), 1..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::List),
                map.prop_map(Value::map),
            ]
        })
    }

    #[test]
    fn maps_stand_in_blocks_and_doubtful_texts_in_quotes() {
        let value = Value::map([
            ("name", Value::from("orders-api")),
            ("owner", "no".into()),
            ("version", "^1.0".into()),
            ("tags", Value::List(vec!["a b".into(), "c: d".into()])),
            ("more", Value::map([("port", 8080.into()), ("none", Value::Null)])),
        ]);
        insta::assert_snapshot!(to_yaml(&value), @r#"
        name: orders-api
        owner: "no"
        version: ^1.0
        tags:
          - a b
          - "c: d"
        more:
          port: 8080
          none: null
        "#);
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_as_what_it_was(value in any_value()) {
            let value = Value::map([("root", value)]);
            let text = to_yaml(&value);
            prop_assert_eq!(read(&text), value, "{}", text);
            for part in yaml_parts(&text).unwrap() {
                if let YamlPart::Scalar { text, is_plain: true, .. } = part {
                    let is_number = text.parse::<i64>().is_ok();
                    let is_word = matches!(text.as_ref(), "null" | "true" | "false");
                    prop_assert!(is_number || is_word || !is_typed_in_yaml_1_1(&text), "{}", text);
                }
            }
        }
    }
}
