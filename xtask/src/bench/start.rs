//! How long the program takes to start, beside a process that does nothing.

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::measure::{median, time};
use crate::Outcome;

/// How often each is started.
const ROUNDS: usize = 100;

/// What `flagstone --version` may take at most.
const PROMISE: Duration = Duration::from_millis(5);

pub(super) fn run(flagstone: &Path) -> Result<Outcome> {
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(time(Command::new(flagstone).arg("--version"))?);
        empty.push(time(&mut Command::new("true"))?);
    }
    let (ours, empty) = (median(&ours), median(&empty));
    let ms = |it: Duration| it.as_secs_f64() * 1000.0;
    println!("flagstone --version  {:.2} ms, median of {ROUNDS}", ms(ours));
    println!("an empty process     {:.2} ms", ms(empty));
    let kept = ours < PROMISE;
    println!("promise: under {:.0} ms: {}", ms(PROMISE), if kept { "kept" } else { "BROKEN" });
    Ok(if kept { Outcome::Good } else { Outcome::Bad })
}
