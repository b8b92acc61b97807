//! Finishers by file name: a closed list of what text substitution can't get right.

use crate::version::Version;

const PACKAGE: &str = "[[package]]\n";

/// The text of the file called `name`, mended where its format asks for an order.
pub(super) fn finish(name: &str, text: String) -> String {
    match name {
        "Cargo.lock" => sorted_packages(text),
        _ => text,
    }
}

/// Cargo sorts packages by name and version, and a service's own name may stand anywhere.
fn sorted_packages(text: String) -> String {
    let mut parts = text.split(PACKAGE);
    let head = parts.next().unwrap_or_default();
    let mut packages: Vec<_> = parts.map(str::trim_end).collect();
    // What follows the packages belongs to the last one's text.
    let last = packages.pop().unwrap_or_default();
    let (last, tail) = last.split_once("\n[").map_or((last, None), |(it, rest)| (it, Some(rest)));
    if last.is_empty() {
        return text;
    }
    packages.push(last.trim_end());
    packages.sort_by_cached_key(|package| {
        let version = field(package, "version").map(|it| it.parse::<Version>().ok());
        (field(package, "name"), version, field(package, "source"))
    });
    let mut out = head.to_owned();
    let blocks: Vec<_> = packages.iter().map(|package| format!("{PACKAGE}{package}\n")).collect();
    out += &blocks.join("\n");
    if let Some(tail) = tail {
        out += &format!("\n[{}\n", tail.trim_end());
    }
    out
}

fn field<'a>(package: &'a str, name: &str) -> Option<&'a str> {
    package
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "))
        .map(|value| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_a_cargo_lock_come_in_cargos_order() {
        let package = |name: &str, version: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n")
        };
        let (orders, serde) = (package("orders", "0.1.0"), package("serde", "1.0.0"));
        let (old, new) = (package("syn", "2.9.0"), package("syn", "2.10.0"));
        let head = "# generated\nversion = 4\n\n";
        let tail = "\n[[patch.unused]]\nname = \"x\"\n";
        let text = format!("{head}{new}\n{serde}\n{old}\n{orders}{tail}");
        let sorted = format!("{head}{orders}\n{serde}\n{old}\n{new}{tail}");
        assert_eq!(finish("Cargo.lock", text), sorted);
        assert_eq!(finish("Cargo.lock", sorted.clone()), sorted);
        assert_eq!(finish("Cargo.lock", head.to_owned()), head);
    }
}
