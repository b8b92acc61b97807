//! The chores of this repository: `cargo xtask` lists them, one file each.

mod ajv;
mod bench;
mod ci;
mod conftest;
mod kill_points;
mod opa;
mod program;
mod tidy;
mod verify_paths;
mod workspace;

use std::{env, process::ExitCode};

/// One chore: its name, how it is called, what it does, and the function that does it.
struct Chore {
    name: &'static str,
    usage: &'static str,
    what: &'static str,
    run: fn(&[String]) -> anyhow::Result<Outcome>,
}

/// How a chore ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It did its work and everything is as it should be.
    Good,
    /// It did its work and something is not as it should be; it has said what.
    Bad,
    /// It was called in a way that it does not know.
    Usage,
}

const CHORES: &[Chore] = &[
    ci::CHORE,
    tidy::CHORE,
    verify_paths::CHORE,
    kill_points::CHORE,
    bench::CHORE,
    ajv::CHORE,
    conftest::CHORE,
    opa::CHORE,
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        eprint!("xtask: there is no chore `{name}`\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (chore.run)(rest) {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::FAILURE,
        Ok(Outcome::Usage) => {
            eprintln!("usage: cargo xtask {}", chore.usage);
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The list of chores, as `cargo xtask` prints it.
fn usage() -> String {
    let mut text = String::from("usage: cargo xtask CHORE [OPTIONS]\n\n");
    let width = CHORES.iter().map(|chore| chore.usage.len()).max().unwrap_or(0);
    for chore in CHORES {
        text.push_str(&format!("  {:width$}  {}\n", chore.usage, chore.what));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chore_is_listed_under_its_own_name() {
        for chore in CHORES {
            assert!(chore.usage.starts_with(chore.name), "{}", chore.usage);
            assert!(usage().contains(chore.what));
        }
    }
}
