//! Answers to try a golden path with: every two answers to enumerable parameters meet in one of them.
//!
//! **Invariant:** only answers that a row is really rendered with have met: one that the parameters
//! refuse brings nobody together, and what does not apply meets nothing.

mod open;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use self::{
    open::{Cell, Open},
    search::{Found, Judge, Row, Search},
};
use crate::{
    data::Value,
    manifest::{Parameter, Shape},
};

/// Answers by parameter.
pub type Combination = Vec<(String, Value)>;

/// One combination to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The case that gives all other answers, by its number.
    pub case: usize,
    /// The answers that apply.
    pub answers: Combination,
}

/// Combinations to try, and how many of the pairs of answers meet in them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// The combinations.
    pub trials: Vec<Trial>,
    /// Answers that no allowed combination has: one by itself, or two together.
    pub impossible: Vec<Combination>,
    /// Whether answers of several parameters are brought together.
    pub is_of_pairs: bool,
    /// How many pairs of answers meet in a trial; of a single parameter, its answers.
    pub met: u64,
    /// How many can't.
    pub refused: u64,
    /// How many there are.
    pub pairs: u64,
}

/// What the parameters say to a combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// They do not allow it.
    Refused,
    /// They do: whether each of its answers applies.
    Allowed(Vec<bool>),
}

/// Says what may be tried.
pub struct Limits<'a> {
    /// The parameters that any rule, condition, default or closed choice speaks of.
    pub spoken: BTreeSet<String>,
    /// How many cases there are to take the other answers from.
    pub cases: usize,
    /// What the parameters say to a combination with the other answers of a case.
    pub judge: &'a mut dyn FnMut(usize, &Combination) -> Judged,
}

/// The most combinations that are tried: whoever has more to choose from gets those that bring most
/// pairs together.
const MOST: usize = 500;

/// How many times as many rows are looked for as are tried: pairs that can't meet cost time, too.
const ROUNDS: usize = 4;

/// How many pairs may be looked up while combinations are chosen: some seconds.
const LOOKS: u64 = 200_000_000;

/// The most pairs that are kept in mind, a bit each.
const PAIRS: u64 = 1 << 28;

/// Combinations of the answers to all parameters whose answers can be listed, so that any two answers
/// to different parameters meet in at least one where they are allowed together, or as many of them as
/// there is time for. None where no parameter is such a one.
pub fn matrix(parameters: &[Parameter], limits: Limits<'_>) -> Matrix {
    let listed: Vec<_> = parameters.iter().filter_map(listed).collect();
    let sizes: Vec<_> = listed.iter().map(|(_, values)| values.len()).collect();
    let answer = |cell: Cell| {
        let (name, values) = listed.get(cell.column)?;
        Some(((*name).to_owned(), values.get(cell.value)?.clone()))
    };
    let is_spoken =
        |column: &usize| listed.get(*column).is_some_and(|(name, _)| limits.spoken.contains(*name));
    let spoken: Vec<_> = (0..sizes.len()).filter(is_spoken).collect();
    let all = |row: &[usize]| {
        let cells = row.iter().enumerate().map(|(column, value)| Cell { column, value: *value });
        cells.filter_map(answer).collect::<Combination>()
    };
    let judge = limits.judge;
    let mut of_row = |case: usize, row: &[usize]| judge(case, &all(row));
    let rows = rows(&sizes, (&spoken, limits.cases), &mut of_row);
    let trial = |row: &Row| {
        let cells = row.cells.iter().enumerate();
        let cells = cells.filter_map(|(column, value)| value.map(|value| Cell { column, value }));
        Trial { case: row.case, answers: cells.filter_map(answer).collect() }
    };
    let impossible = alone(&rows.impossible, &sizes).into_iter();
    Matrix {
        trials: rows.rows.iter().map(trial).collect(),
        impossible: impossible.map(|it| it.into_iter().filter_map(answer).collect()).collect(),
        is_of_pairs: sizes.len() > 1,
        met: rows.met,
        refused: rows.impossible.len() as u64,
        pairs: if let [size] = sizes[..] { size as u64 } else { open::pairs(&sizes) },
    }
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

/// Rows that are allowed, and what they come to.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<Row>,
    /// Cells that are in no allowed row together.
    impossible: Vec<Vec<Cell>>,
    met: u64,
}

impl Rows {
    /// Takes a row, unless the same was taken: where an answer does not apply, it is all one.
    fn take(&mut self, row: Row) {
        if !self.rows.contains(&row) {
            self.rows.push(row);
        }
    }
}

