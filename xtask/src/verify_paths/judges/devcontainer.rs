//! Our own check of `devcontainer.json`: its keys, and that what it names is there.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

const FILE: &str = ".devcontainer/devcontainer.json";

pub(super) const JUDGE: Judge = Judge {
    name: "devcontainer.json",
    tool: "our own",
    on: "keys",
    expects: |subject| subject.has(FILE),
    judge,
    canary: (
        &[(FILE, "{\"name\": \"canary\", \"build\": {\"dockerfile\": \"Dockerfile\"}}")],
        "no-file",
    ),
};

/// The keys of the development container specification that a service may need.
const KEYS: &[&str] = &[
    "$schema",
    "build",
    "containerEnv",
    "containerUser",
    "customizations",
    "dockerComposeFile",
    "features",
    "forwardPorts",
    "hostRequirements",
    "image",
    "initializeCommand",
    "mounts",
    "name",
    "onCreateCommand",
    "overrideCommand",
    "portsAttributes",
    "postAttachCommand",
    "postCreateCommand",
    "postStartCommand",
    "remoteEnv",
    "remoteUser",
    "runArgs",
    "runServices",
    "service",
    "shutdownAction",
    "updateContentCommand",
    "updateRemoteUserUID",
    "waitFor",
    "workspaceFolder",
    "workspaceMount",
];

fn judge(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(FILE) {
        return Ok(verdict);
    }
    let container: Value = serde_json::from_str(&subject.text(FILE)?).context(FILE)?;
    let keys = container.as_object().context("devcontainer.json is no object")?;
    verdict.items = keys.len();
    for key in keys.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        verdict.find("unknown-key", FILE, format!("`{key}` is not of the specification"));
    }
    let ways = ["image", "build", "dockerComposeFile"];
    let ways = ways.into_iter().filter(|key| keys.contains_key(*key)).count();
    if ways != 1 {
        verdict.find("origin", FILE, format!("{ways} of `image`, `build`, `dockerComposeFile`"));
    }
    let mut named = Vec::new();
    named.extend(container["build"]["dockerfile"].as_str());
    match &container["dockerComposeFile"] {
        Value::String(file) => named.push(file),
        Value::Array(files) => named.extend(files.iter().filter_map(Value::as_str)),
        _ => {}
    }
    let mut services = Vec::new();
    for name in named {
        let file = match name.strip_prefix("../") {
            Some(outer) => outer.to_string(),
            None => format!(".devcontainer/{name}"),
        };
        if !subject.has(&file) {
            verdict.find("no-file", FILE, format!("there is no `{file}`"));
        } else if file.ends_with(".yaml") || file.ends_with(".yml") {
            for document in subject.yaml(&file)? {
                let found = document["services"].as_mapping().into_iter().flatten();
                services.extend(found.filter_map(|(name, _)| Some(name.as_str()?.to_string())));
            }
        }
    }
    if keys.contains_key("dockerComposeFile") {
        let service = container["service"].as_str().unwrap_or_default();
        if !services.iter().any(|it| it == service) {
            verdict.find("service", FILE, format!("no compose file has the service `{service}`"));
        }
        if container["workspaceFolder"].as_str().is_none() {
            verdict.find("workspace", FILE, "with compose there must be a `workspaceFolder`");
        }
    }
    for port in container["forwardPorts"].as_array().into_iter().flatten() {
        let is_port = port.as_u64().is_some_and(|it| (1..=65535).contains(&it));
        if !is_port && !port.as_str().is_some_and(|it| it.contains(':')) {
            verdict.find("port", FILE, format!("`{port}` is no port"));
        }
    }
    Ok(verdict)
}
