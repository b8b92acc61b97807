//! Measuring: interleaved rounds, medians, peak memory; and a check that the work was really done.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::program::{self, Running};

/// Times one run of a command, which must succeed. What it prints is thrown away, as it costs time.
pub(super) fn time(command: &mut Command) -> Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status =
        command.status().with_context(|| format!("cannot start `{}`", program::shown(command)))?;
    let elapsed = start.elapsed();
    if !status.success() {
        let said = program::output(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let said = String::from_utf8_lossy(&said.stderr).trim().to_string();
        bail!("`{}`: {status}; run again, it says: {said}", program::shown(command));
    }
    Ok(elapsed)
}

/// The middle of some durations.
pub(super) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    let middle = sorted.len() / 2;
    match (sorted.len() % 2, sorted.get(middle)) {
        (_, None) => Duration::ZERO,
        (1, Some(it)) => *it,
        (_, Some(it)) => (*it + sorted[middle - 1]) / 2,
    }
}

/// How the peak of memory is found here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// GNU time: the kernel's own figure for the largest process of the run.
    GnuTime,
    /// Reading `VmHWM` every millisecond: a short last rise may be missed, children are not seen.
    Polled,
    /// Nothing here tells.
    Unknown,
}

impl Memory {
    /// The best way on this machine.
    pub(super) fn here() -> Self {
        let mut probe = Command::new("/usr/bin/time");
        probe.args(["-v", "true"]);
        if program::output(&mut probe).is_ok_and(|it| peak_line(&it.stderr).is_some()) {
            Self::GnuTime
        } else if Path::new("/proc/self/status").exists() {
            Self::Polled
        } else {
            Self::Unknown
        }
    }

    /// What to say about it.
    pub(super) fn how(self) -> &'static str {
        match self {
            Self::GnuTime => {
                "peak memory: `/usr/bin/time -v`, the largest process, a run of its own"
            }
            Self::Polled => "peak memory: VmHWM polled, the first process only, a run of its own",
            Self::Unknown => "peak memory: NOT MEASURED, neither GNU time nor /proc is here",
        }
    }

    /// The peak of one run in KiB.
    pub(super) fn peak(self, command: &Command) -> Result<Option<u64>> {
        match self {
            Self::GnuTime => {
                let mut timed = Command::new("/usr/bin/time");
                timed.arg("-v").arg(command.get_program());
                like(&mut timed, command);
                Ok(peak_line(&program::must(&mut timed)?.stderr))
            }
            Self::Polled => {
                let mut polled = Command::new(command.get_program());
                like(&mut polled, command);
                polled.stdout(Stdio::null()).stderr(Stdio::null());
                let mut running = Running::start(&mut polled)?;
                let status = format!("/proc/{}/status", running.id());
                let mut peak = None;
                while running.ended()?.is_none() {
                    peak =
                        fs::read_to_string(&status).ok().and_then(|it| high_water(&it)).max(peak);
                    thread::sleep(Duration::from_millis(1));
                }
                Ok(peak)
            }
            Self::Unknown => Ok(None),
        }
    }
}

/// Gives a command another's arguments, environment and folder.
fn like(command: &mut Command, other: &Command) {
    command.args(other.get_args());
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = other.get_current_dir() {
        command.current_dir(folder);
    }
}

fn peak_line(said: &[u8]) -> Option<u64> {
    let said = String::from_utf8_lossy(said);
    let line = said.lines().find(|line| line.contains("Maximum resident set size"))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Checks that a run made every expected file; what else lies there (git, locks) is its own affair.
pub(super) fn check_made(folder: &Path, expected: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    for (path, bytes) in expected {
        let made =
            fs::read(folder.join(path)).with_context(|| format!("it did not make `{path}`"))?;
        if &made != bytes {
            bail!("it made another `{path}`");
        }
    }
    Ok(())
}

/// Checks that everything is in a commit.
pub(super) fn check_committed(folder: &Path) -> Result<()> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        program::must(command.arg("-C").arg(folder).args(arguments))
    };
    // Without a repository of its own, git would answer for the one around it.
    if !folder.join(".git").exists() {
        bail!("it made no repository");
    }
    git(&["rev-parse", "--verify", "--quiet", "HEAD"]).context("it made no commit")?;
    let status = git(&["status", "--porcelain"])?;
    if !status.stdout.is_empty() {
        bail!("it left something uncommitted");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        let ms =
            |times: &[u64]| times.iter().map(|it| Duration::from_millis(*it)).collect::<Vec<_>>();
        assert_eq!(median(&ms(&[30, 10, 20])), Duration::from_millis(20));
        assert_eq!(median(&ms(&[40, 10, 20, 30])), Duration::from_millis(25));
        assert_eq!(median(&[]), Duration::ZERO);
    }

    #[test]
    fn peaks_are_read() {
        let said = b"\tCommand being timed: \"true\"\n\tMaximum resident set size (kbytes): 1234\n";
        assert_eq!(peak_line(said), Some(1234));
        assert_eq!(high_water("Name:\tx\nVmHWM:\t    5678 kB\n"), Some(5678));
    }

    #[test]
    fn a_failed_run_is_no_measurement() {
        let error =
            time(Command::new("sh").args(["-c", "echo why >&2; exit 1"])).expect_err("fails");
        assert!(error.to_string().ends_with("it says: why"), "{error}");
    }
}
