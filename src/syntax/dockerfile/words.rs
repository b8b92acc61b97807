//! The words of an instruction: `LABEL a="b c" d=e`, and the flags before them.

/// Splits at white space outside of quotes; quotes and escapes stay.
pub(super) fn words(text: &str, escape: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let escapes = character == escape && quote != Some('\'');
        if quote.is_none() && character.is_whitespace() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        match quote {
            None if matches!(character, '\'' | '"') => quote = Some(character),
            Some(open) if open == character => quote = None,
            _ => {}
        }
        if escapes {
            // At the very end it says nothing.
            let Some(next) = characters.next() else { break };
            word.push(character);
            word.push(next);
        } else {
            word.push(character);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The flags at the begin of arguments, without quotes and escapes, and what follows them.
pub(super) fn flags(text: &str, escape: char) -> (Vec<String>, &str) {
    let mut flags = Vec::new();
    let mut rest = text.trim_start();
    while rest.starts_with("--") {
        let (flag, after) = flag(rest, escape);
        if flag == "--" {
            return (flags, after);
        }
        flags.push(flag);
        rest = after.trim_start();
    }
    (flags, rest)
}

fn flag(text: &str, escape: char) -> (String, &str) {
    let mut flag = String::new();
    let mut quote = None;
    let mut characters = text.chars();
    loop {
        let rest = characters.as_str();
        let Some(character) = characters.next() else { return (flag, "") };
        match (character, quote) {
            (space, None) if space.is_whitespace() => return (flag, rest),
            ('\'' | '"', None) => quote = Some(character),
            (end, Some(open)) if end == open => quote = None,
            (mark, _) if mark == escape => flag.extend(characters.next()),
            _ => flag.push(character),
        }
    }
}

/// Splits at runs of spaces and tabs, into as many pieces as there are, or at the first run only.
pub(super) fn at_spaces(text: &str) -> impl Iterator<Item = &str> {
    // The text is trimmed: between two pieces stands a whole run.
    text.split(is_space).enumerate().filter(|(at, it)| *at == 0 || !it.is_empty()).map(|(_, it)| it)
}

/// The first word, and what stands behind the spaces after it.
pub(super) fn first_word(text: &str) -> (&str, Option<&str>) {
    match text.split_once(is_space) {
        Some((first, rest)) => (first, Some(rest.trim_start_matches(is_space))),
        None => (text, None),
    }
}

const fn is_space(character: char) -> bool {
    matches!(character, '\t' | '\x0b' | '\x0c' | '\r' | ' ')
}
