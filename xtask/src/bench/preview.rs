//! `cargo xtask bench preview`: how long after an edit `path preview` has shown what it changes.
//!
//! Measured from outside: a file of a golden path of 300 is written, and the clock stops when the
//! changed line arrives from the running program. So the pause between its looks is in it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{
    given_or_built,
    measure::median,
    remove,
    template::{Content, NAME, OWNER, files},
};
use crate::{Outcome, workspace};

const FILES: usize = 300;
const ROUNDS: usize = 40;

/// What an edit may take until it is shown.
const PROMISE: Duration = Duration::from_millis(50);

/// When something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

const MANIFEST: &str = "apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: bulk, version: 1.0.0, title: Bulk, owner: bench}
parameters: {required: [name, owner], properties: {name: {type: string}, owner: {type: string}}}
";

/// Times edits of templates, one after another, in a golden path that is previewed all the while.
pub(super) fn run(program: Option<&Path>) -> Result<Outcome> {
    let flagstone = given_or_built(program)?;
    let folder = workspace::target().join("flagstone-bench-preview");
    remove(&folder)?;
    let templates = make(&folder.join("bulk/1.0.0"))?;
    let mut command = Command::new(flagstone);
    command.current_dir(&folder).args(["path", "preview", "bulk", "--set"]);
    command.args([format!("name={NAME}"), "--set".to_string(), format!("owner={OWNER}")]);
    let child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
    let mut child = child.context("cannot start flagstone")?;
    let lines = lines(child.stdout.take().context("it has no output")?);
    let times = wait(&lines, &format!("{FILES} files")).and_then(|_| edit(&templates, &lines));
    child.kill().context("cannot end it")?;
    child.wait().context("cannot end it")?;
    remove(&folder)?;
    let times = times?;
    let ms = |it: Option<&Duration>| it.map_or(0.0, |it| it.as_secs_f64() * 1000.0);
    let middle = median(&times);
    let is_kept = middle < PROMISE;
    println!(
        "{FILES} files, an edit of one, {ROUNDS} rounds: median {:.1} ms, least {:.1}, most {:.1}; < {}: {}",
        ms(Some(&middle)),
        ms(times.iter().min()),
        ms(times.iter().max()),
        PROMISE.as_millis(),
        if is_kept { "kept" } else { "BROKEN" }
    );
    Ok(if is_kept { Outcome::Good } else { Outcome::Bad })
}

/// Writes the golden path; gives the templates that are rendered.
fn make(version: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut templates = Vec::new();
    for file in files(FILES, Content::HalfYaml) {
        let ending = if file.rendered { ".j2" } else { "" };
        let path = version.join("template").join(format!("{}{ending}", file.path));
        let text = file.text.replace("@NAME@", "{{ name }}").replace("@OWNER@", "{{ owner }}");
        fs::create_dir_all(path.parent().context("it has a folder")?)?;
        fs::write(&path, text)?;
        templates.extend(file.rendered.then_some(path));
    }
    fs::write(version.join("golden-path.yaml"), MANIFEST)?;
    Ok(templates)
}

fn edit(templates: &[std::path::PathBuf], lines: &Receiver<String>) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        // At another moment of the program's pause each time.
        thread::sleep(Duration::from_millis(60 + (round as u64 * 7) % 15));
        let file = &templates[round * 3 % templates.len()];
        let text = fs::read_to_string(file)?;
        let start = Instant::now();
        fs::write(file, format!("{text}edit_{round}: 1\n"))?;
        wait(lines, &format!("+edit_{round}: 1"))?;
        times.push(start.elapsed());
    }
    Ok(times)
}

fn lines(output: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn wait(lines: &Receiver<String>, wanted: &str) -> Result<()> {
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) if line.contains(wanted) => return Ok(()),
            Ok(_) => {}
            Err(_) => bail!("`{wanted}` never came"),
        }
    }
}
