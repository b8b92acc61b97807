//! What holds for every upgrade, whatever both sides did: with real repositories, at random.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
};

use std::collections::BTreeMap;

use super::story::Story;

/// Few places, so that both sides meet; one is a folder's name too.
const PLACES: [&str; 7] = ["a.txt", "b.txt", "d/a.txt", "d/b.txt", "e/a.txt", "n", "n/x.txt"];

/// Texts that merge with one another, and some that do not.
const TEXTS: [&str; 6] = [
    "1\n2\n3\n4\n5\n6\n",
    "one\n2\n3\n4\n5\n6\n",
    "1\n2\n3\n4\n5\nsix\n",
    "eins\n2\n3\n4\n5\n6\n",
    "\0binary",
    "",
];

type Tree = BTreeMap<&'static str, &'static str>;

/// A tree in which no file stands where a folder must be.
fn trees() -> impl Strategy<Value = Tree> {
    btree_map(select(&PLACES[..]), select(&TEXTS[..]), 0..5).prop_map(|mut tree: Tree| {
        if tree.contains_key("n/x.txt") {
            tree.remove("n");
        }
        tree
    })
}

fn view(tree: &Tree) -> Vec<(&str, &str)> {
    tree.iter().map(|(path, text)| (*path, *text)).collect()
}

/// Makes the team's tree of the one that it was given.
fn takes(story: Story, before: &Tree, ours: &Tree) -> Story {
    for path in before.keys() {
        std::fs::remove_file(story.path(path)).unwrap();
    }
    for folder in ["d", "e", "n"] {
        let _not_there = std::fs::remove_dir(story.path(folder));
    }
    let story = ours.iter().fold(story, |story, (path, text)| story.writes(path, text));
    story.git(&["add", "--all"]);
    story.git(&["commit", "--quiet", "--allow-empty", "--message", "The team's work"]);
    story
}

/// What is not committed, file by file.
fn status(story: &Story) -> String {
    story.git(&["status", "--porcelain", "--ignored", "--untracked-files=all"])
}

fn without_traces(mut state: Vec<String>) -> Vec<String> {
    let line = |line: &&str| !line.contains("refs/worktree/flagstone/");
    state[4] = state[4].lines().filter(line).collect::<Vec<_>>().join("\n");
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn an_upgrade_lands_as_planned_or_comes_back_whole(
        before in trees(),
        ours in trees(),
        theirs in trees(),
        dirty in vec((select(&PLACES[..]), select(&["dirty\n", "1\n2\n3\n4\n5\n6\n"][..])), 0..2),
        is_ended_by_git in any::<bool>(),
    ) {
        let story = takes(Story::new(&view(&before), &view(&theirs)), &before, &ours);
        let mut story = story;
        for (path, text) in &dirty {
            let is_free = |folder: &str| !story.path(folder).is_file();
            if !story.path(path).is_dir() && (*path != "n/x.txt" || is_free("n")) {
                story = story.writes(path, text);
            }
        }
        let (state, work) = (story.state(), status(&story));
        let planned = story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]);
        prop_assert_eq!(planned.exit, 0, "{}", planned.json);
        prop_assert_eq!(&story.state(), &state);
        let told = story.upgrades();
        match told.exit {
            0 => {
                prop_assert_eq!(&told.rows, &planned.rows);
                prop_assert_eq!(&told.json["tree"], &planned.json["tree"]);
                let tree = story.git(&["rev-parse", "HEAD^{tree}"]);
                prop_assert_eq!(told.json["tree"].as_str(), Some(tree.as_str()));
                prop_assert_eq!(story.git(&["rev-parse", "HEAD^"]), state[2].clone());
                prop_assert_eq!(status(&story), work);
                let again = story.upgrades();
                prop_assert_eq!(again.json["state"].as_str(), Some("upToDate"));
            }
            3 => {
                prop_assert!(!dirty.is_empty(), "{}", told.json);
                prop_assert_eq!(&story.state(), &state);
            }
            6 => {
                prop_assert_eq!(&told.rows, &planned.rows);
                prop_assert!(!story.git(&["ls-files", "--unmerged"]).is_empty());
                if is_ended_by_git {
                    story.git(&["cherry-pick", "--abort"]);
                } else {
                    prop_assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
                }
                prop_assert_eq!(without_traces(story.state()), state);
            }
            exit => prop_assert!(false, "exit {}: {} {}", exit, told.json, told.stderr),
        }
        prop_assert_eq!(story.git(&["fsck", "--strict", "--no-dangling"]), "");
    }
}
