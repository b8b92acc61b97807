//! What a run of `cargo xtask verify-paths` is asked for.

use std::path::PathBuf;

use super::catalog::Case;

/// The case that every run judges.
pub(super) const DEFAULTS: &str = "defaults";

/// What is verified.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// One golden path, or each.
    pub(super) path: Option<String>,
    /// Every version and case, and not only the newest one's `defaults`.
    pub(super) all: bool,
    /// This case instead of `defaults`.
    pub(super) case: Option<String>,
    /// A catalog in a folder instead of ours.
    pub(super) catalog: Option<PathBuf>,
    /// A program that is already built.
    pub(super) program: Option<PathBuf>,
    /// Only the judges that run the service, without the `verify` commands.
    pub(super) running: bool,
    /// Only the judges that read.
    pub(super) reading: bool,
    /// Write the table of what was found, which needs every case.
    pub(super) write: bool,
    /// Do not build and run again what an earlier run found good, where nothing that decides it has changed.
    pub(super) resume: bool,
    /// Take one judge's planted fault away, to see that the run fails.
    pub(super) without_canary: Option<String>,
    /// Only the planted faults: each is found, and missed once it is taken away.
    pub(super) canaries: bool,
    /// Images too: up to minutes for each, and a gigabyte; `all` judges those of `defaults`.
    pub(super) images: bool,
}

impl Options {
    /// Reads the arguments; none if they are not known.
    pub(super) fn parse(arguments: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--all" => options.all = true,
                "--images" => options.images = true,
                "--running" => options.running = true,
                "--reading" => options.reading = true,
                "--canaries" => options.canaries = true,
                "--write" => options.write = true,
                "--resume" => options.resume = true,
                "--without-canary" => options.without_canary = Some(rest.next()?.clone()),
                "--program" => options.program = Some(rest.next()?.into()),
                "--case" => options.case = Some(rest.next()?.clone()),
                "--catalog" => options.catalog = Some(rest.next()?.into()),
                name if !name.starts_with('-') && options.path.is_none() => {
                    options.path = Some(name.to_string());
                }
                _ => return None,
            }
        }
        let is_part = options.path.is_some() || options.case.is_some() || options.catalog.is_some();
        let is_odd = options.write && (is_part || !options.all || options.running);
        let is_nothing = options.reading && options.running;
        let is_narrowed = is_part || options.all || options.reading || options.running;
        let is_other = is_narrowed || options.resume || options.without_canary.is_some();
        let is_mixed = options.canaries && (is_other || options.write);
        (!is_odd && !is_nothing && !is_mixed).then_some(options)
    }

    /// Whether images are built.
    pub(super) fn builds_images(&self) -> bool {
        !self.reading && (self.images || self.all)
    }

    /// Whether a case is verified.
    pub(super) fn wants(&self, case: &Case) -> bool {
        match &self.case {
            Some(name) => case.name == *name,
            None => !case.is_refused && (self.all || case.name == DEFAULTS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_written_by_a_whole_run_alone() {
        let known = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
            Options::parse(&words).is_some()
        };
        assert!(known("--all --write") && known("--all --reading --write") && known("x --reading"));
        assert!(
            !known("--write") && !known("x --all --write") && !known("--all --running --write")
        );
        assert!(!known("--reading --running") && !known("--without-canary"));
    }

    #[test]
    fn arguments_say_what_is_verified() {
        let parse = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
            Options::parse(&words)
        };
        let options = parse("rust-service --case postgres --catalog x --all").expect("it is known");
        assert_eq!(options.path.as_deref(), Some("rust-service"));
        assert_eq!(options.case.as_deref(), Some("postgres"));
        assert!(options.all && options.catalog.is_some() && !options.running);
        assert_eq!(parse(""), Some(Options::default()));
        assert!(parse("--canaries --images --program x").is_some_and(|it| it.canaries));
        for wrong in ["--canaries x", "--canaries --all", "--canaries --without-canary drain"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        for wrong in ["--catalog", "--fast", "a b"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
