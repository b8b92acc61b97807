//! The functions that policies may call, where the evaluator's differ from OPA's or have no limit.
//!
//! **Invariant:** a function answers as OPA's, or fails the guard; none asks the clock, the network,
//! the environment or chance.

mod glob;
mod pattern;
mod size;
mod sprintf;
mod time;

use std::sync::LazyLock;

use regorus::{
    Engine, Value,
    unstable::{BUILTINS, Expr, Ref, Source, Span},
};

use crate::{
    data::{YamlPart, is_typed_in_yaml_1_1, yaml_parts},
    tree::Digest,
};

/// A function: its name, how many arguments it takes, and what it does.
type Function = (&'static str, u8, fn(&[Value], i64) -> Result<Value, String>);

/// Every function of ours.
const FUNCTIONS: &[Function] = &[
    ("concat", 2, size::concat),
    ("crypto.sha256", 1, |values, _| {
        let digest = Digest::of(text(values, 0)?.as_bytes()).to_string();
        Ok(Value::from(digest.trim_start_matches("sha256:")))
    }),
    ("glob.match", 3, glob::matches),
    ("json.marshal", 1, |values, _| {
        let json = original("json.marshal", values)?;
        Ok(json.as_string().map_or(Value::Undefined, |it| Value::from(html_escaped(it))))
    }),
    ("lower", 1, |values, _| Ok(Value::from(mapped(&text(values, 0)?, char::to_lowercase)))),
    ("net.cidr_expand", 1, size::expand),
    ("numbers.range", 2, size::range),
    ("numbers.range_step", 3, size::range_step),
    ("rand.intn", 2, |_, _| {
        Err("there is no chance in policies: a verdict must be repeatable".into())
    }),
    ("regex.find_all_string_submatch_n", 3, pattern::find_all),
    ("regex.find_n", 3, pattern::find),
    ("regex.is_valid", 1, pattern::is_valid),
    ("regex.match", 2, pattern::matches),
    ("regex.replace", 3, pattern::replace),
    ("regex.split", 2, pattern::split),
    ("replace", 3, size::replace),
    ("semver.compare", 2, |values, _| original("semver.compare", &without_v(values))),
    ("semver.is_valid", 1, |values, _| original("semver.is_valid", &without_v(values))),
    ("sprintf", 2, sprintf::sprintf),
    ("strings.count", 2, |values, _| {
        let (whole, part) = (text(values, 0)?, text(values, 1)?);
        let letters = whole.chars().count() + 1;
        let times = if part.is_empty() { letters } else { whole.matches(&part).count() };
        Ok(Value::from(times))
    }),
    ("strings.replace_n", 2, size::replace_n),
    ("time.add_date", 4, time::add_date),
    ("time.clock", 1, time::clock),
    ("time.date", 1, time::date),
    ("time.now_ns", 0, |_, now| Ok(Value::from(now.saturating_mul(time::NANOSECONDS)))),
    ("time.parse_duration_ns", 1, time::parse_duration),
    ("time.parse_rfc3339_ns", 1, time::parse_rfc3339),
    ("time.weekday", 1, time::weekday),
    ("upper", 1, |values, _| Ok(Value::from(mapped(&text(values, 0)?, char::to_uppercase)))),
    ("yaml.unmarshal", 1, unmarshal),
];

/// Puts ours in the place of the evaluator's.
pub(super) fn install(engine: &mut Engine, now: i64) {
    for (name, arguments, function) in FUNCTIONS {
        let call = move |values: Vec<Value>| function(&values, now).map_err(anyhow::Error::msg);
        let added = engine.add_extension((*name).to_owned(), *arguments, Box::new(call));
        added.expect("every function is named once, and the engine is new");
    }
}

/// Whether a function is one of ours.
pub(super) fn is_ours(name: &str) -> bool {
    FUNCTIONS.iter().any(|(it, ..)| *it == name)
}

/// The names of ours.
pub(super) fn names() -> impl Iterator<Item = String> {
    FUNCTIONS.iter().map(|(name, ..)| (*name).to_owned())
}

/// What the evaluator's own function answers.
fn original(name: &str, values: &[Value]) -> Result<Value, String> {
    static NOWHERE: LazyLock<Option<Span>> = LazyLock::new(|| {
        let source = Source::from_contents("builtin".to_owned(), "builtin".to_owned()).ok()?;
        Some(Span { source, line: 1, col: 1, start: 0, end: 0 })
    });
    let span = NOWHERE.as_ref().ok_or("there is no place for it")?;
    let (function, _) = BUILTINS.get(name).ok_or_else(|| format!("there is no `{name}`"))?;
    let argument = |_| Ref::new(Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 });
    let arguments: Vec<_> = values.iter().map(argument).collect();
    function(span, &arguments, values, true).map_err(|error| {
        let said = error.to_string();
        said.rsplit("error: ").next().unwrap_or(&said).trim().to_owned()
    })
}

/// The text at a position of the arguments.
fn text(values: &[Value], index: usize) -> Result<String, String> {
    let wrong = || format!("argument {} must be a text", index + 1);
    values.get(index).and_then(|it| it.as_string().ok()).map(|it| it.to_string()).ok_or_else(wrong)
}

/// The whole number at a position of the arguments.
fn whole(values: &[Value], index: usize) -> Result<i64, String> {
    let wrong = || format!("argument {} must be a whole number", index + 1);
    values.get(index).and_then(|it| it.as_i64().ok()).ok_or_else(wrong)
}

/// OPA reads YAML 1.1, in which `yes` is true and `012` is ten, and the evaluator 1.2: a text that
/// differs is refused.
fn unmarshal(values: &[Value], _: i64) -> Result<Value, String> {
    let text = text(values, 0)?;
    let parts = yaml_parts(&text).map_err(|it| it.message)?;
    let differs = |it: &YamlPart<'_>| match it {
        YamlPart::Scalar { text, is_plain, .. } => {
            *is_plain && is_typed_in_yaml_1_1(text) && !is_typed_alike(text)
        }
        YamlPart::Mark(..) => false,
    };
    match parts.iter().any(differs) {
        true => Err("the text means something else in YAML 1.1, which OPA reads".to_owned()),
        false => original("yaml.unmarshal", values),
    }
}

/// Whether a plain scalar has one type, and no text's, in YAML 1.1 and 1.2.
fn is_typed_alike(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let is_number =
        is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'));
    is_number || matches!(text, "" | "~" | "null" | "true" | "false")
}

/// Versions without the `v` that OPA allows before them.
fn without_v(values: &[Value]) -> Vec<Value> {
    let one = |it: &Value| match it.as_string().ok().and_then(|it| it.strip_prefix('v')) {
        Some(version) => Value::from(version),
        None => it.clone(),
    };
    values.iter().map(one).collect()
}

/// Letters one by one, as Go has it: one that becomes several stays.
fn mapped<I: ExactSizeIterator<Item = char>>(text: &str, to: fn(char) -> I) -> String {
    let one = |it: char| {
        let mut letters = to(it);
        match letters.next() {
            Some(letter) if letters.len() == 0 || it == 'İ' => letter,
            Some(_) | None => it,
        }
    };
    text.chars().map(one).collect()
}

/// JSON as Go writes it: nothing in it ends a script.
fn html_escaped(json: &str) -> String {
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
