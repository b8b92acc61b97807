//! Our own check that a reviewer can read every file (SUP10).

use std::fs;

use anyhow::{Context as _, Result};

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

pub(super) const JUDGE: Judge = Judge {
    name: "no binaries",
    tool: "our own",
    on: "tracked files",
    expects: |_| true,
    judge,
    canary: (&[("wrapper.jar", "PK\u{3}\u{4}\u{0}\u{0}")], "binary"),
};

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::of(subject.files.len());
    for file in &subject.files {
        let bytes = fs::read(subject.folder.join(file)).with_context(|| file.clone())?;
        if bytes.contains(&0) || std::str::from_utf8(&bytes).is_err() {
            verdict.find("binary", file, "is no text");
        }
    }
    Ok(verdict)
}
