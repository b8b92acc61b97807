//! Which rules, data and parts of the input each rule of a bundle looks at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regorus::unstable::{Expr, Module as Syntax, Rule, RuleHead};

use super::{trap::span, walk};
use crate::{policy::Module, text::Span};

/// One rule's definition in its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) source: usize,
    pub(super) rule: usize,
}

/// One definition: its name and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) name: String,
    /// Its package, and its name.
    pub(super) way: Vec<String>,
    /// The whole definition.
    pub(super) span: Span,
    /// Its name in the head.
    pub(super) head: Span,
    pub(super) is_function: bool,
    pub(super) is_default: bool,
    /// Whether its head is nothing but its name, and it adds to no set.
    pub(super) is_plain: bool,
    looks_at: Vec<Vec<String>>,
    /// The functions that it calls, and where.
    pub(super) calls: Vec<(Vec<String>, Span)>,
}

/// Every definition of a bundle.
#[derive(Debug)]
pub(super) struct Reach {
    pub(super) nodes: Vec<Node>,
    by_way: BTreeMap<Vec<String>, Vec<usize>>,
}

/// What a step is that only evaluation knows.
pub(super) const ANY: &str = "[_]";

impl Reach {
    pub(super) fn of(modules: &[Module], syntax: &[&Syntax]) -> Self {
        let mut nodes = Vec::new();
        for (source, (module, syntax)) in modules.iter().zip(syntax).enumerate() {
            for (rule, it) in syntax.policy.iter().enumerate() {
                nodes.push(node(At { source, rule }, module, it));
            }
        }
        let mut by_way: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, node) in nodes.iter().enumerate() {
            by_way.entry(node.way.clone()).or_default().push(index);
        }
        let imports: Vec<_> = syntax.iter().map(|it| imports(it)).collect();
        let mut reach = Self { nodes, by_way };
        for index in 0..reach.nodes.len() {
            let Some(node) = reach.nodes.get(index) else { break };
            let (Some(module), Some(imports)) =
                (modules.get(node.at.source), imports.get(node.at.source))
            else {
                break;
            };
            let full = |way: &Vec<String>| reach.full(way, &module.package, imports);
            let looks_at = node.looks_at.iter().map(full).collect();
            let calls = node.calls.iter().map(|(way, span)| (full(way), *span)).collect();
            if let Some(node) = reach.nodes.get_mut(index) {
                (node.looks_at, node.calls) = (looks_at, calls);
            }
        }
        reach
    }

    /// A way as it is from anywhere: what begins with `data` is below it, all else is as written.
    fn full(
        &self,
        way: &[String],
        package: &[String],
        imports: &BTreeMap<String, Vec<String>>,
    ) -> Vec<String> {
        let Some((first, rest)) = way.split_first() else { return Vec::new() };
        let below = |root: &[String]| {
            let data = ["data".to_owned()];
            data.iter().chain(root).chain(rest).cloned().collect::<Vec<_>>()
        };
        let own = [package, std::slice::from_ref(first)].concat();
        match imports.get(first) {
            _ if self.by_way.contains_key(&own) => below(&own),
            Some(root) => root.iter().chain(rest).cloned().collect(),
            None => way.to_vec(),
        }
    }

    /// The definitions that a way below `data` leads to: those of a rule, or of all in a package.
    pub(super) fn led_to(&self, way: &[String]) -> Vec<usize> {
        let Some(("data", way)) = way.split_first().map(|(first, rest)| (first.as_str(), rest))
        else {
            return Vec::new();
        };
        let known = way.iter().take_while(|it| *it != ANY).cloned().collect::<Vec<_>>();
        let above = (1..=known.len()).filter_map(|end| self.by_way.get(known.get(..end)?));
        let below = self.by_way.range(known.clone()..).take_while(|(it, _)| it.starts_with(&known));
        let below = below.map(|(_, nodes)| nodes);
        let found: BTreeSet<_> = above.chain(below).flatten().copied().collect();
        found.into_iter().collect()
    }

    /// A definition and every one that it needs, the nearest first.
    pub(super) fn from(&self, start: usize) -> Vec<usize> {
        let mut found = vec![start];
        let mut left = VecDeque::from([start]);
        while let Some(node) = left.pop_front().and_then(|it| self.nodes.get(it)) {
            for next in node.looks_at.iter().flat_map(|it| self.led_to(it)) {
                if !found.contains(&next) {
                    found.push(next);
                    left.push_back(next);
                }
            }
        }
        found
    }

    /// The parts of the input and of the data that a definition and what it needs look at.
    pub(super) fn reads(&self, start: usize) -> Vec<String> {
        self.read(start).into_iter().map(shown).collect()
    }

    /// The ways below `data`, without that word, which lead to no rule.
    pub(super) fn data(&self, start: usize) -> Vec<&[String]> {
        let below = |it: &'_ [String]| it.first().is_some_and(|it| it == "data");
        let is_called = |way: &[String]| {
            self.nodes.iter().any(|node| node.calls.iter().any(|(called, _)| called == way))
        };
        let ways = self.read(start).into_iter().filter(|it| below(it) && !is_called(it));
        ways.filter_map(|it| it.get(1..)).collect()
    }

    fn read(&self, start: usize) -> Vec<&[String]> {
        let is_read = |way: &&Vec<String>| match way.first().map(String::as_str) {
            Some("input") => true,
            Some("data") => way.len() > 1 && self.led_to(way).is_empty(),
            _ => false,
        };
        let nodes = self.from(start).into_iter().filter_map(|it| self.nodes.get(it));
        let ways: BTreeSet<_> = nodes.flat_map(|it| &it.looks_at).filter(is_read).collect();
        // Of a way and a longer one only the longer one says something.
        let is_longest = |way: &&&Vec<String>| {
            !ways.iter().any(|it| it.len() > way.len() && it.starts_with(way))
        };
        ways.iter().filter(is_longest).map(|it| it.as_slice()).collect()
    }
}

