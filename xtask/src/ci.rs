//! `cargo xtask ci`: exactly what continuous integration runs, in its order.

use std::{
    io::IsTerminal as _,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{Chore, Outcome, ajv, conftest, opa, program, tidy, verify_paths, workspace};

pub(crate) const CHORE: Chore = Chore {
    name: "ci",
    usage: "ci [STEP…]",
    what: "everything that CI runs, in order, or the steps named",
    run,
};

/// One step: its name and what it runs.
struct Step {
    name: &'static str,
    run: fn(&mut Said) -> Result<bool>,
}

/// Every step, in order. They are independent: a failed one stops none that follow.
const STEPS: &[Step] = &[
    Step { name: "tools", run: tools },
    Step { name: "fmt", run: |_| cargo(&["fmt", "--all", "--check"], &[]) },
    Step {
        name: "clippy",
        run: |_| {
            let deny = ["--", "-D", "warnings"];
            let check = ["clippy", "--locked", "--workspace", "--all-targets"];
            cargo(&[&check[..], &deny].concat(), &[])
        },
    },
    Step { name: "tests", run: tests },
    Step { name: "tidy", run: |_| Ok(tidy::check(&workspace::root(), false)? == Outcome::Good) },
    Step {
        name: "path-test",
        run: |_| {
            let test = ["run", "--locked", "--quiet", "--", "path", "test", "golden-paths"];
            cargo(&[&test[..], &["--coverage", "--matrix"]].concat(), &[])
        },
    },
    Step {
        name: "doc",
        run: |_| {
            let document = ["doc", "--locked", "--workspace", "--no-deps"];
            cargo(&document, &[("RUSTDOCFLAGS", "-D warnings")])
        },
    },
    Step { name: "ajv", run: |_| Ok(ajv::judge()? == Outcome::Good) },
    Step { name: "conftest", run: |_| Ok(conftest::judge(false)? == Outcome::Good) },
    Step { name: "opa", run: |_| Ok(opa::judge(&opa::Options::default())? == Outcome::Good) },
    Step {
        name: "verify-paths",
        run: |_| Ok(verify_paths::verify(&verify_paths::Options::default())? == Outcome::Good),
    },
];

/// A program that some tests need and cargo does not bring.
struct Tool {
    program: &'static str,
    needed_by: &'static str,
    /// Whether it exists on this system at all.
    here: bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        program: "git",
        needed_by: "every test that asks git itself about a result",
        here: true,
    },
    Tool { program: "gpg", needed_by: "commits signed with OpenPGP", here: true },
    Tool { program: "ssh-keygen", needed_by: "commits signed with SSH", here: true },
    Tool {
        program: "strace",
        needed_by: "what the program opens, starts and never touches",
        here: cfg!(target_os = "linux"),
    },
    Tool { program: "tar", needed_by: "`cargo xtask bench`", here: true },
    Tool { program: "npm", needed_by: "`cargo xtask ajv`", here: true },
    Tool { program: "go", needed_by: "`cargo xtask opa` and `cargo xtask conftest`", here: true },
    Tool { program: "promtool", needed_by: "the judges of alert rules", here: true },
    Tool { program: "uv", needed_by: "`cargo xtask verify-paths python-service`", here: true },
];

/// What is said once more at the end.
#[derive(Default)]
struct Said {
    lines: Vec<String>,
}

fn run(arguments: &[String]) -> Result<Outcome> {
    if arguments.iter().any(|name| STEPS.iter().all(|step| step.name != name)) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        eprintln!("the steps are: {}", names.join(" "));
        return Ok(Outcome::Usage);
    }
    let mut said = Said::default();
    let mut ended = Vec::new();
    for step in STEPS {
        if !arguments.is_empty() && arguments.iter().all(|name| step.name != name) {
            continue;
        }
        println!("\n==== {} ====", step.name);
        let start = Instant::now();
        let good = (step.run)(&mut said).unwrap_or_else(|error| {
            eprintln!("{}: {error:#}", step.name);
            false
        });
        ended.push((step.name, good, start.elapsed()));
        let verdict = if good { "passed" } else { "FAILED" };
        println!("==== {} {verdict} in {:.1} s ====", step.name, start.elapsed().as_secs_f64());
    }
    print!("{}", summary(&ended, &said));
    let all_good = ended.iter().all(|(_, good, _)| *good);
    Ok(if all_good { Outcome::Good } else { Outcome::Bad })
}

/// The closing table, and the lines worth saying again.
fn summary(ended: &[(&str, bool, Duration)], said: &Said) -> String {
    let mut text = String::from("\n==== ci ====\n");
    for (name, good, time) in ended {
        let verdict = if *good { "passed" } else { "FAILED" };
        text.push_str(&format!("{name:14} {verdict}  {:8.1} s\n", time.as_secs_f64()));
    }
    for line in &said.lines {
        text.push_str(line);
        text.push('\n');
    }
    let failed = ended.iter().filter(|(_, good, _)| !good).count();
    text.push_str(&match failed {
        0 => format!("ci: all {} steps passed\n", ended.len()),
        _ => format!("ci: {failed} of {} steps failed\n", ended.len()),
    });
    text
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<bool> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(workspace::root()).args(arguments).envs(environment.iter().copied());
    println!("$ cargo {}", arguments.join(" "));
    Ok(program::run(&mut command)?.success())
}

/// Says which tests will have nothing to ask; a failure in CI, where nothing may be skipped.
fn tools(said: &mut Said) -> Result<bool> {
    let mut all_there = true;
    for tool in TOOLS.iter().filter(|tool| tool.here) {
        if let Some(path) = program::find(tool.program) {
            println!("{:10} {}", tool.program, path.display());
        } else {
            let line =
                format!("SKIPPED: no `{}` here, needed by: {}", tool.program, tool.needed_by);
            println!("{line}");
            said.lines.push(line);
            all_there = false;
        }
    }
    Ok(all_there || !program::in_ci())
}

/// Runs the tests and keeps the lines with which the test runner closes.
fn tests(said: &mut Said) -> Result<bool> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(workspace::root()).args([
        "test",
        "--locked",
        "--workspace",
        "--no-fail-fast",
    ]);
    if std::io::stdout().is_terminal() {
        command.args(["--", "--color", "always"]);
    }
    println!("$ {}", program::shown(&command));
    let mut passed = 0;
    let status = program::run_and_read(&mut command, |line| {
        if line.starts_with("test result:") {
            passed += passed_in(line);
            said.lines.push(line.to_string());
        }
    })?;
    if passed == 0 {
        println!("no test ran: that is no pass");
    }
    Ok(status.success() && passed > 0)
}

/// The number in front of `passed` in the test runner's closing line.
fn passed_in(line: &str) -> u64 {
    let before = line.split(" passed").next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_closing_line_is_counted() {
        assert_eq!(passed_in("test result: ok. 31 passed; 0 failed; 0 ignored"), 31);
        assert_eq!(passed_in("test result: \u{1b}[32mok\u{1b}[m. 2 passed; 1 failed"), 2);
        assert_eq!(passed_in("test result: odd"), 0);
    }

    #[test]
    fn the_summary_says_what_failed_and_what_the_tests_said() {
        let said = Said { lines: vec!["test result: FAILED. 1 passed; 1 failed".to_string()] };
        let ended =
            [("fmt", true, Duration::from_millis(1500)), ("tests", false, Duration::from_secs(61))];
        assert_eq!(
            summary(&ended, &said),
            "
==== ci ====
fmt            passed       1.5 s
tests          FAILED      61.0 s
test result: FAILED. 1 passed; 1 failed
ci: 1 of 2 steps failed
"
        );
    }
}
