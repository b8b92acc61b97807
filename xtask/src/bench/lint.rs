//! How long a look at the whole embedded catalog takes.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Result, bail};

use super::measure::{median, time};
use crate::{Outcome, workspace};

/// How often it is done.
const ROUNDS: usize = 15;

/// What it may take at most.
const PROMISE: Duration = Duration::from_millis(300);

pub(super) fn run(flagstone: &Path) -> Result<Outcome> {
    let catalog = workspace::root().join("golden-paths");
    let lint = || {
        let mut command = Command::new(flagstone);
        command.args(["path", "lint"]).arg(&catalog);
        command
    };
    if !lint().output()?.stdout.is_empty() {
        bail!("something is found in the embedded catalog");
    }
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        times.push(time(&mut lint())?);
    }
    let ms = |it: Duration| it.as_secs_f64() * 1000.0;
    let took = median(&times);
    println!("flagstone path lint golden-paths  {:.1} ms, median of {ROUNDS}", ms(took));
    let kept = took < PROMISE;
    println!("promise: under {:.0} ms: {}", ms(PROMISE), if kept { "kept" } else { "BROKEN" });
    Ok(if kept { Outcome::Good } else { Outcome::Bad })
}
