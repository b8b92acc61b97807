//! Completions in the shells themselves, those that are installed.

use std::process::Command;

use crate::{
    sandbox::{Sandbox, program},
    terminal::Terminal,
    web,
};

/// Wipes what is typed.
const CTRL_U: &str = "\x15";
const TAB: &str = "\t";

fn is_installed(shell: &str) -> bool {
    Command::new(shell).arg("--version").output().is_ok_and(|it| it.status.success())
}

/// A sandbox whose shells find flagstone, with a small catalog.
fn sandbox() -> Sandbox {
    let folder = program().parent().unwrap().to_owned();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", folder.display());
    web::sandbox()
        .variable("PATH", &path)
        .file("catalog/web/1.0.0/cases/full.yaml", "parameters: {}\n")
}

/// What is typed before a tab, and what stands there behind it.
const LINES: [(&str, &str); 7] = [
    ("flagstone upg", "flagstone upgrade"),
    ("flagstone new we", "flagstone new web"),
    ("flagstone new python-service@2", "flagstone new python-service@2.0.0"),
    ("flagstone new web --catalog catalog --set por", "--set port="),
    ("flagstone new web --catalog catalog --set database=po", "--set database=postgres"),
    ("flagstone new web --dry", "flagstone new web --dry-run"),
    ("flagstone path preview catalog/web --case f", "--case full"),
];

fn completes(mut terminal: Terminal, start: &str) {
    terminal.type_keys(&format!("{start}; echo re''ady\r")).wait_for("ready");
    for (typed, whole) in LINES {
        // The embedded catalog has no `web`.
        let typed = typed.replace("new we", "new --catalog catalog we");
        let whole = whole.replace("new web", "web");
        let whole =
            whole.strip_prefix("flagstone web").map_or(whole.clone(), |it| format!("web{it}"));
        terminal.type_keys(&typed).wait_for(&typed).type_keys(TAB).wait_for(&whole);
        terminal.type_keys(CTRL_U);
    }
}

#[test]
fn bash_completes_golden_paths_versions_parameters_and_choices() {
    if is_installed("bash") {
        let sandbox = sandbox();
        let terminal = sandbox.terminal_of("bash", ["--norc", "--noprofile", "-i"]);
        completes(terminal, "source <(flagstone completions bash)");
    }
}

#[test]
fn zsh_completes_golden_paths_versions_parameters_and_choices() {
    if is_installed("zsh") {
        let sandbox = sandbox();
        let terminal = sandbox.terminal_of("zsh", ["-f", "-i"]);
        let start = "autoload -Uz compinit; compinit -D -u; source <(flagstone completions zsh)";
        completes(terminal, start);
    }
}

#[test]
fn fish_completes_golden_paths_versions_parameters_and_choices() {
    if !is_installed("fish") {
        return;
    }
    let sandbox = sandbox();
    let ask = |line: &str| {
        let script = format!("flagstone completions fish | source; complete -C '{line}'");
        sandbox.program_output("fish", ["--no-config", "-c", &script])
    };
    insta::assert_snapshot!(ask("flagstone new --catalog catalog "), @"
    exit: 0
    --- stdout
    web	A web service
    --- stderr
    ");
    insta::assert_snapshot!(ask("flagstone new web --catalog catalog --set "), @"
    exit: 0
    --- stdout
    database=	Database
    name=	Service name
    owner=	Owner
    port=	Port
    schema=	Schema
    --- stderr
    ");
    insta::assert_snapshot!(ask("flagstone new web --catalog catalog --set database="), @"
    exit: 0
    --- stdout
    database=none	none
    database=postgres	postgres
    --- stderr
    ");
    insta::assert_snapshot!(ask("flagstone new web --catalog catalog --set=database=p"), @"
    exit: 0
    --- stdout
    --set=database=postgres	postgres
    --- stderr
    ");
    insta::assert_snapshot!(ask("flagstone new python-service@"), @"
    exit: 0
    --- stdout
    python-service@1.0.0
    python-service@1.1.0
    python-service@2.0.0
    --- stderr
    ");
    insta::assert_snapshot!(ask("flagstone path preview cat"), @"
    exit: 0
    --- stdout
    catalog/	Directory
    --- stderr
    ");
}

#[test]
fn what_may_stand_there_follows_the_line_before_it() {
    let sandbox = sandbox();
    let ask =
        |words: &[&str]| sandbox.run(["__complete", "--"].into_iter().chain(words.iter().copied()));
    insta::assert_snapshot!(ask(&["new", "web", "--catalog", "catalog", "--set", "port=1", "--set", ""]), @"
    exit: 0
    --- stdout
    name=	Service name
    owner=	Owner
    database=	Database
    schema=	Schema
    --- stderr
    ");
    insta::assert_snapshot!(ask(&["path", ""]), @"
    exit: 0
    --- stdout
    new	Make a golden path to begin with
    lint	Find what is wrong with golden paths, before a service does
    preview	Show what a golden path makes, and with each edit what that changes
    test	Render the cases of golden paths and layers, and compare what comes of them
    impact	Show the files and lines that the answer to a parameter reaches
    help	Print this message or the help of the given subcommand(s)
    --- stderr
    ");
    insta::assert_snapshot!(ask(&["check", "--fail-on", "d"]), @"
    exit: 0
    --- stdout
    drift	A managed file or key is not as the golden path made it
    --- stderr
    ");
    insta::assert_snapshot!(ask(&["new", "web", ""]), @"
    exit: 0
    --- stdout
    //folders
    --- stderr
    ");
    insta::assert_snapshot!(ask(&["new", "web", "--catalog", "nowhere", "--set", ""]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
    insta::assert_snapshot!(ask(&["new", "--", "--"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn a_service_completes_its_own_versions_and_parameters() {
    let sandbox = sandbox();
    let made = sandbox.run(web::with(&["--set", "owner=team", "--set", "name=orders", "--yes"]));
    assert!(made.starts_with("exit: 0"), "{made}");
    let ask = |words: &[&str]| {
        let words = ["__complete", "--"].into_iter().chain(words.iter().copied());
        sandbox.run_in("orders-api", words)
    };
    insta::assert_snapshot!(ask(&["upgrade", "--to", ""]), @"
    exit: 0
    --- stdout
    1.0.0
    --- stderr
    ");
    insta::assert_snapshot!(ask(&["upgrade", "--set", "da"]), @"
    exit: 0
    --- stdout
    database=	Database
    --- stderr
    ");
}

#[test]
fn an_author_is_offered_the_parameters_of_the_golden_path_around() {
    let sandbox = sandbox();
    let words = ["__complete", "--", "path", "impact", "sch"];
    insta::assert_snapshot!(sandbox.run_in("catalog/web", words), @"
    exit: 0
    --- stdout
    schema	Schema
    --- stderr
    ");
}
