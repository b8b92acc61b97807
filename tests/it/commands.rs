//! The commands that ask nothing: catalog, schema, completions, man and the help.

use crate::{
    sandbox::Sandbox,
    web::{sandbox, with},
};

#[test]
fn the_golden_paths_of_a_catalog_are_listed_and_shown() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(["catalog", "list", "--catalog", "catalog"]), @"
    exit: 0
    --- stdout
    web  1.0.0  A web service
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(["catalog", "show", "web", "--catalog", "catalog"]), @"
    exit: 0
    --- stdout
    web 1.0.0  A web service

    owner      platform
    lifecycle  production
    versions   1.0.0

    Parameters
      name      Service name; required
      owner     Owner; required
      port      Port; a whole number; default 8080
      database  Database; one of none, postgres; default none
      schema    Schema; default {{ name | snake_case }}; when database == 'postgres'
    --- stderr
    ");
    let absent = sandbox.run(["catalog", "show", "wbe", "--catalog", "catalog"]);
    insta::assert_snapshot!(absent, @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-golden-path]: there is no golden path `wbe`
     |
     = help: did you mean `web`?
    ");
}

#[test]
fn programs_read_the_catalog_as_one_document() {
    let list = ["catalog", "list", "--catalog", "catalog", "--format", "json"];
    insta::assert_snapshot!(sandbox().run(list), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "goldenPaths": [
        {
          "kind": "goldenPath",
          "name": "web",
          "version": "1.0.0",
          "versions": [
            "1.0.0"
          ],
          "title": "A web service",
          "description": "",
          "owner": "platform",
          "tags": [],
          "lifecycle": "production",
          "successor": null,
          "sunset": null,
          "requires": "*"
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn the_schemas_accept_what_new_writes() {
    let sandbox = sandbox();
    assert!(sandbox.run(with(&["--set", "owner=team"])).starts_with("exit: 0"));
    for (format, file) in [("spec", "flagstone.yaml"), ("lock", "flagstone.lock")] {
        let schema = validator(&sandbox, format);
        let text = std::fs::read_to_string(sandbox.folder().join("orders-api").join(file)).unwrap();
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(schema.validate(&value).map_err(|error| error.to_string()), Ok(()), "{file}");
        assert!(!schema.is_valid(&serde_json::json!({})), "{format}");
    }
    for format in ["golden-path", "catalog"] {
        assert!(!validator(&sandbox, format).is_valid(&serde_json::json!({})), "{format}");
    }
}

fn validator(sandbox: &Sandbox, format: &str) -> jsonschema::Validator {
    let output = sandbox.run(["schema", format]);
    let text = output.strip_prefix("exit: 0\n--- stdout\n");
    let text = text.and_then(|text| text.strip_suffix("\n--- stderr"));
    let text = text.unwrap_or_else(|| panic!("{output}"));
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Sandbox::new().run(["completions", shell]);
        assert!(output.starts_with("exit: 0\n--- stdout\n"), "{shell}: {output}");
        // Some scripts hold the words, the others ask for them.
        let knows = output.contains("dry-run") || output.contains("__complete --");
        assert!(output.contains("flagstone") && knows, "{shell}");
        assert!(output.ends_with("--- stderr"), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_for_flagstone_and_for_each_command() {
    let sandbox = Sandbox::new();
    let page = sandbox.run(["man"]);
    assert!(page.contains(".TH flagstone 1") && page.contains("Exit codes: 0 done"), "{page}");
    let page = sandbox.run(["man", "catalog", "list"]);
    assert!(page.contains(".SH NAME") && page.contains("List the golden paths"), "{page}");
    insta::assert_snapshot!(sandbox.run(["man", "nwe"]), @"
    exit: 2
    --- stdout
    --- stderr
    error[unknown-command]: there is no command `nwe`
     |
     = help: `flagstone --help` lists the commands
    ");
}

#[test]
fn the_help_names_every_command_and_exit_code() {
    insta::assert_snapshot!(Sandbox::new().run(["--help"]), @"
    exit: 0
    --- stdout
    Makes service repositories from golden paths

    Usage: flagstone [OPTIONS] <COMMAND>

    Commands:
      new          Make a new service repository from a golden path
      upgrade      Bring a service to a newer version of its golden path, and keep what its team made of
                   it
      apply        Bring a service to what its `flagstone.yaml` says now, in the version that it has
      catalog      Look through golden paths
      inputs       Show what a golden path asks: every question, its default as it would be now, and
                   what each answer opens
      check        Check whether a service is still what its golden path made it
      diff         Show what was changed against the golden path
      restore      Restore files as the golden path made them
      why          Explain a file: where it came from, whose it is, and how it stands
      path         Write golden paths
      policy       Write and try policies
      schema       Print the JSON Schema of a file format, or write those of all for an editor
      completions  Print completions for a shell
      man          Print the manual page of flagstone or of one of its commands
      help         Print this message or the help of the given subcommand(s)

    Options:
          --format <FORMAT>
              Who reads the result: people, or a program that wants one JSON document. `check`,
              `inputs`, `path lint`, `path test`, `policy check` and `policy test` have more

              Possible values:
              - human: Text for people
              - json:  One JSON document on standard output
              
              [default: human]

          --color <WHEN>
              Whether to use colours

              Possible values:
              - auto:   On a terminal, unless `NO_COLOR` is set
              - always: Always
              - never:  Never
              
              [default: auto]

      -v, --verbose
              Show more

      -j, --jobs <N>
              How many threads may work at once [default: one for each processor]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Exit codes: 0 done, 1 something was found, 2 usage, 3 bad input, 4 denied by policy, 5 the outside
    failed, 6 conflicts left to resolve, 130 interrupted.
    --- stderr
    ");
}

#[test]
fn the_help_of_new_shows_both_of_its_forms() {
    insta::assert_snapshot!(Sandbox::new().run(["new", "-h"]), @"
    exit: 0
    --- stdout
    Make a new service repository from a golden path

    Usage: flagstone new [OPTIONS] [PATH[@RANGE]] [DIR]
           flagstone new [OPTIONS] --spec <FILE> [DIR]

    Arguments:
      [PATH[@RANGE]] [DIR]...  The golden path, also with a version or range (`rust-service@^1.0`), and
                               the new repository [default: ./<name>]. With --spec only the repository,
                               or the folder for several

    Options:
          --format <FORMAT>      Who reads the result: people, or a program that wants one JSON
                                 document. `check`, `inputs`, `path lint`, `path test`, `policy check`
                                 and `policy test` have more [default: human] [possible values: human,
                                 json]
          --spec <FILE>          Read the service, or several, from a spec file; `-` reads standard
                                 input
          --catalog <DIR>        A catalog in a folder [default: the one in the binary]
          --color <WHEN>         Whether to use colours [default: auto] [possible values: auto, always,
                                 never]
          --set <NAME=VALUE>     Answer a parameter; lists as JSON or separated by commas
      -v, --verbose              Show more
          --annotate <KEY=TEXT>  Write an annotation into `metadata.annotations`; policies may ask for
                                 one
      -j, --jobs <N>             How many threads may work at once [default: one for each processor]
          --defaults             Take every default; ask only for what has none
          --dry-run              Show what would be written, and write nothing; with -v the contents too
      -y, --yes                  Ask nothing and confirm nothing
          --explain              Say where each answer came from
          --ticket <TICKET>      The ticket that it is for; policies may ask for one
          --push <URL>           Push the new repository to this address, as `origin`
          --separate             Make a repository of its own even inside of another one
      -h, --help                 Print help (see more with '--help')

    Answers come from --set, then the spec, then the environment (FLAGSTONE_PARAM_NAME), then the
    prompt, then the default.
    --- stderr
    ");
}

#[test]
fn raw_results_say_that_no_format_changes_them() {
    for command in ["completions", "man", "schema"] {
        let help = Sandbox::new().run([command, "--help"]);
        assert!(help.contains("whatever the --format"), "{help}");
    }
}
