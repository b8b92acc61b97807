//! One Rego module as a document: its package, its rules, and what their `# METADATA` blocks say.
//!
//! In: a text. Out: what people and the guard need to know of it without evaluating anything.
//!
//! **Invariant:** reading is linear in the text and never deeper than its brackets, so that it is safe
//! for hostile texts; whatever evaluates a module reads it here first and stops where it is refused.

mod archive;
mod metadata;
mod scan;
mod sources;
mod statement;
mod unpack;

pub use archive::{Archive, Files, merge};
pub use metadata::{Metadata, Severity};
pub use sources::Sources;
pub use unpack::unpacked;

use crate::{
    diag::Diagnostic,
    text::{Document, Place},
};

/// How deep brackets and braces may stand in each other: the evaluator's parser doubles its work with
/// every level, and what people write has six.
pub const MAX_DEPTH: usize = 10;

/// One Rego module.
#[derive(Debug, Clone)]
pub struct Module {
    /// The text.
    pub document: Document,
    /// The parts of the package's name: `flagstone`, `plan`.
    pub package: Vec<String>,
    /// Its rules, in the order of the text. A name may stand several times.
    pub rules: Vec<Rule>,
    /// What is said of the package, and how far it reaches.
    blocks: Vec<(Scope, Metadata)>,
}

/// One definition of a rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The first word of its head.
    pub name: String,
    /// Where that word stands.
    pub place: Place,
    /// Whether it only says what holds where nothing else does.
    pub is_default: bool,
    /// What is said of this definition, and of every definition of the name.
    blocks: Vec<(Scope, Metadata)>,
}

/// How far a block of metadata reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// The definition below it.
    Rule,
    /// Every definition of the name below it.
    Document,
    /// The package.
    Package,
    /// The package and those below it.
    Subpackages,
}

/// What a rule's findings mean, by its name: conftest's names and one of ours.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What it finds must not be: `deny`, `deny_…`, `violation`, `violation_…`.
    Deny,
    /// What it finds needs somebody's approval: `needs_approval`, `needs_approval_…`.
    NeedsApproval,
    /// What it finds is worth a look: `warn`, `warn_…`.
    Warn,
}

impl Role {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::NeedsApproval => "needs-approval",
            Self::Warn => "warn",
        }
    }

    /// The role of the rules of a name, and the name without it: `deny_root` is `root` denied.
    pub fn of(name: &str) -> Option<(Self, &str)> {
        let prefixes = [
            ("deny", Self::Deny),
            ("violation", Self::Deny),
            ("needs_approval", Self::NeedsApproval),
            ("warn", Self::Warn),
        ];
        prefixes.into_iter().find_map(|(prefix, role)| {
            let rest = name.strip_prefix(prefix)?;
            let words = rest.strip_prefix('_').map(|it| it.split('_'));
            let is_word =
                |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric());
            match words {
                None => rest.is_empty().then_some((role, "")),
                Some(mut words) => words.all(is_word).then(|| (role, rest.trim_start_matches('_'))),
            }
        })
    }
}

impl Module {
    /// Reads a module. What could not be understood is told, and what could be is there all the same.
    pub fn parse(document: &Document) -> (Self, Vec<Diagnostic>) {
        let scanned = scan::scan(document);
        let mut mistakes: Vec<_> = scanned.too_deep.iter().map(too_deep).collect();
        let mut module = statement::read(document, &scanned, &mut mistakes);
        if module.package.is_empty() {
            let at = document.place((0..0).into());
            let mistake = Diagnostic::error("policy-package", "the policy has no package");
            mistakes.push(mistake.at(at).help("begin it with `package main`"));
        }
        module.rules.sort_by_key(|it| it.place.span);
        (module, mistakes)
    }

    /// The package's name as Rego writes it: `data.main`.
    pub fn reference(&self) -> String {
        reference(&self.package)
    }

    /// The package's name as people write it: `main`.
    pub fn package_name(&self) -> String {
        self.reference().split_off("data.".len().min(self.reference().len()))
    }

    /// The files into which its rules look, where its own blocks say it: `custom.parsed`.
    pub fn parsed(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().flat_map(|(_, said)| &said.parsed).map(String::as_str)
    }

    /// The code without its comments, word by word and sign by sign; a text is one word in its quotes.
    pub fn words(&self) -> Vec<&str> {
        let tokens = scan::scan(&self.document).tokens;
        tokens.iter().map(|it| self.document.slice(it.span)).collect()
    }

    /// What its own blocks say of the files that its rules judge: the readers (`custom.parsers`) and
    /// the patterns (`custom.files`).
    pub fn judges(&self) -> (Vec<&str>, Vec<&str>) {
        let said = || self.blocks.iter().map(|(_, said)| said);
        let parsers = said().flat_map(|it| &it.parsers).map(String::as_str);
        (parsers.collect(), said().flat_map(|it| &it.files).map(String::as_str).collect())
    }

    /// The definition that stands at a line (from 1).
    pub fn rule_at(&self, name: &str, line: usize) -> Option<&Rule> {
        self.rules.iter().find(|it| it.name == name && it.place.position().line == line)
    }
}

/// What is said of a definition: by its own block, by those of its name, of its package and of the
/// packages above, the nearest first. A package's title and description are its own.
pub fn metadata(modules: &[Module], package: &[String], rule: Option<&Rule>) -> Metadata {
    let own = |scope: Scope| {
        let blocks = rule.into_iter().flat_map(|it| &it.blocks);
        blocks.filter(move |(it, _)| *it == scope).map(|(_, said)| said)
    };
    let same_package = || modules.iter().filter(|it| it.package == package);
    let named = same_package().flat_map(|it| &it.rules);
    let named = named.filter(|it| rule.is_some_and(|rule| rule.name == it.name));
    let documents = named.flat_map(|it| &it.blocks).filter(|(it, _)| *it == Scope::Document);
    let packages = same_package().flat_map(|it| &it.blocks);
    let mut above: Vec<_> = modules.iter().filter(|it| package.starts_with(&it.package)).collect();
    above.sort_by_key(|it| std::cmp::Reverse(it.package.len()));
    let above = above.into_iter().flat_map(|it| &it.blocks);
    let above = above.filter(|(it, _)| *it == Scope::Subpackages);
    let of_name = own(Scope::Rule).chain(documents.map(|(_, said)| said));
    let said = of_name.fold(Metadata::default(), Metadata::or);
    packages.chain(above).fold(said, |said, (_, wider)| match rule {
        Some(_) => said.or(&wider.without_words()),
        None => said.or(wider),
    })
}

/// A way into the data, as Rego writes it.
pub fn reference<S: AsRef<str>>(steps: &[S]) -> String {
    let is_word = |it: &str| {
        let mut letters = it.chars();
        letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_')
            && letters.all(|it| it.is_ascii_alphanumeric() || it == '_')
    };
    let step = |step: &S| match step.as_ref() {
        word if is_word(word) => format!(".{word}"),
        other => format!("[{}]", crate::data::Value::from(other).to_json()),
    };
    format!("data{}", steps.iter().map(step).collect::<String>())
}

fn too_deep(place: &Place) -> Diagnostic {
    let message = format!("brackets stand more than {MAX_DEPTH} deep in each other");
    Diagnostic::error("policy-depth", message)
        .at(place.clone())
        .help("give the inner part a rule of its own")
}

#[cfg(test)]
mod tests;