/// Rows of numbers below `sizes`, so that any two of different columns stand in one row, as far as
/// they are allowed and the limits allow; and how many of the twos do.
fn rows(sizes: &[usize], (spoken, cases): (&[usize], usize), judge: &mut Judge<'_>) -> Rows {
    let sizes = &bounded(sizes);
    let mut search = Search::new(sizes, spoken, cases, judge);
    if let [size] = sizes[..] {
        return column(size, &mut search);
    }
    let most = most(sizes);
    let (mut open, mut rows, mut rounds) = (Open::new(sizes), Rows::default(), 0);
    while let Some(pair) = open.first() {
        rounds += 1;
        if rows.rows.len() >= most || rounds > most * ROUNDS || search.is_over() {
            break;
        }
        match search.find(row(sizes, pair, &open), &[pair.0, pair.1]) {
            Found::Row(row) => {
                open.close(&row.cells);
                rows.take(row);
            }
            Found::Nothing { instead } => {
                open.give_up(pair);
                rows.impossible.push(vec![pair.0, pair.1]);
                if let Some(row) = instead {
                    open.close(&row.cells);
                    rows.take(row);
                }
            }
            Found::Unknown => open.give_up(pair),
        }
    }
    rows.met = open.met();
    rows
}

/// The rows of a single column.
fn column(size: usize, search: &mut Search<'_, '_>) -> Rows {
    let mut rows = Rows::default();
    for value in 0..size {
        match search.find(vec![value], &[Cell { column: 0, value }]) {
            Found::Row(row) => {
                rows.met += 1;
                rows.take(row);
            }
            Found::Nothing { instead } => {
                rows.impossible.push(vec![Cell { column: 0, value }]);
                instead.into_iter().for_each(|row| rows.take(row));
            }
            Found::Unknown => {}
        }
    }
    rows
}

