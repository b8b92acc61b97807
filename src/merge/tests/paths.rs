//! Shared files by their paths: one side, both sides, presence, kinds, modes, places.

use super::*;

#[test]
fn what_one_side_changed_is_taken_without_reading_it() {
    let case = base([("a", "1\n"), ("b", "1\n"), ("c", "1\n")])
        .ours([("a", "1\n"), ("b", "2\n"), ("c", "3\n")])
        .theirs([("a", "2\n"), ("b", "1\n"), ("c", "3\n")])
        .rows(["changed a: golden-path"])
        .leaves([("a", "2\n"), ("b", "2\n"), ("c", "3\n")]);
    assert_eq!(case.reads(), [""; 0]);
}

#[test]
fn what_both_sides_changed_apart_is_merged() {
    base([("a", "1\n2\n3\n4\n5\n")])
        .ours([("a", "one\n2\n3\n4\n5\n")])
        .theirs([("a", "1\n2\n3\n4\nfive\n")])
        .rows(["changed a: both"])
        .leaves([("a", "one\n2\n3\n4\nfive\n")]);
}

#[test]
fn one_line_that_both_sides_changed_is_a_conflict() {
    base([("a", "1\n")])
        .ours([("a", "2\n")])
        .theirs([("a", "3\n")])
        .rows(["conflict a: lines [bot]"])
        .leaves([("a", "<markers>")]);
}

#[test]
fn a_new_file_comes() {
    nothing().theirs([("a/b", "1\n")]).rows(["added a/b: new"]).leaves([("a/b", "1\n")]);
}

#[test]
fn a_file_that_both_sides_added_alike_is_no_conflict() {
    nothing().ours([("a", "1\n")]).theirs([("a", "1\n")]).rows([]).leaves([("a", "1\n")]);
}

#[test]
fn a_file_that_both_sides_added_differently_is_merged_against_nothing() {
    nothing()
        .ours([("a", "1\n")])
        .theirs([("a", "2\n")])
        .rows(["conflict a: lines [-ot]"])
        .leaves([("a", "<markers>")]);
}

#[test]
fn what_the_team_deleted_and_nobody_changed_stays_deleted() {
    base([("a", "1\n")]).theirs([("a", "1\n")]).rows([]).leaves(NOTHING);
}

#[test]
fn what_the_team_deleted_and_the_golden_path_changed_is_a_conflict() {
    base([("a", "1\n")])
        .theirs([("a", "2\n")])
        .rows(["conflict a: team-deleted [b-t]"])
        .leaves([("a", "2\n")]);
}

#[test]
fn what_the_golden_path_deleted_goes() {
    base([("a", "1\n")]).ours([("a", "1\n")]).rows(["removed a: dropped"]).leaves(NOTHING);
}

#[test]
fn what_the_golden_path_deleted_and_the_team_edited_is_a_conflict() {
    base([("a", "1\n")])
        .ours([("a", "2\n")])
        .rows(["conflict a: golden-path-deleted [bo-]"])
        .leaves([("a", "2\n")]);
}

#[test]
fn what_both_sides_deleted_is_gone() {
    base([("a", "1\n")]).rows([]).leaves(NOTHING);
}

#[test]
fn a_file_made_conditional_goes_or_conflicts_by_its_own() {
    base([("db/a", "1\n"), ("db/b", "1\n"), ("c", "1\n")])
        .ours([("db/a", "1\n"), ("db/b", "2\n"), ("db/own", "x\n"), ("c", "1\n")])
        .theirs([("c", "1\n")])
        .rows(["removed db/a: dropped", "conflict db/b: golden-path-deleted [bo-]"])
        .leaves([("c", "1\n"), ("db/b", "2\n"), ("db/own", "x\n")]);
}

