//! Differences as people read them, and the law that a patch makes the second side of the first.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

/// A version of a file: its path, mode and text.
type Version = (&'static str, Mode, &'static str);

fn shown(before: Option<Version>, after: Option<Version>) -> String {
    let path = |it: Option<Version>| it.map(|(path, ..)| RepoPath::parse(path).unwrap());
    let (old, new) = (path(before), path(after));
    let patch = unified(side(old.as_ref(), before), side(new.as_ref(), after));
    String::from_utf8(patch.to_bytes()).unwrap()
}

fn side<'a>(path: Option<&'a RepoPath>, version: Option<Version>) -> Option<Side<'a>> {
    let (_, mode, text) = version?;
    Some(Side { path: path?, mode, bytes: text.as_bytes() })
}

#[test]
fn changed_lines_stand_with_three_lines_around_them() {
    let before =
        ("src/a.rs", Mode::File, "fn main() {\n    1;\n    2;\n    3;\n    4;\n    5;\n}\n");
    let after =
        ("src/a.rs", Mode::File, "fn main() {\n    1;\n    2;\n    3;\n    4;\n    6;\n}\n");
    assert_snapshot!(shown(Some(before), Some(after)), @"
    diff --git a/src/a.rs b/src/a.rs
    index 0db2c1b..a0a3558 100644
    --- a/src/a.rs
    +++ b/src/a.rs
    @@ -3,5 +3,5 @@ fn main() {
         2;
         3;
         4;
    -    5;
    +    6;
     }
    ");
}

#[test]
fn a_missing_line_break_at_the_end_is_said() {
    assert_snapshot!(shown(Some(("a", Mode::File, "x\ny")), Some(("a", Mode::File, "x\ny\n"))), @r"
    diff --git a/a b/a
    index 1b32298..b77b4eb 100644
    --- a/a
    +++ b/a
    @@ -1,2 +1,2 @@
     x
    -y
    \ No newline at end of file
    +y
    ");
}

#[test]
fn a_file_that_comes_or_goes_has_nothing_on_the_other_side() {
    assert_snapshot!(shown(None, Some(("run \"it\".sh", Mode::Executable, "#!/bin/sh\n"))), @r#"
    diff --git "a/run \"it\".sh" "b/run \"it\".sh"
    new file mode 100755
    index 0000000..1a24852
    --- /dev/null
    +++ "b/run \"it\".sh"	
    @@ -0,0 +1 @@
    +#!/bin/sh
    "#);
    assert_snapshot!(shown(Some(("empty", Mode::File, "")), None), @r"
    diff --git a/empty b/empty
    deleted file mode 100644
    index e69de29..0000000
    ");
}

#[test]
fn the_executable_bit_and_a_new_place_are_lines_of_their_own() {
    assert_snapshot!(shown(Some(("a", Mode::File, "x\n")), Some(("b", Mode::Executable, "x\n"))), @r"
    diff --git a/a b/b
    old mode 100644
    new mode 100755
    similarity index 100%
    rename from a
    rename to b
    ");
}

#[test]
fn a_link_in_place_of_a_file_is_a_file_that_goes_and_a_link_that_comes() {
    assert_snapshot!(shown(Some(("a", Mode::File, "x\n")), Some(("a", Mode::Link, "target"))), @r"
    diff --git a/a b/a
    deleted file mode 100644
    index 587be6b..0000000
    --- a/a
    +++ /dev/null
    @@ -1 +0,0 @@
    -x
    diff --git a/a b/a
    new file mode 120000
    index 0000000..1de5659
    --- /dev/null
    +++ b/a
    @@ -0,0 +1 @@
    +target
    \ No newline at end of file
    ");
}

#[test]
fn bytes_that_are_no_lines_are_only_said_to_differ() {
    assert_snapshot!(shown(Some(("a", Mode::File, "x\0y")), Some(("a", Mode::File, "x\0z"))), @"
    diff --git a/a b/a
    index d5d0b8b..4a27031 100644
    Binary files a/a and b/a differ
    ");
}

#[test]
fn nothing_is_shown_where_nothing_differs() {
    assert_eq!(shown(Some(("a", Mode::File, "x")), Some(("a", Mode::File, "x"))), "");
    assert_eq!(shown(None, None), "");
}

/// What the lines of a hunk make of the first side, from its `@@ -FROM,…` on.
fn apply(before: &[u8], hunks: &[Hunk]) -> Vec<u8> {
    let lines: Vec<_> = before.split_inclusive(|byte| *byte == b'\n').collect();
    let (mut at, mut after) = (0, Vec::new());
    for hunk in hunks {
        let heading = String::from_utf8(hunk.heading.clone()).unwrap();
        let range = heading.strip_prefix("@@ -").unwrap().split(' ').next().unwrap();
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        // A hunk without lines of the first side stands behind its line.
        let start: usize = start.parse().unwrap();
        let start = if count == "0" { start } else { start - 1 };
        after.extend(lines[at..start].concat());
        at = start;
        for line in &hunk.lines {
            let mut text = line.text.clone();
            text.extend(line.is_ended.then_some(b'\n'));
            if line.kind != LineKind::Added {
                assert_eq!(lines[at], text);
                at += 1;
            }
            if line.kind != LineKind::Removed {
                after.extend(text);
            }
        }
    }
    after.extend(lines[at..].concat());
    after
}

proptest! {
    #[test]
    fn a_patch_makes_the_second_side_of_the_first(
        before in "([a-c]{0,2}\r?\n?){0,40}",
        after in "([a-c]{0,2}\r?\n?){0,40}",
    ) {
        let content = lines::content(before.as_bytes(), after.as_bytes());
        let hunks = match &content {
            Content::Same => &[][..],
            Content::Lines(hunks) => hunks,
            Content::Binary { .. } => panic!("there is no NUL in it"),
        };
        prop_assert_eq!(apply(before.as_bytes(), hunks), after.as_bytes());
    }
}
