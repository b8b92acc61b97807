//! The filters of templates: ours, and the engine's own where they must be bounded or must not keep
//! a literal's safety.

use heck::{
    ToKebabCase as _, ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _,
    ToUpperCamelCase as _,
};
use minijinja::{
    Environment, Error, ErrorKind, State, Value, filters,
    value::{Kwargs, Rest, StringInput, ValueKind},
};

use super::{
    job::Job,
    literal::{self, Notation, text_of},
    mark::Written,
    target::{Language, Target},
};
use crate::tree::Digest;

/// The longest text that a filter may make.
const MAX_TEXT: usize = 4 << 20;

/// The deepest indentation.
const MAX_INDENT: usize = 64;

/// Filters that write a literal.
pub const LITERALS: [&str; 10] = [
    "to_yaml",
    "to_json",
    "to_toml",
    "sh_quote",
    "rust_str",
    "py_str",
    "js_str",
    "go_str",
    "java_str",
    "xml_escape",
];

/// Every other filter that a mistyped name may mean.
const OTHERS: [&str; 24] = [
    "snake_case",
    "kebab_case",
    "camel_case",
    "pascal_case",
    "screaming_snake_case",
    "slugify",
    "sha256",
    "upper",
    "lower",
    "title",
    "capitalize",
    "reverse",
    "lines",
    "split",
    "trim",
    "indent",
    "format",
    "replace",
    "join",
    "default",
    "length",
    "sort",
    "unique",
    "map",
];

/// The names that a mistyped filter may mean.
pub(crate) fn filters() -> impl Iterator<Item = &'static str> {
    LITERALS.into_iter().chain(OTHERS)
}

/// Adds our filters to an engine, in place of the engine's own where they have one name.
pub(crate) fn register(engine: &mut Environment<'static>) {
    engine.add_filter("snake_case", |text: StringInput| text.as_str().to_snake_case());
    engine.add_filter("kebab_case", |text: StringInput| text.as_str().to_kebab_case());
    engine.add_filter("camel_case", |text: StringInput| text.as_str().to_lower_camel_case());
    engine.add_filter("pascal_case", |text: StringInput| text.as_str().to_upper_camel_case());
    engine.add_filter("screaming_snake_case", |text: StringInput| {
        text.as_str().to_shouty_snake_case()
    });
    engine.add_filter("slugify", |text: StringInput| slugify(text.as_str()));
    engine.add_filter("sha256", |text: StringInput| sha256(text.as_str()));
    register_plain(engine);
    register_bounded(engine);
    register_literals(engine);
}

/// The engine's own, but a literal that they change is a literal no more.
fn register_plain(engine: &mut Environment<'static>) {
    engine.add_filter("upper", |text: StringInput| text.as_str().to_uppercase());
    engine.add_filter("lower", |text: StringInput| text.as_str().to_lowercase());
    engine.add_filter("title", |text: StringInput| filters::title(text.as_str().into()));
    engine.add_filter("capitalize", |text: StringInput| capitalize(text.as_str()));
    engine.add_filter("reverse", |value: &Value| filters::reverse(&plain(value)));
    engine.add_filter("lines", |text: StringInput| {
        Value::from_iter(text.as_str().lines().map(str::to_owned))
    });
    engine.add_filter("split", split);
    engine.add_filter("trim", trim);
}

fn register_bounded(engine: &mut Environment<'static>) {
    engine.add_filter("indent", indent);
    engine.add_filter("format", format);
    engine.add_filter("replace", replace);
    engine.add_filter("join", join);
}

fn register_literals(engine: &mut Environment<'static>) {
    engine.add_filter("to_json", |state: &State, it: &Value| data(state, it, Notation::Json));
    engine.add_filter("to_yaml", |state: &State, it: &Value| data(state, it, Notation::Json));
    engine.add_filter("to_toml", |state: &State, it: &Value| data(state, it, Notation::Toml));
    engine.add_filter("sh_quote", sh_quote);
    engine.add_filter("xml_escape", xml_escape);
    for (name, language) in [
        ("rust_str", Language::Rust),
        ("py_str", Language::Python),
        ("js_str", Language::JavaScript),
        ("go_str", Language::Go),
        ("java_str", Language::Java),
    ] {
        engine.add_filter(name, move |state: &State, it: &Value| code(state, it, language));
    }
}

fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + &characters.as_str().to_lowercase()
}

