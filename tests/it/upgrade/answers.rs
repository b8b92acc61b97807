//! Answers and versions: what is asked, carried over, written into the spec.

use std::{fs, time::SystemTime};

use super::story::{Files, PLAIN, Story, migrations};
use crate::terminal::ENTER;

/// The parameters of a manifest beside `name`.
fn asking(parameters: &[&str]) -> String {
    let lines: String = parameters.iter().map(|it| format!("    {it}\n")).collect();
    PLAIN.to_owned() + &lines
}

/// A template that shows an answer.
fn shows(answer: &str) -> (String, String) {
    ("answer.md.j2".to_owned(), format!("{{{{ {answer} }}}}\n"))
}

/// A service whose golden path asks differently in its second version, each showing one answer.
fn asked(before: (&str, &str), after: (&str, &str), answers: &[&str]) -> Story {
    let (path, text) = shows(before.1);
    let story = Story::made((before.0, &[(&path, &text)]), answers);
    let (path, text) = shows(after.1);
    story.release("2.0.0", after.0, &[(&path, &text)]);
    story
}

/// The spec's part below `goldenPath`.
fn wishes(story: &Story) -> String {
    let text = story.text("flagstone.yaml");
    text.split_once("goldenPath: svc\n").unwrap().1.to_owned()
}

/// When each file of the service was last written.
fn times(story: &Story) -> Vec<SystemTime> {
    let files = ["a.txt", "flagstone.yaml", "flagstone.lock", ".git/index", ".git/HEAD"];
    files.map(|it| fs::metadata(story.path(it)).unwrap().modified().unwrap()).into()
}

#[test]
fn a_parameter_that_is_renamed_is_renamed_in_the_spec_with_its_comments() {
    let before = asking(&["db: {type: string, default: none}"]);
    let after = asking(&["database: {type: string, default: none}"])
        + &migrations("2.0.0", &["rename-parameter: {from: db, to: database}"]);
    let story = asked((&before, "db"), (&after, "database"), &["--set", "db=postgres"]);
    let spec = story
        .text("flagstone.yaml")
        .replace("    db: postgres", "    # Since 2021.\n    db: postgres # ours");
    let story = story.edits("flagstone.yaml", spec);
    story.upgrades().is_clean(&[]);
    assert_eq!(
        wishes(&story),
        "  version: ^2.0\n  parameters:\n    # Since 2021.\n    database: postgres # ours\n"
    );
    assert_eq!(story.text("answer.md"), "postgres\n");
    assert!(story.status().is_empty());
}

#[test]
fn a_migration_that_sets_a_parameter_sets_it_from_the_old_answers() {
    let before = asking(&["critical: {type: boolean, default: false}"]);
    let set = "set-parameter: {name: tier, value: \"{{ 'gold' if critical else 'silver' }}\"}";
    let after = asking(&[
        "critical: {type: boolean, default: false}",
        "tier: {type: string, default: bronze}",
    ]) + &migrations("2.0.0", &[set]);
    let story = asked((&before, "critical"), (&after, "tier"), &["--set", "critical=true"]);
    story.upgrades().is_clean(&["changed answer.md golden-path"]);
    assert_eq!(story.text("answer.md"), "gold\n");
    assert!(wishes(&story).contains("    tier: gold\n"), "{}", wishes(&story));
}

#[test]
fn a_new_question_takes_its_default_where_nobody_can_be_asked() {
    let after = asking(&["port: {type: integer, default: 8080}"]);
    let story = asked((PLAIN, "name"), (&after, "port"), &[]);
    let told = story.runs(&["upgrade", "--to", "2.0.0"]);
    told.is_clean(&["changed answer.md golden-path"]);
    assert_eq!(
        told.json["answers"][0],
        serde_json::json!({"name": "port", "before": null, "after": 8080})
    );
    assert_eq!(story.text("answer.md"), "8080\n");
    assert!(!wishes(&story).contains("port"), "{}", wishes(&story));
}

