//! Names that people mistype: the nearest known one.

/// The known name that `typed` most likely means, if any is near enough.
///
/// Nearness is the Damerau-Levenshtein distance, at most a third of the longer name (as rustc's).
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let same = SAME.iter().find(|(other, _)| *other == typed).map(|(_, ours)| *ours);
    let (mut near, mut ours) = (Vec::new(), None);
    for name in known {
        near.extend(distance(typed, name).map(|distance| (distance, name)));
        ours = ours.or((same == Some(name)).then_some(name));
    }
    ours.or(near.into_iter().min_by_key(|(distance, _)| *distance).map(|(_, name)| name))
}

/// What other languages call ours.
const SAME: [(&str, &str); 12] = [
    ("int", "integer"),
    ("str", "string"),
    ("text", "string"),
    ("bool", "boolean"),
    ("float", "number"),
    ("list", "array"),
    ("map", "object"),
    ("dict", "object"),
    ("upcase", "upper"),
    ("uppercase", "upper"),
    ("downcase", "lower"),
    ("lowercase", "lower"),
];

/// "did you mean `x`?" for the nearest known name.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(typed, known).map(|name| format!("did you mean `{name}`?"))
}

/// The name that a [`did_you_mean`] proposes.
pub fn meant(help: &str) -> Option<&str> {
    help.strip_prefix("did you mean `")?.strip_suffix("`?")
}

fn distance(typed: &str, name: &str) -> Option<usize> {
    let (short, long) = (typed.chars().count(), name.chars().count());
    let allowed = if short < 2 || long < 2 { 0 } else { short.max(long).max(3) / 3 };
    let (a, b) = (typed.to_lowercase(), name.to_lowercase());
    let distance = strsim::damerau_levenshtein(&a, &b);
    (distance <= allowed).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_name() {
        assert_eq!(nearest("databse", ["name", "database"]), Some("database"));
        assert_eq!(nearest("nmae", ["name", "database"]), Some("name"));
    }

    #[test]
    fn a_proposal_says_what_is_meant() {
        let help = did_you_mean("nmae", ["name"]).unwrap();
        assert_eq!(meant(&help), Some("name"));
        assert_eq!(meant("put it in quotes"), None);
    }

    #[test]
    fn a_word_of_other_languages_finds_ours() {
        assert_eq!(nearest("int", ["string", "integer"]), Some("integer"));
        assert_eq!(nearest("upcase", ["upper", "lower"]), Some("upper"));
        assert_eq!(nearest("int", ["string"]), None);
    }

    #[test]
    fn a_far_name_is_not_guessed() {
        assert_eq!(nearest("region", ["name", "database"]), None);
    }
}
