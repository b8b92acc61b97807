//! The marks of a justfile: only what a recipe hands to a shell is a place for one.
//!
//! **Invariant:** no mark that just itself reads, or another program than a shell, has a place of its
//! own.

use super::{
    Inside, Site,
    cursor::{Cursor, all},
    shell,
};

const NO_RECIPE: Site = Site::Inside(Inside::NoRecipe);

/// Every mark of a justfile: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let ended = file(&mut cursor, stem);
    cursor.finish(ended)
}

/// What the indented lines below a line are.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    /// None that are known.
    None,
    /// A recipe, of which no line was read.
    New,
    /// Lines for a shell.
    Shell,
    /// A script for a shell that it names.
    Script(Script),
    /// A script for another program that it names.
    Foreign,
}

/// A script up to where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Script {
    /// What stands before each line of it, and is no part of it.
    margin: String,
    text: String,
}

fn file(cursor: &mut Cursor<'_>, stem: &str) -> Option<()> {
    let (mut body, mut is_script) = (Body::None, false);
    while !cursor.is_done() {
        if cursor.is_at(" ") || cursor.is_at("\t") {
            body = indented(cursor, body, stem)?;
            continue;
        }
        let start = cursor.at();
        let line = cursor.take_line();
        cursor.take("\n");
        cursor.note_since(start, NO_RECIPE);
        if line.trim().is_empty() {
            if let Body::Script(script) = &mut body {
                script.text.push('\n');
            }
            continue;
        }
        if line.starts_with('#') && !matches!(body, Body::Script(_)) {
            continue;
        }
        end(cursor, body, stem)?;
        body = Body::None;
        if line.starts_with('#') {
            continue;
        }
        if is_open(line) || sets_other_shell(line) {
            return None;
        }
        if is_header(line) && !is_script {
            body = Body::New;
        }
        is_script = line.starts_with('[') && (is_script || line.contains("script"));
    }
    end(cursor, body, stem)
}

/// Reads an indented line of a body, and says what the body is then.
fn indented(cursor: &mut Cursor<'_>, body: Body, stem: &str) -> Option<Body> {
    if let Body::Script(mut script) = body {
        let line = cursor.take_line();
        cursor.take("\n");
        let line = match line.trim().is_empty() {
            true => "",
            false => line.strip_prefix(script.margin.as_str())?,
        };
        script.text += line;
        script.text.push('\n');
        return Some(Body::Script(script));
    }
    let start = cursor.at();
    let rest = cursor.rest();
    let begin = rest.trim_start_matches([' ', '\t']);
    if body == Body::New && begin.starts_with("#!") {
        let line = begin.lines().next().unwrap_or_default();
        if runs_shell(line) && !line.contains(stem) && !line.contains("{{") {
            let margin = rest.strip_suffix(begin)?.to_owned();
            cursor.take_line();
            cursor.take("\n");
            return Some(Body::Script(Script { margin, text: format!("{line}\n") }));
        }
    }
    let line = cursor.take_joined(|it| it.ends_with('\\'));
    if line.trim().is_empty() {
        return Some(body);
    }
    // Just joins lines by the last of two backslashes, and a shell doesn't.
    if line.lines().any(|it| it.ends_with("\\\\")) {
        return None;
    }
    let body = match body {
        Body::New if line.trim_start().starts_with("#!") => Body::Foreign,
        Body::New => Body::Shell,
        body => body,
    };
    match &body {
        Body::Shell => {
            let line = line.trim_start().trim_start_matches(['@', '-']);
            for (number, site) in interpolated(line, stem)? {
                cursor.note(number, site);
            }
        }
        Body::Foreign => cursor.note_since(start, Site::Inside(Inside::ForeignScript)),
        Body::None | Body::New | Body::Script(_) => {
            cursor.note_since(start, NO_RECIPE);
            if is_open(&line) {
                return None;
            }
        }
    }
    Some(body)
}

/// Notes the marks of a script that has ended.
fn end(cursor: &mut Cursor<'_>, body: Body, stem: &str) -> Option<()> {
    if let Body::Script(script) = body {
        for (number, site) in interpolated(&script.text, stem)? {
            cursor.note(number, site);
        }
    }
    Some(())
}

/// Whether a line that begins with `#!` names a shell.
fn runs_shell(line: &str) -> bool {
    let mut words = line.trim_start_matches("#!").split_whitespace();
    let first = words.next().unwrap_or_default();
    let program = match first.rsplit('/').next() {
        Some("env") => words.find(|it| !it.starts_with('-')).unwrap_or_default(),
        _ => first,
    };
    shell::is_shell(program)
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

/// The marks of what just hands to a shell, with its own expressions in it.
fn interpolated(text: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let mut cursor = Cursor::new(text, stem);
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
            noted.extend(all(inner, stem, Site::Inside(Inside::JustExpression)));
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
            "a:\n  #!/usr/bin/env bash\n  set -eu\n\n  if true; then\n    echo @ {{x}} '{{{{'\n  fi\n",
            "a:\n\t#!/bin/sh -e\n\tcat <<EOF\n\tit's\n\tEOF\n\techo @\n# it's\nb:\n  echo @",
            "a:\n  #!/usr/bin/env -S bash -e\n  echo a\\\\\n  echo @\nb := 'c'",
        ] {
            assert_eq!(site(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for program in [
            "x := @",
            "a b=@:\n  echo",
            "a:\n  #!/usr/bin/env python3\n  print(@)",
            "a:\n  #!/usr/bin/node -r bash\n  x = @",
            "a:\n  #!/bin/sh\n  echo \"@\"",
            "a:\n  #!/bin/sh\n  cat <<EOF\n  @\n  EOF",
            "a:\n  #!/bin/sh\n  eval @",
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
            "a:\n  #!/bin/sh\n  echo '\n  x @\nb:\n  echo @",
            "a:\n    #!/bin/sh\n  echo @",
            "a:\n  #!/bin/sh\n  echo @ {{ x",
        ] {
            assert_eq!(site(program), Site::Unknown, "{program}");
        }
    }
}
