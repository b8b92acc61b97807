//! The lines above a difference, as git writes them.

use super::{Content, Side};
use crate::tree::BlobId;

/// The digits of an id that git shows.
const DIGITS: usize = 7;

/// The lines above `content`.
pub(super) fn header(
    before: Option<Side<'_>>,
    after: Option<Side<'_>>,
    content: &Content,
) -> Vec<String> {
    let (Some(old), Some(new)) = (before.or(after), after.or(before)) else { return Vec::new() };
    let (from, to) = (named("a/", old), named("b/", new));
    let mut lines = vec![format!("diff --git {from} {to}")];
    match (before, after) {
        (None, _) => lines.push(format!("new file mode {}", new.mode.as_str())),
        (_, None) => lines.push(format!("deleted file mode {}", old.mode.as_str())),
        (Some(_), Some(_)) if old.mode != new.mode => {
            lines.push(format!("old mode {}", old.mode.as_str()));
            lines.push(format!("new mode {}", new.mode.as_str()));
        }
        (Some(_), Some(_)) => {}
    }
    if old.path != new.path {
        if *content == Content::Same {
            lines.push("similarity index 100%".to_owned());
        }
        lines.push(format!("rename from {}", named("", old)));
        lines.push(format!("rename to {}", named("", new)));
    }
    if old.bytes != new.bytes || before.is_none() || after.is_none() {
        lines.push(index(before, after));
    }
    let tab = |name: &str| if name.contains(' ') { "\t" } else { "" };
    let side = |side: Option<Side<'_>>, name: String| match side {
        Some(_) => format!("{name}{}", tab(&name)),
        None => "/dev/null".to_owned(),
    };
    match content {
        Content::Same => {}
        Content::Binary { .. } => {
            let or_nothing = |side: Option<Side<'_>>, name: String| match side {
                Some(_) => name,
                None => "/dev/null".to_owned(),
            };
            let (from, to) = (or_nothing(before, from), or_nothing(after, to));
            lines.push(format!("Binary files {from} and {to} differ"));
        }
        Content::Lines(_) => {
            lines.push(format!("--- {}", side(before, from)));
            lines.push(format!("+++ {}", side(after, to)));
        }
    }
    lines
}

/// The path behind its prefix; in quotes where git would not read it otherwise.
fn named(prefix: &str, side: Side<'_>) -> String {
    let name = format!("{prefix}{}", side.path);
    match name.contains('"') {
        true => format!("\"{}\"", name.replace('"', "\\\"")),
        false => name,
    }
}

fn index(before: Option<Side<'_>>, after: Option<Side<'_>>) -> String {
    let id = |side: Option<Side<'_>>| {
        let id = side.map_or_else(|| "0".repeat(40), |it| BlobId::of(it.bytes).to_string());
        id.chars().take(DIGITS).collect::<String>()
    };
    let mode = match (before, after) {
        (Some(old), Some(new)) if old.mode == new.mode => format!(" {}", new.mode.as_str()),
        _ => String::new(),
    };
    format!("index {}..{}{mode}", id(before), id(after))
}
