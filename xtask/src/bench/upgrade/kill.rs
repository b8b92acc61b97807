//! The case of a kill: an update ended by SIGKILL with all its children, at points spread over its
//! time, and as soon as it writes.
//!
//! **Invariant:** a point is passed if the service is as before and the next update works, or as
//! after, or if the tool brings it to either by itself: by the same command once more, or by its own
//! way back. (That ours holds at each single system call is shown elsewhere, by `kill-points`.)

use std::{
    fs,
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
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

/// The points, in percent of the time of a whole run.
const POINTS: &[u32] = &[12, 25, 37, 50, 62, 75, 80, 85, 90, 95];

/// How often it is killed as soon as it writes; what is hit then is a matter of microseconds.
const WRITES: usize = 4;

/// When it is killed.
#[derive(Clone, Copy)]
enum Point {
    /// At so many percent of its time.
    Percent(u32),
    /// As soon as one file of the service is another.
    FirstWrite,
}

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
    let points = POINTS.iter().map(|it| Point::Percent(*it));
    let points = points.chain(std::iter::repeat_n(Point::FirstWrite, WRITES));
    let tried = POINTS.len() + WRITES;
    let mut verdict = Verdict::new(Outcome::Right, format!("{tried} points of {time:.0?}"));
    for point in points {
        let service = place.copy()?;
        let watch = Watch::new(&service, &bulk);
        let update = tool.update(&place, &service, PACKAGE)?;
        let when = match point {
            Point::Percent(percent) => {
                kill_when(update, |since| since >= time * percent / 100)?;
                format!("at {percent} % of {time:.0?}")
            }
            Point::FirstWrite => {
                kill_when(update, |_| watch.has_changed())?;
                "at its first write".to_string()
            }
        };
        let found = judge(tool, &place, &service, [&before, &after], &bulk)?;
        if found.outcome > verdict.outcome {
            verdict = Verdict::new(found.outcome, format!("killed {when}: {}", found.why));
        }
        // Nothing is worse.
        if verdict.outcome == Outcome::Lost {
            break;
        }
    }
    Ok(verdict)
}

/// The files of a service, to see the first of them change.
struct Watch {
    files: Vec<(PathBuf, Option<SystemTime>)>,
}

impl Watch {
    fn new(service: &Path, bulk: &Bulk) -> Self {
        let files = bulk.expected.keys().map(|path| service.join(path));
        let files = files.map(|path| {
            let time = modified(&path);
            (path, time)
        });
        Self { files: files.collect() }
    }

    fn has_changed(&self) -> bool {
        self.files.iter().any(|(path, before)| modified(path) != *before)
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(path).and_then(|it| it.modified()).ok()
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
            let why =
                format!("{how}; {} of the team's {all} edits are gone from the files", all - there);
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

/// Runs a command and ends it, and all that it has started, when it is time.
fn kill_when(mut command: Command, is_time: impl Fn(Duration) -> bool) -> Result<()> {
    command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
    // It waits for the group's name: to start it when it is time would take longer than many a write.
    let mut killer = Command::new("sh");
    killer.args(["-c", "read group && kill -s KILL -- \"-$group\""]).stdin(Stdio::piped());
    let mut killer = killer.stderr(Stdio::null()).spawn()?;
    let start = Instant::now();
    let mut running = Running::start(&mut command)?;
    while !is_time(start.elapsed()) && running.ended()?.is_none() {
        thread::sleep(Duration::from_micros(20));
    }
    let mut input = killer.stdin.take().context("it has no input")?;
    // The group is gone already where the run was faster than the first; then nothing is killed.
    if running.ended()?.is_none() {
        input.write_all(format!("{}\n", running.id()).as_bytes())?;
    }
    drop(input);
    killer.wait()?;
    running.wait(Duration::from_secs(10))?.context("a killed program goes on")?;
    Ok(())
}
