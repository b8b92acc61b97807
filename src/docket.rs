//! Policies and a plan -> what the guard is asked; and what it found -> the places in the files.
//!
//! In: the policies of a catalog, a golden path, its layers and the service, each a bundle of its own;
//! a tree as it will land, or as it stands. Out: a [`Request`], and its verdict with lines.
//!
//! **Invariant:** a bundle sees its own policies alone, so nobody takes another's findings away. What
//! no policy could be shown is a finding, never left out.

mod bundle;
mod files;
mod places;
mod selection;
mod sight;
mod time;
mod unread;

pub use bundle::bundle;
pub use places::placed;
pub use time::rfc3339;
pub use unread::recoded;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use selection::Selection;

use crate::{
    diag::Diagnostic,
    glob::Glob,
    guard::{Bundle, Finding, PLAN_PACKAGE, PlanInput, Request, Verdict},
    policy::{Metadata, Module, Role, metadata},
    text::Document,
    tree::{Entry, Listing, RepoPath, Tree},
};

/// The policies of a run, and what they want to see.
#[derive(Debug, Default)]
pub struct Docket {
    bundles: Vec<Bundle>,
    /// The files whose text rules over plans want.
    texts: Vec<Glob>,
    /// The files into which rules over plans look.
    parsed: Seen,
    /// Whether there are rules over files.
    judges_files: bool,
    /// The packages that judge each file.
    selection: Selection,
    /// The ids of all rules.
    rules: BTreeSet<String>,
    /// The rules that judge the answer to one parameter: parameter, policy, line.
    of_answers: BTreeSet<(String, String, usize)>,
}

/// Files into which rules look.
#[derive(Debug)]
enum Seen {
    /// These.
    Some(Vec<Glob>),
    /// Whichever there are: a rule does not say it.
    Every,
}

/// What policies say of a service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judged {
    /// The service.
    pub service: String,
    /// What they say.
    pub verdict: Verdict,
    /// What could not be judged, with its places.
    pub failures: Vec<Diagnostic>,
    /// What the files of findings were made from, by their paths.
    pub made: BTreeMap<String, Template>,
}

/// What a file was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The template, from the root of its catalog.
    pub file: String,
    /// The parameters that it names.
    pub parameters: Vec<String>,
}

impl Judged {
    /// Whether what was judged may go on.
    pub const fn may_go_on(&self) -> bool {
        self.verdict.decision.may_go_on()
    }
}

/// What is judged: the service as it will be, or as it is.
pub struct Plan<'a> {
    /// What is known of it besides its files.
    pub input: PlanInput,
    /// Its files.
    pub tree: &'a Tree,
    /// The same by their ids.
    pub files: &'a Listing,
    /// What there was before.
    pub before: &'a Listing,
    /// Files that there are besides, with names that no repository of ours can have.
    pub unnamed: &'a [(String, Entry)],
    /// Whose each file is.
    pub ownership: &'a dyn Fn(&RepoPath) -> &'static str,
    /// The time of the run.
    pub now: i64,
}

impl Docket {
    /// Reads what the policies say of themselves. What can't be read is told by the guard.
    pub fn new(bundles: Vec<Bundle>) -> Self {
        let bundles: Vec<_> = bundles.into_iter().filter(|it| !it.sources.is_empty()).collect();
        let mut docket = Self::default();
        for bundle in &bundles {
            let parse = |it: &crate::guard::Source| {
                Module::parse(&Document::new(&it.path, it.text.as_str())).0
            };
            let modules: Vec<_> = bundle.sources.par_iter().map(parse).collect();
            for module in &modules {
                docket.read(module, &modules);
            }
            for module in sight::looking(&modules) {
                docket.parsed.add(module);
            }
        }
        docket.bundles = bundles;
        docket
    }

    fn read(&mut self, module: &Module, modules: &[Module]) {
        let is_of_plans = module.package.starts_with(&PLAN_PACKAGE.map(str::to_owned));
        if !is_of_plans && module.rules.iter().any(|it| Role::of(&it.name).is_some()) {
            self.selection.add(module);
        }
        for rule in module.rules.iter().filter(|it| Role::of(&it.name).is_some()) {
            self.judges_files |= !is_of_plans;
            let Metadata { id, texts, parameter, .. } =
                metadata(modules, &module.package, Some(rule));
            let own = || format!("{}.{}", module.package.join("."), rule.name);
            self.rules.insert(id.unwrap_or_else(own));
            if is_of_plans {
                self.texts.extend(texts.iter().filter_map(|it| Glob::parse(it).ok()));
                let place = (module.document.name().to_owned(), rule.place.position().line);
                self.of_answers.extend(parameter.map(|name| (name, place.0, place.1)));
            }
        }
    }

    /// Whether there is nothing to judge by.
    pub fn is_empty(&self) -> bool {
        self.bundles.is_empty()
    }

    /// What the guard is asked by, while it is not yet known of what.
    pub fn policies(&self, now: i64) -> Request {
        self.ask(Vec::new(), now)
    }

    /// What the guard is asked of a whole plan, and what of the plan can't be shown to it.
    pub fn request(&self, plan: Plan<'_>) -> (Request, Vec<Finding>) {
        let (subjects, unread) = files::subjects(self, &plan);
        let now = plan.now;
        let input = files::input(self, plan);
        let subjects = std::iter::once(input.subject()).chain(subjects).collect();
        (self.ask(subjects, now), unread)
    }

    /// What the guard is asked of answers alone, while others are still to come.
    pub fn question(&self, input: &PlanInput, now: i64) -> Request {
        self.ask(vec![input.clone().subject()], now)
    }

    fn ask(&self, subjects: Vec<crate::guard::Subject>, now: i64) -> Request {
        Request { bundles: self.bundles.clone(), subjects, now, ..Request::default() }
    }

    /// What the rules are called.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(String::as_str)
    }

    /// Whether a rule judges the answer to a parameter.
    pub fn judges_answer(&self, parameter: &str) -> bool {
        self.of_answers.iter().any(|(name, ..)| name == parameter)
    }

    /// What a verdict says against the answer to a parameter.
    pub fn against<'v>(&self, parameter: &str, verdict: &'v Verdict) -> Option<&'v Finding> {
        verdict.findings.iter().find(|it| {
            let rule = (parameter.to_owned(), it.policy.clone(), it.policy_line);
            let stops = it.role != Role::Warn && it.excepted.is_none();
            stops && self.of_answers.contains(&rule)
        })
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self::Some(Vec::new())
    }
}

impl Seen {
    /// Adds what a module looks into: what its own package's block says, or everything.
    fn add(&mut self, module: &Module) {
        let globs: Option<Vec<_>> = module.parsed().map(|it| Glob::parse(it).ok()).collect();
        match (self, globs) {
            (Self::Some(all), Some(globs)) if !globs.is_empty() => all.extend(globs),
            (this, _) => *this = Self::Every,
        }
    }

    fn has(&self, path: &RepoPath) -> bool {
        match self {
            Self::Some(globs) => globs.iter().any(|it| it.matches(path)),
            Self::Every => true,
        }
    }
}

#[cfg(test)]
mod tests;
