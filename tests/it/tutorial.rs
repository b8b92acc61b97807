//! The tutorial in docs/authoring.md, executed: a newcomer who types it gets what it says.

use std::fs;

use crate::sandbox::{Sandbox, program};

/// What a block of the tutorial is.
enum Block {
    /// Commands for a shell.
    Run(String),
    /// A file's path and content.
    File(String, String),
    /// What the commands before it print.
    Printed(String),
}

/// The chapter's blocks, in order.
fn blocks() -> Vec<Block> {
    let page = include_str!("../../docs/authoring.md");
    let (_, page) = page.split_once("## From an empty folder to a service").unwrap();
    let (chapter, _) = page.split_once("\n## ").unwrap();
    let mut lines = chapter.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let inside = lines.by_ref().take_while(|line| *line != "```");
        let text: String = inside.map(|line| format!("{line}\n")).collect();
        blocks.push(match info.split_once(' ') {
            Some((_, path)) => Block::File(path.to_owned(), text),
            None if info == "sh" => Block::Run(text),
            None if info == "text" => Block::Printed(text),
            None => panic!("a block of `{info}` is neither run, a file nor printed"),
        });
    }
    blocks
}

#[test]
fn the_tutorial_does_what_it_says() {
    let path =
        format!("{}:{}", program().parent().unwrap().display(), std::env::var("PATH").unwrap());
    let sandbox = Sandbox::new().identity().variable("PATH", &path);
    let mut printed = String::new();
    let (mut commands, mut files, mut outputs) = (0, 0, 0);
    for block in blocks() {
        match block {
            Block::Run(script) => {
                let script = format!("set -eu\n{script}");
                let output = sandbox.command("sh").args(["-c", &script]).output().unwrap();
                let words = String::from_utf8_lossy(&output.stderr);
                printed = String::from_utf8(output.stdout).unwrap();
                assert!(output.status.success(), "{script}\n{printed}\n{words}");
                commands += script.lines().count() - 1;
            }
            Block::File(path, text) => {
                let path = sandbox.folder().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
                files += 1;
            }
            // Before it stands what earlier commands of the same block say.
            Block::Printed(text) => {
                assert!(
                    printed.ends_with(&text),
                    "the tutorial says\n{text}\nand it is\n{printed}"
                );
                outputs += 1;
            }
        }
    }
    assert!(commands > 15 && files > 3 && outputs > 3, "{commands} {files} {outputs}");
    let tested = sandbox.run(["path", "test", "acme"]);
    assert!(tested.starts_with("exit: 0\n"), "{tested}");
}
