//! What a value is after an edit: the other half of the proof.

use std::collections::HashMap;

use super::{Content, Edit, Spot, Step, source::written_number};
use crate::data::{Number, Value};

/// The value after an edit; `None` if its path leads nowhere.
pub(super) fn after(value: &Value, edit: &Edit) -> Option<Value> {
    let mut value = value.clone();
    match edit {
        Edit::Set { path, content } => set(&mut value, path, content_value(content))?,
        Edit::Insert { into, key, spot, content } => {
            let content = content_value(content);
            insert(at(&mut value, into)?, key.as_deref(), spot, content)?;
        }
        Edit::Rename { path, to } => rename(&mut value, path, to)?,
        Edit::Remove { path } => remove(&mut value, path)?,
    }
    Some(value)
}

/// What a content says.
pub(super) fn content_value(content: &Content) -> Value {
    match content {
        Content::Value(value) => as_written(value),
        Content::Piece(piece) => piece.value.clone(),
    }
}

/// A value with its fractions as they will be written.
fn as_written(value: &Value) -> Value {
    match value {
        Value::Number(Number::Float(_)) => written_number(&value.to_json()),
        Value::List(items) => Value::List(items.iter().map(as_written).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| (key.to_string().into(), as_written(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Tagged(..) => {
            value.clone()
        }
    }
}

/// Whether two values are the same; the order of keys does not count.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(entries), Value::Map(others)) => {
            let texts = others.iter().rev().filter_map(|(key, it)| Some((key.as_text()?, it)));
            let texts: HashMap<&str, &Value> = texts.collect();
            let find = |key: &Value| match key.as_text() {
                Some(key) => texts.get(key).copied(),
                None => others.iter().find(|(name, _)| name == key).map(|(_, other)| other),
            };
            entries.len() == others.len()
                && entries
                    .iter()
                    .all(|(key, value)| find(key).is_some_and(|other| same(value, other)))
        }
        (Value::List(items), Value::List(others)) => {
            items.len() == others.len()
                && items.iter().zip(others).all(|(one, other)| same(one, other))
        }
        (Value::Tagged(tag, one), Value::Tagged(other_tag, other)) => {
            tag == other_tag && same(one, other)
        }
        _ => one == other,
    }
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, step)
}

fn step<'a>(value: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match (value, step) {
        (Value::Map(entries), Step::Key(key)) => {
            entries.iter_mut().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
        }
        (Value::List(items), Step::Item(index)) => items.get_mut(*index),
        _ => None,
    }
}

/// A key that is not there is added, with the maps around it.
fn set(value: &mut Value, path: &[Step], new: Value) -> Option<()> {
    let Some((first, rest)) = path.split_first() else {
        *value = new;
        return Some(());
    };
    if let Some(inner) = step(value, first) {
        return set(inner, rest, new);
    }
    insert(value, Some(first.key()?), &Spot::End, around(rest, new)?)
}

/// A value with the maps of a path around it.
pub(super) fn around(path: &[Step], value: Value) -> Option<Value> {
    path.iter().rev().try_fold(value, |value, step| Some(Value::map([(step.key()?, value)])))
}

fn insert(value: &mut Value, key: Option<&str>, spot: &Spot, new: Value) -> Option<()> {
    if *value == Value::Null {
        *value = if key.is_some() { Value::Map(Vec::new()) } else { Value::List(Vec::new()) };
    }
    match (value, key) {
        (Value::Map(entries), Some(key)) => {
            let is_new = entries.iter().all(|(name, _)| name.as_text() != Some(key));
            is_new.then(|| entries.push((key.into(), new)))
        }
        (Value::List(items), None) => {
            let index = match spot {
                Spot::Start => 0,
                Spot::After(Step::Item(index)) => index + 1,
                Spot::After(Step::Key(_)) => return None,
                Spot::End => items.len(),
            };
            (index <= items.len()).then(|| items.insert(index, new))
        }
        _ => None,
    }
}

fn rename(value: &mut Value, path: &[Step], to: &str) -> Option<()> {
    let (last, above) = path.split_last()?;
    let key = last.key()?;
    match at(value, above)? {
        Value::Map(entries) if entries.iter().all(|(name, _)| name.as_text() != Some(to)) => {
            let entry = entries.iter_mut().find(|(name, _)| name.as_text() == Some(key))?;
            entry.0 = to.into();
            Some(())
        }
        _ => None,
    }
}

fn remove(value: &mut Value, path: &[Step]) -> Option<()> {
    let (last, above) = path.split_last()?;
    match (at(value, above)?, last) {
        (Value::Map(entries), Step::Key(key)) => {
            let index = entries.iter().position(|(name, _)| name.as_text() == Some(key))?;
            entries.remove(index);
            Some(())
        }
        (Value::List(items), Step::Item(index)) if *index < items.len() => {
            items.remove(*index);
            Some(())
        }
        _ => None,
    }
}

impl Step {
    /// The key, if it is one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Item(_) => None,
        }
    }
}
