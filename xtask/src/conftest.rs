//! `cargo xtask conftest`: the shapes in `tests/cases/syntax`, judged by conftest's own readers.
//!
//! Builds them from `xtask/judges/conftest` (a Go module, pinned with all that it needs) into
//! `target/judges/`, and reads every text with them. What they say must be what stands beside the text;
//! `--write` writes it there.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::{Chore, Outcome, program, workspace};

pub(crate) const CHORE: Chore = Chore {
    name: "conftest",
    usage: "conftest [--write]",
    what: "judge the shapes of configuration files by conftest's readers (needs Go)",
    run,
};

fn run(arguments: &[String]) -> Result<Outcome> {
    let writes = match arguments {
        [] => false,
        [option] if option == "--write" => true,
        _ => return Ok(Outcome::Usage),
    };
    judge(writes)
}

/// Reads every text with conftest's readers, and compares or writes what they say.
pub(crate) fn judge(writes: bool) -> Result<Outcome> {
    if program::find("go").is_none() {
        println!("SKIPPED: no `go` here, so no shape of a configuration file was judged");
        return Ok(if program::in_ci() { Outcome::Bad } else { Outcome::Good });
    }
    let mut reading = Command::new(crate::opa::build("conftest")?);
    // What `.env` files refer to is not this machine's.
    reading.env_clear().env("TZ", "UTC").arg(workspace::root().join("tests/cases/syntax"));
    let said = String::from_utf8(program::must(&mut reading)?.stdout)?;
    let (mut count, mut differences) = (0, 0);
    for line in said.lines() {
        let mut answer: Value = serde_json::from_str(line)?;
        let path = answer.as_object_mut().and_then(|it| it.remove("path"));
        let path = path.and_then(|it| it.as_str().map(PathBuf::from)).context("no path")?;
        count += 1;
        differences += usize::from(!agrees(&path.with_extension("json"), &answer, writes)?);
    }
    println!("conftest: {count} texts read, {differences} not as recorded");
    Ok(if differences == 0 { Outcome::Good } else { Outcome::Bad })
}

/// Whether the record says what was answered; with `writes` it does afterwards.
fn agrees(record: &PathBuf, answer: &Value, writes: bool) -> Result<bool> {
    let recorded = fs::read(record).ok().and_then(|it| serde_json::from_slice::<Value>(&it).ok());
    if recorded.as_ref() == Some(answer) {
        return Ok(true);
    }
    if writes {
        let text = serde_json::to_string_pretty(answer)? + "\n";
        fs::write(record, text).with_context(|| format!("failed to write {}", record.display()))?;
        return Ok(true);
    }
    println!(
        "{}\n  recorded {}\n  answered {answer}",
        record.display(),
        recorded.unwrap_or_default()
    );
    Ok(false)
}
