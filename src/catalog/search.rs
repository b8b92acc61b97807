//! Golden paths by words: in their names, tags, titles, descriptions, questions and docs.
//!
//! Manifests, docs and words flow in; what has every word flows out, the best first, each with the
//! texts that were met and where they stand. A word that is nowhere may be a typing error, and is
//! then taken for the words nearest to it.

use std::cmp::Reverse;

use crate::{
    manifest::{Choice, FILE, Manifest, Parameter, Shape},
    name::nearest,
    text::Span,
};

/// Something to be searched.
#[derive(Debug, Clone, Copy)]
pub struct Searched<'a> {
    /// The golden path or layer.
    pub manifest: &'a Manifest,
    /// Its docs.
    pub docs: Option<&'a str>,
}

/// Something that has every word.
#[derive(Debug, Clone)]
pub struct Hit<'a> {
    /// The golden path or layer.
    pub manifest: &'a Manifest,
    /// How good it is; only the order says anything.
    pub score: usize,
    /// The texts that were met, the best first.
    pub matches: Vec<Match>,
}

/// A text that has one word or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What kind of text it is.
    pub field: Field,
    /// Where it stands: a file of the version's folder, with its line in docs.
    pub place: String,
    /// The text, on one line.
    pub text: String,
    /// Where in the text the words are.
    pub spans: Vec<Span>,
    /// Whether a word was taken for another.
    pub is_guess: bool,
}

/// What kind of text was met, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The name.
    Name,
    /// One of the tags.
    Tag,
    /// The title.
    Title,
    /// The description.
    Description,
    /// A parameter: its name, question, description and choices.
    Parameter,
    /// A line of the docs.
    Docs,
}

impl Field {
    /// What people and programs call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Tag => "tag",
            Self::Title => "title",
            Self::Description => "description",
            Self::Parameter => "parameter",
            Self::Docs => "docs",
        }
    }

    const fn weight(self) -> usize {
        match self {
            Self::Name => 100,
            Self::Tag => 60,
            Self::Title => 50,
            Self::Description => 30,
            Self::Parameter => 20,
            Self::Docs => 8,
        }
    }
}

/// How well a word of a text answers to one that is looked for, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Guessed = 1,
    Inside,
    Begins,
    Same,
}

/// A text of a golden path, and where it stands.
struct Text {
    field: Field,
    place: String,
    text: String,
}

/// One word met in one text.
struct Met {
    text: usize,
    span: Span,
    likeness: Likeness,
}

/// The longest list of texts for one hit.
const MOST_MATCHES: usize = 3;

/// Everything that has every word, the best first.
pub fn search<'a>(searched: &[Searched<'a>], words: &[String]) -> Vec<Hit<'a>> {
    let words: Vec<String> = words.iter().flat_map(|it| tokens(it)).map(|it| it.0).collect();
    let all: Vec<_> = searched.iter().map(|it| (it.manifest, texts(it))).collect();
    let is_anywhere =
        |word: &String| all.iter().any(|(_, texts)| !met(texts, word, alike).is_empty());
    let known: Vec<bool> = words.iter().map(is_anywhere).collect();
    let hit = |(manifest, texts): &(&'a Manifest, Vec<Text>)| {
        let found = words.iter().zip(&known).map(|(word, is_known)| match is_known {
            true => met(texts, word, alike),
            false => met(texts, word, guessed),
        });
        let found: Vec<_> = found.collect();
        let has_all = !found.is_empty() && found.iter().all(|it| !it.is_empty());
        has_all.then(|| to_hit(manifest, texts, &found))
    };
    let mut hits: Vec<_> = all.iter().filter_map(hit).collect();
    hits.sort_by_key(|it| (Reverse(it.score), it.manifest.metadata.name.clone()));
    hits
}

fn to_hit<'a>(manifest: &'a Manifest, texts: &[Text], found: &[Vec<Met>]) -> Hit<'a> {
    let score_of = |met: &Met| {
        let weight = texts.get(met.text).map_or(0, |it| it.field.weight());
        weight * met.likeness as usize
    };
    let score = found.iter().map(|it| it.iter().map(score_of).max().unwrap_or(0)).sum();
    let mut matches: Vec<(usize, Match)> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let here: Vec<_> = found.iter().flatten().filter(|it| it.text == at).collect();
        if here.is_empty() {
            continue;
        }
        let mut spans: Vec<_> = here.iter().map(|it| it.span).collect();
        spans.sort();
        spans.dedup();
        let Text { field, place, text } = text;
        let is_guess = here.iter().any(|it| it.likeness == Likeness::Guessed);
        let (field, place, text) = (*field, place.clone(), text.clone());
        let score = here.iter().map(|it| score_of(it)).sum();
        matches.push((score, Match { field, place, text, spans, is_guess }));
    }
    matches.sort_by_key(|(score, it)| (Reverse(*score), it.field));
    let matches = matches.into_iter().map(|(_, it)| it).take(MOST_MATCHES).collect();
    Hit { manifest, score, matches }
}

/// Everything in a golden path that one may look for.
fn texts(searched: &Searched<'_>) -> Vec<Text> {
    let metadata = &searched.manifest.metadata;
    let here = |field, text: &str| Text { field, place: FILE.to_owned(), text: text.to_owned() };
    let mut texts = vec![here(Field::Name, &metadata.name), here(Field::Title, &metadata.title)];
    texts.extend(metadata.tags.iter().map(|it| here(Field::Tag, it)));
    texts.push(here(Field::Description, &metadata.description));
    let asked = searched.manifest.parameters.iter().filter(|it| it.computed.is_none());
    texts.extend(asked.map(|it| here(Field::Parameter, &of_parameter(it))));
    let lines = searched.docs.unwrap_or_default().lines().enumerate();
    texts.extend(lines.map(|(at, line)| Text {
        field: Field::Docs,
        place: format!("README.md:{}", at + 1),
        text: line.trim().trim_start_matches('#').trim().to_owned(),
    }));
    texts
}

