//! The list of differences in `docs/policies.md`: what is known, no less and no more.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::workspace;

const BEGIN: &str = "<!-- Differences: written by `cargo xtask opa --write`. -->\n";
const END: &str = "<!-- End of the differences. -->\n";

/// A record of which is known that we answer otherwise than OPA.
pub(super) struct Known {
    pub(super) call: String,
    pub(super) opa: Value,
    pub(super) ours: Value,
}

/// Whether the list holds exactly these; with `writes` it does afterwards.
pub(super) fn is_current(known: &[Known], writes: bool) -> Result<bool> {
    let path = workspace::root().join("docs/policies.md");
    let text = workspace::read(&path)?;
    let (before, rest) = text.split_once(BEGIN).context("docs/policies.md has no list")?;
    let (list, after) = rest.split_once(END).context("the list in docs/policies.md has no end")?;
    let wanted = table(known);
    if list == wanted {
        return Ok(true);
    }
    if writes {
        fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}"))?;
        return Ok(true);
    }
    println!(
        "docs/policies.md lists other differences than these; `cargo xtask opa --write`\n{wanted}"
    );
    Ok(false)
}

fn table(known: &[Known]) -> String {
    let code = |it: &str| format!("`{}`", it.replace('|', "\\|"));
    let value = |it: &Value| match it {
        Value::String(text) if text == "refused" => "fails the guard".to_owned(),
        other => code(&other.to_string()),
    };
    let row =
        |it: &Known| format!("| {} | {} | {} |\n", code(&it.call), value(&it.opa), value(&it.ours));
    let head = "| asked | OPA | here |\n|---|---|---|\n".to_owned();
    [head].into_iter().chain(known.iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_refused_is_said_in_words() {
        let known = |ours| Known { call: "f(\"a|b\")".to_owned(), opa: json!("x"), ours };
        let told = table(&[known(json!("refused")), known(json!(1))]);
        let rows: Vec<_> = told.lines().skip(2).collect();
        let call = r#"| `f("a\|b")` | `"x"` |"#;
        assert_eq!(rows, [format!("{call} fails the guard |"), format!("{call} `1` |")]);
    }
}
