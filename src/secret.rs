//! What looks like a secret, so that none is taken as an answer or printed.

/// The beginnings of well-known tokens, with the fewest characters that follow.
const PREFIXES: [(&str, usize, &str); 16] = [
    ("AKIA", 16, "an AWS access key"),
    ("ASIA", 16, "an AWS access key"),
    ("ghp_", 36, "a GitHub token"),
    ("gho_", 36, "a GitHub token"),
    ("ghs_", 36, "a GitHub token"),
    ("ghu_", 36, "a GitHub token"),
    ("github_pat_", 22, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"),
    ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("sk_live_", 20, "a Stripe key"),
    ("npm_", 36, "an npm token"),
    ("pypi-", 50, "a PyPI token"),
    ("AIza", 35, "a Google API key"),
    ("hvs.", 24, "a Vault token"),
    ("eyJ", 60, "a JSON web token"),
];

/// The shortest of them: most words are no secret by their length.
const SHORTEST: usize = 20;

/// What kind of secret `text` seems to hold, if any.
pub fn looks_secret(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    words(text).find_map(|(_, word)| secret_word(word))
}

/// The text with everything that looks like a secret replaced by `***`, one sign for one character.
pub fn redact(text: &str) -> String {
    let mut shown = text.to_owned();
    for (start, word) in words(text).filter(|(_, word)| secret_word(word).is_some()) {
        // Same length in bytes: places in the text stay right. A secret's word is ASCII.
        shown.replace_range(start..start + word.len(), &"*".repeat(word.len()));
    }
    shown
}

fn secret_word(word: &str) -> Option<&'static str> {
    if word.len() < SHORTEST {
        return None;
    }
    PREFIXES.iter().find_map(|(prefix, rest, kind)| {
        let tail = word.strip_prefix(prefix)?;
        (tail.len() >= *rest).then_some(*kind)
    })
}

/// The runs of characters that tokens are made of, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // What is no ASCII is no part of a token, and neither is any of its bytes.
    let is_token = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.');
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = at + bytes.get(at..)?.iter().position(is_token)?;
        let rest = bytes.get(start..)?;
        at = start + rest.iter().position(|it| !is_token(it)).unwrap_or(rest.len());
        Some((start, text.get(start..at)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Put together here, so that no scanner takes this file for a leak.
    fn token() -> String {
        format!("{}_{}", "ghp", "a1".repeat(18))
    }

    #[test]
    fn a_token_is_found_wherever_it_stands() {
        assert_eq!(looks_secret(&format!("x: \"{}\"", token())), Some("a GitHub token"));
        assert_eq!(looks_secret("-----BEGIN RSA PRIVATE KEY-----\n"), Some("a private key"));
    }

    #[test]
    fn ordinary_words_are_no_secrets() {
        for text in ["orders-api", "ghp_", "sk_live_x", "eyJ", "vault:orders/db#password", "AKIAX"]
        {
            assert_eq!(looks_secret(text), None, "{text}");
        }
    }

    #[test]
    fn redacting_keeps_every_other_byte_in_place() {
        let text = format!("ä: {} # ü", token());
        let shown = redact(&text);
        assert_eq!(shown.len(), text.len());
        assert_eq!(shown, format!("ä: {} # ü", "*".repeat(40)));
    }
}
