//! The items of a list that ours and theirs have: scalars that both sides append, or items with an
//! identity.

use super::{At, Sides, identity::identities};
use crate::{
    data::Value,
    edit::{Edit, Piece, Spot, Step},
};

impl Sides<'_> {
    pub(super) fn list(&self, at: &At, edits: &mut Vec<Edit>) -> Option<()> {
        let ours = self.ours.at(&at.ours)?.items();
        let theirs = self.theirs.at(&at.theirs)?.items();
        let base = self.base_value(at).map(Value::items).unwrap_or_default();
        let ids = |items| identities(&at.ours, items);
        match (ids(base), ids(ours), ids(theirs)) {
            (Some(base), Some(ours), Some(theirs)) => {
                self.known(at, &Ids { base, ours, theirs }, edits)
            }
            _ => self.appended(at, [base, ours, theirs], edits),
        }
    }

    /// Scalars that both sides added behind what base has; none of them twice.
    fn appended(&self, at: &At, sides: [&[Value]; 3], edits: &mut Vec<Edit>) -> Option<()> {
        let [base, ours, theirs] = sides;
        let (ours, added) = (ours.strip_prefix(base)?, theirs.strip_prefix(base)?);
        let all: Vec<&Value> = base.iter().chain(ours).chain(added).collect();
        let is_single = |item: &Value| {
            let is_scalar = !matches!(item, Value::Map(_) | Value::List(_));
            is_scalar && all.iter().filter(|other| **other == item).count() == 1
        };
        if !added.iter().chain(ours).all(is_single) {
            return None;
        }
        for index in base.len()..theirs.len() {
            let path = [at.theirs.as_slice(), &[index.into()]].concat();
            edits.push(Edit::Insert {
                into: at.ours.clone(),
                key: None,
                spot: Spot::End,
                content: Piece::of(self.theirs, &path)?.into(),
            });
        }
        Some(())
    }

    /// Items that can be told apart: what they hold first, then which of them are there.
    fn known(&self, at: &At, ids: &Ids, edits: &mut Vec<Edit>) -> Option<()> {
        ids.are_in_order().then_some(())?;
        for (index, id) in ids.ours.iter().enumerate() {
            let base = position(&ids.base, id);
            match (base, position(&ids.theirs, id)) {
                (_, Some(theirs)) => {
                    let further = at.join(base.map(Step::from), index.into(), theirs.into());
                    self.entry(&further, edits)?;
                }
                (Some(base), None) => {
                    let path = [at.base.as_deref()?, &[base.into()]].concat();
                    let ours = [at.ours.as_slice(), &[index.into()]].concat();
                    if self.base?.at(&path)? != self.ours.at(&ours)? {
                        return None;
                    }
                }
                (None, None) => {}
            }
        }
        self.are_unchanged_where_ours_has_none(at, ids).then_some(())?;
        // From the last to the first, so that no change moves a later one's place.
        for index in (0..ids.ours.len()).rev() {
            self.insert_behind(at, ids, Some(index), edits)?;
            let id = ids.ours.get(index)?;
            if ids.base.contains(id) && !ids.theirs.contains(id) {
                let path = [at.ours.as_slice(), &[index.into()]].concat();
                edits.push(Edit::Remove { path });
            }
        }
        self.insert_behind(at, ids, None, edits)
    }

    fn are_unchanged_where_ours_has_none(&self, at: &At, ids: &Ids) -> bool {
        ids.base.iter().enumerate().filter(|(_, id)| !ids.ours.contains(id)).all(|(index, id)| {
            let Some(theirs) = position(&ids.theirs, id) else { return true };
            let value = |source: Option<&crate::edit::Source>, path: &[Step], index: usize| {
                source?.at(&[path, &[index.into()]].concat()).cloned()
            };
            let base = value(self.base, at.base.as_deref().unwrap_or_default(), index);
            base.is_some() && base == value(Some(self.theirs), &at.theirs, theirs)
        })
    }

    /// What theirs added behind an item of ours, or before all of them.
    fn insert_behind(
        &self,
        at: &At,
        ids: &Ids,
        behind: Option<usize>,
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        let added = ids.added().filter(|(_, anchor)| *anchor == behind).map(|(index, _)| index);
        for index in added.collect::<Vec<_>>().into_iter().rev() {
            let path = [at.theirs.as_slice(), &[index.into()]].concat();
            let spot = match behind {
                Some(behind) => Spot::After(behind.into()),
                None => Spot::Start,
            };
            let content = Piece::of(self.theirs, &path)?.into();
            edits.push(Edit::Insert { into: at.ours.clone(), key: None, spot, content });
        }
        Some(())
    }
}

/// What the items of the three lists are called.
struct Ids {
    base: Vec<String>,
    ours: Vec<String>,
    theirs: Vec<String>,
}

impl Ids {
    /// Whether what two of them have in common stands in the same order in both.
    fn are_in_order(&self) -> bool {
        let agree = |one: &[String], other: &[String]| {
            let common = one.iter().filter(|id| other.contains(id));
            common.eq(other.iter().filter(|id| one.contains(id)))
        };
        agree(&self.base, &self.ours)
            && agree(&self.base, &self.theirs)
            && agree(&self.ours, &self.theirs)
    }

    /// Where theirs has what only theirs has, and the item of ours that it comes behind.
    fn added(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        let is_new = |id: &String| !self.base.contains(id) && !self.ours.contains(id);
        let news = self.theirs.iter().enumerate().filter(move |(_, id)| is_new(id));
        news.map(|(index, _)| {
            let before = self.theirs.iter().take(index).rev();
            let anchor = before.filter_map(|id| position(&self.ours, id)).next();
            (index, self.behind_added(anchor))
        })
    }

    /// Behind what ours added there.
    fn behind_added(&self, anchor: Option<usize>) -> Option<usize> {
        let first = match anchor {
            Some(anchor) => anchor + 1,
            None if self.base.is_empty() => 0,
            None => return None,
        };
        let is_added = |id: &&String| !self.base.contains(id) && !self.theirs.contains(id);
        let added = self.ours.iter().skip(first).take_while(is_added).count();
        (first + added).checked_sub(1)
    }
}

fn position(ids: &[String], id: &str) -> Option<usize> {
    ids.iter().position(|other| other == id)
}
