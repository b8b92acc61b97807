//! The versions between two, and what their migrations do to a service's answers.
//!
//! What they do to paths is applied by `merge`; the steps are the same list.
//!
//! **Invariant:** pure; a migration from 1 to 3 is that from 1 to 2 and from 2 to 3.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    answer::AnswerChange,
    data::{Places, Value},
    diag::Diagnostic,
    lock::Part,
    manifest::{Manifest, Migration, Parameter, Step},
    resolve::read_text,
    spec::Stated,
    template::Expressions,
    text::Place,
    version::Version,
};

/// What migrations have done to the answers that a spec states.
#[derive(Debug, Clone, Default)]
pub struct Migrated {
    /// The answers under their new names.
    pub stated: Vec<Stated>,
    /// What is to be changed in the spec's text, in order.
    pub edits: Vec<AnswerEdit>,
    /// Answers that the new version no longer asks for.
    pub warnings: Vec<Diagnostic>,
}

/// A change of one stated answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerEdit {
    /// It goes on under another name.
    Rename {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
    /// It is stated, or stated differently.
    Set {
        /// The parameter.
        name: String,
        /// The answer.
        value: Value,
    },
    /// It is no longer stated.
    Remove(String),
}

/// The steps of every migration on the way to a newer version, oldest first.
pub fn forward(newer: &Manifest, from: &Version) -> Vec<Step> {
    let to = &newer.metadata.version;
    let steps = crossed(newer, from, to).flat_map(|migration| migration.steps.clone());
    steps.collect()
}

/// The steps back to an older version, as far as steps have a way back: renamed parameters and moved
/// files.
pub fn backward(newer: &Manifest, to: &Version) -> Vec<Step> {
    let from = &newer.metadata.version;
    let crossed: Vec<_> = crossed(newer, to, from).collect();
    let steps = crossed.iter().rev().flat_map(|migration| migration.steps.iter().rev());
    steps.filter_map(inverse).collect()
}

/// What the layers of a service say of their own paths, on the way from the parts that it has.
pub fn of_layers(before: &[Part], after: &[&Manifest]) -> Vec<Step> {
    let of_layer = |part: &Part| {
        let layer = after.iter().find(|it| it.metadata.name == part.name)?;
        Some(forward(layer, &part.version))
    };
    let is_of_paths =
        |step: &Step| !matches!(step, Step::RenameParameter { .. } | Step::SetParameter { .. });
    before.iter().filter_map(of_layer).flatten().filter(is_of_paths).collect()
}

/// The migrations above `low` and up to `high`, oldest first.
fn crossed<'a>(
    manifest: &'a Manifest,
    low: &Version,
    high: &Version,
) -> impl Iterator<Item = &'a Migration> {
    let mut crossed: Vec<_> =
        manifest.migrations.iter().filter(|it| it.to > *low && it.to <= *high).collect();
    crossed.sort_by(|one, other| one.to.cmp(&other.to));
    crossed.into_iter()
}

/// The answers that are not what they were, each under its new name.
pub fn changes(
    before: &[(String, Value)],
    after: &[(String, Value)],
    steps: &[Step],
) -> Vec<AnswerChange> {
    let old: Vec<_> = before.iter().map(|it| (renamed(steps, &it.0), &it.0, &it.1)).collect();
    let new: BTreeMap<_, _> = after.iter().map(|(name, value)| (name, value)).collect();
    let names: BTreeSet<_> = old.iter().map(|it| &it.0).chain(new.keys().copied()).collect();
    let change = |name: &String| {
        let was = old.iter().find(|it| it.0 == *name);
        AnswerChange {
            name: name.clone(),
            renamed_from: was.map(|it| it.1).filter(|first| *first != name).cloned(),
            before: was.map(|it| it.2.clone()),
            after: new.get(name).copied().cloned(),
        }
    };
    names.into_iter().map(change).filter(AnswerChange::is_one).collect()
}

/// What a parameter is called after these steps.
pub fn renamed(steps: &[Step], name: &str) -> String {
    let mut name = name;
    for step in steps {
        match step {
            Step::RenameParameter { from, to } if from == name => name = to,
            _ => {}
        }
    }
    name.to_owned()
}

fn inverse(step: &Step) -> Option<Step> {
    match step {
        Step::RenameParameter { from, to } => {
            Some(Step::RenameParameter { from: to.clone(), to: from.clone() })
        }
        Step::Move { from, to } => Some(Step::Move { from: to.clone(), to: from.clone() }),
        Step::SetParameter { .. } | Step::Delete(_) | Step::Note(_) => None,
    }
}

