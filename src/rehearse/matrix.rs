//! Answers to try a golden path with: every two answers to enumerable parameters meet in one of them.

mod open;

use self::open::{Cell, Open};
use crate::{
    data::Value,
    manifest::{Parameter, Shape},
};

/// Answers by parameter.
pub type Combination = Vec<(String, Value)>;

/// Combinations to try, and how many of the pairs of answers meet in them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// The combinations.
    pub combinations: Vec<Combination>,
    /// How many pairs of answers meet in one of them; of a single parameter, its answers.
    pub met: u64,
    /// How many there are.
    pub pairs: u64,
}

/// The most combinations that are tried: whoever has more to choose from gets those that bring most
/// pairs together.
const MOST: usize = 500;

/// How many pairs may be looked up while combinations are chosen: some seconds.
const LOOKS: u64 = 200_000_000;

/// The most pairs that are kept in mind, a bit each.
const PAIRS: u64 = 1 << 28;

/// Combinations of the answers to all parameters whose answers can be listed, so that any two answers
/// to different parameters meet in at least one, or as many of them as there is time for. None where no
/// parameter is such a one.
pub fn matrix(parameters: &[Parameter]) -> Matrix {
    let listed: Vec<_> = parameters.iter().filter_map(listed).collect();
    let sizes: Vec<_> = listed.iter().map(|(_, values)| values.len()).collect();
    let named = |row: Vec<usize>| {
        let one = |((name, values), at): (&(&str, Vec<Value>), usize)| {
            Some(((*name).to_owned(), values.get(at)?.clone()))
        };
        listed.iter().zip(row).filter_map(one).collect()
    };
    let (rows, met) = rows(&sizes);
    let pairs = if let [size] = sizes[..] { size as u64 } else { open::pairs(&sizes) };
    Matrix { combinations: rows.into_iter().map(named).collect(), met, pairs }
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

/// Rows of numbers below `sizes`, so that any two of different columns stand in one row, as far as the
/// limits allow; and how many of the twos do.
fn rows(sizes: &[usize]) -> (Vec<Vec<usize>>, u64) {
    if let [size] = sizes {
        let rows: Vec<_> = (0..*size).take(MOST).map(|at| vec![at]).collect();
        let met = rows.len() as u64;
        return (rows, met);
    }
    let sizes = &bounded(sizes);
    let most = most(sizes);
    let mut open = Open::new(sizes);
    let mut rows = Vec::new();
    while let Some(pair) = open.first().filter(|_| rows.len() < most) {
        let row = row(sizes, pair, &open);
        open.close(&row);
        rows.push(row);
    }
    (rows, open.met())
}

/// The sizes, the largest of them lowered until there is room for all pairs.
fn bounded(sizes: &[usize]) -> Vec<usize> {
    let cut = |limit: usize| sizes.iter().map(|it| (*it).min(limit)).collect::<Vec<_>>();
    let mut limit = MOST;
    while limit > 2 && open::pairs(&cut(limit)) > PAIRS {
        limit -= limit.div_ceil(8);
    }
    cut(limit)
}

/// How many rows there is time for.
fn most(sizes: &[usize]) -> usize {
    let values: usize = sizes.iter().sum();
    let looks = (values * sizes.len() / 2).max(1) as u64;
    usize::try_from(LOOKS / looks).unwrap_or(MOST).clamp(1, MOST)
}

/// A row with one pair in it, and in every other column what brings most of the open pairs together.
fn row(sizes: &[usize], pair: (Cell, Cell), open: &Open) -> Vec<usize> {
    let mut chosen = vec![pair.0, pair.1];
    for (column, size) in sizes.iter().enumerate() {
        if chosen.iter().any(|it| it.column == column) {
            continue;
        }
        let meets = |value: usize| {
            let cell = Cell { column, value };
            chosen.iter().filter(|other| open.has(cell, **other)).count()
        };
        // Of equals the first.
        let value = (0..*size).rev().max_by_key(|value| meets(*value)).unwrap_or_default();
        chosen.push(Cell { column, value });
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|it| it.value).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_column_is_listed_and_none_gives_nothing() {
        assert_eq!(rows(&[3]), (vec![vec![0], vec![1], vec![2]], 3));
        assert_eq!(rows(&[]), (Vec::new(), 0));
    }

    #[test]
    fn ten_parameters_of_three_answers_need_few_rows() {
        // All combinations would be 59,049.
        let (rows, met) = rows(&[3; 10]);
        assert!(rows.len() < 30, "{}", rows.len());
        assert_eq!(met, 45 * 9);
    }

    #[test]
    fn what_cannot_all_be_tried_is_bounded() {
        let (few, met) = rows(&[60; 30]);
        assert_eq!(few.len(), MOST);
        assert!(met > 200_000 && met < open::pairs(&[60; 30]), "{met}");
        let large = bounded(&[5_000; 250]);
        assert!(open::pairs(&large) <= PAIRS && most(&large) < MOST, "{large:?}");
    }

    proptest! {
        #[test]
        fn any_two_answers_meet(sizes in prop::collection::vec(1_usize..5, 2..7)) {
            let (rows, met) = rows(&sizes);
            prop_assert_eq!(met, open::pairs(&sizes));
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
