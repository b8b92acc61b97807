//! One edit of one text, and its proof.

use super::{
    Content, Edit, EditError, Piece, Source, Spot, Step, block, expect, flow,
    outline::{Entry, Form, Layout, Part, Shape},
    sections,
    text::{slice, splice},
    write,
};
use crate::data::Value;

/// The text after an edit.
pub(super) fn change(source: &Source, edit: &Edit) -> Result<Source, EditError> {
    let unproved = || EditError::Unproved(edit.place());
    let expected =
        expect::after(source.value(), edit).ok_or_else(|| EditError::NotThere(edit.place()))?;
    let text = rewrite(source, edit).ok_or_else(unproved)?;
    let after = Source::parse(source.format(), &text).ok_or_else(unproved)?;
    let is_proved = expect::same(after.value(), &expected)
        && (after.is_strict() || !source.is_strict())
        && after.is_stream() == source.is_stream();
    is_proved.then_some(after).ok_or_else(unproved)
}

fn rewrite(source: &Source, edit: &Edit) -> Option<String> {
    match edit {
        Edit::Set { path, content } => set(source, path, content),
        Edit::Insert { into, key, spot, content } => {
            insert(source, into, key.as_deref(), spot, content)
        }
        Edit::Rename { path, to } => rename(source, path, to),
        Edit::Remove { path } => remove(source, path),
    }
}

fn set(source: &Source, path: &[Step], content: &Content) -> Option<String> {
    let Some((parent, index)) = source.outline().parent(path) else {
        return add(source, path, content);
    };
    let entry = parent.entries().get(index)?;
    match content {
        Content::Piece(piece) => match layout(parent)? {
            Layout::Block => block::replace(source, entry, &piece.to_line(entry.name.as_deref())),
            Layout::Flow => flow::replace(source, entry, &piece.to_inline(entry.name.as_deref())),
            Layout::Sections if piece.form == entry.form => block::replace(source, entry, piece),
            // A line becomes a section, or the other way round: elsewhere.
            Layout::Sections => {
                let (last, above) = path.split_last()?;
                let without = block::remove(source, parent, index)?;
                let without = Source::parse(source.format(), &without)?;
                insert(&without, above, last.key(), &Spot::End, content)
            }
            Layout::Stream => None,
        },
        Content::Value(value) => set_value(source, parent, entry, value),
    }
}

fn set_value(source: &Source, parent: &Part, entry: &Entry, value: &Value) -> Option<String> {
    let is_block = |part: &Part| layout(part) == Some(Layout::Block);
    if is_block(parent) && (is_block(&entry.value) || write::block(value).is_some()) {
        return Some(block::set_value(source, parent, entry, value));
    }
    if entry.form == Form::Header {
        return None;
    }
    let old = slice(source.text(), entry.value.span.clone());
    let new = write::like(source.format(), old, value);
    let space = if old.is_empty() { " " } else { "" };
    Some(splice(source.text(), entry.value.span.clone(), &format!("{space}{new}")))
}

/// Adds a key that is not there, with the maps around it.
fn add(source: &Source, path: &[Step], content: &Content) -> Option<String> {
    let there = (0..path.len())
        .rev()
        .find(|len| path.get(..*len).is_some_and(|above| source.outline().at(above).is_some()))?;
    let (into, rest) = path.split_at_checked(there)?;
    let (first, rest) = rest.split_first()?;
    let content = match content {
        Content::Piece(_) if rest.is_empty() => content.clone(),
        _ => {
            let value = expect::content_value(content);
            Content::Value(expect::around(rest, value)?)
        }
    };
    insert(source, into, Some(first.key()?), &Spot::End, &content)
}

fn insert(
    source: &Source,
    into: &[Step],
    key: Option<&str>,
    spot: &Spot,
    content: &Content,
) -> Option<String> {
    let part = source.outline().at(into)?;
    let index = match spot {
        Spot::Start => 0,
        Spot::After(step) => part.position(step)? + 1,
        Spot::End => part.entries().len(),
    };
    let piece = |layout: Layout| match (content, layout) {
        (Content::Piece(piece), Layout::Flow) => piece.to_inline(key),
        (Content::Piece(piece), _) => piece.to_line(key),
        (Content::Value(value), Layout::Flow) => Piece::inline(source.format(), key, value),
        (Content::Value(value), _) => Piece::line(source.format(), key, value),
    };
    match layout(part) {
        Some(Layout::Block) => block::insert(source, part, index, &piece(Layout::Block)),
        Some(Layout::Flow) => flow::insert(source, part, index, &piece(Layout::Flow)),
        Some(Layout::Sections) => sections::insert(source, part, index, &piece(Layout::Sections)),
        Some(Layout::Stream) => None,
        None => fill(source, into, key, &piece(Layout::Block)),
    }
}

/// Puts a first entry where nothing is.
fn fill(source: &Source, path: &[Step], key: Option<&str>, piece: &Piece) -> Option<String> {
    let Some((parent, index)) = source.outline().parent(path) else {
        return block::first(source, piece);
    };
    let entry = parent.entries().get(index)?;
    match (layout(parent)?, entry.value.span.is_empty()) {
        (Layout::Block, true) => Some(block::fill(source, entry, piece)),
        _ => {
            let value = match key {
                Some(key) => Value::map([(key, piece.value.clone())]),
                None => Value::List(vec![piece.value.clone()]),
            };
            set_value(source, parent, entry, &value)
        }
    }
}

fn rename(source: &Source, path: &[Step], to: &str) -> Option<String> {
    let (parent, index) = source.outline().parent(path)?;
    let entry = parent.entries().get(index)?;
    let old = slice(source.text(), entry.key.clone());
    let new = match old.starts_with(['"', '\'']) {
        true => write::like(source.format(), old, &to.into()),
        false => write::key_text(source.format(), to),
    };
    Some(splice(source.text(), entry.key.clone(), &new))
}

fn remove(source: &Source, path: &[Step]) -> Option<String> {
    let (parent, index) = source.outline().parent(path)?;
    match layout(parent)? {
        Layout::Block if parent.entries().len() == 1 => {
            let (_, above) = path.split_last()?;
            let empty = match parent.shape {
                Shape::List(..) => Value::List(Vec::new()),
                Shape::Map(..) | Shape::Scalar => Value::Map(Vec::new()),
            };
            match source.outline().parent(above) {
                Some(_) => set(source, above, &Content::Value(empty)),
                None => block::replace_only(source, parent, &empty),
            }
        }
        Layout::Block | Layout::Sections => block::remove(source, parent, index),
        Layout::Flow => Some(flow::remove(source, parent, index)),
        Layout::Stream => None,
    }
}

fn layout(part: &Part) -> Option<Layout> {
    match part.shape {
        Shape::Scalar => None,
        Shape::Map(layout, _) | Shape::List(layout, _) => Some(layout),
    }
}
