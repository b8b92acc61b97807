//! `cargo xtask kill-points`: the release binary, failed and killed at every one of its system calls.
//!
//! The sweep is `tests/it/kill.rs`; here it takes every n, where the tests take a sample.

use std::process::Command;

use anyhow::Result;

use crate::{Chore, Outcome, program, workspace};

pub(crate) const CHORE: Chore = Chore {
    name: "kill-points",
    usage: "kill-points [TEST]",
    what: "fail and kill the release binary at every system call, and count what it leaves (Linux)",
    run,
};

fn run(arguments: &[String]) -> Result<Outcome> {
    let filter = match arguments {
        [] => "kill::",
        [one] => one,
        _ => return Ok(Outcome::Usage),
    };
    if cfg!(not(target_os = "linux")) {
        println!("kill-points: there is no strace here");
        return Ok(Outcome::Good);
    }
    let cargo = || {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(workspace::root());
        command
    };
    if !program::run(cargo().args(["build", "--locked", "--release"]))?.success() {
        return Ok(Outcome::Bad);
    }
    let mut command = cargo();
    command.args(["test", "--locked", "--test", "it", filter, "--", "--nocapture"]);
    command.env("FLAGSTONE_TEST_EVERY_POINT", "1");
    command.env("FLAGSTONE_TEST_PROGRAM", workspace::target().join("release/flagstone"));
    let mut counts = Vec::new();
    let status = program::run_and_read(&mut command, |line| {
        if let Some(at) = line.find("kill-points: ") {
            counts.extend(line.get(at..).map(str::to_string));
        }
    })?;
    println!();
    counts.iter().for_each(|count| println!("{count}"));
    if counts.is_empty() {
        println!("no point was tried: that is no pass");
    }
    let is_good = status.success() && !counts.is_empty();
    Ok(if is_good { Outcome::Good } else { Outcome::Bad })
}
