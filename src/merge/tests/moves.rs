//! Moves of the golden path: declared, by source id, of folders.

use super::*;

const TEXT: &str = "1\n2\n3\n4\n5\n";
const EDITED: &str = "one\n2\n3\n4\n5\n";
const NEWER: &str = "1\n2\n3\n4\nfive\n";
const BOTH: &str = "one\n2\n3\n4\nfive\n";

#[test]
fn a_declared_move_takes_the_teams_edits_along() {
    base([("a", TEXT)])
        .ours([("a", EDITED)])
        .theirs([("b", NEWER)])
        .moves("a", "b")
        .rows(["moved b <- a: move-declared"])
        .leaves([("b", BOTH)]);
}

#[test]
fn an_undeclared_move_without_a_common_source_is_a_deletion_and_an_addition() {
    base([("a", TEXT)])
        .ours([("a", EDITED)])
        .theirs([("b", NEWER)])
        .rows(["conflict a: golden-path-deleted [bo-]", "added b: new"]);
}

#[test]
fn an_answer_that_renames_a_file_takes_the_teams_edits_along() {
    base([file("src/old.py", TEXT).from("pkg.py")])
        .ours([("src/old.py", EDITED)])
        .theirs([file("src/new.py", NEWER).from("pkg.py")])
        .rows(["moved src/new.py <- src/old.py: moved"])
        .leaves([("src/new.py", BOTH)]);
}

#[test]
fn a_moved_file_that_conflicts_has_its_stages_in_the_new_place() {
    base([file("a", "1\n").from("s")])
        .ours([("a", "2\n")])
        .theirs([file("b", "3\n").from("s")])
        .rows(["conflict b <- a: lines [bot]"])
        .leaves([("b", "<markers>")]);
}

#[test]
fn a_declared_move_wins_over_the_source() {
    base([file("a", TEXT).from("s")])
        .ours([("a", EDITED)])
        .theirs([file("b", TEXT).from("t"), file("c", "c\n").from("s")])
        .moves("a", "b")
        .rows(["moved b <- a: move-declared", "added c: new"])
        .leaves([("b", EDITED), ("c", "c\n")]);
}

#[test]
fn a_folder_moves_by_declaration_with_the_teams_own_files() {
    base([("k8s/a", TEXT), ("k8s/x/b", "b\n")])
        .ours([("k8s/a", EDITED), ("k8s/x/b", "b\n"), ("k8s/own", "o\n"), ("k8s.md", "m\n")])
        .theirs([("deploy/base/a", NEWER), ("deploy/base/x/b", "b\n")])
        .moves("k8s/**", "deploy/base/**")
        .rows([
            "moved deploy/base/a <- k8s/a: move-declared",
            "moved deploy/base/own <- k8s/own: with-folder",
            "moved deploy/base/x/b <- k8s/x/b: move-declared",
        ])
        .leaves([
            ("deploy/base/a", BOTH),
            ("deploy/base/own", "o\n"),
            ("deploy/base/x/b", "b\n"),
            ("k8s.md", "m\n"),
        ]);
}

#[test]
fn an_answer_that_renames_a_folder_takes_the_teams_own_files_along() {
    base([file("src/old/main.py", TEXT).from("main"), file("src/old/a/x.py", "x\n").from("x")])
        .ours([
            ("src/old/main.py", EDITED),
            ("src/old/a/x.py", "x\n"),
            ("src/old/a/own.py", "o\n"),
            ("src/own.py", "p\n"),
        ])
        .theirs([
            file("src/new/main.py", TEXT).from("main"),
            file("src/new/a/x.py", "x\n").from("x"),
        ])
        .rows([
            "moved src/new/a/own.py <- src/old/a/own.py: with-folder",
            "moved src/new/a/x.py <- src/old/a/x.py: moved",
            "moved src/new/main.py <- src/old/main.py: moved",
        ])
        .leaves([
            ("src/new/a/own.py", "o\n"),
            ("src/new/a/x.py", "x\n"),
            ("src/new/main.py", EDITED),
            ("src/own.py", "p\n"),
        ]);
}

