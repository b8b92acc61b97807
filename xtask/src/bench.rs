//! `cargo xtask bench`: how fast we are, beside the floor and beside the peers, in one run.
//!
//! Contestants take turns (A B C, A B C, …), so that a busy moment hits all of them; what counts is
//! the median. A run whose result is not what was asked for is a failure and no measurement.

mod check;
mod floor;
mod guard;
mod lint;
mod measure;
mod peers;
mod preview;
mod start;
mod template;
mod upgrade;

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{Chore, Outcome, program, workspace};
use measure::{Memory, median};
use template::{Content, NAME, OWNER, Templates};

pub(crate) const CHORE: Chore = Chore {
    name: "bench",
    usage: "bench new [--files N,N] [--rounds N] [--program FILE] [--in DIR] | upgrade [--cases|--times] [--files N,N] [--keep] [--program FILE] [--in DIR] | check [--program FILE] | preview [--program FILE] | guard [--program FILE [--before FILE]] | start | lint | --install",
    what: "measure us, the floor and the peers; --install fetches the peers into the target folder",
    run,
};

/// Sizes in files, and how many rounds each gets.
const SIZES: &[(usize, usize)] = &[(100, 9), (1_000, 7), (10_000, 3)];

fn run(arguments: &[String]) -> Result<Outcome> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--install"] => peers::install(),
        ["start"] => start::run(&build()?),
        ["lint"] => lint::run(&build()?),
        ["new", options @ ..] => match Options::read(options) {
            Some(options) => new(&options),
            None => Ok(Outcome::Usage),
        },
        ["upgrade", options @ ..] => match upgrade::Options::read(options) {
            Some(options) => upgrade::run(&options),
            None => Ok(Outcome::Usage),
        },
        ["check"] => check::run(None),
        ["check", "--program", program] => check::run(Some(program.as_ref())),
        ["guard"] => guard::run(None, None),
        ["guard", "--program", program] => guard::run(Some(program.as_ref()), None),
        ["guard", "--program", program, "--before", before] => {
            guard::run(Some(program.as_ref()), Some(before.as_ref()))
        }
        ["preview"] => preview::run(None),
        ["preview", "--program", program] => preview::run(Some(program.as_ref())),
        _ => Ok(Outcome::Usage),
    }
}

/// What to measure: sizes with their rounds.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    sizes: Vec<(usize, usize)>,
    /// Another build of ours to measure, such as an earlier release.
    program: Option<PathBuf>,
    /// The file system to write to; the target folder's where nothing is said.
    folder: Option<PathBuf>,
}

impl Options {
    fn read(words: &[&str]) -> Option<Self> {
        let mut sizes = SIZES.to_vec();
        let (mut rounds, mut program, mut folder) = (None, None, None);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--files" => {
                    let counts = words.next()?.split(',').map(|it| it.parse().ok());
                    let counts: Vec<usize> = counts.collect::<Option<_>>()?;
                    sizes = counts.into_iter().map(|it| (it, rounds_for(it))).collect();
                }
                "--rounds" => rounds = Some(words.next()?.parse().ok().filter(|it| *it > 0)?),
                "--program" => program = Some(PathBuf::from(words.next()?)),
                "--in" => folder = Some(PathBuf::from(words.next()?)),
                _ => return None,
            }
        }
        if let Some(rounds) = rounds {
            sizes.iter_mut().for_each(|size| size.1 = rounds);
        }
        Some(Self { sizes, program, folder })
    }
}

fn rounds_for(files: usize) -> usize {
    SIZES.iter().find(|(size, _)| files <= *size).map_or(3, |(_, rounds)| *rounds)
}

/// Another build of ours to measure, or the one of this work tree; it is started in other folders.
fn given_or_built(program: Option<&Path>) -> Result<PathBuf> {
    let Some(program) = program else { return build() };
    fs::canonicalize(program).with_context(|| format!("there is no `{}`", program.display()))
}

/// Builds the program as it is released.
fn build() -> Result<PathBuf> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root());
    build.args(["build", "--release", "--locked", "--package", "flagstone"]);
    if !program::run(&mut build)?.success() {
        bail!("flagstone does not build");
    }
    Ok(workspace::target().join("release/flagstone"))
}

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contestant {
    Flagstone,
    Floor,
    TarGit,
    Copier,
    Cookiecutter,
    CargoGenerate,
}

