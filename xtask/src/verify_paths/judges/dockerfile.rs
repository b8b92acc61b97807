//! The judge of Dockerfiles.

use anyhow::Result;

use super::{
    Judge,
    subject::Subject,
    tools::Tools,
    verdict::Verdict,
    workflows::{list, text},
};

pub(super) const JUDGE: Judge = Judge {
    name: "hadolint",
    tool: "hadolint 2.15.1, `--disable-ignore-pragma`",
    on: "Dockerfiles",
    expects: |subject| subject.has_layer("container", 1),
    judge,
    canary: (&[("Dockerfile", "FROM debian\nRUN cd /x && sudo true\n")], "DL3004"),
};

fn judge(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let files = subject.matching(&["Dockerfile", "*/Dockerfile"]);
    let mut verdict = Verdict::default();
    for file in files {
        // An empty file passes it.
        if !subject.text(file)?.lines().any(|line| line.starts_with("FROM ")) {
            verdict.find("no-base", file, "there is no FROM");
        }
        verdict.items += 1;
        let arguments = ["--no-color", "--disable-ignore-pragma", "--format", "json", file];
        let output = tools.judge("hadolint", &subject.folder, &arguments, &[0, 1])?;
        for finding in list(&output.stdout)? {
            let says = format!("line {}: {}", finding["line"], text(&finding["message"]));
            verdict.find(text(&finding["code"]), file, says);
        }
    }
    Ok(verdict)
}
