//! Catalogs and locks that are not what they were.

use crate::upgrade::{
    manifest::{PLAIN, ruled},
    story::{Story, put},
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const OURS: &str = "1\n2\n3\n4\nours\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";
const BOTH: &str = "theirs\n2\n3\n4\nours\n";

fn story() -> Story {
    Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).edits("a.txt", OURS)
}

/// The digest of the version that the lock names.
fn digest(story: &Story) -> String {
    let lock = story.text("flagstone.lock");
    let (_, rest) = lock.split_once("sha256:").unwrap();
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

/// Says in the catalog that versions are released.
fn releases(story: &Story, releases: &[(&str, &str)]) {
    let lines: String = releases
        .iter()
        .map(|(version, digest)| format!("    {version}: \"sha256:{digest}\"\n"))
        .collect();
    let charter = format!(
        "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {{name: test, owner: test}}\nreleases:\n  svc:\n{lines}"
    );
    put(&story.sandbox.folder().join("catalog/catalog.yaml"), charter.as_bytes());
}

#[test]
fn without_its_catalog_a_service_stays_as_it_is_and_the_way_out_is_told() {
    let story = story().loses_release(None);
    let before = story.state();
    let said = story.says(&["upgrade", "--to", "2.0.0"]);
    assert!(said.starts_with("exit: 5"), "{said}");
    assert!(said.contains("catalog"), "{said}");
    assert_eq!(story.state(), before);
}

#[test]
fn another_folder_serves_as_the_catalog_for_one_run() {
    let story = story();
    let folder = story.sandbox.folder();
    std::fs::rename(folder.join("catalog"), folder.join("moved")).unwrap();
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--catalog", "../moved"]);
    told.is_clean(&["changed a.txt both"]);
    assert!(story.text("flagstone.yaml").contains("../catalog"));
}

#[test]
fn a_version_that_left_the_catalog_is_not_needed_where_git_holds_the_base() {
    let story = story().loses_release(Some("1.0.0"));
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), BOTH);
}

#[test]
fn a_version_that_is_applied_must_be_in_the_catalog() {
    let story = story().loses_release(Some("1.0.0"));
    let before = story.state();
    story.runs(&["apply"]).is_refused(3, "1.0.0");
    assert_eq!(story.state(), before);
}

#[test]
fn a_version_that_was_changed_after_its_release_is_refused() {
    let story = story();
    releases(&story, &[("1.0.0", &digest(&story))]);
    story.release_files("1.0.0", &[("a.txt", "changed\n")]);
    let before = story.state();
    story.runs(&["apply"]).is_refused(3, "was changed after its release");
    assert_eq!(story.state(), before);
    story.runs(&["upgrade", "--to", "2.0.0"]).is_clean(&["changed a.txt both"]);
}

#[test]
fn a_version_that_was_released_anew_is_refused_with_both_digests() {
    let story = story();
    let old = digest(&story);
    let other = Story::made((PLAIN, &[("a.txt", "changed\n")]), &[]);
    let new = digest(&other);
    story.release_files("1.0.0", &[("a.txt", "changed\n")]);
    releases(&story, &[("1.0.0", &new)]);
    let before = story.state();
    let told = story.runs(&["apply"]);
    told.is_refused(3, "is not what it was when this service was made from it");
    told.is_refused(3, &old);
    told.is_refused(3, &new);
    assert_eq!(story.state(), before);
}

#[test]
fn a_version_that_is_not_released_may_change_and_is_merged_with_a_warning() {
    let story = story();
    story.release_files("1.0.0", &[("a.txt", THEIRS)]);
    let told = story.runs(&["upgrade"]);
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(told.json["diagnostics"][0]["code"], "changed-since", "{}", told.json);
    assert_eq!(story.text("a.txt"), BOTH);
}

#[test]
fn a_lock_that_was_edited_by_hand_is_refused_until_it_is_made_again() {
    let story = story();
    let lock = story.text("flagstone.lock");
    let story = story.edits("flagstone.lock", lock.replace("100644", "100755"));
    let before = story.state();
    story.upgrades().is_refused(3, "lock-edited");
    assert_eq!(story.state(), before);
    let told = story.runs(&["apply"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("lockRebuilt")), "{}", told.json);
    assert_eq!(story.text("flagstone.lock"), lock);
    story.commits().upgrades().is_clean(&["changed a.txt both"]);
}

#[test]
fn a_lock_whose_blob_ids_were_edited_is_refused_until_it_is_made_again() {
    let story = story();
    let lock = story.text("flagstone.lock");
    let (before, after) = lock.split_once("blob: ").unwrap();
    let turn = |it: char| if it == '0' { '1' } else { '0' };
    let edited: String =
        after.chars().enumerate().map(|(at, it)| if at == 9 { turn(it) } else { it }).collect();
    let edited = format!("{before}blob: {edited}");
    let story = story.edits("flagstone.lock", edited);
    story.upgrades().is_refused(3, "lock-edited");
    assert_eq!(story.runs(&["apply"]).exit, 0);
    assert_eq!(story.text("flagstone.lock"), lock);
}

