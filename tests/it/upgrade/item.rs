//! Files of a list's items: what follows an item, and what goes with it.

use super::{
    manifest::asking,
    story::{Files, Story},
};

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
const OURS: &str = "1\n2\n3\n4\n5\n6\n7\n8\nours\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n6\n7\n8\n9\n";
const BOTH: &str = "theirs\n2\n3\n4\n5\n6\n7\n8\nours\n";

const QUEUES: &str = "queues: {type: array, default: [{name: a}, {name: b}], items: {type: object, required: [name], \
     properties: {name: {type: string}, kind: {type: string, default: x}}}}";

#[test]
fn an_items_file_follows_its_key_and_goes_with_its_item() {
    let manifest = asking(&[QUEUES]);
    let files: Files<'_> = &[("{{ item.kind }}/[queues.name].txt", BASE)];
    let later: Files<'_> = &[("{{ item.kind }}/[queues.name].txt", THEIRS)];
    let story = Story::with((&manifest, files), (&manifest, later)).edits("x/b.txt", OURS);
    let queues = r#"queues=[{"name": "b", "kind": "y"}, {"name": "c"}]"#;
    story.runs(&["upgrade", "--to", "2.0.0", "--yes", "--set", queues]).is_clean(&[
        "removed x/a.txt dropped",
        "added x/c.txt new",
        "moved x/b.txt -> y/b.txt moved",
    ]);
    assert_eq!(story.text("y/b.txt"), BOTH);
    assert_eq!(story.text("x/c.txt"), THEIRS);
    assert_eq!(story.text("x/a.txt"), "(none)");
    assert!(story.text("flagstone.yaml").contains("kind"));
    assert!(story.text("flagstone.lock").contains("[queues.name].txt#b"));
    assert!(story.status().is_empty());
}

#[test]
fn an_item_that_changes_its_place_in_the_list_changes_nothing() {
    let manifest = asking(&[QUEUES]);
    let files: Files<'_> = &[("[queues.name].txt", BASE)];
    let story = Story::with((&manifest, files), (&manifest, files)).edits("b.txt", OURS);
    let queues = r#"queues=[{"name": "b"}, {"name": "a"}]"#;
    story.runs(&["upgrade", "--to", "2.0.0", "--yes", "--set", queues]);
    assert_eq!((story.text("a.txt"), story.text("b.txt")), (BASE.to_owned(), OURS.to_owned()));
    assert!(story.status().is_empty());
}

#[test]
fn an_item_that_goes_while_the_team_edited_its_file_is_a_conflict() {
    let manifest = asking(&[QUEUES]);
    let files: Files<'_> = &[("[queues.name].txt", BASE)];
    let story = Story::with((&manifest, files), (&manifest, files)).edits("a.txt", OURS);
    let queues = r#"queues=[{"name": "b"}]"#;
    story
        .runs(&["upgrade", "--to", "2.0.0", "--yes", "--set", queues])
        .conflicts(&["conflict a.txt golden-path-deleted"]);
    assert_eq!(story.text("a.txt"), OURS);
}
