//! Versions: which one is taken, and what lies between two.

use std::{fs, time::SystemTime};

use super::{
    manifest::{PLAIN, asking, migrations, ruled},
    story::Story,
};

/// When each file of the service was last written.
fn times(story: &Story) -> Vec<SystemTime> {
    let files = ["a.txt", "flagstone.yaml", "flagstone.lock", ".git/index", ".git/HEAD"];
    files.map(|it| fs::metadata(story.path(it)).unwrap().modified().unwrap()).into()
}

#[test]
fn skipping_versions_comes_to_the_same_as_taking_each() {
    let versions = || {
        let first = asking(&["db: {type: string, default: none}"]);
        let first_steps =
            ["rename-parameter: {from: db, to: base}", "move: {from: \"a/**\", to: \"b/**\"}"];
        let first_steps = migrations("1.1.0", &first_steps);
        let second = asking(&["base: {type: string, default: none}"]) + &first_steps;
        let third = asking(&["database: {type: string, default: none}"])
            + &first_steps
            + "  - to: 2.0.0\n    steps:\n      - {rename-parameter: {from: base, to: database}}\n      - {move: {from: \"b/x.txt\", to: \"c/y.txt\"}}\n";
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
    assert_eq!(story.wishes(), "  version: ^1.0\n");
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
    assert!(story.wishes().contains("    db: pg\n"), "{}", story.wishes());
}

#[test]
fn leaving_the_range_rewrites_it_with_its_comment() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let spec =
        story.text("flagstone.yaml").replace("version: ^1.0\n", "version: '^1.0' # steady\n");
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
    let rule = ruled(&["match: a.txt, ownership: managed"]);
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

#[test]
fn a_version_without_a_layer_takes_its_files_away() {
    let before = format!("{PLAIN}layers:\n  - {{name: ci, version: \"^1\"}}\n");
    let story = Story::made((PLAIN, &[("a.txt", "1\n")]), &[]);
    story.layer("ci", "1.0.0", PLAIN_LAYER, &[("ci.md", "1\n"), ("edited.md", "1\n")]);
    story.release("1.1.0", &before, &[("a.txt", "1\n")]);
    story.runs(&["upgrade"]).is_clean(&["added ci.md new", "added edited.md new"]);
    let story = story.edits("edited.md", "mine\n");
    story.release("1.2.0", PLAIN, &[("a.txt", "1\n")]);
    story
        .runs(&["upgrade"])
        .conflicts(&["removed ci.md dropped", "conflict edited.md golden-path-deleted"]);
}

#[test]
fn a_file_that_a_layer_takes_over_stays_the_same_file() {
    let after = format!("{PLAIN}layers:\n  - {{name: ci, version: \"^1\"}}\n");
    let story = Story::made((PLAIN, &[("ci.md", "1\n2\n3\n4\n5\n")]), &[]);
    story.layer("ci", "1.0.0", PLAIN_LAYER, &[("ci.md.j2", "theirs\n2\n3\n4\n5\n")]);
    story.release("1.1.0", &after, &[]);
    let story = story.edits("ci.md", "1\n2\n3\n4\nours\n");
    story.runs(&["upgrade"]).is_clean(&["changed ci.md both"]);
    assert_eq!(story.text("ci.md"), "theirs\n2\n3\n4\nours\n");
}

#[test]
fn an_upgrade_that_was_reverted_is_made_again() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n"), ("b.txt", "b\n")]);
    let before = story.state();
    story.upgrades().is_clean(&["changed a.txt golden-path", "added b.txt new"]);
    let after = story.git(&["rev-parse", "HEAD^{tree}"]);
    story.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!((&story.state()[1], &story.state()[5]), (&before[1], &before[5]));
    story.upgrades().is_clean(&["changed a.txt golden-path", "added b.txt new"]);
    assert_eq!(story.git(&["rev-parse", "HEAD^{tree}"]), after);
}

#[test]
fn an_upgrade_that_was_rebased_is_still_one() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    story.git(&["checkout", "--quiet", "-b", "up"]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    story.git(&["checkout", "--quiet", "main"]);
    let story = story.edits("own.txt", "own\n");
    story.git(&["rebase", "--quiet", "main", "up"]);
    assert_eq!(story.runs(&["upgrade"]).json["state"], "upToDate");
    assert_eq!((story.text("a.txt"), story.text("own.txt")), ("2\n".into(), "own\n".into()));
}

#[test]
fn a_spec_that_wants_more_than_the_service_has_is_met_by_an_upgrade_not_by_apply() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let spec = story.text("flagstone.yaml").replace("^1.0", "^2.0");
    let story = story.writes("flagstone.yaml", &spec);
    let before = story.state();
    story.runs(&["apply"]).is_refused(3, "`flagstone upgrade` takes it to a version in that range");
    assert_eq!(story.state(), before);
    story.runs(&["upgrade"]).is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.text("flagstone.yaml"), spec);
    assert!(story.status().is_empty());
}

#[test]
fn a_spec_that_wants_another_golden_path_is_refused() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let spec = story.text("flagstone.yaml").replace("goldenPath: svc", "goldenPath: other");
    let story = story.edits("flagstone.yaml", spec);
    story.runs(&["upgrade"]).is_refused(3, "other-golden-path");
}

#[test]
fn a_spec_in_crlf_stays_in_crlf() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let spec = story.text("flagstone.yaml").replace('\n', "\r\n");
    let story = story.edits("flagstone.yaml", &spec);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.text("flagstone.yaml"), spec.replace("^1.0", "^2.0"));
    assert_eq!(story.runs(&["upgrade"]).json["state"], "upToDate");
}

#[test]
fn a_lock_in_crlf_is_read_and_written_as_it_should_be() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    let lock = story.text("flagstone.lock").replace('\n', "\r\n");
    let story = story.edits("flagstone.lock", lock);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    assert!(!story.text("flagstone.lock").contains('\r'));
}

#[test]
fn a_move_that_a_layer_declares_takes_the_teams_edit_along() {
    let manifest = format!("{PLAIN}layers:\n  - {{name: ci, version: \"^1\"}}\n");
    let story = Story::made((PLAIN, &[]), &[]);
    story.layer("ci", "1.0.0", PLAIN_LAYER, &[("old.md", "1\n2\n3\n4\n5\n")]);
    story.release("1.1.0", &manifest, &[]);
    story.runs(&["upgrade"]).is_clean(&["added old.md new"]);
    let story = story.edits("old.md", "1\n2\n3\n4\nours\n");
    let moves =
        PLAIN_LAYER.to_owned() + &migrations("1.1.0", &["move: {from: old.md, to: new.md}"]);
    story.layer("ci", "1.1.0", &moves, &[("new.md", "theirs\n2\n3\n4\n5\n")]);
    story.runs(&["upgrade"]).is_clean(&["moved old.md -> new.md move-declared"]);
    assert_eq!(story.text("new.md"), "theirs\n2\n3\n4\nours\n");
}
