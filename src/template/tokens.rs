//! What a template says before it runs: its constants, and texts that grow by being joined to
//! themselves. The only use of the engine's unstable tokens.

use minijinja::machinery::{Span, Token, tokenize};

use super::engine::delimiters;
use crate::{manifest::Syntax, text};

/// How often a template may join a text to itself outside of loops and macros.
const MAX_DOUBLINGS: usize = 4;

/// One tag of a template: `{{ … }}` or `{% … %}`.
#[derive(Default)]
struct Tag<'a> {
    names: Vec<&'a str>,
    variables: Vec<&'a str>,
    joins: bool,
    calls: bool,
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

/// The place where a template joins a text to itself so often that nothing would bound it: in a
/// loop or a macro, or more than a few times outside of them.
pub(crate) fn doubling(template: &str, syntax: Syntax) -> Option<text::Span> {
    if !template.contains(['~', '*', '+']) {
        return None;
    }
    let (mut repeated, mut doublings) = (0_usize, 0_usize);
    for tag in tags(template, syntax) {
        match tag.names.first() {
            Some(&("for" | "macro" | "call")) => repeated += 1,
            Some(&("endfor" | "endmacro" | "endcall")) => repeated = repeated.saturating_sub(1),
            _ => {}
        }
        let stores = tag.calls || matches!(tag.names.first(), Some(&("set" | "with" | "do")));
        if tag.joins && stores && tag.has_twice() {
            doublings += 1;
            if repeated > 0 || doublings > MAX_DOUBLINGS {
                return Some(tag.place);
            }
        }
    }
    None
}

/// The place where a literal of `filter` stands inside of quotes that begin on its line. The
/// literal would end them.
pub(crate) fn literal_in_quotes(
    template: &str,
    syntax: Syntax,
    (filter, quotes): (&str, &[char]),
) -> Option<text::Span> {
    if !template.contains(filter) {
        return None;
    }
    let (mut open, mut start, mut previous) = (None, text::Span::default(), None);
    let mut last_filter = None;
    for (token, span) in all_tokens(template, syntax) {
        match &token {
            Token::TemplateData(data) => open = quote_after(open, data, quotes),
            Token::VariableStart => {
                start = (span.start_offset as usize..span.end_offset as usize).into();
                last_filter = None;
            }
            Token::VariableEnd if open.is_some() && last_filter == Some(filter) => {
                return Some(text::Span { end: span.end_offset as usize, ..start });
            }
            Token::Ident(name) if previous == Some('|') => last_filter = Some(*name),
            _ => {}
        }
        previous = matches!(token, Token::Pipe).then_some('|');
    }
    None
}

/// The quote that is open behind `data`; none is open where a line begins or in a comment.
fn quote_after(mut open: Option<char>, data: &str, quotes: &[char]) -> Option<char> {
    let (mut escaped, mut before, mut in_comment) = (false, ' ', false);
    for character in data.chars() {
        match (open, character) {
            (_, '\n') => (open, in_comment) = (None, false),
            _ if escaped || in_comment => escaped = false,
            (_, '\\') => escaped = true,
            (None, '#') if before.is_whitespace() => in_comment = true,
            (None, '/') if before == '/' => in_comment = true,
            (None, quote) if quotes.contains(&quote) => open = Some(quote),
            (Some(quote), other) if quote == other => open = None,
            _ => {}
        }
        before = character;
    }
    open
}

impl Tag<'_> {
    /// Whether a variable stands twice among what is joined; the target of a `set` counts not.
    fn has_twice(&self) -> bool {
        let read = self.variables.iter().skip(usize::from(self.names.first() == Some(&"set")));
        let mut read: Vec<_> = read.collect();
        read.sort_unstable();
        read.windows(2).any(|pair| pair.first() == pair.last())
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
                (Some(tag), Token::Ident(name)) => {
                    if !tag.names.is_empty() && !matches!(previous, Some('.' | '|')) {
                        tag.variables.push(name);
                    }
                    tag.names.push(name);
                }
                (Some(tag), Token::Tilde | Token::Plus | Token::Mul) => tag.joins = true,
                (Some(tag), Token::ParenOpen) => tag.calls = true,
                _ => {}
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

fn all_tokens(template: &str, syntax: Syntax) -> impl Iterator<Item = (Token<'_>, Span)> {
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
    fn a_literal_inside_of_quotes_is_found() {
        let find = |text| literal_in_quotes(text, Syntax::Curly, ("sh_quote", &['"', '\'']));
        assert!(find("echo \"hi {{ x | sh_quote }}\"").is_some());
        assert!(find("echo 'a' '{{ y }} {{ x | sh_quote }}'").is_some());
        assert!(find("echo \"hi\" {{ x | sh_quote }} \"{{ y }}\"\n").is_none());
        assert!(find("# don't\necho {{ x | sh_quote }}").is_none());
    }

    #[test]
    fn joining_a_text_to_itself_is_found_where_it_repeats() {
        let once = "{% set x = x ~ '-' ~ x %}";
        assert_eq!(doubling(once, Syntax::Curly), None);
        assert!(doubling(&once.repeat(5), Syntax::Curly).is_some());
        let looped = "{% for i in range(40) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}";
        assert!(doubling(looped, Syntax::Curly).is_some());
        let counted = "{% for i in l %}{% set ns.n = ns.n + 1 %}{% endfor %}";
        assert_eq!(doubling(counted, Syntax::Curly), None);
        let recursive = "{% macro m(s) %}{{ m(s ~ s) }}{% endmacro %}";
        assert!(doubling(recursive, Syntax::Curly).is_some());
    }
}
