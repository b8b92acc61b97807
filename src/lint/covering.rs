//! Few services in place of many: those that show every two answers beside each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::answer::{Answer, Answers};

/// Stands for a parameter with an answer.
pub(super) type Code = u32;

/// The code of no answer.
pub(super) const NOTHING: Code = 0;

/// The codes of answers by parameter.
pub(super) type Coded<'c> = BTreeMap<&'c str, Code>;

/// Answers as numbers, the same number for the same parameter and answer.
#[derive(Default)]
pub(super) struct Codes {
    known: HashMap<(String, String), Code>,
}

impl Codes {
    /// The codes of answers.
    pub(super) fn of<'c>(&mut self, answers: &'c Answers) -> Coded<'c> {
        let code = |(name, answer): (&'c String, &Answer)| {
            let next = self.known.len() as Code + 1;
            let key = (name.clone(), answer.value.to_json());
            (name.as_str(), *self.known.entry(key).or_insert(next))
        };
        answers.iter().map(code).collect()
    }
}

/// Those of `all` that show every two answers beside each other which some of `all` shows, a few as
/// long as that is easily had. What the parameters `texts` answer does not count.
pub(super) fn covering<'s, T>(
    all: impl IntoIterator<Item = (&'s Answers, T)>,
    texts: &[&str],
) -> Vec<T> {
    let mut codes = Codes::default();
    let mut left: Vec<(BTreeSet<(Code, Code)>, T)> = Vec::new();
    for (answers, it) in all {
        let coded = codes.of(answers);
        let said = coded.iter().filter(|(name, _)| !texts.contains(name)).map(|(_, code)| *code);
        let said: Vec<Code> = [NOTHING].into_iter().chain(said).collect();
        let beside = |(at, one): (usize, &Code)| {
            let one = *one;
            said.iter().skip(at).map(move |other| (one, *other)).collect::<Vec<_>>()
        };
        left.push((said.iter().enumerate().flat_map(beside).collect(), it));
    }
    let mut chosen = Vec::new();
    // The first of those that show most.
    while let Some(at) = (0..left.len()).rev().max_by_key(|at| left.get(*at).map(|it| it.0.len())) {
        let (shown, it) = left.remove(at);
        chosen.push(it);
        for (pairs, _) in &mut left {
            pairs.retain(|it| !shown.contains(it));
        }
        left.retain(|(pairs, _)| !pairs.is_empty());
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Origin;

    fn answers(all: &[(&str, i64)]) -> Answers {
        let answer = |value: i64| Answer { value: value.into(), origin: Origin::Spec };
        all.iter().map(|(name, value)| ((*name).to_owned(), answer(*value))).collect()
    }

    /// Every mix of four answers, of three and of twice two, beside a text of its own.
    fn all() -> Vec<Answers> {
        let mixes = (0..48).map(|it| (it, it % 4, it / 4 % 3, it / 12 % 2, it / 24));
        mixes
            .map(|(it, a, b, c, d)| {
                answers(&[("a", a), ("b", b), ("c", c), ("d", d), ("text", it)])
            })
            .collect()
    }

    fn pairs<'s>(all: impl Iterator<Item = &'s Answers>) -> BTreeSet<(String, String)> {
        let said = |it: &Answers| -> Vec<String> {
            let said = it.iter().filter(|(name, _)| *name != "text");
            said.map(|(name, answer)| format!("{name}={}", answer.value)).collect()
        };
        let of = |it: &Answers| -> Vec<(String, String)> {
            let said = said(it);
            let beside = |one: &String| {
                said.iter().map(|other| (one.clone(), other.clone())).collect::<Vec<_>>()
            };
            said.iter().flat_map(beside).collect()
        };
        all.flat_map(of).collect()
    }

    #[test]
    fn a_few_services_show_every_two_answers_beside_each_other() {
        let all = all();
        let chosen = covering(all.iter().map(|it| (it, it)), &["text"]);
        assert_eq!(pairs(chosen.iter().copied()), pairs(all.iter()));
        assert!((12..=16).contains(&chosen.len()), "{}", chosen.len());
        assert_eq!(chosen.first(), Some(&&all[0]));
    }

    #[test]
    fn what_only_one_service_shows_is_kept() {
        let mut all = vec![answers(&[("a", 0)]); 3];
        all.push(answers(&[("a", 0), ("b", 1)]));
        assert_eq!(covering(all.iter().zip(0..), &[]), [3]);
        all.push(answers(&[("a", 1)]));
        assert_eq!(covering(all.iter().zip(0..), &[]), [3, 4]);
    }
}
