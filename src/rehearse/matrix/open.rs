//! Which pairs of answers have not met yet, a bit each.

/// An answer, by the number of its parameter and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) column: usize,
    pub(super) value: usize,
}

/// The pairs of answers to different parameters that have not met yet.
pub(super) struct Open {
    sizes: Vec<usize>,
    /// Where the bits of two columns begin, by the first and then the second.
    starts: Vec<Vec<usize>>,
    /// Set where a pair has met, or can't.
    met: Vec<u64>,
    /// How many have.
    count: u64,
    /// No pair before this one is open: columns, and values.
    first: Option<(Cell, Cell)>,
}

/// How many pairs of answers to different parameters there are.
pub(super) fn pairs(sizes: &[usize]) -> u64 {
    let mut pairs = 0_u64;
    let mut before = 0_u64;
    for size in sizes {
        pairs = pairs.saturating_add(before.saturating_mul(*size as u64));
        before += *size as u64;
    }
    pairs
}

impl Open {
    /// All pairs.
    pub(super) fn new(sizes: &[usize]) -> Self {
        let mut end = 0;
        let mut starts = Vec::new();
        for (one, size) in sizes.iter().enumerate() {
            let mut of_one = vec![0; sizes.len()];
            for (other, other_size) in sizes.iter().enumerate().skip(one + 1) {
                if let Some(start) = of_one.get_mut(other) {
                    *start = end;
                }
                end += size * other_size;
            }
            starts.push(of_one);
        }
        let cell = |column| Cell { column, value: 0 };
        Self {
            sizes: sizes.to_vec(),
            starts,
            met: vec![0; end.div_ceil(64)],
            count: 0,
            first: (sizes.len() > 1).then(|| (cell(0), cell(1))),
        }
    }

    /// How many pairs have met.
    pub(super) const fn met(&self) -> u64 {
        self.count
    }

    /// Whether two answers have not met yet.
    pub(super) fn has(&self, one: Cell, other: Cell) -> bool {
        let bit = self.bit(one, other);
        self.met.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) == 0)
    }

    /// The first pair that has not met yet.
    pub(super) fn first(&mut self) -> Option<(Cell, Cell)> {
        while let Some((one, other)) = self.first.filter(|(one, other)| !self.has(*one, *other)) {
            self.first = self.next(one, other);
        }
        self.first
    }

    /// Says that two answers can't meet.
    pub(super) fn give_up(&mut self, (one, other): (Cell, Cell)) {
        let bit = self.bit(one, other);
        if let Some(word) = self.met.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// Says that the answers of a row have met, as far as they apply.
    pub(super) fn close(&mut self, row: &[Option<usize>]) {
        let cell =
            |(column, value): (usize, &Option<usize>)| value.map(|value| Cell { column, value });
        let cells: Vec<_> = row.iter().enumerate().filter_map(cell).collect();
        for (at, one) in cells.iter().enumerate() {
            for other in cells.iter().skip(at + 1) {
                let bit = self.bit(*one, *other);
                let Some(word) = self.met.get_mut(bit / 64) else { continue };
                self.count += u64::from(*word & (1 << (bit % 64)) == 0);
                *word |= 1 << (bit % 64);
            }
        }
    }

    fn bit(&self, one: Cell, other: Cell) -> usize {
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        let starts = self.starts.get(one.column);
        let start = starts.and_then(|it| it.get(other.column)).copied().unwrap_or_default();
        start + one.value * self.size(other.column) + other.value
    }

    fn size(&self, column: usize) -> usize {
        self.sizes.get(column).copied().unwrap_or_default()
    }

    /// The pair behind another: first by the second value, last by the first column.
    fn next(&self, one: Cell, other: Cell) -> Option<(Cell, Cell)> {
        let cell = |column, value| Cell { column, value };
        if other.value + 1 < self.size(other.column) {
            return Some((one, cell(other.column, other.value + 1)));
        }
        if one.value + 1 < self.size(one.column) {
            return Some((cell(one.column, one.value + 1), cell(other.column, 0)));
        }
        let columns = self.sizes.len();
        if other.column + 1 < columns {
            return Some((cell(one.column, 0), cell(other.column + 1, 0)));
        }
        (one.column + 2 < columns).then(|| (cell(one.column + 1, 0), cell(one.column + 2, 0)))
    }
}
