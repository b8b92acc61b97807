//! The keys of a map that ours and theirs have.

use std::collections::{HashMap, HashSet};

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
        let [in_ours, in_base, in_theirs] = [&ours, &base, &theirs].map(|it| set(it));
        let spots = Spots::new(&ours, &in_base, &in_theirs);
        let mut previous: Option<&str> = None;
        for key in &theirs {
            let further = self.further(at, key, in_base.contains(key));
            match (in_base.contains(key), in_ours.contains(key)) {
                (_, true) => self.entry(&further, edits)?,
                (false, false) => {
                    let spot = spots.behind(previous);
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
        for key in base.iter().filter(|key| !in_theirs.contains(*key) && in_ours.contains(*key)) {
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

fn set<'a>(keys: &[&'a str]) -> HashSet<&'a str> {
    keys.iter().copied().collect()
}

/// Where new keys go.
struct Spots<'a> {
    /// A key of ours, and the last of those that ours alone added right behind it.
    last: HashMap<&'a str, &'a str>,
    first: Spot,
}

impl<'a> Spots<'a> {
    fn new(ours: &[&'a str], base: &HashSet<&str>, theirs: &HashSet<&str>) -> Self {
        let mut last = HashMap::new();
        let mut behind = None;
        for key in ours.iter().rev() {
            let end = behind.unwrap_or(*key);
            last.insert(*key, end);
            let is_added = !base.contains(key) && !theirs.contains(key);
            behind = is_added.then_some(end);
        }
        Self { last, first: if base.is_empty() { Spot::End } else { Spot::Start } }
    }

    /// Behind the key that theirs has before it, and behind what ours added there.
    fn behind(&self, previous: Option<&str>) -> Spot {
        match previous {
            Some(previous) => {
                Spot::After(self.last.get(previous).copied().unwrap_or(previous).into())
            }
            None => self.first.clone(),
        }
    }
}
