//! Texts in HTML and XML.

use super::{PrintedTag, Remedy, WORDS};
use crate::{
    diag::Wanted,
    template::{expression::operand, markup::Spot, target::Language},
};

const FILTER: &str = "xml_escape";

/// What to do about a text at a spot.
pub(super) fn in_markup(spot: &Spot, language: Language, printed: PrintedTag<'_>) -> Remedy {
    let bare = match printed.filter {
        Some(FILTER) => printed.bare,
        _ => printed.expression,
    };
    let escaped = printed.tag(&format!("{} | {FILTER}", operand(bare)));
    let escape =
        |place: String, help: String| Remedy::new(place, help, Some(Wanted::Literal(FILTER)));
    let name = language.name();
    let in_data = format!("{WORDS}; put the text into a `data-` attribute, as `\"{escaped}\"`");
    match spot {
        Spot::Text => escape(name.to_owned(), format!("write `{escaped}`")),
        Spot::Unquoted => escape(
            format!("an attribute of {name} without quotes"),
            format!("write `\"{escaped}\"`, with the quotes"),
        ),
        Spot::Link(name, _) => escape(
            format!("the HTML attribute `{name}`, which may lead to a script"),
            format!(
                "begin it with `https://`, `mailto:` or `/`, and write `{escaped}` behind that"
            ),
        ),
        Spot::Program(name) => {
            escape(format!("the HTML attribute `{name}`, which a browser runs"), in_data)
        }
        Spot::Script(name) => {
            escape(format!("a `<{name}>` of HTML, which a browser runs"), in_data)
        }
        Spot::Tag | Spot::Name | Spot::Instruction => {
            Remedy::new(format!("a tag of {name}"), "only a name may be printed here", None)
        }
        Spot::Comment | Spot::Raw => {
            let what = if *spot == Spot::Raw { "a CDATA section" } else { "a comment" };
            escape(
                format!("{what} of {name}"),
                format!("print it into the text of an element, by `{FILTER}`"),
            )
        }
    }
}
