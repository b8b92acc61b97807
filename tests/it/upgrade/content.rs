//! What both sides made of one file.

use std::fs;

use super::story::Story;

const BASE: &str = "1\n2\n3\n4\n5\n";

fn told(before: &str, after: &str, ours: &str) -> (Story, super::story::Told) {
    let story = Story::new(&[("a.txt", before)], &[("a.txt", after)]).edits("a.txt", ours);
    let told = story.upgrades();
    (story, told)
}

#[test]
fn both_changed_the_same_line() {
    let (story, told) = told(BASE, "1\n2\ntheirs\n4\n5\n", "1\n2\nours\n4\n5\n");
    told.conflicts(&["conflict a.txt lines"]);
    assert_eq!(
        story.text("a.txt"),
        "1\n2\n<<<<<<< ours: svc\nours\n||||||| base: svc 1.0.0\n3\n=======\ntheirs\n>>>>>>> theirs: svc 2.0.0\n4\n5\n"
    );
}

#[test]
fn both_changed_neighbouring_lines() {
    let (_, told) = told(BASE, "1\n2\ntheirs\n4\n5\n", "1\nours\n3\n4\n5\n");
    told.conflicts(&["conflict a.txt lines"]);
}

#[test]
fn both_changed_lines_apart() {
    let (story, told) = told(BASE, "theirs\n2\n3\n4\n5\n", "1\n2\n3\n4\nours\n");
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "theirs\n2\n3\n4\nours\n");
    assert!(story.status().is_empty());
}

#[test]
fn the_change_goes_to_the_right_one_of_repeated_blocks() {
    let block = "begin\n  x\nend\n";
    let before = format!("A\n{block}B\n{block}C\n{block}");
    let after = format!("A\n{block}B\nbegin\n  theirs\nend\nC\n{block}");
    let ours = format!("new\nlines\nA\n{block}B\n{block}C\n{block}tail\n");
    let (story, told) = told(&before, &after, &ours);
    told.is_clean(&["changed a.txt both"]);
    let merged = format!("new\nlines\nA\n{block}B\nbegin\n  theirs\nend\nC\n{block}tail\n");
    assert_eq!(story.text("a.txt"), merged);
}

#[test]
fn both_made_the_same_change() {
    let (_, told) = told(BASE, "1\n2\nsame\n4\n5\n", "1\n2\nsame\n4\n5\n");
    told.is_clean(&[]);
}

#[test]
fn both_added_the_same_file() {
    let story = Story::new(&[], &[("a.txt", "1\n2\n")]).edits("a.txt", "1\n2\n");
    story.upgrades().is_clean(&[]);
    let story = Story::new(&[], &[("a.txt", "theirs\n")]).edits("a.txt", "ours\n");
    story.upgrades().conflicts(&["conflict a.txt lines"]);
}

#[test]
fn the_team_deleted_what_the_golden_path_changed() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", "new\n")]).deletes("a.txt");
    story.upgrades().conflicts(&["conflict a.txt team-deleted"]);
    assert_eq!(story.status(), ["DU a.txt", "M  flagstone.lock", "M  flagstone.yaml"]);
}

#[test]
fn the_team_deleted_what_the_golden_path_left_alone() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", BASE), ("b", "")]).deletes("a.txt");
    story.upgrades().is_clean(&["added b new"]);
    assert_eq!(story.text("a.txt"), "(none)");
}

#[test]
fn the_golden_path_deleted_what_the_team_changed() {
    let story = Story::new(&[("a.txt", BASE)], &[]).edits("a.txt", "1\n");
    story.upgrades().conflicts(&["conflict a.txt golden-path-deleted"]);
    assert_eq!(story.text("a.txt"), "1\n");
}

#[test]
fn the_golden_path_deleted_what_the_team_left_alone() {
    let story = Story::new(&[("d/a.txt", BASE), ("b", "")], &[("b", "")]);
    story.upgrades().is_clean(&["removed d/a.txt dropped"]);
    assert!(!story.path("d").exists());
}

#[test]
fn a_binary_that_the_golden_path_alone_changed_is_taken() {
    let story = Story::new(&[("a.bin", "\0one")], &[("a.bin", "\0two")]);
    story.upgrades().is_clean(&["changed a.bin golden-path"]);
    assert_eq!(story.text("a.bin"), "\0two");
}

