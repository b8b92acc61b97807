//! What is known of answers before there are any: the keys that they have, the texts that they can be.
//!
//! A name is followed key by key; where a key may be any, nothing is known.

use super::subject::Subject;
use crate::{
    data::Pointer,
    diag::Diagnostic,
    manifest::{Parameter, Shape},
    name::nearest,
    plan::{Bracket, brackets},
    template::{Compared, KeyUse, Names, Step},
    text::Span,
};

/// The answers that a template or expression may speak of.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'s> {
    parameters: &'s [Parameter],
    /// What `item` is, where that is known.
    item: Option<&'s Shape>,
}

/// A mistake with the place of the word that is wrong, and the word that is right.
pub(super) type Wrong = (Diagnostic, Span, Option<String>);

impl<'s> Shapes<'s> {
    pub(super) fn new(subject: &'s Subject<'_>) -> Self {
        Self { parameters: &subject.manifest.parameters, item: None }
    }

    /// In the template of each item of the list that its path names, if it names one.
    pub(super) fn in_path(self, path: &str) -> Self {
        let mut lists = brackets(path).into_iter();
        Self { item: lists.find_map(|it| self.item_of(it.list)), ..self }
    }

    /// In the default of a key, which speaks of the map that it is in.
    pub(super) fn in_default(self, pointer: &Pointer) -> Self {
        Self { item: self.around(pointer), ..self }
    }

    /// The innermost map with known keys that a place in the manifest is in.
    fn around(&self, pointer: &Pointer) -> Option<&'s Shape> {
        let mut steps = pointer.steps();
        if (steps.next(), steps.next()) != (Some("parameters"), Some("properties")) {
            return None;
        }
        let name = steps.next()?;
        let mut shape = &self.parameters.iter().find(|it| it.name == name)?.shape;
        let mut around = None;
        while let Some(step) = steps.next() {
            shape = match (step, shape) {
                ("items", Shape::List(inner)) | ("additionalProperties", Shape::Map(inner)) => {
                    inner
                }
                ("properties", Shape::Object(fields)) => {
                    let key = steps.next()?;
                    around = Some(shape);
                    &fields.iter().find(|it| it.name == key)?.shape
                }
                _ => break,
            };
        }
        around
    }

    /// Whether there is an `item`.
    pub(super) const fn has_item(&self) -> bool {
        self.item.is_some()
    }

    /// The parameters that are lists.
    pub(super) fn lists(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        self.parameters.iter().filter(|it| it.shape.is_list()).map(|it| it.name.as_str())
    }

    /// Keys that there are not, and texts that are no choices.
    pub(super) fn wrong(&self, names: &Names) -> Vec<Wrong> {
        let keys = names.keys.iter().filter_map(|it| self.wrong_key(it));
        keys.chain(names.compared.iter().filter_map(|it| self.wrong_text(it))).collect()
    }

    /// A key in a bracket that the items of its list do not have.
    pub(super) fn wrong_bracket(&self, bracket: &Bracket<'_>) -> Option<Wrong> {
        let (key, span) = bracket.key?;
        let path = [Step::Key(bracket.list.to_owned()), Step::Item];
        wrong_key(self.item_of(bracket.list)?, &path, (key, span))
    }

    fn wrong_key(&self, it: &KeyUse) -> Option<Wrong> {
        let (key, before) = it.path.split_last()?;
        wrong_key(self.known(before)?, before, (key.key()?, it.span))
    }

    fn wrong_text(&self, it: &Compared) -> Option<Wrong> {
        let ((Shape::Choice(choices), false) | (Shape::Choices(choices), true)) =
            (self.known(&it.path)?, it.is_item)
        else {
            return None;
        };
        let texts = || choices.iter().filter_map(|it| it.value.as_text());
        if texts().any(|text| text == it.text) {
            return None;
        }
        let all: Vec<_> = choices.iter().map(|it| format!("`{}`", it.value)).collect();
        let message = format!("`{}` is no choice of {}", it.text, called(&it.path));
        let near = nearest(&it.text, texts());
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let help = help.unwrap_or_else(|| format!("its choices are {}", all.join(", ")));
        let mistake = Diagnostic::error("no-such-choice", message).help(help);
        Some((mistake, it.span, near.map(str::to_owned)))
    }

    fn known(&self, path: &[Step]) -> Option<&'s Shape> {
        let (name, keys) = path.split_first()?;
        let first = match name.key()? {
            "item" => self.item?,
            name => &self.parameters.iter().find(|it| it.name == name)?.shape,
        };
        keys.iter().try_fold(first, |shape, step| match (shape, step) {
            (Shape::Object(fields), Step::Key(key)) => {
                fields.iter().find(|it| it.name == *key).map(|it| &it.shape)
            }
            (Shape::List(inner), Step::Item) | (Shape::Map(inner), Step::Key(_)) => Some(&**inner),
            _ => None,
        })
    }

    fn item_of(&self, list: &str) -> Option<&'s Shape> {
        match &self.parameters.iter().find(|it| it.name == list)?.shape {
            Shape::List(item) => Some(item),
            Shape::Choices(_) => Some(&Shape::Text),
            _ => None,
        }
    }
}

/// What a name with its keys is called.
fn called(path: &[Step]) -> String {
    if let Some((Step::Item, list)) = path.split_last() {
        return format!("an item of {}", called(list));
    }
    let mut name = String::new();
    for step in path {
        match step {
            Step::Key(key) if name.is_empty() => name += key,
            Step::Key(key) => name += &format!(".{key}"),
            Step::Item => name += "[]",
        }
    }
    format!("`{name}`")
}

fn wrong_key(shape: &Shape, before: &[Step], (key, span): (&str, Span)) -> Option<Wrong> {
    let Shape::Object(fields) = shape else { return None };
    let keys: Vec<_> = fields.iter().map(|it| it.name.as_str()).collect();
    if keys.contains(&key) {
        return None;
    }
    let message = format!("{} has no key `{key}`", called(before));
    let near = nearest(key, keys.iter().copied());
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let all: Vec<_> = keys.iter().map(|it| format!("`{it}`")).collect();
    let help = help.unwrap_or_else(|| format!("its keys are {}", all.join(", ")));
    let mistake = Diagnostic::error("unknown-item-key", message).help(help);
    Some((mistake, span, near.map(str::to_owned)))
}
