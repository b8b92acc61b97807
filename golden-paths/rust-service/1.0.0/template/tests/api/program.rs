//! The built program, as a process of its own.

use std::env;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::Value;

pub fn command() -> Command {
    let mut program = Command::new(env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))));
    program
        .env_clear()
        // Where `make coverage` collects what was reached.
        .envs(env::vars().filter(|(name, _)| name == "LLVM_PROFILE_FILE"))
        .envs([("HOST", "127.0.0.1"), ("PORT", "0"), ("METRICS_PORT", "0")])
        .env("DRAIN_DELAY_SECONDS", "0");
    program
}

/// A running program and its log.
pub struct Program {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub fn start(variables: &[(&str, &str)]) -> Self {
        let mut process = command()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The next line of the log that says `message`.
    pub fn line(&mut self, message: &str) -> Value {
        loop {
            let line = self.lines.next().expect("the log has ended").unwrap();
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["message"] == message {
                return line;
            }
        }
    }

    pub fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.process.id());
        let killed = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(killed.success());
    }

    pub fn wait(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}