#[test]
fn a_binary_that_the_team_replaced_is_never_overwritten() {
    let story = Story::new(&[("a.bin", "\0one")], &[("a.bin", "\0two")]).edits("a.bin", "\0ours");
    story.upgrades().conflicts(&["conflict a.bin binary"]);
    assert_eq!(story.text("a.bin"), "\0ours");
    let story = Story::new(&[("a.bin", "\0one")], &[("a.bin", "\0one"), ("b", "")])
        .edits("a.bin", "\0ours");
    story.upgrades().is_clean(&["added b new"]);
    assert_eq!(story.text("a.bin"), "\0ours");
}

#[test]
fn line_endings_of_the_team_stay() {
    let (story, told) = told(BASE, "theirs\n2\n3\n4\n5\n", "1\r\n2\r\n3\r\n4\r\nours\r\n");
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "theirs\r\n2\r\n3\r\n4\r\nours\r\n");
}

#[test]
fn a_byte_order_mark_and_a_missing_final_newline_stay() {
    let (story, told) = told(BASE, "theirs\n2\n3\n4\n5\n", "\u{feff}1\n2\n3\n4\nours");
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "\u{feff}theirs\n2\n3\n4\nours");
}

#[test]
fn whitespace_alone_is_a_change_like_any_other() {
    let (story, told) = told(BASE, "1 \n2\n3\n4\n5\n", "1\n2\n3\n4\n5\t\n");
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "1 \n2\n3\n4\n5\t\n");
}

#[test]
fn a_text_that_is_not_utf_8_merges_by_its_lines() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", "theirs\n2\n3\n4\n5\n")])
        .edits("a.txt", b"1\n2\n3\n4\n\xff\xfe\n");
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(fs::read(story.path("a.txt")).unwrap(), b"theirs\n2\n3\n4\n\xff\xfe\n");
}

#[test]
fn an_executable_bit_and_an_edit_go_together() {
    let story = Story::new(&[("run.sh", BASE)], &[("run.sh", "theirs\n2\n3\n4\n5\n")])
        .makes_executable("run.sh");
    story.upgrades().is_clean(&["changed run.sh both"]);
    assert!(story.git(&["ls-files", "--stage", "run.sh"]).starts_with("100755"));
    assert_eq!(story.text("run.sh"), "theirs\n2\n3\n4\n5\n");
}

#[test]
fn a_link_that_the_team_made_of_a_file_is_a_conflict_if_the_golden_path_changed_it() {
    let story = Story::new(&[("a.txt", BASE), ("b", "")], &[("a.txt", "theirs\n"), ("b", "")]);
    fs::remove_file(story.path("a.txt")).unwrap();
    std::os::unix::fs::symlink("b", story.path("a.txt")).unwrap();
    let story = story.commits();
    story.upgrades().conflicts(&["conflict a.txt type"]);
    assert!(story.path("a.txt").is_symlink());
}

#[test]
fn both_added_a_dependency_and_both_stay() {
    let base = "{\n  \"dependencies\": {\n    \"a\": \"1\"\n  }\n}\n";
    let theirs = "{\n  \"dependencies\": {\n    \"a\": \"1\",\n    \"t\": \"1\"\n  }\n}\n";
    let ours = "{\n  \"dependencies\": {\n    \"a\": \"1\",\n    \"o\": \"1\"\n  }\n}\n";
    let story = Story::new(&[("package.json", base)], &[("package.json", theirs)])
        .edits("package.json", ours);
    story.upgrades().is_clean(&["changed package.json both"]);
    let merged: serde_json::Value = serde_json::from_str(&story.text("package.json")).unwrap();
    assert_eq!(merged["dependencies"], serde_json::json!({"a": "1", "o": "1", "t": "1"}));
}

#[test]
fn a_table_that_both_added_is_no_clean_merge() {
    let base = "[a]\nx = 1\n\n# middle\n\n# more\n\n[z]\ny = 1\n";
    let theirs = "[new]\nv = 2\n\n[a]\nx = 1\n\n# middle\n\n# more\n\n[z]\ny = 1\n";
    let ours = "[a]\nx = 1\n\n# middle\n\n# more\n\n[z]\ny = 1\n\n[new]\nv = 1\n";
    let story = Story::new(&[("a.toml", base)], &[("a.toml", theirs)]).edits("a.toml", ours);
    let told = story.upgrades();
    assert_eq!((told.exit, told.rows.len()), (6, 1), "{:?}", told.rows);
}

#[test]
fn odd_names_are_names() {
    let name = "a b/ü 'x' \"y\" #z {k}.txt";
    let story = Story::new(&[(name, BASE)], &[(name, "theirs\n2\n3\n4\n5\n")])
        .edits(name, "1\n2\n3\n4\nours\n");
    story.upgrades().is_clean(&[&format!("changed {name} both")]);
    assert_eq!(story.text(name), "theirs\n2\n3\n4\nours\n");
}