#[test]
fn modes_merge_apart_from_content() {
    let case = base([("run", "1\n")])
        .ours([("run", "2\n")])
        .theirs([file("run", "1\n").mode(Mode::Executable)])
        .rows(["changed run: both"])
        .leaves([("run", "2\n")]);
    assert_eq!(case.merge().rows[0].result.as_ref().unwrap().blob.mode, Mode::Executable);
    let case = base([("run", "1\n")])
        .ours([file("run", "1\n").mode(Mode::Executable)])
        .theirs([("run", "2\n")])
        .rows(["changed run: both"]);
    assert_eq!(case.merge().rows[0].result.as_ref().unwrap().blob.mode, Mode::Executable);
}

#[test]
fn a_file_that_both_added_with_different_modes_is_a_conflict() {
    nothing()
        .ours([file("run", "1\n").mode(Mode::Executable)])
        .theirs([("run", "1\n")])
        .rows(["conflict run: mode [-ot]"])
        .leaves([("run", "1\n")]);
}

#[test]
fn a_link_that_one_side_changed_is_taken() {
    let link = |to| file("l", to).mode(Mode::Link);
    base([link("a")]).ours([link("a")]).theirs([link("b")]).rows(["changed l: golden-path"]);
    base([link("a")]).ours([link("b")]).theirs([link("a")]).rows([]);
}

#[test]
fn a_link_that_both_sides_changed_is_a_conflict_with_ours_in_place() {
    let link = |to| file("l", to).mode(Mode::Link);
    base([link("a")])
        .ours([link("b")])
        .theirs([link("c")])
        .rows(["conflict l: link [bot]"])
        .leaves([("l", "b")]);
}

#[test]
fn a_link_against_an_edited_file_is_a_conflict_with_ours_in_place() {
    base([("l", "1\n")])
        .ours([("l", "2\n")])
        .theirs([file("l", "a").mode(Mode::Link)])
        .rows(["conflict l: type [bot]"])
        .leaves([("l", "2\n")]);
}

#[test]
fn a_file_that_became_a_link_follows_the_golden_path_if_the_team_left_it_alone() {
    base([("l", "1\n")])
        .ours([("l", "1\n")])
        .theirs([file("l", "a").mode(Mode::Link)])
        .rows(["changed l: golden-path"])
        .leaves([("l", "a")]);
}

#[test]
fn a_binary_that_one_side_changed_is_taken() {
    let logo = |bytes: &[u8]| file("logo", "").bytes(bytes);
    base([logo(b"\0a")]).ours([logo(b"\0b")]).theirs([logo(b"\0a")]).rows([]);
    let case = base([logo(b"\0a")]).ours([logo(b"\0a")]).theirs([logo(b"\0b")]);
    case.rows(["changed logo: golden-path"]);
}

#[test]
fn a_binary_that_both_sides_changed_is_a_conflict_with_ours_in_place() {
    let logo = |bytes: &[u8]| file("logo", "").bytes(bytes);
    base([logo(b"\0a")])
        .ours([logo(b"\0b")])
        .theirs([logo(b"\0c")])
        .rows(["conflict logo: binary [bot]"])
        .leaves([("logo", "\0b")]);
}

#[test]
fn a_file_where_the_team_has_a_folder_is_a_conflict() {
    nothing()
        .ours([("a/own", "x\n")])
        .theirs([("a", "1\n")])
        .rows(["conflict a: folder-in-the-way [--t]"])
        .leaves([("a/own", "x\n")]);
}

#[test]
fn a_folder_where_the_team_has_a_file_is_a_conflict() {
    nothing()
        .ours([("a", "x\n")])
        .theirs([("a/b/c", "1\n")])
        .rows(["conflict a/b/c: file-in-the-way [--t]"])
        .leaves([("a", "x\n")]);
}

#[test]
fn a_file_that_became_a_folder_is_no_conflict_if_the_team_left_it_alone() {
    base([("a", "1\n")])
        .ours([("a", "1\n")])
        .theirs([("a/b", "2\n")])
        .rows(["removed a: dropped", "added a/b: new"])
        .leaves([("a/b", "2\n")]);
    base([("a/b", "1\n")])
        .ours([("a/b", "1\n")])
        .theirs([("a", "2\n")])
        .rows(["added a: new", "removed a/b: dropped"])
        .leaves([("a", "2\n")]);
}

