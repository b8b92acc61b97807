//! Mistakes with the line they stand in.

use annotate_snippets::{AnnotationKind, Group, Level, Message, Renderer, Snippet};

use super::ink::{self, BAD, WARN, paint};
use crate::{
    diag::{Diagnostic, Severity},
    text::{Place, Span},
    ui::{Look, clean},
};

/// Where nobody says how wide a line may be: what compilers take.
const WIDTH: usize = 140;

/// Every mistake in its order, and how many there are if there is more than one.
pub fn diagnostics(diagnostics: &[Diagnostic], look: Look) -> String {
    let mut parts: Vec<_> = diagnostics.iter().map(|it| diagnostic(it, look)).collect();
    parts.extend(closing_line(diagnostics));
    parts.join("\n\n")
}

fn diagnostic(diagnostic: &Diagnostic, look: Look) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code);
    let message = |level: Level<'static>, text| -> Message<'_> { level.message(clean(text)) };
    let mut group = Group::with_title(title);
    if let Some(place) = &diagnostic.place {
        group = group.element(excerpt(place, diagnostic.label.as_deref()));
    }
    group = group.elements(diagnostic.notes.iter().map(|note| message(Level::NOTE, note)));
    group = group.elements(diagnostic.help.iter().map(|help| message(Level::HELP, help)));
    Renderer::styled().term_width(look.width.unwrap_or(WIDTH)).render(&[group])
}

/// The line that the place begins in: what a mistake goes on to cover would hide the mistake.
fn excerpt<'a>(
    place: &Place,
    label: Option<&'a str>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let line = place.position().line;
    let whole = place.document.line_span(line);
    let part = |start: usize, end: usize| {
        clean(place.document.slice(Span { start, end }).trim_end_matches('\r')).into_owned()
    };
    let end = place.span.end.min(whole.end);
    let (before, marked) = (part(whole.start, place.span.start), part(place.span.start, end));
    let (from, to) = (before.len(), before.len() + marked.len());
    let source = before + &marked + &part(end, whole.end);
    Snippet::source(source)
        .line_start(line)
        .path(clean(place.document.name()).into_owned())
        .annotation(AnnotationKind::Primary.span(from..to).label(label.map(clean)))
}

