//! The order in which parameters can be answered: that of the manifest, dependencies first.

use std::collections::BTreeSet;

/// A parameter's name and the names that must be answered before it.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    /// The parameter.
    pub(super) name: &'a str,
    /// What its condition, default or computed value speaks of.
    pub(super) needs: BTreeSet<String>,
}

/// Indices of `nodes` such that each comes after what it needs, otherwise as they stand.
///
/// # Errors
/// A cycle, by the names on it in order; the first is repeated at the end.
pub(super) fn order(nodes: &[Node<'_>]) -> Result<Vec<usize>, Vec<String>> {
    let mut walk = Walk { nodes, done: Vec::new(), open: Vec::new() };
    for index in 0..nodes.len() {
        walk.visit(index)?;
    }
    Ok(walk.done)
}

struct Walk<'a> {
    nodes: &'a [Node<'a>],
    done: Vec<usize>,
    open: Vec<usize>,
}

impl Walk<'_> {
    fn visit(&mut self, index: usize) -> Result<(), Vec<String>> {
        if self.done.contains(&index) {
            return Ok(());
        }
        if let Some(start) = self.open.iter().position(|open| *open == index) {
            return Err(self.cycle(start, index));
        }
        self.open.push(index);
        let needs = self.nodes.get(index).map(|node| node.needs.clone()).unwrap_or_default();
        for (at, _) in self.nodes.iter().enumerate().filter(|(_, it)| needs.contains(it.name)) {
            self.visit(at)?;
        }
        self.open.pop();
        self.done.push(index);
        Ok(())
    }

    fn cycle(&self, start: usize, end: usize) -> Vec<String> {
        let members = self.open.iter().skip(start).chain([&end]);
        members.filter_map(|at| self.nodes.get(*at)).map(|node| node.name.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes<'a>(parts: &[(&'a str, &[&str])]) -> Vec<Node<'a>> {
        let needs = |needs: &[&str]| needs.iter().map(|&name| name.to_owned()).collect();
        parts.iter().map(|(name, of)| Node { name, needs: needs(of) }).collect()
    }

    #[test]
    fn dependencies_come_first_and_the_rest_keeps_its_order() {
        let nodes = nodes(&[("a", &["c"]), ("b", &[]), ("c", &[]), ("d", &["a"])]);
        assert_eq!(order(&nodes), Ok(vec![2, 0, 1, 3]));
    }

    #[test]
    fn a_cycle_is_told_by_its_names() {
        let nodes = nodes(&[("x", &["a"]), ("a", &["b"]), ("b", &["c"]), ("c", &["a"])]);
        let names = ["a", "b", "c", "a"].map(str::to_owned).to_vec();
        assert_eq!(order(&nodes), Err(names));
    }

    #[test]
    fn a_parameter_cannot_need_itself() {
        let nodes = nodes(&[("a", &["a"])]);
        assert_eq!(order(&nodes), Err(vec!["a".to_owned(), "a".to_owned()]));
    }
}
