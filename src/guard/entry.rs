//! The definitions of a bundle that find something, each of which can be asked on its own.
//!
//! A name such as `deny` is defined many times, and asked for together nobody could tell which of its
//! definitions found what. So every definition is given a name of its own, in its place in the text,
//! and the old name becomes all of them: `deny contains it if some it in flagstone_0_deny`.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Module as Syntax, Rule, RuleHead};

use super::{Failure, parts::Parts};
use crate::policy::{Metadata, Module, Role, Severity, metadata, reference};

/// One definition, or all definitions of a name that can't be asked apart.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) package: Vec<String>,
    pub(super) name: String,
    /// The name under which it is asked for.
    asked: String,
    /// Whether it adds to a set, which is there even if nothing is in it.
    pub(super) is_set: bool,
    pub(super) role: Role,
    /// Its name without its role: what an `exception` says.
    pub(super) short: String,
    pub(super) source: usize,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) said: Metadata,
}

/// What a bundle's texts became: the same lines, with other names in some heads.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) entries: Vec<Entry>,
    pub(super) texts: Vec<String>,
    /// What was written out in them before.
    pub(super) parts: Parts,
    /// The packages with an `exception`.
    pub(super) excepting: Vec<Vec<String>>,
    /// By module and line: behind which column, and how far, the text was moved.
    pub(super) moved: BTreeMap<(usize, usize), (usize, usize)>,
}

/// One definition as it stands in its module.
struct Definition {
    source: usize,
    line: usize,
    column: usize,
    /// The bytes of its name.
    name: std::ops::Range<usize>,
    /// Whether it adds to a set, and so can be asked apart.
    is_apart: bool,
}

impl Entries {
    /// The author's column of one of the evaluator's: it takes a tab for four and letters for their
    /// bytes, and it read heads with other names.
    pub(super) fn column(&self, source: usize, line: usize, column: usize) -> usize {
        let text = self.texts.get(source).and_then(|it| it.lines().nth(line.saturating_sub(1)));
        let mut left = column.saturating_sub(1);
        let mut is_before = |letter: &char| {
            let width = if *letter == '\t' { 4 } else { letter.len_utf8() };
            let is_before = left >= width;
            left = left.saturating_sub(width);
            is_before
        };
        let letters: Vec<_> = text.unwrap_or_default().chars().collect();
        let before = letters.iter().take_while(|it| is_before(it)).count();
        // Of a way or call it says where its last step begins; people look for the first.
        let is_step = letters.get(before).is_some_and(|it| ".([".contains(*it));
        let is_way = |it: &&char| it.is_alphanumeric() || "_.".contains(**it);
        let back =
            letters.get(..before).unwrap_or_default().iter().rev().take_while(is_way).count();
        let column = before - if is_step { back } else { 0 } + 1;
        match self.moved.get(&(source, line)) {
            Some((end, added)) if column >= end + added => column - added,
            Some(_) | None => column,
        }
    }
}

impl Entry {
    /// What people call the rule.
    pub(super) fn id(&self) -> String {
        let own = || format!("{}.{}", self.package.join("."), self.name);
        self.said.id.clone().unwrap_or_else(own)
    }

    /// How grave its findings are.
    pub(super) fn severity(&self) -> Severity {
        self.said.severity.unwrap_or(match self.role {
            Role::Deny => Severity::High,
            Role::NeedsApproval => Severity::Medium,
            Role::Warn => Severity::Low,
        })
    }

