//! Files that are the platform's or the team's.

use super::*;

fn managed(path: &str, text: &str) -> Sketch {
    file(path, text).own(Ownership::Managed)
}

fn seeded(path: &str, text: &str) -> Sketch {
    file(path, text).own(Ownership::Seeded)
}

fn keyed(path: &str, text: &str) -> Sketch {
    file(path, text).own(Ownership::MergedWithKeys(vec!["tool.ruff".to_owned()]))
}

#[test]
fn a_managed_file_is_the_golden_paths() {
    base([managed("ci", "1\n")])
        .ours([("ci", "1\n")])
        .theirs([managed("ci", "2\n")])
        .rows(["changed ci: golden-path"])
        .leaves([("ci", "2\n")]);
}

#[test]
fn a_managed_file_that_the_team_edited_is_replaced() {
    let case = base([managed("ci", "1\n")])
        .ours([("ci", "mine\n")])
        .theirs([managed("ci", "2\n")])
        .rows(["replaced ci: managed-edited"])
        .leaves([("ci", "2\n")]);
    assert_eq!(case.reads(), [""; 0]);
    // Also where the golden path did not change it.
    base([managed("ci", "1\n")])
        .ours([("ci", "mine\n")])
        .theirs([managed("ci", "1\n")])
        .rows(["replaced ci: managed-edited"])
        .leaves([("ci", "1\n")]);
}

#[test]
fn a_managed_file_that_the_team_deleted_is_back() {
    base([managed("ci", "1\n")])
        .theirs([managed("ci", "1\n")])
        .rows(["replaced ci: managed-deleted"])
        .leaves([("ci", "1\n")]);
}

#[test]
fn a_managed_file_goes_with_its_edits() {
    base([managed("ci", "1\n"), managed("cd", "1\n")])
        .ours([("ci", "mine\n"), ("cd", "1\n")])
        .rows(["removed cd: dropped", "replaced ci: managed-dropped"])
        .leaves(NOTHING);
}

#[test]
fn a_file_of_the_teams_at_a_new_managed_path_is_replaced() {
    nothing()
        .ours([("ci", "mine\n")])
        .theirs([managed("ci", "1\n")])
        .rows(["replaced ci: managed-taken"])
        .leaves([("ci", "1\n")]);
}

#[test]
fn a_managed_file_that_the_team_has_as_the_golden_path_wants_it_has_no_row() {
    base([managed("ci", "1\n")]).ours([("ci", "2\n")]).theirs([managed("ci", "2\n")]).rows([]);
    nothing().ours([("ci", "2\n")]).theirs([managed("ci", "2\n")]).rows([]);
}

#[test]
fn a_managed_file_moves() {
    base([managed("a", "1\n").from("s")])
        .ours([("a", "1\n")])
        .theirs([managed("b", "2\n").from("s")])
        .rows(["moved b <- a: moved"])
        .leaves([("b", "2\n")]);
    base([managed("a", "1\n").from("s")])
        .ours([("a", "mine\n")])
        .theirs([managed("b", "2\n").from("s")])
        .rows(["replaced b <- a: managed-edited"])
        .leaves([("b", "2\n")]);
}

#[test]
fn a_seeded_file_is_the_teams() {
    base([seeded("a", "1\n")])
        .ours([("a", "mine\n")])
        .theirs([seeded("a", "2\n")])
        .rows(["kept a: seeded-changed"])
        .leaves([("a", "mine\n")]);
    base([seeded("a", "1\n")])
        .ours([("a", "1\n")])
        .theirs([seeded("a", "2\n")])
        .rows(["kept a: seeded-changed"])
        .leaves([("a", "1\n")]);
    base([seeded("a", "1\n")]).ours([("a", "mine\n")]).theirs([seeded("a", "1\n")]).rows([]);
}

#[test]
fn a_seeded_file_that_the_team_deleted_stays_deleted() {
    base([seeded("a", "1\n")]).theirs([seeded("a", "1\n")]).rows([]).leaves(NOTHING);
    base([seeded("a", "1\n")])
        .theirs([seeded("a", "2\n")])
        .rows(["kept a: seeded-deleted"])
        .leaves(NOTHING);
}

#[test]
fn a_new_seeded_file_comes_unless_the_team_has_one() {
    nothing().theirs([seeded("a", "1\n")]).rows(["added a: new"]).leaves([("a", "1\n")]);
    nothing()
        .ours([("a", "mine\n")])
        .theirs([seeded("a", "1\n")])
        .rows(["kept a: seeded-taken"])
        .leaves([("a", "mine\n")]);
}

