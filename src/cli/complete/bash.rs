//! Bash's own words: it cuts them at `=`, `:` and `@`, and wants back only what comes behind the cut.

/// The words of a line; the last one is being typed, and empty behind a space.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quote, mut escaped) = (None, false);
    for letter in line.trim_start().chars() {
        let is_end = quote.is_none() && !escaped && letter.is_whitespace();
        let Some(word) = words.last_mut() else { continue };
        match letter {
            _ if is_end && word.is_empty() => {}
            _ if is_end => words.push(String::new()),
            _ if escaped => {
                word.push(letter);
                escaped = false;
            }
            '\\' if quote != Some('\'') => escaped = true,
            '\'' | '"' if quote.is_none() => quote = Some(letter),
            _ if quote == Some(letter) => quote = None,
            _ => word.push(letter),
        }
    }
    words
}

/// What replaces the part of the word `typed` that bash takes for a word, so that `whole` stands there.
pub(super) fn reply(whole: &str, typed: &str, breaks: &str) -> String {
    let cut = typed.char_indices().rfind(|(_, it)| breaks.contains(*it));
    // Readline leaves `@` at the begin of the word behind it.
    let cut = cut.map_or(0, |(at, it)| if it == '@' { at } else { at + it.len_utf8() });
    let rest = whole.get(cut..).unwrap_or(whole);
    let is_plain = |it: char| it.is_alphanumeric() || "-_./@:+=,^~%".contains(it);
    let escaped = |it: char| match is_plain(it) {
        true => it.to_string(),
        false => format!("\\{it}"),
    };
    rest.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_as_the_shell_cuts_it() {
        assert_eq!(
            words("flagstone new  --set a='b c' "),
            ["flagstone", "new", "--set", "a=b c", ""]
        );
        assert_eq!(words("flagstone new a\\ b"), ["flagstone", "new", "a b"]);
        assert_eq!(words("flagstone \"x y"), ["flagstone", "x y"]);
    }

    #[test]
    fn bash_gets_what_comes_behind_its_own_cut() {
        let breaks = " \t\n\"'@><=;|&(:";
        assert_eq!(reply("database=postgres", "database=po", breaks), "postgres");
        assert_eq!(reply("rust-service@1.0.0", "rust-service@", breaks), "@1.0.0");
        assert_eq!(reply("rust-service", "ru", breaks), "rust-service");
        assert_eq!(reply("tier=very big", "tier=", breaks), "very\\ big");
    }
}
