//! `golden-path.yaml`: what a golden path or layer asks, composes and promises.

mod parameter;

pub use parameter::{Choice, Parameter, Shape};

use crate::{
    data::Value,
    glob::Glob,
    text::{Document, Place},
    tree::Ownership,
    version::{Range, Version},
};

/// A golden path or a layer, as its manifest states it.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Path or layer.
    pub kind: Kind,
    /// Who it is.
    pub metadata: Metadata,
    /// Its questions, in the order in which people are asked.
    pub parameters: Vec<Parameter>,
    /// The layers it composes.
    pub layers: Vec<LayerUse>,
    /// Rules over output paths; the first that matches wins.
    pub files: Vec<FileRule>,
    /// Output paths that it writes in place of another layer.
    pub overrides: Vec<Glob>,
    /// What changes for a service between versions.
    pub migrations: Vec<Migration>,
    /// What a rendered repository must pass.
    pub verify: Vec<Verify>,
    /// The text that all this was read from.
    pub document: Document,
}

/// Path or layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a service is made from.
    GoldenPath,
    /// A reusable part of golden paths.
    Layer,
}

/// Who a golden path or layer is.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The name, equal to its folder's.
    pub name: String,
    /// The version, equal to its folder's name.
    pub version: Version,
    /// A few words for people.
    pub title: String,
    /// A sentence for people.
    pub description: String,
    /// The team that answers for it.
    pub owner: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Whether new services should be made from it.
    pub lifecycle: Lifecycle,
    /// The path to move on to, where it is deprecated.
    pub successor: Option<String>,
    /// The day after which it is no longer supported (`YYYY-MM-DD`).
    pub sunset: Option<String>,
    /// Which versions of Flagstone can read it.
    pub requires: Range,
}

/// Whether new services should be made from a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// May change without notice.
    Experimental,
    /// Supported.
    Production,
    /// On its way out.
    Deprecated,
}

/// A layer that a path composes.
#[derive(Debug, Clone)]
pub struct LayerUse {
    /// The layer's name.
    pub name: String,
    /// The versions that will do.
    pub version: Range,
    /// An expression over the path's answers; without one the layer is always there.
    pub when: Option<Source>,
    /// Answers to the layer's parameters; texts are templates over the path's answers.
    pub with: Vec<(String, Value)>,
    /// Where the manifest says so.
    pub place: Place,
}

/// A rule over output paths.
#[derive(Debug, Clone)]
pub struct FileRule {
    /// The paths.
    pub glob: Glob,
    /// Whose they are, where the rule says so.
    pub ownership: Option<Ownership>,
    /// An expression; where it is false, the files are not written.
    pub when: Option<Source>,
    /// The template syntax of the files.
    pub syntax: Option<Syntax>,
    /// Where the manifest says so.
    pub place: Place,
}

/// How templates mark what is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Syntax {
    /// `{{ x }}`, `{% if %}`, `{# #}`.
    #[default]
    Curly,
    /// `[[ x ]]`, `[% if %]`, `[# #]`.
    Brackets,
}

/// An expression or template in a manifest, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// What changes for a service on its way to a version.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The version that needs it.
    pub to: Version,
    /// What to do, in order.
    pub steps: Vec<Step>,
}

/// One step of a migration.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// An answer goes on under another name.
    RenameParameter {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
    /// An answer is computed from the old ones.
    SetParameter {
        /// The parameter.
        name: String,
        /// A template over the old answers.
        value: Source,
    },
    /// Files move, and the team's edits with them.
    Move {
        /// A path, or a folder with `/**`.
        from: String,
        /// Its new place.
        to: String,
    },
    /// Files are no longer wanted.
    Delete(Glob),
    /// Something that only a person can do.
    Note(String),
}

/// A command that a rendered repository must pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// What it proves.
    pub name: String,
    /// Program and arguments; never a shell.
    pub run: Vec<String>,
}
