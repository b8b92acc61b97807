//! Where a template speaks of names: each tag with what it prints, asks or keeps.

use minijinja::machinery::Token;

use super::lexed::all_tokens;
use crate::{manifest::Syntax, text::Span};

/// One tag that speaks of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The tag.
    pub span: Span,
    /// What the tag does with them.
    pub how: Use,
    /// The names that it reads.
    pub names: Vec<String>,
    /// The names that it gives their values to.
    pub sets: Vec<String>,
}

/// What a tag does with the names that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It prints them.
    Printed,
    /// They decide what is there.
    Decides,
    /// Something is there for each of their items.
    Repeats,
    /// It keeps them under another name, or gives them on.
    Kept,
}

/// The words that read as names and are none.
const WORDS: [&str; 22] = [
    "and",
    "or",
    "not",
    "if",
    "else",
    "is",
    "in",
    "recursive",
    "true",
    "false",
    "none",
    "True",
    "False",
    "None",
    "as",
    "import",
    "with",
    "context",
    "without",
    "ignore",
    "missing",
    "loop",
];

/// Every tag of a template that reads names. A text without tags, or one that is broken, has none
/// behind the break.
pub fn mentions(template: &str, syntax: Syntax) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut tag: Option<(Mention, Option<String>)> = None;
    let mut previous = ' ';
    for (token, span) in all_tokens(template, syntax) {
        let end = span.end_offset as usize;
        match (&mut tag, &token) {
            (None, Token::VariableStart | Token::BlockStart) => {
                let mention = Mention {
                    span: (span.start_offset as usize..end).into(),
                    how: Use::Printed,
                    names: Vec::new(),
                    sets: Vec::new(),
                };
                let keyword = matches!(token, Token::BlockStart).then(String::new);
                tag = Some((mention, keyword));
            }
            (Some(_), Token::VariableEnd | Token::BlockEnd) => {
                let done = tag.take().map(|(tag, _)| tag).filter(|it| !it.names.is_empty());
                mentions.extend(done.map(|it| Mention { span: Span { end, ..it.span }, ..it }));
            }
            (Some((mention, Some(keyword))), Token::Ident(name)) if keyword.is_empty() => {
                mention.how = how(name);
                *keyword = (*name).to_owned();
            }
            // `for x in`, `set x =`: what stands before gets the values.
            (Some((mention, Some(keyword))), Token::Ident("in")) if keyword == "for" => {
                mention.sets.append(&mut mention.names);
                keyword.push(' ');
            }
            (Some((mention, Some(keyword))), Token::Assign) if keyword == "set" => {
                mention.sets.append(&mut mention.names);
                keyword.push(' ');
            }
            (Some((mention, _)), Token::Ident(name)) => {
                let is_name = !matches!(previous, '.' | '|') && !WORDS.contains(name);
                mention.names.extend(is_name.then(|| (*name).to_owned()));
            }
            _ => {}
        }
        previous = match token {
            Token::Dot => '.',
            Token::Pipe => '|',
            _ => ' ',
        };
    }
    mentions
}

fn how(keyword: &str) -> Use {
    match keyword {
        "if" | "elif" => Use::Decides,
        "for" => Use::Repeats,
        "include" | "import" | "from" | "extends" => Use::Decides,
        _ => Use::Kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(template: &str) -> Vec<String> {
        let line = |it: Mention| {
            let sets = if it.sets.is_empty() { String::new() } else { it.sets.join(",") + " = " };
            format!("{:?} {sets}{}", it.how, it.names.join(","))
        };
        mentions(template, Syntax::Curly).into_iter().map(line).collect()
    }

    #[test]
    fn each_tag_says_what_it_reads_and_what_it_sets() {
        let template = "{{ a.b | upper }} {% if c == 'd' and not e %}{% for x, y in f.items() %}\
            {{ x ~ y }}{% endfor %}{% endif %}{% set g = h + 1 %}{% include i ~ '/j' %}{{ 1 }}";
        assert_eq!(
            shown(template),
            [
                "Printed a",
                "Decides c,e",
                "Repeats x,y = f",
                "Printed x,y",
                "Kept g = h",
                "Decides i"
            ]
        );
        assert_eq!(shown("no tag"), Vec::<String>::new());
    }
}
