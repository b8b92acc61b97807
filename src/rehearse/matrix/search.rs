//! Rows that the parameters allow, found by trying.
//!
//! **Invariant:** what no rule, condition or closed choice speaks of is never varied: it can't make a
//! refused row an allowed one.

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{Judged, open::Cell};

/// How many rows are looked at for one pair.
const LOOKS: usize = 5_000;

/// How many rows are judged in all; what was judged is remembered.
const JUDGED: usize = 10_000;

/// Says whether a row is allowed with the other answers of a case.
pub(super) type Judge<'a> = dyn FnMut(usize, &[usize]) -> Judged + 'a;

/// A row that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    /// The case that gives the other answers, by its number.
    pub(super) case: usize,
    /// The answer of each column; none where its parameter does not apply.
    pub(super) cells: Vec<Option<usize>>,
}

/// What was found for answers that are wanted together.
#[derive(Debug)]
pub(super) enum Found {
    /// A row with them.
    Row(Row),
    /// No row has them; `instead` is allowed, but leaves one of them out.
    Nothing { instead: Option<Row> },
    /// None of those that there was time for.
    Unknown,
}

/// The rows that were tried.
pub(super) struct Search<'a, 'j> {
    sizes: &'a [usize],
    /// The columns that matter.
    spoken: &'a [usize],
    cases: usize,
    judge: &'a mut Judge<'j>,
    judged: BTreeMap<(usize, Vec<usize>), Judged>,
}

impl<'a, 'j> Search<'a, 'j> {
    pub(super) const fn new(
        sizes: &'a [usize],
        spoken: &'a [usize],
        cases: usize,
        judge: &'a mut Judge<'j>,
    ) -> Self {
        Self { sizes, spoken, cases, judge, judged: BTreeMap::new() }
    }

    /// Whether there is no time left to judge more rows.
    pub(super) fn is_over(&self) -> bool {
        self.judged.len() >= JUDGED
    }

    /// An allowed row with the `wanted` answers: `row` itself, or the one that is most like it.
    pub(super) fn find(&mut self, mut row: Vec<usize>, wanted: &[Cell]) -> Found {
        let is_free = |column: &usize| wanted.iter().all(|it| it.column != *column);
        let free: Vec<_> = self.spoken.iter().copied().filter(is_free).collect();
        let sizes = self.sizes;
        let (mut looks, mut instead, mut found) = (0, None, None);
        let mut visit = |row: &[usize]| {
            for case in 0..self.cases {
                looks += 1;
                if looks > LOOKS || self.is_over() {
                    return ControlFlow::Break(());
                }
                let Some(row) = self.allowed(case, row) else { continue };
                let applies = |it: &Cell| row.cells.get(it.column) == Some(&Some(it.value));
                if wanted.iter().all(applies) {
                    found = Some(row);
                    return ControlFlow::Break(());
                }
                instead.get_or_insert(row);
            }
            ControlFlow::Continue(())
        };
        let mut changes = 0..=free.len();
        let ended = changes.try_for_each(|it| changed(&mut row, (&free, sizes), it, &mut visit));
        match (found, ended) {
            (Some(row), _) => Found::Row(row),
            (None, ControlFlow::Continue(())) => Found::Nothing { instead },
            (None, ControlFlow::Break(())) => Found::Unknown,
        }
    }

    fn allowed(&mut self, case: usize, row: &[usize]) -> Option<Row> {
        let of_column = |column: &usize| row.get(*column).copied().unwrap_or_default();
        let key = (case, self.spoken.iter().map(of_column).collect());
        let judge = &mut self.judge;
        match self.judged.entry(key).or_insert_with(|| judge(case, row)) {
            Judged::Refused => None,
            Judged::Allowed(applies) => {
                let cells =
                    row.iter().zip(applies).map(|(value, applies)| applies.then_some(*value));
                Some(Row { case, cells: cells.collect() })
            }
        }
    }
}

/// Visits every row in which exactly so many of the free columns have another value.
fn changed(
    row: &mut Vec<usize>,
    (free, sizes): (&[usize], &[usize]),
    changes: usize,
    visit: &mut dyn FnMut(&[usize]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if changes == 0 {
        return visit(row);
    }
    let Some((column, rest)) = free.split_first().filter(|_| changes <= free.len()) else {
        return ControlFlow::Continue(());
    };
    changed(row, (rest, sizes), changes, visit)?;
    let before = row.get(*column).copied().unwrap_or_default();
    let size = sizes.get(*column).copied().unwrap_or_default();
    for value in (0..size).filter(|it| *it != before) {
        set(row, *column, value);
        changed(row, (rest, sizes), changes - 1, visit)?;
    }
    set(row, *column, before);
    ControlFlow::Continue(())
}

fn set(row: &mut [usize], column: usize, value: usize) {
    if let Some(cell) = row.get_mut(column) {
        *cell = value;
    }
}
