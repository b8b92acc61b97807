//! Texts in programs.

use super::{PrintedTag, Remedy, WORDS, no_quotes};
use crate::{
    diag::Wanted,
    template::{
        code::{Inside, Site},
        target::Language,
    },
};

impl PrintedTag<'_> {
    /// It with its marks, through another filter where it ends in `filter`.
    fn by(&self, filter: &str, other: &'static str) -> (String, Option<&'static str>) {
        match self.filter {
            Some(own) if own == filter => (format!("{} | {other}", self.bare), Some(other)),
            own => (self.expression.to_owned(), own),
        }
    }

    /// With a text before it, where it ends in a literal's filter.
    fn led(&self, filter: Option<&str>) -> String {
        filter.map_or_else(|| self.tag(self.expression), |filter| self.joined(filter))
    }
}

/// What to do about a text at a site.
pub(super) fn at_site(site: Site, language: Language, printed: PrintedTag<'_>) -> Remedy {
    let name = language.name();
    match site {
        Site::Own => {
            let (written, filter) = printed.by("to_json", "sh_quote");
            let help = format!("write `{}`", printed.tag(&written));
            Remedy::new(name, help, filter.map(Wanted::Literal))
        }
        Site::Item => {
            let (written, filter) = printed.by("sh_quote", "to_json");
            let help = format!("write `{}`, without quotes around it", printed.tag(&written));
            Remedy::new(format!("a list in JSON of {name}"), help, filter.map(Wanted::Literal))
        }
        Site::Inside(what) => {
            let (help, wanted) = inside(what, language, printed);
            Remedy::new(format!("{} of {name}", what.name()), help, wanted)
        }
        Site::Beside(what) => {
            let written = printed.tag(printed.expression);
            let help = format!("let only spaces, brackets and commas stand beside `{written}`");
            let wanted = printed.filter.map(Wanted::Literal);
            Remedy::new(format!("{name} right beside {what}"), help, wanted)
        }
        Site::Unknown => Remedy::new(
            format!("{name} that is not clear to read"),
            "print it on a line of its own into a file in which every text and comment ends",
            None,
        ),
    }
}

/// What to write instead, and the filter that it is written by.
fn inside(what: Inside, language: Language, printed: PrintedTag<'_>) -> (String, Option<Wanted>) {
    let written = printed.tag(printed.expression);
    let literal = |help: String| (help, printed.filter.map(Wanted::Literal));
    let variable = match language {
        Language::Dockerfile => format!("write `ENV X={written}` before it, and `$X` in it"),
        _ => format!("write `X={written}` on a line before it, and `$X` in it"),
    };
    match what {
        Inside::Text | Inside::QuotedText => literal(no_quotes(&printed.led(printed.filter))),
        Inside::RawText | Inside::Character => {
            literal(format!("write `{written}` without quotes or a prefix around it"))
        }
        Inside::LongText => {
            literal(format!("print it into a variable before it: `text = {written}`"))
        }
        Inside::FString => {
            literal(format!("write `text = {written}` before it, and `{{text}}` in it"))
        }
        Inside::TextBlock => {
            literal(format!("end the text block before it, and write `+ {written}`"))
        }
        Inside::TemplateLiteral => {
            (format!("write `${{ {written} }}`"), printed.filter.map(Wanted::InTemplateLiteral))
        }
        Inside::RegularExpression => literal(format!("write `new RegExp({written})`")),
        Inside::JsxAttribute | Inside::JsxText => (
            format!("write `{{ {written} }}`, in braces and without quotes"),
            printed.filter.map(Wanted::InBraces),
        ),
        Inside::FormatString => literal(format!("write `\"{{}}\", {written}`")),
        Inside::ItemText => {
            let (_, filter) = printed.by("sh_quote", "to_json");
            let written = printed.led(filter);
            let help = format!("write it as a whole item, without quotes around it: `{written}`");
            (help, filter.map(Wanted::Literal))
        }
        Inside::HereDocument => {
            literal(format!("{variable}, with no quotes around the word that ends it"))
        }
        Inside::Calculation | Inside::Expansion | Inside::Brackets => literal(variable),
        Inside::Program => {
            literal(format!("write `'… \"$1\"' _ {written}` behind it: a program and its argument"))
        }
        Inside::Encoding => (
            "say `utf-8` alone there, and let no answer be printed into the first two lines"
                .to_owned(),
            None,
        ),
        Inside::BackQuotes => ("write `$(…)` in place of the back quotes".to_owned(), None),
        Inside::NoRecipe => (format!("{WORDS}; print the rest into the line of a recipe"), None),
        Inside::Comment
        | Inside::JsxTag
        | Inside::Import
        | Inside::Run
        | Inside::DuplicatedFile
        | Inside::VariableName
        | Inside::CalculatedName
        | Inside::Pattern
        | Inside::Comparison
        | Inside::ForeignScript
        | Inside::JustExpression
        | Inside::MakeReference
        | Inside::Flag
        | Inside::Instruction
        | Inside::HereDocumentInstruction
        | Inside::BareInstruction => (format!("{WORDS}, without a filter"), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Syntax;

    fn help(site: Site, language: Language, expression: &str) -> (String, Option<Wanted>) {
        let remedy = at_site(site, language, PrintedTag::new(expression, Syntax::Curly));
        (remedy.help, remedy.wanted)
    }

    #[test]
    fn a_name_that_sounds_like_a_filter_stays() {
        let (text, wanted) = help(Site::Own, Language::Dockerfile, "to_json_text | to_json");
        assert_eq!(text, "write `{{ to_json_text | sh_quote }}`");
        assert_eq!(wanted, Some(Wanted::Literal("sh_quote")));
        let (text, wanted) = help(Site::Item, Language::Dockerfile, "sh_quote_text | sh_quote");
        assert_eq!(text, "write `{{ sh_quote_text | to_json }}`, without quotes around it");
        assert_eq!(wanted, Some(Wanted::Literal("to_json")));
    }

    #[test]
    fn what_code_has_for_expressions_is_wanted_by_name() {
        let of = |what| help(Site::Inside(what), Language::JavaScript, "a | js_str");
        let braces = "write `{ {{ a | js_str }} }`, in braces and without quotes";
        assert_eq!(of(Inside::JsxText), (braces.to_owned(), Some(Wanted::InBraces("js_str"))));
        let (text, wanted) = of(Inside::TemplateLiteral);
        assert_eq!(text, "write `${ {{ a | js_str }} }`");
        assert_eq!(wanted, Some(Wanted::InTemplateLiteral("js_str")));
        assert_eq!(of(Inside::Comment).1, None);
    }
}
