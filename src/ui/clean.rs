//! Foreign text, freed of what would act on a terminal or deceive its reader.

use std::borrow::Cow;

/// `text` with every control, bidirectional and invisible character replaced by a visible one, so
/// that it can neither drive the terminal nor pretend to be another text. Line breaks and tabs stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    match text.contains(acts) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.replace("\r\n", "\n").chars().map(visible).collect()),
    }
}

/// [`clean`] for what must stay on one line: line breaks and tabs become spaces.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match text.contains(['\n', '\t']) {
        false => clean(text),
        true => Cow::Owned(clean(text).replace(['\n', '\t'], " ")),
    }
}

fn visible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ if acts(character) => '\u{fffd}',
        _ => character,
    }
}

fn acts(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Marks of writing direction.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        // Not seen at all, or seen as a line break by some. The joiners U+200C and U+200D stay:
        // several scripts need them.
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_act_on_the_terminal_becomes_visible() {
        assert_eq!(clean("\x1b[31mred\x1b]0;title\x07"), "␛[31mred␛]0;title␇");
        assert_eq!(
            clean("csi \u{9b}2J, admin\u{202e}txt.exe"),
            "csi \u{fffd}2J, admin\u{fffd}txt.exe"
        );
        assert_eq!(clean("a\r\nb\rc\td"), "a\nb␍c\td");
        assert_eq!(clean_line("a\r\nb\tc"), "a b c");
        assert_eq!(clean("naïve 日本 क्\u{200d}ष 🦀"), "naïve 日本 क्\u{200d}ष 🦀");
    }

    proptest! {
        #[test]
        fn no_escape_sequence_survives(text in "(\\PC|\\x1b\\[[0-9;]*[a-zA-Z]|\\x1b\\]|[\\x00-\\x1f\\x7f-\\u{9f}\\u{2020}-\\u{2070}]){0,24}") {
            let cleaned = clean(&text);
            prop_assert!(!cleaned.chars().any(acts));
            prop_assert_eq!(anstream::adapter::strip_str(&cleaned).to_string(), cleaned.to_string());
        }

        #[test]
        fn cleaning_twice_changes_nothing(text in any::<String>()) {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once), once.as_str());
            prop_assert!(!clean_line(&text).contains('\n'));
        }

        #[test]
        fn innocent_text_is_left_alone(text in "[\\p{L}\\p{N}\\p{P} \\n]{0,24}") {
            prop_assert_eq!(clean(&text), text.as_str());
        }
    }
}
