//! What a template names itself, and where; a loop's variable stands for an item of what it goes
//! through.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::machinery::ast;

use super::{Walk, compared::Step};

/// What a part of a template names itself.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) set: BTreeSet<String>,
    /// What only one of two branches sets.
    pub(super) set_in_branch: BTreeSet<String>,
    /// The names of these that stand for another name, its keys and items.
    stands_for: BTreeMap<String, Vec<Step>>,
}

impl Walk<'_> {
    pub(super) fn define(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.set.insert(name.to_owned());
            scope.stands_for.remove(name);
        }
    }

    pub(super) fn is_defined(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.set.contains(name))
    }

    /// Whether it is the template's own, or may be.
    pub(super) fn may_be_defined(&self, name: &str) -> bool {
        let may = |scope: &Scope| scope.set.contains(name) || scope.set_in_branch.contains(name);
        self.scopes.iter().any(may)
    }

    /// What a name stands for: itself, if it is none of the template's own.
    pub(super) fn stands_for(&self, name: &str) -> Option<Vec<Step>> {
        for scope in self.scopes.iter().rev() {
            if scope.set_in_branch.contains(name) {
                return None;
            }
            if scope.set.contains(name) {
                return scope.stands_for.get(name).cloned();
            }
        }
        Some(vec![Step::Key(name.to_owned())])
    }

    /// One branch, and what it sets.
    fn branch(&mut self, body: &[ast::Stmt<'_>]) -> Scope {
        self.scopes.push(Scope::default());
        self.statements(body);
        self.scopes.pop().unwrap_or_default()
    }

    /// What two branches set is set behind them; what one of them sets may be.
    pub(super) fn branches(&mut self, one: &[ast::Stmt<'_>], other: &[ast::Stmt<'_>]) {
        let (one, other) = (self.branch(one), self.branch(other));
        let Some(scope) = self.scopes.last_mut() else { return };
        for name in one.set.intersection(&other.set) {
            scope.set.insert(name.clone());
            scope.stands_for.remove(name);
        }
        scope.set_in_branch.extend(one.set.symmetric_difference(&other.set).cloned());
        scope.set_in_branch.extend(one.set_in_branch);
        scope.set_in_branch.extend(other.set_in_branch);
    }

    pub(super) fn inside(&mut self, names: &[&str], body: impl FnOnce(&mut Self)) {
        let set = names.iter().map(|name| (*name).to_owned()).collect();
        self.scopes.push(Scope { set, ..Scope::default() });
        body(self);
        self.scopes.pop();
    }

    pub(super) fn assign(&mut self, target: &ast::Expr<'_>) {
        match target {
            ast::Expr::Var(name) => {
                self.define(name.id);
                self.names.defined.insert(name.id.to_owned());
            }
            ast::Expr::List(list) => list.items.iter().for_each(|it| self.assign(it)),
            ast::Expr::Tuple(tuple) => tuple.items.iter().for_each(|it| self.assign(it)),
            // `ns.x`: the namespace must be there.
            ast::Expr::GetAttr(attribute) => self.expression(&attribute.expr),
            _ => {}
        }
    }

    /// Gives a name what is known by another.
    pub(super) fn assign_known(&mut self, target: &ast::Expr<'_>, known: Option<Vec<Step>>) {
        self.assign(target);
        if let (ast::Expr::Var(name), Some(known), Some(scope)) =
            (target, known, self.scopes.last_mut())
        {
            scope.stands_for.insert(name.id.to_owned(), known);
        }
    }
}
