//! `glob.match` as OPA has it: patterns over words between delimiters.

use regorus::Value;

use super::{original, pattern::literal, text};

pub(super) fn matches(values: &[Value], _: i64) -> Result<Value, String> {
    let delimiters = match values.get(1) {
        Some(Value::Null) => String::new(),
        Some(Value::Array(items)) if items.iter().next().is_none() => ".".to_owned(),
        Some(Value::Array(items)) => {
            let one = |it: &Value| it.as_string().map(|it| it.to_string());
            let words: Result<Vec<_>, _> = items.iter().map(one).collect();
            let words = words.map_err(|_| "delimiters must be a list of texts")?;
            if words.iter().any(|it| it.chars().count() != 1) {
                return Err("a delimiter must be one letter".to_owned());
            }
            words.concat()
        }
        Some(_) | None => return Err("delimiters must be a list of texts, or null".to_owned()),
    };
    let pattern = translated(&text(values, 0)?, &delimiters)?;
    original("regex.match", &[Value::from(pattern), Value::from(text(values, 2)?)])
}

/// A pattern as a regular expression.
fn translated(pattern: &str, delimiters: &str) -> Result<String, String> {
    let one = match delimiters {
        "" => "(?s:.)".to_owned(),
        some => format!("[^{}]", some.chars().map(literal).collect::<String>()),
    };
    let mut regex = String::from(r"\A(?:");
    let mut letters = pattern.chars().peekable();
    let mut braces = 0_usize;
    while let Some(letter) = letters.next() {
        match letter {
            '*' if letters.next_if_eq(&'*').is_some() => {
                while letters.next_if_eq(&'*').is_some() {}
                regex += "(?s:.*)";
            }
            '*' => regex += &format!("{one}*"),
            '?' => regex += &one,
            '\\' => regex += &literal(letters.next().ok_or("a `\\` ends the pattern")?),
            '{' => {
                braces += 1;
                regex += "(?:";
            }
            '}' if braces > 0 => {
                braces -= 1;
                regex.push(')');
            }
            ',' if braces > 0 => regex.push('|'),
            '[' => {
                regex.push('[');
                if letters.next_if_eq(&'!').is_some() {
                    regex.push('^');
                }
                loop {
                    match letters.next().ok_or("a `[` is never closed")? {
                        ']' => break,
                        '-' => regex.push('-'),
                        '\\' => regex += &literal(letters.next().ok_or("a `[` is never closed")?),
                        other => regex += &literal(other),
                    }
                }
                regex.push(']');
            }
            other => regex += &literal(other),
        }
    }
    if braces > 0 {
        return Err("a `{` is never closed".to_owned());
    }
    Ok(regex + r")\z")
}
