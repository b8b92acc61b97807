//! The door to the guard in a child process, where a hostile policy harms nobody.
//!
//! The program starts itself as `flagstone __guard`: nothing of our environment, the request on
//! standard input, and on standard output a line for each step and the verdict as the last one. The
//! request comes in two parts, JSON both: the policies on the first line, which are read at once, then
//! the subjects up to the end. With `--author` there is one part, an inquiry, and its answer is the last
//! line. The child limits its own memory, time and files before it reads a byte; we end it when it takes
//! too long.
//!
//! **Invariant:** whatever becomes of the child, there is a verdict, and it is a failed one unless
//! the child has said another. Only that it can't be started at all, or Ctrl-C, is an error.
#![expect(clippy::disallowed_methods, reason = "the door to the guard's process")]

mod author;
mod child;

pub use child::serve;

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde::{Deserialize, Serialize};

use crate::guard::{Care, Decision, Failure, Request, Step, Told, Verdict};

/// What a child may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space, in MiB.
    pub memory: u64,
    /// Seconds of a processor.
    pub processor: u64,
    /// How long it may be there, however little it does.
    pub life: Duration,
}

/// Who judges in child processes.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Our own program.
    program: PathBuf,
}

/// What a child does with what is on its standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// It judges a request.
    Judge,
    /// It answers what an author asks.
    Tell,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The child can't be started.
    #[error("failed to start the guard, `{}`", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What speaks with the child can't be started.
    #[error("failed to speak with the guard")]
    Thread(#[source] io::Error),
    /// The user pressed Ctrl-C, or the system asked us to end.
    #[error("interrupted")]
    Interrupted,
}

/// One line of a child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// Something is begun.
    Begun(Step),
    /// It is done.
    Verdict(Box<Verdict>),
    /// What an author asked is answered.
    Told(Box<Told>),
}

/// How a child ended.
struct Ended {
    last: Option<Line>,
    status: Option<ExitStatus>,
}

/// What the child's allocator is told: how much it reserves at once, in KiB. By default it is a
/// gibibyte, and before the child can limit its own address space; then there is no room for
/// anything.
const ALLOCATOR: [(&str, &str); 1] = [("MIMALLOC_ARENA_RESERVE", "32768")];

/// More than this a child does not say: a verdict has a limited number of findings.
const MAX_OUTPUT: u64 = 64 << 20;

/// How long to wait for the last line of a child that is gone.
const GRACE: Duration = Duration::from_secs(2);

/// How often we look whether the user has pressed Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

impl Limits {
    /// What a task with so many bytes to read may take. Twenty-five rules over two hundred files of a
    /// megabyte take less than 50 ms and 30 MiB.
    pub fn of(task: Task, bytes: usize) -> Self {
        let mebibytes = u64::try_from(bytes >> 20).unwrap_or(u64::MAX).min(1 << 10);
        let processor = match task {
            Task::Judge => 2 + mebibytes / 4,
            // Many tests take longer than a judgement.
            Task::Tell => 10,
        };
        Self { memory: 640 + 32 * mebibytes, processor, life: Duration::from_secs(processor * 5) }
    }
}

impl Worker {
    /// Judges with our own program, at `program`.
    pub const fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Judges a request.
    ///
    /// # Errors
    /// If the child can't be started, or the user interrupts.
    pub fn judge(
        &self,
        request: &Request,
        interrupted: &AtomicBool,
    ) -> Result<Verdict, WorkerError> {
        self.open(request)?.judge(request, interrupted)
    }

