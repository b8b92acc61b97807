//! What can be typed after `flagstone`.

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    apply, catalog, check, complete, completions, diff, guard, inputs, man, new, path, policy,
    restore, schema, upgrade, why,
};
use crate::ui;

/// Makes service repositories from golden paths.
#[derive(Debug, Parser)]
#[command(name = "flagstone", version, propagate_version = false)]
#[command(arg_required_else_help = true, subcommand_required = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 something was found, 2 usage, 3 bad input, \
    4 denied by policy, 5 the outside failed, 6 conflicts left to resolve, 130 interrupted.")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct Global {
    /// Who reads the result: people, or a program that wants one JSON document. `check`, `inputs`, `path
    /// lint`, `path test`, `policy check` and `policy test` have more.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
    /// Whether to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// Show more.
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// How many threads may work at once [default: one for each processor].
    #[arg(long, short, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
}

/// Who reads the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document on standard output.
    Json,
    /// SARIF 2.1.0, for code scanning.
    #[value(hide = true)]
    Sarif,
    /// JUnit's XML, for the test reports of CI systems.
    #[value(hide = true)]
    Junit,
    /// JSON Schema.
    #[value(hide = true)]
    Schema,
    /// Annotations, for GitHub's runner.
    #[value(hide = true)]
    Github,
}

impl Format {
    /// Whether people read the result, or a program that the format is not for.
    pub(super) const fn is_json(self) -> bool {
        matches!(self, Self::Json)
    }

    /// Whether it is a report for another program than ours.
    pub(super) const fn is_report(self) -> bool {
        matches!(self, Self::Sarif | Self::Junit | Self::Github)
    }
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(override_usage = "flagstone new [OPTIONS] [PATH[@RANGE]] [DIR]\n       \
        flagstone new [OPTIONS] --spec <FILE> [DIR]")]
    New(new::NewArguments),
    Upgrade(upgrade::UpgradeArguments),
    Apply(apply::ApplyArguments),
    Catalog(catalog::CatalogArguments),
    Inputs(inputs::InputsArguments),
    Check(check::CheckArguments),
    Diff(diff::DiffArguments),
    Restore(restore::RestoreArguments),
    Why(why::WhyArguments),
    Path(path::PathArguments),
    Policy(policy::PolicyArguments),
    Schema(schema::SchemaArguments),
    #[command(name = "__complete", hide = true)]
    Complete(complete::CompleteArguments),
    #[command(name = "__guard", hide = true)]
    Guard(guard::GuardArguments),
    Completions(completions::CompletionsArguments),
    Man(man::ManArguments),
}

/// `NAME=VALUE`.
pub(super) fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

impl From<ColorChoice> for ui::Color {
    fn from(choice: ColorChoice) -> Self {
        match choice {
            ColorChoice::Auto => Self::Auto,
            ColorChoice::Always => Self::Always,
            ColorChoice::Never => Self::Never,
        }
    }
}
