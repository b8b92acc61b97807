//! `catalog.yaml`: whose catalog it is, what it has released, and which policies judge its services.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    data::{Node, check_api_version, parse_yaml},
    diag::Diagnostic,
    policy::Sources,
    schema::Schema,
    text::Document,
    tree::Digest,
};

/// The name of the file at a catalog's root.
pub const FILE: &str = "catalog.yaml";

/// The published JSON Schema of `catalog.yaml`.
pub const SCHEMA: &str = include_str!("charter/catalog.schema.json");

static VALIDATOR: LazyLock<Schema> =
    LazyLock::new(|| Schema::parse(SCHEMA).expect("our own schema is valid"));

/// Whose a catalog is, and what it has released.
#[derive(Debug, Clone, Default)]
pub struct Charter {
    /// The catalog's name.
    pub name: String,
    /// The team that answers for it.
    pub owner: String,
    /// A few words for people.
    pub title: Option<String>,
    /// The digest of each released version, by path and version.
    pub releases: BTreeMap<(String, String), Digest>,
    /// The policies that judge every service of the catalog.
    pub sources: Sources,
}

impl Charter {
    /// Reads a charter.
    ///
    /// # Errors
    /// Every mistake in it, each at its place.
    pub fn parse(document: &Document) -> Result<Self, Vec<Diagnostic>> {
        let data = parse_yaml(document).map_err(|mistake| vec![mistake])?;
        check_api_version(&data.root()).map_err(|mistake| vec![mistake])?;
        let mut mistakes = VALIDATOR.check(&data);
        let charter = read(&data.root(), &mut mistakes);
        if mistakes.is_empty() { Ok(charter) } else { Err(mistakes) }
    }
}

fn read(root: &Node<'_>, mistakes: &mut Vec<Diagnostic>) -> Charter {
    let metadata = root.get("metadata");
    let text = |key| metadata.as_ref()?.text_at(key).map(str::to_owned);
    let paths = root.get("releases");
    let paths = paths.iter().flat_map(Node::entries);
    let releases = paths.flat_map(|(path, versions)| {
        let release = |(version, digest): (&str, Node<'_>)| {
            Some(((path.to_owned(), version.to_owned()), Digest::parse(digest.text()?)?))
        };
        versions.entries().filter_map(release).collect::<Vec<_>>()
    });
    Charter {
        name: text("name").unwrap_or_default(),
        owner: text("owner").unwrap_or_default(),
        title: text("title"),
        releases: releases.collect(),
        sources: Sources::read(root, mistakes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charter_is_read_and_its_mistakes_are_told() {
        let text = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: acme, owner: p}\n";
        let charter = Charter::parse(&Document::new("catalog.yaml", text)).unwrap();
        assert_eq!((charter.name.as_str(), charter.owner.as_str()), ("acme", "p"));
        let wrong = text.replace("owner", "onwer");
        assert_eq!(Charter::parse(&Document::new("catalog.yaml", wrong)).unwrap_err().len(), 2);
    }

    #[test]
    fn policies_stand_inside_the_catalog() {
        let head = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: acme, owner: p}\n";
        let parse = |more: &str| {
            Charter::parse(&Document::new("catalog.yaml", format!("{head}policies: [{more}]\n")))
        };
        assert_eq!(parse("policies, teams/a.rego").unwrap().sources.policies.len(), 2);
        assert_eq!(parse("../policies").unwrap_err()[0].code, "policy-path");
    }
}
