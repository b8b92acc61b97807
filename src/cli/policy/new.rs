//! `flagstone policy new`: a rule to begin with, and its tests.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::{
    cli::{Context, Exit, Failure},
    diag::Diagnostic,
    repo::{make_all, read_text, write_text},
    ui::{clean_line, json_v1},
};

/// Make a rule to begin with, and its tests.
///
/// It passes `flagstone policy check` and `flagstone policy test` as it is.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Its name: lower-case letters, digits and hyphens.
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder of the policies.
    #[arg(value_name = "DIR", default_value = "policies")]
    folder: PathBuf,
    /// What it judges.
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// What people call the rule for ever [default: the name in capitals].
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

/// What a rule judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Kind {
    /// A service with its answers and files, before they are written.
    #[default]
    Plan,
    /// One file, in conftest's form.
    File,
}

impl Kind {
    /// The rule, and its tests.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Plan => {
                (include_str!("starter/plan.rego"), include_str!("starter/plan_test.rego"))
            }
            Self::File => {
                (include_str!("starter/file.rego"), include_str!("starter/file_test.rego"))
            }
        }
    }
}

pub(super) fn run(context: &Context, arguments: &NewArguments) -> Result<Exit, Failure> {
    let name = checked(&arguments.name)?;
    let id = id(arguments)?;
    let rule = name.replace('-', "_");
    let filled =
        |text: &str| text.replace("RULE", &rule).replace("TITLE", &title(&rule)).replace("ID", &id);
    let (policy, test) = arguments.kind.texts();
    let files =
        [(format!("{rule}.rego"), filled(policy)), (format!("{rule}_test.rego"), filled(test))];
    let shown = |file: &str| arguments.folder.join(file).display().to_string();
    let folder = context.host.folder.join(&arguments.folder);
    for (file, _) in &files {
        free(&folder.join(file), &shown(file))?;
    }
    make_all(&folder).map_err(Failure::outside)?;
    for (file, text) in &files {
        write_text(&folder.join(file), text).map_err(Failure::outside)?;
    }
    let written: Vec<_> = files.iter().map(|(file, _)| shown(file)).collect();
    let place = clean_line(&arguments.folder.display().to_string()).into_owned();
    let lines = written.iter().map(|it| format!("Wrote {}", clean_line(it)));
    let next = format!("Try it: `flagstone policy test {place}`");
    let counts = format!(
        "It judges where `policies: [{place}]` stands in a `catalog.yaml`, in a golden path, or below \
         `spec` in a `flagstone.yaml`"
    );
    let text = lines.chain([next, counts]).collect::<Vec<_>>().join("\n");
    context.show(&text, &json_v1::WrittenFiles::new(written))?;
    Ok(Exit::Done)
}

/// The name, if rules and files may have it.
fn checked(name: &str) -> Result<&str, Failure> {
    let is_word = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    let begins = name.starts_with(|it: char| it.is_ascii_lowercase());
    if begins && name.len() <= 60 && name.split('-').all(is_word) && !name.ends_with("-test") {
        return Ok(name);
    }
    let message = format!("`{name}` can't be the name of a rule");
    let help = "use up to 60 lower-case letters, digits and single hyphens, beginning with a letter; \
                what ends in `-test` is a test";
    Err(Failure::mistake(Diagnostic::error("bad-name", message).help(help)))
}

fn id(arguments: &NewArguments) -> Result<String, Failure> {
    let Some(id) = &arguments.id else { return Ok(arguments.name.to_uppercase()) };
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
    if id.bytes().all(is_plain) && id.starts_with(|it: char| it.is_ascii_alphabetic()) {
        return Ok(id.clone());
    }
    let message = format!("`{id}` can't be the id of a rule");
    let help = "use letters, digits, `-`, `_` and `.`, beginning with a letter: `ACME-011`";
    Err(Failure::mistake(Diagnostic::error("bad-name", message).help(help)))
}

/// `floating_images` as people write it: `Floating images`.
fn title(rule: &str) -> String {
    let words = rule.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn free(file: &Path, shown: &str) -> Result<(), Failure> {
    match read_text(file) {
        Err(error) if error.is_missing() => Ok(()),
        Err(_) | Ok(_) => {
            let message = format!("there is a `{shown}` already");
            let help = "give the rule another name, or change the one that is there";
            Err(Failure::mistake(Diagnostic::error("taken", message).help(help)))
        }
    }
}
