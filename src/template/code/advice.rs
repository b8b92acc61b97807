//! What is told of a literal that can't stand where it does, and what to write instead.

use super::{super::target::Language, Site};

/// The place for people, and what to write instead. `written` is the expression with its filter and
/// the template's delimiters; `joined` is the same with a text before it.
pub(crate) fn advice(
    site: Site,
    language: Language,
    (written, joined): (&str, &str),
) -> (String, String) {
    let name = language.name();
    match site {
        Site::Own => (name.to_owned(), format!("write `{}`", by(written, "to_json", "sh_quote"))),
        Site::Item => (
            format!("a list in JSON of {name}"),
            format!("write `{}`, without quotes around it", in_json(written)),
        ),
        Site::Inside(what) if language.has_options() => {
            (format!("{what} of {name}"), inside_shell(what, language, (written, joined)))
        }
        Site::Inside(what) => (format!("{what} of {name}"), inside(what, written, joined)),
        Site::Beside(what) => (
            format!("{name} right beside {what}"),
            format!("let only spaces, brackets and commas stand beside `{written}`"),
        ),
        Site::Unknown => (
            format!("{name} that is not clear to read"),
            "print it on a line of its own into a file in which every text and comment ends"
                .to_owned(),
        ),
    }
}

fn in_json(written: &str) -> String {
    by(written, "sh_quote", "to_json")
}

/// An expression with another filter at its end; names that sound like one are left as they are.
fn by(written: &str, filter: &str, other: &str) -> String {
    match written.rsplit_once(&format!("| {filter}")) {
        Some((before, behind)) => format!("{before}| {other}{behind}"),
        None => written.to_owned(),
    }
}

fn inside_shell(what: &str, language: Language, (written, joined): (&str, &str)) -> String {
    let variable = match language {
        Language::Dockerfile => format!("write `ENV X={written}` before it, and `$X` in it"),
        _ => format!("write `X={written}` on a line before it, and `$X` in it"),
    };
    match what {
        "a string in quotes" => {
            format!("no quotes around it, and what is joined to it inside: `{joined}`")
        }
        "a text of a list in JSON" => {
            format!("write it as a whole item, without quotes around it: `{}`", in_json(joined))
        }
        "a here-document" => format!("{variable}, with no quotes around the word that ends it"),
        "a calculation" | "`${…}`" | "brackets" => variable,
        "back quotes" => "write `$(…)` in place of the back quotes".to_owned(),
        "the program behind `-c`" => {
            format!("write `'… \"$1\"' _ {written}` behind it: a program and its argument")
        }
        "a line outside of recipes" => {
            "only letters, digits and `. _ / @ : + -` may be printed here; print the rest into the \
             line of a recipe"
                .to_owned()
        }
        _ => "only letters, digits and `. _ / @ : + -` may be printed here, without a filter"
            .to_owned(),
    }
}

fn inside(what: &str, written: &str, joined: &str) -> String {
    match what {
        "a string" => {
            format!("no quotes around it, and what is joined to it inside: `{joined}`")
        }
        "a raw string" | "a character" => {
            format!("write `{written}` without quotes or a prefix around it")
        }
        "a string of several lines" => {
            format!("print it into a variable before it: `text = {written}`")
        }
        "an f-string" => format!("write `text = {written}` before it, and `{{text}}` in it"),
        "a text block" => format!("end the text block before it, and write `+ {written}`"),
        "a template literal" => format!("write `${{ {written} }}`"),
        "a regular expression" => format!("write `new RegExp({written})`"),
        "an attribute of JSX" | "the text of JSX" => {
            format!("write `{{ {written} }}`, in braces and without quotes")
        }
        "the encoding" => {
            "say `utf-8` alone there, and let no answer be printed into the first two lines"
                .to_owned()
        }
        "a format string" => format!("write `\"{{}}\", {written}`"),
        _ => "only letters, digits and `. _ / @ : + -` may be printed here, without a filter"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_sounds_like_a_filter_stays() {
        let written = "{{ to_json_text | to_json }}";
        let (_, help) = advice(Site::Own, Language::Dockerfile, (written, written));
        assert_eq!(help, "write `{{ to_json_text | sh_quote }}`");
        let written = "{{ sh_quote_text | sh_quote }}";
        let (_, help) = advice(Site::Item, Language::Dockerfile, (written, written));
        assert_eq!(help, "write `{{ sh_quote_text | to_json }}`, without quotes around it");
    }
}
