//! Much of everything: it takes time that grows with it, and not with its square.

use std::{fmt::Write as _, time::Instant};

use super::is_calm;
use crate::upgrade::{
    manifest::{PLAIN, migrating},
    story::{Story, Told, put},
};

/// Runs and measures; the limit is far from what it takes on a busy machine, and farther from what a
/// square would.
#[track_caller]
fn soon(seconds: u64, what: &str, run: impl FnOnce() -> Told) -> Told {
    let start = Instant::now();
    let told = run();
    let took = start.elapsed();
    is_calm(&told);
    assert!(took.as_secs() < 5 * seconds, "{what}: {took:?}");
    told
}

fn lines(count: usize, each: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for at in 0..count {
        let _ = writeln!(text, "{}", each(at));
    }
    text
}

#[test]
fn a_hundred_thousand_conflicting_lines() {
    for (what, base, ours, theirs) in [
        (
            "every line",
            lines(100_000, |at| format!("b{at}")),
            lines(100_000, |at| format!("o{at}")),
            lines(100_000, |at| format!("t{at}")),
        ),
        (
            "every other line",
            lines(100_000, |at| format!("b{at}")),
            lines(100_000, |at| if at % 2 == 0 { format!("b{at}") } else { format!("o{at}") }),
            lines(100_000, |at| if at % 2 == 0 { format!("b{at}") } else { format!("t{at}") }),
        ),
        (
            "the same line",
            lines(100_000, |_| "x".into()),
            lines(100_000, |at| if at % 3 == 0 { "o".into() } else { "x".into() }),
            lines(100_000, |at| if at % 5 == 0 { "t".into() } else { "x".into() }),
        ),
        (
            "shuffled",
            lines(60_000, |at| format!("{}", at * 7919 % 60_000)),
            lines(60_000, |at| format!("{}", at * 104_729 % 60_000)),
            lines(60_000, |at| format!("{}", at * 15_485_863 % 60_000)),
        ),
    ] {
        let story = Story::new(&[("a.txt", &base)], &[("a.txt", &theirs)]).edits("a.txt", &ours);
        soon(60, what, || story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]));
        soon(60, what, || story.upgrades());
        soon(60, "diff", || story.runs(&["diff"]));
        soon(60, "abort", || story.runs(&["upgrade", "--abort"]));
    }
}

#[test]
fn a_line_of_thirty_megabytes() {
    let line = |with: &str| with.repeat(30 << 20);
    let story =
        Story::new(&[("a.txt", &line("b"))], &[("a.txt", &line("t"))]).edits("a.txt", line("o"));
    soon(60, "long line", || story.upgrades());
    soon(60, "long line diff", || story.runs(&["diff"]));
}

#[test]
fn data_with_a_thousand_keys_in_conflict() {
    for (name, open, close, pair) in [
        ("a.json", "{\n", "  \"z\": 0\n}\n", "  \"KEY\": VALUE,"),
        ("a.toml", "", "", "KEY = VALUE"),
        ("a.yaml", "", "", "KEY: VALUE"),
    ] {
        let text = |prefix: &str, value: usize| {
            let keys = lines(1_000, |at| {
                pair.replace("KEY", &format!("k{at}")).replace("VALUE", &value.to_string())
            });
            let own = lines(200, |at| {
                pair.replace("KEY", &format!("{prefix}{at}")).replace("VALUE", "1")
            });
            format!("{open}{keys}{own}{close}")
        };
        let story = Story::new(&[(name, &text("b", 1))], &[(name, &text("t", 1))])
            .edits(name, text("o", 1));
        soon(120, name, || story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]));
    }
    let list = |prefix: &str| format!("l:\n{}", lines(10_000, |at| format!("- {prefix}{at}")));
    let story =
        Story::new(&[("a.yaml", &list("b"))], &[("a.yaml", &list("t"))]).edits("a.yaml", list("o"));
    soon(120, "lists", || story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]));
}