/// A way as people write it.
pub(super) fn shown(way: &[String]) -> String {
    let mut text = String::new();
    for step in way {
        if !text.is_empty() && step != ANY {
            text.push('.');
        }
        text.push_str(step);
    }
    text
}

/// What each imported name stands for.
pub(super) fn imports(syntax: &Syntax) -> BTreeMap<String, Vec<String>> {
    let import = |it: &regorus::unstable::Import| {
        let way = way(&it.refr)?;
        let name = it.r#as.as_ref().map(|it| it.text().to_owned());
        Some((name.or_else(|| way.last().cloned())?, way))
    };
    syntax.imports.iter().filter_map(import).collect()
}

fn node(at: At, module: &Module, rule: &Rule) -> Node {
    let (refr, is_function, is_default) = match rule {
        Rule::Default { refr, args, .. } => (refr, !args.is_empty(), true),
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } => (refr, false, false),
            RuleHead::Func { refr, .. } => (refr, true, false),
        },
    };
    let is_value = matches!(rule, Rule::Spec { head: RuleHead::Compr { .. }, .. });
    let steps = way(refr).unwrap_or_default();
    let known = steps.iter().take_while(|it| *it != ANY).cloned();
    let (mut looks_at, mut calls) = (Vec::new(), Vec::new());
    walk::ways(rule, &mut |it| looks_at.extend(way(it)));
    walk::expressions(rule, &mut |it| {
        if let Expr::Call { fcn, .. } = it {
            calls.extend(way(fcn).map(|way| (way, span(fcn))));
        }
    });
    let whole = rule.span();
    Node {
        at,
        name: steps.first().cloned().unwrap_or_default(),
        way: module.package.iter().cloned().chain(known).collect(),
        span: plain(whole),
        head: span(refr),
        is_function,
        is_default,
        is_plain: is_value && matches!(&**refr, Expr::Var { .. }),
        looks_at,
        calls,
    }
}

pub(super) fn plain(span: &regorus::unstable::Span) -> Span {
    let at = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    Span { start: at(span.start), end: at(span.end) }
}

/// The steps of a way, or nothing if it begins with something else than a name.
pub(super) fn way(expression: &Expr) -> Option<Vec<String>> {
    match expression {
        Expr::Var { span, .. } => Some(vec![span.text().to_owned()]),
        Expr::RefDot { refr, field, .. } => {
            let mut steps = way(refr)?;
            steps.push(field.0.text().to_owned());
            Some(steps)
        }
        Expr::RefBrack { refr, index, .. } => {
            let mut steps = way(refr)?;
            steps.push(match &**index {
                Expr::String { value, .. } | Expr::RawString { value, .. } => {
                    value.as_string().map_or_else(|_| ANY.to_owned(), |it| it.to_string())
                }
                _ => ANY.to_owned(),
            });
            Some(steps)
        }
        _ => None,
    }
}
