//! Command lines that make no sense, and bugs of ours: what people and programs are told.

use crate::sandbox::Sandbox;

#[test]
fn a_mistake_of_usage_is_told_with_a_tip() {
    insta::assert_snapshot!(Sandbox::new().run(["new", "--dry-rum"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: unexpected argument '--dry-rum' found

      tip: a similar argument exists: '--dry-run'

    Usage: flagstone new [OPTIONS] [PATH[@RANGE]] [DIR]
           flagstone new [OPTIONS] --spec <FILE> [DIR]

    For more information, try '--help'.
    ");
}

#[test]
fn programs_read_a_mistake_of_usage_as_the_one_document() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(["new", "--dry-rum", "--format", "json"]), @r#"
    exit: 2
    --- stdout
    {
      "format": 1,
      "error": null,
      "causes": [],
      "help": null,
      "diagnostics": [
        {
          "code": "usage",
          "severity": "error",
          "message": "unexpected argument '--dry-rum' found",
          "file": null,
          "line": null,
          "column": null,
          "endLine": null,
          "endColumn": null,
          "help": "a similar argument exists: '--dry-run'",
          "notes": [
            "Usage: flagstone new [OPTIONS] [PATH[@RANGE]] [DIR]\n       flagstone new [OPTIONS] --spec <FILE> [DIR]"
          ]
        }
      ],
      "guard": null
    }
    --- stderr
    "#);
    let short = sandbox.run(["--format=json"]);
    insta::assert_snapshot!(short, @r#"
    exit: 2
    --- stdout
    {
      "format": 1,
      "error": null,
      "causes": [],
      "help": null,
      "diagnostics": [
        {
          "code": "usage",
          "severity": "error",
          "message": "no command is named",
          "file": null,
          "line": null,
          "column": null,
          "endLine": null,
          "endColumn": null,
          "help": "`flagstone --help` lists the commands",
          "notes": []
        }
      ],
      "guard": null
    }
    --- stderr
    "#);
    // What stands behind `--` is no option.
    assert!(
        sandbox.run(["new", "--dry-rum", "--", "--format=json"]).contains("--- stdout\n--- stderr")
    );
}

#[test]
fn a_mistake_of_usage_is_in_colour_where_that_is_wanted() {
    let output = Sandbox::new().run(["--color=always", "new", "--dry-rum"]);
    assert!(output.contains("\u{1b}["), "{output}");
    let output = Sandbox::new().variable("CLICOLOR_FORCE", "1");
    let output = output.run(["new", "--dry-rum", "--color", "never"]);
    assert!(!output.contains("\u{1b}["), "{output}");
}

#[test]
#[cfg(debug_assertions)]
fn a_bug_of_ours_ends_with_70_and_asks_for_a_report() {
    let sandbox = Sandbox::new().variable("FLAGSTONE_TEST_BUG", "a plan has a root");
    let without_line = |output: String| {
        let (before, behind) = output.split_once("cli.rs:").unwrap();
        format!(
            "{before}cli.rs:<line>{}",
            behind.trim_start_matches(|it: char| it.is_ascii_digit())
        )
    };
    insta::assert_snapshot!(without_line(sandbox.run(["catalog", "list"])), @"
    exit: 70
    --- stdout
    --- stderr
    error: this is a bug of flagstone 0.1.0, please report it: a plan has a root (src/cli.rs:<line>)
    ");
    let json = sandbox.run(["catalog", "list", "--format", "json"]);
    insta::assert_snapshot!(without_line(json), @r#"
    exit: 70
    --- stdout
    {
      "format": 1,
      "error": "this is a bug of flagstone 0.1.0, please report it: a plan has a root (src/cli.rs:<line>)",
      "causes": [],
      "help": null,
      "diagnostics": [],
      "guard": null
    }
    --- stderr
    "#);
}

#[test]
fn what_is_meant_is_proposed_also_where_it_is_a_command_of_a_group_or_a_short_option() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(["lint"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'lint'

      tip: a similar subcommand exists: 'path lint'

    Usage: flagstone [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(["path", "lint", "--fx"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: unexpected argument '--fx' found

      tip: a similar argument exists: '--fix'

    Usage: flagstone path lint [OPTIONS] [DIR]...

    For more information, try '--help'.
    ");
}

#[test]
fn each_command_names_the_formats_that_it_has() {
    let sandbox = Sandbox::new();
    let formats = |words: &[&'static str]| {
        let before = ["__complete", "--"].into_iter().chain(words.iter().copied());
        let shown = sandbox.run(before.chain(["--format", ""]));
        let words = shown.lines().filter_map(|it| it.split_once('\t'));
        words.map(|(word, _)| word.trim().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(formats(&["new"]), "human json");
    assert_eq!(formats(&["check"]), "human json sarif junit github");
    assert_eq!(formats(&["inputs"]), "human json schema");
    assert_eq!(formats(&["path", "lint"]), "human json sarif junit github");
    assert_eq!(formats(&["path", "test"]), "human json junit");
    // A golden path may be called like a command.
    let shown = sandbox.run(["catalog", "show", "check", "--format", "sarif"]);
    assert!(shown.contains("write `--format human` or `--format json`"), "{shown}");
    insta::assert_snapshot!(sandbox.run(["path", "test", "--format", "sarif"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: invalid value 'sarif' for '--format <FORMAT>'
      [possible values: human, json, junit]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(["--format", "sarif", "path", "test"]), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: this command does not have this format
     |
     = help: write `--format human`, `--format json` or `--format junit`
    ");
}
