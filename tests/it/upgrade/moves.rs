//! Files that move: by the golden path's hand, by the team's, by both.

use super::{
    manifest::{PLAIN, asking, migrating},
    story::{Files, Story},
};

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
const OURS: &str = "1\n2\n3\n4\n5\n6\n7\n8\nours\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n6\n7\n8\n9\n";
const BOTH: &str = "theirs\n2\n3\n4\n5\n6\n7\n8\nours\n";

/// A service whose golden path moves files by these steps.
fn moving(before: Files<'_>, steps: &[&str], after: Files<'_>) -> Story {
    Story::with((PLAIN, before), (&migrating(steps), after))
}

#[test]
fn a_declared_move_takes_the_teams_edit_along() {
    let story =
        moving(&[("a.txt", BASE)], &["move: {from: a.txt, to: d/b.txt}"], &[("d/b.txt", THEIRS)])
            .edits("a.txt", OURS);
    story.upgrades().is_clean(&["moved a.txt -> d/b.txt move-declared"]);
    assert_eq!(
        (story.text("a.txt"), story.text("d/b.txt")),
        ("(none)".to_owned(), BOTH.to_owned())
    );
    assert!(story.status().is_empty());
}

#[test]
fn a_move_that_nobody_declared_is_not_guessed_and_the_teams_edit_is_a_conflict() {
    let story = Story::new(&[("a.txt", BASE)], &[("b.txt", THEIRS)]).edits("a.txt", OURS);
    story.upgrades().conflicts(&["conflict a.txt golden-path-deleted", "added b.txt new"]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), (OURS.to_owned(), THEIRS.to_owned()));
}

#[test]
fn a_move_that_nobody_declared_and_that_changed_no_byte_takes_the_teams_edit_along() {
    let story = Story::new(&[("a.txt", BASE)], &[("b.txt", BASE)]).edits("a.txt", OURS);
    let told = story.upgrades();
    told.is_clean(&["moved a.txt -> b.txt moved"]);
    assert_eq!(told.notes_of("b.txt"), ["alike"]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), ("(none)".to_owned(), OURS.to_owned()));
}

#[test]
fn an_answer_that_renames_a_folder_takes_edits_and_the_teams_own_files_along() {
    let manifest = asking(&["package: {type: string, default: package}"]);
    let files: Files<'_> =
        &[("src/{{ package }}/main.py", BASE), ("src/{{ package }}/x/y.py", "y\n")];
    let later: Files<'_> =
        &[("src/{{ package }}/main.py", THEIRS), ("src/{{ package }}/x/y.py", "y\n")];
    let story = Story::with((&manifest, files), (&manifest, later))
        .edits("src/package/main.py", OURS)
        .edits("src/package/x/own.py", "own\n");
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--yes", "--set", "package=orders"]);
    told.is_clean(&[
        "moved src/package/main.py -> src/orders/main.py moved",
        "moved src/package/x/own.py -> src/orders/x/own.py with-folder",
        "moved src/package/x/y.py -> src/orders/x/y.py moved",
    ]);
    assert_eq!(story.text("src/orders/main.py"), BOTH);
    assert_eq!(story.text("src/orders/x/own.py"), "own\n");
    assert!(!story.path("src/package").exists());
    assert!(story.text("flagstone.yaml").contains("package: orders"));
    assert!(story.status().is_empty());
}

#[test]
fn a_folder_that_moves_by_declaration_takes_the_teams_own_files_along() {
    let story = moving(
        &[("k8s/app.yaml", "a: 1\n"), ("k8s/x/y.yaml", "y: 1\n")],
        &["move: {from: \"k8s/**\", to: \"deploy/base/**\"}"],
        &[("deploy/base/app.yaml", "a: 1\n"), ("deploy/base/x/y.yaml", "y: 2\n")],
    );
    let story = story.edits("k8s/own.yaml", "o: 1\n").edits("k8s/app.yaml", "a: 1\nb: 2\n");
    story.upgrades().is_clean(&[
        "moved k8s/app.yaml -> deploy/base/app.yaml move-declared",
        "moved k8s/own.yaml -> deploy/base/own.yaml with-folder",
        "moved k8s/x/y.yaml -> deploy/base/x/y.yaml move-declared",
    ]);
    assert_eq!(story.text("deploy/base/app.yaml"), "a: 1\nb: 2\n");
    assert_eq!(story.text("deploy/base/own.yaml"), "o: 1\n");
    assert!(!story.path("k8s").exists());
}

