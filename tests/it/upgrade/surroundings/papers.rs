//! `flagstone.yaml` and `flagstone.lock` as people may leave them.

use crate::upgrade::{manifest::asking, story::Story};

const BASE: &str = "1\n2\n3\n";
const THEIRS: &str = "theirs\n2\n3\n";

fn clean() -> Story {
    Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
}

/// The story with another text of its spec, committed.
fn with_spec(story: Story, change: impl FnOnce(String) -> String) -> Story {
    let spec = change(story.text("flagstone.yaml"));
    story.edits("flagstone.yaml", spec)
}

#[test]
fn a_spec_of_two_services_is_refused() {
    let story = with_spec(clean(), |spec| format!("{spec}---\n{spec}"));
    for command in [&["upgrade"][..], &["apply"], &["check"], &["upgrade", "--branch", "up"]] {
        story.runs(command).is_refused(3, "`flagstone.yaml` holds 2 services");
    }
}

#[test]
fn a_catalog_that_this_version_can_not_read_is_refused_unless_another_is_named() {
    let catalog = "catalog: {git: \"https://example.com/acme\", ref: main}";
    let folder = "catalog:\n    directory: ../catalog\n";
    let story = with_spec(clean(), |spec| spec.replace(folder, &format!("{catalog}\n")));
    story.runs(&["upgrade"]).is_refused(3, "this version can't read");
    let elsewhere = ["upgrade", "--to", "2.0.0", "--catalog", "../catalog"];
    story.runs(&elsewhere).is_clean(&["changed a.txt golden-path"]);
    assert!(story.text("flagstone.yaml").contains(catalog));
}

#[test]
fn apply_does_not_change_the_version_and_says_what_does() {
    let story = with_spec(clean(), |spec| spec.replace("version: ^1.0", "version: ^2.0"));
    let told = story.runs(&["apply"]);
    told.is_refused(3, "the spec wants `^2.0`, and the service is at 1.0.0");
    told.is_refused(3, "`flagstone upgrade` takes it to a version in that range");
    story.runs(&["upgrade"]).is_clean(&["changed a.txt golden-path"]);
    assert_eq!(story.runs(&["apply"]).json["state"], "upToDate");
}

#[test]
fn a_spec_that_can_not_be_edited_in_place_is_refused_and_left_alone() {
    let asks = asking(&["port: {type: string, default: a}"]);
    let files = [("port.txt.j2", "{{ port }}\n")];
    let story = with_spec(Story::with((&asks, &files), (&asks, &files)), |spec| {
        let (head, rest) = spec.split_once("metadata:\n  name: svc\n").unwrap();
        let parameters = "  parameters: &same\n    port: b\n";
        format!("{head}{rest}{parameters}metadata:\n  name: svc\n  annotations: *same\n")
    });
    let before = story.state();
    let told = story.runs(&["apply", "--set", "port=c"]);
    told.is_refused(3, "`flagstone.yaml` can't be brought up to date");
    assert_eq!(story.state(), before);
}

#[test]
fn a_committed_lock_that_is_no_text_is_refused() {
    let story = clean().edits("flagstone.lock", b"lockVersion: 1 # \xff\n");
    story.upgrades().is_refused(3, "`flagstone.lock` of the last commit is no text");
}

#[test]
fn an_edited_lock_in_the_work_tree_counts_for_a_look_and_not_for_an_upgrade() {
    let story = clean();
    let lock = story.text("flagstone.lock").replace("mode: \"100644\"", "mode: \"100755\"");
    let story = story.writes("flagstone.lock", &lock);
    assert_eq!(story.runs(&["check"]).exit, 1);
    let branch = ["upgrade", "--to", "2.0.0", "--branch", "up"];
    story.runs(&branch).is_clean(&["changed a.txt golden-path"]);
    story.upgrades().is_refused(3, "`flagstone.lock` has changes");
    assert_eq!(story.text("flagstone.lock"), lock);
}

#[test]
fn a_spec_that_is_a_link_is_refused_with_its_name() {
    let story = clean();
    let spec = story.text("flagstone.yaml");
    let story = story.edits("elsewhere.yaml", spec);
    std::fs::remove_file(story.path("flagstone.yaml")).unwrap();
    std::os::unix::fs::symlink("elsewhere.yaml", story.path("flagstone.yaml")).unwrap();
    let story = story.commits();
    for command in [&["upgrade"][..], &["check"]] {
        story.runs(command).is_refused(5, "flagstone.yaml");
    }
}
