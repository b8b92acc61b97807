//! Chance that is the same in every run, and what it does to a value.

use serde_json::{Map, Value, json};

/// Numbers that look random (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap_or_default()
    }

    /// One time in so many.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    /// One of some.
    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.roll(items.len())]
    }

    /// One of some texts.
    pub(super) fn text(&mut self, items: &[&str]) -> Value {
        Value::from(*self.pick(items))
    }

    /// As many of something as it rolls, `least` at least.
    pub(super) fn some(
        &mut self,
        least: usize,
        more: usize,
        mut one: impl FnMut(&mut Self) -> Value,
    ) -> Value {
        (0..least + self.roll(more + 1)).map(|_| one(self)).collect()
    }

    /// An object of those entries that it keeps; each is there two times of three.
    pub(super) fn object(&mut self, entries: Value) -> Value {
        let Value::Object(entries) = entries else { return entries };
        Value::Object(entries.into_iter().filter(|_| !self.once_in(3)).collect())
    }

    /// The value with fields removed and retyped, each part with a chance of some hundredths.
    pub(super) fn harmed(&mut self, value: &Value) -> Value {
        if self.once_in(25) {
            return self.other();
        }
        match value {
            Value::Object(entries) => {
                let kept = entries.iter().filter(|_| !self.once_in(33));
                let kept: Vec<_> = kept.collect();
                let kept = kept.into_iter().map(|(key, it)| (key.clone(), self.harmed(it)));
                Value::Object(kept.collect::<Map<_, _>>())
            }
            Value::Array(items) => {
                let kept: Vec<_> = items.iter().filter(|_| !self.once_in(33)).collect();
                kept.into_iter().map(|it| self.harmed(it)).collect()
            }
            other => other.clone(),
        }
    }

    /// A value of any type.
    fn other(&mut self) -> Value {
        let all = json!([
            null, 5, -1, 1.5, "x", "", "a/b:c", true, false, [], {}, [1], ["a"], [null],
            {"a": 1}, {"a": null}, [[]], [{"path": "x"}], {"0": "a"}
        ]);
        let Value::Array(all) = all else { return Value::Null };
        self.pick(&all).clone()
    }
}