#[test]
fn the_teams_own_files_stay_if_only_a_part_of_the_folder_moved() {
    let own = ("src/own", "o\n");
    // A file of theirs stays in the folder.
    base([file("src/a", "a\n").from("a"), file("src/b", "b\n").from("b")])
        .ours([("src/a", "a\n"), ("src/b", "b\n"), own])
        .theirs([file("lib/a", "a\n").from("a"), file("src/b", "b\n").from("b")])
        .rows(["moved lib/a <- src/a: moved"]);
    // Its files go to two folders.
    base([file("src/a", "a\n").from("a"), file("src/b", "b\n").from("b")])
        .ours([("src/a", "a\n"), ("src/b", "b\n"), own])
        .theirs([file("lib/a", "a\n").from("a"), file("bin/b", "b\n").from("b")])
        .rows(["moved bin/b <- src/b: moved", "moved lib/a <- src/a: moved"]);
    // It goes into a folder that was there before.
    base([file("src/a", "a\n").from("a"), file("lib/b", "b\n").from("b")])
        .ours([("src/a", "a\n"), ("lib/b", "b\n"), own])
        .theirs([file("lib/a", "a\n").from("a"), file("lib/b", "b\n").from("b")])
        .rows(["moved lib/a <- src/a: moved"]);
    // It goes to the top.
    base([file("src/a", "a\n").from("a")])
        .ours([("src/a", "a\n"), own])
        .theirs([file("a", "a\n").from("a")])
        .rows(["moved a <- src/a: moved"]);
}

#[test]
fn two_files_that_swap_places_swap() {
    base([file("a", TEXT).from("s"), file("b", "b\n").from("t")])
        .ours([("a", EDITED), ("b", "b\n")])
        .theirs([file("b", NEWER).from("s"), file("a", "b\n").from("t")])
        .rows(["moved a <- b: moved", "moved b <- a: moved"])
        .leaves([("a", "b\n"), ("b", BOTH)]);
}

#[test]
fn a_swap_that_the_team_has_made_too_is_made() {
    base([file("a", "1\n").from("s"), file("b", "2\n").from("t")])
        .ours([("a", "2\n"), ("b", "1\n")])
        .theirs([file("b", "1\n").from("s"), file("a", "2\n").from("t")])
        .rows([])
        .leaves([("a", "2\n"), ("b", "1\n")]);
}

#[test]
fn a_name_that_changes_in_case_alone_is_a_move() {
    base([file("Readme.md", TEXT).from("s"), file("Src/a", "a\n").from("a")])
        .ours([("Readme.md", EDITED), ("Src/a", "a\n"), ("Src/own", "o\n")])
        .theirs([file("README.md", NEWER).from("s"), file("src/a", "a\n").from("a")])
        .rows([
            "moved README.md <- Readme.md: moved",
            "moved src/a <- Src/a: moved",
            "moved src/own <- Src/own: with-folder",
        ])
        .leaves([("README.md", BOTH), ("src/a", "a\n"), ("src/own", "o\n")]);
}

#[test]
fn several_files_of_one_source_do_not_move() {
    base([file("a", "1\n").from("s"), file("b", "2\n").from("s")])
        .ours([("a", "1\n"), ("b", "2\n")])
        .theirs([file("b", "2\n").from("s"), file("c", "3\n").from("s")])
        .rows(["removed a: dropped", "added c: new"])
        .leaves([("b", "2\n"), ("c", "3\n")]);
}

