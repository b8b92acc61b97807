//! Merges by key of arbitrary values, written in each style, against a merge of the bare values.

use proptest::{prelude::*, sample::select};

use super::*;
use crate::data::to_yaml;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Yaml,
    YamlFlow,
    Json,
    JsonLine,
    TomlSections,
    TomlInline,
}

const STYLES: [Style; 6] = [
    Style::Yaml,
    Style::YamlFlow,
    Style::Json,
    Style::JsonLine,
    Style::TomlSections,
    Style::TomlInline,
];

impl Style {
    const fn format(self) -> Format {
        match self {
            Self::Yaml | Self::YamlFlow => Format::Yaml,
            Self::Json | Self::JsonLine => Format::Json,
            Self::TomlSections | Self::TomlInline => Format::Toml,
        }
    }

    fn write(self, value: &Value) -> String {
        match self {
            Self::Yaml if value.entries().next().is_none() => "{}\n".to_owned(),
            Self::Yaml => to_yaml(value),
            Self::YamlFlow | Self::JsonLine => format!("{}\n", value.to_json()),
            Self::Json => format!("{}\n", pretty(value, 0)),
            Self::TomlSections => sections(value, &[]),
            Self::TomlInline => {
                value.entries().map(|(key, value)| format!("{key} = {}\n", inline(value))).collect()
            }
        }
    }
}

fn pretty(value: &Value, depth: usize) -> String {
    let margin = "  ".repeat(depth + 1);
    let lines: Vec<String> = match value {
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| format!("{margin}{}: {}", key.to_json(), pretty(value, depth + 1)))
            .collect(),
        Value::List(items) => {
            items.iter().map(|item| format!("{margin}{}", pretty(item, depth + 1))).collect()
        }
        _ => return value.to_json(),
    };
    let (open, close) = if matches!(value, Value::Map(_)) { ('{', '}') } else { ('[', ']') };
    match lines.is_empty() {
        true => format!("{open}{close}"),
        false => format!("{open}\n{}\n{}{close}", lines.join(",\n"), "  ".repeat(depth)),
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Map(_) => {
            let entries = value.entries().map(|(key, value)| format!("{key} = {}", inline(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        _ => value.to_json(),
    }
}

fn sections(value: &Value, path: &[&str]) -> String {
    let is_map = |value: &Value| matches!(value, Value::Map(_));
    let lines = value.entries().filter(|(_, value)| !is_map(value));
    let mut text: String =
        lines.map(|(key, value)| format!("{key} = {}\n", value.to_json())).collect();
    for (key, value) in value.entries().filter(|(_, value)| is_map(value)) {
        let path = [path, &[key]].concat();
        let space = if text.is_empty() { "" } else { "\n" };
        text += &format!("{space}[{}]\n{}", path.join("."), sections(value, &path));
    }
    text
}

/// A merge of bare values: the rules once more, without texts and places.
fn three_way(base: Option<&Value>, ours: &Value, theirs: &Value) -> Option<Value> {
    if base == Some(theirs) || ours == theirs {
        return Some(ours.clone());
    }
    let parts = match (base, ours, theirs) {
        (Some(Value::Map(_)) | None, Value::Map(_), Value::Map(_)) => maps(base, ours, theirs),
        (Some(Value::List(_)) | None, Value::List(ours), Value::List(theirs)) => {
            lists(base.map(Value::items).unwrap_or_default(), ours, theirs)
        }
        _ => None,
    };
    parts.or_else(|| (base == Some(ours)).then(|| theirs.clone()))
}

fn maps(base: Option<&Value>, ours: &Value, theirs: &Value) -> Option<Value> {
    let mut keys: Vec<&str> = ours.entries().chain(theirs.entries()).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut merged = Vec::new();
    for key in keys {
        let before = base.and_then(|base| base.get(key));
        match (before, ours.get(key), theirs.get(key)) {
            (before, Some(ours), Some(theirs)) => {
                merged.push((key, three_way(before, ours, theirs)?));
            }
            (None, Some(only), None) | (None, None, Some(only)) => merged.push((key, only.clone())),
            (Some(before), Some(left), None) | (Some(before), None, Some(left)) => {
                (before == left).then_some(())?;
            }
            (_, None, None) => {}
        }
    }
    Some(Value::map(merged))
}

fn lists(base: &[Value], ours: &[Value], theirs: &[Value]) -> Option<Value> {
    let (added, more) = (ours.strip_prefix(base)?, theirs.strip_prefix(base)?);
    let all = [base, added, more].concat();
    let is_single = |item: &Value| all.iter().filter(|other| *other == item).count() == 1;
    added.iter().chain(more).all(is_single).then_some(Value::List(all))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Map(_) => {
            let mut entries: Vec<_> =
                value.entries().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by_key(|(key, _)| *key);
            Value::map(entries)
        }
        other => other.clone(),
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..5_i64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        select(vec!["x", "a b", "no", "# c", "it's", "a: b", "1.10", "ä"]).prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "c", "d", "e"])
}

fn value() -> impl Strategy<Value = Value> {
    let list = prop::collection::vec(scalar(), 0..3).prop_map(Value::List);
    prop_oneof![3 => scalar(), 1 => list].prop_recursive(2, 12, 4, |inner| {
        prop::collection::btree_map(key(), inner, 0..4).prop_map(Value::map)
    })
}

fn map() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(key(), value(), 0..5).prop_map(Value::map)
}