const CONTESTANTS: &[Contestant] = &[
    Contestant::Flagstone,
    Contestant::Floor,
    Contestant::TarGit,
    Contestant::Copier,
    Contestant::Cookiecutter,
    Contestant::CargoGenerate,
];

impl Contestant {
    fn name(self) -> &'static str {
        match self {
            Self::Flagstone => "flagstone new",
            Self::Floor => "parallel write (floor)",
            Self::TarGit => "untar + git",
            Self::Copier => "copier + git",
            Self::Cookiecutter => "cookiecutter + git",
            Self::CargoGenerate => "cargo-generate + git",
        }
    }

    /// The program to be found in the peers' environment.
    fn peer(self) -> Option<&'static str> {
        match self {
            Self::Flagstone | Self::Floor | Self::TarGit => None,
            Self::Copier => Some("copier"),
            Self::Cookiecutter => Some("cookiecutter"),
            Self::CargoGenerate => Some("cargo-generate"),
        }
    }

    /// What our time may be as a multiple of this one's: what `docs/` promises.
    fn promise(self) -> Option<f64> {
        match self {
            Self::Floor => Some(1.7),
            Self::TarGit => Some(0.3),
            Self::Copier => Some(1.0 / 60.0),
            Self::CargoGenerate => Some(1.0 / 20.0),
            Self::Flagstone | Self::Cookiecutter => None,
        }
    }

    /// The command that makes a committed repository at `target`; the floor has none.
    fn command(self, arena: &Arena, target: &Path) -> Option<Command> {
        let git = "git init -q && git add -A && git commit -q -m x";
        let mut command = match self {
            Self::Floor => return None,
            Self::Flagstone => {
                let mut command = Command::new(&arena.flagstone);
                command
                    .args(["new", "bench"])
                    .arg(target)
                    .arg("--catalog")
                    .arg(&arena.templates.catalog);
                command.arg("--set").arg(format!("name={NAME}"));
                command.arg("--set").arg(format!("owner={OWNER}"));
                // The target folder lies in our own work tree.
                command.args(["--separate", "--defaults", "--yes"]);
                command
            }
            Self::TarGit => {
                let script = format!(r#"mkdir "$2" && tar -xf "$1" -C "$2" && cd "$2" && {git}"#);
                shell(&script, &[&arena.templates.archive, target])
            }
            Self::Copier => {
                let script = format!(
                    r#""$1" copy --quiet --defaults -d name={NAME} -d "owner={OWNER}" "$2" "$3" && cd "$3" && {git}"#
                );
                shell(&script, &[&peers::find("copier")?, &arena.templates.copier, target])
            }
            Self::Cookiecutter => {
                let script = format!(
                    r#""$1" --no-input -o "$3" "$2" name={NAME} "owner={OWNER}" && cd "$3/{NAME}" && {git}"#
                );
                shell(
                    &script,
                    &[&peers::find("cookiecutter")?, &arena.templates.cookiecutter, target],
                )
            }
            Self::CargoGenerate => {
                let script = format!(
                    r#"mkdir "$3" && "$1" generate --silent --vcs none --path "$2" --name {NAME} -d "owner={OWNER}" --destination "$3" && cd "$3/{NAME}" && {git}"#
                );
                let program = peers::find("cargo-generate")?;
                shell(&script, &[&program, &arena.templates.cargo_generate, target])
            }
        };
        command.current_dir(&arena.runs).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("HOME", &arena.home).env("GIT_CONFIG_GLOBAL", arena.home.join(".gitconfig"));
        Some(command)
    }

    /// Where the repository lies afterwards: two peers make a folder of their own below.
    fn made(self, target: &Path) -> PathBuf {
        match self {
            Self::Cookiecutter | Self::CargoGenerate => target.join(NAME),
            Self::Flagstone | Self::Floor | Self::TarGit | Self::Copier => target.to_path_buf(),
        }
    }
}

fn shell(script: &str, arguments: &[&Path]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).args(arguments);
    command
}

/// Where a race takes place: one size and content, everybody's template of it, and an empty home.
struct Arena {
    flagstone: PathBuf,
    templates: Templates,
    expected: BTreeMap<String, Vec<u8>>,
    home: PathBuf,
    runs: PathBuf,
    run: Cell<usize>,
}

