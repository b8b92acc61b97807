//! Packages in several files, and packages with others below them, which the evaluator takes apart
//! wrongly.
//!
//! Asked for a package as a whole, it calls the package, with all below it, done after its first file:
//! what the other files then ask of their own rules is undefined, and a helper that is not there is a rule that does
//! not fire, or fires always. An import that names such a package is one way to ask so
//! (`import data.lib`, `lib.x`): there the whole name is written into the text, by which it asks for
//! one rule. All other ways are refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use regorus::unstable::{Expr, Literal, Module as Syntax, Rule, RuleHead};

use super::{
    Failure,
    bundle::{Parsed, fresh},
    reach, walk,
};
use crate::{
    diag::Diagnostic,
    policy::{Module, reference},
    text::{Document, Position},
};

/// Texts in which imports of packages in several files are written out, on the same lines.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// By module: the text as it was, and as it is.
    pub(super) documents: Vec<(Document, Document)>,
    /// By module: the bytes that were replaced, in their order, and how many there are now.
    edits: Vec<Vec<(Range<usize>, usize)>>,
}

impl Parts {
    /// Writes imports out, and tells the other ways to ask for such a package as a whole.
    pub(super) fn of(modules: &[Module], syntax: &[&Syntax]) -> (Self, Vec<(usize, Diagnostic)>) {
        let mut packages: BTreeMap<&[String], usize> = BTreeMap::new();
        for module in modules {
            *packages.entry(&module.package).or_default() += 1;
        }
        // A package that is done is so with those below it.
        let has_more = |(package, files): &(&&[String], &usize)| {
            let below = packages.range(**package..).nth(1);
            **files > 1 || below.is_some_and(|(it, _)| it.starts_with(package))
        };
        let split: Vec<_> = packages.iter().filter(has_more).map(|(it, _)| *it).collect();
        if split.is_empty() {
            return (Self::default(), Vec::new());
        }
        let is_split = |way: &[String]| split.iter().any(|it| it.starts_with(way));
        let (mut parts, mut mistakes) = (Self::default(), Vec::new());
        for (source, (module, syntax)) in modules.iter().zip(syntax).enumerate() {
            let mut look = Look {
                module,
                is_split: &is_split,
                imports: reach::imports(syntax),
                bound: bound(syntax),
                edits: Vec::new(),
                mistakes: Vec::new(),
            };
            syntax.policy.iter().for_each(|rule| look.rule(rule));
            let Look { mut edits, mistakes: wrong, .. } = look;
            mistakes.extend(wrong.into_iter().map(|it| (source, it)));
            edits.sort_by_key(|(range, _)| range.start);
            edits.dedup();
            let mut text = module.document.text().to_owned();
            for (range, new) in edits.iter().rev() {
                text.replace_range(range.clone(), new);
            }
            let new = Document::new(module.document.name(), text);
            parts.documents.push((module.document.clone(), new));
            parts.edits.push(edits.into_iter().map(|(range, new)| (range, new.len())).collect());
        }
        (parts, mistakes)
    }

    /// Whether every text is as it was.
    pub(super) fn is_as_it_was(&self) -> bool {
        self.edits.iter().all(Vec::is_empty)
    }

    /// The modules of the texts as they are.
    pub(super) fn parsed(&self, now: i64) -> Result<Parsed, Vec<Failure>> {
        let mut engine = fresh(now);
        let mut modules = Vec::new();
        for (source, (_, document)) in self.documents.iter().enumerate() {
            let added = engine.add_policy(source.to_string(), document.text().to_owned());
            added.map_err(|error| vec![Failure::new("policy-syntax", error.to_string())])?;
            modules.push(Module::parse(document).0);
        }
        Ok(Parsed { modules, engine })
    }

    /// Where a byte of the text as it is was before.
    pub(super) fn offset(&self, source: usize, offset: usize) -> usize {
        let (mut added, mut removed) = (0, 0);
        for (range, new) in self.edits.get(source).into_iter().flatten() {
            let start = range.start + added - removed;
            if offset < start {
                break;
            }
            if offset < start + new {
                return range.start;
            }
            added += new;
            removed += range.len();
        }
        offset + removed - added.min(offset + removed)
    }