/// What is impossible, with an answer that nothing is possible with by itself.
fn alone(impossible: &[Vec<Cell>], sizes: &[usize]) -> Vec<Vec<Cell>> {
    let mut counts: BTreeMap<Cell, usize> = BTreeMap::new();
    impossible.iter().flatten().for_each(|cell| *counts.entry(*cell).or_default() += 1);
    let values: usize = sizes.iter().sum();
    let others = |cell: Cell| values - sizes.get(cell.column).copied().unwrap_or_default();
    let is_alone = |cell: &Cell| counts.get(cell) == Some(&others(*cell).max(1));
    let cells = counts.keys().copied().filter(is_alone).map(|it| vec![it]);
    let pairs = impossible.iter().filter(|it| !it.iter().any(is_alone)).cloned();
    cells.chain(pairs).collect()
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

    /// What a rule says of a row: whether each of its cells applies.
    type Rule<'a> = &'a dyn Fn(&[usize]) -> Option<Vec<bool>>;

    /// The rows, of which every column matters.
    fn ruled(sizes: &[usize], rule: Rule<'_>) -> Rows {
        let all: Vec<_> = (0..sizes.len()).collect();
        let mut judge =
            |_: usize, row: &[usize]| rule(row).map_or(Judged::Refused, Judged::Allowed);
        rows(sizes, (&all, 1), &mut judge)
    }

    /// The rows where all is allowed.
    fn free(sizes: &[usize]) -> Rows {
        let mut judge = |_: usize, row: &[usize]| Judged::Allowed(vec![true; row.len()]);
        rows(sizes, (&[], 1), &mut judge)
    }

    fn cells(rows: &Rows) -> Vec<Vec<Option<usize>>> {
        rows.rows.iter().map(|it| it.cells.clone()).collect()
    }

    #[test]
    fn one_column_is_listed_and_none_gives_nothing() {
        let rows = free(&[3]);
        assert_eq!(
            (cells(&rows), rows.met),
            (vec![vec![Some(0)], vec![Some(1)], vec![Some(2)]], 3)
        );
        let rows = free(&[]);
        assert_eq!((cells(&rows), rows.met), (Vec::new(), 0));
    }

    #[test]
    fn ten_parameters_of_three_answers_need_few_rows() {
        // All combinations would be 59,049.
        let rows = free(&[3; 10]);
        assert!(rows.rows.len() < 30, "{}", rows.rows.len());
        assert_eq!(rows.met, 45 * 9);
    }

    #[test]
    fn what_cannot_all_be_tried_is_bounded() {
        let few = free(&[60; 30]);
        assert_eq!(few.rows.len(), MOST);
        assert!(few.met > 200_000 && few.met < open::pairs(&[60; 30]), "{}", few.met);
        let large = bounded(&[5_000; 250]);
        assert!(open::pairs(&large) <= PAIRS && most(&large) < MOST, "{large:?}");
        // No time is lost where nothing is allowed.
        let none = ruled(&[60; 30], &|_| None);
        assert!(none.rows.is_empty() && none.met == 0);
    }

    #[test]
    fn an_answer_that_nothing_is_allowed_with_is_named_by_itself() {
        let sizes = [3, 3, 2];
        let rows = ruled(&sizes, &|row| (row[1] != 2).then(|| vec![true; 3]));
        assert_eq!(alone(&rows.impossible, &sizes), [[Cell { column: 1, value: 2 }]]);
        assert_eq!(rows.met, open::pairs(&sizes) - 5);
    }

    #[test]
    fn what_a_parameter_does_not_apply_with_is_tried_without_it() {
        let rows = ruled(&[2, 3], &|row| Some(vec![true, row[0] == 0]));
        let mut tried = cells(&rows);
        tried.sort();
        let with = |value| vec![Some(0), Some(value)];
        assert_eq!(tried, [with(0), with(1), with(2), vec![Some(1), None]]);
        assert_eq!((rows.met, rows.impossible.len()), (3, 3));
    }

    #[test]
    fn another_case_may_allow_what_one_refuses() {
        let mut judge = |case: usize, row: &[usize]| match row[0] == 1 && case == 0 {
            true => Judged::Refused,
            false => Judged::Allowed(vec![true; 2]),
        };
        let rows = rows(&[2, 2], (&[0], 2), &mut judge);
        assert_eq!((rows.met, rows.impossible.len()), (4, 0));
        assert!(rows.rows.iter().all(|it| (it.case == 1) == (it.cells[0] == Some(1))));
    }

    proptest! {
        #[test]
        fn any_two_answers_meet(sizes in prop::collection::vec(1_usize..5, 2..7)) {
            let rows = free(&sizes);
            prop_assert_eq!(rows.met, open::pairs(&sizes));
            prop_assert!(missing(&sizes, &rows).is_empty());
        }

        /// Whatever is refused, every pair that some allowed row has is in one, and all others are
        /// named.
        #[test]
        fn any_two_answers_that_are_allowed_together_meet(
            sizes in prop::collection::vec(1_usize..4, 2..5),
            refused in prop::collection::vec((0_usize..5, 0_usize..4, 0_usize..5, 0_usize..4), 0..6),
        ) {
            let has = |row: &[usize], column: usize, value: usize| {
                let column = column % row.len();
                row[column] == value % sizes[column]
            };
            let is_allowed = |row: &[usize]| {
                !refused.iter().any(|&(one, a, other, b)| has(row, one, a) && has(row, other, b))
            };
            let rows = ruled(&sizes, &|row| is_allowed(row).then(|| vec![true; row.len()]));
            let mut named = rows.impossible.clone();
            named.sort();
            let mut never = missing(&sizes, &rows);
            never.sort();
            prop_assert_eq!(&named, &never);
            let mut all = vec![Vec::new()];
            for size in &sizes {
                let longer = |row: &Vec<usize>| {
                    (0..*size).map(|it| row.iter().copied().chain([it]).collect()).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(longer).collect();
            }
            for pair in &never {
                let meets = |row: &&Vec<usize>| pair.iter().all(|it| row[it.column] == it.value);
                prop_assert!(!all.iter().filter(meets).any(|row| is_allowed(row)));
            }
            prop_assert_eq!(rows.met + named.len() as u64, open::pairs(&sizes));
        }
    }

    /// The pairs that are in no row.
    fn missing(sizes: &[usize], rows: &Rows) -> Vec<Vec<Cell>> {
        let mut missing = Vec::new();
        for one in 0..sizes.len() {
            for other in one + 1..sizes.len() {
                for a in 0..sizes[one] {
                    for b in 0..sizes[other] {
                        let meets =
                            |row: &Row| row.cells[one] == Some(a) && row.cells[other] == Some(b);
                        if !rows.rows.iter().any(meets) {
                            let cell = |column, value| Cell { column, value };
                            missing.push(vec![cell(one, a), cell(other, b)]);
                        }
                    }
                }
            }
        }
        missing
    }
}
