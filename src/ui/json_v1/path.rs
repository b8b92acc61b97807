//! The documents of the commands for authors of golden paths.

use serde::Serialize;

use super::{FORMAT, File};
use crate::{plan::Plan, ui::human::Previewed};

/// Files that were written beside a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenFiles {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The files, from the working folder.
    pub files: Vec<String>,
}

impl WrittenFiles {
    /// These files.
    pub const fn new(files: Vec<String>) -> Self {
        Self { format: FORMAT, files }
    }
}

/// What a version makes with the answers of a case.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The golden path or layer.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The case whose answers were taken; none where there is none.
    pub case: Option<String>,
    /// The files in the order of their paths.
    pub files: Vec<File>,
}

impl Preview {
    /// What is shown, and the plan that it comes from.
    pub fn new(previewed: &Previewed<'_>, plan: &Plan) -> Self {
        let files = plan.files.iter();
        Self {
            format: FORMAT,
            name: previewed.name.to_owned(),
            version: previewed.version.to_string(),
            case: previewed.case.map(str::to_owned),
            files: files
                .map(|(path, it)| File::new(path, &it.entry, &it.ownership, Some(&it.source)))
                .collect(),
        }
    }
}
