//! YAML 1.2: values by `serde_yaml` (which has the limits on depth and aliases), places by `saphyr`.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Marker, YamlData};
use serde::Deserialize as _;

use super::{Data, Pointer, Spans, Value};
use crate::{
    diag::Diagnostic,
    text::{Document, Position, Span},
};

/// The largest text that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The longest line that places are looked for in; each costs a walk from its begin.
const MAX_LINE: usize = 64 << 10;

/// More open brackets than any text of ours has, in prose or not; the parser is slow with more.
const MAX_OPEN: usize = 1000;

/// Parses a text with one document.
///
/// # Errors
/// What is wrong with the text, at its place; also if there are several documents.
pub fn parse_yaml(document: &Document) -> Result<Data, Diagnostic> {
    let mut documents = parse_yaml_documents(document)?;
    match (documents.pop(), documents.pop()) {
        (Some(only), None) => Ok(only),
        (Some(second), Some(_)) => {
            Err(Diagnostic::error("yaml", "there is more than one document")
                .at(second.value_place(&Pointer::root()))
                .help("remove everything from the second `---`"))
        }
        (None, _) => {
            Ok(Data { document: document.clone(), value: Value::Null, places: BTreeMap::new() })
        }
    }
}

/// Parses every document of a text; those without content are left out.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_yaml_documents(document: &Document) -> Result<Vec<Data>, Diagnostic> {
    if let Some(line) = document.text().lines().find(|line| line.len() > MAX_LINE) {
        let message = format!("a line has {} bytes, and may have {MAX_LINE}", line.len());
        return Err(Diagnostic::error("yaml", words(&message)));
    }
    // serde first: it stops at deep nesting, where saphyr has no limit.
    let values = parse_yaml_values(document)?;
    let marked = MarkedYaml::load_from_str(document.text()).map_err(|error| {
        let place = document.place(point(document, error.marker()));
        Diagnostic::error("yaml", words(error.info())).at(place)
    })?;
    let data = |(value, marked): (Value, &MarkedYaml<'_>)| {
        let mut places = BTreeMap::new();
        collect(document, marked, &Pointer::root(), None, &mut places);
        Data { document: document.clone(), value, places }
    };
    let with_content = |data: &Data| data.value != Value::Null;
    Ok(values.into_iter().zip(&marked).map(data).filter(with_content).collect())
}

/// Parses every document of a text, for those who need no places.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_yaml_values(document: &Document) -> Result<Vec<Value>, Diagnostic> {
    let text = document.text();
    if text.len() > MAX_BYTES {
        return Err(Diagnostic::error(
            "yaml",
            format!("`{}` is larger than {} MiB", document.name(), MAX_BYTES >> 20),
        ));
    }
    if let Some(at) = too_deep_yaml(text) {
        let place = document.place(Span { start: at, end: at + 1 });
        return Err(Diagnostic::error("yaml", words("it is nested too deeply")).at(place));
    }
    let documents = || serde_yaml::Deserializer::from_str(text);
    let values: Result<Vec<Value>, _> = documents().map(Value::deserialize).collect();
    let unique = values.and_then(|values| {
        // serde's own value refuses a key that stands twice, and says where; ours is made faster.
        if values.iter().any(Value::has_key_twice) {
            documents().try_for_each(|it| serde_yaml::Value::deserialize(it).map(drop))?;
        }
        Ok(values)
    });
    unique.map_err(|error| syntax_error(document, &error))
}

/// Where brackets, or marks of nested blocks on one line, open more than anybody closes: readers
/// are slow there, or have no limit of their own.
pub fn too_deep_yaml(text: &str) -> Option<usize> {
    let (mut open, mut marks) = (0_usize, 0_usize);
    text.bytes().enumerate().find_map(|(at, byte)| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'-' | b'?' => marks += 1,
            b' ' | b'\t' => {}
            _ => marks = 0,
        }
        (open > MAX_OPEN || marks > MAX_OPEN).then_some(at)
    })
}

fn syntax_error(document: &Document, error: &serde_yaml::Error) -> Diagnostic {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let span = error.location().map(|at| {
        let start = document.offset(Position { line: at.line(), column: at.column() });
        let whole_line = Span { start, end: document.line_span(at.line()).end.max(start) };
        duplicate_key(document, start, &message).unwrap_or(whole_line)
    });
    Diagnostic::error("yaml", words(&message)).at(span.map(|span| document.place(span)))
}

/// serde names the duplicate but gives its mapping's place: the second line that begins with the
/// key at one depth is the place that helps.
fn duplicate_key(document: &Document, mapping: usize, message: &str) -> Option<Span> {
    let key = message.split("duplicate entry with key ").nth(1)?.trim_matches('"');
    let is_key = |line: &str| {
        let name = line.trim_start().split(':').next().unwrap_or_default();
        name.trim().trim_matches(['"', '\'']) == key
    };
    let first = document.position(mapping).line;
    let starts = (first..=document.position(usize::MAX).line).map(|line| {
        let span = document.line_span(line);
        let text = document.slice(span);
        let indent = text.len() - text.trim_start().len();
        (Span { start: span.start + indent, end: span.end }, indent, is_key(text))
    });
    let keys: Vec<_> = starts.filter(|(_, _, is_key)| *is_key).collect();
    let (_, depth, _) = keys.first()?;
    keys.iter().skip(1).find(|(_, indent, _)| indent == depth).map(|(span, _, _)| *span)
}

fn words(message: &str) -> String {
    format!("this is not valid YAML: {message}")
}

