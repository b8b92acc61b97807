//! `golden-path.yaml`: what a golden path or layer asks, composes and promises.

mod bounds;
mod complete;
mod language;
mod parameter;
mod parse;
mod rule;
mod shape;
mod spoken;

pub use complete::RenderDefault;
pub use language::Language;
pub use parameter::{Parameter, is_template, render_value};
pub use parse::SCHEMA;
pub use rule::Rule;
pub use shape::{Choice, Shape, Widget};
pub use spoken::{ITEM_NAMES, Spoken, templates_in};

use crate::{
    data::Value,
    glob::Glob,
    policy::Sources,
    text::{Document, Place},
    tree::{Ownership, RepoPath},
    version::{Range, Version},
};

/// The name of the file in a version's folder.
pub const FILE: &str = "golden-path.yaml";

/// A golden path or a layer, as its manifest states it.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Path or layer.
    pub kind: Kind,
    /// Who it is.
    pub metadata: Metadata,
    /// Its questions, in the order in which people are asked.
    pub parameters: Vec<Parameter>,
    /// What their answers must be together.
    pub rules: Vec<Rule>,
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
    /// The policies that judge what is made from it.
    pub sources: Sources,
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

impl Kind {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoldenPath => "golden path",
            Self::Layer => "layer",
        }
    }
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

