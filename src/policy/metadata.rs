//! `# METADATA`: what a policy's author says of a rule or package, in a comment of YAML above it.

use super::{Scope, scan::Comment};
use crate::{
    data::{Node, Value, parse_yaml},
    diag::Diagnostic,
    glob::Glob,
    name::did_you_mean,
    syntax::Kind,
    text::{Document, Place, Position, Span},
};

/// What is said of a rule. What a block does not say is asked of the next wider one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// A few words.
    pub title: Option<String>,
    /// What it is good for.
    pub description: Option<String>,
    /// What people call it for ever: `custom.id`.
    pub id: Option<String>,
    /// How grave a finding is: `custom.severity`.
    pub severity: Option<Severity>,
    /// What to do about a finding: `custom.remediation`.
    pub remediation: Option<String>,
    /// Whose approval a finding needs: `custom.approver`.
    pub approver: Option<String>,
    /// Where to read more: `related_resources`, `custom.links`.
    pub links: Vec<String>,
    /// The files whose text the rule reads, as patterns: `custom.text`.
    pub texts: Vec<String>,
    /// The only files of which the rules of the module read `parsed`, as patterns: `custom.parsed`.
    pub parsed: Vec<String>,
    /// The only files that the rules of the package judge, as patterns: `custom.files`.
    pub files: Vec<String>,
    /// The only readers whose files the rules of the package judge: `custom.parsers`.
    pub parsers: Vec<String>,
    /// The data without which the rule is off: `custom.needs`, as `data.teams`.
    pub needs: Vec<Vec<String>>,
    /// The parameter that the rule judges: `custom.parameter`.
    pub parameter: Option<String>,
}

/// How grave a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a look.
    Low,
    /// Should be mended.
    Medium,
    /// Must be mended.
    High,
    /// Must be mended now.
    Critical,
}

impl Severity {
    /// Every severity, the mildest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Metadata {
    /// The same without the words: those of a package are not those of its rules.
    #[must_use]
    pub fn without_words(&self) -> Self {
        Self { title: None, description: None, ..self.clone() }
    }

    /// What is said here, and what `wider` says of the rest.
    #[must_use]
    pub fn or(self, wider: &Self) -> Self {
        let text = |own: Option<String>, wider: &Option<String>| own.or_else(|| wider.clone());
        let list = |own: Vec<String>, wider: &[String]| match own.is_empty() {
            true => wider.to_vec(),
            false => own,
        };
        Self {
            title: text(self.title, &wider.title),
            description: text(self.description, &wider.description),
            id: text(self.id, &wider.id),
            severity: self.severity.or(wider.severity),
            remediation: text(self.remediation, &wider.remediation),
            approver: text(self.approver, &wider.approver),
            links: list(self.links, &wider.links),
            texts: list(self.texts, &wider.texts),
            parsed: list(self.parsed, &wider.parsed),
            files: list(self.files, &wider.files),
            parsers: list(self.parsers, &wider.parsers),
            needs: if self.needs.is_empty() { wider.needs.clone() } else { self.needs },
            parameter: text(self.parameter, &wider.parameter),
        }
    }
}

/// One block: what it says, of what, and the line of its last comment.
pub(super) struct Block {
    pub(super) scope: Option<Scope>,
    pub(super) metadata: Metadata,
    pub(super) line: usize,
}