#[test]
fn a_new_question_without_a_default_is_told_with_all_the_others_and_nothing_is_written() {
    let after = "parameters:\n  required: [name, port, team]\n  properties:\n    name: {type: string}\n    port: {type: integer}\n    team: {type: string}\n";
    let story = asked((PLAIN, "name"), (after, "port"), &[]);
    let before = story.state();
    let told = story.upgrades();
    told.is_refused(3, "`port`");
    told.is_refused(3, "`team`");
    assert_eq!(story.state(), before);
}

#[test]
fn a_new_question_is_answered_on_the_command_line_and_that_is_written_into_the_spec() {
    let after = asking(&["port: {type: integer, default: 8080}"]);
    let story = asked((PLAIN, "name"), (&after, "port"), &[]);
    story
        .runs(&["upgrade", "--to", "2.0.0", "--set", "port=9090"])
        .is_clean(&["changed answer.md golden-path"]);
    assert_eq!(story.text("answer.md"), "9090\n");
    assert_eq!(wishes(&story), "  version: ^2.0\n  parameters:\n    port: 9090\n");
    assert!(story.status().is_empty());
}

#[test]
fn at_a_terminal_only_the_new_question_is_asked_and_the_plan_is_confirmed() {
    let before = asking(&["db: {type: string, title: Database, default: none}"]);
    let after = asking(&[
        "db: {type: string, title: Database, default: none}",
        "port: {type: integer, title: Port, default: 8080}",
    ]);
    let story = asked((&before, "db"), (&after, "port"), &[]);
    let mut terminal = story.sandbox.terminal(["upgrade", "svc", "--to", "2.0.0"]);
    terminal.wait_for("Port").type_keys("\u{8}\u{8}\u{8}\u{8}9090").type_keys(ENTER);
    let screen = terminal.wait_for("What now?").screen();
    assert!(!screen.contains("Database"), "{screen}");
    assert!(screen.contains("changed   answer.md"), "{screen}");
    terminal.type_keys(ENTER);
    let end = terminal.finish();
    assert!(end.starts_with("exit: 0") && end.contains("Committed as"), "{end}");
    assert!(wishes(&story).contains("    port: 9090\n"), "{}", wishes(&story));
    assert!(story.status().is_empty());
}

#[test]
fn a_person_looks_at_a_file_and_then_writes_nothing() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let before = story.state();
    let mut terminal = story.sandbox.terminal(["upgrade", "svc", "--to", "2.0.0"]);
    terminal.wait_for("What now?").type_keys("Look at a.txt").type_keys(ENTER);
    terminal.wait_for("+2").wait_for("What now?").type_keys(crate::terminal::ESC);
    let end = terminal.finish();
    assert!(end.starts_with("exit: 130") && end.contains("nothing was written"), "{end}");
    assert_eq!(story.state(), before);
}

#[test]
fn an_answer_that_is_edited_in_the_spec_is_applied_and_committed_with_it() {
    let manifest = asking(&["port: {type: integer, default: 8080}"]);
    let (path, text) = shows("port");
    let story = Story::made((&manifest, &[(&path, &text), ("b.txt", "1\n")]), &["--set", "port=1"]);
    let spec = story.text("flagstone.yaml").replace("port: 1", "port: 2 # more room");
    let story = story.edits("b.txt", "mine\n").writes("flagstone.yaml", &spec);
    story.runs(&["apply"]).is_clean(&["changed answer.md golden-path"]);
    assert_eq!((story.text("answer.md"), story.text("b.txt")), ("2\n".into(), "mine\n".into()));
    assert_eq!(story.text("flagstone.yaml"), spec);
    assert!(story.status().is_empty());
    let names = story.git(&["show", "--name-only", "--format=%s", "HEAD"]);
    assert_eq!(names, "Apply flagstone.yaml to svc\n\nanswer.md\nflagstone.lock\nflagstone.yaml");
}

#[test]
fn an_answer_that_is_set_on_the_command_line_is_applied_and_written_into_the_spec() {
    let manifest = asking(&["port: {type: integer, default: 8080}"]);
    let (path, text) = shows("port");
    let story = Story::made((&manifest, &[(&path, &text)]), &[]);
    story.runs(&["apply", "--set", "port=9"]).is_clean(&["changed answer.md golden-path"]);
    assert_eq!(story.text("answer.md"), "9\n");
    assert!(wishes(&story).contains("    port: 9\n"), "{}", wishes(&story));
    assert!(story.status().is_empty());
}

