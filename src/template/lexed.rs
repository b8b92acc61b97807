//! What a template says before it runs: its constants, and texts that grow by being joined to
//! themselves. Here the engine's unstable tokens are made; `mention` reads them too.

use minijinja::machinery::{Span, Token, tokenize};

use super::engine::delimiters;
use crate::{manifest::Syntax, text};

/// How many texts a template may keep joined to others, itself counted twice; each may double it.
const MAX_JOINS: usize = 8;

/// How many steps one tag may stack up, and how many `elif` a template may: the engine walks them, and
/// drops what they made, by recursion.
const MAX_DEPTH: usize = 400;

/// How often a template may wrap what it keeps.
const MAX_WRAPS: usize = 500;

/// The longest line of a template with tags; the engine counts columns in 16 bits.
const MAX_LINE: usize = 60_000;

/// What a template says that no limit of the engine bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    /// A text that is joined to itself again and again.
    Growth,
    /// Something nested too deeply.
    Depth,
    /// A line that is too long.
    Line,
    /// A namespace that carries more than constants and counters.
    Namespace,
}

/// One tag of a template: `{{ … }}` or `{% … %}`.
#[derive(Default)]
struct Tag<'a> {
    names: Vec<&'a str>,
    variables: Vec<&'a str>,
    /// What follows `=`: a letter for each token.
    assigned: Option<String>,
    sets_attribute: bool,
    joins: bool,
    calls: bool,
    depth: usize,
    wraps: usize,
    place: text::Span,
}

/// The texts that a template's author wrote into its expressions.
pub(crate) fn constants(template: &str, syntax: Syntax) -> impl Iterator<Item = String> {
    all_tokens(template, syntax).filter_map(|(token, _)| match token {
        Token::Str(text) => Some(text.to_owned()),
        Token::String(text) => Some(text.into()),
        _ => None,
    })
}

/// Every block tag (`{% … %}`), from its first byte to behind its last.
pub(crate) fn blocks(template: &str, syntax: Syntax) -> Vec<text::Span> {
    let (mut blocks, mut start) = (Vec::new(), None);
    for (token, span) in all_tokens(template, syntax) {
        match token {
            Token::BlockStart => start = Some(span.start_offset as usize),
            Token::BlockEnd => {
                let end = span.end_offset as usize;
                blocks.extend(start.take().map(|start| text::Span { start, end }));
            }
            _ => {}
        }
    }
    blocks
}

/// The expression of a text that is exactly one: `{{ expression }}`.
pub(crate) fn only_expression(template: &str) -> Option<&str> {
    let mut tokens = all_tokens(template, Syntax::Curly);
    let Some((Token::VariableStart, start)) = tokens.next() else { return None };
    let mut end = None;
    for (token, span) in tokens {
        match token {
            _ if end.is_some() => return None,
            Token::VariableEnd => end = Some(span),
            _ => {}
        }
    }
    let end = end?;
    let is_whole = start.start_offset == 0 && end.end_offset as usize == template.len();
    let inner = template.get(start.end_offset as usize..end.start_offset as usize)?;
    // `{{-` and `-}}` strip what is not there.
    is_whole.then(|| inner.trim_start_matches('-').trim_end_matches('-').trim())
}

/// The place where a template outgrows every limit of the engine: texts kept joined to others where a
/// macro may repeat it or too often, tags or values nested too deeply, namespaces that carry them from
/// one round of a loop to the next.
pub(crate) fn excess(template: &str, syntax: Syntax) -> Option<(text::Span, Excess)> {
    if template.lines().any(|line| line.len() > MAX_LINE && line.contains(['{', '['])) {
        return Some((text::Span::default(), Excess::Line));
    }
    let (mut repeated, mut joins, mut wraps, mut branches) = (Vec::new(), 0, 0, 0);
    for tag in tags(template, syntax) {
        let first = tag.names.first().copied().unwrap_or_default();
        match first {
            "for" => repeated.push(tag.names.contains(&"recursive")),
            "macro" | "call" => repeated.push(true),
            "endfor" | "endmacro" | "endcall" => drop(repeated.pop()),
            "elif" => branches += 1,
            _ => {}
        }
        let stores = tag.calls || matches!(first, "set" | "with" | "do" | "for" | "macro" | "call");
        if stores && tag.joins && tag.others() > 0 {
            joins += tag.others() * (1 + usize::from(tag.has_twice()));
            let loops =
                repeated.iter().any(|recurs| *recurs) || (!repeated.is_empty() && tag.has_twice());
            if loops || joins > MAX_JOINS {
                return Some((tag.place, Excess::Growth));
            }
        }
        if stores && !tag.read().is_empty() {
            wraps += tag.wraps;
        }
        if tag.depth > MAX_DEPTH || branches > MAX_DEPTH || wraps > MAX_WRAPS {
            return Some((tag.place, Excess::Depth));
        }
        if tag.carries() {
            return Some((tag.place, Excess::Namespace));
        }
    }
    None
}