#[test]
fn whose_a_file_is_says_the_golden_path_whatever_was_edited_into_the_lock() {
    let rule = ruled(&["match: a.txt, ownership: managed"]);
    let story = Story::with((&rule, &[("a.txt", BASE)]), (&rule, &[("a.txt", THEIRS)]));
    let lock = story.text("flagstone.lock").replace("own: managed", "own: seeded");
    let story = story.edits("flagstone.lock", lock).edits("a.txt", OURS);
    assert_eq!(story.runs(&["upgrade", "--to", "2.0.0"]).exit, 1);
    let told = story.upgrades();
    told.is_clean(&["replaced a.txt managed-edited"]);
    assert_eq!(told.notes_of("a.txt"), ["ownership-changed"]);
}

#[test]
fn a_lock_that_is_no_lock_is_refused_with_its_place() {
    let story = story().edits("flagstone.lock", "nonsense: [\n");
    let before = story.state();
    let told = story.upgrades();
    assert_eq!(told.exit, 3, "{}", told.json);
    assert!(told.json.to_string().contains("flagstone.lock"), "{}", told.json);
    assert_eq!(story.state(), before);
}

#[test]
fn two_upgraded_branches_merge_and_apply_makes_the_lock_again() {
    let base: &[(&str, &str)] = &[("a.txt", BASE)];
    let one = [base, &[("b.txt", "b\n")]].concat();
    let two = [base, &[("b.txt", "b\n"), ("c.txt", "c\n")]].concat();
    let story = Story::made((PLAIN, base), &[]);
    story.release("1.1.0", PLAIN, &one);
    story.release("1.2.0", PLAIN, &two);
    story.git(&["checkout", "--quiet", "-b", "other"]);
    story.runs(&["upgrade", "--to", "1.2.0"]).is_clean(&["added b.txt new", "added c.txt new"]);
    let story = story.edits("a.txt", OURS);
    story.git(&["checkout", "--quiet", "main"]);
    story.runs(&["upgrade", "--to", "1.1.0"]).is_clean(&["added b.txt new"]);
    let (exit, out) = story.git_ends(&["merge", "other"]);
    assert_eq!(exit, 1, "{out}");
    assert_eq!(story.git(&["diff", "--name-only", "--diff-filter=U"]), "flagstone.lock");
    let told = story.runs(&["apply"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("lockRebuilt")), "{}", told.json);
    story.git(&["add", "flagstone.lock"]);
    story.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(story.git(&["diff", "other", "--", "flagstone.lock"]), "");
    let told = story.runs(&["upgrade"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("upToDate")), "{}", told.json);
}

#[test]
fn branches_upgraded_to_the_same_version_merge_by_themselves() {
    let story = Story::made((PLAIN, &[("a.txt", BASE)]), &[]);
    story.release("1.1.0", PLAIN, &[("a.txt", THEIRS)]);
    story.git(&["checkout", "--quiet", "-b", "other"]);
    story.runs(&["upgrade"]).is_clean(&["changed a.txt golden-path"]);
    let story = story.edits("own.txt", "1\n");
    story.git(&["checkout", "--quiet", "main"]);
    story.runs(&["upgrade"]).is_clean(&["changed a.txt golden-path"]);
    story.git(&["merge", "--quiet", "--no-edit", "other"]);
    let told = story.runs(&["upgrade"]);
    assert_eq!((told.exit, told.json["state"].as_str()), (0, Some("upToDate")), "{}", told.json);
}

#[test]
fn branches_upgraded_to_different_majors_merge_to_the_higher_one() {
    let story = Story::made((PLAIN, &[("a.txt", BASE)]), &[]);
    story.release("1.1.0", PLAIN, &[("a.txt", BASE), ("b.txt", "b\n")]);
    story.release("2.0.0", PLAIN, &[("a.txt", THEIRS), ("b.txt", "b\n")]);
    story.git(&["checkout", "--quiet", "-b", "other"]);
    story.upgrades().is_clean(&["changed a.txt golden-path", "added b.txt new"]);
    story.git(&["checkout", "--quiet", "main"]);
    story.runs(&["upgrade"]).is_clean(&["added b.txt new"]);
    assert_eq!(story.git_ends(&["merge", "other"]).0, 1);
    let told = story.runs(&["apply"]);
    assert_eq!((told.exit, told.json["to"].as_str()), (0, Some("2.0.0")), "{}", told.json);
    let story = story.commits();
    assert_eq!(story.git(&["diff", "other"]), "");
    assert_eq!(story.runs(&["upgrade"]).json["state"], "upToDate");
}
