//! Catalogs that somebody prepared.

use super::is_calm;
use crate::upgrade::{
    manifest::{PLAIN, asking, migrating},
    story::Story,
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

#[test]
fn steps_lead_nowhere_outside_and_touch_nothing_of_the_tools_own() {
    for step in [
        "move: {from: 'a.txt', to: '../x'}",
        "move: {from: 'a.txt', to: '.git/hooks/post-commit'}",
        "move: {from: 'src/**', to: '.git/hooks/**'}",
        "move: {from: 'src/**', to: '../**'}",
        "move: {from: '**', to: '/tmp/**'}",
        "move: {from: 'a.txt', to: 'flagstone.lock'}",
        "move: {from: 'a.txt', to: 'flagstone.yaml'}",
        "move: {from: 'flagstone.yaml', to: 'x.yaml'}",
        "move: {from: 'flagstone.lock', to: 'x.yaml'}",
        "move: {from: '**', to: 'deep/**'}",
        "move: {from: 'src/**', to: 'flagstone.yaml/**'}",
        "move: {from: '.git/**', to: 'g/**'}",
        "move: {from: \"a.txt\", to: \"a\\u001b[2J\"}",
        "delete: '**'",
        "delete: 'flagstone.*'",
        "delete: '.git/**'",
        "delete: '../**'",
        "delete: 'src/**'",
    ] {
        let story = Story::with(
            (PLAIN, &[("a.txt", BASE), ("src/b.txt", BASE)]),
            (&migrating(&[step]), &[("a.txt", THEIRS), ("src/b.txt", BASE)]),
        )
        .edits("own.txt", "the team's\n")
        .edits("src/own.txt", "the team's\n");
        let hooks = || std::fs::read_dir(story.path(".git/hooks")).map_or(0, Iterator::count);
        let (before, config) = (hooks(), story.text(".git/config"));
        let around = || std::fs::read_dir(story.sandbox.folder()).unwrap().count();
        let beside = around();
        let told = story.upgrades();
        is_calm(&told);
        assert_eq!(
            (hooks(), story.text(".git/config"), around()),
            (before, config, beside),
            "{step}"
        );
        let files = story.git(&["ls-files"]);
        let own = files.lines().filter(|it| it.ends_with("own.txt")).count();
        assert_eq!(own, 2, "{step} {files}");
        for name in ["flagstone.yaml", "flagstone.lock"] {
            assert!(files.lines().any(|it| it == name), "{step} {files}");
            assert!(story.text(name).contains("svc"), "{step} {}", story.text(name));
        }
        assert!(!told.stderr.contains('\x1b'), "{step}");
    }
}

#[test]
fn answers_that_grow_without_end_are_refused() {
    let doubled = "{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40);
    for value in [
        format!("{{% set x = 'abcd' %}}{doubled}{{{{ x }}}}"),
        "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}"
            .to_owned(),
        "{{ 'x' * 100000000000 }}".to_owned(),
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}".to_owned(),
        "{{ tier ~ tier }}".to_owned(),
    ] {
        let mut steps = vec![format!("set-parameter: {{name: tier, value: \"{value}\"}}")];
        if value.contains("tier ~") {
            steps = vec![steps.remove(0); 60];
        }
        let steps: Vec<_> = steps.iter().map(String::as_str).collect();
        let tier = "tier: {type: string, default: abcd}";
        let after = asking(&[tier]) + &migrating(&steps).replace(PLAIN, "");
        let story =
            Story::with((&asking(&[tier]), &[("a.txt", BASE)]), (&after, &[("a.txt", THEIRS)]));
        let before = story.state();
        let start = std::time::Instant::now();
        let told = story.upgrades();
        assert!(start.elapsed().as_secs() < 60, "{value}");
        assert_eq!(told.exit, 3, "{value} {} {}", told.json, told.stderr);
        assert_eq!(story.state(), before);
    }
}

#[test]
fn a_catalog_in_the_service_itself_reads_nothing_outside() {
    use std::os::unix::fs::symlink;
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    let folder = story.sandbox.folder();
    std::fs::write(folder.join("secret"), "TOP-SECRET: [\n").unwrap();
    for link in [
        "catalog/catalog.yaml",
        "catalog/svc/2.0.0/golden-path.yaml",
        "catalog/svc/2.0.0/template/a.txt",
        "catalog/svc/2.0.0/data",
        "catalog/svc/3.0.0",
    ] {
        let path = folder.join(link);
        let old = std::fs::read(&path).ok();
        let _ = std::fs::remove_file(&path);
        symlink(
            if link.ends_with("data") || link.ends_with("3.0.0") {
                folder.join("catalog")
            } else {
                folder.join("secret")
            },
            &path,
        )
        .unwrap();
        for command in [
            &["upgrade", "--dry-run", "-v"][..],
            &["check"],
            &["why", "a.txt"],
            &["upgrade", "--to", "2.0.0", "--yes", "--branch", "up"],
        ] {
            let said = story.says(command);
            assert!(!said.contains("TOP-SECRET"), "{link} {said}");
        }
        assert!(!story.git_ends(&["show", "up:a.txt"]).1.contains("TOP-SECRET"));
        std::fs::remove_file(&path).unwrap();
        if let Some(old) = old {
            std::fs::write(path, old).unwrap();
        }
    }
}