impl<'a> Tag<'a> {
    fn take(&mut self, token: &Token<'a>, previous: Option<char>) {
        if let Some(assigned) = &mut self.assigned {
            assigned.push(letter(token));
        }
        match token {
            Token::Ident(name) => {
                if !self.names.is_empty() && !matches!(previous, Some('.' | '|')) && !is_word(name)
                {
                    self.variables.push(name);
                }
                self.names.push(name);
                self.depth += usize::from(is_word(name));
            }
            Token::Assign if self.assigned.is_none() => self.assigned = Some(String::new()),
            Token::Dot if self.assigned.is_none() => self.sets_attribute = true,
            Token::Tilde | Token::Plus | Token::Mul => self.joins = true,
            Token::ParenOpen => self.calls = true,
            _ => {}
        }
        let is_flat = matches!(
            token,
            Token::Ident(_)
                | Token::Str(_)
                | Token::String(_)
                | Token::Int(_)
                | Token::Float(_)
                | Token::Comma
                | Token::Colon
                | Token::Assign
                | Token::BracketClose
                | Token::ParenClose
                | Token::BraceClose
        );
        self.depth += usize::from(!is_flat);
        let wraps =
            matches!(token, Token::BracketOpen | Token::BraceOpen | Token::ParenOpen | Token::Pipe);
        self.wraps += usize::from(wraps);
    }

    /// The variables whose values are joined; the target of a `set` is none of them.
    fn read(&self) -> Vec<&str> {
        let is_set = self.names.first() == Some(&"set");
        self.variables.iter().skip(usize::from(is_set)).copied().collect()
    }

    /// How many variables are joined to the first.
    fn others(&self) -> usize {
        self.read().len().saturating_sub(1)
    }

    fn has_twice(&self) -> bool {
        let mut read = self.read();
        read.sort_unstable();
        read.windows(2).any(|pair| pair.first() == pair.last())
    }

    /// Whether an attribute is set to more than a literal (`l`) or a counter (`v.v+i`, `v.v-i`).
    fn carries(&self) -> bool {
        let assigned = self.assigned.as_deref().unwrap_or_default();
        let counter = assigned.strip_suffix("+i").unwrap_or("(");
        self.names.first() == Some(&"set")
            && self.sets_attribute
            && !matches!(assigned, "l" | "i")
            && !counter.chars().all(|it| matches!(it, 'v' | '.'))
    }
}

fn tags(template: &str, syntax: Syntax) -> impl Iterator<Item = Tag<'_>> {
    let mut tokens = all_tokens(template, syntax);
    std::iter::from_fn(move || {
        let mut tag: Option<Tag<'_>> = None;
        let mut previous = None;
        for (token, span) in tokens.by_ref() {
            match (&mut tag, &token) {
                (None, Token::BlockStart | Token::VariableStart) => {
                    let place = (span.start_offset as usize..span.end_offset as usize).into();
                    tag = Some(Tag { place, ..Tag::default() });
                }
                (Some(_), Token::BlockEnd | Token::VariableEnd) => return tag,
                (Some(tag), token) => tag.take(token, previous),
                (None, _) => {}
            }
            previous = match token {
                Token::Dot => Some('.'),
                Token::Pipe => Some('|'),
                _ => None,
            };
        }
        None
    })
}

