//! What a search has found: each golden path on a line, and below it the texts that were met.

use super::{
    CatalogRow, catalog,
    ink::{FAINT, WARN, paint},
};
use crate::{
    catalog::{Field, Hit, Match},
    ui::{Look, clean_line},
};

/// The hits, the best first.
pub fn found(hits: &[Hit<'_>], look: Look) -> String {
    let rows: Vec<_> = hits.iter().map(|it| CatalogRow::from(&it.manifest.metadata)).collect();
    let table = catalog(&rows, look);
    let below = |hit: &Hit<'_>| {
        let shown = hit.matches.iter().filter(|it| it.field != Field::Name);
        shown.map(|it| format!("\n    {}", line(it, look))).collect::<String>()
    };
    let lines = table.lines().zip(hits).map(|(row, hit)| format!("{row}{}", below(hit)));
    lines.collect::<Vec<_>>().join("\n")
}

/// One text with its words marked, and where it stands.
fn line(met: &Match, look: Look) -> String {
    let place = match met.field {
        Field::Docs => clean_line(&met.place).into_owned(),
        field => field.as_str().to_owned(),
    };
    let columns = look.text().saturating_sub(place.chars().count() + 6);
    let first = met.spans.first().map_or(0, |it| it.start);
    let (start, end) = excerpt(&met.text, first, columns.max(20));
    let mut shown = if start > 0 { "...".to_owned() } else { String::new() };
    let mut at = start;
    let piece = |from: usize, to: usize| {
        clean_line(met.text.get(from..to).unwrap_or_default()).into_owned()
    };
    for span in met.spans.iter().filter(|it| it.start >= start && it.end <= end) {
        shown += &piece(at, span.start);
        shown += &paint(WARN, piece(span.start, span.end));
        at = span.end;
    }
    shown += &piece(at, end);
    if end < met.text.len() {
        shown += "...";
    }
    format!("{} {shown}", paint(FAINT, format!("{place}:")))
}

/// The part of a text that is shown: as many characters as there are columns, with `first` in it.
fn excerpt(text: &str, first: usize, columns: usize) -> (usize, usize) {
    let places: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    let wanted = places.iter().position(|it| *it >= first).unwrap_or(0);
    let room = columns.saturating_sub(6);
    if places.len() <= columns {
        return (0, text.len());
    }
    let start = if wanted < room / 2 { 0 } else { wanted - room / 4 };
    let end = (start + room).min(places.len() - 1);
    let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
    (place(start), place(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::Span,
        ui::human::ink::test::{TERMINAL, plain},
        ui::prompt::test::manifest,
    };

    #[test]
    fn the_words_are_shown_where_they_stand() {
        let met = |field, text: &str, word: &str| {
            let start = text.find(word).unwrap();
            let spans = vec![Span { start, end: start + word.len() }];
            let place = "README.md:7".to_owned();
            Match { field, place, text: text.to_owned(), spans, is_guess: false }
        };
        let long = format!("{} and \x1b[31mmetrics for {}", "word ".repeat(30), "all ".repeat(30));
        let manifest = manifest("python-service");
        let matches = vec![
            met(Field::Name, "python-service", "python"),
            met(Field::Tag, "python", "python"),
            met(Field::Docs, &long, "metrics"),
        ];
        let hits = [Hit { manifest: &manifest, score: 1, matches }];
        insta::assert_snapshot!(plain(&found(&hits, TERMINAL)), @"
        python-service  1.2.0  Python HTTP service  python http
            tag: python
            README.md:7: ...ord  and ␛[31mmetrics for all all all all all all all all...
        ");
        assert_eq!(found(&[], TERMINAL), "");
    }
}
