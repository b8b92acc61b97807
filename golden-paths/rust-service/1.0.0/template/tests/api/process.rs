//! The built program: its exit codes, its signals and its output.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

fn program() -> Command {
    let mut program = Command::new(env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))));
    program.env_clear();
    program
}

#[test]
fn a_terminated_process_logs_json_and_exits_with_success() {
    let mut process = program()
        .envs([("HOST", "127.0.0.1"), ("PORT", "0"), ("METRICS_PORT", "0")])
        .env("DRAIN_DELAY_SECONDS", "0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut next_message = || {
        let line = lines.next().unwrap().unwrap();
        serde_json::from_str::<Value>(&line).unwrap()["message"].clone()
    };

    assert_eq!(next_message(), "listening");
    let kill = format!("kill -TERM {}", process.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );

    assert_eq!(next_message(), "stopping: no longer ready");
    assert_eq!(next_message(), "stopped");
    assert!(process.wait().unwrap().success());
}

#[test]
fn an_invalid_configuration_ends_the_process_at_once() {
    let output = program().env("PORT", "http").output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "the configuration is invalid:\n  PORT: `http`: invalid digit found in string\n"
    );
}
