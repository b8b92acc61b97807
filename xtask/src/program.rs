//! Starting outside programs: found on the path, timed, and never left running.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// Where a program lies, if it is on the path (or is a path itself).
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|it| it.is_file())
}

/// Whether this is a continuous-integration run, where nothing may be skipped.
pub(crate) fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@^+,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Runs a command with its output on ours.
pub(crate) fn run(command: &mut Command) -> Result<ExitStatus> {
    command.stdin(Stdio::null());
    command.status().with_context(|| format!("failed to start `{}`", shown(command)))
}

/// Runs a command and keeps what it says.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null());
    command.output().with_context(|| format!("failed to start `{}`", shown(command)))
}

/// Runs a command whose standard output is printed and, line by line, also shown to `each`.
pub(crate) fn run_and_read(
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child =
        command.spawn().with_context(|| format!("failed to start `{}`", shown(command)))?;
    let stream = child.stdout.take().expect("standard output was asked for as a pipe");
    for line in BufReader::new(stream).split(b'\n') {
        let line = line.context("failed to read what a program printed")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each(&line);
    }
    std::io::stdout().flush()?;
    Ok(child.wait()?)
}

/// Runs a command that must succeed; what it said is the error if it does not.
pub(crate) fn must(command: &mut Command) -> Result<Output> {
    let output = output(command)?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("`{}`: {}\n{}", shown(command), output.status, String::from_utf8_lossy(&said).trim());
    }
    Ok(output)
}

/// A started program that ends with this value, whatever happens.
pub(crate) struct Running(Child);

impl Running {
    /// Starts a command and lets it run.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null());
        let child =
            command.spawn().with_context(|| format!("failed to start `{}`", shown(command)))?;
        Ok(Self(child))
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end. (The shell's own `kill`: a signal needs a C call, and xtask has none.)
    pub(crate) fn terminate(&self) -> Result<()> {
        must(Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &self.id().to_string()]))?;
        Ok(())
    }

    /// Waits until it ends, at most so long.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            if start.elapsed() > limit {
                return Ok(None);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("git");
        command.args(["commit", "-m", "it's done", ""]);
        assert_eq!(shown(&command), r"git commit -m 'it'\''s done' ''");
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-of-ours").is_none());
    }

    #[test]
    fn a_running_program_ends_when_asked() {
        let mut running = Running::start(Command::new("sleep").arg("30")).expect("sleep starts");
        assert!(running.ended().expect("it can be asked").is_none());
        running.terminate().expect("the signal is sent");
        let status = running.wait(Duration::from_secs(5)).expect("it can be waited for");
        assert!(status.is_some_and(|status| !status.success()));
    }

    #[test]
    fn the_error_of_a_failed_command_says_what_it_said() {
        let error = must(Command::new("sh").args(["-c", "echo oh no >&2; exit 3"]))
            .expect_err("it exits with 3");
        assert!(error.to_string().contains("oh no"), "{error}");
    }
}
