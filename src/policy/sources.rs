//! Where policies and their data stand, as `policies:` and `data:` of a document name them.

use crate::{
    data::Node,
    diag::Diagnostic,
    tree::{RepoPath, RepoPathError},
};

/// Folders and files of policies, and files of data: from the folder of the document that names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Folders of policies, or policies.
    pub policies: Vec<RepoPath>,
    /// Files of YAML or JSON that the policies see below `data`.
    pub data: Vec<RepoPath>,
}

impl Sources {
    /// Reads the two keys of a map.
    pub fn read(node: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Self {
        Self { policies: paths(node, "policies", mistakes), data: paths(node, "data", mistakes) }
    }

    /// Whether nothing is named.
    pub const fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.data.is_empty()
    }

    /// Everything that is named.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.policies.iter().chain(&self.data)
    }
}

fn paths(node: &Node<'_>, key: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<RepoPath> {
    let mut paths = Vec::new();
    for item in node.items_at(key) {
        let Some(text) = item.text() else { continue };
        match RepoPath::parse(text) {
            Ok(path) => paths.push(path),
            Err(error) => mistakes.push(unsafe_path(text, &error).at(item.place())),
        }
    }
    paths
}

fn unsafe_path(text: &str, error: &RepoPathError) -> Diagnostic {
    let message = format!("`{text}` can't name policies or their data: {error}");
    Diagnostic::error("policy-path", message)
        .help("name a folder or file from the folder of this file: `policies`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::parse_yaml, text::Document};

    #[test]
    fn only_what_stays_inside_is_named() {
        let text = "policies: [policies, ../other, /etc, a/b.rego]\ndata: [.git/x, d.yaml]\n";
        let data = parse_yaml(&Document::new("catalog.yaml", text)).unwrap();
        let mut mistakes = Vec::new();
        let sources = Sources::read(&data.root(), &mut mistakes);
        let named: Vec<_> = sources.paths().map(RepoPath::as_str).collect();
        assert_eq!(named, ["policies", "a/b.rego", "d.yaml"]);
        let codes: Vec<_> = mistakes.iter().map(|it| it.code).collect();
        assert_eq!(codes, ["policy-path"; 3]);
    }
}
