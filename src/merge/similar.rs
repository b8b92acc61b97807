//! How much two texts have in common, as git measures it for renames: the share of equal lines, by
//! their bytes, in the longer text.

use std::{
    cmp::Ordering,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// A text as the bag of its lines.
pub(super) struct Bag {
    /// Hash and length of every line, sorted.
    lines: Vec<(u64, usize)>,
    size: usize,
}

impl Bag {
    /// The bag of a text; `None` of one that is empty or binary.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() || bytes.contains(&0) {
            return None;
        }
        let mut lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').map(line).collect();
        lines.sort_unstable();
        let size = lines.iter().map(|(_, size)| size).sum();
        Some(Self { lines, size })
    }

    /// Whether the sizes alone allow texts to be this alike.
    pub(super) fn is_of_size(&self, other: &Self, least: u8) -> bool {
        let (small, large) = (self.size.min(other.size), self.size.max(other.size));
        small * 100 >= large * usize::from(least)
    }

    /// Each line once, with the bytes that it makes in all.
    fn distinct(&self) -> impl Iterator<Item = (u64, usize)> {
        let same = self.lines.chunk_by(|(one, _), (other, _)| one == other);
        same.filter_map(|lines| Some((lines.first()?.0, lines.iter().map(|it| it.1).sum())))
    }

    /// The share of equal lines, in percent.
    pub(super) fn likeness(&self, other: &Self) -> u8 {
        let (mut left, mut right) = (self.lines.iter().peekable(), other.lines.iter().peekable());
        let mut common = 0;
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            match one.cmp(two) {
                Ordering::Less => _ = left.next(),
                Ordering::Greater => _ = right.next(),
                Ordering::Equal => {
                    common += one.1;
                    left.next();
                    right.next();
                }
            }
        }
        let share = common * 100 / self.size.max(other.size).max(1);
        u8::try_from(share).unwrap_or(100)
    }
}

/// Many texts by the lines that they hold, so that not each must be compared with each.
pub(super) struct Index {
    /// Hash of a line and number of a text that holds it, sorted.
    holders: Vec<(u64, usize)>,
}

impl Index {
    /// The index of texts, which are numbered in their order.
    pub(super) fn of<'a>(bags: impl Iterator<Item = &'a Bag>) -> Self {
        let hashes = bags.enumerate().flat_map(|(number, bag)| {
            bag.distinct().map(move |(hash, _)| (hash, number)).collect::<Vec<_>>()
        });
        let mut holders: Vec<_> = hashes.collect();
        holders.sort_unstable();
        Self { holders }
    }

    /// The texts that may be this alike, in their order. All others are certainly not: they hold none
    /// of some lines that make up more of `bag` than may differ. Its rarest lines are taken for that.
    pub(super) fn near(&self, bag: &Bag, least: u8) -> Vec<usize> {
        let mut lines: Vec<_> =
            bag.distinct().map(|(hash, size)| (self.holding(hash), size)).collect();
        lines.sort_by_key(|(holding, _)| holding.len());
        let may_differ = bag.size * usize::from(100_u8.saturating_sub(least));
        let (mut near, mut taken) = (Vec::new(), 0);
        for (holding, size) in lines {
            near.extend(holding.iter().map(|(_, number)| *number));
            taken += size;
            if taken * 100 > may_differ {
                break;
            }
        }
        near.sort_unstable();
        near.dedup();
        near
    }

    fn holding(&self, hash: u64) -> &[(u64, usize)] {
        let start = self.holders.partition_point(|(it, _)| *it < hash);
        let end = self.holders.partition_point(|(it, _)| *it <= hash);
        self.holders.get(start..end).unwrap_or_default()
    }
}

/// Line endings do not count, nor does a missing last one.
fn line(bytes: &[u8]) -> (u64, usize) {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    (hasher.finish(), bytes.len() + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn likeness(one: &str, two: &str) -> u8 {
        Bag::of(one.as_bytes()).unwrap().likeness(&Bag::of(two.as_bytes()).unwrap())
    }

    #[test]
    fn likeness_is_the_share_of_equal_lines_in_the_longer_text() {
        assert_eq!(likeness("a\nb\nc\nd\n", "d\nc\nb\na\n"), 100);
        assert_eq!(likeness("a\nb\nc\nd\n", "a\nb\nc\n"), 75);
        assert_eq!(likeness("a\na\n", "a\nb\n"), 50);
        assert_eq!(likeness("a\nb", "a\r\nb\r\n"), 100);
        assert_eq!(likeness("a\n", "b\n"), 0);
    }

    #[test]
    fn what_is_empty_or_binary_is_like_nothing() {
        assert!(Bag::of(b"").is_none() && Bag::of(b"a\0b").is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_alike_is_near(
            texts in prop::collection::vec("[abc\n]{1,12}", 1..8),
            text in "[abc\n]{1,12}",
            least in 0_u8..=100,
        ) {
            let bags: Vec<_> = texts.iter().map(|it| Bag::of(it.as_bytes()).unwrap()).collect();
            let bag = Bag::of(text.as_bytes()).unwrap();
            let near = Index::of(bags.iter()).near(&bag, least);
            prop_assert!(near.is_sorted());
            for (number, other) in bags.iter().enumerate() {
                let is_alike = least > 0 && other.likeness(&bag) >= least;
                prop_assert!(!is_alike || near.contains(&number));
                prop_assert!(!is_alike || other.is_of_size(&bag, least));
            }
        }
    }
}
