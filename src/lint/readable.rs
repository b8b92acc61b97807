//! Edits of the manifest that leave one that can be read.
//!
//! **Invariant:** whatever of them is made at once, no name stands twice in a list of names where it
//! stood once, and a manifest that could be read still can be.

use std::collections::BTreeSet;

use super::{
    Request,
    subject::{difference, steps},
};
use crate::{
    data::{Data, Pointer, Value, parse_yaml},
    diag::{Diagnostic, Fix, FixEdit},
    edit::{self, Edit},
    manifest::{FILE, Manifest},
    text::{Document, Place},
};

/// The findings; an edit that would break the manifest gives way to one that does not, or to none.
pub(super) fn kept(request: &Request<'_>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some(document) = request.document(FILE) else { return found };
    let Ok(data) = parse_yaml(&document) else { return found };
    let mut readable = Readable {
        request,
        names: doubled(&data.value),
        is_read: Manifest::parse(&document, request.flagstone).is_ok(),
        document,
        data,
        made: Vec::new(),
    };
    found.into_iter().map(|it| readable.kept(it)).collect()
}

struct Readable<'r> {
    request: &'r Request<'r>,
    document: Document,
    data: Data,
    /// The names that stand twice as it is.
    names: BTreeSet<(String, String)>,
    /// Whether it can be read as it is.
    is_read: bool,
    /// The edits so far.
    made: Vec<(Place, String)>,
}

impl Readable<'_> {
    fn kept(&mut self, mut mistake: Diagnostic) -> Diagnostic {
        let Some(edits) = mistake.fix.as_ref().map(|it| self.own(it)) else { return mistake };
        if edits.is_empty() || self.take(edits.clone()) {
            return mistake;
        }
        mistake.fix = None;
        let [(place, name)] = edits.as_slice() else { return mistake };
        mistake.label = None;
        let mistake = mistake.help(format!("remove it: `{name}` stands there already"));
        let removal = self.removal(place).filter(|it| self.take(self.own_of(it)));
        mistake.fix(removal)
    }

    /// The edits of the manifest.
    fn own(&self, fix: &Fix) -> Vec<(Place, String)> {
        fix.edits.iter().flat_map(|it| self.own_of(it)).collect()
    }

    fn own_of(&self, edit: &FixEdit) -> Vec<(Place, String)> {
        match edit {
            FixEdit::Replace { place, text } if place.document == self.document => {
                vec![(place.clone(), text.clone())]
            }
            FixEdit::Replace { .. } | FixEdit::Create { .. } | FixEdit::Rename { .. } => Vec::new(),
        }
    }

    /// Whether edits can be made, by themselves and with those before them.
    fn take(&mut self, edits: Vec<(Place, String)>) -> bool {
        let overlaps = |one: &Place, other: &Place| {
            one.span.start <= other.span.end && other.span.start <= one.span.end
        };
        let others = self.made.iter();
        let apart = others.filter(|(one, _)| !edits.iter().any(|(other, _)| overlaps(one, other)));
        let together: Vec<_> = apart.chain(&edits).cloned().collect();
        let is_good = self.is_good(&edits) && self.is_good(&together);
        if is_good {
            self.made.extend(edits);
        }
        is_good
    }

    fn is_good(&self, edits: &[(Place, String)]) -> bool {
        let mut edits: Vec<_> = edits.iter().collect();
        edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.span.start));
        let mut text = self.document.text().to_owned();
        for (place, new) in edits {
            text.replace_range(place.span.start..place.span.end, new);
        }
        let document = Document::new(self.document.name(), text);
        let Ok(data) = parse_yaml(&document) else { return false };
        let is_read = !self.is_read || Manifest::parse(&document, self.request.flagstone).is_ok();
        is_read && doubled(&data.value).is_subset(&self.names)
    }

    /// The edit that takes a required name away.
    fn removal(&self, place: &Place) -> Option<FixEdit> {
        let mut lists = Vec::new();
        required(&self.data.value, &Pointer::root(), &mut lists);
        let items = lists
            .iter()
            .flat_map(|(pointer, items)| (0..items.len()).map(move |index| pointer.join(index)));
        let mut items = items.filter(|it| self.data.value_place(it).span == place.span);
        let path = items.next()?.steps().flat_map(|it| steps([it])).collect();
        let new = edit::yaml(self.document.text(), &[Edit::Remove { path }]).ok()?;
        Some(difference(&self.document, &new))
    }
}

/// The names that stand twice in one list of them, with the list.
fn doubled(manifest: &Value) -> BTreeSet<(String, String)> {
    let mut lists = Vec::new();
    required(manifest, &Pointer::root(), &mut lists);
    let layers = manifest.get("layers").map(Value::items).unwrap_or_default();
    let layers = layers.iter().filter_map(|it| it.get("name")).collect();
    lists.push((Pointer::root().join("layers"), layers));
    let mut doubled = BTreeSet::new();
    for (pointer, items) in lists {
        for (index, item) in items.iter().enumerate() {
            let name = item.as_text().filter(|_| items.iter().take(index).any(|it| it == item));
            doubled.extend(name.map(|it| (pointer.dotted(), it.to_owned())));
        }
    }
    doubled
}

/// Every list of required names, with its place.
fn required<'v>(value: &'v Value, at: &Pointer, lists: &mut Vec<(Pointer, Vec<&'v Value>)>) {
    for (key, inner) in value.entries() {
        let at = at.join(key);
        match inner {
            Value::List(items) if key == "required" => lists.push((at, items.iter().collect())),
            inner => required(inner, &at, lists),
        }
    }
}
