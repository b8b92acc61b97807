//! Printed keys: a text that is harmless by its shape may still be the name of a neighbour, and some
//! readers let the last of two keys win.

use crate::{
    data::{parse_json, parse_yaml_values},
    template::Format,
    text::Document,
};

/// Whether a template prints keys and its output has one of them twice.
pub(super) fn stand_twice(template: &str, text: &str, format: Format) -> bool {
    if !prints_keys(template) {
        return false;
    }
    let document = Document::new("", text);
    match format {
        Format::Yaml => {
            parse_yaml_values(&document).is_err_and(|error| error.message.contains("duplicate"))
        }
        Format::Json => parse_json(&document).is_ok_and(|data| data.value.has_key_twice()),
        // Every reader of TOML refuses it.
        Format::Toml => false,
    }
}

/// Whether an expression ends in a word that a colon follows.
fn prints_keys(template: &str) -> bool {
    let is_word = |it: char| it.is_ascii_alphanumeric() || "_.-\"'".contains(it);
    let is_key = |rest: &str| {
        let rest = rest.trim_start_matches(is_word).trim_start_matches([' ', '\t']);
        rest.strip_prefix(':')
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
    };
    // One byte is found several times as fast as two.
    ['}', ']'].into_iter().any(|end| {
        let mut last = None;
        template.match_indices(end).any(|(at, _)| {
            let is_end = last.replace(at + 1) == Some(at);
            is_end && template.get(at + 1..).is_some_and(is_key)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_prints_keys_where_a_word_that_ends_in_an_expression_is_before_a_colon() {
        for prints in
            ["{{ a }}: 1", "x-{{ a }}-y : 1", "'{{ a }}':\n", "[[ a ]]:", "{{ {'b': 1}}}: 1"]
        {
            assert!(prints_keys(prints), "{prints}");
        }
        for not in ["a: {{ b }}", "{{ a }}:80", "{{ a }} b: 1", "a: {b: {c: d} }: 1", "} }: 1"] {
            assert!(!prints_keys(not), "{not}");
        }
    }
}
