//! Comments are no data, and yet somebody's words.

use std::collections::BTreeMap;

use crate::edit::Source;

/// Whether every comment that ours or theirs added to base is in the merge.
pub(super) fn are_kept(
    base: Option<&Source>,
    ours: &Source,
    theirs: &Source,
    merged: &Source,
) -> bool {
    let base = base.map(count).unwrap_or_default();
    let [ours, theirs, merged] = [ours, theirs, merged].map(count);
    let of =
        |counts: &BTreeMap<&str, usize>, text: &str| counts.get(text).copied().unwrap_or_default();
    ours.keys().chain(theirs.keys()).all(|text| {
        let before = of(&base, text);
        let (ours, theirs) = (of(&ours, text), of(&theirs, text));
        let wanted = match (ours > before, theirs > before) {
            (true, true) => ours.max(theirs),
            (true, false) => ours - before.saturating_sub(theirs),
            (false, true) => theirs - before.saturating_sub(ours),
            (false, false) => 0,
        };
        of(&merged, text) >= wanted
    })
}

fn count(source: &Source) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for text in source.comments() {
        *counts.entry(text).or_default() += 1;
    }
    counts
}