    /// Where it stands: line and column.
    pub(super) const fn position(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// The way to its value.
    pub(super) fn reference(&self) -> String {
        format!("{}.{}", reference(&self.package), self.asked)
    }
}

/// The definitions of a bundle's modules, in their order.
pub(super) fn entries(
    bundle: usize,
    modules: &[Module],
    syntax: &[&Syntax],
) -> Result<Entries, Vec<Failure>> {
    let mut found = Entries {
        texts: modules.iter().map(|it| it.document.text().to_owned()).collect(),
        ..Entries::default()
    };
    let mut names: BTreeMap<(Vec<String>, String), Vec<Definition>> = BTreeMap::new();
    let mut failures = Vec::new();
    for (source, (module, syntax)) in modules.iter().zip(syntax).enumerate() {
        for rule in &syntax.policy {
            let Some((name, is_apart)) = definition(rule) else { continue };
            let text = name.text().to_owned();
            if text == "exception" && !found.excepting.contains(&module.package) {
                found.excepting.push(module.package.clone());
            }
            if Role::of(&text).is_none() {
                continue;
            }
            let at = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
            let position = module.document.position(at(name.start));
            let definition = Definition {
                source,
                line: position.line,
                column: position.column,
                name: at(name.start)..at(name.end),
                is_apart: is_apart == Form::Member,
            };
            if module.rule_at(&text, definition.line).is_none() {
                failures.push(unseen(bundle, &definition, &text));
            }
            match is_apart {
                Form::Other => failures.push(no_set(bundle, &definition, &text)),
                Form::Member | Form::Whole => {
                    names.entry((module.package.clone(), text)).or_default().push(definition);
                }
            }
        }
    }
    if !failures.is_empty() {
        return Err(failures);
    }
    let mut renamed = Vec::new();
    for ((package, name), definitions) in names {
        let Some((role, short)) = Role::of(&name) else { continue };
        let is_apart = definitions.iter().all(|it| it.is_apart);
        let asked: Vec<_> = match is_apart {
            true => definitions.iter().collect(),
            false => definitions.iter().take(1).collect(),
        };
        for definition in asked {
            let number = found.entries.len();
            let rule =
                modules.get(definition.source).and_then(|it| it.rule_at(&name, definition.line));
            let asked = if is_apart { format!("flagstone_{number}_{name}") } else { name.clone() };
            if is_apart {
                renamed.push((definition.source, definition.name.clone(), asked.clone()));
                let added = asked.len() - name.len();
                let end = definition.column + name.chars().count();
                found.moved.insert((definition.source, definition.line), (end, added));
            }
            found.entries.push(Entry {
                package: package.clone(),
                name: name.clone(),
                asked,
                is_set: is_apart,
                role,
                short: short.to_owned(),
                source: definition.source,
                line: definition.line,
                column: definition.column,
                said: metadata(modules, &package, rule),
            });
        }
    }
    rename(&mut found, renamed);
    Ok(found)
}

/// Gives the definitions their names, from the last to the first, so that places stay true.
fn rename(found: &mut Entries, mut renamed: Vec<(usize, std::ops::Range<usize>, String)>) {
    renamed.sort_by_key(|(source, name, _)| (*source, std::cmp::Reverse(name.start)));
    for (source, name, asked) in renamed {
        let Some(text) = found.texts.get_mut(source) else { continue };
        let old = text.get(name.clone()).unwrap_or_default().to_owned();
        text.replace_range(name, &asked);
        *text += &format!("\n{old} contains flagstone_found if some flagstone_found in {asked}\n");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `deny contains x`
    Member,
    /// `deny := {…}`
    Whole,
    /// Anything else: its findings would be none, silently.
    Other,
}

/// The name of a rule's head, and how it makes its value; nothing for functions, of which nothing is
/// asked.
fn definition(rule: &Rule) -> Option<(&regorus::unstable::Span, Form)> {
    match rule {
        Rule::Default { refr, args, .. } => {
            args.is_empty().then(|| (root(refr), form(refr, Form::Whole)))
        }
        Rule::Spec { head, .. } => match head {
            RuleHead::Func { .. } => None,
            RuleHead::Set { refr, key, .. } => {
                let member = if key.is_some() { Form::Member } else { Form::Other };
                Some((root(refr), form(refr, member)))
            }
            RuleHead::Compr { refr, assign, .. } => {
                let whole = if assign.is_some() { Form::Whole } else { Form::Other };
                Some((root(refr), form(refr, whole)))
            }
        },
    }
}

fn form(refr: &Expr, of_word: Form) -> Form {
    if matches!(refr, Expr::Var { .. }) { of_word } else { Form::Other }
}

/// The first word of a way.
fn root(refr: &Expr) -> &regorus::unstable::Span {
    match refr {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => root(refr),
        other => other.span(),
    }
}

/// That the evaluator reads a rule where we read none: we would ask nothing of it.
fn unseen(bundle: usize, definition: &Definition, name: &str) -> Failure {
    Failure {
        help: Some("begin it on a line of its own, behind a whole statement".to_owned()),
        source: Some((bundle, definition.source)),
        position: Some((definition.line, definition.column)),
        ..Failure::new(
            "policy-syntax",
            format!("`{name}` can't be told from what stands before it"),
        )
    }
}

fn no_set(bundle: usize, definition: &Definition, name: &str) -> Failure {
    Failure {
        help: Some(format!("write `{name} contains message if {{ … }}`")),
        source: Some((bundle, definition.source)),
        position: Some((definition.line, definition.column)),
        ..Failure::new("policy-form", format!("`{name}` must be a set of findings"))
    }
}