fn closing_line(diagnostics: &[Diagnostic]) -> Option<String> {
    let errors = diagnostics.iter().filter(|it| it.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let errors = (errors > 0).then(|| paint(BAD, ink::count(errors, "error")));
    let warnings = (warnings > 0).then(|| paint(WARN, ink::count(warnings, "warning")));
    let both: Vec<_> = errors.into_iter().chain(warnings).collect();
    (diagnostics.len() > 1).then(|| both.join(", "))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        text::Document,
        ui::human::ink::test::{TERMINAL, plain},
    };

    fn shown(list: &[Diagnostic]) -> String {
        plain(&diagnostics(list, TERMINAL))
    }

    fn at(text: &str, marked: &str) -> Place {
        let start = text.find(marked).unwrap();
        Document::new("golden-path.yaml", text).place(Span { start, end: start + marked.len() })
    }

    fn unknown_key(place: Place) -> Diagnostic {
        Diagnostic::error("unknown-key", "`databse` is not a parameter").at(place)
    }

    #[test]
    fn a_mistake_stands_under_the_line_it_is_made_in() {
        let place = at("kind: Service\nspec:\n  databse: postgres\n", "databse");
        let mistake = unknown_key(place)
            .label("unknown key")
            .note("the parameters are `name`, `owner` and `database`")
            .help("did you mean `database`?");
        assert_snapshot!(shown(&[mistake]), @"
        error[unknown-key]: `databse` is not a parameter
         --> golden-path.yaml:3:3
          |
        3 |   databse: postgres
          |   ^^^^^^^ unknown key
          |
          = note: the parameters are `name`, `owner` and `database`
          = help: did you mean `database`?
        ");
    }

    #[test]
    fn a_mistake_without_a_place_has_its_help_all_the_same() {
        let mistake = Diagnostic::error("missing-answer", "parameter `name` has no answer")
            .help("pass `--set name=...` or add `name` to the spec file");
        assert_snapshot!(shown(&[mistake]), @"
        error[missing-answer]: parameter `name` has no answer
         |
         = help: pass `--set name=...` or add `name` to the spec file
        ");
    }

    #[test]
    fn several_mistakes_are_counted_at_the_end() {
        let place = at("a: 1\ndatabse: 2\n", "databse");
        let warning = Diagnostic::warning("no-identity", "git knows no name and e-mail address")
            .note("the files are written without a commit")
            .help("git config --global user.name \"Your Name\"");
        let list = [unknown_key(place.clone()), warning, unknown_key(place)];
        assert_snapshot!(shown(&list), @r#"
        error[unknown-key]: `databse` is not a parameter
         --> golden-path.yaml:2:1
          |
        2 | databse: 2
          | ^^^^^^^

        warning[no-identity]: git knows no name and e-mail address
         |
         = note: the files are written without a commit
         = help: git config --global user.name "Your Name"

        error[unknown-key]: `databse` is not a parameter
         --> golden-path.yaml:2:1
          |
        2 | databse: 2
          | ^^^^^^^

        2 errors, 1 warning
        "#);
        assert_eq!(shown(&[]), "");
    }

    #[test]
    fn a_long_line_is_clipped_around_the_mistake() {
        let text =
            format!("{}: [{}, databse, {}]", "k".repeat(150), "a".repeat(80), "b".repeat(300));
        let shown = shown(&[unknown_key(at(&text, "databse"))]);
        assert!(shown.lines().all(|line| line.chars().count() <= 88), "{shown}");
        assert_snapshot!(shown, @"
        error[unknown-key]: `databse` is not a parameter
         --> golden-path.yaml:1:236
          |
        1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaa, databse, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...
          |                                   ^^^^^^^
        ");
    }

    #[test]
    fn a_mistake_over_many_lines_shows_where_it_begins() {
        let place = at("a:\r\n  b: [1,\r\n    2,\r\n    3]\r\n", "[1,\r\n    2,\r\n    3]");
        assert_snapshot!(shown(&[Diagnostic::error("not-a-text", "`b` must be a text").at(place)]), @"
        error[not-a-text]: `b` must be a text
         --> golden-path.yaml:2:6
          |
        2 |   b: [1,
          |      ^^^
        ");
    }

    #[test]
    fn a_mistake_at_the_end_of_a_text_points_past_it() {
        let place = Document::new("a.yaml", "a: [\n").place(Span { start: 5, end: 5 });
        assert_snapshot!(shown(&[Diagnostic::error("not-yaml", "the list never ends").at(place)]), @"
        error[not-yaml]: the list never ends
         --> a.yaml:2:1
          |
        2 |
          | ^
        ");
    }

    #[test]
    fn nothing_in_a_foreign_text_reaches_the_terminal() {
        let text = "\x1b[2Jé\u{9b}: \u{202e}databse\u{200b}\ty\n";
        let place = Document::new("\x1b]0;x\x07.yaml", text).place(at(text, "databse").span);
        let mistake = Diagnostic::error("unknown-key", "`\x1b[1m` is no key")
            .at(place)
            .label("\u{9b}31m")
            .note("\x1b[0m")
            .help("\x07");
        let styled = diagnostics(&[mistake], TERMINAL);
        assert!(!plain(&styled).contains(['\x1b', '\x07', '\u{9b}', '\u{202e}', '\u{200b}']));
        assert_snapshot!(plain(&styled), @"
        error[unknown-key]: `␛[1m` is no key
         --> ␛]0;x␇.yaml:1:10
          |
        1 | ␛[2Jé�: �databse�    y
          |          ^^^^^^^ �31m
          |
          = note: ␛[0m
          = help: ␇
        ");
    }
}