impl Arena {
    fn open(flagstone: &Path, folder: &Path, count: usize, content: Content) -> Result<Self> {
        let (home, runs) = (folder.join("home"), folder.join("runs"));
        fs::create_dir_all(&home)?;
        fs::create_dir_all(&runs)?;
        // No background work of git's in anybody's time.
        let settings = "[user]\n\tname = Bench\n\temail = bench@localhost\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";
        fs::write(home.join(".gitconfig"), settings)?;
        let files = template::files(count, content);
        let templates = template::write(&folder.join("templates"), &files)?;
        let expected = template::expected(&files);
        let (flagstone, run) = (flagstone.to_path_buf(), Cell::new(0));
        Ok(Self { flagstone, templates, expected, home, runs, run })
    }

    /// A folder for one run. None is removed before the end: ext4 is slow to give away inodes that
    /// were freed a moment ago, and that would be in the next one's time.
    fn fresh(&self) -> Result<PathBuf> {
        self.run.set(self.run.get() + 1);
        let folder = self.runs.join(format!("run-{}", self.run.get()));
        fs::create_dir_all(&folder)?;
        Ok(folder.join("target"))
    }

    /// One run: its time, with its result checked.
    fn race(&self, contestant: Contestant) -> Result<Duration> {
        let target = self.fresh()?;
        // What others have written must not be flushed in this one's time.
        program::must(&mut Command::new("sync"))?;
        let time = match contestant.command(self, &target) {
            Some(mut command) => measure::time(&mut command)?,
            None => floor::write(&target, &self.expected)?,
        };
        let made = contestant.made(&target);
        measure::check_made(&made, &self.expected)?;
        if contestant != Contestant::Floor {
            measure::check_committed(&made)?;
        }
        Ok(time)
    }

    /// The peak of memory of a run.
    fn peak(&self, contestant: Contestant, memory: Memory) -> Result<Option<u64>> {
        let target = self.fresh()?;
        let Some(command) = contestant.command(self, &target) else { return Ok(None) };
        memory.peak(&command)
    }
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("failed to remove `{}`", folder.display()))?;
    }
    Ok(())
}

/// What was measured of one contestant.
struct Measured {
    contestant: Contestant,
    times: Vec<Duration>,
    peak: Option<u64>,
    failure: Option<String>,
}

fn new(options: &Options) -> Result<Outcome> {
    let flagstone = given_or_built(options.program.as_deref())?;
    let memory = Memory::here();
    let missing = |it: &&Contestant| it.peer().is_some_and(|peer| peers::find(peer).is_none());
    for contestant in CONTESTANTS {
        if let Some(peer) = contestant.peer() {
            match peers::find(peer) {
                Some(program) => println!("{peer}: {}", peers::version(&program)),
                None => println!("SKIPPED: {peer}, see `cargo xtask bench --install`"),
            }
        }
    }
    println!("{}", memory.how());
    println!("{} processors", std::thread::available_parallelism()?);
    let taking_part: Vec<Contestant> =
        CONTESTANTS.iter().filter(|it| !missing(it)).copied().collect();
    let mut good = true;
    let folder = options.folder.clone().unwrap_or_else(workspace::target).join("flagstone-bench");
    remove(&folder)?;
    for (files, rounds) in &options.sizes {
        for content in [Content::HalfYaml, Content::Text] {
            let name = format!("{files}-{}", content.name().replace(' ', "-"));
            let arena = Arena::open(&flagstone, &folder.join(name), *files, content)?;
            let measured = race(&arena, &taking_part, *rounds, memory);
            let bytes: usize = arena.expected.values().map(Vec::len).sum();
            let title =
                format!("{files} files, {}, {} KiB, {rounds} rounds", content.name(), bytes / 1024);
            print!("\n{title}\n{}", table(&measured, bytes));
            good &= measured.iter().all(|it| it.failure.is_none());
        }
    }
    remove(&folder)?;
    Ok(if good { Outcome::Good } else { Outcome::Bad })
}

/// Round after round, everybody in turn; who fails once is out, and it is said why.
fn race(arena: &Arena, contestants: &[Contestant], rounds: usize, memory: Memory) -> Vec<Measured> {
    let mut measured: Vec<Measured> = contestants
        .iter()
        .map(|it| Measured { contestant: *it, times: Vec::new(), peak: None, failure: None })
        .collect();
    // The first round warms the caches and is not counted.
    for round in 0..=rounds {
        for it in measured.iter_mut().filter(|it| it.failure.is_none()) {
            match arena.race(it.contestant) {
                Ok(time) if round > 0 => it.times.push(time),
                Ok(_) => {}
                Err(error) => it.failure = Some(format!("{error:#}")),
            }
        }
    }
    for it in measured.iter_mut().filter(|it| it.failure.is_none()) {
        match arena.peak(it.contestant, memory) {
            Ok(peak) => it.peak = peak,
            Err(error) => it.failure = Some(format!("{error:#}")),
        }
    }
    measured
}