#[test]
fn a_move_that_nobody_declared_is_one_if_the_content_is_the_same_and_no_others() {
    base([file("a", TEXT).from("one")])
        .ours([("a", EDITED)])
        .theirs([file("d/b", TEXT).from("two")])
        .rows(["moved d/b <- a: moved, alike"])
        .leaves([("d/b", EDITED)]);
    // Two that are alike, nothing in it, another mode, another line: nobody knows.
    base([file("a", TEXT).from("one"), file("b", TEXT).from("two")])
        .ours([("a", EDITED), ("b", TEXT)])
        .theirs([file("b", TEXT).from("two"), file("c", TEXT).from("three")])
        .rows(["conflict a: golden-path-deleted [bo-]", "added c: new"]);
    base([file("a", TEXT).from("one")])
        .ours([("a", EDITED)])
        .theirs([file("b", TEXT).from("two"), file("c", TEXT).from("three")])
        .rows(["conflict a: golden-path-deleted [bo-]", "added b: new", "added c: new"]);
    base([file("a", "").from("one")])
        .ours([("a", "mine\n")])
        .theirs([file("b", "").from("two")])
        .rows(["conflict a: golden-path-deleted [bo-]", "added b: new"]);
    base([file("a", TEXT).from("one")])
        .ours([("a", EDITED)])
        .theirs([file("b", NEWER).from("two")])
        .rows(["conflict a: golden-path-deleted [bo-]", "added b: new"]);
}

#[test]
fn moves_of_several_versions_are_followed_in_order() {
    base([("k8s/a", TEXT)])
        .ours([("k8s/a", EDITED), ("k8s/own", "o\n")])
        .theirs([("ops/prod/b", NEWER)])
        .moves("k8s/**", "deploy/**")
        .moves("deploy/a", "deploy/b")
        .moves("deploy/**", "ops/prod/**")
        .rows([
            "moved ops/prod/b <- k8s/a: move-declared",
            "moved ops/prod/own <- k8s/own: with-folder",
        ])
        .leaves([("ops/prod/b", BOTH), ("ops/prod/own", "o\n")]);
}

#[test]
fn a_declared_deletion_spares_what_the_team_made_or_edited() {
    base([("legacy/a", "1\n"), ("legacy/b", "1\n")])
        .ours([("legacy/a", "1\n"), ("legacy/b", "2\n"), ("legacy/own", "o\n")])
        .deletes("legacy/**")
        .rows([
            "removed legacy/a: deletion-declared",
            "conflict legacy/b: golden-path-deleted [bo-]",
        ])
        .leaves([("legacy/b", "2\n"), ("legacy/own", "o\n")]);
}

#[test]
fn a_declared_deletion_ends_the_identity_of_a_source() {
    base([file("a", TEXT).from("s")])
        .ours([("a", TEXT)])
        .theirs([file("b", NEWER).from("s")])
        .deletes("a")
        .rows(["removed a: deletion-declared", "added b: new"]);
}

#[test]
fn a_move_that_the_team_has_made_already_is_no_conflict() {
    base([file("a", TEXT).from("s")])
        .ours([("b", EDITED)])
        .theirs([file("b", NEWER).from("s")])
        .rows(["changed b: both"])
        .leaves([("b", BOTH)]);
    base([("a", TEXT)])
        .ours([("b", EDITED)])
        .theirs([("b", NEWER)])
        .moves("a", "b")
        .rows(["changed b: both"])
        .leaves([("b", BOTH)]);
}

#[test]
fn a_moved_file_that_the_team_deleted_stays_deleted_unless_it_changed() {
    base([file("a", TEXT).from("s")]).theirs([file("b", TEXT).from("s")]).rows([]);
    base([file("a", TEXT).from("s")])
        .theirs([file("b", NEWER).from("s")])
        .rows(["conflict b: team-deleted [b-t]"])
        .leaves([("b", NEWER)]);
}

#[test]
fn a_move_to_where_the_team_has_a_file_of_its_own_loses_neither() {
    base([file("a", TEXT).from("s")])
        .ours([("a", EDITED), ("b", "own\n")])
        .theirs([file("b", TEXT).from("s")])
        .rows(["conflict a: golden-path-deleted, occupied [bo-]", "conflict b: lines [-ot]"])
        .leaves([("a", EDITED), ("b", "<markers>")]);
}

