//! A proxy between two of our own programs, which can fail as a network does.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::Result;

/// What the proxy does with connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mode {
    /// Passes everything on.
    Pass,
    /// Closes what there is and what comes.
    Refuse,
    /// Takes connections and bytes, and passes nothing on.
    Hang,
}

/// A listener of ours in front of a port.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<State>,
}

struct State {
    mode: AtomicU8,
    connections: AtomicUsize,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Listens on a free port and passes connections on to `target`, for as long as xtask runs.
    pub(crate) fn start(target: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            mode: AtomicU8::new(Mode::Pass as u8),
            connections: AtomicUsize::new(0),
            open: Mutex::new(Vec::new()),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                shared.take(stream, target);
            }
        });
        Ok(Self { port, state })
    }

    /// Changes what it does; connections that there are end, unless they hang.
    pub(crate) fn set(&self, mode: Mode) {
        self.state.mode.store(mode as u8, Ordering::SeqCst);
        if mode != Mode::Hang {
            self.state.close();
        }
    }

    /// Ends every connection that there is, and takes new ones as before.
    pub(crate) fn blip(&self) {
        self.state.close();
    }

    /// How many connections came since it was last asked.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.swap(0, Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Mode::Refuse);
    }
}

impl State {
    fn is(&self, mode: Mode) -> bool {
        self.mode.load(Ordering::SeqCst) == mode as u8
    }

    fn close(&self) {
        for stream in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // It fails only where the other side has closed it already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn keep(&self, stream: &TcpStream) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.extend(stream.try_clone());
    }

    fn take(self: &Arc<Self>, near: TcpStream, target: u16) {
        if self.is(Mode::Refuse) {
            return;
        }
        self.keep(&near);
        let state = Arc::clone(self);
        thread::spawn(move || {
            while state.is(Mode::Hang) {
                thread::sleep(Duration::from_millis(10));
            }
            // A target that is gone closes the connection: what a caller of it sees.
            let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else {
                let _ = near.shutdown(Shutdown::Both);
                return;
            };
            state.keep(&far);
            if let (Ok(from), Ok(to)) = (near.try_clone(), far.try_clone()) {
                let state = Arc::clone(&state);
                thread::spawn(move || state.pass(from, to));
            }
            state.pass(far, near);
        });
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = [0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            while self.is(Mode::Hang) {
                thread::sleep(Duration::from_millis(10));
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    }
}