fn collect(
    document: &Document,
    node: &MarkedYaml<'_>,
    pointer: &Pointer,
    key: Option<Span>,
    places: &mut BTreeMap<Pointer, Spans>,
) {
    let value = span(document, node);
    places.insert(pointer.clone(), Spans { key, value });
    match &node.data {
        YamlData::Mapping(entries) => {
            for (name, value) in entries {
                let key = span(document, name);
                let step = key_text(name).unwrap_or_else(|| document.slice(key).trim().to_owned());
                collect(document, value, &pointer.join(step), Some(key), places);
            }
        }
        YamlData::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(document, item, &pointer.join(index), None, places);
            }
        }
        YamlData::Tagged(_, inner) => collect(document, inner, pointer, key, places),
        YamlData::Representation(..)
        | YamlData::Value(_)
        | YamlData::Alias(_)
        | YamlData::BadValue => {}
    }
}

fn key_text(node: &MarkedYaml<'_>) -> Option<String> {
    node.data.as_str().map(str::to_owned)
}

/// A block collection ends where the next thing begins; only its first line is worth showing.
fn span(document: &Document, node: &MarkedYaml<'_>) -> Span {
    let start = point(document, &node.span.start).start;
    let end = point(document, &node.span.end).start;
    let text = document.slice(Span { start, end });
    let shown = match node.data {
        YamlData::Mapping(_) | YamlData::Sequence(_) => text.lines().next().unwrap_or_default(),
        _ => text,
    };
    Span { start, end: start + shown.trim_end().len() }
}

fn point(document: &Document, marker: &Marker) -> Span {
    let at = document.offset(Position { line: marker.line(), column: marker.col() + 1 });
    Span { start: at, end: at }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::data::Number;

    const WORDS: &[&str] = &[
        "a: ",
        "b: ",
        "1",
        "0x1F",
        "1.50",
        ".nan",
        "-0",
        "99999999999999999999",
        "true",
        "~",
        "''",
        "\"x\"",
        "x",
        "\n",
        "\n",
        "\n  ",
        "- ",
        "[",
        "]",
        ", ",
        "{",
        "}",
        "&k ",
        "*k",
        "---\n",
        "? ",
        "|\n  ",
        ": ",
        "<<: ",
        "!!str ",
        "!!int ",
        "# c\n",
        "2026-11-22",
        "ä",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_read_is_what_serdes_own_value_reads(words in prop::collection::vec(select(WORDS), 0..12)) {
            let text = words.concat();
            let documents = serde_yaml::Deserializer::from_str(&text);
            let expected: Result<Vec<_>, _> = documents.map(serde_yaml::Value::deserialize).collect();
            let ours = parse_yaml_values(&Document::new("a.yaml", text.as_str()));
            prop_assert_eq!(ours.is_ok(), expected.is_ok(), "{:?}", ours);
            if let (Ok(ours), Ok(expected)) = (ours, expected) {
                let expected: Vec<_> = expected.into_iter().map(from_serde).collect();
                prop_assert_eq!(format!("{ours:?}"), format!("{expected:?}"));
            }
        }
    }

    fn from_serde(value: serde_yaml::Value) -> Value {
        use serde_yaml::Value as Serde;
        match value {
            Serde::Null => Value::Null,
            Serde::Bool(value) => Value::Bool(value),
            Serde::Number(number) => Value::Number(match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => Number::Int(value),
                (None, Some(value)) => Number::Large(value),
                (None, None) => Number::Float(number.as_f64().unwrap()),
            }),
            Serde::String(text) => Value::Text(text),
            Serde::Sequence(items) => Value::List(items.into_iter().map(from_serde).collect()),
            Serde::Mapping(entries) => {
                let entries = entries.into_iter();
                Value::Map(
                    entries.map(|(key, value)| (from_serde(key), from_serde(value))).collect(),
                )
            }
            Serde::Tagged(tagged) => {
                Value::Tagged(tagged.tag.to_string(), Box::new(from_serde(tagged.value)))
            }
        }
    }

    fn parse(text: &str) -> Data {
        parse_yaml(&Document::new("a.yaml", text)).unwrap()
    }

    #[test]
    fn every_key_and_value_has_its_place() {
        let data = parse("metadata:\n  name: ä b\nlist:\n  - x: 1\n  - \"y\"\n");
        let name = Pointer::from_iter(["metadata", "name"]);
        assert_eq!(data.document.slice(data.key_place(&name).span), "name");
        assert_eq!(data.document.slice(data.value_place(&name).span), "ä b");
        let second = Pointer::from_iter(["list", "1"]);
        assert_eq!(data.document.slice(data.value_place(&second).span), "\"y\"");
        let missing = Pointer::from_iter(["metadata", "owner"]);
        assert_eq!(data.key_place(&missing).label(), "a.yaml:1:1");
    }

    #[test]
    fn a_duplicate_key_is_refused_at_its_place() {
        let error = parse_yaml(&Document::new("a.yaml", "a: 1\nb: 2\na: 3\n")).unwrap_err();
        assert!(error.message.contains("duplicate"), "{error:?}");
        assert_eq!(error.place.unwrap().label(), "a.yaml:3:1");
    }

    #[test]
    fn deep_nesting_and_alias_bombs_are_refused() {
        let deep = "[".repeat(10_000);
        assert!(parse_yaml(&Document::new("a", deep)).is_err());
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let items = vec![format!("*a{}", level - 1); 9].join(",");
            bomb += &format!("a{level}: &a{level} [{items}]\n");
        }
        assert!(parse_yaml(&Document::new("a", bomb)).is_err());
    }

    #[test]
    fn several_documents_are_read_in_order() {
        let document = Document::new("a.yaml", "---\na: 1\n---\n# nothing\n---\nb: 2\n");
        let documents = parse_yaml_documents(&document).unwrap();
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[1].key_place(&Pointer::from_iter(["b"])).label(), "a.yaml:6:1");
    }
}
