//! The clock: the same update under every tool, in turns.

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::{
    bulk::Bulk,
    tool::{Place, Tool},
    versions::PACKAGE,
};
use crate::{
    bench::measure::{self, median},
    program,
};

/// What our time may be as a part of copier's, and at how many files.
const PROMISE: (f64, usize) = (1.0 / 20.0, 300);

/// How many runs a tool gets at a size: those that take seconds need fewer to be told apart.
fn rounds(tool: Tool, files: usize) -> usize {
    match (tool, files) {
        (Tool::Flagstone | Tool::GitMerge, _) => 7,
        (Tool::Copier | Tool::Cruft, ..=100) => 3,
        (Tool::Copier | Tool::Cruft, 101..=300) => 2,
        (Tool::Copier | Tool::Cruft, _) => 1,
    }
}

/// What was measured of one tool.
struct Measured {
    tool: Tool,
    times: Vec<Duration>,
    failure: Option<String>,
}

/// Times one size; says whether what is promised was kept and all did their work.
pub(super) fn run(flagstone: &Path, folder: &Path, tools: &[Tool], files: usize) -> Result<bool> {
    let bulk = Bulk::new(files);
    let mut measured = Vec::new();
    let mut places = Vec::new();
    for tool in tools {
        let place = Place::new(&folder.join(format!("{tool:?}")), flagstone, "")?;
        tool.make(&place, &bulk.versions, PACKAGE)?;
        bulk.edit(&place, &place.service())?;
        places.push(place);
        measured.push(Measured { tool: *tool, times: Vec::new(), failure: None });
    }
    let most = tools.iter().map(|tool| rounds(*tool, files)).max().unwrap_or(0);
    for round in 0..most {
        for (it, place) in measured.iter_mut().zip(&places) {
            if round >= rounds(it.tool, files) || it.failure.is_some() {
                continue;
            }
            match once(it.tool, place, &bulk) {
                Ok(time) => it.times.push(time),
                Err(error) => it.failure = Some(format!("{error:#}")),
            }
        }
    }
    let (text, is_kept) = table(&measured, files);
    println!("\n{files} files, half of them changed, a tenth edited\n{text}");
    Ok(is_kept && measured.iter().all(|it| it.failure.is_none()))
}

/// One update of a fresh copy, with its result checked.
fn once(tool: Tool, place: &Place, bulk: &Bulk) -> Result<Duration> {
    let service = place.copy()?;
    let mut command = tool.update(place, &service, PACKAGE)?;
    // What the copying has written must not be flushed in this one's time.
    program::must(&mut Command::new("sync"))?;
    let time = measure::time(&mut command)?;
    measure::check_made(&service, &bulk.expected)?;
    Ok(time)
}

/// Medians, and ours as a part of each; and whether what is promised was kept.
fn table(measured: &[Measured], files: usize) -> (String, bool) {
    let time_of = |tool: Tool| {
        let found = measured.iter().find(|it| it.tool == tool && !it.times.is_empty());
        found.map(|it| median(&it.times).as_secs_f64())
    };
    let ours = time_of(Tool::Flagstone);
    let mut text = format!(
        "{:20} {:>10} {:>10} {:>10} {:>6} {:>14}  promise\n",
        "", "median ms", "least", "most", "runs", "times our time"
    );
    let mut is_kept = true;
    for it in measured {
        let name = it.tool.name();
        if let Some(failure) = &it.failure {
            text += &format!("{name:20} FAILED: {failure}\n");
            continue;
        }
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let (least, most) = (it.times.iter().min(), it.times.iter().max());
        let [least, most] = [least, most].map(|it| it.copied().map_or(0.0, ms));
        let middle = ms(median(&it.times));
        let ratio = ours.map(|ours| middle / 1000.0 / ours);
        let promise = match (it.tool, ratio) {
            (Tool::Copier, Some(ratio)) if files == PROMISE.1 => {
                let kept = ratio * PROMISE.0 >= 1.0;
                is_kept &= kept;
                let word = if kept { "kept" } else { "BROKEN" };
                format!(">= {:.0}: {word}", 1.0 / PROMISE.0)
            }
            _ => String::new(),
        };
        let ratio = ratio.map_or("-".to_string(), |it| format!("{it:.1}"));
        let runs = it.times.len();
        let line = format!(
            "{name:20} {middle:>10.1} {least:>10.1} {most:>10.1} {runs:>6} {ratio:>14}  {promise}"
        );
        text += &format!("{}\n", line.trim_end());
    }
    (text, is_kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_how_many_times_our_time_each_takes() {
        let measured = |tool, ms: &[u64]| Measured {
            tool,
            times: ms.iter().map(|it| Duration::from_millis(*it)).collect(),
            failure: None,
        };
        let all = [
            measured(Tool::Flagstone, &[50, 40, 60]),
            measured(Tool::Copier, &[1500]),
            Measured { failure: Some("no".to_string()), ..measured(Tool::Cruft, &[]) },
        ];
        let (text, is_kept) = table(&all, 300);
        let lines: Vec<Vec<&str>> =
            text.lines().map(|it| it.split_whitespace().collect()).collect();
        assert_eq!(lines[1][2..], ["50.0", "40.0", "60.0", "3", "1.0"]);
        assert_eq!(lines[2][2..], ["1500.0", "1500.0", "1500.0", "1", "30.0", ">=", "20:", "kept"]);
        assert_eq!(lines[3][2..], ["FAILED:", "no"]);
        assert!(is_kept);
        let slow = [measured(Tool::Flagstone, &[100]), measured(Tool::Copier, &[1500])];
        assert!(!table(&slow, 300).1);
        assert!(table(&slow, 100).1);
    }
}
