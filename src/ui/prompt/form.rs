//! How an answer of each shape is typed on one line, and read back.

use crate::{
    data::{Number, Value},
    manifest::Shape,
};

/// How answers of one shape are typed.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Reads what was typed; never nothing.
    pub(super) read: fn(&str) -> Result<Value, String>,
    /// Writes a proposal as a person would type it.
    pub(super) write: fn(&Value) -> String,
    /// How to type it, where that can't be guessed.
    pub(super) keys: &'static str,
    /// What stands in the place of an example.
    pub(super) example: Option<&'static str>,
}

/// How answers of `shape` are typed. Choices are not typed; where one is all the same (in a list),
/// it is typed as a text.
pub(super) fn of(shape: &Shape) -> Form {
    let text = Form { read: line, write: Value::to_string, keys: "", example: None };
    match shape {
        // The parts of a map are asked one after another.
        Shape::Text
        | Shape::Any
        | Shape::Choice(_)
        | Shape::Choices(_)
        | Shape::Map(_)
        | Shape::Object(_) => text,
        Shape::Lines => Form { read: lines, write: escaped, keys: r"\n begins a new line", ..text },
        Shape::Integer => Form { read: integer, ..text },
        Shape::Number => Form { read: number, ..text },
        Shape::Boolean => Form { read: boolean, write: yes_no, example: Some("y/n"), ..text },
        Shape::List(items) => Form {
            read: match **items {
                Shape::Integer => |text| list(text, integer),
                Shape::Number => |text| list(text, number),
                Shape::Text
                | Shape::Any
                | Shape::Lines
                | Shape::Boolean
                | Shape::Choice(_)
                | Shape::Choices(_)
                | Shape::Map(_)
                | Shape::Object(_)
                | Shape::List(_) => |text| list(text, line),
            },
            write: joined,
            keys: "separate with commas",
            ..text
        },
    }
}

/// A list of items, one on each line.
pub(super) fn items(item: &Shape, text: &str) -> Result<Value, String> {
    let read = match item {
        Shape::Integer => integer,
        Shape::Number => number,
        _ => line,
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let item = |line: &str| read(line).map_err(|why| format!("`{line}` {why}"));
    lines.map(item).collect::<Result<_, _>>().map(Value::List)
}

fn line(text: &str) -> Result<Value, String> {
    match text.contains(char::is_control) {
        true => Err("must stay on one line".to_owned()),
        false => Ok(text.trim().into()),
    }
}

/// `\n` is a line break and `\\` a backslash; line breaks that were pasted stay.
fn lines(text: &str) -> Result<Value, String> {
    let mut lines = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match (character, rest.clone().next()) {
            ('\\', Some('n')) => lines.push('\n'),
            ('\\', Some('\\')) => lines.push('\\'),
            _ => {
                lines.push(character);
                continue;
            }
        }
        rest.next();
    }
    Ok(lines.into())
}

fn escaped(value: &Value) -> String {
    value.to_string().replace('\\', r"\\").replace('\n', r"\n")
}

fn integer(text: &str) -> Result<Value, String> {
    let text = text.trim().replace('_', "");
    text.parse().map(|number: i64| number.into()).map_err(|_| "must be a whole number".to_owned())
}

fn number(text: &str) -> Result<Value, String> {
    let float = |text: &str| text.parse().ok().filter(|it: &f64| it.is_finite());
    integer(text).or_else(|_| {
        let number = float(text.trim()).ok_or("must be a number")?;
        Ok(Value::Number(Number::Float(number)))
    })
}

fn boolean(text: &str) -> Result<Value, String> {
    match text.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" => Ok(true.into()),
        "n" | "no" | "false" => Ok(false.into()),
        _ => Err("type `y` for yes or `n` for no".to_owned()),
    }
}

fn yes_no(value: &Value) -> String {
    match value.as_bool() {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => value.to_string(),
    }
}

fn list(text: &str, item: fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    let items = text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty());
    items
        .map(|part| item(part).map_err(|why| format!("`{part}` {why}")))
        .collect::<Result<_, _>>()
        .map(Value::List)
}

fn joined(value: &Value) -> String {
    value.items().iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(shape: &Shape, text: &str) -> String {
        match (of(shape).read)(text) {
            Ok(value) => value.to_json(),
            Err(why) => why,
        }
    }

    #[test]
    fn what_is_typed_is_read_by_its_shape() {
        assert_eq!(read(&Shape::Text, " orders "), r#""orders""#);
        assert_eq!(read(&Shape::Text, "a\nb"), "must stay on one line");
        assert_eq!(read(&Shape::Lines, r"a\nb\\n c"), r#""a\nb\\n c""#);
        assert_eq!(read(&Shape::Integer, "8_080"), "8080");
        assert_eq!(read(&Shape::Integer, "8.5"), "must be a whole number");
        assert_eq!(read(&Shape::Number, "8"), "8");
        assert_eq!(read(&Shape::Number, "-0.5"), "-0.5");
        assert_eq!(read(&Shape::Number, "inf"), "must be a number");
        assert_eq!(read(&Shape::Boolean, "Yes"), "true");
        assert_eq!(read(&Shape::Boolean, "maybe"), "type `y` for yes or `n` for no");
    }

    #[test]
    fn a_list_is_typed_with_commas() {
        let texts = Shape::List(Box::new(Shape::Text));
        let numbers = Shape::List(Box::new(Shape::Integer));
        assert_eq!(read(&texts, "eu, us ,,"), r#"["eu","us"]"#);
        assert_eq!(read(&numbers, "1,2"), "[1,2]");
        assert_eq!(read(&numbers, "1, two"), "`two` must be a whole number");
        assert_eq!((of(&texts).write)(&Value::List(vec!["eu".into(), "us".into()])), "eu, us");
    }

    proptest! {
        #[test]
        fn a_text_of_several_lines_comes_back_as_it_was_proposed(text in "[a-z\\\\n\n ]{0,16}") {
            let form = of(&Shape::Lines);
            prop_assert_eq!((form.read)(&(form.write)(&text.as_str().into())), Ok(text.into()));
        }
    }
}
