//! What to write instead of an expression that prints something unsafe: every way that may do.
//!
//! **Invariant:** nothing is proved here; whoever takes one tries it.

mod programs;
mod texts;

use crate::{
    diag::Wanted,
    manifest::Syntax,
    template::{operand, without_filter},
    text::Span,
};

/// What may stand in place of a part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The part.
    pub(super) span: Span,
    /// What may stand there.
    pub(super) text: String,
    /// Whether the file must say the same as before where it was safe.
    pub(super) keeps_data: bool,
}

/// Keys of structured files whose texts a shell runs.
const SCRIPTS: [&str; 8] =
    ["run", "script", "command", "cmd", "commands", "args", "entrypoint", "sh"];

/// A line with one expression to be mended.
struct Line<'t> {
    /// The whole template.
    text: &'t str,
    open: &'static str,
    close: &'static str,
    /// Where it begins and ends.
    start: usize,
    end: usize,
    /// Every expression of it, with its delimiters.
    tags: Vec<Span>,
    /// The one that is to be mended.
    tag: Span,
    /// What would mend the finding.
    wanted: Option<&'t Wanted>,
}

/// Every way that may do, the best first.
pub(super) fn candidates(
    text: &str,
    at: Span,
    syntax: Syntax,
    wanted: Option<&Wanted>,
) -> Vec<Candidate> {
    let Some(line) = Line::new(text, at, syntax, wanted) else { return Vec::new() };
    let named = match wanted {
        Some(
            Wanted::Literal(filter) | Wanted::InBraces(filter) | Wanted::InTemplateLiteral(filter),
        ) => Some(*filter),
        Some(Wanted::Joined(list)) => return vec![line.listed(list)],
        Some(Wanted::Answer(_)) | None => None,
    };
    let Some(filter) = named.or_else(|| line.bare(line.tag).1) else { return Vec::new() };
    let mut all = line.ways(filter);
    if matches!(filter, "to_yaml" | "to_json" | "to_toml") {
        all.extend(line.ways("sh_quote"));
        all.extend(line.block());
    } else if filter == "sh_quote" && text.contains('[') {
        // The lists of Dockerfiles hold JSON.
        all.extend(line.ways("to_json"));
    }
    all
}

