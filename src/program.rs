//! The door to the user's own programs: `git`, and the programs that sign for git.
//!
//! **Invariant:** no shell, fixed argument lists, an environment that the caller chose, and limits on
//! time and output. A program that ends in any other way than by itself is killed and waited for.
#![expect(clippy::disallowed_methods, reason = "the door to the user's programs")]

mod pipe;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use pipe::Reading;
use rustix::process::{Pid, Signal, kill_process_group};

/// What to start, and how long it may take.
#[derive(Debug, Clone)]
pub struct Program<'a> {
    /// The program's name or path.
    pub name: &'a str,
    /// Its arguments, one by one.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: BTreeMap<String, String>,
    /// The folder that it starts in; ours if there is none.
    pub folder: Option<PathBuf>,
    /// What it reads from standard input.
    pub input: Vec<u8>,
    /// How long it may run.
    pub limit: Duration,
}

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Whether it says that all went well.
    pub success: bool,
    /// What it wrote to standard output.
    pub output: Vec<u8>,
    /// What it wrote to standard error, without anything that a terminal would obey.
    pub errors: String,
}

/// Why a program did not come to its own end.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// There is no such program.
    #[error("there is no program `{0}`")]
    Missing(String),
    /// The system would not start it, or lost sight of it.
    #[error("failed to run `{program}`")]
    Run {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// It took too long and was killed.
    #[error("`{program}` was stopped after {seconds} seconds")]
    Slow {
        /// The program.
        program: String,
        /// The limit.
        seconds: u64,
    },
    /// The user pressed Ctrl-C, or the system asked us to end.
    #[error("interrupted")]
    Interrupted,
}

/// More output than this is thrown away.
const OUTPUT: u64 = 1 << 20;

/// How long to wait for output of a program that has ended: a helper that it left in the background
/// (ssh's connection sharing) may hold the pipe open for ever.
const GRACE: Duration = Duration::from_millis(300);

