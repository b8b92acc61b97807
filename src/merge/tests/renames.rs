//! Moves of the team, found by content.

use super::*;

const TEXT: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
const EDITED: &str = "one\n2\n3\n4\n5\n6\n7\n8\n9\n";
const NEWER: &str = "1\n2\n3\n4\n5\n6\n7\n8\nnine\n";
const BOTH: &str = "one\n2\n3\n4\n5\n6\n7\n8\nnine\n";

#[test]
fn a_file_that_the_team_moved_gets_the_golden_paths_changes() {
    base([("a", TEXT)])
        .ours([("lib/b", TEXT)])
        .theirs([("a", NEWER)])
        .rows(["changed lib/b: golden-path, followed"])
        .leaves([("lib/b", NEWER)]);
}

#[test]
fn a_file_that_the_team_moved_and_edited_is_found_by_its_lines() {
    let case = base([("a", TEXT)])
        .ours([("b", EDITED), ("c", "other\n")])
        .theirs([("a", NEWER)])
        .rows(["changed b: both, followed"])
        .leaves([("b", BOTH), ("c", "other\n")]);
    let likeness = Note::Followed { from: path("a"), likeness: 80 };
    assert_eq!(case.merge().rows[0].notes, [likeness]);
}

#[test]
fn a_folder_that_the_team_moved_is_followed_file_by_file() {
    base([("src/a", TEXT), ("src/b", "b1\nb2\nb3\n"), ("src/c", "c\n")])
        .ours([("lib/a", EDITED), ("lib/b", "b1\nb2\nb3\n"), ("lib/c", "c\n")])
        .theirs([("src/a", NEWER), ("src/b", "b1\nb2\nb4\n"), ("src/c", "c\n")])
        .rows(["changed lib/a: both, followed", "changed lib/b: golden-path, followed"])
        .leaves([("lib/a", BOTH), ("lib/b", "b1\nb2\nb4\n"), ("lib/c", "c\n")]);
}

#[test]
fn a_file_that_the_team_moved_within_a_folder_that_moves_goes_along() {
    base([("src/a", TEXT)])
        .ours([("src/b", EDITED)])
        .theirs([("lib/a", NEWER)])
        .moves("src/**", "lib/**")
        .rows(["moved lib/b <- src/b: move-declared, followed"])
        .leaves([("lib/b", BOTH)]);
}

#[test]
fn a_file_that_both_sides_moved_to_different_places_is_a_conflict() {
    base([file("a", TEXT).from("s")])
        .ours([("b", EDITED)])
        .theirs([file("c", NEWER).from("s")])
        .rows(["conflict b: moved-apart, followed [bot]"])
        .leaves([("b", BOTH)]);
    base([("a", TEXT)])
        .ours([("b", TEXT)])
        .theirs([("c", TEXT)])
        .moves("a", "c")
        .rows(["conflict b: moved-apart, followed [bot]"])
        .leaves([("b", TEXT)]);
}

#[test]
fn two_files_that_are_both_alike_are_no_match() {
    base([("a", TEXT)])
        .ours([("b", EDITED), ("c", EDITED)])
        .theirs([("a", NEWER)])
        .rows(["conflict a: team-deleted [b-t]"]);
    base([("a", TEXT)])
        .ours([("b", TEXT), ("c", TEXT)])
        .theirs([("a", NEWER)])
        .rows(["conflict a: team-deleted [b-t]"]);
}

#[test]
fn of_several_equal_files_the_one_of_the_same_name_is_meant() {
    base([("x/a", TEXT), ("x/b", TEXT)])
        .ours([("y/a", TEXT), ("y/b", TEXT)])
        .theirs([("x/a", NEWER), ("x/b", TEXT)])
        .rows(["changed y/a: golden-path, followed"])
        .leaves([("y/a", NEWER), ("y/b", TEXT)]);
}

#[test]
fn one_file_is_not_the_match_of_two() {
    base([("a", TEXT), ("b", EDITED)])
        .ours([("c", BOTH)])
        .theirs([("a", NEWER), ("b", "one\n2\n3\n4\nfive\n6\n7\n8\n9\n")])
        .rows(["conflict a: team-deleted [b-t]", "conflict b: team-deleted [b-t]"]);
}

#[test]
fn a_match_whose_lines_conflict_is_none() {
    base([("a", TEXT)])
        .ours([("b", EDITED)])
        .theirs([("a", "eins\n2\n3\n4\n5\n6\n7\n8\n9\n")])
        .rows(["conflict a: team-deleted [b-t]"]);
}

#[test]
fn a_file_less_than_sixty_percent_alike_is_another() {
    base([("a", TEXT)])
        .ours([("b", "1\n2\n3\n4\n5\nsix\nseven\neight\nnine\n")])
        .theirs([("a", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n")])
        .rows(["conflict a: team-deleted [b-t]"]);
}

#[test]
fn an_empty_file_is_never_followed() {
    base([("a", "")])
        .ours([(".keep", "")])
        .theirs([("a", "1\n")])
        .rows(["conflict a: team-deleted [b-t]"]);
}

#[test]
fn a_file_that_a_golden_path_knows_is_no_match() {
    base([("a", TEXT), ("b", TEXT)])
        .ours([("b", TEXT), ("c", TEXT)])
        .theirs([("a", NEWER), ("b", TEXT), ("c", TEXT)])
        .rows(["conflict a: team-deleted [b-t]"]);
}

#[test]
fn renames_are_not_followed_unless_wanted() {
    base([("a", TEXT)])
        .ours([("b", TEXT)])
        .theirs([("a", NEWER)])
        .without_renames()
        .rows(["conflict a: team-deleted [b-t]"])
        .leaves([("a", NEWER), ("b", TEXT)]);
}

#[test]
fn nothing_is_read_unless_the_golden_path_changed_a_file_that_is_gone() {
    let case = base([("a", TEXT), ("b", "b\n")])
        .ours([("c", EDITED), ("b", "b\n")])
        .theirs([("a", TEXT), ("b", "c\n")])
        .rows(["changed b: golden-path"]);
    assert_eq!(case.reads(), [""; 0]);
}

#[test]
fn a_move_of_the_teams_alone_is_its_own_affair() {
    base([("a", TEXT)]).ours([("b", TEXT)]).theirs([("a", TEXT)]).rows([]).leaves([("b", TEXT)]);
    base([("a", TEXT)]).ours([("b", TEXT)]).rows([]).leaves([("b", TEXT)]);
}

#[test]
fn a_lost_base_is_found_by_its_id_alone() {
    base([("a", TEXT)])
        .ours([("b", EDITED)])
        .theirs([("a", NEWER)])
        .loses(TEXT)
        .rows(["conflict a: team-deleted [b-t]"]);
}
