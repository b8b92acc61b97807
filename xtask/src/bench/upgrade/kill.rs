//! The case of a kill: an update ended by SIGKILL with all its children, at points spread over its
//! time.
//!
//! **Invariant:** a point is passed if the service is as before and the next update works, or as
//! after, or if the tool brings it to either by itself: by the same command once more, or by its own
//! way back. (That ours holds at each single system call is shown elsewhere, by `kill-points`.)

use std::{
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use super::{
    bulk::Bulk,
    judge::{Found, Outcome, Verdict},
    outcomes,
    tool::{Place, Tool},
    versions::{Git as _, PACKAGE},
};
use crate::program::{self, Running};

pub(super) const NAME: &str = "kill -9 in the middle of it";

/// Files of the service.
const FILES: usize = 30;

/// The points, in percent of the time of a whole run: all over it, and closer at its end, where what was
/// prepared is written.
const POINTS: &[u32] = &[12, 25, 37, 50, 62, 75, 80, 84, 87, 90, 92, 94, 96, 98];

/// What a service is, but for the times and names of commits.
#[derive(PartialEq, Eq)]
struct State {
    files: Found,
    index: Vec<u8>,
    tree: Vec<u8>,
}

pub(super) fn play(tool: Tool, flagstone: &Path, folder: &Path) -> Result<Verdict> {
    let bulk = Bulk::new(FILES);
    let place = Place::new(folder, flagstone, "")?;
    tool.make(&place, &bulk.versions, PACKAGE)?;
    bulk.edit(&place, &place.service())?;
    let before = state(&place, &place.service())?;
    let whole = place.copy()?;
    let time = time_of(&mut tool.update(&place, &whole, PACKAGE)?)?;
    let after = state(&place, &whole)?;
    let mut verdict =
        Verdict::new(Outcome::Right, format!("{} points of {time:.0?}", POINTS.len()));
    for point in POINTS {
        let service = place.copy()?;
        kill_at(tool.update(&place, &service, PACKAGE)?, time * *point / 100)?;
        let found = judge(tool, &place, &service, [&before, &after], &bulk)?;
        if found.outcome > verdict.outcome {
            let why = format!("killed at {point} % of {time:.0?}: {}", found.why);
            verdict = Verdict::new(found.outcome, why);
        }
    }
    Ok(verdict)
}

fn judge(
    tool: Tool,
    place: &Place,
    service: &Path,
    [before, after]: [&State; 2],
    bulk: &Bulk,
) -> Result<Verdict> {
    let left = state(place, service)?;
    if left == *after {
        return Ok(Verdict::new(Outcome::Right, ""));
    }
    program::output(&mut tool.update(place, service, PACKAGE)?)?;
    if state(place, service)? == *after {
        return Ok(Verdict::new(Outcome::Right, ""));
    }
    if let Some(mut command) = tool.take_back(place, service) {
        program::output(&mut command)?;
        if left != *before && state(place, service)? == *before {
            return Ok(Verdict::new(Outcome::Right, ""));
        }
    }
    let files = outcomes::files(service)?;
    let own = "# the team's own".as_bytes();
    let edits = |files: &Found| {
        files.values().filter(|bytes| bytes.windows(own.len()).any(|it| it == own)).count()
    };
    let (there, all) = (edits(&files), edits(&bulk.expected));
    let how = if left == *before { "the next run does not work" } else { "half written, for good" };
    Ok(match there < all {
        true => {
            let why = format!("{how}; {} of the team's {all} edits are gone", all - there);
            Verdict::new(Outcome::Lost, why)
        }
        false => Verdict::new(Outcome::Wrong, how),
    })
}

fn state(place: &Place, service: &Path) -> Result<State> {
    Ok(State {
        files: outcomes::files(service)?,
        index: place.run(service, &["ls-files", "--stage"])?,
        tree: place.run(service, &["rev-parse", "HEAD^{tree}"])?,
    })
}

fn time_of(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    program::must(command)?;
    Ok(start.elapsed())
}

/// Runs a command and ends it, and all that it has started, after so long.
fn kill_at(mut command: Command, after: Duration) -> Result<()> {
    command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut running = Running::start(&mut command)?;
    thread::sleep(after.saturating_sub(start.elapsed()));
    // The group is gone already where the run was faster than the first.
    let group = format!("-{}", running.id());
    program::output(Command::new("sh").args(["-c", "kill -s KILL -- \"$1\"", "sh", &group]))?;
    running.wait(Duration::from_secs(10))?.context("a killed program goes on")?;
    Ok(())
}