#[test]
fn a_file_that_became_a_folder_and_that_the_team_edited_stays() {
    base([("a", "1\n")])
        .ours([("a", "2\n")])
        .theirs([("a/b", "2\n")])
        .rows(["conflict a: golden-path-deleted [bo-]", "conflict a/b: file-in-the-way [--t]"])
        .leaves([("a", "2\n")]);
}

#[test]
fn nothing_is_put_into_another_repository() {
    nothing()
        .repository("vendor/lib")
        .theirs([("vendor/lib/a", "1\n"), ("vendor/b", "1\n")])
        .rows(["added vendor/b: new", "conflict vendor/lib/a: repository-in-the-way [--t]"])
        .leaves([("vendor/b", "1\n")]);
    nothing()
        .repository("vendor/lib")
        .theirs([("vendor", "1\n")])
        .rows(["conflict vendor: folder-in-the-way [--t]"]);
    base([("lib/a", "1\n")])
        .repository("lib")
        .theirs([("lib/a", "2\n")])
        .rows(["conflict lib/a: repository-in-the-way [b-t]"])
        .leaves(NOTHING);
}

#[test]
fn a_twin_of_a_file_of_the_teams_is_a_conflict() {
    nothing()
        .ours([("readme.md", "x\n")])
        .theirs([("README.md", "1\n")])
        .rows(["conflict README.md: twin [--t]"])
        .leaves([("readme.md", "x\n")]);
    nothing()
        .ours([("caf\u{e9}", "x\n")])
        .theirs([("cafe\u{301}", "1\n")])
        .rows(["conflict cafe\u{301}: twin [--t]"]);
}

#[test]
fn odd_names_are_names() {
    let odd = ["a b", "-x", "#", "ü/ß", "{{x}}", "'\"", "~", "[a]*?", "%s", "a;b&c|d"];
    let files = |text| odd.map(|name| file(name, text));
    let case = base(files("1\n")).ours(files("1\n")).theirs(files("2\n"));
    assert_eq!(case.merge().counts(), BTreeMap::from([(Kind::Changed, odd.len())]));
    assert!(case.texts().iter().all(|(_, text)| text == "2\n"));
}

#[test]
fn a_base_that_nobody_holds_is_said_and_merged_against_nothing() {
    base([("a", "1\n")])
        .ours([("a", "2\n")])
        .theirs([("a", "3\n")])
        .loses("1\n")
        .rows(["conflict a: lines, base-lost [bot]"]);
    base([("a", "1\n")])
        .ours([("a", "1\n")])
        .theirs([("a", "3\n")])
        .loses("1\n")
        .rows(["changed a: golden-path"]);
}

#[test]
fn bytes_of_ours_or_theirs_that_nobody_holds_end_the_merge() {
    let case = || base([("a", "1\n")]).ours([("a", "2\n")]).theirs([("a", "3\n")]);
    let error = case().loses("2\n").try_merge().unwrap_err().to_string();
    assert!(error.starts_with("nobody holds the bytes of `a` in the service"), "{error}");
    let error = case().loses("3\n").try_merge().unwrap_err().to_string();
    assert!(error.starts_with("nobody holds the bytes of `a` in the golden path"), "{error}");
}

#[test]
fn spec_and_lock_are_not_merged() {
    base([file("flagstone.lock", "1\n").own(Ownership::Tool)])
        .theirs([file("flagstone.lock", "2\n").own(Ownership::Tool)])
        .rows([]);
}

#[test]
fn rows_are_counted_by_kind() {
    let merge = base([("a", "1\n"), ("b", "1\n")])
        .ours([("a", "1\n"), ("b", "2\n")])
        .theirs([("b", "3\n"), ("c", "1\n")])
        .merge();
    let counts = [(Kind::Added, 1), (Kind::Removed, 1), (Kind::Conflict, 1)];
    assert_eq!(merge.counts(), BTreeMap::from(counts));
    assert!(merge.has_conflicts());
}
