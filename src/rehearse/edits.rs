//! What a team does to its files, as a case says it.

use super::nearby::nearby;
use crate::{
    case::{Edit, Expected},
    diag::Diagnostic,
    lock, name, spec,
    text::Place,
    tree::{Entry, RepoPath, Tree},
};

/// The files with a team's edits, in their order.
///
/// # Errors
/// Every edit that can't be made, at its place.
pub fn edited(mut files: Tree, edits: &[Expected<Edit>]) -> Result<Tree, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    for Expected { value, place } in edits {
        if let Err(mistake) = edit(&mut files, value, place) {
            mistakes.push(mistake);
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

fn edit(files: &mut Tree, edit: &Edit, place: &Place) -> Result<(), Diagnostic> {
    match edit {
        Edit::Write { path, text } => {
            free(files, path)?;
            let entry = Entry::file(text.as_bytes());
            let mode = files.get(&path.value).map_or(entry.mode, |it| it.mode);
            files.insert(path.value.clone(), Entry { mode, ..entry });
        }
        Edit::Replace { path, find, with } => {
            let entry = there(files, path)?;
            let text = entry.text().unwrap_or_default();
            let found = text.matches(find.value.as_str()).count();
            let path = &path.value;
            if found != 1 {
                let message = match found {
                    0 => format!("the text does not stand in `{path}`"),
                    _ => format!("the text stands {found} times in `{path}`"),
                };
                let mistake = mistake(message, &find.place);
                return Err(if found == 0 {
                    mistake.note(nearby(text, &find.value))
                } else {
                    mistake
                });
            }
            let bytes = text.replacen(find.value.as_str(), with, 1).into_bytes().into();
            let entry = Entry { mode: entry.mode, bytes };
            files.insert(path.clone(), entry);
        }
        Edit::Delete(glob) => {
            let gone: Vec<_> = files.paths().filter(|it| glob.matches(it)).cloned().collect();
            if gone.is_empty() {
                return Err(mistake(format!("no file matches `{}`", glob.as_str()), place));
            }
            gone.iter().for_each(|path| drop(files.remove(path)));
        }
        Edit::Move { from, to } => {
            let entry = there(files, from)?.clone();
            files.remove(&from.value);
            free(files, to)?;
            files.insert(to.value.clone(), entry);
        }
    }
    Ok(())
}

fn there<'a>(files: &'a Tree, path: &Expected<RepoPath>) -> Result<&'a Entry, Diagnostic> {
    own(path)?;
    files.get(&path.value).ok_or_else(|| {
        let path = (path.value.as_str(), &path.place);
        let help = name::did_you_mean(path.0, files.paths().map(RepoPath::as_str));
        mistake(format!("there is no file `{}`", path.0), path.1).maybe_help(help)
    })
}

/// Whether a file can be at a path: not where a folder is, and not below another file.
fn free(files: &Tree, path: &Expected<RepoPath>) -> Result<(), Diagnostic> {
    own(path)?;
    let (path, place) = (&path.value, &path.place);
    if files.paths().any(|it| it != path && it.is_below(path.as_str())) {
        return Err(mistake(format!("`{path}` is a folder"), place));
    }
    match path.folders().find(|it| files.file(it).is_some()) {
        Some(file) => {
            Err(mistake(format!("`{file}` is a file: `{path}` can't be below it"), place))
        }
        None => Ok(()),
    }
}

/// What says which answers and version a service has is made by the upgrade itself.
fn own(path: &Expected<RepoPath>) -> Result<(), Diagnostic> {
    if ![spec::FILE, lock::FILE].contains(&path.value.as_str()) {
        return Ok(());
    }
    let message = format!("`{}` is no file that a case edits", path.value);
    let help = "`parameters` of the upgrade says what the service was answered";
    Err(mistake(message, &path.place).help(help))
}

fn mistake(message: String, place: &Place) -> Diagnostic {
    Diagnostic::error("case-edit", message).at(place.clone())
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
            .map_err(|mistakes| mistakes.into_iter().map(told).collect())
    }

    fn told(mistake: Diagnostic) -> String {
        let place = mistake.place.unwrap();
        format!("{} at `{}`", mistake.message, place.document.slice(place.span))
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
                "the text stands 2 times in `README.md` at `b`",
                "the text does not stand in `README.md` at `z`",
                "no file matches `x/**` at `'x/**'`",
                "there is no file `REDME.md` at `REDME.md`",
            ]
        );
    }

    #[test]
    fn an_edit_that_no_disk_could_hold_is_a_mistake() {
        let edits = "{write: {path: README.md/x, text: n}}, {write: {path: k8s, text: n}}, \
                     {move: {from: k8s/a.yaml, to: k8s/b.yaml/c}}, {move: {from: README.md, to: README.md/x}}, \
                     {write: {path: flagstone.lock, text: n}}";
        assert_eq!(
            apply(edits).unwrap_err(),
            [
                "`README.md` is a file: `README.md/x` can't be below it at `README.md/x`",
                "`k8s` is a folder at `k8s`",
                "`k8s/b.yaml` is a file: `k8s/b.yaml/c` can't be below it at `k8s/b.yaml/c`",
                "`flagstone.lock` is no file that a case edits at `flagstone.lock`",
            ]
        );
    }
}
