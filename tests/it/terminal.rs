//! A terminal with someone at it: keys in, a picture out.
//!
//! Nothing sleeps for a fixed time: a test waits for what a person would wait for.

use std::{
    io::{Read as _, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub(crate) const ENTER: &str = "\r";
pub(crate) const ESC: &str = "\x1b";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const BACKSPACE: &str = "\x7f";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const HOME: &str = "\x1b[H";
pub(crate) const END: &str = "\x1b[F";

/// How often to look, and how long to wait before something is wrong.
const GLANCE: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(10);

const ROWS: u16 = 40;
const COLUMNS: u16 = 80;

/// A program at a terminal of 80 columns and 40 rows.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    picture: Arc<Mutex<vt100::Parser>>,
    reader: JoinHandle<()>,
    /// Open until the end: closing it hangs up on the program.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts a program.
    pub(crate) fn start(command: CommandBuilder) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let child = pty.slave.spawn_command(command).unwrap();
        // With our own end of it open, the reader would never see the program's end.
        drop(pty.slave);
        let cells = |number| NonZeroU16::new(number).unwrap();
        let parser = vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0);
        let picture = Arc::new(Mutex::new(parser));
        let reader = read(pty.master.try_clone_reader().unwrap(), Arc::clone(&picture));
        let keys = pty.master.take_writer().unwrap();
        Self { child, keys, picture, reader, _master: pty.master }
    }

    /// Waits until `text` can be seen in a picture that is drawn to its end.
    pub(crate) fn wait_for(&mut self, text: &str) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        while self.is_drawing() || !self.screen().contains(text) {
            assert!(Instant::now() < end, "`{text}` never came; the screen:\n{}", self.screen());
            thread::sleep(GLANCE);
        }
        self
    }

    /// Types.
    pub(crate) fn type_keys(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// What can be seen, without the empty rows at the end.
    pub(crate) fn screen(&self) -> String {
        let contents = self.picture.lock().unwrap().screen().contents();
        let rows: Vec<_> = contents.lines().map(str::trim_end).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// Whether a prompt is half drawn: prompts hide the cursor while they draw.
    fn is_drawing(&self) -> bool {
        self.picture.lock().unwrap().screen().hide_cursor()
    }

    /// Waits for the program's end: the exit code and the last picture.
    pub(crate) fn finish(mut self) -> String {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() >= end => {
                    self.child.kill().unwrap();
                    panic!("the program never ended; the screen:\n{}", self.screen());
                }
                None => thread::sleep(GLANCE),
            }
        };
        while !self.reader.is_finished() && Instant::now() < end {
            thread::sleep(GLANCE);
        }
        format!("exit: {}\n{}", status.exit_code(), self.screen())
    }
}

impl Drop for Terminal {
    /// Nobody is left at the terminal: the program must not wait for keys any longer.
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        let _ended_before = self.child.wait();
    }
}

fn read(
    mut output: Box<dyn std::io::Read + Send>,
    picture: Arc<Mutex<vt100::Parser>>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // The end is an empty read on some systems and an error on others.
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            picture.lock().unwrap().process(buffer.get(..length).unwrap());
        }
    })
}
