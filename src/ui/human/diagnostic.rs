//! Mistakes with the line they stand in.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::ink::{self, BAD, WARN, paint};
use crate::{
    diag::{Diagnostic, Severity},
    secret::redact,
    text::Place,
    ui::{Look, clean, clean_line},
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
    let title = level.primary_title(shown(&diagnostic.message)).id(diagnostic.code);
    let message = |level: Level<'static>, text: &String| level.message(shown(text));
    let mut group = Group::with_title(title);
    if let Some(place) = &diagnostic.place {
        group = group.element(excerpt(place, diagnostic.label.as_deref()));
    }
    group = group.elements(diagnostic.notes.iter().map(|note| message(Level::NOTE, note)));
    group = group.elements(diagnostic.help.iter().map(|help| message(Level::HELP, help)));
    Renderer::styled().term_width(look.width.unwrap_or(WIDTH)).render(&[group])
}

/// The line that the place begins in: what a mistake goes on to cover would hide the mistake.
fn excerpt<'a>(place: &Place, label: Option<&str>) -> Snippet<'a, Annotation<'a>> {
    let number = place.position().line;
    let whole = place.document.line_span(number);
    // What looks like a secret is hidden first: that keeps every byte in its place.
    let line = redact(place.document.shown(whole).trim_end_matches('\r'));
    let at = |offset: usize| offset.saturating_sub(whole.start).min(line.len());
    let (before, rest) = line.split_at_checked(at(place.span.start)).unwrap_or((&line, ""));
    let marked = at(place.span.end).saturating_sub(before.len());
    let (marked, after) = rest.split_at_checked(marked).unwrap_or((rest, ""));
    let (before, marked) = (clean(before), clean(marked));
    let (from, to) = (before.len(), before.len() + marked.len());
    Snippet::source(format!("{before}{marked}{}", clean(after)))
        .line_start(number)
        .path(clean_line(place.document.name()).into_owned())
        .annotation(AnnotationKind::Primary.span(from..to).label(label.map(shown)))
}

/// Foreign words without what acts on a terminal and without secrets.
fn shown(text: &str) -> String {
    clean(&redact(text)).into_owned()
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
        text::{Document, Span},
        ui::human::ink::test::{TERMINAL, plain},
    };

    fn drawn(list: &[Diagnostic]) -> String {
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
        assert_snapshot!(drawn(&[mistake]), @"
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
        assert_snapshot!(drawn(&[mistake]), @"
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
        assert_snapshot!(drawn(&list), @r#"
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
        assert_eq!(drawn(&[]), "");
    }

    #[test]
    fn a_long_line_is_clipped_around_the_mistake() {
        let text =
            format!("{}: [{}, databse, {}]", "k".repeat(150), "a".repeat(80), "b".repeat(300));
        let drawn = drawn(&[unknown_key(at(&text, "databse"))]);
        assert!(drawn.lines().all(|line| line.chars().count() <= 88), "{drawn}");
        assert_snapshot!(drawn, @"
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
        assert_snapshot!(drawn(&[Diagnostic::error("not-a-text", "`b` must be a text").at(place)]), @"
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
        assert_snapshot!(drawn(&[Diagnostic::error("not-yaml", "the list never ends").at(place)]), @"
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

    #[test]
    fn a_secret_is_never_shown() {
        let token = format!("{}_{}", "ghp", "a1".repeat(18));
        let text = format!("token: {token}\n");
        let message = format!("`{token}` looks like a secret");
        let mistake = Diagnostic::error("secret", message).at(at(&text, &token));
        assert_snapshot!(drawn(&[mistake]), @"
        error[secret]: `****************************************` looks like a secret
         --> golden-path.yaml:1:8
          |
        1 | token: ****************************************
          |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    }
}