    /// Where a line and column of the text as it is were before.
    pub(super) fn position(&self, source: usize, (line, column): (usize, usize)) -> (usize, usize) {
        let Some((old, new)) = self.documents.get(source) else { return (line, column) };
        let offset = self.offset(source, new.offset(Position { line, column }));
        let position = old.position(offset);
        if position.line == line { (line, position.column) } else { (line, column) }
    }
}

struct Look<'m> {
    module: &'m Module,
    /// Whether packages in several files stand at a way, or below it.
    is_split: &'m dyn Fn(&[String]) -> bool,
    imports: BTreeMap<String, Vec<String>>,
    /// The names that the module's rules give to values.
    bound: BTreeSet<String>,
    edits: Vec<(Range<usize>, String)>,
    mistakes: Vec<Diagnostic>,
}

impl Look<'_> {
    fn rule(&mut self, rule: &Rule) {
        let mut ways = Vec::new();
        walk::ways(rule, &mut |it| ways.push(it));
        ways.into_iter().for_each(|it| self.way(it));
    }

    fn way(&mut self, expression: &Expr) {
        let Some(steps) = reach::way(expression) else { return };
        let Some((first, rest)) = steps.split_first() else { return };
        let known = |steps: &[String]| {
            steps.iter().take_while(|it| *it != reach::ANY).cloned().collect::<Vec<_>>()
        };
        if first == "data" {
            if (self.is_split)(&known(rest)) {
                self.refuse(expression);
            }
            return;
        }
        let Some(target) =
            self.imports.get(first).filter(|it| it.first().is_some_and(|it| it == "data"))
        else {
            return;
        };
        let target = target.get(1..).unwrap_or_default().to_vec();
        if !(self.is_split)(&target) {
            return;
        }
        let whole = [target.clone(), known(rest)].concat();
        if (self.is_split)(&whole) || self.bound.contains(first) {
            self.refuse(expression);
            return;
        }
        let root = root(expression);
        self.edits.push((root.start..root.end, reference(&target)));
    }

    fn refuse(&mut self, expression: &Expr) {
        let place = self.module.document.place(super::trap::span(expression));
        let mistake =
            Diagnostic::error("policy-whole", "a package of several files is asked for as a whole");
        self.mistakes.push(
            mistake
                .at(place)
                .note("the evaluator would take its files apart, and lose what they share")
                .help("name the rule by its whole way: `data.package.rule`"),
        );
    }
}

/// The first word of a way.
fn root(expression: &Expr) -> crate::text::Span {
    match expression {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => root(refr),
        other => reach::plain(other.span()),
    }
}

/// Every name that rules give to values: a name that is also an import's may stand for either.
fn bound(syntax: &Syntax) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    fn add(names: &mut BTreeSet<String>, expression: &Expr) {
        match expression {
            Expr::Var { span, .. } => drop(names.insert(span.text().to_owned())),
            Expr::Array { .. } | Expr::Object { .. } | Expr::Set { .. } => {
                walk::parts(expression).into_iter().for_each(|it| add(names, it));
            }
            _ => {}
        }
    }
    for rule in &syntax.policy {
        if let Rule::Spec { head: RuleHead::Func { args, .. }, .. } = &**rule {
            args.iter().for_each(|it| add(&mut names, it));
        }
        walk::statements(rule, &mut |statement| match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                names.extend(vars.iter().map(|it| it.text().to_owned()));
            }
            Literal::SomeIn { key, value, .. } => {
                key.iter().for_each(|it| add(&mut names, it));
                add(&mut names, value);
            }
            Literal::Every { key, value, .. } => {
                names.extend(key.iter().chain([value]).map(|it| it.text().to_owned()));
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { lhs, .. } = &**expr {
                    add(&mut names, lhs);
                }
            }
            Literal::NotExpr { .. } => {}
        });
    }
    names
}
