//! One file for each item of a list: `[NAME]` and `[NAME.key]` in a template's path.
//!
//! **Invariants:** brackets that name no list stay what they are; every file of one template has a
//! key of its own, which no other item's file has.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Layer,
    bracket::{Bracket, brackets},
};
use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Shape},
    template::{Around, Compiled},
    tree::RepoPath,
};

/// One item of a list, and the file that it makes.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    list: &'a str,
    number: usize,
    value: &'a Value,
    key: String,
}

impl Item<'_> {
    /// What tells this item's file from the others of its template.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// A template that may speak of the item.
    pub(super) fn in_template<'t>(&self, template: Compiled<'t>) -> Compiled<'t> {
        template.around(Around { item: self.value, index: self.number })
    }

    /// The path with each bracket as the expression that it stands for.
    pub(super) fn path(&self, layer: &Layer<'_>, path: &str) -> String {
        let mut out = String::new();
        let mut end = 0;
        for bracket in of_lists(&|name| layer.lists.contains(name), path) {
            out += path.get(end..bracket.span.start).unwrap_or_default();
            out += &match self.key_of(&bracket) {
                Some(key) => format!("{{{{ item.{key} }}}}"),
                None => "{{ item }}".to_owned(),
            };
            end = bracket.span.end;
        }
        out + path.get(end..).unwrap_or_default()
    }

    /// Which item it is.
    pub(super) fn label(&self) -> String {
        format!("item {} of `{}`", self.number + 1, self.list)
    }

    /// A mistake, with the item that it is about.
    pub(super) fn noted(&self, mistake: Diagnostic) -> Diagnostic {
        let (number, list, key) = (self.number + 1, self.list, &self.key);
        mistake.note(format!("in the file for item {number} of `{list}`, `{key}`"))
    }

    fn key_of<'p>(&self, bracket: &Bracket<'p>) -> Option<&'p str> {
        bracket.key.map(|(key, _)| key).or(matches!(self.value, Value::Map(_)).then_some("name"))
    }
}

/// The keys of list items that each make a file by themselves, by the list: two items can't have
/// one value there. The key is empty where the items are texts or numbers.
pub fn item_keys<'p>(
    paths: impl IntoIterator<Item = &'p RepoPath>,
    parameters: &[Parameter],
) -> BTreeSet<(String, String)> {
    let list = |name: &str| {
        parameters.iter().find(|it| it.name == name).and_then(|it| match &it.shape {
            Shape::List(item) => Some(matches!(**item, Shape::Object(_) | Shape::Map(_))),
            _ => None,
        })
    };
    let mut keys = BTreeSet::new();
    let templates = paths.into_iter().filter_map(|it| it.as_str().strip_prefix("template/"));
    for path in templates {
        let mut brackets = of_lists(&|name| list(name).is_some(), path);
        let named = |it: &Bracket<'p>| (it.list, it.key.map(|(key, _)| key));
        brackets.dedup_by_key(|it| named(it));
        // Several keys are different where one of them is.
        if let [Bracket { list: name, key, .. }] = brackets.as_slice() {
            let default = if list(name) == Some(true) { "name" } else { "" };
            keys.insert(((*name).to_owned(), key.map_or(default, |(key, _)| key).to_owned()));
        }
    }
    keys
}

/// The lists that a template's path names.
pub(super) fn lists<'p>(layer: &Layer<'_>, path: &'p str) -> impl Iterator<Item = &'p str> {
    of_lists(&|name| layer.lists.contains(name), path).into_iter().map(|it| it.list)
}

/// The items for which a template makes a file each; `None` where its path names no list.
pub(super) fn items<'a>(
    layer: &Layer<'a>,
    source: &'a RepoPath,
) -> Result<Option<Vec<Item<'a>>>, Vec<Diagnostic>> {
    let brackets = of_lists(&|name| layer.lists.contains(name), source.as_str());
    let Some(first) = brackets.first() else { return Ok(None) };
    if let Some(other) = brackets.iter().find(|it| it.list != first.list) {
        let (one, two) = (first.list, other.list);
        let message = format!("the path `{source}` names two lists, `{one}` and `{two}`");
        let mistake = Diagnostic::error("template-path", message);
        return Err(vec![mistake.help("make one list of them, with `x-computed`")]);
    }
    let values = layer.answers.get(first.list).map(Value::items).unwrap_or_default();
    let (mut items, mut mistakes) = (Vec::new(), Vec::new());
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for (number, value) in values.iter().enumerate() {
        let item = Item { list: first.list, number, value, key: String::new() };
        let item = match keyed(item, &brackets) {
            Ok(Some(item)) => item,
            Ok(None) => continue,
            Err(mistake) => {
                mistakes.push(mistake);
                continue;
            }
        };
        if let Some(other) = numbers.insert(item.key.clone(), number) {
            mistakes.push(twice(&item, other, source));
        }
        items.push(item);
    }
    if mistakes.is_empty() { Ok(Some(items)) } else { Err(mistakes) }
}

/// An item with its key; nothing where one of the parts of its key is empty, which drops the file.
fn keyed<'a>(mut item: Item<'a>, brackets: &[Bracket<'_>]) -> Result<Option<Item<'a>>, Diagnostic> {
    let mut parts: Vec<String> = Vec::new();
    for bracket in brackets {
        let part = match item.key_of(bracket) {
            Some(key) => item.value.get(key).ok_or_else(|| without(&item, key))?,
            None => item.value,
        };
        let part = match part {
            Value::Null => return Ok(None),
            Value::Text(text) if text.is_empty() => return Ok(None),
            Value::Text(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => part.to_json(),
            Value::List(_) | Value::Map(_) | Value::Tagged(..) => {
                let (number, list) = (item.number + 1, item.list);
                let message = format!("item {number} of `{list}` gives {} for a path", part.kind());
                let mistake = Diagnostic::error("template-path", message);
                return Err(mistake.help("name a key that is a text"));
            }
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    item.key = parts.join("/");
    Ok(Some(item))
}

fn without(item: &Item<'_>, key: &str) -> Diagnostic {
    let (number, list) = (item.number + 1, item.list);
    let known: Vec<_> = item.value.entries().map(|(key, _)| key).collect();
    Diagnostic::error("template-path", format!("item {number} of `{list}` has no key `{key}`"))
        .maybe_help(crate::name::did_you_mean(key, known))
}

fn twice(item: &Item<'_>, other: usize, source: &RepoPath) -> Diagnostic {
    let (one, two, list, key) = (other + 1, item.number + 1, item.list, &item.key);
    let message = format!("items {one} and {two} of `{list}` make one file: both are `{key}`");
    Diagnostic::error("written-twice", message)
        .note(format!("`{source}` makes a file for each item"))
        .help("give them different names")
}

/// The brackets of a path that name a list.
fn of_lists<'p>(is_list: &dyn Fn(&str) -> bool, path: &'p str) -> Vec<Bracket<'p>> {
    brackets(path).into_iter().filter(|it| is_list(it.list)).collect()
}
