//! The lines that mark a conflict in a file that an upgrade left to people: the one definition, for
//! those who look for what is left.

/// How such lines begin. The fourth, `=======`, has no name of a side, and stands in many files that
/// have no conflict.
const MARKERS: [&[u8]; 3] = [b"<<<<<<< ours: ", b"||||||| base: ", b">>>>>>> theirs: "];

/// Every line that marks a conflict, with its number from 1, without the break at its end.
pub fn conflict_markers(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = text.split(|byte| *byte == b'\n').map(|it| it.strip_suffix(b"\r").unwrap_or(it));
    let is_marker = |line: &[u8]| MARKERS.iter().any(|it| line.starts_with(it));
    (1..).zip(lines).filter(move |(_, line)| is_marker(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        conflict_markers(text.as_bytes()).map(|it| it.0).collect()
    }

    #[test]
    fn each_part_of_a_conflict_that_an_upgrade_left_is_one() {
        let conflict =
            "a\n<<<<<<< ours: orders\r\nx\n||||||| base: svc 1\n=======\n>>>>>>> theirs: svc 2\n";
        assert_eq!(lines(conflict), [2, 4, 6]);
        assert_eq!(lines("||||||| base: svc 1.0.0"), [1]);
    }

    #[test]
    fn what_others_leave_or_only_write_about_is_none() {
        assert_eq!(lines("a\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n"), [0; 0]);
        assert_eq!(lines("write `<<<<<<< ours: ` and\n ||||||| base: \n=======\n"), [0; 0]);
    }
}
