//! Answers to try a golden path with: every two answers to enumerable parameters meet in one of them.

use std::collections::BTreeSet;

use crate::{
    data::Value,
    manifest::{Parameter, Shape},
};

/// Answers by parameter.
pub type Combination = Vec<(String, Value)>;

/// Two answers that shall meet: parameter and answer by their numbers, twice.
type Pair = ((usize, usize), (usize, usize));

/// Combinations of the answers to all parameters whose answers can be listed, so that any two answers
/// to different parameters meet in at least one. None where no parameter is such a one.
pub fn combinations(parameters: &[Parameter]) -> Vec<Combination> {
    let listed: Vec<_> = parameters.iter().filter_map(listed).collect();
    let sizes: Vec<_> = listed.iter().map(|(_, values)| values.len()).collect();
    let named = |row: Vec<usize>| {
        let one = |((name, values), at): (&(&str, Vec<Value>), usize)| {
            Some(((*name).to_owned(), values.get(at)?.clone()))
        };
        listed.iter().zip(row).filter_map(one).collect()
    };
    rows(&sizes).into_iter().map(named).collect()
}

fn listed(parameter: &Parameter) -> Option<(&str, Vec<Value>)> {
    let values = match &parameter.shape {
        _ if parameter.computed.is_some() => return None,
        Shape::Boolean => vec![true.into(), false.into()],
        Shape::Choice(choices) => choices.iter().map(|it| it.value.clone()).collect(),
        _ => return None,
    };
    (!values.is_empty()).then_some((parameter.name.as_str(), values))
}

/// Rows of numbers below `sizes`, so that any two of different columns stand in one row.
fn rows(sizes: &[usize]) -> Vec<Vec<usize>> {
    if let [size] = sizes {
        return (0..*size).map(|at| vec![at]).collect();
    }
    let mut open: BTreeSet<Pair> = BTreeSet::new();
    for (one, size) in sizes.iter().enumerate() {
        for (other, other_size) in sizes.iter().enumerate().skip(one + 1) {
            let values = (0..*size).flat_map(|it| (0..*other_size).map(move |at| (it, at)));
            open.extend(values.map(|(value, at)| ((one, value), (other, at))));
        }
    }
    let mut rows = Vec::new();
    while let Some(first) = open.first().copied() {
        let row = row(sizes, first, &open);
        open.retain(|(one, other)| !(has(&row, *one) && has(&row, *other)));
        rows.push(row);
    }
    rows
}

fn has(row: &[usize], (column, value): (usize, usize)) -> bool {
    row.get(column) == Some(&value)
}

/// A row with one pair in it, and in every other column what brings most of the open pairs together.
fn row(sizes: &[usize], pair: Pair, open: &BTreeSet<Pair>) -> Vec<usize> {
    let mut chosen = vec![pair.0, pair.1];
    for (column, size) in sizes.iter().enumerate() {
        if chosen.iter().any(|(it, _)| *it == column) {
            continue;
        }
        let meets = |value: usize| {
            let ordered = |other: (usize, usize)| match other.0 < column {
                true => (other, (column, value)),
                false => ((column, value), other),
            };
            chosen.iter().filter(|other| open.contains(&ordered(**other))).count()
        };
        // Of equals the first.
        let best = (0..*size).rev().max_by_key(|value| meets(*value)).unwrap_or_default();
        chosen.push((column, best));
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_column_is_listed_and_none_gives_nothing() {
        assert_eq!(rows(&[3]), [[0], [1], [2]]);
        assert!(rows(&[]).is_empty());
    }

    #[test]
    fn ten_parameters_of_three_answers_need_few_rows() {
        // All combinations would be 59,049.
        assert!(rows(&[3; 10]).len() < 30, "{}", rows(&[3; 10]).len());
    }

    proptest! {
        #[test]
        fn any_two_answers_meet(sizes in prop::collection::vec(1_usize..5, 2..7)) {
            let rows = rows(&sizes);
            for one in 0..sizes.len() {
                for other in one + 1..sizes.len() {
                    for value in 0..sizes[one] {
                        for at in 0..sizes[other] {
                            prop_assert!(rows.iter().any(|row| row[one] == value && row[other] == at));
                        }
                    }
                }
            }
        }
    }
}
