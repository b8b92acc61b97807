//! OPA itself: the program of `xtask/judges/opa`, asked many questions at once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{program, workspace};

/// A question; each is answered by one value.
#[derive(Debug)]
pub(super) enum Question<'q> {
    /// What is asked from now on.
    Policies {
        policies: BTreeMap<&'q str, &'q str>,
        data: &'q Value,
        /// Whether a function that errs is an error, and not undefined.
        strict: bool,
    },
    /// What the rules of a package find.
    Rules { package: &'q str, input: &'q Value },
    /// A value.
    Value { value: &'q str, input: &'q Value },
}

impl Question<'_> {
    fn to_json(&self) -> Value {
        match self {
            Self::Policies { policies, data, strict } => {
                json!({"policies": policies, "data": data, "strict": strict})
            }
            Self::Rules { package, input } => json!({"package": package, "input": input}),
            Self::Value { value, input } => json!({"value": value, "input": input}),
        }
    }
}

/// Builds a program of Go from `xtask/judges/NAME` into `target/judges/NAME/`.
pub(crate) fn build(name: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("judges").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("failed to make the folder of {name}"))?;
    let built = folder.join("judge");
    let mut build = Command::new("go");
    build.current_dir(workspace::root().join("xtask/judges").join(name));
    build.args(["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o"]);
    program::must(build.arg(&built).arg("."))?;
    Ok(built)
}

/// OPA's answers, in the order of the questions.
pub(super) fn answers(
    judge: &Path,
    scratch: &Path,
    questions: &[Question<'_>],
) -> Result<Vec<Value>> {
    let file = scratch.join("questions.json");
    let mut text = Vec::new();
    for question in questions {
        serde_json::to_writer(&mut text, &question.to_json())?;
        text.push(b'\n');
    }
    fs::write(&file, text)?;
    let mut command = Command::new(judge);
    let output = command.env_clear().env("TZ", "UTC").stdin(File::open(&file)?).output()?;
    ensure!(output.status.success(), "OPA: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout)?;
    let answers: Vec<Value> = said.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(answers.len() == questions.len(), "OPA has answered {} times", answers.len());
    Ok(answers)
}
