//! The door to the template engine: expressions of manifests, and the templates of a layer.
//!
//! **Invariants:** undefined names are errors, never blanks; nothing is read but the layer's own
//! `partials/`; there is no clock, no randomness and no environment in a template; the filter `safe`
//! and `autoescape` blocks do not exist; no type of the engine leaves this module.
//!
//! Fuel bounds the steps of a template, the output limit bounds what it prints, and the filters that
//! multiply their input (`indent`, `format`, `replace`, `join`) are ours and bounded. `x ~ x` is the
//! one way left to grow a text quickly; `tokens` refuses its usual forms, and the process's memory
//! limit ends the rest.

mod authorship;
mod beside;
mod builtins;
mod code;
mod convert;
mod coverage;
mod engine;
mod expression;
mod failure;
mod filter;
mod harmless;
mod job;
mod layer;
mod lexed;
mod limited;
mod literal;
mod mark;
mod markup;
mod mention;
mod names;
mod print;
mod proofs;
mod refusal;
mod remedy;
mod root;
mod sources;
mod target;
mod tokens;

pub use builtins::Builtins;
pub use coverage::{Coverage, PartNumber, ReachedParts, Variables, part_lines};
pub use expression::{Expressions, SourceKind, operand, without_filter};
pub use filter::LITERALS;
pub use harmless::{is_harmless, is_harmless_text};
pub use job::{LonePlace, Printed};
pub use layer::{Compiled, Pass, TemplateFile, Templates};
pub use literal::escaped;
pub use mention::{Mention, Use, mentions};
pub use names::{
    Compared, KeyUse, NameKind, NameUse, Names, NamesError, Step, expression_names, names,
};
pub use proofs::{Proofs, Proved, Reading, Readings};
pub use root::Around;
pub use sources::{LayerName, Sources};
pub use target::{Format, Language, Scripts, Target};
pub use tokens::Tokens;
