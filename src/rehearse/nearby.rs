//! What a file says where a text was expected in it.

/// The most lines that are shown.
const LINES: usize = 9;

/// The longest line that is shown whole, in letters.
const WIDTH: usize = 120;

/// The part of a text that has most in common with what was expected there, each line with its number.
pub(super) fn nearby(text: &str, wanted: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    if lines.is_empty() {
        return "it is empty".to_owned();
    }
    let words: Vec<_> = words(wanted).collect();
    let common = |line: &str| words.iter().filter(|it| line.contains(**it)).count();
    let best = (0..lines.len()).rev().max_by_key(|at| lines.get(*at).map(|it| common(it)));
    let last = lines.len().saturating_sub(LINES);
    let first = best.unwrap_or_default().saturating_sub(LINES / 2).min(last);
    let shown = lines.iter().enumerate().skip(first).take(LINES);
    let shown = shown.map(|(at, line)| format!("{:>4} | {}", at + 1, short(line)));
    let shown: Vec<_> = shown.map(|it| it.trim_end().to_owned()).collect();
    format!("it says\n{}", shown.join("\n"))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

fn short(line: &str) -> String {
    match line.chars().count() > WIDTH {
        true => line.chars().take(WIDTH).chain("...".chars()).collect(),
        false => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_around_what_was_meant_are_shown() {
        let text: String = (1..=30).map(|at| format!("line {at}\n")).collect();
        let shown = nearby(&text.replace("line 20", "port = 8080"), "port: 8080");
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!((lines.len(), lines[1], lines[5]), (10, "  16 | line 16", "  20 | port = 8080"));
        assert_eq!(nearby("a\n", "z"), "it says\n   1 | a");
        assert_eq!(nearby("", "z"), "it is empty");
    }
}
