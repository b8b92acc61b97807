//! The marks of a justfile: only what a recipe hands to a shell is a place for one.
//!
//! **Invariant:** no mark that just itself reads, or another program than a shell, has a place of its
//! own.

use super::{Inside, Site, cursor::Cursor, shell};

const NO_RECIPE: Site = Site::Inside(Inside::NoRecipe);

/// Every mark of a justfile: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let is_lost = file(&mut cursor, stem).is_none();
    cursor.finish(is_lost)
}

/// What the indented lines below a line are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// None that are known.
    None,
    /// A recipe, of which no line was read.
    New,
    /// Lines for a shell.
    Shell,
    /// A script for a program that it names.
    Script,
}

fn file(cursor: &mut Cursor<'_>, stem: &str) -> Option<()> {
    let (mut body, mut is_script) = (Body::None, false);
    while !cursor.is_done() {
        let start = cursor.at();
        if !cursor.is_at(" ") && !cursor.is_at("\t") {
            let line = cursor.take_line();
            cursor.take("\n");
            cursor.note_since(start, NO_RECIPE);
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if is_open(line) || sets_other_shell(line) {
                return None;
            }
            let is_attribute = line.starts_with('[');
            body = if is_header(line) && !is_script { Body::New } else { Body::None };
            is_script = is_attribute && (is_script || line.contains("script"));
            continue;
        }
        let line = logical(cursor);
        // Just joins lines by the last of two backslashes, and a shell doesn't.
        if line.trim().is_empty() {
            continue;
        }
        if line.lines().any(|it| it.ends_with("\\\\")) {
            return None;
        }
        if body == Body::New {
            body = if line.trim_start().starts_with("#!") { Body::Script } else { Body::Shell };
        }
        if body == Body::Shell {
            for (number, site) in recipe(&line, stem)? {
                cursor.note(number, site);
            }
        } else {
            let site = match body {
                Body::Script => Site::Inside(Inside::ForeignScript),
                _ => NO_RECIPE,
            };
            cursor.note_since(start, site);
            if body == Body::None && is_open(&line) {
                return None;
            }
        }
    }
    Some(())
}

/// Reads a line, with those that it goes on in.
fn logical(cursor: &mut Cursor<'_>) -> String {
    let mut whole = String::new();
    loop {
        let line = cursor.take_line();
        whole += line;
        if !cursor.take("\n") || !line.ends_with('\\') {
            return whole;
        }
        whole.push('\n');
    }
}

/// Whether a text may go on behind the line.
fn is_open(line: &str) -> bool {
    ["'''", "\"\"\"", "```"].iter().any(|it| line.contains(it))
        || ['\'', '"', '`'].iter().any(|it| line.matches(*it).count() % 2 == 1)
}

/// Whether a setting lets something else than a shell run recipes.
fn sets_other_shell(line: &str) -> bool {
    // What is imported may set another one.
    if line.starts_with("import") && !line.contains(":=") {
        return true;
    }
    let setting = line.strip_prefix("set").filter(|it| it.starts_with([' ', '\t']));
    let Some(setting) = setting.map(str::trim_start) else { return false };
    let program = setting.split(['"', '\'']).nth(1).unwrap_or_default();
    let is_shell = shell::is_shell(program);
    setting.trim_start().starts_with("windows-")
        || (setting.trim_start().starts_with("shell") && !is_shell)
}

/// Whether a line begins a recipe.
fn is_header(line: &str) -> bool {
    let words = ["set ", "alias ", "export ", "import ", "import? ", "mod ", "mod? ", "unexport "];
    line.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '_' | '@'))
        && !words.iter().any(|it| line.starts_with(it))
        && line.contains(':')
        && !line.contains(":=")
}

/// The marks of one line of a recipe.
fn recipe(line: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let line = line.trim_start().trim_start_matches(['@', '-']);
    let mut cursor = Cursor::new(line, stem);
    let (mut script, mut noted) = (String::new(), Vec::new());
    while !cursor.is_done() {
        if cursor.take("{{{{") {
            script += "{{";
        } else if cursor.take("{{") {
            let inner = cursor.rest();
            let end = inner.find("}}")?;
            let inner = inner.get(..end)?;
            if is_open(inner) || !cursor.take_past("}}") {
                return None;
            }
            let mut inside = Cursor::new(inner, stem);
            inside.take_while(|_| true);
            inside.note_since(0, Site::Inside(Inside::JustExpression));
            noted.extend(inside.finish(false));
            script.push('_');
        } else {
            script.extend(cursor.bump());
        }
    }
    noted.extend(shell::sites(&script, stem));
    Some(noted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(program: &str) -> Site {
        crate::template::code::tests::at(program, sites)
    }

    #[test]
    fn words_of_recipes_have_places_of_their_own() {
        for program in [
            "a:\n  echo @",
            "# don't\nset shell := [\"bash\", \"-uc\"]\nx := 'y'\n\n[private]\na b='c': d\n    cmd {{x}} \\\n      @\n\n    echo $(cmd @) '{{{{'",
            "a:\n  #!/usr/bin/env python3\n  print('it')\nb:\n  echo @",
        ] {
            assert_eq!(site(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for program in [
            "x := @",
            "a b=@:\n  echo",
            "a:\n  #!/bin/sh\n  echo @",
            "[script('python3')]\na:\n  echo @",
            "[script]\n[private]\na:\n  echo @",
            "a:\n  echo \"@\"",
            "a:\n  echo {{ x + @ }}",
            "# @",
            "x := 'y'\n  echo @",
        ] {
            assert!(matches!(site(program), Site::Inside(_)), "{program} {:?}", site(program));
        }
        for program in [
            "set shell := [\"python3\", \"-c\"]\na:\n  echo @",
            "set windows-shell := [\"pwsh\"]\na:\n  echo @",
            "x := '''\na:\n  echo @\n'''",
            "x := 'a\nb:\n  echo @\n'",
            "a:\n  echo @ {{ x",
        ] {
            assert_eq!(site(program), Site::Unknown, "{program}");
        }
    }
}
