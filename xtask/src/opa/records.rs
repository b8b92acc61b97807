//! What is recorded of OPA: single constructs and calls, each asked again.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    judge::{Question, answers},
    listed::Known,
};
use crate::workspace;

/// The files of records.
const FILES: [&str; 2] = ["constructs.json", "builtins.json"];

/// The policy of a record: its own, or one whose rule `r` is a call.
fn policy(record: &Value) -> String {
    let text = |key| record.get(key).and_then(Value::as_str);
    let rules = text("policy").map(str::to_owned);
    let rules = rules.or_else(|| Some(format!("r := {}", text("call")?)));
    format!("package t\n\n{}\n", rules.unwrap_or_default())
}

/// What came of asking again.
#[derive(Default)]
pub(super) struct Asked {
    /// How many records there are.
    pub(super) count: usize,
    /// How many of them do not say what OPA says, or a difference that is none.
    pub(super) wrong: usize,
    /// Those of which is known that we answer otherwise.
    pub(super) known: Vec<Known>,
}

/// Asks OPA again for everything that is recorded of it.
pub(super) fn judge(judge: &Path, scratch: &Path) -> Result<Asked> {
    let folder = workspace::root().join("tests/cases/policy");
    let input: Value = serde_json::from_str(&workspace::read(&folder.join("input.json"))?)?;
    let mut asked = Asked::default();
    for name in FILES {
        let records: Vec<Value> = serde_json::from_str(&workspace::read(&folder.join(name))?)?;
        let policies: Vec<_> = records.iter().map(policy).collect();
        let nothing = json!({});
        let questions: Vec<_> = policies
            .iter()
            .flat_map(|text| {
                let policies = BTreeMap::from([("t.rego", text.as_str())]);
                let load = Question::Policies { policies, data: &nothing, strict: true };
                [load, Question::Value { value: "data.t.r", input: &input }]
            })
            .collect();
        let answers = answers(judge, scratch, &questions)?;
        for (record, answer) in records.iter().zip(answers.chunks(2)) {
            let has_erred = answer.iter().any(|it| it.get("error").is_some());
            let said = (has_erred, answer.iter().find_map(|it| it.get("value")));
            let recorded = (record.get("error") == Some(&json!(true)), record.get("opa"));
            asked.count += 1;
            if said != recorded || record.get("known").is_some_and(|it| Some(it) == said.1) {
                asked.wrong += 1;
                println!("{name}: {record}\n  OPA says {answer:?}");
            }
            if let Some(ours) = record.get("known") {
                let call = ["call", "policy"].into_iter().find_map(|it| record.get(it)?.as_str());
                asked.known.push(Known {
                    call: call.unwrap_or_default().to_owned(),
                    opa: said.1.cloned().unwrap_or_default(),
                    ours: ours.clone(),
                });
            }
        }
    }
    Ok(asked)
}
