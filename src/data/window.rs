//! The part of a YAML text that a change can reach.

use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};

/// The whole entries of a text's outermost block map that hold the bytes of `around`; the rest of
/// the text stands at the outermost level of a block map, where nothing in those entries can reach
/// it, as long as they parse for themselves.
///
/// `None` if the text is no single block map, or is not YAML as far as it was read.
pub fn yaml_entries_around(text: &str, around: &Range<usize>) -> Option<Range<usize>> {
    if text.contains('\r') {
        return None;
    }
    let mut walk = Walk { lines: Lines { text, line: 1, start: 0 }, depth: 0, nodes: 0 };
    let mut start = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        match walk.step(&event, span)? {
            Some(key) if key <= around.start => start = key,
            Some(key) if key >= around.end => return Some(start..key),
            Some(_) | None => {}
        }
    }
    Some(start..text.len())
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

    fn entries(text: &str, part: &str) -> Option<String> {
        let start = text.find(part).unwrap();
        let range = yaml_entries_around(text, &(start..start + part.len()))?;
        text.get(range).map(str::to_owned)
    }

    #[test]
    fn a_change_reaches_the_outermost_entry_that_it_stands_in() {
        assert_eq!(entries(TEXT, "1\n").as_deref(), Some("a: 1\n"));
        assert_eq!(entries(TEXT, "text").as_deref(), Some("b:\n  - x: {y: 2}\n  - |\n   text\n"));
        assert_eq!(entries(TEXT, "q\n r").as_deref(), Some("c: \"q\n r\"\n"));
        assert_eq!(entries(TEXT, "2]").as_deref(), Some("d: [1,\n 2]\n"));
        assert_eq!(entries(TEXT, "top").as_deref(), Some("# top\n"));
        assert_eq!(
            entries(TEXT, "1\nb:").as_deref(),
            Some("a: 1\nb:\n  - x: {y: 2}\n  - |\n   text\n")
        );
    }

    #[test]
    fn a_line_inside_of_a_quoted_text_is_no_entry() {
        let text = "a: \"x\n\n  b: 1\n c: 2\"\nd: 3\n";
        assert_eq!(entries(text, "b: 1").as_deref(), Some("a: \"x\n\n  b: 1\n c: 2\"\n"));
    }

    #[test]
    fn other_texts_are_taken_whole() {
        for text in [
            "- a: 1\n- b: 2\n",
            "{a: 1,\nb: 2}\n",
            "a: 1\n---\nb: 2\n",
            "text\n",
            "a: 1\r\nb: 2\r\n",
        ] {
            assert_eq!(
                yaml_entries_around(text, &(text.len() - 2..text.len() - 1)),
                None,
                "{text}"
            );
        }
    }
}
