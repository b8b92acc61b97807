//! What to write instead of an expression in source code: one literal without quotes and a prefix, or
//! one in the braces that the code around it has for expressions.

use super::{Candidate, Line};
use crate::{diag::Wanted, text::Span};

impl<'t> Line<'t> {
    /// Where a literal of a program stands in no quotes of this line: without its prefix, or in braces.
    pub(super) fn outside(&self, filter: &str, alone: &str) -> Vec<Candidate> {
        let Span { start, end } = self.tag;
        let candidate =
            |start, end, text| Candidate { span: Span { start, end }, text, keeps_data: false };
        match filter {
            "js_str" if self.is_in_braces() => {
                vec![candidate(start, end, format!("{{ {alone} }}"))]
            }
            "js_str" if self.is_in_template() => {
                vec![candidate(start, end, format!("${{ {alone} }}"))]
            }
            "py_str" | "rust_str" => {
                let prefix = self.prefix(start);
                let hashes = prefix.trim_start_matches('r').len();
                let is_known = match filter {
                    "rust_str" => prefix.trim_start_matches('r') == "#".repeat(hashes),
                    _ => !prefix.to_ascii_lowercase().contains('b'),
                };
                let close = end + if filter == "rust_str" { hashes } else { 0 };
                let drop = candidate(start - prefix.len(), close, alone.to_owned());
                if is_known && !prefix.is_empty() { vec![drop] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// Where an expression stands in quotes of a program: the whole text as one literal, or what
    /// stands around it side by side with it.
    pub(super) fn in_code(
        &self,
        filter: &str,
        (open, close, quote): (usize, usize, char),
        alone: &str,
    ) -> Vec<Candidate> {
        let prefix = self.prefix(open);
        let (start, mut end) = (open - prefix.len(), close + 1);
        if filter == "rust_str" {
            end += prefix.trim_start_matches('r').len();
        }
        let candidate = |text| Candidate { span: Span { start, end }, text, keeps_data: false };
        let mut all = Vec::new();
        let (before, after) =
            (self.slice(open + 1, self.tag.start), self.slice(self.tag.end, close));
        let lower = prefix.to_ascii_lowercase();
        let is_pattern = lower.contains(['f', 't']) || quote == '`' && filter == "js_str";
        let says_more = is_pattern && self.says_more(open + 1, close);
        // A text of bytes is no text.
        if lower.contains(['b', 'c']) {
            return all;
        }
        if !says_more {
            let between = Span { start: open + 1, end: close };
            let joined = self.joined(between, filter, Some(quote));
            let whole =
                if before.is_empty() && after.is_empty() { Some(alone.to_owned()) } else { joined };
            all.extend(whole.clone().map(candidate));
            if filter == "js_str" && self.is_in_braces() {
                all.extend(whole.map(|whole| candidate(format!("{{ {whole} }}"))));
            }
        }
        match filter {
            "js_str" if self.is_in_template() => {
                let Span { start, end } = self.tag;
                let text = format!("${{ {alone} }}");
                all.push(Candidate { span: Span { start, end }, text, keeps_data: false });
            }
            "py_str" if before.matches('{').count() == before.matches('}').count() => {
                let part =
                    |it: &str| (!it.is_empty()).then(|| format!("{prefix}{quote}{it}{quote}"));
                let parts = [part(before), Some(alone.to_owned()), part(after)];
                all.push(candidate(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")));
            }
            _ => {}
        }
        all
    }

    const fn is_in_braces(&self) -> bool {
        matches!(self.wanted, Some(Wanted::InBraces(_)))
    }

    const fn is_in_template(&self) -> bool {
        matches!(self.wanted, Some(Wanted::InTemplateLiteral(_)))
    }

    /// The letters and signs right before a place that may be a text's prefix.
    fn prefix(&self, at: usize) -> &'t str {
        let front = self.slice(self.start, at);
        let is_prefix = |it: char| it.is_alphanumeric() || matches!(it, '_' | '#');
        let start = front.rfind(|it| !is_prefix(it)).map_or(0, |at| at + 1);
        let prefix = front.get(start..).unwrap_or_default();
        let letters = prefix.trim_end_matches('#');
        let is_known = letters.len() < 3
            && letters.chars().all(|it| "bBcCfFrRtTuU".contains(it))
            && (letters == "r" || letters.len() == prefix.len());
        if is_known { prefix } else { "" }
    }

    /// Whether a part of the line has braces of its own, outside of the template's expressions.
    fn says_more(&self, start: usize, end: usize) -> bool {
        let is_tag = |at: usize| self.tags.iter().any(|tag| (tag.start..tag.end).contains(&at));
        let mut signs = self.slice(start, end).char_indices();
        signs.any(|(at, it)| matches!(it, '{' | '}') && !is_tag(start + at))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use crate::diag::Wanted;

    #[test]
    fn a_literal_of_a_program_loses_the_prefix_and_stands_beside_what_is_more() {
        let first = |text: &str, filter| written(text, &Wanted::Literal(filter));
        assert_eq!(first("x = f\"a {{ d }}\"", "py_str")[0], "x = {{ (\"a \" ~ d) | py_str }}");
        assert_eq!(first("x = f{{ d | py_str }}", "py_str")[0], "x = {{ d | py_str }}");
        assert_eq!(
            first("f(f\"{x} {{ d }}{y}\")", "py_str"),
            ["f(f\"{x} \" {{ d | py_str }} f\"{y}\")"]
        );
        assert!(first("x = b'{{ d }}'", "py_str").is_empty());
        assert_eq!(first("x = r#\"{{ d }}\"#;", "rust_str"), ["x = {{ d | rust_str }};"]);
        assert_eq!(first("x = r#{{ d | rust_str }}#;", "rust_str"), ["x = {{ d | rust_str }};"]);
        assert_eq!(first("x = `a {{ d }}`", "go_str"), ["x = {{ (\"a \" ~ d) | go_str }}"]);
        let all = written("<a b=\"{{ d }}\"/>", &Wanted::InBraces("js_str"));
        assert!(all.contains(&"<a b={ {{ d | js_str }} }/>".to_owned()), "{all:?}");
    }
}
