//! Which Python judges a rendered repository: the one that it names, or another that fits.

use std::path::Path;

use anyhow::Result;

use crate::{program, workspace};

/// What `requires-python` of our golden paths allows.
const FITS: &str = ">=3.11";

/// What to tell uv. A repository's own choice is followed where that Python is here; fetching one
/// would need more than a package registry.
pub(crate) fn choose(repository: &Path) -> Result<Option<(&'static str, &'static str)>> {
    let file = repository.join(".python-version");
    if !file.is_file() {
        return Ok(None);
    }
    let wanted = workspace::read(&file)?;
    let wanted = wanted.trim();
    if program::find(&format!("python{wanted}")).is_some() {
        return Ok(None);
    }
    println!("  there is no Python {wanted} here: judged with one that is {FITS}");
    Ok(Some(("UV_PYTHON", FITS)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_python_that_is_not_here_is_stood_in_for() {
        let folder = workspace::Scratch::new("python").expect("a folder for the test");
        assert_eq!(choose(folder.path()).expect("it can be read"), None);
        fs::write(folder.path().join(".python-version"), "2.0\n").expect("it is written");
        assert_eq!(choose(folder.path()).expect("it can be read"), Some(("UV_PYTHON", FITS)));
    }
}
