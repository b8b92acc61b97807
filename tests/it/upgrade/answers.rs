//! Answers: what is asked, carried over, written into the spec.

use super::{
    manifest::{PLAIN, asking, migrations, ruled},
    story::{Files, Story},
};
use crate::terminal::ENTER;

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
        story.wishes(),
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
    assert!(story.wishes().contains("    tier: gold\n"), "{}", story.wishes());
}

#[test]
fn a_new_question_takes_its_default_where_nobody_can_be_asked() {
    let after = asking(&["port: {type: integer, default: 8080}"]);
    let story = asked((PLAIN, "name"), (&after, "port"), &[]);
    let told = story.runs(&["upgrade", "--to", "2.0.0"]);
    told.is_clean(&["changed answer.md golden-path"]);
    assert_eq!(
        told.json["answers"][0],
        serde_json::json!({"name": "port", "renamedFrom": null, "before": null, "after": 8080})
    );
    assert_eq!(story.text("answer.md"), "8080\n");
    assert!(!story.wishes().contains("port"), "{}", story.wishes());
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
    assert_eq!(story.wishes(), "  version: ^2.0\n  parameters:\n    port: 9090\n");
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
    assert!(story.wishes().contains("    port: 9090\n"), "{}", story.wishes());
    assert!(story.status().is_empty());
}

#[test]
fn a_person_who_has_seen_the_plan_agrees_by_writing_it() {
    let rule = ruled(&["match: a.txt, ownership: managed"]);
    let story = Story::with((&rule, &[("a.txt", "1\n")]), (&rule, &[("a.txt", "2\n")]));
    let story = story.edits("a.txt", "mine\n");
    let mut terminal = story.sandbox.terminal(["upgrade", "svc", "--to", "2.0.0"]);
    let screen = terminal.wait_for("What now?").screen();
    assert!(screen.contains("replaced  a.txt"), "{screen}");
    terminal.type_keys(ENTER);
    assert!(terminal.finish().starts_with("exit: 0"));
    assert_eq!(story.text("a.txt"), "2\n");
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
    assert!(story.wishes().contains("    port: 9\n"), "{}", story.wishes());
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
    assert!(!story.wishes().contains("old"), "{}", story.wishes());
}

#[test]
fn a_default_that_nobody_answered_changes_with_the_version_and_is_said() {
    let manifest = |port| asking(&[&format!("port: {{type: integer, default: {port}}}")]);
    let story = asked((&manifest(8080), "port"), (&manifest(9090), "port"), &[]);
    let told = story.upgrades();
    told.is_clean(&["changed answer.md golden-path"]);
    let answer =
        serde_json::json!({"name": "port", "renamedFrom": null, "before": 8080, "after": 9090});
    assert_eq!(told.json["answers"], serde_json::json!([answer]));
    let story =
        asked((&manifest(8080), "port"), (&manifest(9090), "port"), &["--set", "port=8080"]);
    story.upgrades().is_clean(&[]);
    assert_eq!(story.text("answer.md"), "8080\n");
}

#[test]
fn what_the_command_line_says_wins_over_a_renamed_answer() {
    let before = asking(&["db: {type: string, default: none}"]);
    let after = asking(&["database: {type: string, default: none}"])
        + &migrations("2.0.0", &["rename-parameter: {from: db, to: database}"]);
    let story = asked((&before, "db"), (&after, "database"), &["--set", "db=postgres"]);
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--set", "database=mysql"]);
    told.is_clean(&["changed answer.md golden-path"]);
    assert!(story.wishes().ends_with("    database: mysql\n"), "{}", story.wishes());
}

#[test]
fn an_answer_to_what_nobody_asks_is_a_mistake() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let before = story.state();
    story.runs(&["upgrade", "--to", "2.0.0", "--set", "prot=1"]).is_refused(3, "`prot`");
    assert_eq!(story.state(), before);
}
