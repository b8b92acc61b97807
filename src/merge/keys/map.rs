//! The keys of a map that ours and theirs have.

use super::{At, Sides};
use crate::{
    data::Value,
    edit::{Edit, Piece, Spot, Step},
};

impl Sides<'_> {
    /// Every key, in the order of theirs, then those that theirs does not have.
    pub(super) fn map(&self, at: &At, edits: &mut Vec<Edit>) -> Option<()> {
        let ours = keys(self.ours.at(&at.ours)?)?;
        let theirs = keys(self.theirs.at(&at.theirs)?)?;
        let base = self.base_value(at).map_or(Some(Vec::new()), keys)?;
        let mut previous: Option<&str> = None;
        for key in &theirs {
            let further = self.further(at, key, base.contains(key));
            match (base.contains(key), ours.contains(key)) {
                (_, true) => self.entry(&further, edits)?,
                (false, false) => {
                    let spot = spot(previous, &ours, &base, &theirs);
                    edits.push(Edit::Insert {
                        into: at.ours.clone(),
                        key: Some((*key).to_owned()),
                        spot,
                        content: Piece::of(self.theirs, &further.theirs)?.into(),
                    });
                }
                // Ours took it away: fine, unless theirs changed it.
                (true, false) => {
                    let before = self.base_value(&further)?;
                    if before != self.theirs.at(&further.theirs)? {
                        return None;
                    }
                    continue;
                }
            }
            previous = Some(key);
        }
        for key in base.iter().filter(|key| !theirs.contains(key) && ours.contains(key)) {
            let further = self.further(at, key, true);
            if self.base_value(&further)? != self.ours.at(&further.ours)? {
                return None;
            }
            edits.push(Edit::Remove { path: further.ours });
        }
        Some(())
    }

    fn further(&self, at: &At, key: &str, is_in_base: bool) -> At {
        let base = is_in_base.then(|| Step::from(key));
        at.join(base, key.into(), key.into())
    }
}

/// The keys of a map; `None` if one of them is no text.
fn keys(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::Map(entries) => entries.iter().map(|(key, _)| key.as_text()).collect(),
        _ => Some(Vec::new()),
    }
}

/// Behind the key that theirs has before it, and behind what ours added there.
fn spot(previous: Option<&str>, ours: &[&str], base: &[&str], theirs: &[&str]) -> Spot {
    let is_added = |key: &&&str| !base.contains(key) && !theirs.contains(key);
    let Some(previous) = previous else {
        return if base.is_empty() { Spot::End } else { Spot::Start };
    };
    let behind = ours.iter().skip_while(|key| **key != previous).skip(1);
    let last = behind.take_while(is_added).last().copied().unwrap_or(previous);
    Spot::After(last.into())
}