fn slugify(text: &str) -> String {
    let words = deunicode::deunicode(text).to_lowercase();
    let words = words.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn sha256(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string().trim_start_matches("sha256:").to_owned()
}

fn plain(value: &Value) -> Value {
    match value.as_str() {
        Some(text) if value.is_safe() => Value::from(text),
        _ => value.clone(),
    }
}

fn split(text: StringInput, by: Option<&str>, most: Option<usize>) -> Value {
    let most = most.map_or(usize::MAX, |most| most.saturating_add(1));
    match by {
        Some(by) => Value::from_iter(text.as_str().splitn(most, by).map(str::to_owned)),
        None => Value::from_iter(text.as_str().split_whitespace().map(str::to_owned)),
    }
}

/// White space is no part of a literal; other characters may be its quotes.
fn trim(text: StringInput, characters: Option<&str>) -> Value {
    match characters {
        None => text.preserve_safety(text.as_str().trim().to_owned()),
        Some(characters) => Value::from(text.as_str().trim_matches(|it| characters.contains(it))),
    }
}

fn indent(text: StringInput, width: Option<usize>, options: Kwargs) -> Result<Value, Error> {
    let width = width.map_or_else(|| options.get::<Option<usize>>("width"), |it| Ok(Some(it)))?;
    let first = options.get::<Option<bool>>("first")?.unwrap_or_default();
    let blank = options.get::<Option<bool>>("blank")?.unwrap_or_default();
    options.assert_all_used()?;
    let width = width.unwrap_or(4);
    if width > MAX_INDENT {
        let message = format!("`indent` takes at most {MAX_INDENT} columns");
        return Err(Error::new(ErrorKind::InvalidOperation, message));
    }
    let lines = text.as_str().split('\n');
    bound(lines.clone().count().saturating_mul(width) + text.as_str().len())?;
    let margin = " ".repeat(width);
    let indented = lines.enumerate().map(|(index, line)| match (index, line) {
        (0, line) if !first => line.to_owned(),
        (_, "") if !blank => String::new(),
        (_, line) => format!("{margin}{line}"),
    });
    Ok(text.preserve_safety(indented.collect::<Vec<_>>().join("\n")))
}

/// `%s`, `%d` and `%%`; widths would multiply.
fn format(state: &State, pattern: StringInput, values: Rest<Value>) -> Result<String, Error> {
    let mut values = values.iter();
    let mut parts = pattern.as_str().split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        if let Some(rest) = part.strip_prefix(['s', 'd']) {
            let value = values.next().ok_or_else(|| invalid("`format` has too few values"))?;
            out += &text_of(state, value)?;
            out += rest;
        } else if part.is_empty() {
            out.push('%');
            out += parts.next().ok_or_else(|| invalid("`format` ends in `%`"))?;
        } else {
            return Err(invalid("`format` takes `%s`, `%d` and `%%` alone"));
        }
        bound(out.len())?;
    }
    Ok(out)
}

fn replace(text: StringInput, from: StringInput, to: StringInput) -> Result<String, Error> {
    let times = text.as_str().matches(from.as_str()).count();
    bound(text.as_str().len().saturating_add(times.saturating_mul(to.as_str().len())))?;
    Ok(text.as_str().replace(from.as_str(), to.as_str()))
}

fn join(state: &State, list: &Value, separator: Option<StringInput>) -> Result<Value, Error> {
    let separator = separator.as_ref().map(StringInput::as_str).unwrap_or_default();
    let mut out = String::new();
    let mut is_safe = separator.chars().all(|it| matches!(it, ' ' | '\t' | '\n' | '\\' | ','));
    let mut count = 0_usize;
    for (index, item) in list.try_iter()?.enumerate() {
        if index > 0 {
            out += separator;
        }
        is_safe &= item.is_safe();
        out += &text_of(state, &item)?;
        count += 1;
        bound(out.len().saturating_add(count))?;
    }
    Ok(if is_safe && count > 0 { Value::from_safe_string(out) } else { Value::from(out) })
}

fn data(state: &State, value: &Value, notation: Notation) -> Result<Value, Error> {
    if value.kind() == ValueKind::Undefined {
        text_of(state, value)?;
    }
    Job::with(state, |job| {
        let mut leaf = |text: &str| job.map_or_else(|| Ok(text.to_owned()), |job| job.leaf(text));
        let literal = literal::write_data(value, notation, &mut leaf)?;
        bound(literal.len())?;
        match job {
            Some(job) if job.reads(notation) => {
                let text = value.as_str().unwrap_or_default();
                Ok(Value::from_safe_string(job.literal(text, literal, Written::Json)))
            }
            _ => Ok(Value::from(literal)),
        }
    })
}

fn sh_quote(state: &State, value: &Value) -> Result<Value, Error> {
    let language = Job::with(state, |job| match job.map(|job| job.target) {
        Some(Target::Code(language @ (Language::Dockerfile | Language::Make | Language::Just))) => {
            language
        }
        _ => Language::Shell,
    });
    code(state, value, language)
}

fn xml_escape(state: &State, value: &Value) -> Result<Value, Error> {
    let is_html = Job::with(state, |job| job.is_some_and(|job| job.speaks(Language::Html)));
    code(state, value, if is_html { Language::Html } else { Language::Xml })
}

fn code(state: &State, value: &Value, language: Language) -> Result<Value, Error> {
    let text = text_of(state, value)?;
    let literal = literal::quote(&text, language)
        .ok_or_else(|| invalid("this text has no literal here: it holds a line break or `#`"))?;
    bound(literal.len())?;
    Ok(Job::with(state, |job| match job {
        Some(job) if job.speaks(language) => {
            Value::from_safe_string(job.literal(&text, literal, Written::Literal))
        }
        Some(job) if language == Language::Shell => {
            job.note_shell(&literal);
            Value::from(literal)
        }
        _ => Value::from(literal),
    }))
}

fn bound(size: usize) -> Result<(), Error> {
    if size > MAX_TEXT {
        return Err(Error::new(ErrorKind::InvalidOperation, "a text grows over 4 MiB"));
    }
    Ok(())
}

fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}