#[test]
fn the_teams_own_files_stay_where_only_a_part_of_the_folder_moved() {
    let story = moving(
        &[("k8s/a.yaml", "a: 1\n"), ("k8s/b.yaml", "b: 1\n")],
        &["move: {from: k8s/a.yaml, to: deploy/a.yaml}"],
        &[("deploy/a.yaml", "a: 1\n"), ("k8s/b.yaml", "b: 1\n")],
    );
    let story = story.edits("k8s/own.yaml", "o: 1\n");
    story.upgrades().is_clean(&["moved k8s/a.yaml -> deploy/a.yaml move-declared"]);
    assert_eq!(story.text("k8s/own.yaml"), "o: 1\n");
}

#[test]
fn two_files_that_answers_swap_swap_with_the_teams_edits() {
    let manifest = asking(&[
        "first: {type: string, default: first}",
        "second: {type: string, default: second}",
    ]);
    let files: Files<'_> = &[("{{ first }}.txt", BASE), ("{{ second }}.txt", "b\n")];
    let story = Story::with((&manifest, files), (&manifest, files)).edits("first.txt", OURS);
    let more = ["--set", "first=second", "--set", "second=first"];
    let told = story.runs(&[&["upgrade", "--to", "2.0.0", "--yes"][..], &more].concat());
    told.is_clean(&["moved second.txt -> first.txt moved", "moved first.txt -> second.txt moved"]);
    assert_eq!((story.text("first.txt"), story.text("second.txt")), ("b\n".into(), OURS.into()));
    assert!(story.status().is_empty());
}

#[test]
fn two_files_that_a_migration_swaps_swap_with_the_teams_edits() {
    let story = moving(
        &[("a.txt", BASE), ("b.txt", "b\n")],
        &[
            "move: {from: a.txt, to: c.txt}",
            "move: {from: b.txt, to: a.txt}",
            "move: {from: c.txt, to: b.txt}",
        ],
        &[("a.txt", "b\n"), ("b.txt", THEIRS)],
    );
    let story = story.edits("a.txt", OURS);
    story
        .upgrades()
        .is_clean(&["moved b.txt -> a.txt move-declared", "moved a.txt -> b.txt move-declared"]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), ("b\n".to_owned(), BOTH.to_owned()));
}

#[test]
fn a_name_that_changes_in_case_alone_is_a_move() {
    let story = moving(
        &[("Readme.md", BASE)],
        &["move: {from: Readme.md, to: README.md}"],
        &[("README.md", THEIRS)],
    );
    let story = story.edits("Readme.md", OURS);
    story.upgrades().is_clean(&["moved Readme.md -> README.md move-declared"]);
    assert_eq!(story.text("README.md"), BOTH);
    assert_eq!(story.git(&["ls-files", "R*"]), "README.md");
    assert!(story.status().is_empty());
}

#[test]
fn a_file_that_the_team_moved_gets_the_golden_paths_change() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).moves("a.txt", "lib/b.txt");
    let told = story.upgrades();
    told.is_clean(&["changed lib/b.txt golden-path"]);
    assert_eq!(told.notes_of("lib/b.txt"), ["followed"]);
    assert_eq!((story.text("a.txt"), story.text("lib/b.txt")), ("(none)".into(), THEIRS.into()));
}

#[test]
fn a_file_that_the_team_moved_and_edited_gets_the_golden_paths_change() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
        .moves("a.txt", "b.txt")
        .edits("b.txt", OURS);
    let told = story.upgrades();
    told.is_clean(&["changed b.txt both"]);
    assert_eq!(told.notes_of("b.txt"), ["followed"]);
    assert_eq!(story.text("b.txt"), BOTH);
}

#[test]
fn a_folder_that_the_team_moved_gets_the_golden_paths_changes() {
    let story = Story::new(
        &[("src/a.txt", BASE), ("src/x/b.txt", "b\n")],
        &[("src/a.txt", THEIRS), ("src/x/b.txt", "b2\n")],
    );
    let story = story.moves("src", "lib").edits("lib/a.txt", OURS);
    story.upgrades().is_clean(&["changed lib/a.txt both", "changed lib/x/b.txt golden-path"]);
    assert_eq!((story.text("lib/a.txt"), story.text("lib/x/b.txt")), (BOTH.into(), "b2\n".into()));
    assert!(!story.path("src").exists());
}

