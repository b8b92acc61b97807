//! `flagstone apply`: another answer is an edit of the spec.

use super::story::Story;

const ASKS: &str = "parameters:\n  required: [name]\n  properties:\n    name: {type: string}\n    \
    port: {type: integer, default: 8080}\n";

fn story() -> Story {
    let files = [("app.conf.j2", "host = all\nport = {{ port }}\nend\n"), ("notes.txt", "1\n")];
    Story::with((ASKS, &files), (ASKS, &files))
}

#[test]
fn an_edited_answer_is_merged_and_committed_with_the_edit() {
    let story = story().edits("app.conf", "host = all\nport = 8080\nend\nours\n");
    let spec = story.text("flagstone.yaml") + "  parameters:\n    port: 9000 # the proxy's\n";
    let story = story.writes("flagstone.yaml", &spec);
    let told = story.runs(&["apply", "--yes"]);
    told.is_clean(&["changed app.conf both"]);
    assert_eq!(story.text("app.conf"), "host = all\nport = 9000\nend\nours\n");
    assert_eq!(story.text("flagstone.yaml"), spec);
    assert!(story.status().is_empty(), "{:?}", story.status());
    let changed = story.git(&["show", "--name-only", "--format=%s"]);
    assert_eq!(changed, "Apply flagstone.yaml to svc\n\napp.conf\nflagstone.lock\nflagstone.yaml");
}

#[test]
fn an_edited_spec_must_be_committed_where_conflicts_will_be_left() {
    let story = story().edits("app.conf", "host = all\nport = 1\nend\n");
    let spec = story.text("flagstone.yaml") + "  parameters:\n    port: 9000\n";
    let story = story.writes("flagstone.yaml", &spec);
    story.runs(&["apply", "--yes"]).is_refused(3, "`flagstone.yaml` has changes");
    let story = story.commits();
    story.runs(&["apply", "--yes"]).conflicts(&["conflict app.conf lines"]);
}

#[test]
fn a_set_answer_goes_into_the_spec() {
    let story = story();
    let told = story.runs(&["apply", "--yes", "--set", "port=9000"]);
    told.is_clean(&["changed app.conf golden-path"]);
    assert!(story.text("flagstone.yaml").contains("port: 9000"));
    assert!(story.status().is_empty());
    let told = story.runs(&["apply", "--yes"]);
    assert_eq!(told.json["state"], "upToDate");
}

#[test]
fn the_tree_that_is_shown_is_the_tree_that_lands() {
    let story = story().edits("app.conf", "host = all\nport = 8080\nend\nours\n");
    let set = ["apply", "--yes", "--set", "port=9000"];
    let planned = story.runs(&[&set[..], &["--dry-run"]].concat());
    let landed = story.runs(&set);
    assert_eq!(planned.json["tree"], landed.json["tree"]);
    assert_eq!(landed.json["tree"], story.git(&["rev-parse", "HEAD^{tree}"]).as_str());
}