impl Program<'_> {
    /// Runs the program to its end.
    ///
    /// # Errors
    /// If it can't be started, takes too long, or the user interrupts. A program that fails is no
    /// error here: see [`Ended::success`].
    pub fn run(self, interrupted: &AtomicBool) -> Result<Ended, ProgramError> {
        let child = self.start(None)?;
        self.finish(child, interrupted)
    }

    /// Runs the program to its end, and ends what it has started and left behind. It can't ask for
    /// anything at the terminal.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with_all(self, interrupted: &AtomicBool) -> Result<Ended, ProgramError> {
        let child = self.start(Some(0))?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let ended = self.finish(child, interrupted);
        // Fails where nobody of it is left.
        let _ = group.map(|it| kill_process_group(it, Signal::KILL));
        ended
    }

    fn finish(self, mut child: Child, interrupted: &AtomicBool) -> Result<Ended, ProgramError> {
        if let Some(pipe) = child.stdin.take() {
            pipe::feed(pipe, self.input.clone());
        }
        let output = child.stdout.take().map(|pipe| Reading::of(pipe, OUTPUT));
        let errors = child.stderr.take().map(|pipe| Reading::of(pipe, OUTPUT));
        let status = self.wait(&mut child, interrupted)?;
        // At a terminal Ctrl-C reaches the program too, and it may be gone before we look at the flag.
        if !status.success() && (interrupted.load(Ordering::Relaxed) || is_interrupted(status)) {
            return Err(ProgramError::Interrupted);
        }
        let finish = |reading: Option<Reading>| reading.map(|it| it.finish(GRACE));
        Ok(Ended {
            success: status.success(),
            output: finish(output).unwrap_or_default(),
            errors: printable(&finish(errors).unwrap_or_default()),
        })
    }

    fn start(&self, group: Option<i32>) -> Result<Child, ProgramError> {
        let mut command = Command::new(self.name);
        command.args(&self.arguments).env_clear().envs(&self.environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        if let Some(group) = group {
            command.process_group(group);
        }
        command.spawn().map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ProgramError::Missing(self.name.to_owned()),
            _ => self.failed(source),
        })
    }

    /// Looks often at first: most programs end within milliseconds.
    fn wait(
        &self,
        child: &mut Child,
        interrupted: &AtomicBool,
    ) -> Result<ExitStatus, ProgramError> {
        let start = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(status) = child.try_wait().map_err(|source| self.failed(source))? {
                return Ok(status);
            }
            if interrupted.load(Ordering::Relaxed) {
                stop(child);
                return Err(ProgramError::Interrupted);
            }
            if start.elapsed() > self.limit {
                stop(child);
                let program = self.name.to_owned();
                return Err(ProgramError::Slow { program, seconds: self.limit.as_secs() });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    fn failed(&self, source: io::Error) -> ProgramError {
        ProgramError::Run { program: self.name.to_owned(), source }
    }
}

/// Whether Ctrl-C ended the program: its signal may be ahead of ours.
#[cfg(unix)]
fn is_interrupted(status: ExitStatus) -> bool {
    const SIGINT: i32 = 2;
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(SIGINT)
}

#[cfg(not(unix))]
fn is_interrupted(_status: ExitStatus) -> bool {
    false
}

fn printable(bytes: &[u8]) -> String {
    let obeyed = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n").replace(obeyed, "?")
}

/// Not the whole process group: a group of its own could not ask for a passphrase on the terminal.
fn stop(child: &mut Child) {
    // Both fail only if the program has ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell<'a>(script: &str, limit: Duration) -> Program<'a> {
        Program {
            name: "/bin/sh",
            arguments: vec!["-c".into(), script.into()],
            environment: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
            folder: None,
            input: b"in".to_vec(),
            limit,
        }
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn both_streams_and_the_end_are_seen() {
        let ended = shell("cat; echo bad >&2; exit 3", LONG).run(&AtomicBool::new(false)).unwrap();
        assert_eq!((ended.output, ended.errors), (b"in".to_vec(), "bad\n".to_owned()));
        assert!(!ended.success);
    }

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let error = shell("exec sleep 60", Duration::from_millis(50)).run(&AtomicBool::new(false));
        assert!(matches!(error, Err(ProgramError::Slow { .. })));
    }

    #[test]
    fn a_helper_in_the_background_does_not_hold_us_up() {
        let start = Instant::now();
        let ended = shell("sleep 20 & echo done", LONG).run(&AtomicBool::new(false)).unwrap();
        assert_eq!(ended.output, b"done\n");
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_a_program_leaves_behind_can_be_ended_with_it() {
        let start = Instant::now();
        // The helper holds the pipe open; once that is closed, it is gone.
        let script = "mkfifo p; (exec sleep 60) > p & cat < p & echo $!; exit 0";
        let folder = tempfile::tempdir().unwrap();
        let folder = Some(folder.path().to_owned());
        let program = Program { folder, ..shell(script, LONG) };
        let ended = program.run_with_all(&AtomicBool::new(false)).unwrap();
        let id: i32 = String::from_utf8(ended.output).unwrap().trim().parse().unwrap();
        let is_alive = || {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(" Z ")
        };
        while is_alive() && start.elapsed() < Duration::from_secs(20) {
            thread::yield_now();
        }
        assert!(!is_alive() && start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn an_interrupt_stops_the_program() {
        let error = shell("exec sleep 60", LONG).run(&AtomicBool::new(true));
        assert!(matches!(error, Err(ProgramError::Interrupted)));
    }

    #[test]
    fn a_program_that_ctrl_c_ended_before_we_looked_is_interrupted_and_not_refused() {
        let by = |status| is_interrupted(std::os::unix::process::ExitStatusExt::from_raw(status));
        assert_eq!((by(2), by(15), by(2 << 8)), (true, false, false));
        let error = shell("exit 2", LONG).run(&AtomicBool::new(true));
        assert!(matches!(error, Err(ProgramError::Interrupted)), "{error:?}");
    }

    #[test]
    fn endless_output_is_cut_and_the_program_still_ends() {
        let script = "head -c 3000000 /dev/zero";
        let ended = shell(script, LONG).run(&AtomicBool::new(false)).unwrap();
        assert_eq!(ended.output.len(), 1 << 20);
    }

    #[test]
    fn escape_sequences_do_not_reach_the_reader() {
        let script = "printf 'a\\033[31mb\\r\\nc\\rd' >&2";
        let ended = shell(script, LONG).run(&AtomicBool::new(false)).unwrap();
        assert_eq!(ended.errors, "a?[31mb\nc\nd");
    }

    #[test]
    fn a_missing_program_is_named() {
        let program = Program { name: "no-such-program", ..shell("", LONG) };
        let error = program.run(&AtomicBool::new(false)).unwrap_err();
        assert_eq!(error.to_string(), "there is no program `no-such-program`");
    }
}
