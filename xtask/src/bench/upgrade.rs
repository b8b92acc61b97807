//! `cargo xtask bench upgrade`: what becomes of a team's work under each tool, and how long it takes.
//!
//! A list of cases is played under ours, copier, cruft and a plain `git merge` of rendered versions;
//! then the same update of a large service is timed in turns. A case is judged by what a person finds
//! afterwards, by the same rules for all; see `judge`.

mod bulk;
mod judge;
mod kill;
mod outcomes;
mod race;
mod scenario;
mod scenarios;
mod tool;
mod versions;

use std::path::PathBuf;

use anyhow::Result;

use self::tool::TOOLS;
pub(super) use self::{
    bulk::Bulk,
    tool::{Place, Tool},
    versions::PACKAGE,
};
use super::{given_or_built, peers, remove};
use crate::{Outcome, workspace};

/// Sizes in files.
const SIZES: &[usize] = &[100, 300, 1_000];

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Whether the cases are played.
    cases: bool,
    sizes: Vec<usize>,
    program: Option<PathBuf>,
    folder: Option<PathBuf>,
    /// Whether everything stays where it was made, for a look at it.
    keep: bool,
}

impl Options {
    fn all() -> Self {
        let sizes = SIZES.to_vec();
        Self { cases: true, sizes, program: None, folder: None, keep: false }
    }

    /// Reads what was typed.
    pub(super) fn read(words: &[&str]) -> Option<Self> {
        let mut options = Self::all();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--cases" => options.sizes.clear(),
                "--times" => options.cases = false,
                "--keep" => options.keep = true,
                "--files" => {
                    let sizes = words.next()?.split(',').map(|it| it.parse().ok());
                    options.sizes = sizes.collect::<Option<_>>()?;
                }
                "--program" => options.program = Some(PathBuf::from(words.next()?)),
                "--in" => options.folder = Some(PathBuf::from(words.next()?)),
                _ => return None,
            }
        }
        Some(options)
    }
}

/// Plays the cases, then takes the times.
pub(super) fn run(options: &Options) -> Result<Outcome> {
    let flagstone = given_or_built(options.program.as_deref())?;
    for peer in TOOLS.iter().filter_map(|tool| tool.peer()) {
        match peers::find(peer) {
            Some(program) => println!("{peer}: {}", peers::version(&program)),
            None => println!("SKIPPED: {peer}, see `cargo xtask bench --install`"),
        }
    }
    println!("{} processors\n", std::thread::available_parallelism()?);
    let tools: Vec<Tool> = TOOLS.iter().copied().filter(|tool| tool.is_here()).collect();
    let folder = options.folder.clone().unwrap_or_else(workspace::target);
    let folder = folder.join("flagstone-bench-upgrade");
    remove(&folder)?;
    let mut is_good = true;
    if options.cases {
        is_good &= outcomes::run(&flagstone, &folder.join("cases"), &tools)?;
    }
    for files in &options.sizes {
        is_good &= race::run(&flagstone, &folder.join(format!("{files}")), &tools, *files)?;
    }
    if options.keep {
        println!("everything is in {}", folder.display());
    } else {
        remove(&folder)?;
    }
    Ok(if is_good { Outcome::Good } else { Outcome::Bad })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_and_times_can_be_had_alone() {
        assert_eq!(Options::read(&[]), Some(Options::all()));
        assert!(Options::read(&["--cases"]).is_some_and(|it| it.cases && it.sizes.is_empty()));
        let times = Options::read(&["--times", "--files", "10,20"]);
        assert!(times.is_some_and(|it| !it.cases && it.sizes == [10, 20]));
        for wrong in [&["--files"][..], &["--files", "x"], &["more"]] {
            assert_eq!(Options::read(wrong), None, "{wrong:?}");
        }
    }
}
