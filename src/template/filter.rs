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

/// A filter that makes one text of another, by its name.
type TextFilter = (&'static str, fn(&str) -> String);

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
    let texts: [TextFilter; 7] = [
        ("snake_case", |text| text.to_snake_case()),
        ("kebab_case", |text| text.to_kebab_case()),
        ("camel_case", |text| text.to_lower_camel_case()),
        ("pascal_case", |text| text.to_upper_camel_case()),
        ("screaming_snake_case", |text| text.to_shouty_snake_case()),
        ("slugify", slugify),
        ("sha256", sha256),
    ];
    register_texts(engine, &texts);
    register_plain(engine);
    register_bounded(engine);
    register_literals(engine);
}

/// Adds filters that make one text of another.
fn register_texts(engine: &mut Environment<'static>, filters: &[TextFilter]) {
    for (name, make) in filters.iter().copied() {
        engine.add_filter(name, move |state: &State, text: StringInput| {
            let made = make(text.as_str());
            note(state, &[text.as_str()], &made);
            made
        });
    }
}

/// Tells the job that `made` was made of `parts`.
fn note(state: &State, parts: &[&str], made: &str) {
    Job::with(state, |job| job.map(|job| job.note_made(parts, made)));
}

/// The pieces of a text, each told to the job.
fn noted<'t>(state: &State, text: &str, pieces: impl Iterator<Item = &'t str>) -> Vec<String> {
    pieces
        .map(|piece| {
            note(state, &[text], piece);
            piece.to_owned()
        })
        .collect()
}

/// The engine's own, but a literal that they change is a literal no more.
fn register_plain(engine: &mut Environment<'static>) {
    let texts: [TextFilter; 4] = [
        ("upper", str::to_uppercase),
        ("lower", str::to_lowercase),
        ("title", |text| filters::title(text.into())),
        ("capitalize", capitalize),
    ];
    register_texts(engine, &texts);
    engine.add_filter("reverse", |state: &State, value: &Value| {
        let reversed = filters::reverse(&plain(value))?;
        if let (Some(from), Some(to)) = (value.as_str(), reversed.as_str()) {
            note(state, &[from], to);
        }
        Ok::<_, Error>(reversed)
    });
    engine.add_filter("lines", |state: &State, text: StringInput| {
        let text = text.as_str();
        Value::from_iter(noted(state, text, text.lines()))
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

fn split(state: &State, text: StringInput, by: Option<&str>, most: Option<usize>) -> Value {
    let most = most.map_or(usize::MAX, |most| most.saturating_add(1));
    let text = text.as_str();
    Value::from_iter(match by {
        Some(by) => noted(state, text, text.splitn(most, by)),
        None => noted(state, text, text.split_whitespace()),
    })
}

/// White space is no part of a literal; other characters may be its quotes.
fn trim(state: &State, text: StringInput, characters: Option<&str>) -> Value {
    let all = text.as_str();
    let trimmed = match characters {
        None => all.trim(),
        Some(characters) => all.trim_matches(|it| characters.contains(it)),
    };
    note(state, &[all], trimmed);
    match characters {
        None => text.preserve_safety(trimmed.to_owned()),
        Some(_) => Value::from(trimmed),
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
    let (mut values, mut all) = (values.iter(), Vec::new());
    let mut parts = pattern.as_str().split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        if let Some(rest) = part.strip_prefix(['s', 'd']) {
            let value = values.next().ok_or_else(|| invalid("`format` has too few values"))?;
            let text = text_of(state, value)?;
            out += &text;
            all.push(text);
            out += rest;
        } else if part.is_empty() {
            out.push('%');
            out += parts.next().ok_or_else(|| invalid("`format` ends in `%`"))?;
        } else {
            return Err(invalid("`format` takes `%s`, `%d` and `%%` alone"));
        }
        bound(out.len())?;
    }
    let parts: Vec<_> = all.iter().map(String::as_str).chain([pattern.as_str()]).collect();
    note(state, &parts, &out);
    Ok(out)
}

fn replace(
    state: &State,
    text: StringInput,
    from: StringInput,
    to: StringInput,
) -> Result<String, Error> {
    let times = text.as_str().matches(from.as_str()).count();
    bound(text.as_str().len().saturating_add(times.saturating_mul(to.as_str().len())))?;
    let replaced = text.as_str().replace(from.as_str(), to.as_str());
    note(state, &[text.as_str(), to.as_str()], &replaced);
    Ok(replaced)
}

fn join(state: &State, list: &Value, separator: Option<StringInput>) -> Result<Value, Error> {
    let separator = separator.as_ref().map(StringInput::as_str).unwrap_or_default();
    let (mut out, mut all) = (String::new(), Vec::new());
    let mut is_safe = separator.chars().all(|it| matches!(it, ' ' | '\t' | '\n' | '\\' | ','));
    let mut count = 0_usize;
    for (index, item) in list.try_iter()?.enumerate() {
        if index > 0 {
            out += separator;
        }
        is_safe &= item.is_safe();
        let text = text_of(state, &item)?;
        out += &text;
        all.push(text);
        count += 1;
        bound(out.len().saturating_add(count))?;
    }
    let parts: Vec<_> = all.iter().map(String::as_str).collect();
    note(state, &parts, &out);
    Ok(if is_safe && count > 0 { Value::from_safe_string(out) } else { Value::from(out) })
}

fn data(state: &State, value: &Value, notation: Notation) -> Result<Value, Error> {
    if value.kind() == ValueKind::Undefined {
        text_of(state, value)?;
    }
    Job::with(state, |job| {
        let mut leaf = |text: &str| job.map_or_else(|| Ok(text.to_owned()), |job| job.leaf(text));
        let notation = job.map_or(notation, |job| job.notation(notation));
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
