//! `cargo xtask bench check`: how long `check` takes, and an `upgrade` of what is up to date.
//!
//! The work tree is clean and the release is the newest, so that little is found and everything must be
//! looked at. Beside it stands what git needs to say that the same work tree is clean.

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::{
    given_or_built,
    measure::{median, time},
    remove,
    upgrade::{Bulk, PACKAGE, Place, Tool},
};
use crate::{Outcome, program, workspace};

const FILES: usize = 1_000;
const ROUNDS: usize = 30;

/// What `check` may take.
const PROMISE: Duration = Duration::from_millis(20);

/// Something to time.
struct Timed {
    name: &'static str,
    command: Command,
    is_promised: bool,
    times: Vec<Duration>,
}

/// Times everything in turns.
pub(super) fn run(program: Option<&Path>) -> Result<Outcome> {
    let flagstone = given_or_built(program)?;
    let folder = workspace::target().join("flagstone-bench-check");
    remove(&folder)?;
    let bulk = Bulk::new(FILES);
    let untouched = service(&folder.join("untouched"), &flagstone, &bulk, |_| Ok(()))?;
    let edited =
        service(&folder.join("edited"), &flagstone, &bulk, |it| bulk.edit(it, &it.service()))?;
    let (git, git_words) = (Path::new("git"), ["status", "--porcelain"].as_slice());
    let mut all = [
        ("check, nothing edited", &untouched, flagstone.as_path(), ["check"].as_slice(), true),
        ("check, a tenth edited", &edited, &flagstone, &["check"], true),
        ("upgrade, up to date", &untouched, &flagstone, &["upgrade", "--yes"], false),
        ("git status", &untouched, git, git_words, false),
        ("flagstone --version", &untouched, &flagstone, &["--version"], false),
    ]
    .map(|(name, place, program, words, is_promised)| {
        let mut command = place.command(program);
        command.current_dir(place.service()).args(words);
        Timed { name, command, is_promised, times: Vec::new() }
    });
    // The first round warms the caches and is not counted.
    for round in 0..=ROUNDS {
        for it in &mut all {
            let time = time(&mut it.command)?;
            if round > 0 {
                it.times.push(time);
            }
        }
    }
    remove(&folder)?;
    let (text, is_kept) = table(&all);
    print!("{FILES} files, clean work tree, newest release, {ROUNDS} rounds\n{text}");
    Ok(if is_kept { Outcome::Good } else { Outcome::Bad })
}

/// A service that was edited and then upgraded to the newest version.
fn service(
    folder: &Path,
    flagstone: &Path,
    bulk: &Bulk,
    edit: impl Fn(&Place) -> Result<()>,
) -> Result<Place> {
    let place = Place::new(folder, flagstone, "")?;
    Tool::Flagstone.make(&place, &bulk.versions, PACKAGE)?;
    edit(&place)?;
    program::must(&mut Tool::Flagstone.update(&place, &place.service(), PACKAGE)?)?;
    Ok(place)
}

fn table(all: &[Timed]) -> (String, bool) {
    let ms = |it: Duration| it.as_secs_f64() * 1000.0;
    let mut text = format!("{:22} {:>10} {:>8} {:>8}  promise\n", "", "median ms", "least", "most");
    let mut is_kept = true;
    for it in all {
        let middle = median(&it.times);
        let ends = [it.times.iter().min(), it.times.iter().max()];
        let [least, most] = ends.map(|it| it.copied().map_or(0.0, ms));
        let mut line = format!("{:22} {:>10.1} {least:>8.1} {most:>8.1}", it.name, ms(middle));
        if it.is_promised {
            let kept = middle < PROMISE;
            is_kept &= kept;
            let word = if kept { "kept" } else { "BROKEN" };
            line += &format!("  < {:.0}: {word}", ms(PROMISE));
        }
        text += &format!("{line}\n");
    }
    (text, is_kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_whether_the_promise_is_kept() {
        let timed = |ms: u64, is_promised| Timed {
            name: "x",
            command: Command::new("true"),
            is_promised,
            times: vec![Duration::from_millis(ms)],
        };
        let (text, is_kept) = table(&[timed(19, true), timed(99, false)]);
        assert!(is_kept && text.contains("< 20: kept"), "{text}");
        let (text, is_kept) = table(&[timed(20, true)]);
        assert!(!is_kept && text.contains("< 20: BROKEN"), "{text}");
    }
}
