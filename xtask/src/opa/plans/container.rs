//! Dockerfiles, as conftest reads them: lists of instructions.

use serde_json::{Value, json};

use crate::opa::dice::Dice;

const DIGEST: &str = "sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0";

pub(super) fn dockerfile(dice: &mut Dice) -> Value {
    let mut lines = Vec::new();
    if dice.once_in(2) {
        lines.push(line(0, "arg", &[], dice.text(&["BASE=python:3.14", "TAG=1", "TAG"])));
    }
    for stage in 0..1 + dice.roll(3) {
        let image = match dice.roll(9) {
            0 => "scratch".to_owned(),
            1 => "base".to_owned(),
            2 => "${BASE}".to_owned(),
            3 => "python:$TAG".to_owned(),
            4 => "registry.example.com:5000/a/b:1".to_owned(),
            5 => format!("gcr.io/distroless/static:nonroot@{DIGEST}"),
            6 => format!("acme/tool@{DIGEST}"),
            7 => "base-${TARGETARCH}".to_owned(),
            _ => "rust:1.95".to_owned(),
        };
        let name = *dice.pick(&["base", "Build", "base-amd64"]);
        let from = if dice.once_in(2) { json!([image]) } else { json!([image, "AS", name]) };
        lines.push(line(stage, "from", &[], from));
        for _ in 0..dice.roll(7) {
            lines.push(instruction(dice, stage));
        }
    }
    Value::Array(lines)
}

fn instruction(dice: &mut Dice, stage: usize) -> Value {
    match dice.roll(8) {
        0 => line(stage, "user", &[], dice.text(&["root", "0:0", "10001", "$UID", "app:app"])),
        1 => line(stage, "env", &[], env(dice)),
        2 => line(stage, "arg", &[], dice.text(&["TOKEN", "API_KEY=abc", "UID=0", "A=\"b\""])),
        3 => {
            let flags = *dice.pick(&[&["--checksum=sha256:00"][..], &[]]);
            let source = dice.text(&["https://example.com/a.tar", "git@github.com:a/b", "a"]);
            line(stage, "add", flags, json!([source, "/opt/"]))
        }
        4 => {
            let flags = *dice.pick(&[
                &["--from=base"][..],
                &["--from=0"],
                &["--from=nginx:1"],
                &["--from=$X"],
                &[],
            ]);
            line(stage, "copy", flags, json!(["a", "b", "/opt/"]))
        }
        5 => line(stage, "comment", &[], json!(["what follows"])),
        6 => line(stage, "run", &["--mount=type=secret,id=token"], json!(["make"])),
        _ => json!({
            "Cmd": "cmd", "SubCmd": "", "JSON": true, "Flags": [], "Value": ["/app"], "Stage": stage
        }),
    }
}

fn env(dice: &mut Dice) -> Value {
    let all = json!([
        ["TOKEN", "abc", "="],
        ["PASSWORD_FILE", "/run/secret", "=", "UID", "0", "="],
        ["DB_PASSWORD", "\"\"", "="],
        ["A", "b", "=", "SECRET_KEY", "'x'", "="],
        ["PATH", "/opt/bin:$PATH", ""]
    ]);
    all.get(dice.roll(5)).cloned().unwrap_or_default()
}

fn line(stage: usize, command: &str, flags: &[&str], value: Value) -> Value {
    let value = if value.is_array() { value } else { json!([value]) };
    json!({
        "Cmd": command, "SubCmd": "", "JSON": false, "Flags": flags, "Value": value, "Stage": stage
    })
}
