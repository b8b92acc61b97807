//! What became of several services.

use super::ink::{self, BAD, GOOD, NAME, clip, pad, paint};
use crate::ui::{Look, clean_line};

/// What became of one of several services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    /// The service's name.
    pub name: String,
    /// What became of it.
    pub result: ServiceResult,
}

/// What became of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceResult {
    /// It was written.
    Written {
        /// How many files.
        files: usize,
        /// The commit that holds them, shortened, if there is one.
        commit: Option<String>,
    },
    /// It would be written (`--dry-run`).
    Planned {
        /// How many files.
        files: usize,
    },
    /// Nothing of it was written.
    Failed {
        /// The first mistake or failure.
        because: String,
    },
    /// The guard does not let it pass, so that nothing of it was or would be written.
    Denied {
        /// The first finding.
        because: String,
        /// How many there are besides.
        more: usize,
    },
}

/// A table of the services, and how many there are of each kind.
pub fn services(rows: &[ServiceRow], look: Look) -> String {
    let names: Vec<_> = rows.iter().map(|row| clean_line(&row.name).into_owned()).collect();
    let columns = ink::widest(names.iter().map(String::as_str));
    let mut lines: Vec<_> = rows
        .iter()
        .zip(&names)
        .map(|(row, name)| {
            format!("{}  {}", paint(NAME, pad(name, columns)), result(row, columns, look))
        })
        .collect();
    lines.push(String::new());
    lines.push(totals(rows));
    lines.join("\n")
}

fn result(row: &ServiceRow, names: usize, look: Look) -> String {
    match &row.result {
        ServiceResult::Written { files, commit } => {
            let commit = commit.as_ref().map(|id| format!(", commit {}", clean_line(id)));
            let files = ink::count(*files, "file");
            format!("{}  {files}{}", paint(GOOD, "written"), commit.unwrap_or_default())
        }
        ServiceResult::Planned { files } => format!("planned  {}", ink::count(*files, "file")),
        ServiceResult::Failed { because } => {
            let left = look.line().saturating_sub(names + 11).max(16);
            format!("{}   {}", paint(BAD, "failed"), clip(&clean_line(because), left))
        }
        ServiceResult::Denied { because, more } => {
            let more = if *more > 0 { format!(" (and {more} more)") } else { String::new() };
            let left = look.line().saturating_sub(names + 11 + more.len()).max(16);
            format!("{}   {}{more}", paint(BAD, "denied"), clip(&clean_line(because), left))
        }
    }
}

fn totals(rows: &[ServiceRow]) -> String {
    let number = |is: fn(&ServiceResult) -> bool| rows.iter().filter(|row| is(&row.result)).count();
    let kinds = [
        (number(|it| matches!(it, ServiceResult::Written { .. })), "written"),
        (number(|it| matches!(it, ServiceResult::Planned { .. })), "planned"),
        (number(|it| matches!(it, ServiceResult::Denied { .. })), "denied"),
        (number(|it| matches!(it, ServiceResult::Failed { .. })), "failed"),
    ];
    let kinds: Vec<_> = kinds
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    format!("{}: {}", ink::count(rows.len(), "service"), kinds.join(", "))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::ui::human::ink::test::{TERMINAL, plain};

    #[test]
    fn each_service_is_a_line_and_the_failed_ones_say_why() {
        let row = |name: &str, result| ServiceRow { name: name.to_owned(), result };
        let because =
            "parameter `port` must be at most 65535, and this line is far too long for it";
        let rows = [
            row("orders-api", ServiceResult::Written { files: 34, commit: Some("1a2b3c4".into()) }),
            row("users", ServiceResult::Written { files: 1, commit: None }),
            row("billing", ServiceResult::Planned { files: 12 }),
            row("search", ServiceResult::Failed { because: because.to_owned() }),
        ];
        assert_snapshot!(plain(&services(&rows, TERMINAL)), @"
        orders-api  written  34 files, commit 1a2b3c4
        users       written  1 file
        billing     planned  12 files
        search      failed   parameter `port` must be at most 65535, and this line is...

        4 services: 2 written, 1 planned, 1 failed
        ");
    }
}
