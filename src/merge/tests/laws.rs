//! What holds of every merge, over generated trees and edits.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::tree::{Entry, Tree};

/// Few and close, so that moves, swaps and folders in the place of files are frequent.
const PATHS: [&str; 10] = ["a", "b", "c", "d", "a/x", "b/x", "d/x", "d/y", "d/e/x", "f/x"];

/// What declared steps speak of.
const PLACES: [&str; 8] = ["a", "b", "c", "a/**", "b/**", "d/**", "d/e/**", "g/**"];

const TEXTS: [&str; 7] = [
    "1\n2\n3\n4\n5\n",
    "one\n2\n3\n4\n5\n",
    "1\n2\n3\n4\nfive\n",
    "one\n2\n3\n4\nfive\n",
    "eins\n2\n3\n4\n5\n",
    "x\n",
    "",
];

fn shared() -> impl Strategy<Value = Ownership> {
    Just(Ownership::Merged)
}

fn any_ownership() -> impl Strategy<Value = Ownership> {
    select(vec![Ownership::Merged, Ownership::Merged, Ownership::Managed, Ownership::Seeded])
}

/// A tree without a file where a folder is; sources are few, so that files move and share them.
fn files(ownership: impl Strategy<Value = Ownership>) -> impl Strategy<Value = Vec<Sketch>> {
    let mode = select(vec![Mode::File, Mode::File, Mode::File, Mode::Executable, Mode::Link]);
    let sketch = (select(&PATHS[..]), select(&TEXTS[..]), mode, 0..8_usize, ownership);
    vec(sketch, 0..7).prop_map(|sketches| {
        let mut files: Vec<Sketch> = Vec::new();
        for (path, text, mode, source, ownership) in sketches {
            let below = |one: &str, two: &str| one.starts_with(&format!("{two}/"));
            let clashes =
                |it: &Sketch| it.path == path || below(&it.path, path) || below(path, &it.path);
            if !files.iter().any(clashes) {
                let source = format!("s{source}");
                files.push(file(path, text).mode(mode).from(&source).own(ownership));
            }
        }
        files
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (select(&PLACES[..]), select(&PLACES[..])).prop_map(|(from, to)| {
            let to = if from.ends_with("/**") { to } else { to.trim_end_matches("/**") };
            Step::Move { from: from.to_owned(), to: to.to_owned() }
        }),
        select(&PLACES[..]).prop_map(|glob| Step::Delete(Glob::parse(glob).unwrap())),
    ];
    vec(step, 0..3)
}

fn listing(files: &[Sketch]) -> Listing {
    nothing().ours(files.to_vec()).ours
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_golden_path_that_changed_nothing_changes_nothing(
        pristine in files(shared()),
        ours in files(shared()),
    ) {
        let case = base(pristine.clone()).ours(ours).theirs(pristine);
        prop_assert_eq!(case.merge().rows, []);
    }

    #[test]
    fn an_untouched_service_becomes_the_new_version(
        old in files(shared()),
        new in files(shared()),
        steps in steps(),
    ) {
        let mut case = base(old.clone()).ours(old).theirs(new.clone());
        case.steps = steps;
        let merge = case.merge();
        prop_assert!(!merge.has_conflicts(), "{:?}", merge.rows);
        prop_assert_eq!(merge.result(&case.ours), listing(&new));
        prop_assert_eq!(case.reads(), [""; 0]);
    }

    #[test]
    fn a_service_that_is_as_the_new_version_stays_so(
        old in files(shared()),
        new in files(shared()),
    ) {
        let case = base(old).ours(new.clone()).theirs(new);
        prop_assert_eq!(case.merge().rows, []);
    }

    #[test]
    fn nothing_of_ours_is_lost_without_a_row(
        old in files(any_ownership()),
        ours in files(shared()),
        new in files(any_ownership()),
        steps in steps(),
    ) {
        let mut case = base(old).ours(ours).theirs(new);
        case.steps = steps;
        let merge = case.merge();
        let result = merge.result(&case.ours);
        for (path, blob) in &case.ours.files {
            let names = |row: &Row| {
                row.ours == Some(*blob) && *row.from.as_ref().unwrap_or(&row.path) == *path
            };
            let is_there = result.files.get(path) == Some(blob);
            prop_assert!(is_there || merge.rows.iter().any(names), "{path}: {:?}", merge.rows);
        }
        for row in &merge.rows {
            let home = row.from.as_ref().unwrap_or(&row.path);
            prop_assert!(row.ours.is_none() || row.ours == case.ours.files.get(home).copied());
            prop_assert!(row.from.as_ref() != Some(&row.path));
        }
    }

    #[test]
    fn what_is_left_can_stand_side_by_side_and_in_an_index(
        old in files(any_ownership()),
        ours in files(shared()),
        new in files(any_ownership()),
        steps in steps(),
    ) {
        let mut case = base(old).ours(ours).theirs(new).repository("r");
        case.steps = steps;
        let merge = case.merge();
        let result = merge.result(&case.ours);
        let tree: Tree =
            result.files.keys().map(|path| (path.clone(), Entry::file(*b""))).collect();
        prop_assert_eq!(tree.check(), Ok(()));
        let mut there = BTreeSet::new();
        for row in merge.rows.iter().filter(|row| row.stages.is_some() || row.result.is_some()) {
            prop_assert!(there.insert(&row.path), "{} twice: {:?}", row.path, merge.rows);
        }
        for row in &merge.rows {
            let merged = row.result.as_ref().map(|it| it.blob);
            prop_assert!(merged.is_none() || result.files.get(&row.path).copied() == merged);
            prop_assert_eq!(row.kind == Kind::Conflict, row.stages.is_some());
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_merge(
        old in files(any_ownership()),
        ours in files(shared()),
        new in files(any_ownership()),
        steps in steps(),
    ) {
        let mut case = base(old).ours(ours).theirs(new);
        case.steps = steps;
        prop_assert_eq!(case.merge(), case.merge());
    }

    #[test]
    fn two_declared_upgrades_are_one(
        moves in vec((select(&["x", "y", "z"][..]), select(&["x", "y", "z", "x/v"][..])), 2),
        edited in 0..3_usize,
    ) {
        let texts = |first: &str| ["a", "b", "sub/c"].map(|name| {
            (name, format!("{first}\n2 {name}\n3\n4\n5\n"))
        });
        let version = |first: &str, folder: &str| -> Vec<Sketch> {
            texts(first).iter().map(|(name, text)| file(&format!("{folder}/{name}"), text)).collect()
        };
        // Each version has its files in the folder of the last move that reached them.
        let next = |folder: &str, (from, to): (&str, &str)| match folder.strip_prefix(from) {
            Some("") => to.to_owned(),
            Some(rest) if rest.starts_with('/') => format!("{to}{rest}"),
            _ => folder.to_owned(),
        };
        let folders = [next("x", moves[0]), next(&next("x", moves[0]), moves[1])];
        let (one, two, three) =
            (version("1", "x"), version("2", &folders[0]), version("3", &folders[1]));
        let mut ours = one.clone();
        ours[edited].bytes.extend(b"mine\n");
        ours.push(file("x/own", "own\n"));
        let step = |case: Case, (from, to): (&str, &str)| {
            case.moves(&format!("{from}/**"), &format!("{to}/**"))
        };
        let straight = base(one.clone()).ours(ours.clone()).theirs(three.clone());
        let straight = step(step(straight, moves[0]), moves[1]);
        let half = step(base(one).ours(ours).theirs(two.clone()), moves[0]);
        let halfway = half.texts().into_iter().map(|(path, text)| file(&path, &text));
        let rest = step(base(two).ours(halfway).theirs(three), moves[1]);
        prop_assert!(!straight.merge().has_conflicts() && !rest.merge().has_conflicts());
        prop_assert_eq!(straight.texts(), rest.texts());
    }
}
