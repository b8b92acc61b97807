//! How a run ended, as scripts see it.

/// How a run ended. Scripts depend on these; they never change meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The work is done.
    Done = 0,
    /// A check did its work and has something to say.
    Found = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// A manifest, spec, answer or target is wrong; nothing was written.
    BadInput = 3,
    /// The guard said no.
    Denied = 4,
    /// The disk, git, the network or the terminal failed.
    Outside = 5,
    /// Conflicts are left to be resolved.
    Conflicts = 6,
    /// A mistake of ours.
    Bug = 70,
    /// Ctrl-C.
    Interrupted = 130,
}

/// Of several services' ends, the first of these is that of the run.
const GRAVEST_FIRST: [Exit; 8] = [
    Exit::Bug,
    Exit::Interrupted,
    Exit::Outside,
    Exit::Denied,
    Exit::BadInput,
    Exit::Conflicts,
    Exit::Usage,
    Exit::Found,
];

impl Exit {
    /// The number that the process ends with.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The end of a run over several services.
    pub fn of_all(ends: &[Self]) -> Self {
        GRAVEST_FIRST.into_iter().find(|exit| ends.contains(exit)).unwrap_or(Self::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_end_is_that_of_the_run() {
        assert_eq!(Exit::of_all(&[Exit::Done, Exit::BadInput, Exit::Outside]), Exit::Outside);
        assert_eq!(Exit::of_all(&[Exit::Conflicts, Exit::BadInput]), Exit::BadInput);
        assert_eq!(Exit::of_all(&[Exit::Done]), Exit::Done);
    }
}