#[test]
fn a_seeded_file_that_the_golden_path_no_longer_has_stays() {
    base([seeded("a", "1\n")])
        .ours([("a", "1\n")])
        .rows(["kept a: seeded-dropped"])
        .leaves([("a", "1\n")]);
}

#[test]
fn a_seeded_file_that_a_migration_deletes_goes_unless_the_team_edited_it() {
    base([seeded("a", "1\n"), seeded("b", "1\n")])
        .ours([("a", "1\n"), ("b", "mine\n")])
        .deletes("*")
        .rows(["removed a: deletion-declared", "kept b: seeded-dropped"])
        .leaves([("b", "mine\n")]);
}

#[test]
fn a_seeded_file_moves_as_the_team_has_it() {
    base([seeded("old/a", "1\n").from("s")])
        .ours([("old/a", "mine\n")])
        .theirs([seeded("new/a", "2\n").from("s")])
        .rows(["moved new/a <- old/a: moved"])
        .leaves([("new/a", "mine\n")]);
}

#[test]
fn a_seeded_file_stays_where_there_is_no_room_for_it() {
    base([seeded("a", "1\n").from("s")])
        .ours([("a", "mine\n"), ("b", "own\n")])
        .theirs([seeded("b/a", "1\n").from("s")])
        .rows(["kept a: file-in-the-way"])
        .leaves([("a", "mine\n"), ("b", "own\n")]);
}

#[test]
fn a_change_of_ownership_is_said_and_decided_by_the_new_version() {
    base([seeded("a", "1\n")])
        .ours([("a", "mine\n")])
        .theirs([managed("a", "2\n")])
        .rows(["replaced a: managed-edited, ownership-changed"])
        .leaves([("a", "2\n")]);
    base([managed("a", "1\n")])
        .ours([("a", "mine\n")])
        .theirs([seeded("a", "2\n")])
        .rows(["kept a: seeded-changed, ownership-changed"])
        .leaves([("a", "mine\n")]);
    base([managed("a", "1\n")])
        .ours([("a", "1\n")])
        .theirs([("a", "2\n")])
        .rows(["changed a: golden-path, ownership-changed"])
        .leaves([("a", "2\n")]);
}

#[test]
fn a_file_with_managed_keys_is_read_where_the_team_alone_changed_it() {
    let text = "[tool.ruff]\nline = 1\n";
    let case = base([keyed("a.toml", text)])
        .ours([("a.toml", "[tool.ruff]\nline = 2\n")])
        .theirs([keyed("a.toml", text)]);
    assert_eq!(case.reads(), [text, "[tool.ruff]\nline = 2\n"]);
}

#[test]
fn a_file_with_managed_keys_that_the_team_left_alone_is_taken_unread() {
    let case = base([keyed("a.toml", "x = 1\n")])
        .ours([("a.toml", "x = 1\n")])
        .theirs([keyed("a.toml", "x = 2\n")])
        .rows(["changed a.toml: golden-path"]);
    assert_eq!(case.reads(), [""; 0]);
}

#[test]
fn managed_keys_are_the_golden_paths_also_where_the_team_alone_changed_the_file() {
    let ours = "[tool.ruff]\nline = 9\n\n[tool.mine]\nx = 1\n";
    let theirs = "[tool.ruff]\nline = 1\n";
    base([keyed("a.toml", theirs)])
        .ours([("a.toml", ours)])
        .theirs([keyed("a.toml", theirs)])
        .rows(["replaced a.toml: managed-keys-edited, keys-replaced"])
        .leaves([("a.toml", "[tool.ruff]\nline = 1\n\n[tool.mine]\nx = 1\n")]);
    // What both sides changed alike, and elsewhere, replaces nothing of the team's.
    base([keyed("a.toml", theirs)])
        .ours([("a.toml", "[tool.ruff]\nline = 2\n\n[tool.mine]\nx = 1\n")])
        .theirs([keyed("a.toml", "[tool.ruff]\nline = 2\n\n[tool.new]\ny = 1\n")])
        .rows(["changed a.toml: both"]);
    base([keyed("a.toml", theirs)])
        .ours([("a.toml", "[tool.ruff]\nline = 1\n\n[tool.mine]\nx = 1\n")])
        .theirs([keyed("a.toml", theirs)])
        .rows([]);
}