    /// Has the policies of a request read, while its subjects are still being gathered.
    ///
    /// # Errors
    /// If the child can't be started.
    pub fn open(&self, request: &Request) -> Result<Session<'_>, WorkerError> {
        let running = match request.bundles.is_empty() {
            true => None,
            false => Some(self.run(Task::Judge, request.policies_json())?),
        };
        Ok(Session { worker: self, running })
    }

    /// A child that has its first bytes.
    fn run(&self, task: Task, text: Vec<u8>) -> Result<Running, WorkerError> {
        let mut child = self.start(task)?;
        let (pipe, texts) = channel::<Vec<u8>>();
        if let Some(mut input) = child.stdin.take() {
            beside(move || {
                // A child that ends before it has read everything says why by how it ends.
                let _written = texts.into_iter().try_for_each(|text| input.write_all(&text));
            })?;
        }
        let said = listen(&mut child)?;
        let mut running = Running { child: Some(child), pipe: Some(pipe), said, task, bytes: 0 };
        running.send(text);
        Ok(running)
    }

    fn start(&self, task: Task) -> Result<Child, WorkerError> {
        let mut command = Command::new(&self.program);
        command.arg("__guard");
        if task == Task::Tell {
            command.arg("--author");
        }
        command.env_clear().envs(ALLOCATOR);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let failed = |source| WorkerError::Start { program: self.program.clone(), source };
        command.spawn().map_err(failed)
    }
}

/// Policies in a child process that waits for subjects.
pub struct Session<'w> {
    worker: &'w Worker,
    /// Nothing where there is no policy.
    running: Option<Running>,
}

impl Session<'_> {
    /// Judges the subjects of the request whose policies were read.
    ///
    /// # Errors
    /// If the child can't be started another time, or the user interrupts.
    pub fn judge(
        self,
        request: &Request,
        interrupted: &AtomicBool,
    ) -> Result<Verdict, WorkerError> {
        let Some(mut running) = self.running else {
            return match request.bundles.is_empty() {
                true => Ok(Verdict::default().of(request)),
                false => self.worker.judge(request, interrupted),
            };
        };
        running.send(request.subjects_json());
        let limits = running.limits();
        let mut ended = running.end(limits, interrupted)?;
        if is_unclear(&ended, request) {
            let slow = Request { care: Care::Slow, ..request.clone() };
            let mut running = self.worker.run(Task::Judge, slow.policies_json())?;
            running.send(slow.subjects_json());
            ended = running.end(limits, interrupted)?;
        }
        Ok(verdict(ended, request, limits).of(request))
    }
}

/// A child that is there until we let go of it.
struct Running {
    /// Nothing once it is let go.
    child: Option<Child>,
    pipe: Option<Sender<Vec<u8>>>,
    said: Receiver<Option<Line>>,
    task: Task,
    bytes: usize,
}

impl Running {
    fn send(&mut self, text: Vec<u8>) {
        self.bytes += text.len();
        if let Some(pipe) = &self.pipe {
            // One that is gone says why by how it ended.
            let _sent = pipe.send(text);
        }
    }

    /// What it may take.
    fn limits(&self) -> Limits {
        Limits::of(self.task, self.bytes)
    }

    /// How it ends, now that it has everything.
    fn end(mut self, limits: Limits, interrupted: &AtomicBool) -> Result<Ended, WorkerError> {
        self.pipe = None;
        let last = await_end(&self.said, limits.life, interrupted);
        // It has ended, or it is to.
        let is_done = matches!(last, Some(Some(Line::Verdict(_) | Line::Told(_))));
        let status = match self.child.as_mut() {
            // Once it has answered, nobody waits until the system has taken its memory back.
            Some(child) if !is_done => child.kill().and_then(|()| child.wait()).ok(),
            Some(_) | None => None,
        };
        match last {
            Some(last) => Ok(Ended { last, status }),
            None if interrupted.load(Ordering::Relaxed) => Err(WorkerError::Interrupted),
            None => {
                let last = self.said.recv_timeout(GRACE).unwrap_or_default();
                Ok(Ended { last, status: None })
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _gone = child.kill();
            // Without a thread it stays a zombie until we end.
            let _waiting = beside(move || drop(child.wait()));
        }
    }
}

/// Reads what the child says beside us, and gives its last line when there will be no more.
fn listen(child: &mut Child) -> Result<Receiver<Option<Line>>, WorkerError> {
    let (sender, said) = channel();
    if let Some(pipe) = child.stdout.take() {
        beside(move || {
            let mut pipe = BufReader::with_capacity(1 << 16, pipe.take(MAX_OUTPUT));
            let (mut line, mut last) = (Vec::new(), None);
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                last = serde_json::from_slice(&line).ok().or(last);
                line.clear();
                if matches!(last, Some(Line::Verdict(_) | Line::Told(_))) {
                    break;
                }
            }
            // Nobody listens any more where the user has interrupted.
            let _heard = sender.send(last);
        })?;
    }
    Ok(said)
}

