//! The marks of a Makefile: only what a recipe hands to a shell is a place for one.
//!
//! **Invariant:** no mark that make itself reads has a place of its own.

use super::{
    Inside, Site,
    cursor::{Cursor, all},
    shell,
};

/// Lines that may stand between a target and its recipe.
const CONDITIONS: [&str; 6] = ["ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"];

/// Every mark of a Makefile: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let ended = file(&mut cursor, stem);
    cursor.finish(ended)
}

fn file(cursor: &mut Cursor<'_>, stem: &str) -> Option<()> {
    let (mut has_target, mut definitions) = (false, 0_usize);
    while !cursor.is_done() {
        let start = cursor.at();
        let is_recipe = has_target && definitions == 0 && cursor.is_at("\t");
        let line = cursor.take_joined(goes_on);
        if is_recipe {
            for (number, site) in recipe(&line, stem)? {
                cursor.note(number, site);
            }
            continue;
        }
        cursor.note_since(start, Site::Inside(Inside::NoRecipe));
        let words: Vec<&str> = line.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        let is_comment = first.starts_with('#');
        if !is_comment && words.iter().take(3).any(|it| *it == "define") {
            definitions += 1;
            has_target = false;
        } else if first == "endef" {
            definitions = definitions.checked_sub(1)?;
        } else if !first.is_empty() && !first.starts_with('#') && !CONDITIONS.contains(&first) {
            if reads_otherwise(&line) {
                return None;
            }
            has_target = is_target(&line, first);
        }
    }
    (definitions == 0).then_some(())
}

/// Whether the next line is a part of this one: make takes two backslashes for one that is none.
fn goes_on(line: &str) -> bool {
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    !backslashes.is_multiple_of(2)
}

/// Whether a line changes what recipes are, or what runs them.
fn reads_otherwise(line: &str) -> bool {
    let is_other = || {
        let Some((name, value)) = line.split_once('=') else { return false };
        let value = value.split('#').next().unwrap_or_default();
        let mut words = value.split_whitespace().map(|it| it.rsplit('/').next().unwrap_or(it));
        let program = words.find(|it| *it != "env").unwrap_or_default();
        name.contains("SHELL") && !name.contains(".SHELLFLAGS") && !shell::is_shell(program)
    };
    line.contains(".ONESHELL") || line.contains(".RECIPEPREFIX") || is_other()
}

/// Whether recipes may follow a line.
fn is_target(line: &str, first: &str) -> bool {
    line.contains(':')
        && !line.contains('=')
        && !["include", "-include", "sinclude", "export", "unexport", "vpath"].contains(&first)
}

/// The marks of one line of a recipe.
fn recipe(line: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let line = line.trim_start_matches(['\t', ' ', '@', '-', '+']);
    let mut cursor = Cursor::new(line, stem);
    let (mut script, mut noted) = (String::new(), Vec::new());
    while let Some(character) = cursor.bump() {
        if character != '$' {
            script.push(character);
            continue;
        }
        if let Some(number) = cursor.take_mark() {
            noted.push((number, Site::Beside("`$`")));
            continue;
        }
        match cursor.bump()? {
            '$' => script.push('$'),
            open @ ('(' | '{') => {
                let inner = reference(&mut cursor, open)?;
                noted.extend(all(inner, stem, Site::Inside(Inside::MakeReference)));
                script.push('_');
            }
            _ => script.push('_'),
        }
    }
    noted.extend(shell::sites(&script, stem));
    Some(noted)
}

/// Reads up to the end of a reference.
fn reference<'t>(cursor: &mut Cursor<'t>, open: char) -> Option<&'t str> {
    let close = if open == '(' { ')' } else { '}' };
    let (rest, mut depth) = (cursor.rest(), 0_usize);
    loop {
        let end = rest.len() - cursor.rest().len();
        match cursor.bump()? {
            it if it == open => depth += 1,
            it if it == close && depth == 0 => return rest.get(..end),
            it if it == close => depth -= 1,
            _ => {}
        }
    }
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
            "a:\n\techo @",
            ".PHONY: a\na: b # don't\n\t§echo $$x \\\n\t  @ $(FOO) \"$${y}\"\n\n# it's\n\techo @",
            "# define the image\na:\n\techo @",
            "a:\nifeq (x,y)\n\t-echo @\nelse\n\t§echo @\nendif\n",
            "SHELL := /bin/bash\n.SHELLFLAGS := -eu -c\nX := don't\na: b\n\tcmd $$(x @) > @",
        ] {
            assert_eq!(site(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn what_make_reads_or_a_shell_reads_otherwise_is_refused() {
        for program in [
            "X := @",
            "X = $(shell echo @)",
            "a: @\n\tx",
            "a: ; echo @",
            "\techo @",
            "X = y\n\techo @",
            "a:\n\techo \"@\"",
            "a:\n\techo $(shell @)",
            "a:\n\techo ${x:@}",
            "a:\n\techo $@",
            "define x\na:\n\techo @\nendef",
            "a: X = y\n\techo @",
            "# a \\\na:\n\t@",
            "ifeq (@,a)\nendif",
        ] {
            assert!(
                matches!(site(program), Site::Inside(_) | Site::Beside(_)),
                "{program} {:?}",
                site(program)
            );
        }
    }

    #[test]
    fn what_is_not_followed_has_no_place() {
        for program in [
            ".ONESHELL:\na:\n\techo @",
            "SHELL := python\na:\n\techo @",
            "a:\n\techo @ '",
            "a:\n\techo @ $(x",
            "a:\n\techo @\ndefine x\n",
        ] {
            assert_eq!(site(program), Site::Unknown, "{program}");
        }
    }
}
