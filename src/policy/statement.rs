//! Tokens to the statements of a module: its package, and the heads of its rules.

use super::{
    Metadata, Module, Rule, Scope,
    metadata::{self, Block},
    scan::{Kind, Scanned, Token},
};
use crate::{
    diag::Diagnostic,
    text::{Document, Span},
};

/// Words that go on with what stands before them, and words that want something behind them.
const CONTINUING: [&str; 7] = ["if", "else", "contains", "with", "in", "as", "and"];
const WANTING: [&str; 12] = [
    "if", "else", "contains", "with", "in", "as", "and", "not", "some", "every", "default",
    "package",
];

/// What reads a module's statements.
pub(super) fn read(
    document: &Document,
    scanned: &Scanned,
    mistakes: &mut Vec<Diagnostic>,
) -> Module {
    let mut blocks = metadata::blocks(document, &scanned.comments, mistakes).into_iter().peekable();
    let mut module = Module {
        document: document.clone(),
        package: Vec::new(),
        rules: Vec::new(),
        blocks: Vec::new(),
    };
    for start in starts(document, &scanned.tokens) {
        let statement = scanned.tokens.get(start..).unwrap_or_default();
        let Some(first) = statement.first() else { continue };
        let mut said = Vec::new();
        while let Some(block) = blocks.next_if(|it| it.line < first.lines.0) {
            said.push(block);
        }
        match document.slice(first.span) {
            "package" => {
                module.package = path(document, statement.get(1..).unwrap_or_default());
                module.blocks.extend(said.into_iter().map(|it| scoped(it, Scope::Package)));
            }
            "import" => orphans(document, said, mistakes),
            word => {
                let is_default = word == "default";
                let head = statement.get(usize::from(is_default)).unwrap_or(first);
                let said = said.into_iter().map(|it| scoped(it, Scope::Rule));
                let (own, far) = said.partition(|(it, _)| *it < Scope::Package);
                module.blocks.extend::<Vec<_>>(far);
                module.rules.push(Rule {
                    name: document.slice(head.span).to_owned(),
                    place: document.place(head.span),
                    is_default,
                    blocks: own,
                });
            }
        }
    }
    orphans(document, blocks.collect(), mistakes);
    module
}

/// The block's scope, or the one of what stands below it.
fn scoped(block: Block, below: Scope) -> (Scope, Metadata) {
    (block.scope.unwrap_or(below), block.metadata)
}

fn orphans(document: &Document, blocks: Vec<Block>, mistakes: &mut Vec<Diagnostic>) {
    mistakes.extend(blocks.into_iter().map(|block| {
        let place = document.place(document.line_span(block.line));
        Diagnostic::error("policy-metadata", "no rule or package stands below this metadata")
            .at(place)
            .help("write it right above the rule or package that it speaks of")
    }));
}

/// Where statements begin, as indices of their first tokens.
fn starts<'a>(document: &'a Document, tokens: &'a [Token]) -> impl Iterator<Item = usize> + 'a {
    let before = std::iter::once(None).chain(tokens.iter().map(Some));
    let begins = move |(index, (before, token)): (usize, (Option<&Token>, &Token))| {
        token.depth == 0
            && token.kind == Kind::Word
            && !CONTINUING.contains(&document.slice(token.span))
            && before.is_none_or(|it| {
                let way = index.checked_sub(2).and_then(|it| tokens.get(it));
                it.lines.1 < token.lines.0 && !wants_more(document, way, it)
            })
    };
    before.zip(tokens).enumerate().filter(move |it| begins(*it)).map(|(index, _)| index)
}

/// Whether a token wants something behind it; behind a dot a word is a name: `import rego.v1.if`.
fn wants_more(document: &Document, before: Option<&Token>, token: &Token) -> bool {
    match token.kind {
        Kind::Sign(sign) => !matches!(sign, ')' | ']' | '}'),
        Kind::Word if before.is_some_and(|it| it.kind == Kind::Sign('.')) => false,
        Kind::Word => WANTING.contains(&document.slice(token.span)),
        Kind::Text | Kind::Number => false,
    }
}

/// The steps of a way: `a.b["c"]`.
fn path(document: &Document, tokens: &[Token]) -> Vec<String> {
    let mut steps = Vec::new();
    let mut line = None;
    for token in tokens {
        if *line.get_or_insert(token.lines.0) != token.lines.0 {
            break;
        }
        match token.kind {
            Kind::Word => steps.push(document.slice(token.span).to_owned()),
            Kind::Text => steps.push(unquoted(document, token.span)),
            Kind::Sign('.' | '[' | ']') => {}
            Kind::Sign(_) | Kind::Number => break,
        }
    }
    steps
}

fn unquoted(document: &Document, span: Span) -> String {
    let text = document.slice(span);
    let raw = text.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
    let parsed = crate::data::parse_json(&Document::new("", text)).ok();
    let parsed = parsed.and_then(|it| it.value.as_text().map(str::to_owned));
    raw.map(str::to_owned).or(parsed).unwrap_or_default()
}
