//! What a team does to its files, as a case says it.

use crate::{
    case::{Edit, Expected},
    diag::Diagnostic,
    name,
    tree::{Entry, RepoPath, Tree},
};

/// The files with a team's edits, in their order.
///
/// # Errors
/// Every edit that can't be made, at its place.
pub fn edited(mut files: Tree, edits: &[Expected<Edit>]) -> Result<Tree, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    for Expected { value, place } in edits {
        if let Err(mistake) = edit(&mut files, value) {
            mistakes.push(mistake.at(place.clone()));
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

fn edit(files: &mut Tree, edit: &Edit) -> Result<(), Diagnostic> {
    match edit {
        Edit::Write { path, text } => {
            let entry = Entry::file(text.as_bytes());
            let mode = files.get(path).map_or(entry.mode, |it| it.mode);
            files.insert(path.clone(), Entry { mode, ..entry });
        }
        Edit::Replace { path, find, with } => {
            let entry = there(files, path)?;
            let text = entry.text().unwrap_or_default();
            let found = text.matches(find.as_str()).count();
            if found != 1 {
                let message = match found {
                    0 => format!("the text does not stand in `{path}`"),
                    _ => format!("the text stands {found} times in `{path}`"),
                };
                return Err(mistake(message));
            }
            let bytes = text.replacen(find.as_str(), with, 1).into_bytes().into();
            let entry = Entry { mode: entry.mode, bytes };
            files.insert(path.clone(), entry);
        }
        Edit::Delete(glob) => {
            let gone: Vec<_> = files.paths().filter(|it| glob.matches(it)).cloned().collect();
            if gone.is_empty() {
                return Err(mistake(format!("no file matches `{}`", glob.as_str())));
            }
            gone.iter().for_each(|path| drop(files.remove(path)));
        }
        Edit::Move { from, to } => {
            let entry = there(files, from)?.clone();
            files.remove(from);
            files.insert(to.clone(), entry);
        }
    }
    Ok(())
}

fn there<'a>(files: &'a Tree, path: &RepoPath) -> Result<&'a Entry, Diagnostic> {
    files.get(path).ok_or_else(|| {
        let help = name::did_you_mean(path.as_str(), files.paths().map(RepoPath::as_str));
        mistake(format!("there is no file `{path}`")).maybe_help(help)
    })
}

fn mistake(message: String) -> Diagnostic {
    Diagnostic::error("case-edit", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case::Case, text::Document};

    fn apply(edits: &str) -> Result<Vec<String>, Vec<String>> {
        let files = [("README.md", "a b b\n"), ("k8s/a.yaml", "x"), ("k8s/b.yaml", "y")];
        let file = |(path, text): (&str, &str)| {
            (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
        };
        let text = format!("parameters: {{}}\nupgrade: [{{from: 1.0.0, edits: [{edits}]}}]\n");
        let case = Case::parse("c", &Document::new("c.yaml", text)).unwrap();
        let shown = |(path, entry): (&RepoPath, &Entry)| {
            format!("{path}: {}", entry.text().unwrap().trim())
        };
        edited(files.into_iter().map(file).collect(), &case.upgrades[0].edits)
            .map(|files| files.iter().map(shown).collect())
            .map_err(|mistakes| mistakes.into_iter().map(|it| it.message).collect())
    }

    #[test]
    fn edits_are_made_in_their_order() {
        let edits = "{write: {path: new, text: n}}, {replace: {path: README.md, find: a, with: c}}, \
                     {delete: k8s/b.yaml}, {move: {from: k8s/a.yaml, to: deploy.yaml}}";
        assert_eq!(apply(edits).unwrap(), ["README.md: c b b", "deploy.yaml: x", "new: n"]);
    }

    #[test]
    fn an_edit_that_cannot_be_made_is_a_mistake() {
        let edits = "{replace: {path: README.md, find: b, with: c}}, {replace: {path: README.md, find: z, with: c}}, \
                     {delete: 'x/**'}, {move: {from: REDME.md, to: b}}";
        assert_eq!(
            apply(edits).unwrap_err(),
            [
                "the text stands 2 times in `README.md`",
                "the text does not stand in `README.md`",
                "no file matches `x/**`",
                "there is no file `REDME.md`",
            ]
        );
    }
}
