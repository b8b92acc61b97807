//! Keys that are the golden path's whatever the team did, in a file that is merged.

use crate::edit::{Content, Edit, Format, Piece, Source, Spot, Step, apply};

/// The text with those keys as theirs has them; `None` if it can't take one of them.
pub(super) fn set(format: Format, text: &str, theirs: &str, keys: &[String]) -> Option<String> {
    let theirs = Source::parse(format, theirs)?;
    keys.iter().try_fold(text.to_owned(), |text, key| {
        let ours = Source::parse(format, &text)?;
        edits(&ours, &theirs, key)?.iter().find_map(|edits| apply(format, &text, edits).ok())
    })
}

/// What may make a key of ours that of theirs: the first that can be done.
fn edits(ours: &Source, theirs: &Source, key: &str) -> Option<Vec<Vec<Edit>>> {
    let path = Step::dotted(key);
    Some(match (ours.at(&path), theirs.at(&path)) {
        (None, None) => vec![Vec::new()],
        (Some(_), None) => vec![vec![Edit::Remove { path }]],
        (Some(_), Some(_)) => {
            let (mine, wanted) = (Piece::of(ours, &path)?, Piece::of(theirs, &path)?);
            if mine.is_alike(&wanted) {
                return Some(vec![Vec::new()]);
            }
            let elsewhere = vec![Edit::Remove { path: path.clone() }, insert(ours, theirs, &path)?];
            vec![vec![Edit::Set { path, content: wanted.into() }], elsewhere]
        }
        (None, Some(value)) => {
            let content = Content::Value(value.clone());
            let with_parents = vec![Edit::Set { path: path.clone(), content }];
            let beside = insert(ours, theirs, &path).map(|insert| vec![insert]);
            beside.into_iter().chain([with_parents]).collect()
        }
    })
}

fn insert(ours: &Source, theirs: &Source, path: &[Step]) -> Option<Edit> {
    let (last, above) = path.split_last()?;
    ours.at(above)?;
    Some(Edit::Insert {
        into: above.to_vec(),
        key: last.key().map(str::to_owned),
        spot: behind_neighbour(ours, theirs, path),
        content: Piece::of(theirs, path)?.into(),
    })
}

/// Behind the nearest key that theirs has before it and ours has, too.
fn behind_neighbour(ours: &Source, theirs: &Source, path: &[Step]) -> Spot {
    let Some((Step::Key(last), above)) = path.split_last() else { return Spot::End };
    let keys = theirs.at(above).into_iter().flat_map(|map| map.entries()).map(|(key, _)| key);
    let before = keys.take_while(|key| key != last);
    let there = |key: &&str| ours.at(above).is_some_and(|map| map.get(key).is_some());
    before.filter(there).last().map_or(Spot::End, |key| Spot::After(key.into()))
}