#[test]
fn a_mistake_in_the_spec_is_told_at_its_place_and_nothing_is_written() {
    let manifest = asking(&["port: {type: integer, default: 8080}"]);
    let (path, text) = shows("port");
    let story = Story::made((&manifest, &[(&path, &text)]), &["--set", "port=1"]);
    let spec = story.text("flagstone.yaml").replace("port: 1", "port: many");
    let story = story.writes("flagstone.yaml", spec);
    let before = story.state();
    let said = story.says(&["apply"]);
    assert!(said.starts_with("exit: 3") && said.contains("flagstone.yaml:"), "{said}");
    assert_eq!(story.state(), before);
}

#[test]
fn a_file_that_an_answer_switches_off_goes_unless_the_team_edited_it() {
    let manifest = asking(&["db: {type: boolean, default: true}"])
        + "files:\n  - {match: \"db/**\", when: db}\n";
    let files: Files<'_> = &[("db/a.sql", "1\n"), ("db/b.sql", "1\n"), ("c.txt", "1\n")];
    let story = Story::made((&manifest, files), &[]).edits("db/b.sql", "2\n");
    let told = story.runs(&["apply", "--set", "db=false"]);
    told.conflicts(&["removed db/a.sql dropped", "conflict db/b.sql golden-path-deleted"]);
    assert_eq!((story.text("db/a.sql"), story.text("db/b.sql")), ("(none)".into(), "2\n".into()));
}

#[test]
fn a_file_that_becomes_conditional_and_is_still_wanted_stays() {
    let after = asking(&["db: {type: boolean, default: true}"])
        + "files:\n  - {match: \"db/**\", when: db}\n";
    let files: Files<'_> = &[("db/a.sql", "1\n")];
    let story = Story::with((PLAIN, files), (&after, files)).edits("db/a.sql", "2\n");
    story.upgrades().is_clean(&[]);
    assert_eq!(story.text("db/a.sql"), "2\n");
}

#[test]
fn an_answer_that_is_no_longer_asked_for_leaves_the_spec_and_is_said() {
    let before = asking(&["old: {type: string, default: x}"]);
    let story = asked((&before, "old"), (PLAIN, "name"), &["--set", "old=y"]);
    let told = story.upgrades();
    told.is_clean(&["changed answer.md golden-path"]);
    assert_eq!(told.json["diagnostics"][0]["code"], "no-longer-asked", "{}", told.json);
    assert!(!wishes(&story).contains("old"), "{}", wishes(&story));
}

#[test]
fn skipping_versions_comes_to_the_same_as_taking_each() {
    let versions = || {
        let first = asking(&["db: {type: string, default: none}"]);
        let second = asking(&["base: {type: string, default: none}"])
            + &migrations(
                "1.1.0",
                &["rename-parameter: {from: db, to: base}", "move: {from: \"a/**\", to: \"b/**\"}"],
            );
        let third = asking(&["database: {type: string, default: none}"])
            + &migrations(
                "1.1.0",
                &["rename-parameter: {from: db, to: base}", "move: {from: \"a/**\", to: \"b/**\"}"],
            )
            + &"  - to: 2.0.0\n    steps:\n      - {rename-parameter: {from: base, to: database}}\n      - {move: {from: \"b/x.txt\", to: \"c/y.txt\"}}\n";
        let long = "1\n2\n3\n4\n5\n6\n7\n";
        let story =
            Story::made((&first, &[("a/x.txt", long), ("a/gone.txt", "g\n")]), &["--set", "db=pg"]);
        story.release(
            "1.1.0",
            &second,
            &[("b/x.txt", "one\n2\n3\n4\n5\n6\n7\n"), ("b/gone.txt", "g\n")],
        );
        story.release("2.0.0", &third, &[("c/y.txt", "one\n2\n3\nfour\n5\n6\n7\n")]);
        story.edits("a/x.txt", "1\n2\n3\n4\n5\n6\nours\n")
    };
    let skipping = versions();
    skipping
        .upgrades()
        .is_clean(&["removed a/gone.txt dropped", "moved a/x.txt -> c/y.txt move-declared"]);
    let stepping = versions();
    stepping.runs(&["upgrade", "--to", "1.1.0"]).is_clean(&[
        "moved a/gone.txt -> b/gone.txt move-declared",
        "moved a/x.txt -> b/x.txt move-declared",
    ]);
    stepping
        .upgrades()
        .is_clean(&["removed b/gone.txt dropped", "moved b/x.txt -> c/y.txt move-declared"]);
    let tree = |story: &Story| story.git(&["ls-tree", "-r", "HEAD"]);
    assert_eq!(tree(&skipping), tree(&stepping));
    assert_eq!(skipping.text("c/y.txt"), "one\n2\n3\nfour\n5\n6\nours\n");
}