#[test]
fn without_following_a_file_that_the_team_moved_is_a_deletion() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).moves("a.txt", "b.txt");
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--yes", "--no-follow-renames"]);
    told.conflicts(&["conflict a.txt team-deleted"]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), (THEIRS.into(), BASE.into()));
}

#[test]
fn a_file_that_the_team_moved_and_the_golden_path_left_alone_is_the_teams_affair() {
    let files: Files<'_> = &[("a.txt", BASE), ("new.txt", "n\n")];
    let story = Story::new(&[("a.txt", BASE)], files).moves("a.txt", "b.txt");
    story.upgrades().is_clean(&["added new.txt new"]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), ("(none)".into(), BASE.into()));
}

#[test]
fn a_file_that_both_moved_to_different_places_is_a_conflict_where_the_team_has_it() {
    let story =
        moving(&[("a.txt", BASE)], &["move: {from: a.txt, to: b.txt}"], &[("b.txt", THEIRS)])
            .moves("a.txt", "c.txt")
            .edits("c.txt", OURS);
    story.upgrades().conflicts(&["conflict c.txt moved-apart"]);
    assert_eq!((story.text("b.txt"), story.text("c.txt")), ("(none)".into(), BOTH.into()));
}

#[test]
fn a_file_that_both_moved_to_the_same_place_is_none() {
    let story =
        moving(&[("a.txt", BASE)], &["move: {from: a.txt, to: b.txt}"], &[("b.txt", THEIRS)])
            .moves("a.txt", "b.txt")
            .edits("b.txt", OURS);
    story.upgrades().is_clean(&["changed b.txt both"]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), ("(none)".into(), BOTH.into()));
}

#[test]
fn a_file_that_the_golden_path_makes_a_folder_of_is_a_conflict_if_the_team_edited_it() {
    let story = Story::new(&[("a", BASE)], &[("a/b.txt", "b\n")]).edits("a", OURS);
    story
        .upgrades()
        .conflicts(&["conflict a golden-path-deleted", "conflict a/b.txt file-in-the-way"]);
    assert_eq!(story.text("a"), OURS);
    let story = Story::new(&[("a", BASE)], &[("a/b.txt", "b\n")]);
    story.upgrades().is_clean(&["removed a dropped", "added a/b.txt new"]);
    assert_eq!(story.text("a/b.txt"), "b\n");
    assert!(story.status().is_empty());
}

#[test]
fn a_folder_that_the_golden_path_makes_a_file_of_is_a_conflict_if_the_team_has_files_in_it() {
    let story = Story::new(&[("a/b.txt", "b\n")], &[("a", BASE)]).edits("a/own.txt", "own\n");
    story.upgrades().conflicts(&["conflict a folder-in-the-way", "removed a/b.txt dropped"]);
    assert_eq!(story.text("a/own.txt"), "own\n");
    let story = Story::new(&[("a/b.txt", "b\n")], &[("a", BASE)]);
    story.upgrades().is_clean(&["added a new", "removed a/b.txt dropped"]);
    assert_eq!(story.text("a"), BASE);
    assert!(story.status().is_empty());
}

#[test]
fn a_file_that_the_team_made_a_folder_of_is_a_conflict_if_the_golden_path_changed_it() {
    let story = Story::new(&[("a", BASE)], &[("a", THEIRS)]).deletes("a").edits("a/own", "own\n");
    story.upgrades().conflicts(&["conflict a folder-in-the-way"]);
    assert_eq!(story.text("a/own"), "own\n");
}

#[test]
fn a_move_to_where_the_team_has_a_file_of_its_own_loses_neither() {
    let story = moving(&[("a.txt", BASE)], &["move: {from: a.txt, to: b.txt}"], &[("b.txt", BASE)])
        .edits("a.txt", OURS)
        .edits("b.txt", "own\n");
    story.upgrades().conflicts(&["conflict a.txt taken", "conflict b.txt lines"]);
    assert_eq!(story.text("a.txt"), OURS);
    assert!(story.text("b.txt").contains("own\n"));
}
