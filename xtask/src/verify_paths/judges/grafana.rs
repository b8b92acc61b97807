//! The judge of dashboards: their form is our own reading; each query is read by promtool.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

const FILE: &str = "observability/dashboard.json";

pub(super) const JUDGE: Judge = Judge {
    name: "Grafana dashboard",
    tool: "our own, and promtool for the queries",
    on: "panels",
    expects: |subject| subject.has_layer("observability", 1),
    judge,
    canary: (
        &[(
            FILE,
            "{\"title\": \"x\", \"uid\": \"x\", \"schemaVersion\": 39, \"panels\": [{\"id\": 1, \
             \"type\": \"timeseries\", \"title\": \"x\", \"gridPos\": {\"h\": 8, \"w\": 12, \"x\": 0, \
             \"y\": 0}, \"targets\": [{\"refId\": \"A\", \"expr\": \"sum(rate(x[5m])\"}]}]}",
        )],
        "query",
    ),
};

fn judge(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    let dashboard: Value = serde_json::from_str(&subject.text(FILE)?)?;
    for key in ["title", "uid"] {
        if dashboard[key].as_str().is_none_or(str::is_empty) {
            verdict.find("form", FILE, format!("there is no `{key}`"));
        }
    }
    if dashboard["uid"].as_str().is_some_and(|it| it.len() > 40) {
        verdict.find("form", FILE, "`uid` has more than 40 characters");
    }
    if dashboard["schemaVersion"].as_u64().is_none() {
        verdict.find("form", FILE, "there is no `schemaVersion`");
    }
    let variables = dashboard["templating"]["list"].as_array().into_iter().flatten();
    let variables: Vec<&str> = variables.filter_map(|it| it["name"].as_str()).collect();
    let mut ids = BTreeSet::new();
    let mut queries = Vec::new();
    let panels = dashboard["panels"].as_array().into_iter().flatten();
    let inner = |panel: &'_ Value| panel["panels"].as_array().cloned().unwrap_or_default();
    for panel in panels.flat_map(|it| [vec![it.clone()], inner(it)].concat()) {
        verdict.items += 1;
        let title = panel["title"].as_str().unwrap_or("?").to_string();
        let mut fault = |says: &str| verdict.find("form", FILE, format!("`{title}` {says}"));
        if panel["id"].as_u64().is_none_or(|id| !ids.insert(id)) {
            fault("has no `id` of its own");
        }
        if panel["type"].as_str().is_none_or(str::is_empty) || title == "?" {
            fault("lacks `type` or `title`");
        }
        let at = |key: &str| panel["gridPos"][key].as_u64();
        match (at("x"), at("w"), at("y"), at("h")) {
            (Some(x), Some(w), Some(_), Some(h)) if x + w <= 24 && w > 0 && h > 0 => {}
            _ => fault("stands outside of the grid of 24 columns"),
        }
        let targets = panel["targets"].as_array().into_iter().flatten();
        let found: Vec<&str> = targets.filter_map(|it| it["expr"].as_str()).collect();
        if found.is_empty() && !matches!(panel["type"].as_str(), Some("row" | "text" | "alertlist"))
        {
            fault("asks for nothing");
        }
        queries.extend(found.into_iter().map(|query| (title.clone(), plain(query, &variables))));
    }
    read(subject, tools, &queries, &mut verdict)?;
    Ok(verdict)
}

/// A query with Grafana's variables replaced by something of their form.
fn plain(query: &str, variables: &[&str]) -> String {
    let mut query = query.to_string();
    for interval in ["$__rate_interval", "${__rate_interval}", "$__interval", "$__range"] {
        query = query.replace(interval, "5m");
    }
    for name in variables {
        query = query.replace(&format!("${{{name}}}"), "x").replace(&format!("${name}"), "x");
    }
    query
}

/// Has promtool read all queries at once, as recording rules.
fn read(
    subject: &Subject,
    tools: &Tools,
    queries: &[(String, String)],
    verdict: &mut Verdict,
) -> Result<()> {
    if queries.is_empty() {
        return Ok(());
    }
    let rules: Vec<Value> = queries
        .iter()
        .enumerate()
        .map(|(number, (_, query))| serde_json::json!({"record": format!("query:{number}"), "expr": query}))
        .collect();
    let file = serde_json::json!({"groups": [{"name": "dashboard", "rules": rules}]});
    let path = subject.folder.with_extension("queries.json");
    fs::write(&path, file.to_string())?;
    let path = path.to_str().context("a path that is no text")?;
    let output = tools.judge("promtool", &subject.folder, &["check", "rules", path], &[0, 1])?;
    if !output.status.success() {
        let said = [&output.stdout[..], &output.stderr].concat();
        verdict.find("query", FILE, String::from_utf8_lossy(&said).trim());
    }
    Ok(())
}
