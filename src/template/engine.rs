//! The engine as all templates and expressions of ours see it.

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, syntax::SyntaxConfig};

use super::{filter, print};
use crate::manifest::Syntax;

/// The one mode of escaping. With a mode of its own the engine takes what a macro or a `set` block
/// printed for safe, after its parts were checked.
pub(crate) const MODE: &str = "flagstone";

/// How many steps one template may take.
pub(crate) const TEMPLATE_FUEL: u64 = 1_000_000;

/// How deeply templates include one another (ten each) and macros call one another.
const MAX_RECURSION: usize = 120;

/// How many steps one expression of a manifest may take.
pub(crate) const EXPRESSION_FUEL: u64 = 20_000;

/// An engine without templates.
///
/// # Panics
/// Never: the delimiters are constants.
pub(crate) fn engine(syntax: Syntax) -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(TEMPLATE_FUEL));
    engine.set_recursion_limit(MAX_RECURSION);
    engine.set_debug(true);
    engine.set_auto_escape_callback(|_| AutoEscape::Custom(MODE.into()));
    engine.set_formatter(print::print);
    engine.set_syntax(delimiters(syntax).expect("constant delimiters are valid"));
    for filter in ["safe", "escape", "e", "tojson", "pprint"] {
        engine.remove_filter(filter);
    }
    // It prints every value in scope.
    engine.remove_global("debug");
    filter::register(&mut engine);
    engine
}

/// The syntax as the engine's own configuration.
pub(crate) fn delimiters(syntax: Syntax) -> Result<SyntaxConfig, Error> {
    let mut builder = SyntaxConfig::builder();
    builder.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    if syntax == Syntax::Brackets {
        builder
            .block_delimiters("[%", "%]")
            .variable_delimiters("[[", "]]")
            .comment_delimiters("[#", "#]");
    }
    builder.build()
}