impl<'t> Line<'t> {
    fn new(text: &'t str, at: Span, syntax: Syntax, wanted: Option<&'t Wanted>) -> Option<Self> {
        let (open, close) = match syntax {
            Syntax::Curly => ("{{", "}}"),
            Syntax::Brackets => ("[[", "]]"),
        };
        let start = text.get(..at.start)?.rfind('\n').map_or(0, |it| it + 1);
        let end = text.get(at.start..)?.find('\n').map_or(text.len(), |it| at.start + it);
        let (mut tags, mut from) = (Vec::new(), start);
        while let Some(front) = text.get(from..end)?.find(open) {
            let front = from + front;
            let back = front + text.get(front..end)?.find(close)? + close.len();
            tags.push(Span { start: front, end: back });
            from = back;
        }
        let tag = *tags.iter().find(|it| it.start <= at.start && at.start < it.end)?;
        Some(Self { text, open, close, start, end, tags, tag, wanted })
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// An expression without the literal's filter that it may end in, and that filter.
    fn bare(&self, tag: Span) -> (&'t str, Option<&'static str>) {
        let inner = self.slice(tag.start + self.open.len(), tag.end - self.close.len());
        let inner = inner.trim_start_matches('-').trim_end_matches('-').trim();
        without_filter(inner)
    }

    fn tagged(&self, expression: &str, filter: &str) -> String {
        format!("{} {expression} | {filter} {}", self.open, self.close)
    }

    fn ways(&self, filter: &str) -> Vec<Candidate> {
        let Span { start, end } = self.tag;
        let (bare, had) = self.bare(self.tag);
        let alone = self.tagged(&operand(bare), filter);
        let is_data = matches!(filter, "to_yaml" | "to_json" | "to_toml");
        let candidate =
            |start, end, text| Candidate { span: Span { start, end }, text, keeps_data: is_data };
        if filter == "xml_escape" {
            return vec![
                candidate(start, end, alone.clone()),
                candidate(start, end, format!("\"{alone}\"")),
            ];
        }
        // Quotes around a literal are a part of what the file says, and were none before.
        let in_quotes = |start, end, text| Candidate {
            keeps_data: is_data && had.is_none(),
            ..candidate(start, end, text)
        };
        let Some((open, close, quote)) = self.quotes(filter) else {
            let mut all = Vec::new();
            all.extend((had != Some(filter)).then(|| candidate(start, end, alone.clone())));
            all.extend(self.outside(filter, &alone));
            let value = self.value().filter(|_| filter == "to_yaml");
            let joined = value.and_then(|it| Some((it, self.joined(it, filter, None)?)));
            all.extend(joined.map(|(it, text)| candidate(it.start, it.end, text)));
            return all;
        };
        if matches!(filter, "py_str" | "rust_str" | "go_str" | "js_str" | "java_str") {
            return self.in_code(filter, (open, close, quote), &alone);
        }
        if open + 1 == start && close == end {
            return vec![in_quotes(open, close + 1, alone)];
        }
        let between = Span { start: open + 1, end: close };
        let is_text = filter != "sh_quote" || self.takes_text(open, close);
        let joined = self.joined(between, filter, Some(quote)).filter(|_| is_text);
        let mut all: Vec<_> =
            joined.map(|text| in_quotes(open, close + 1, text)).into_iter().collect();
        if filter == "sh_quote" && had.is_none() {
            let beside = candidate(start, end, format!("{quote}{alone}{quote}"));
            all.extend(is_text.then_some(beside));
            // The quotes may be those of what stands around a `$(…)`.
            all.push(candidate(start, end, alone));
        } else if filter == "sh_quote" && is_text {
            let tag = self.slice(start, end);
            all.push(candidate(start, end, format!("{quote}{tag}{quote}")));
        }
        all
    }

    /// The quotes that the expression stands between: where they are, and which.
    fn quotes(&self, filter: &str) -> Option<(usize, usize, char)> {
        let is_quote = |it: char| {
            matches!(it, '"' | '\'') || (it == '`' && matches!(filter, "go_str" | "js_str"))
        };
        let mut open: Option<(usize, char)> = None;
        let mut escaped = false;
        for (at, character) in self.slice(self.start, self.end).char_indices() {
            let at = self.start + at;
            if self.tags.iter().any(|tag| (tag.start..tag.end).contains(&at)) {
                continue;
            }
            match (open, character) {
                _ if escaped => escaped = false,
                (Some((_, '"')) | None, '\\') => escaped = true,
                (Some((start, quote)), it) if it == quote => {
                    if start < self.tag.start && at >= self.tag.end {
                        return Some((start, at, quote));
                    }
                    open = None;
                }
                (None, it) if is_quote(it) => open = Some((at, character)),
                _ => {}
            }
        }
        None
    }

    /// What a line of YAML says of its key, or as an item, where it is not quoted.
    fn value(&self) -> Option<Span> {
        let front = self.slice(self.start, self.tag.start);
        let key = front.rfind(": ").map(|it| it + 2);
        let item = front.len() - front.trim_start().len() + 2;
        let is_item = front.trim_start().starts_with("- ");
        let start = self.start + key.or(is_item.then_some(item))?;
        let whole = self.slice(start, self.end).trim_end();
        let is_plain = !whole.starts_with(['"', '\'', '|', '>', '&', '*', '!', '%', '@', '`'])
            && !whole.contains(" #");
        is_plain.then(|| Span { start, end: start + whole.len() })
    }

    /// One literal of all that a part of the line says, texts and expressions.
    fn joined(&self, part: Span, filter: &str, quote: Option<char>) -> Option<String> {
        let mut parts = Vec::new();
        let mut from = part.start;
        let tags = self.tags.iter().filter(|it| part.start <= it.start && it.end <= part.end);
        for tag in tags {
            parts.extend(literal(self.slice(from, tag.start), filter, quote)?);
            parts.push(operand(self.bare(*tag).0));
            from = tag.end;
        }
        parts.extend(literal(self.slice(from, part.end), filter, quote)?);
        (parts.len() > 1).then(|| self.tagged(&format!("({})", parts.join(" ~ ")), filter))
    }

    /// A script on the line of its key, as a block below it.
    fn block(&self) -> Option<Candidate> {
        let line = self.slice(self.start, self.end);
        let (front, rest) = line.split_once(": ")?;
        let key = front.trim_start().trim_start_matches("- ").trim();
        let column = front.len() - key.len();
        let rest = rest.trim();
        let is_list = rest.starts_with(['[', '{']) && !rest.starts_with(self.open);
        let is_plain =
            !rest.is_empty() && !is_list && !rest.starts_with(['"', '\'', '|', '>', '&', '*', '!']);
        if !SCRIPTS.contains(&key) || !is_plain {
            return None;
        }
        let (open, close) = match self.quotes("sh_quote") {
            Some((open, close, _)) if open + 1 == self.tag.start && close == self.tag.end => {
                (open, close + 1)
            }
            Some(_) => return None,
            None => (self.tag.start, self.tag.end),
        };
        let start = self.start + line.find(rest)?;
        let quoted = self.tagged(&operand(self.bare(self.tag).0), "sh_quote");
        let margin = " ".repeat(column + 2);
        let (before, after) = (self.slice(start, open), self.slice(close, start + rest.len()));
        let text = format!("|-\n{margin}{before}{quoted}{after}");
        let span = Span { start, end: start + rest.len() };
        Some(Candidate { span, text, keeps_data: false })
    }

    /// A list as one text.
    fn listed(&self, list: &str) -> Candidate {
        let text = self.tagged(list, "join(\", \")");
        Candidate { span: self.tag, text, keeps_data: false }
    }
}

/// A text of the template as a text in an expression; nothing where there is none.
fn literal(text: &str, filter: &str, quote: Option<char>) -> Option<Option<String>> {
    if text.is_empty() {
        return Some(None);
    }
    let is_expanded = filter == "sh_quote" && quote == Some('"') && text.contains(['$', '`', '!']);
    if text.contains('\\')
        || is_expanded
        || ["{%", "{#", "[%", "[#"].iter().any(|it| text.contains(it))
    {
        return None;
    }
    match (text.contains('"'), text.contains('\'')) {
        (false, _) => Some(Some(format!("\"{text}\""))),
        (true, false) => Some(Some(format!("'{text}'"))),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn written(text: &str, wanted: &Wanted) -> Vec<String> {
        let at = text.find("{{").unwrap() + 3;
        let all = candidates(text, Span { start: at, end: at + 1 }, Syntax::Curly, Some(wanted));
        let apply = |it: Candidate| {
            let mut text = text.to_owned();
            text.replace_range(it.span.start..it.span.end, &it.text);
            text
        };
        all.into_iter().map(apply).collect()
    }

    #[test]
    fn what_stands_around_an_expression_is_joined_to_it() {
        let yaml = &Wanted::Literal("to_yaml");
        assert_eq!(written("a: 'x {{ d }}'", yaml)[0], "a: {{ (\"x \" ~ d) | to_yaml }}");
        assert_eq!(written("a: x {{ d }} y", yaml)[1], "a: {{ (\"x \" ~ d ~ \" y\") | to_yaml }}");
        assert_eq!(written("a: \"{{ d }}\"", yaml)[0], "a: {{ d | to_yaml }}");
        assert_eq!(
            written("- \"{{ d }} {{ e | to_yaml }}\"", yaml)[0],
            "- {{ (d ~ \" \" ~ e) | to_yaml }}"
        );
        let shell = &Wanted::Literal("sh_quote");
        assert_eq!(written("echo \"a {{ d }}\"", shell)[0], "echo {{ (\"a \" ~ d) | sh_quote }}");
        assert_eq!(written("echo \"$a {{ d }}\"", shell)[0], "echo \"$a \"{{ d | sh_quote }}\"\"");
        assert!(
            written("CMD [\"a {{ d }}\"]", shell)
                .contains(&"CMD [{{ (\"a \" ~ d) | to_json }}]".to_owned())
        );
    }

    #[test]
    fn a_filter_is_never_written_twice() {
        let found = written("a: 'x {{ d | to_yaml }}'", &Wanted::Literal("to_yaml"));
        assert!(found.iter().all(|it| it.matches("to_yaml").count() < 2), "{found:?}");
    }

    #[test]
    fn a_script_on_the_line_of_its_key_becomes_a_block() {
        let found = written("  - run: echo {{ d }}", &Wanted::Literal("to_yaml"));
        assert_eq!(found.last().unwrap(), "  - run: |-\n      echo {{ d | sh_quote }}");
    }
}