/// Does something beside us, with little stack, whatever the environment says of it.
fn beside(work: impl FnOnce() + Send + 'static) -> Result<(), WorkerError> {
    const ROOM: usize = 1 << 20;
    let began = thread::Builder::new().stack_size(ROOM).spawn(work);
    began.map(drop).map_err(WorkerError::Thread)
}

/// The child's last line, once it has ended; nothing if it takes too long or the user interrupts.
fn await_end(
    said: &Receiver<Option<Line>>,
    life: Duration,
    interrupted: &AtomicBool,
) -> Option<Option<Line>> {
    let start = Instant::now();
    loop {
        match said.recv_timeout(LOOK) {
            Ok(last) => return Some(last),
            Err(RecvTimeoutError::Disconnected) => return Some(None),
            Err(RecvTimeoutError::Timeout) if interrupted.load(Ordering::Relaxed) => return None,
            Err(RecvTimeoutError::Timeout) if start.elapsed() > life => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Whether a child died among rules, of which several were evaluated at once.
fn is_unclear(ended: &Ended, request: &Request) -> bool {
    let is_among_rules = matches!(&ended.last, Some(Line::Begun(step)) if step.source.is_none());
    request.care == Care::Quick && is_among_rules
}

fn verdict(ended: Ended, request: &Request, limits: Limits) -> Verdict {
    let failure = failure(&ended, limits);
    let step = match ended.last {
        Some(Line::Verdict(verdict)) => return *verdict,
        Some(Line::Begun(step)) => Some(step),
        Some(Line::Told(_)) | None => None,
    };
    let subject = step.and_then(|it| request.subjects.get(it.subject?));
    let path = subject.and_then(|it| it.path.clone());
    let failures = vec![Failure { path, ..failure }];
    Verdict { decision: Decision::Failed, failures, ..Verdict::default() }
}

/// How a child ended that has not answered.
fn failure(ended: &Ended, limits: Limits) -> Failure {
    let step = match &ended.last {
        Some(Line::Begun(step)) => Some(*step),
        Some(Line::Verdict(_) | Line::Told(_)) | None => None,
    };
    let doing = match step {
        None => "the guard was ended before it began",
        Some(Step { subject: None, .. }) => "the policy was stopped while it was read",
        Some(_) => "the rule was stopped",
    };
    Failure {
        source: step.and_then(|it| Some((it.bundle, it.source?))),
        position: step.and_then(|it| Some((it.line?, 1))),
        ..Failure::new("guard-limit", format!("{doing}: {}", because(ended.status, limits)))
    }
}

/// Why a child ended without a verdict.
fn because(status: Option<ExitStatus>, limits: Limits) -> String {
    let Limits { memory, processor, life } = limits;
    let time = format!("it took more than {processor} seconds of a processor");
    let Some(status) = status else {
        return format!("it took more than {} seconds", life.as_secs());
    };
    let died = |by: Signal| status.signal() == Some(by.as_raw());
    match (status.signal(), status.code()) {
        _ if died(Signal::XCPU) => time,
        _ if died(Signal::ABORT) || died(Signal::SEGV) || died(Signal::BUS) => {
            format!("it took more than {memory} MiB of memory, or called itself without end")
        }
        (Some(signal), _) => format!("it was ended by signal {signal}"),
        (None, code) => format!("it ended without a verdict ({})", code.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests;
