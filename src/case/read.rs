//! A parsed case -> what it says.

use super::{Case, Contained, Edit, Expect, Expected, Upgrade};
use crate::{
    data::Node, diag::Diagnostic, glob::Glob, spec::Stated, text::Document, tree::RepoPath,
};

type Mistakes = Vec<Diagnostic>;

/// Reads a case; what is wrong with it is added to `mistakes`.
pub(super) fn case(
    name: &str,
    root: &Node<'_>,
    document: &Document,
    mistakes: &mut Mistakes,
) -> Case {
    let expect = root.get("expect").map(|it| expect(&it, mistakes)).unwrap_or_default();
    let upgrades = root.items_at("upgrade");
    let texts = root
        .get("snapshot")
        .map(|list| list.items().filter_map(|it| glob(&it, mistakes)).map(|it| it.value).collect());
    let annotations = root.get("annotations");
    let annotations = annotations.iter().flat_map(Node::entries);
    let annotation =
        |(key, value): (&str, Node<'_>)| Some((key.to_owned(), value.text()?.to_owned()));
    Case {
        name: name.to_owned(),
        annotations: annotations.filter_map(annotation).collect(),
        ticket: root.text_at("ticket").map(str::to_owned),
        parameters: root.get("parameters").iter().flat_map(stated).collect(),
        place: root.get("parameters").map_or_else(|| root.place(), |it| it.key_place()),
        texts,
        expect,
        upgrades: upgrades.iter().filter_map(|it| upgrade(it, mistakes)).collect(),
        document: document.clone(),
    }
}

fn stated<'a>(parameters: &Node<'a>) -> Vec<Stated> {
    let one = |(name, node): (&str, Node<'_>)| Stated {
        name: name.to_owned(),
        value: node.value().clone(),
        key: node.key_place(),
        place: node.place(),
        parts: node.places(),
    };
    parameters.entries().map(one).collect()
}

fn upgrade(node: &Node<'_>, mistakes: &mut Mistakes) -> Option<Upgrade> {
    let edits = node.items_at("edits");
    let edits = edits.iter().filter_map(|it| edit(it, mistakes)).collect();
    let expect = node.get("expect").map(|it| expect(&it, mistakes)).unwrap_or_default();
    let from = node.get("from")?;
    let text = from.text()?;
    let Ok(version) = text.parse() else {
        let mistake = Diagnostic::error("version", format!("`{text}` is no version"));
        mistakes.push(mistake.at(from.place()).help("write for instance `1.0.0`"));
        return None;
    };
    Some(Upgrade {
        name: node.text_at("name").map(str::to_owned),
        from: Expected { value: version, place: from.place() },
        parameters: node.get("parameters").as_ref().map(stated),
        edits,
        expect,
    })
}

fn edit(node: &Node<'_>, mistakes: &mut Mistakes) -> Option<Expected<Edit>> {
    let (what, of) = node.entries().next()?;
    let text = |key: &str| of.text_at(key).map(str::to_owned);
    let mut path_at = |key: &str| path(&of.get(key)?, mistakes);
    let edit = match what {
        "write" => Edit::Write { path: path_at("path")?, text: text("text")? },
        "replace" => {
            let place = of.get("find")?.place();
            let find = Expected { value: text("find")?, place };
            Edit::Replace { path: path_at("path")?, find, with: text("with")? }
        }
        "move" => Edit::Move { from: path_at("from")?, to: path_at("to")? },
        "delete" => Edit::Delete(glob(&of, mistakes)?.value),
        // The schema has refused it.
        _ => return None,
    };
    Some(Expected { value: edit, place: of.place() })
}

fn expect(node: &Node<'_>, mistakes: &mut Mistakes) -> Expect {
    let mut contains = Vec::new();
    for (name, texts) in node.get("contains").iter().flat_map(Node::entries) {
        let Some(path) = parsed(name, &texts, mistakes) else { continue };
        let file = Expected { value: path, place: texts.key_place() };
        let items: Vec<_> = texts.items().collect();
        let all = if items.is_empty() { vec![texts] } else { items };
        let texts = all
            .iter()
            .filter_map(|it| Some(Expected { value: it.text()?.to_owned(), place: it.place() }));
        contains.extend(texts.map(|text| Contained { file: file.clone(), text }));
    }
    let refused = node
        .get("refused")
        .and_then(|it| Some(Expected { value: it.text()?.to_owned(), place: it.place() }));
    let conflicts = node.items_at("conflicts");
    let findings = node.items_at("findings");
    let findings = findings
        .iter()
        .filter_map(|it| Some(Expected { value: it.text()?.to_owned(), place: it.place() }));
    Expect {
        present: globs(node, "present", mistakes),
        absent: globs(node, "absent", mistakes),
        contains,
        refused,
        findings: findings.collect(),
        conflicts: conflicts.iter().filter_map(|it| path(it, mistakes)).collect(),
    }
}

fn globs(node: &Node<'_>, key: &str, mistakes: &mut Mistakes) -> Vec<Expected<Glob>> {
    node.items_at(key).iter().filter_map(|it| glob(it, mistakes)).collect()
}

fn glob(node: &Node<'_>, mistakes: &mut Mistakes) -> Option<Expected<Glob>> {
    let text = node.text()?;
    let mistake = |error| {
        let message = format!("`{text}` is no pattern: {error}");
        mistakes.push(Diagnostic::error("glob", message).at(node.place()));
    };
    let glob = Glob::parse(text).map_err(mistake).ok()?;
    Some(Expected { value: glob, place: node.place() })
}

fn path(node: &Node<'_>, mistakes: &mut Mistakes) -> Option<Expected<RepoPath>> {
    let path = parsed(node.text()?, node, mistakes)?;
    Some(Expected { value: path, place: node.place() })
}

fn parsed(text: &str, node: &Node<'_>, mistakes: &mut Mistakes) -> Option<RepoPath> {
    let mistake = |error| {
        let message = format!("`{text}` is no path of a repository: {error}");
        mistakes.push(Diagnostic::error("path", message).at(node.key_place()));
    };
    RepoPath::parse(text).map_err(mistake).ok()
}
