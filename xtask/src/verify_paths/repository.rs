//! The repository that is judged: what `flagstone new` makes of a case.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use super::{
    catalog::{Case, GoldenPath},
    means::Means,
};
use crate::program;

/// Makes the repository that is judged.
pub(super) fn render(
    means: &Means,
    path: &GoldenPath,
    case: &Case,
    repository: &Path,
) -> Result<()> {
    let mut render = means.isolated(Command::new(&means.flagstone))?;
    render.arg("new").arg(format!("{}@={}", path.name, path.version));
    render.arg(repository).args(case.flags()).args(&means.catalog).args(["--defaults", "--yes"]);
    println!("$ {}", program::shown(&render));
    program::must(&mut render)?;
    if !repository.join(".git").is_dir() {
        bail!("`new` succeeded and made no repository");
    }
    Ok(())
}

/// Nothing untracked and nothing changed.
pub(super) fn clean(repository: &Path, when: &str) -> Result<()> {
    let mut status = Command::new("git");
    status.current_dir(repository).args(["status", "--porcelain"]);
    let said = program::must(&mut status)?.stdout;
    if !said.is_empty() {
        bail!("the tree is not clean {when}:\n{}", String::from_utf8_lossy(&said).trim_end());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::workspace;

    #[test]
    fn an_edit_makes_a_repository_unclean() {
        let folder = workspace::target().join("tmp/xtask-verify-clean");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        program::must(Command::new("git").current_dir(&folder).args(["init", "-q"])).expect("git");
        clean(&folder, "at first").expect("an empty repository is clean");
        fs::write(folder.join("new.txt"), "x").expect("a file for the test");
        let error = clean(&folder, "after the build").expect_err("there is a new file");
        assert_eq!(error.to_string(), "the tree is not clean after the build:\n?? new.txt");
    }
}