/// The words that stand for operators.
fn is_word(name: &str) -> bool {
    matches!(name, "and" | "or" | "not" | "if" | "else" | "is" | "in" | "recursive")
}

fn letter(token: &Token<'_>) -> char {
    match token {
        Token::Ident("true" | "false" | "none" | "True" | "False" | "None")
        | Token::Str(_)
        | Token::String(_)
        | Token::Float(_) => 'l',
        Token::Ident(name) if !is_word(name) => 'v',
        Token::Int(_) => 'i',
        Token::Dot => '.',
        Token::Plus | Token::Minus => '+',
        _ => '(',
    }
}

pub(super) fn all_tokens(
    template: &str,
    syntax: Syntax,
) -> impl Iterator<Item = (Token<'_>, Span)> {
    let tokens = delimiters(syntax).ok().map(|syntax| tokenize(template, false, syntax));
    tokens.into_iter().flatten().map_while(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_one_expression_is_that_expression() {
        assert_eq!(only_expression("{{ a + 1 }}"), Some("a + 1"));
        assert_eq!(only_expression("{{ a }} {{ b }}"), None);
        assert_eq!(only_expression("x{{ a }}"), None);
        assert_eq!(only_expression("{{ a }}\n"), None);
        assert_eq!(only_expression("plain"), None);
    }

    #[test]
    fn what_no_limit_of_the_engine_bounds_is_found() {
        let find = |text: &str| excess(text, Syntax::Curly).map(|(_, what)| what);
        let once = "{% set x = x ~ '-' ~ x %}";
        assert_eq!(find(once), None);
        assert_eq!(find(&once.repeat(9)), Some(Excess::Growth));
        for (template, what) in [
            ("{% for i in l %}{% set x = x ~ x %}{% endfor %}", Excess::Growth),
            ("{% macro m(s) %}{{ m(s ~ s) }}{% endmacro %}", Excess::Growth),
            ("{% macro m(a, b) %}{% set c = a ~ b %}{{ m(c, a) }}{% endmacro %}", Excess::Growth),
            ("{% for i in l recursive %}{{ loop([i ~ x]) }}{% endfor %}", Excess::Growth),
            ("{% set p.a = p.a ~ q.a %}", Excess::Namespace),
            ("{% set ns.l = ns.l + [1] %}", Excess::Namespace),
            ("{% set ns.l = ns.l ~ 'x' %}", Excess::Namespace),
            ("{% set ns.l = y %}", Excess::Namespace),
            ("{% set ns.l = [ns.l] %}", Excess::Namespace),
            ("{% set ns.l = ns.l + 1 if x %}", Excess::Namespace),
        ] {
            assert_eq!(find(template), Some(what), "{template}");
        }
        for template in [
            "{% for i in l %}{% set ns.n = ns.n + 1 %}{% set ns.found = true %}{% endfor %}",
            "{% for i in l %}{% set x = a ~ '/' ~ i %}{{ a ~ b ~ x }}{% endfor %}",
            "{% macro m(a) %}{{ a ~ '-' ~ a }}{% endmacro %}{% set x = m(a ~ b) %}",
            "{% set image = registry ~ '/' ~ name ~ ':' ~ tag %}",
        ] {
            assert_eq!(find(template), None, "{template}");
        }
    }

    #[test]
    fn what_the_engine_walks_by_recursion_is_not_deep() {
        let deep = |text: String| excess(&text, Syntax::Curly).map(|(_, what)| what);
        for step in
            [".a", "[0]", "|upper", "+1", "**1", "~'a'", " if 1 else 1", " and 1", " is x", "()"]
        {
            assert_eq!(
                deep(format!("{{{{ a{} }}}}", step.repeat(500))),
                Some(Excess::Depth),
                "{step}"
            );
        }
        assert_eq!(deep(format!("{{{{ {}1 }}}}", "not ".repeat(500))), Some(Excess::Depth));
        assert_eq!(deep("{% elif 0 %}".repeat(500)), Some(Excess::Depth));
        assert_eq!(deep("{% set x = [x] %}".repeat(600)), Some(Excess::Depth));
        assert_eq!(deep(format!("{{{{ [{}] }}}}", "a, 1, ".repeat(900))), None);
    }
}
