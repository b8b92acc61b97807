//! Where the outermost entries of a YAML text begin: how far a change in one of them can reach.

use saphyr_parser::{Event, Parser, Span};

/// Where the entries of a text's outermost block map begin, and where the last of them ends. Nothing in
/// one of them can reach the others, as long as it parses for itself.
///
/// Those of the front alone, without an end, where a mistake or another document follows; none if the
/// text is no block map.
pub fn yaml_entries(text: &str) -> Vec<usize> {
    if text.contains('\r') {
        return Vec::new();
    }
    let mut walk = Walk { lines: Lines { text, line: 1, start: 0 }, depth: 0, nodes: 0 };
    let mut entries = Vec::new();
    for event in Parser::new_from_str(text) {
        let step = event.ok().and_then(|(event, span)| walk.step(&event, span));
        let Some(key) = step else { return entries };
        entries.extend(key);
    }
    entries.push(text.len());
    entries
}

/// Where a walk over a text's events is.
struct Walk<'a> {
    lines: Lines<'a>,
    depth: usize,
    /// How many nodes of the outermost map have begun: before a key it is even.
    nodes: usize,
}

impl Walk<'_> {
    /// The begin of an outermost key, if the event is one; nothing at all for other texts.
    fn step(&mut self, event: &Event<'_>, span: Span) -> Option<Option<usize>> {
        match event {
            Event::DocumentStart(_) if self.nodes > 0 => return None,
            Event::MappingStart(..) if self.depth == 0 => {
                let start = self.lines.start_of(span.start.line())?;
                let is_block = span.start.col() == 0 && !self.lines.begins(start, '{');
                self.depth = 1;
                return is_block.then_some(None);
            }
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let begins_node = self.depth == 1;
                self.depth += 1;
                self.nodes += usize::from(begins_node);
                // Without a map around it, a list is the whole text.
                return (self.depth > 1).then_some(None);
            }
            Event::MappingEnd | Event::SequenceEnd => self.depth = self.depth.checked_sub(1)?,
            Event::Scalar(..) | Event::Alias(_) => {
                let is_key = self.depth == 1 && self.nodes.is_multiple_of(2);
                self.nodes += usize::from(self.depth == 1);
                if self.depth == 0 {
                    return None;
                }
                if is_key && span.start.col() == 0 {
                    return self.lines.start_of(span.start.line()).map(Some);
                }
            }
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::Nothing => {}
        }
        Some(None)
    }
}

/// Where lines begin; asked for in rising order.
struct Lines<'a> {
    text: &'a str,
    line: usize,
    start: usize,
}

impl Lines<'_> {
    fn start_of(&mut self, line: usize) -> Option<usize> {
        while self.line < line {
            let rest = self.text.get(self.start..)?;
            self.start += rest.find('\n')? + 1;
            self.line += 1;
        }
        (self.line == line).then_some(self.start)
    }

    fn begins(&self, at: usize, with: char) -> bool {
        self.text.get(at..).is_some_and(|rest| rest.starts_with(with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# top\na: 1\nb:\n  - x: {y: 2}\n  - |\n   text\nc: \"q\n r\"\nd: [1,\n 2]\n";

    fn entries(text: &str) -> Vec<&str> {
        let bounds = yaml_entries(text);
        bounds.windows(2).map(|it| text.get(it[0]..it[1]).unwrap()).collect()
    }

    #[test]
    fn every_outermost_entry_begins_with_its_key() {
        assert_eq!(
            entries(TEXT),
            ["a: 1\n", "b:\n  - x: {y: 2}\n  - |\n   text\n", "c: \"q\n r\"\n", "d: [1,\n 2]\n"]
        );
    }

    #[test]
    fn a_line_inside_of_a_quoted_text_is_no_entry() {
        let text = "a: \"x\n\n  b: 1\n c: 2\"\nd: 3\n";
        assert_eq!(entries(text), ["a: \"x\n\n  b: 1\n c: 2\"\n", "d: 3\n"]);
    }

    #[test]
    fn what_stands_before_a_mistake_is_known() {
        assert_eq!(entries("a: 1\nb: 2\nc: [\n"), ["a: 1\n", "b: 2\n"]);
    }

    #[test]
    fn other_texts_have_no_entries() {
        for text in [
            "- a: 1\n- b: 2\n",
            "{a: 1,\nb: 2}\n",
            "a: 1\n---\nb: 2\n",
            "text\n",
            "a: 1\r\nb: 2\r\n",
        ] {
            assert!(entries(text).is_empty(), "{text}");
        }
    }
}
