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
}
