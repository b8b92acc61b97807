//! Values of ours as values of the engine, and back.

use minijinja::value::{Serde, Value as Jinja, ValueKind};

use crate::data::{Number, Value};

/// A value for templates. Tags of YAML are dropped.
pub(crate) fn to_engine(value: &Value) -> Jinja {
    Jinja::from(Serde(value))
}

/// A value of ours; `None` for what has no place in data (functions, undefined).
pub(crate) fn from_engine(value: &Jinja) -> Option<Value> {
    match value.kind() {
        ValueKind::None => Some(Value::Null),
        ValueKind::Bool => Some(Value::Bool(value.is_true())),
        ValueKind::Number => Some(Value::Number(number(value)?)),
        ValueKind::String => value.as_str().map(Value::from),
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter().ok()?;
            items.map(|item| from_engine(&item)).collect::<Option<_>>().map(Value::List)
        }
        ValueKind::Map => {
            let entry =
                |key: Jinja| Some((from_engine(&key)?, from_engine(&value.get_item(&key).ok()?)?));
            value.try_iter().ok()?.map(entry).collect::<Option<_>>().map(Value::Map)
        }
        _ => None,
    }
}

fn number(value: &Jinja) -> Option<Number> {
    if !value.is_integer() {
        return f64::try_from(value.clone()).ok().map(Number::Float);
    }
    match i64::try_from(value.clone()) {
        Ok(whole) => Some(Number::Int(whole)),
        Err(_) => u64::try_from(value.clone()).ok().map(Number::Large),
    }
}