#[test]
fn an_older_version_is_refused_unless_it_was_asked_for() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    let before = story.state();
    story.runs(&["upgrade", "--to", "1.0.0"]).is_refused(3, "older-version");
    assert_eq!(story.state(), before);
    let told = story.runs(&["upgrade", "--to", "1.0.0", "--allow-downgrade"]);
    told.is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.text("a.txt"), "1\n");
    assert_eq!(wishes(&story), "  version: ^1.0\n");
}

#[test]
fn going_back_takes_a_renamed_parameter_and_a_moved_file_back() {
    let before = asking(&["db: {type: string, default: none}"]);
    let after = asking(&["database: {type: string, default: none}"])
        + &migrations(
            "2.0.0",
            &["rename-parameter: {from: db, to: database}", "move: {from: a.txt, to: b.txt}"],
        );
    let story = Story::made((&before, &[("a.txt", "1\n2\n3\n")]), &["--set", "db=pg"]);
    story.release("2.0.0", &after, &[("b.txt", "1\n2\n3\n")]);
    story.upgrades().is_clean(&["moved a.txt -> b.txt move-declared"]);
    let story = story.edits("b.txt", "1\n2\nours\n");
    let told = story.runs(&["upgrade", "--to", "1.0.0", "--allow-downgrade"]);
    told.is_clean(&["moved b.txt -> a.txt move-declared"]);
    assert_eq!(story.text("a.txt"), "1\n2\nours\n");
    assert!(wishes(&story).contains("    db: pg\n"), "{}", wishes(&story));
}

#[test]
fn leaving_the_range_rewrites_it_with_its_comment() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let spec = story.text("flagstone.yaml").replace("version: ^1.0", "version: '^1.0' # steady");
    let story = story.edits("flagstone.yaml", &spec);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.text("flagstone.yaml"), spec.replace("^1.0", "^2.0"));
}

#[test]
fn within_the_range_the_newest_is_taken_and_the_spec_is_not_touched() {
    let story = Story::made((PLAIN, &[("a.txt", "1\n")]), &[]);
    story.release("1.1.0", PLAIN, &[("a.txt", "2\n")]);
    story.release("1.2.0", PLAIN, &[("a.txt", "3\n")]);
    story.release("1.3.0-rc.1", PLAIN, &[("a.txt", "4\n")]);
    let spec = story.text("flagstone.yaml");
    let told = story.runs(&["upgrade"]);
    told.is_clean(&["changed a.txt golden-path"]);
    assert_eq!((told.json["to"].as_str(), story.text("a.txt")), (Some("1.2.0"), "3\n".to_owned()));
    assert_eq!(story.text("flagstone.yaml"), spec);
}

#[test]
fn a_range_after_to_takes_its_highest_version() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    story.release("2.1.0", PLAIN, &[("a.txt", "3\n")]);
    let told = story.runs(&["upgrade", "--to", "^2.0"]);
    told.is_clean(&["changed a.txt golden-path"]);
    assert_eq!(told.json["to"], "2.1.0");
}