#[test]
fn deep_data_ends_with_words() {
    for (name, deep) in [
        ("a.json", "[".repeat(100_000)),
        ("a.yaml", "[".repeat(100_000)),
        ("a.toml", format!("a = {}", "[".repeat(100_000))),
        ("a.yaml", "- ".repeat(50_000)),
        ("a.json", "{\"a\":".repeat(50_000) + "1" + &"}".repeat(50_000)),
        ("a.toml", format!("{} = 1", "a.".repeat(50_000) + "a")),
        (
            "a.yaml",
            format!(
                "a: &a [x]\n{}",
                (0..30)
                    .map(|it| format!(
                        "a{it}: &b{it} [*{p}, *{p}]\n",
                        p = if it == 0 { "a".to_owned() } else { format!("b{}", it - 1) }
                    ))
                    .collect::<String>()
            ),
        ),
    ] {
        for theirs in [true, false] {
            let story = if theirs {
                Story::new(&[(name, "a: 1\n")], &[(name, &deep)]).edits(name, "a: 2\n")
            } else {
                Story::new(&[(name, "a: 1\n")], &[(name, "a: 2\n")]).edits(name, &deep)
            };
            let told = soon(20, name, || story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]));
            let _ = told;
        }
    }
}

#[test]
fn five_thousand_files_move() {
    let names: Vec<_> =
        (0..5_000).map(|at| (format!("old/{}/{at}.txt", at % 100), format!("{at}\n"))).collect();
    let before: Vec<_> = names.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let moved: Vec<_> =
        names.iter().map(|(name, text)| (name.replacen("old", "new", 1), text.clone())).collect();
    let after: Vec<_> = moved.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let migrations = migrating(&["move: {from: 'old/**', to: 'new/**'}"]);
    let story = Story::with((PLAIN, &before), (&migrations, &after));
    soon(60, "5,000 moves planned", || story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]));
    soon(60, "5,000 moves", || story.upgrades());
    assert!(story.status().is_empty());
}

#[test]
fn fifteen_hundred_large_files_that_the_team_moved_and_edited() {
    let text = |at: usize, who: &str| {
        lines(200, |line| format!("{at} {line} {}", if line == 7 { who } else { "b" }))
    };
    let all: Vec<_> =
        (0..1_500).map(|at| (format!("a/{at}.txt"), text(at, "b"), text(at, "t"))).collect();
    let before: Vec<_> = all.iter().map(|(name, base, _)| (name.as_str(), base.as_str())).collect();
    let after: Vec<_> =
        all.iter().map(|(name, _, theirs)| (name.as_str(), theirs.as_str())).collect();
    let story = Story::new(&before, &after);
    std::fs::remove_dir_all(story.path("a")).unwrap();
    for at in 0..1_500 {
        put(
            &story.path(&format!("b/{}.md", at * 7 % 1_500)),
            lines(200, |line| format!("{at} {line} {}", if line == 150 { "o" } else { "b" }))
                .as_bytes(),
        );
    }
    let story = story.commits();
    soon(120, "1,500 renames looked for", || {
        story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"])
    });
}

#[test]
fn a_swap_of_thousands_of_files_and_moves_that_double() {
    let names: Vec<_> = (0..1_000)
        .map(|at| {
            (format!("a/{at}.txt"), format!("a{at}\n"), format!("b/{at}.txt"), format!("b{at}\n"))
        })
        .collect();
    let before: Vec<_> = names
        .iter()
        .flat_map(|(a, at, b, bt)| [(a.as_str(), at.as_str()), (b.as_str(), bt.as_str())])
        .collect();
    let after: Vec<_> = names
        .iter()
        .flat_map(|(a, at, b, bt)| [(b.as_str(), at.as_str()), (a.as_str(), bt.as_str())])
        .collect();
    let steps = [
        "move: {from: 'a/**', to: 'tmp/**'}",
        "move: {from: 'b/**', to: 'a/**'}",
        "move: {from: 'tmp/**', to: 'b/**'}",
    ];
    let story = Story::with((PLAIN, &before), (&migrating(&steps), &after));
    let told = soon(60, "1,000 swaps", || story.upgrades());
    assert_eq!(told.exit, 0);
    assert!(story.status().is_empty());
    let doubling: Vec<_> = (0..400).map(|_| "move: {from: '**', to: 'x/**'}").collect();
    let story =
        Story::with((PLAIN, &[("a.txt", "1\n")]), (&migrating(&doubling), &[("a.txt", "2\n")]));
    soon(20, "400 moves deeper", || story.upgrades());
    let many: Vec<_> =
        (0..2_000).map(|at| format!("move: {{from: 'a{at}/**', to: 'a{}/**'}}", at + 1)).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let story = Story::with((PLAIN, &before), (&migrating(&many), &before));
    soon(60, "2,000 steps over 2,000 files", || {
        story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"])
    });
}
