//! What a rule's value says, as findings.

use regorus::Value;

use super::{Finding, entry::Entry};
use crate::{
    data::{Number, Value as Data},
    policy::{Role, Severity},
    tree::Digest,
};

/// The longest finding: bytes of its texts, and one for each of its other parts.
const MAX_FINDING: usize = 64 << 10;

/// What else an object of a finding may say, besides what a rule adds of its own.
const OURS: [&str; 4] = ["msg", "path", "pointer", "_loc"];

/// The findings in the value of a definition; none if it is undefined.
pub(super) fn findings(entry: &Entry, value: &Value) -> Result<Vec<Finding>, String> {
    match value {
        Value::Undefined | Value::Bool(false) => Ok(Vec::new()),
        Value::Set(items) => items.iter().map(|it| finding(entry, it)).collect(),
        Value::Array(items) => items.iter().map(|it| finding(entry, it)).collect(),
        _ => Err(format!("`{}` is no set", entry.name)),
    }
}

fn finding(entry: &Entry, value: &Value) -> Result<Finding, String> {
    if !fits(value, &mut { MAX_FINDING }) {
        let most = MAX_FINDING >> 10;
        return Err(format!("`{}` says more than {most} KiB in one finding", entry.name));
    }
    let said = to_data(value);
    let message = match &said {
        Data::Text(message) => Some(message.clone()),
        Data::Map(_) => said.get("msg").and_then(Data::as_text).map(str::to_owned),
        _ => None,
    };
    let Some(message) = message else {
        return Err(format!("`{}` holds {}, which says no message", entry.name, said.kind()));
    };
    let text = |key: &str| said.get(key).and_then(Data::as_text).map(str::to_owned);
    let place = said.get("_loc");
    let file = place.and_then(|it| it.get("file")).and_then(Data::as_text).map(str::to_owned);
    let line = place.and_then(|it| it.get("line")).and_then(|it| match it {
        Data::Number(Number::Int(line)) => usize::try_from(*line).ok().filter(|it| *it > 0),
        _ => None,
    });
    let more = said.entries().filter(|(key, _)| !OURS.contains(key));
    Ok(Finding {
        rule: entry.id(),
        role: entry.role,
        severity: entry.severity(),
        title: entry.said.title.clone(),
        message,
        path: text("path").or(file),
        pointer: text("pointer"),
        line,
        remediation: entry.said.remediation.clone(),
        approver: entry.said.approver.clone(),
        links: entry.said.links.clone(),
        details: Data::map(more.map(|(key, value)| (key, value.clone()))),
        origin: String::new(),
        policy: String::new(),
        policy_line: entry.line,
        excepted: None,
        fingerprint: String::new(),
    })
}

/// A value of the evaluator as one of ours; sets are lists.
pub(super) fn to_data(value: &Value) -> Data {
    match value {
        Value::Null | Value::Undefined => Data::Null,
        Value::Bool(it) => Data::Bool(*it),
        Value::String(text) => Data::from(text.as_ref()),
        Value::Number(number) => match (number.is_integer(), number.as_i64(), number.as_u64()) {
            (true, Some(number), _) => Data::from(number),
            (true, None, Some(number)) => Data::Number(Number::Large(number)),
            _ => Data::Number(Number::Float(nearest(number.as_f64(), value))),
        },
        Value::Array(items) => Data::List(items.iter().map(to_data).collect()),
        Value::Set(items) => Data::List(items.iter().map(to_data).collect()),
        Value::Object(map) => {
            Data::Map(map.iter_sorted().map(|(key, it)| (to_data(key), to_data(it))).collect())
        }
    }
}

/// A number that is no whole one of ours; the evaluator gives only those that lose nothing.
fn nearest(exact: Option<f64>, value: &Value) -> f64 {
    let written = || value.to_json_str().ok().and_then(|it| it.parse().ok());
    exact.or_else(written).unwrap_or(f64::NAN)
}

/// Whether no more than `left` bytes are in a value; what is shared counts each time, and whoever
/// shares much is not looked at to the end.
fn fits(value: &Value, left: &mut usize) -> bool {
    let own = value.as_string().map_or(1, |text| text.len() + 1);
    let Some(rest) = left.checked_sub(own) else { return false };
    *left = rest;
    match value {
        Value::Null | Value::Undefined | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            true
        }
        Value::Array(items) => items.iter().all(|it| fits(it, left)),
        Value::Set(items) => items.iter().all(|it| fits(it, left)),
        Value::Object(map) => map.iter().all(|(key, it)| fits(key, left) && fits(it, left)),
    }
}

impl Finding {
    /// A file that policies could not be shown, or not as everybody reads it.
    pub fn unread(path: &str, line: Option<usize>, message: String, role: Role) -> Self {
        let finding = Self {
            path: Some(path.to_owned()),
            line,
            remediation: Some("Mend the file.".to_owned()),
            ..Self::ours(("unread-file", "Files can be read"), role, message)
        };
        finding.sealed()
    }

    /// Something that a service was made from, whose policies nobody could ask.
    pub fn unheard(path: &str, message: String, remediation: String) -> Self {
        let finding = Self {
            path: Some(path.to_owned()),
            remediation: Some(remediation),
            ..Self::ours(
                ("unheard-policies", "Policies of its own judge a service"),
                Role::Deny,
                message,
            )
        };
        finding.sealed()
    }

    /// A finding that no policy has made.
    fn ours((rule, title): (&str, &str), role: Role, message: String) -> Self {
        Self {
            rule: rule.to_owned(),
            role,
            severity: Severity::Medium,
            title: Some(title.to_owned()),
            message,
            path: None,
            pointer: None,
            line: None,
            remediation: None,
            approver: None,
            links: Vec::new(),
            details: Data::Null,
            origin: "flagstone".to_owned(),
            policy: String::new(),
            policy_line: 0,
            excepted: None,
            fingerprint: String::new(),
        }
    }

    fn sealed(mut self) -> Self {
        self.seal();
        self
    }

    /// Works out what it is known by.
    pub(super) fn seal(&mut self) {
        let of = |it: &Option<String>| it.clone().map_or(Data::Null, Data::from);
        let parts = [
            Data::from(self.rule.as_str()),
            of(&self.path),
            of(&self.pointer),
            Data::from(self.message.as_str()),
        ];
        let known = Data::List(parts.into()).to_json();
        self.fingerprint = Digest::of(known.as_bytes()).to_string();
    }
}
