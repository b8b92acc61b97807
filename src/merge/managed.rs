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
        (Some(_), None) => removals(ours, path).map(|edit| vec![edit]).collect(),
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
            let beside = insert(ours, theirs, highest_missing(ours, theirs, &path));
            beside.map(|insert| vec![insert]).into_iter().chain([with_parents]).collect()
        }
    })
}

/// The key away, or the map around it, if nothing else is in it: in TOML it is gone then.
fn removals(ours: &Source, path: Vec<Step>) -> impl Iterator<Item = Edit> {
    let is_alone = |path: &[Step]| ours.at(path).is_some_and(|map| map.entries().count() == 1);
    let lengths = (1..=path.len()).rev();
    let alone =
        lengths.take_while(|len| *len == path.len() || path.get(..*len).is_some_and(is_alone));
    let paths: Vec<_> = alone.filter_map(|len| path.get(..len).map(<[Step]>::to_vec)).collect();
    paths.into_iter().map(|path| Edit::Remove { path })
}

/// The map around a key that ours lacks, too, where theirs has nothing else in it; else the key.
fn highest_missing<'a>(ours: &Source, theirs: &Source, path: &'a [Step]) -> &'a [Step] {
    let mut highest = path;
    while let Some((_, above)) = highest.split_last() {
        let is_alone = theirs.at(above).is_some_and(|map| map.entries().count() == 1);
        if above.is_empty() || ours.at(above).is_some() || !is_alone {
            break;
        }
        highest = above;
    }
    highest
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