fn of_parameter(parameter: &Parameter) -> String {
    let mut text = format!("{}: {}", parameter.name, parameter.question());
    if let Shape::Choice(choices) | Shape::Choices(choices) = &parameter.shape {
        let labels: Vec<_> = choices.iter().map(Choice::label).collect();
        text += &format!(" ({})", labels.join(", "));
    }
    text + &parameter.description.as_ref().map(|it| format!(". {it}")).unwrap_or_default()
}

fn met(texts: &[Text], word: &str, likeness: fn(&str, &str) -> Option<Likeness>) -> Vec<Met> {
    let in_text = |(at, text): (usize, &Text)| {
        let met = tokens(&text.text).into_iter().filter_map(move |(token, span)| {
            Some(Met { text: at, span, likeness: likeness(word, &token)? })
        });
        met.collect::<Vec<_>>()
    };
    texts.iter().enumerate().flat_map(in_text).collect()
}

fn alike(word: &str, token: &str) -> Option<Likeness> {
    let is_long = word.chars().count() >= 3;
    if token == word {
        Some(Likeness::Same)
    } else if token.starts_with(word) {
        Some(Likeness::Begins)
    } else {
        (is_long && token.contains(word)).then_some(Likeness::Inside)
    }
}

/// Short words are too near to everything.
fn guessed(word: &str, token: &str) -> Option<Likeness> {
    let is_long = |it: &str| it.chars().count() >= 4;
    let is_near = is_long(word) && is_long(token) && nearest(word, [token]).is_some();
    is_near.then_some(Likeness::Guessed)
}

/// The words of a text in lower case, and where they stand.
fn tokens(text: &str) -> Vec<(String, Span)> {
    let mut tokens = Vec::new();
    let mut start = None;
    let end_of_text = std::iter::once((text.len(), ' '));
    for (at, character) in text.char_indices().chain(end_of_text) {
        match (start, character.is_alphanumeric()) {
            (None, true) => start = Some(at),
            (Some(begin), false) => {
                let word = text.get(begin..at).unwrap_or_default().to_lowercase();
                tokens.push((word, Span { start: begin, end: at }));
                start = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    fn manifest(name: &str, rest: &str) -> Manifest {
        let text = format!(
            "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {{name: {name}, version: 1.0.0, owner: o, {rest}}}\n\
             parameters:\n  properties:\n    db: {{type: string, title: Database, oneOf: [{{const: pg, title: PostgreSQL}}], default: pg}}\n"
        );
        Manifest::parse(&Document::new("golden-path.yaml", text), &"0.1.0".parse().unwrap())
            .unwrap()
    }

    fn found(words: &[&str]) -> Vec<String> {
        let python = manifest(
            "python-service",
            "title: Python service, description: With HTTP., tags: [http, rest]",
        );
        let worker = manifest("http-worker", "title: Worker, tags: [queue]");
        let searched = [
            Searched {
                manifest: &worker,
                docs: Some("# Worker\n\nTakes jobs from a *Kafka* queue.\n"),
            },
            Searched { manifest: &python, docs: Some("Answers over http.\n") },
        ];
        let words: Vec<_> = words.iter().map(|it| (*it).to_owned()).collect();
        let shown = |it: &Match| {
            let words = it.spans.iter().filter_map(|span| it.text.get(span.start..span.end));
            let guess = if it.is_guess { "?" } else { "" };
            let words: Vec<_> = words.collect();
            format!("{} {}{guess} [{}]", it.place, it.field.as_str(), words.join(" "))
        };
        let hits = search(&searched, &words);
        let one = |hit: &Hit<'_>| {
            let matches: Vec<_> = hit.matches.iter().map(shown).collect();
            format!("{}: {}", hit.manifest.metadata.name, matches.join(", "))
        };
        hits.iter().map(one).collect()
    }

    #[test]
    fn what_is_named_so_comes_before_what_is_tagged_or_described_so() {
        insta::assert_debug_snapshot!(found(&["HTTP"]), @r#"
        [
            "http-worker: golden-path.yaml name [http]",
            "python-service: golden-path.yaml tag [http], golden-path.yaml description [HTTP], README.md:1 docs [http]",
        ]
        "#);
    }

    #[test]
    fn every_word_must_be_met_and_docs_are_met_by_line() {
        insta::assert_debug_snapshot!(found(&["kafka", "wor"]), @r#"
        [
            "http-worker: golden-path.yaml name [worker], golden-path.yaml title [Worker], README.md:3 docs [Kafka]",
        ]
        "#);
        assert_eq!(found(&["kafka", "python"]), Vec::<String>::new());
        assert_eq!(found(&[]), Vec::<String>::new());
    }

    #[test]
    fn a_typing_error_is_forgiven_where_the_word_is_nowhere() {
        insta::assert_debug_snapshot!(found(&["pyhton", "postgers"]), @r#"
        [
            "python-service: golden-path.yaml name? [python], golden-path.yaml title? [Python], golden-path.yaml parameter? [PostgreSQL]",
        ]
        "#);
        assert_eq!(found(&["xy"]), Vec::<String>::new());
    }
}
