//! The ends of a program's pipes: fed and read beside us, so that no side can block the other.

use std::{
    io::{self, Read, Write as _},
    process::ChildStdin,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

/// What arrives from a pipe while the program runs.
pub(super) struct Reading {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Reading {
    /// Reads `pipe` to its end and keeps the first `limit` bytes.
    pub(super) fn of(mut pipe: impl Read + Send + 'static, limit: u64) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (sender, ended) = channel();
        let kept = Arc::clone(&bytes);
        beside(move || {
            let mut keep = Keep { kept, limit };
            // A pipe that breaks has ended; the program's own status says the rest.
            let _ = io::copy(&mut pipe, &mut keep);
            let _ = sender.send(());
        });
        Self { bytes, ended }
    }

    /// What has arrived, at the pipe's end or after `grace`.
    pub(super) fn finish(self, grace: Duration) -> Vec<u8> {
        let _ = self.ended.recv_timeout(grace);
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Hands `input` to the program; one that does not read all of it has its reasons.
pub(super) fn feed(mut pipe: ChildStdin, input: Vec<u8>) {
    if !input.is_empty() {
        beside(move || drop(pipe.write_all(&input)));
    }
}

/// Does something beside us, with little stack, whatever the environment says of it. Where the system
/// gives us no thread the pipe is closed, and the program says what it makes of that.
fn beside(work: impl FnOnce() + Send + 'static) {
    const ROOM: usize = 1 << 20;
    let _began = thread::Builder::new().stack_size(ROOM).spawn(work);
}

struct Keep {
    kept: Arc<Mutex<Vec<u8>>>,
    limit: u64,
}

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_sub(kept.len());
        kept.extend(bytes.iter().take(room));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