/// A small change of a map.
#[derive(Debug, Clone)]
enum Change {
    Put(Vec<&'static str>, Value),
    Drop(Vec<&'static str>),
    Append(Vec<&'static str>, Value),
}

fn change() -> impl Strategy<Value = Change> {
    let path = || prop::collection::vec(key(), 1..3);
    prop_oneof![
        (path(), value()).prop_map(|(path, value)| Change::Put(path, value)),
        path().prop_map(Change::Drop),
        (path(), scalar()).prop_map(|(path, value)| Change::Append(path, value)),
    ]
}

fn changed(value: &Value, change: &Change) -> Value {
    let (Change::Put(path, _) | Change::Drop(path) | Change::Append(path, _)) = change;
    at(value, path, change)
}

fn at(value: &Value, path: &[&str], change: &Change) -> Value {
    let (Value::Map(entries), Some((first, rest))) = (value, path.split_first()) else {
        return value.clone();
    };
    let mut entries = entries.clone();
    let found = entries.iter().position(|(key, _)| key.as_text() == Some(first));
    match (found, change) {
        (Some(index), _) if !rest.is_empty() => {
            entries[index].1 = at(&entries[index].1, rest, change);
        }
        (Some(index), Change::Put(_, new)) => entries[index].1 = new.clone(),
        (None, Change::Put(_, new)) if rest.is_empty() => {
            entries.push(((*first).into(), new.clone()));
        }
        (Some(index), Change::Drop(_)) => drop(entries.remove(index)),
        (Some(index), Change::Append(_, item)) => {
            if let Value::List(items) = &mut entries[index].1 {
                items.push(item.clone());
            }
        }
        (None, _) => {}
    }
    Value::Map(entries)
}

fn sides() -> impl Strategy<Value = [Value; 3]> {
    let changes = || prop::collection::vec(change(), 0..4);
    (map(), changes(), changes()).prop_map(|(base, ours, theirs)| {
        let ours = ours.iter().fold(base.clone(), |value, change| changed(&value, change));
        let theirs = theirs.iter().fold(base.clone(), |value, change| changed(&value, change));
        [base, ours, theirs]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn texts_merge_as_their_values_do(sides in sides()) {
        let [base, ours, theirs] = &sides;
        let expected = three_way(Some(base), ours, theirs).map(|value| sorted(&value));
        for style in STYLES {
            let texts = [base, ours, theirs].map(|value| style.write(value));
            let [base, ours, theirs] = &texts;
            let merged = merge(style.format(), Some(base), ours, theirs);
            let said = merged.as_ref().map(|text| {
                sorted(Source::parse(style.format(), text).unwrap().value())
            });
            prop_assert_eq!(&said, &expected, "{:?} {:#?} {:#?}", style, texts, merged);
        }
    }
}