/// Carries the answers of a spec over to another version.
///
/// `locked` are the answers that the service has, given or not: expressions speak of them.
///
/// # Errors
/// If a migration's expression can't be evaluated.
pub fn answers(
    steps: &[Step],
    stated: Vec<Stated>,
    locked: &[(String, Value)],
    parameters: &[Parameter],
) -> Result<Migrated, Vec<Diagnostic>> {
    let mut migrating = Migrating {
        migrated: Migrated { stated, ..Migrated::default() },
        known: locked.iter().cloned().collect(),
        parameters,
    };
    for (at, step) in steps.iter().enumerate() {
        let later = steps.get(at + 1..).unwrap_or_default();
        migrating.step(step, later).map_err(|mistake| vec![*mistake])?;
    }
    migrating.drop_unknown(locked);
    Ok(migrating.migrated)
}

/// The longest value that a migration may set, as JSON: one that doubles a text would soon fill the
/// memory.
const LONGEST: usize = 1 << 20;

fn check_size(name: &str, value: &Value, place: &Place) -> Result<(), Box<Diagnostic>> {
    if value.to_json().len() <= LONGEST {
        return Ok(());
    }
    let message = format!("`{name}` is set to more than {} MiB", LONGEST >> 20);
    Err(Box::new(Diagnostic::error("answer-too-long", message).at(place.clone())))
}

struct Migrating<'a> {
    migrated: Migrated,
    known: BTreeMap<String, Value>,
    parameters: &'a [Parameter],
}

impl Migrating<'_> {
    fn step(&mut self, step: &Step, later: &[Step]) -> Result<(), Box<Diagnostic>> {
        match step {
            Step::RenameParameter { from, to } => self.rename(from, to),
            Step::SetParameter { name, value } => {
                let variables =
                    Value::map(self.known.iter().map(|it| (it.0.as_str(), it.1.clone())));
                let computed = Expressions::new().evaluate_template(value, &variables)?;
                check_size(name, &computed, &value.place)?;
                self.set(name, self.typed(name, computed, later), &value.place);
            }
            Step::Move { .. } | Step::Delete(_) | Step::Note(_) => {}
        }
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(value) = self.known.remove(from) {
            self.known.insert(to.to_owned(), value);
        }
        let is_there = self.migrated.stated.iter().any(|it| it.name == to);
        let Some(answer) = self.migrated.stated.iter_mut().find(|it| it.name == from) else {
            return;
        };
        if is_there {
            // Who has stated the new name already has said what they want.
            self.migrated.stated.retain(|it| it.name != from);
            self.migrated.edits.push(AnswerEdit::Remove(from.to_owned()));
            return;
        }
        answer.name = to.to_owned();
        let (from, to) = (from.to_owned(), to.to_owned());
        self.migrated.edits.push(AnswerEdit::Rename { from, to });
    }

    fn set(&mut self, name: &str, value: Value, place: &Place) {
        self.known.insert(name.to_owned(), value.clone());
        match self.migrated.stated.iter_mut().find(|it| it.name == name) {
            Some(answer) if answer.value == value => return,
            Some(answer) => {
                answer.value = value.clone();
                answer.parts = Places::default();
            }
            None => self.migrated.stated.push(Stated {
                name: name.to_owned(),
                value: value.clone(),
                key: place.clone(),
                place: place.clone(),
                parts: Places::default(),
            }),
        }
        self.migrated.edits.push(AnswerEdit::Set { name: name.to_owned(), value });
    }

    /// A computed text as the type that the parameter has where it arrives.
    fn typed(&self, name: &str, value: Value, later: &[Step]) -> Value {
        let last = renamed(later, name);
        let parameter = self.parameters.iter().find(|it| it.name == last);
        match (parameter, value.as_text()) {
            (Some(parameter), Some(text)) => read_text(&parameter.shape, text),
            _ => value,
        }
    }

    /// What the old version asked and the new one does not is said and left out. What neither knows
    /// stays, to be told as the mistake that it is.
    fn drop_unknown(&mut self, locked: &[(String, Value)]) {
        let is_asked = |name: &str| self.parameters.iter().any(|it| it.name == name);
        let was_asked = |name: &str| {
            self.known.contains_key(name) || locked.iter().any(|(known, _)| known == name)
        };
        let (gone, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut self.migrated.stated)
            .into_iter()
            .partition(|it| !is_asked(&it.name) && was_asked(&it.name) && !is_metadata(&it.name));
        self.migrated.stated = stay;
        for answer in gone {
            let message = format!("the golden path no longer asks for `{}`", answer.name);
            let warning = Diagnostic::warning("no-longer-asked", message)
                .at(answer.key.clone())
                .note(format!("its answer, {}, leaves the spec", answer.value));
            self.migrated.warnings.push(warning);
            self.migrated.edits.push(AnswerEdit::Remove(answer.name));
        }
    }
}

fn is_metadata(name: &str) -> bool {
    crate::spec::METADATA_ANSWERS.contains(&name)
}

#[cfg(test)]
mod tests;