#[test]
fn a_move_into_a_file_of_the_teams_stays_where_it_is() {
    base([file("a", TEXT).from("s")])
        .ours([("a", EDITED), ("b", "own\n")])
        .theirs([file("b/a", TEXT).from("s")])
        .rows(["conflict a: file-in-the-way [bot]"])
        .leaves([("a", EDITED), ("b", "own\n")]);
}

#[test]
fn what_has_no_room_can_be_in_the_way_of_another() {
    // `a` can't become `b/x`, as `b` is the team's; so `a/y` finds `a` a file.
    base([file("a", TEXT).from("s")])
        .ours([("a", TEXT), ("b", "own\n")])
        .theirs([file("b/x", TEXT).from("s"), file("a/y", "y\n").from("y")])
        .rows(["conflict a: file-in-the-way [bot]", "conflict a/y: file-in-the-way [--t]"])
        .leaves([("a", TEXT), ("b", "own\n")]);
}

#[test]
fn a_file_of_the_teams_that_would_go_along_stays_where_there_is_no_room() {
    base([file("src/a", "a\n").from("a")])
        .ours([("src/a", "a\n"), ("src/own", "o\n"), ("lib/own", "p\n")])
        .theirs([file("lib/a", "a\n").from("a")])
        .rows(["moved lib/a <- src/a: moved"])
        .leaves([("lib/a", "a\n"), ("lib/own", "p\n"), ("src/own", "o\n")]);
    base([file("src/a", "a\n").from("a")])
        .ours([("src/a", "a\n"), ("src/own", "o\n"), ("lib/own/x", "p\n")])
        .theirs([file("lib/a", "a\n").from("a")])
        .rows(["moved lib/a <- src/a: moved", "kept src/own: folder-in-the-way"])
        .leaves([("lib/a", "a\n"), ("lib/own/x", "p\n"), ("src/own", "o\n")]);
}

#[test]
fn a_new_file_in_the_place_of_one_that_moved_is_new() {
    base([file("a", TEXT).from("s")])
        .ours([("a", EDITED)])
        .theirs([file("b", TEXT).from("s"), file("a", "new\n").from("t")])
        .rows(["added a: new", "moved b <- a: moved"])
        .leaves([("a", "new\n"), ("b", EDITED)]);
}

#[test]
fn a_file_that_takes_the_place_of_one_that_goes_has_a_row_for_each() {
    base([file("a", TEXT).from("s"), file("b", "b\n").from("t")])
        .ours([("a", EDITED), ("b", "b\n")])
        .theirs([file("b", TEXT).from("s")])
        .rows(["removed b: dropped", "moved b <- a: moved"])
        .leaves([("b", EDITED)]);
}

#[test]
fn a_place_that_ours_leaves_is_not_ours_in_the_conflict_over_it() {
    base([("c", TEXT)])
        .ours([("c", EDITED), ("d/y", "own\n")])
        .theirs([("d/y", "new\n")])
        .moves("c", "d")
        .moves("d/**", "g/**")
        .rows([
            "conflict d <- c: golden-path-deleted [bo-]",
            "conflict d/y: file-in-the-way [--t]",
            "moved g/y <- d/y: with-folder",
        ])
        .leaves([("d", EDITED), ("g/y", "own\n")]);
}

#[test]
fn of_two_rows_over_what_stands_in_one_place_the_conflict_stays() {
    let seeded = |path: &str| file(path, TEXT).own(Ownership::Seeded);
    base([seeded("d/x").from("s")])
        .ours([("a/x", "own\n"), ("d/x", TEXT)])
        .theirs([seeded("a/x").from("s"), file("d/x", "new\n").from("t")])
        .rows(["kept a/x: seeded-taken", "conflict d/x: taken, also-wanted [-ot]"])
        .leaves([("a/x", "own\n"), ("d/x", TEXT)]);
}