/// The results as a table: medians, the spread, and how we stand to each.
fn table(measured: &[Measured], bytes: usize) -> String {
    let ours = measured.iter().find(|it| it.contestant == Contestant::Flagstone);
    let ours = ours.filter(|it| it.failure.is_none()).map(|it| median(&it.times));
    let mut text = format!(
        "{:24} {:>10} {:>10} {:>10} {:>10} {:>9} {:>16}\n",
        "", "median ms", "least", "most", "peak MiB", "us / it", "promise"
    );
    for it in measured {
        let name = it.contestant.name();
        if let Some(failure) = &it.failure {
            text.push_str(&format!("{name:24} FAILED: {failure}\n"));
            continue;
        }
        let ms = |time: Option<&Duration>| time.map_or(0.0, |it| it.as_secs_f64() * 1000.0);
        let middle = median(&it.times);
        let ratio = ours.map(|ours| ours.as_secs_f64() / middle.as_secs_f64());
        let promise = match (it.contestant.promise(), ratio) {
            (None, _) => String::new(),
            (Some(promise), None) => format!("<= {promise:.3}: ?"),
            (Some(promise), Some(ratio)) => {
                format!("<= {promise:.3}: {}", if ratio <= promise { "kept" } else { "BROKEN" })
            }
        };
        text.push_str(&format!(
            "{name:24} {:>10.1} {:>10.1} {:>10.1} {:>10} {:>9} {promise:>16}\n",
            ms(Some(&middle)),
            ms(it.times.iter().min()),
            ms(it.times.iter().max()),
            it.peak.map_or("-".to_string(), |peak| format!("{:.1}", peak as f64 / 1024.0)),
            ratio.map_or("-".to_string(), |ratio| format!("{ratio:.3}")),
        ));
    }
    let peak =
        measured.iter().find(|it| it.contestant == Contestant::Flagstone).and_then(|it| it.peak);
    if let Some(peak) = peak {
        let ratio = peak as f64 * 1024.0 / bytes as f64;
        text.push_str(&format!("our peak memory is {ratio:.1} times the rendered bytes\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_rounds_can_be_chosen() {
        assert_eq!(
            Options::read(&[]),
            Some(Options { sizes: SIZES.to_vec(), program: None, folder: None })
        );
        assert_eq!(
            Options::read(&["--files", "50,5000"]),
            Some(Options { sizes: vec![(50, 9), (5000, 3)], program: None, folder: None })
        );
        assert_eq!(
            Options::read(&["--rounds", "2", "--files", "10", "--program", "x"]),
            Some(Options { sizes: vec![(10, 2)], program: Some(PathBuf::from("x")), folder: None })
        );
        for wrong in [&["--files"][..], &["--files", "x"], &["--rounds", "0"], &["more"]] {
            assert_eq!(Options::read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_table_says_what_is_kept_broken_and_failed() {
        let measured = |contestant, ms: &[u64]| Measured {
            contestant,
            times: ms.iter().map(|it| Duration::from_millis(*it)).collect(),
            peak: None,
            failure: None,
        };
        let text = table(
            &[
                measured(Contestant::Flagstone, &[60, 50, 70]),
                measured(Contestant::Floor, &[40]),
                measured(Contestant::TarGit, &[120, 140]),
                Measured { failure: Some("no".to_string()), ..measured(Contestant::Copier, &[]) },
            ],
            1000,
        );
        let lines: Vec<Vec<&str>> =
            text.lines().map(|it| it.split_whitespace().collect()).collect();
        assert_eq!(lines[1][2..], ["60.0", "50.0", "70.0", "-", "1.000"]);
        assert_eq!(lines[2][3..], ["40.0", "40.0", "40.0", "-", "1.500", "<=", "1.700:", "kept"]);
        assert_eq!(
            lines[3][3..],
            ["130.0", "120.0", "140.0", "-", "0.462", "<=", "0.300:", "BROKEN"]
        );
        assert_eq!(lines[4][3..], ["FAILED:", "no"]);
    }
}
