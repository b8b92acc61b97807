//! What a run says at its end: a line for each thing that was judged, and whether all is good.

use std::time::Instant;

use anyhow::Result;

use super::case::Judged;
use crate::program;

/// The lines, and whether all is good.
pub(super) struct Summary {
    lines: Vec<String>,
    pub(super) is_good: bool,
}

impl Summary {
    /// Nothing judged yet.
    pub(super) const fn new() -> Self {
        Self { lines: Vec::new(), is_good: true }
    }

    /// A line that says nothing about good or bad.
    pub(super) fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    /// A failure.
    pub(super) fn fail(&mut self, what: &str) {
        self.is_good = false;
        self.lines.push(format!("FAILED  {what}"));
    }

    /// Judges one thing and adds how that went.
    pub(super) fn judge(&mut self, name: &str, judge: impl FnOnce() -> Result<Judged>) {
        println!("\n-- {name}");
        let start = Instant::now();
        let line = match judge() {
            Ok(judged) if judged.not_judged.is_empty() => {
                format!("passed  {name}: {}", judged.summary())
            }
            Ok(judged) => {
                self.is_good &= !program::in_ci();
                let gaps = judged.not_judged.join("; ");
                format!("NOT ALL JUDGED  {name}: {}; {gaps}", judged.summary())
            }
            Err(error) => {
                self.is_good = false;
                format!("FAILED  {name}: {error:#}")
            }
        };
        self.lines.push(format!("{line}  ({:.1} s)", start.elapsed().as_secs_f64()));
    }

    /// Shows every line.
    pub(super) fn print(&self) {
        println!();
        for line in &self.lines {
            println!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_failure_is_said_in_its_line_and_fails_the_run() {
        let mut summary = Summary::new();
        summary.judge("one", || Ok(Judged::default()));
        summary.say("nothing to upgrade".to_string());
        assert!(summary.is_good);
        summary.judge("two", || bail!("it does not build"));
        assert!(!summary.is_good);
        let begins = ["passed  one: 0 commands", "nothing to upgrade", "FAILED  two: it does not"];
        assert!(summary.lines.iter().zip(begins).all(|(line, begin)| line.starts_with(begin)));
    }
}
