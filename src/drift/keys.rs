//! Keys of a shared file that are the golden path's: whether they still have its values.

use super::{Contents, Finding, Rule, finding::argument};
use crate::{
    data::{Data, Pointer, Value, parse_json, parse_jsonc, parse_toml, parse_yaml},
    diag::Diagnostic,
    lock::LockedFile,
    text::{Document, Position},
    tree::RepoPath,
};

/// The managed keys of an edited file that are not as they were.
pub(super) fn findings(file: &LockedFile, contents: &dyn Contents) -> Vec<Finding> {
    let path = &file.path;
    let Some(locked) = contents.locked(file.blob).and_then(|it| read(path, &it).ok()) else {
        let message = format!(
            "nobody can say whether the golden path's keys of `{path}` were edited: no commit here \
             holds it as it was made, and the catalog does not either"
        );
        let help = "name the catalog with `--catalog DIR`, or fetch the whole history: `git fetch --unshallow`";
        return vec![Finding::new(Rule::KeysUnknown, path.clone(), message).help(help)];
    };
    let present = contents.present(path).ok_or_else(|| "it can't be read".to_owned());
    let present = present.and_then(|it| read(path, &it).map_err(|mistake| mistake.message));
    match present {
        Err(why) => vec![
            Finding::new(
                Rule::ManagedKey,
                path.clone(),
                format!("`{path}` has keys of the golden path, and can't be read: {why}"),
            )
            .help(format!("mend the file; `flagstone diff {}` shows the edit", argument(path))),
        ],
        Ok(present) => {
            let keys = file.ownership.managed_keys().iter();
            keys.filter_map(|key| changed(path, key, &locked, &present)).collect()
        }
    }
}

/// What happened to one key, if anything did.
fn changed(path: &RepoPath, key: &str, locked: &Data, present: &Data) -> Option<Finding> {
    let steps: Vec<_> = key.split('.').collect();
    let value = |data: &Data| data.value.at(steps.iter().copied()).cloned();
    let what = match (value(locked), value(present)) {
        (None, None) => return None,
        (Some(was), Some(is)) if is_same(&was, &is) => return None,
        (Some(_), Some(_)) => "was edited",
        (Some(_), None) => "was removed",
        (None, Some(_)) => "was added",
    };
    let message = format!("`{key}` of `{path}` is the golden path's and {what}");
    let finding = Finding::new(Rule::ManagedKey, path.clone(), message)
        .key(key)
        .help(format!("set it back; `flagstone diff {}` shows what it was", argument(path)));
    Some(match place(present, &steps) {
        Some(position) => finding.at(position),
        None => finding,
    })
}

/// Where a key stands, or the nearest around it that is there; some formats keep no places.
fn place(data: &Data, steps: &[&str]) -> Option<Position> {
    let around = (1..=steps.len()).rev().filter_map(|length| steps.get(..length));
    let pointers = around.map(|steps| steps.iter().copied().collect::<Pointer>());
    pointers.into_iter().find(|it| data.has(it)).map(|it| data.key_place(&it).position())
}

/// Whether two values mean the same: the order of keys is no part of it.
pub fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(entries), Value::Map(others)) => {
            let has = |(key, value): &(Value, Value)| {
                others.iter().any(|(name, it)| name == key && is_same(value, it))
            };
            entries.len() == others.len() && entries.iter().all(has)
        }
        (Value::List(items), Value::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(a, b)| is_same(a, b))
        }
        (Value::Tagged(tag, value), Value::Tagged(other_tag, other)) => {
            tag == other_tag && is_same(value, other)
        }
        _ => one == other,
    }
}

/// The data of a file, by the format that its name says.
fn read(path: &RepoPath, bytes: &[u8]) -> Result<Data, Diagnostic> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Diagnostic::error("not-text", "it is not UTF-8 text"))?;
    let document = Document::new(path.as_str(), text.strip_prefix('\u{feff}').unwrap_or(text));
    match path.extension() {
        Some("toml") => parse_toml(&document),
        Some("yaml" | "yml") => parse_yaml(&document),
        Some("jsonc" | "json5") => parse_jsonc(&document),
        // Some files of this name have comments.
        Some("json") => parse_json(&document).or_else(|_| parse_jsonc(&document)),
        _ => Err(Diagnostic::error("no-data", "its name tells no format with keys")),
    }
}
