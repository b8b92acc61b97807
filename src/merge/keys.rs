//! Three structured texts merged by key: what the golden path changed, as edits of the team's text.
//!
//! Whoever alone changed a key decides it. The same key changed to different values, a deletion
//! against an edit, a moved or doubled item: all these are for a person, and then nothing is merged.
//!
//! **Invariant:** the result says what the edits say (each is proved by [`edit`](crate::edit)), and
//! has every comment that either side added; or there is no result.

mod comments;
mod identity;
mod list;
mod map;

use crate::{
    data::Value,
    edit::{Content, Edit, Format, Piece, Source, Step, apply},
};

/// Each edit reads the text again: how many bytes are read before it is left to a person.
const MAX_READ: usize = 32 << 20;

/// Merges three texts by key; `None` if a person must.
pub(super) fn merge(
    format: Format,
    base: Option<&str>,
    ours: &str,
    theirs: &str,
) -> Option<String> {
    let base = match base {
        Some(text) => Some(Source::parse(format, text)?),
        None => None,
    };
    let ours = Source::parse(format, ours)?;
    let theirs = Source::parse(format, theirs)?;
    // Whole entries first, as theirs has them. Where that can't be done in place: leaf by leaf.
    [Grain::Entries, Grain::Leaves].into_iter().find_map(|grain| {
        let sides = Sides { base: base.as_ref(), ours: &ours, theirs: &theirs, grain };
        let edits = sides.edits()?;
        let merged = apply(format, ours.text(), &edits).ok()?;
        let after = Source::parse(format, &merged)?;
        comments::are_kept(base.as_ref(), &ours, &theirs, &after).then_some(merged)
    })
}

/// What is replaced where only theirs changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Entries,
    Leaves,
}

/// The three texts.
struct Sides<'a> {
    base: Option<&'a Source>,
    ours: &'a Source,
    theirs: &'a Source,
    grain: Grain,
}

/// One place in each of the three: the items of a list stand at different ones.
#[derive(Debug, Clone, Default)]
struct At {
    base: Option<Vec<Step>>,
    ours: Vec<Step>,
    theirs: Vec<Step>,
}

impl At {
    /// One step further, to where each of them has it.
    fn join(&self, base: Option<Step>, ours: Step, theirs: Step) -> Self {
        let with = |path: &[Step], step: Step| [path, &[step]].concat();
        Self {
            base: self.base.as_deref().zip(base).map(|(path, step)| with(path, step)),
            ours: with(&self.ours, ours),
            theirs: with(&self.theirs, theirs),
        }
    }
}

impl<'a> Sides<'a> {
    /// What theirs changed and ours has not, in an order in which each can be made.
    fn edits(&self) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        let root = At { base: self.base.map(|_| Vec::new()), ..At::default() };
        self.parts(&root, &mut edits)?;
        (edits.len() * self.ours.text().len() <= MAX_READ).then_some(edits)
    }

    fn base_value(&self, at: &At) -> Option<&'a Value> {
        self.base?.at(at.base.as_deref()?)
    }

    /// An entry that ours and theirs have, and perhaps base.
    fn entry(&self, at: &At, edits: &mut Vec<Edit>) -> Option<()> {
        let ours = Piece::of(self.ours, &at.ours)?;
        let theirs = Piece::of(self.theirs, &at.theirs)?;
        let base = match (&self.base, &at.base) {
            (Some(source), Some(path)) => Some(Piece::of(source, path)?),
            _ => None,
        };
        let Some(base) = base else {
            return match ours.value() == theirs.value() {
                true => Some(()),
                false => self.parts(at, edits),
            };
        };
        if theirs.is_alike(&base) || ours.is_alike(&theirs) {
            return Some(());
        }
        let is_leaf = !matches!(ours.value(), Value::Map(_) | Value::List(_));
        if ours.is_alike(&base) && (is_leaf || self.grain == Grain::Entries) {
            edits.push(Edit::Set { path: at.ours.clone(), content: theirs.into() });
            return Some(());
        }
        let before = edits.len();
        if !is_leaf && self.parts(at, edits).is_some() {
            return Some(());
        }
        edits.truncate(before);
        if theirs.value() == base.value() || ours.value() == theirs.value() {
            return Some(());
        }
        (ours.value() == base.value()).then(|| {
            let content = Content::from(theirs.with_comments_of(&ours));
            edits.push(Edit::Set { path: at.ours.clone(), content });
        })
    }

    /// The parts of a map or list that ours and theirs have.
    fn parts(&self, at: &At, edits: &mut Vec<Edit>) -> Option<()> {
        match (self.ours.at(&at.ours)?, self.base_value(at), self.theirs.at(&at.theirs)?) {
            (Value::Map(_), Some(Value::Map(_)) | None, Value::Map(_)) => self.map(at, edits),
            (Value::List(_), Some(Value::List(_)) | None, Value::List(_)) => self.list(at, edits),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