#[test]
fn a_newer_version_beyond_the_range_is_told() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let told = story.runs(&["upgrade"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("upToDate")), "{}", told.json);
    assert_eq!(told.json["newer"], "2.0.0");
    let said = story.says(&["upgrade"]);
    assert!(said.contains("2.0.0 is there too: `flagstone upgrade --to 2.0.0`"), "{said}");
}

#[test]
fn a_version_that_the_catalog_does_not_have_is_a_mistake() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let before = story.state();
    story.runs(&["upgrade", "--to", "3.0.0"]).is_refused(3, "3.0.0");
    assert_eq!(story.state(), before);
}

#[test]
fn a_second_run_writes_nothing_and_touches_no_file() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]).edits("own.txt", "own\n");
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    let story = story.edits("a.txt", "2\nmine\n");
    let (state, before) = (story.state(), times(&story));
    for run in [&["upgrade"][..], &["upgrade", "--to", "2.0.0", "--yes"], &["apply"]] {
        let told = story.runs(run);
        assert_eq!(
            (told.exit, told.json["state"].as_str()),
            (0, Some("upToDate")),
            "{run:?}: {}",
            told.json
        );
        assert_eq!(times(&story), before, "{run:?}");
    }
    assert_eq!(story.state(), state);
}

#[test]
fn an_edit_of_a_managed_file_alone_is_nothing_to_upgrade() {
    let rule = super::story::ruled(&["match: a.txt, ownership: managed"]);
    let story = Story::made((&rule, &[("a.txt", "1\n")]), &[]).edits("a.txt", "mine\n");
    let told = story.runs(&["upgrade", "--yes"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("upToDate")), "{}", told.json);
    assert_eq!(story.text("a.txt"), "mine\n");
}

#[test]
fn a_layer_that_the_new_version_brings_is_rendered_and_merged() {
    let after =
        format!("{PLAIN}layers:\n  - {{name: ci, version: \"^1\", with: {{language: python}}}}\n");
    let story = Story::new(&[("a.txt", "1\n")], &[]);
    let layer =
        "parameters:\n  required: [language]\n  properties:\n    language: {type: string}\n";
    story.layer("ci", "1.2.0", layer, &[("ci.md.j2", "{{ language }}\n")]);
    story.release("2.0.0", &after, &[("a.txt", "2\n")]);
    story.upgrades().is_clean(&["changed a.txt golden-path", "added ci.md new"]);
    assert_eq!(story.text("ci.md"), "python\n");
    assert!(
        story.text("flagstone.lock").contains("from: \"ci:template/ci.md.j2\""),
        "{}",
        story.text("flagstone.lock")
    );
}

#[test]
fn a_newer_version_of_a_layer_alone_is_taken() {
    let manifest = format!("{PLAIN}layers:\n  - {{name: ci, version: \"^1\"}}\n");
    let story = Story::made((PLAIN, &[("a.txt", "1\n")]), &[]);
    story.layer("ci", "1.0.0", PLAIN_LAYER, &[("ci.md", "1\n")]);
    story.release("1.1.0", &manifest, &[("a.txt", "1\n")]);
    story.runs(&["upgrade"]).is_clean(&["added ci.md new"]);
    story.layer("ci", "1.1.0", PLAIN_LAYER, &[("ci.md", "2\n")]);
    story.runs(&["upgrade"]).is_clean(&["changed ci.md golden-path"]);
    assert_eq!(story.text("ci.md"), "2\n");
}

const PLAIN_LAYER: &str = "parameters:\n  properties: {}\n";

#[test]
fn notes_of_every_version_on_the_way_are_shown() {
    let note = |to: &str| {
        format!("  - to: {to}\n    steps:\n      - {{note: \"Rotate the key of {to}.\"}}\n")
    };
    let after = format!("{PLAIN}migrations:\n{}{}{}", note("1.0.0"), note("1.1.0"), note("2.0.0"));
    let story = Story::with((PLAIN, &[("a.txt", "1\n")]), (&after, &[("a.txt", "2\n")]));
    let told = story.upgrades();
    told.is_clean(&["changed a.txt golden-path"]);
    let notes = ["Rotate the key of 1.1.0.", "Rotate the key of 2.0.0."];
    assert_eq!(told.json["notes"], serde_json::json!(notes));
}