/// Every block among the comments of a text.
pub(super) fn blocks(
    document: &Document,
    comments: &[Comment],
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Block> {
    let is_next = |one: &Comment, other: &Comment| other.is_alone && one.line + 1 == other.line;
    let groups = comments.chunk_by(is_next);
    let mut blocks = Vec::new();
    for group in groups {
        let is_mark = |it: &Comment| it.is_alone && document.slice(it.span).trim() == "METADATA";
        // Of two marks in one group each has what stands before the next.
        let marks = group.iter().enumerate().filter(|(_, it)| is_mark(it)).map(|(at, _)| at + 1);
        let marks: Vec<_> = marks.collect();
        for (at, start) in marks.iter().enumerate() {
            let end = marks.get(at + 1).map_or(group.len(), |next| next - 1);
            let lines = group.get(*start..end).unwrap_or_default();
            let last = group.get(..end).and_then(<[_]>::last).map_or(0, |it| it.line);
            let mut found = Vec::new();
            let (scope, metadata) = read(document, lines, &mut found);
            let before = lines.first().map_or(0, |it| it.line - 1);
            mistakes.extend(found.into_iter().map(|it| moved(it, document, before)));
            blocks.push(Block { scope, metadata, line: last });
        }
    }
    blocks
}

fn read(
    document: &Document,
    lines: &[Comment],
    mistakes: &mut Vec<Diagnostic>,
) -> (Option<Scope>, Metadata) {
    let nothing = (None, Metadata::default());
    match parse_yaml(&standing(document, lines)) {
        Ok(data) => {
            let root = data.root();
            let mut reader = Reader { mistakes };
            reader.keys(&root);
            (reader.scope(&root), reader.metadata(&root))
        }
        Err(mistake) => {
            let message = format!("the metadata is no YAML: {}", mistake.message);
            mistakes.push(Diagnostic { code: "policy-metadata", message, ..mistake });
            nothing
        }
    }
}

/// The comments as a text of their own, in which every column is that of the module, and every line
/// that many before it.
fn standing(document: &Document, lines: &[Comment]) -> Document {
    let mut text = String::new();
    for line in lines {
        let column = document.position(line.span.start).column;
        text += &" ".repeat(column - 1);
        text += document.slice(line.span).trim_end_matches('\r');
        text.push('\n');
    }
    Document::new(document.name(), text)
}

/// A mistake of the comments' text as one of the module, where they begin behind so many lines.
fn moved(mistake: Diagnostic, document: &Document, before: usize) -> Diagnostic {
    let place = mistake.place.as_ref().map(|it| there(it, document, before));
    Diagnostic { place, ..mistake }
}

fn there(place: &Place, document: &Document, before: usize) -> Place {
    let at = |offset| {
        let position = place.document.position(offset);
        document.offset(Position { line: position.line + before, ..position })
    };
    document.place(Span { start: at(place.span.start), end: at(place.span.end) })
}

/// The keys that OPA knows, and ours below `custom`.
const KEYS: [&str; 10] = [
    "scope",
    "title",
    "description",
    "related_resources",
    "authors",
    "organizations",
    "schemas",
    "entrypoint",
    "compile",
    "custom",
];
const CUSTOM: [&str; 11] = [
    "id",
    "severity",
    "remediation",
    "approver",
    "links",
    "text",
    "parsed",
    "files",
    "parsers",
    "needs",
    "parameter",
];

struct Reader<'m> {
    mistakes: &'m mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Warns of keys that nobody reads and that are nearly known. Whatever else stands there is the
    /// author's own.
    fn keys(&mut self, root: &Node<'_>) {
        let custom = root.get("custom");
        let below = custom.iter().flat_map(Node::entries).map(|(key, it)| (key, it, &CUSTOM[..]));
        for (key, node, known) in root.entries().map(|(key, it)| (key, it, &KEYS[..])).chain(below)
        {
            let is_ours = known.len() == KEYS.len() && CUSTOM.contains(&key);
            let help = match is_ours {
                _ if known.contains(&key) => None,
                true => Some(format!("write it below `custom`: `custom: {{{key}: …}}`")),
                false => did_you_mean(key, known.iter().copied()),
            };
            if let Some(help) = help {
                let mistake =
                    Diagnostic::warning("policy-metadata", format!("`{key}` says nothing here"));
                self.mistakes.push(mistake.at(node.key_place()).help(help));
            }
        }
    }

    fn scope(&mut self, root: &Node<'_>) -> Option<Scope> {
        let name = self.text(root, "scope")?;
        let scope = match name.as_str() {
            "rule" => Some(Scope::Rule),
            "document" => Some(Scope::Document),
            "package" => Some(Scope::Package),
            "subpackages" => Some(Scope::Subpackages),
            _ => None,
        };
        if scope.is_none() {
            let scopes = "`rule`, `document`, `package` or `subpackages`";
            self.wrong(&root.get("scope")?, format!("`{name}` is no scope"), scopes);
        }
        scope
    }

    fn metadata(&mut self, root: &Node<'_>) -> Metadata {
        let mut metadata = Metadata {
            title: self.text(root, "title"),
            description: self.text(root, "description"),
            links: self.resources(root),
            ..Metadata::default()
        };
        if let Some(custom) = root.get("custom") {
            metadata.id = self.text(&custom, "id");
            metadata.severity = self.severity(&custom);
            metadata.remediation = self.text(&custom, "remediation");
            metadata.approver = self.text(&custom, "approver");
            metadata.links.extend(self.texts(&custom, "links"));
            metadata.texts = self.patterns(&custom, "text");
            metadata.parsed = self.patterns(&custom, "parsed");
            metadata.files = self.patterns(&custom, "files");
            metadata.parsers = self.parsers(&custom);
            let needs = self.texts(&custom, "needs");
            metadata.needs = needs.iter().map(|it| steps(it)).collect();
            metadata.parameter = self.text(&custom, "parameter");
        }
        metadata
    }

    fn severity(&mut self, custom: &Node<'_>) -> Option<Severity> {
        let name = self.text(custom, "severity")?;
        let severity = Severity::parse(&name);
        if severity.is_none() {
            let names = "`low`, `medium`, `high` or `critical`";
            self.wrong(&custom.get("severity")?, format!("`{name}` is no severity"), names);
        }
        severity
    }

    fn patterns(&mut self, custom: &Node<'_>, key: &str) -> Vec<String> {
        let patterns = self.texts(custom, key);
        for pattern in &patterns {
            if let (Err(error), Some(node)) = (Glob::parse(pattern), custom.get(key)) {
                self.wrong(&node, format!("`{pattern}` is no pattern"), &error.to_string());
            }
        }
        patterns
    }

    fn parsers(&mut self, custom: &Node<'_>) -> Vec<String> {
        let parsers = self.texts(custom, "parsers");
        for name in parsers.iter().filter(|it| !Kind::PARSERS.contains(&it.as_str())) {
            let Some(node) = custom.get("parsers") else { break };
            let known = Kind::PARSERS.map(|it| format!("`{it}`")).join(", ");
            let help = did_you_mean(name, Kind::PARSERS).unwrap_or(format!("there are {known}"));
            self.wrong(&node, format!("there is no parser `{name}`"), &help);
        }
        parsers
    }

    /// OPA's own list of links, each a text or a map with `ref`.
    fn resources(&mut self, root: &Node<'_>) -> Vec<String> {
        let link = |it: &Node<'_>| it.text().or_else(|| it.text_at("ref")).map(str::to_owned);
        root.items_at("related_resources").iter().filter_map(link).collect()
    }

    fn text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        let value = node.get(key)?;
        if value.text().is_none() {
            let message = format!("`{key}` must be a text, and this is {}", value.value().kind());
            let help = match value.value() {
                Value::List(_) | Value::Map(_) => "write one text",
                _ => "put it into quotes",
            };
            self.wrong(&value, message, help);
        }
        value.text().map(str::to_owned)
    }

    /// A list of texts; one text stands for a list of itself.
    fn texts(&mut self, node: &Node<'_>, key: &str) -> Vec<String> {
        let Some(value) = node.get(key) else { return Vec::new() };
        if let Some(text) = value.text() {
            return vec![text.to_owned()];
        }
        let texts = node.texts_at(key);
        if texts.is_empty() || texts.len() < value.value().items().len() {
            self.wrong(&value, format!("`{key}` must be a list of texts"), "write `[a, b]`");
        }
        texts
    }

    fn wrong(&mut self, node: &Node<'_>, message: String, help: &str) {
        let mistake = Diagnostic::error("policy-metadata", message).at(node.place());
        self.mistakes.push(mistake.help(help.to_owned()));
    }
}

/// `data.teams` as the steps below `data`.
fn steps(way: &str) -> Vec<String> {
    way.split('.').skip_while(|it| *it == "data").map(str::to_owned).collect()
}
