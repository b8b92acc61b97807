//! The statements of a template, in their order.

use minijinja::machinery::ast;

use super::{NameKind, Walk, compared::Step};

impl Walk<'_> {
    pub(super) fn statements(&mut self, statements: &[ast::Stmt<'_>]) {
        statements.iter().for_each(|it| self.statement(it));
    }

    pub(super) fn statement(&mut self, statement: &ast::Stmt<'_>) {
        match statement {
            ast::Stmt::Template(it) => {
                for child in &it.children {
                    if let ast::Stmt::Macro(it) = child {
                        self.define(it.name);
                        self.names.defined.insert(it.name.to_owned());
                    }
                }
                self.statements(&it.children);
            }
            ast::Stmt::EmitExpr(it) => self.expression(&it.expr),
            ast::Stmt::EmitRaw(_) => {}
            ast::Stmt::ForLoop(it) => self.for_loop(it),
            ast::Stmt::IfCond(it) => {
                self.expression(&it.expr);
                self.branches(&it.true_body, &it.false_body);
            }
            ast::Stmt::WithBlock(it) => self.inside(&[], |walk| {
                for (target, value) in &it.assignments {
                    walk.expression(value);
                    let known = walk.path(value);
                    walk.assign_known(target, known);
                }
                walk.statements(&it.body);
            }),
            ast::Stmt::Set(it) => {
                self.expression(&it.expr);
                let known = self.path(&it.expr);
                self.assign_known(&it.target, known);
            }
            ast::Stmt::SetBlock(it) => {
                self.inside(&[], |walk| walk.statements(&it.body));
                it.filter.iter().for_each(|filter| self.expression(filter));
                self.assign(&it.target);
            }
            ast::Stmt::AutoEscape(it) => self.statements(&it.body),
            ast::Stmt::FilterBlock(it) => {
                self.expression(&it.filter);
                self.inside(&[], |walk| walk.statements(&it.body));
            }
            ast::Stmt::Block(it) => self.inside(&["super"], |walk| walk.statements(&it.body)),
            ast::Stmt::Import(it) => {
                self.partial(&it.expr);
                self.assign(&it.name);
            }
            ast::Stmt::FromImport(it) => {
                self.partial(&it.expr);
                for (name, alias) in &it.names {
                    self.assign(alias.as_ref().unwrap_or(name));
                }
            }
            ast::Stmt::Extends(it) => self.partial(&it.name),
            ast::Stmt::Include(it) if it.ignore_missing => {
                self.names.computes_partials = true;
                self.expression(&it.name);
            }
            ast::Stmt::Include(it) => self.partial(&it.name),
            ast::Stmt::Macro(it) => {
                self.define(it.name);
                self.names.defined.insert(it.name.to_owned());
                self.macro_body(it);
            }
            ast::Stmt::CallBlock(it) => {
                self.call(&it.call);
                self.macro_body(&it.macro_decl);
            }
            ast::Stmt::Do(it) => self.call(&it.call),
        }
    }

    fn for_loop(&mut self, it: &ast::ForLoop<'_>) {
        self.expression(&it.iter);
        // What calls itself may go through anything.
        let list = self.path(&it.iter).filter(|_| !it.recursive);
        let item = list.map(|it| [it, vec![Step::Item]].concat());
        self.inside(&["loop"], |walk| {
            walk.assign_known(&it.target, item);
            it.filter_expr.iter().for_each(|filter| walk.expression(filter));
            walk.statements(&it.body);
        });
        self.inside(&[], |walk| walk.statements(&it.else_body));
    }

    fn macro_body(&mut self, it: &ast::Macro<'_>) {
        it.defaults.iter().for_each(|value| self.expression(value));
        self.inside(&["caller"], |walk| {
            it.args.iter().for_each(|argument| walk.assign(argument));
            walk.statements(&it.body);
        });
    }

    fn partial(&mut self, name: &ast::Expr<'_>) {
        match name {
            ast::Expr::Const(it) => {
                if let Some(text) = it.value.as_str() {
                    self.note(NameKind::Partial, text, it.span());
                }
            }
            computed => {
                self.names.computes_partials = true;
                self.expression(computed);
            }
        }
    }
}
