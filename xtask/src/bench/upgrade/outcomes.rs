//! Every case under every tool, as a table.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

use super::{
    judge::{Found, Outcome, Seen, Verdict, is_shared, judge},
    kill,
    scenario::{Act, History, Scenario},
    scenarios::scenarios,
    tool::{Place, Tool},
    versions::{Git as _, put},
};
use crate::program;

/// What came out of a case, by tool.
struct Row {
    name: &'static str,
    verdicts: Vec<(Tool, Verdict)>,
}

/// Plays every case under every tool; says whether ours are all right.
pub(super) fn run(flagstone: &Path, folder: &Path, tools: &[Tool]) -> Result<bool> {
    let mut rows = Vec::new();
    for (number, scenario) in scenarios().iter().enumerate() {
        let play = |tool: Tool| {
            let folder = folder.join(format!("{number}-{tool:?}"));
            let verdict = play(scenario, tool, flagstone, &folder);
            let verdict = verdict.unwrap_or_else(|error| failed(&error));
            (tool, verdict)
        };
        rows.push(Row { name: scenario.name, verdicts: tools.iter().copied().map(play).collect() });
    }
    let killed = |tool: Tool| {
        let verdict = kill::play(tool, flagstone, &folder.join(format!("kill-{tool:?}")));
        (tool, verdict.unwrap_or_else(|error| failed(&error)))
    };
    let verdicts = tools.iter().copied().map(killed).collect();
    rows.push(Row { name: kill::NAME, verdicts });
    print!("{}", table(&rows, tools));
    let ours = rows.iter().flat_map(|row| &row.verdicts).filter(|it| it.0 == Tool::Flagstone);
    Ok(ours.into_iter().all(|(_, verdict)| verdict.outcome < Outcome::Wrong))
}

/// A case that could not be played is no one's success.
fn failed(error: &anyhow::Error) -> Verdict {
    Verdict::new(Outcome::Wrong, format!("could not be played: {error:#}"))
}

fn play(scenario: &Scenario, tool: Tool, flagstone: &Path, folder: &Path) -> Result<Verdict> {
    let place = Place::new(folder, flagstone, scenario.settings)?;
    tool.make(&place, &scenario.versions, scenario.answer)?;
    let service = place.service();
    act(&service, &scenario.team)?;
    place.run(&service, &["add", "--all", "--force"])?;
    place.run(&service, &["commit", "--quiet", "--allow-empty", "--message", "The team's work"])?;
    if scenario.history == History::Squashed {
        squash(&place, &service)?;
    }
    act(&service, &scenario.uncommitted)?;
    let before = files(&service)?;
    let output = program::output(&mut tool.update(&place, &service, scenario.answer)?)?;
    let unmerged = unmerged(&place, &service)?;
    let exit = output.status.code();
    Ok(judge(scenario, &Seen { exit, before, files: files(&service)?, unmerged }))
}

/// Makes one commit of the whole history and forgets the rest.
fn squash(place: &Place, service: &Path) -> Result<()> {
    for words in [
        &["checkout", "--quiet", "--orphan", "squashed"][..],
        &["commit", "--quiet", "--message", "Everything"],
        &["branch", "--quiet", "--force", "--move", "main"],
        &["reflog", "expire", "--expire=now", "--all"],
        &["gc", "--quiet", "--prune=now"],
    ] {
        place.run(service, words)?;
    }
    Ok(())
}

fn act(service: &Path, acts: &[Act]) -> Result<()> {
    for act in acts {
        match act {
            Act::Write(path, text) => put(&service.join(path), text)?,
            Act::Delete(path) => fs::remove_file(service.join(path))?,
            Act::Move(from, to) => {
                put(&service.join(to), fs::read(service.join(from))?)?;
                fs::remove_file(service.join(from))?;
            }
        }
    }
    Ok(())
}

/// The files of a service, without the tools' own.
pub(super) fn files(service: &Path) -> Result<Found> {
    let mut found = BTreeMap::new();
    let mut folders = vec![service.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(service)?.to_string_lossy().into_owned();
            if path.is_dir() {
                if name != ".git" {
                    folders.push(path);
                }
            } else if is_shared(&name) {
                found.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

/// Git's unmerged entries with their contents.
fn unmerged(place: &Place, service: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let said = place.run(service, &["ls-files", "--unmerged", "-z"])?;
    let said = String::from_utf8(said).context("a path is not UTF-8")?;
    let entry = |line: &str| {
        let (about, path) = line.split_once('\t').context("`git ls-files` says something else")?;
        let blob = about.split(' ').nth(1).context("`git ls-files` names no blob")?;
        Ok((path.to_string(), place.run(service, &["cat-file", "blob", blob])?))
    };
    said.split_terminator('\0').map(entry).collect()
}

/// The name of the last row.
const TOTAL: &str = "right, of all";

/// A row a case, a column a tool; below, what was seen where it was not simply right.
fn table(rows: &[Row], tools: &[Tool]) -> String {
    let names = rows.iter().map(|row| row.name).chain([TOTAL]);
    let width = names.map(|it| it.chars().count()).max().unwrap_or(0);
    let mut text = format!("{:width$}", "");
    tools.iter().for_each(|it| text += &format!("  {:18}", it.name()));
    for row in rows {
        text = text.trim_end().to_string() + &format!("\n{:width$}", row.name);
        row.verdicts.iter().for_each(|(_, it)| text += &format!("  {:18}", it.outcome));
    }
    text = text.trim_end().to_string() + &format!("\n{TOTAL:width$}");
    for tool in tools {
        let theirs = rows.iter().flat_map(|row| &row.verdicts).filter(|it| it.0 == *tool);
        let right = theirs.filter(|(_, it)| it.outcome == Outcome::Right).count();
        text += &format!("  {:18}", format!("{right} of {}", rows.len()));
    }
    text = text.trim_end().to_string() + "\n\nhow each was judged:\n";
    for row in rows {
        for (tool, verdict) in row.verdicts.iter().filter(|(_, it)| !it.why.is_empty()) {
            let outcome = verdict.outcome;
            text += &format!("  {}: {}: {outcome}: {}\n", row.name, tool.name(), verdict.why);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_counts_what_is_right_and_says_why_the_rest_is_not() {
        let rows = [Row {
            name: "a case",
            verdicts: vec![
                (Tool::Flagstone, Verdict::new(Outcome::Right, "")),
                (Tool::Copier, Verdict::new(Outcome::Lost, "it is gone")),
            ],
        }];
        let text = table(&rows, &[Tool::Flagstone, Tool::Copier]);
        assert!(text.contains("a case         right               LOST\n"), "{text}");
        assert!(text.contains("right, of all  1 of 1              0 of 1\n"), "{text}");
        assert!(text.ends_with("  a case: copier update: LOST: it is gone\n"), "{text}");
    }
}
