//! Our own check that the licence says which one it is, in a form that machines read (OWN6).

use anyhow::Result;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

const FILE: &str = "LICENSE";

pub(super) const JUDGE: Judge = Judge {
    name: "licence",
    tool: "our own",
    on: "licences",
    expects: |subject| subject.has(FILE),
    judge,
    canary: (&[(FILE, "All rights reserved.\n")], "no-id"),
};

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    verdict.items = 1;
    let text = subject.text(FILE)?;
    let id = text.lines().find_map(|line| line.trim().strip_prefix("SPDX-License-Identifier: "));
    match id {
        None => verdict.find("no-id", FILE, "there is no SPDX-License-Identifier"),
        Some(id) if !is_expression(id) => verdict.find("id", FILE, format!("`{id}` is no SPDX id")),
        Some(_) => {}
    }
    Ok(verdict)
}

/// Whether it has the form of an SPDX expression; which licences there are is not ours to list.
fn is_expression(text: &str) -> bool {
    let is_id = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-.+".contains(c))
    };
    text.split(' ').filter(|word| !matches!(*word, "OR" | "AND" | "WITH")).all(is_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_word_or_several_joined() {
        assert!(is_expression("MIT OR Apache-2.0") && is_expression("LicenseRef-Proprietary"));
        assert!(!is_expression("") && !is_expression("my own, really"));
    }
}