impl Manifest {
    /// How the template of a file marks what is not text, by the first rule that matches the file.
    pub fn syntax_of(&self, output: &RepoPath) -> Syntax {
        let rule = self.files.iter().find(|rule| rule.glob.matches(output));
        rule.and_then(|rule| rule.syntax).unwrap_or_default()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostic;

    fn parse(text: &str) -> Result<Manifest, Vec<Diagnostic>> {
        Manifest::parse(&Document::new("golden-path.yaml", text), &"0.1.0".parse().unwrap())
    }

    fn mistakes(text: &str) -> Vec<String> {
        let show = |it: Diagnostic| {
            let help = it.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{} {}{help}", it.place.unwrap().label(), it.message)
        };
        parse(text).unwrap_err().into_iter().map(show).collect()
    }

    const HEAD: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {name: svc, version: 1.0.0, title: T, owner: o}\n";

    #[test]
    fn a_whole_manifest_is_read() {
        let text = format!(
            "{HEAD}parameters:\n  required: [name]\n  properties:\n    name: {{type: string}}\n    \
             db: {{type: string, oneOf: [{{const: none, title: None}}, {{const: pg}}], default: none}}\n    \
             tags: {{type: array, items: {{enum: [a, b]}}}}\n    text: {{type: string, x-multiline: true}}\n    \
             package: {{x-computed: \"{{{{ name }}}}\"}}\n\
             layers: [{{name: ci, version: \"^1\", when: \"db == 'pg'\", with: {{port: \"{{{{ port }}}}\"}}}}]\n\
             files:\n  - {{match: \"ci/**\", ownership: managed, syntax: brackets}}\n  \
             - {{match: \"*.toml\", managedKeys: [tool.ruff]}}\n\
             migrations: [{{to: 1.0.0, steps: [{{move: {{from: a, to: b}}}}, {{note: n}}]}}]\n\
             verify: [{{name: t, run: [cargo, test]}}]\n"
        );
        let manifest = parse(&text).unwrap();
        let shapes: Vec<_> = manifest.parameters.iter().map(|it| it.shape.clone()).collect();
        assert!(matches!(
            shapes.as_slice(),
            [Shape::Text, Shape::Choice(_), Shape::Choices(_), Shape::Lines, Shape::Any]
        ));
        assert!(manifest.parameters[0].is_required && !manifest.parameters[1].is_required);
        assert_eq!(manifest.files[0].ownership, Some(Ownership::Managed));
        assert_eq!(
            manifest.files[1].ownership,
            Some(Ownership::MergedWithKeys(vec!["tool.ruff".to_owned()]))
        );
        assert_eq!(manifest.migrations[0].steps.len(), 2);
        assert_eq!(manifest.verify[0].run, ["cargo", "test"]);
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let text = format!(
            "{HEAD}paramters: {{}}\nparameters:\n  required: [nmae]\n  properties:\n    name: {{type: strin}}\n    \
             port: {{type: integer, default: x}}\n    odd: {{}}\nlayers: [{{name: ci, version: one}}]\n\
             files: [{{match: src/, ownership: mine}}]\n"
        );
        insta::assert_debug_snapshot!(mistakes(&text), @r#"
        [
            "golden-path.yaml:4:1 `paramters` is not known here (did you mean `parameters`?)",
            "golden-path.yaml:8:18 `parameters.properties.name.type` must be one of `string`, `integer`, `number`, `boolean`, `array`, `object` (did you mean `string`?)",
            "golden-path.yaml:12:34 `files[0].ownership` must be one of `managed`, `merged`, `seeded`",
            "golden-path.yaml:11:30 `one` is no range: it names no version",
            "golden-path.yaml:6:14 `nmae` is required but no parameter (did you mean `name`?)",
            "golden-path.yaml:9:36 the default of parameter `port` must be an integer, not a text",
            "golden-path.yaml:10:5 parameter `odd` has neither a `type` nor choices (add `type: string`, or `x-computed` if it is never asked)",
            "golden-path.yaml:12:17 `src/` is no pattern: write `src/**` to match what is in the folder",
        ]
        "#);
    }

    #[test]
    fn mistakes_within_maps_lists_and_rules_are_found_at_their_places() {
        let text = format!(
            "{HEAD}parameters:\n  properties:\n    item: {{type: string}}\n    both: {{type: object, properties: {{a: {{type: string}}}}, additionalProperties: {{type: string}}}}\n    \
             queues:\n      type: array\n      items:\n        type: object\n        required: [nmae]\n        properties:\n          \
             name: {{type: string, pattern: '('}}\n          port: {{type: integer, default: x}}\n          odd: {{}}\n    \
             tags: {{type: array, x-widget: multiselect}}\n    port: {{type: integer, x-widget: editor}}\n    \
             pair: {{type: object, properties: {{a: {{type: string}}}}, default: {{b: 1}}}}\n  \
             x-rules: [{{require: port > 1, message: m, at: prot}}]\n"
        );
        insta::assert_debug_snapshot!(mistakes(&text));
        let text = format!(
            "{HEAD}parameters:\n  properties:\n    a: {{type: object, propertes: {{}}}}\n  x-rules: [{{require: x}}]\n"
        );
        insta::assert_debug_snapshot!(mistakes(&text));
    }

    #[test]
    fn a_broken_choice_is_one_mistake_at_its_place() {
        let text = format!(
            "{HEAD}parameters:\n  properties:\n    a:\n      title: K\n      oneOf: [{{cons: q}}, {{const: r}}]\n      default: r\n"
        );
        insta::assert_debug_snapshot!(mistakes(&text), @r#"
        [
            "golden-path.yaml:8:15 `parameters.properties.a.oneOf[0]` needs the key `const`",
            "golden-path.yaml:8:16 `parameters.properties.a.oneOf[0].cons` is not known here (did you mean `const`?)",
        ]
        "#);
    }

    #[test]
    fn another_format_version_is_said_before_anything_else() {
        insta::assert_debug_snapshot!(mistakes("apiVersion: flagstone/v9\nnonsense: 1\n"), @r#"
        [
            "golden-path.yaml:1:13 `apiVersion` is `flagstone/v9`, and this flagstone reads `flagstone/v1` (a newer flagstone may read it: `cargo install --locked flagstone`)",
        ]
        "#);
        insta::assert_debug_snapshot!(mistakes("kind: GoldenPath\n"), @r#"
        [
            "golden-path.yaml:1:1 the document has no `apiVersion` (begin it with `apiVersion: flagstone/v1`)",
        ]
        "#);
    }

    #[test]
    fn a_path_for_a_newer_flagstone_says_so() {
        let text = "apiVersion: flagstone/v1\nmetadata: {requires: '>=9'}\nfuture: 1\n";
        insta::assert_debug_snapshot!(mistakes(text), @r#"
        [
            "golden-path.yaml:2:22 this golden path needs flagstone >=9, and this is 0.1.0 (install a version in that range: `cargo install --locked flagstone`)",
        ]
        "#);
    }

    #[test]
    fn a_version_that_yaml_reads_as_a_number_is_explained() {
        let text = HEAD.replace("1.0.0", "1.10");
        insta::assert_debug_snapshot!(mistakes(&text), @r#"
        [
            "golden-path.yaml:3:32 `metadata.version` must be a text, not a number (put it in quotes)",
        ]
        "#);
    }
}
