//! By what the items of well-known lists are told apart.

use crate::{data::Value, edit::Step};

/// Lists by their key, and the keys of an item that together name it; the first row that an item
/// has all keys of.
const LISTS: &[(&[&str], &[&[&str]])] = &[
    // Kubernetes.
    (&["containers", "initContainers", "ephemeralContainers"], &[&["name"]]),
    (&["env", "volumes", "imagePullSecrets"], &[&["name"]]),
    (&["volumeMounts"], &[&["mountPath"]]),
    (&["volumeDevices"], &[&["devicePath"]]),
    (&["ports"], &[&["name"], &["containerPort", "protocol"], &["containerPort"], &["port"]]),
    (&["tolerations"], &[&["key", "effect"]]),
    (&["images"], &[&["name"]]),
    // GitHub and its kin.
    (&["steps"], &[&["id"], &["name"], &["uses"], &["run"]]),
    (&["updates"], &[&["package-ecosystem", "directory"]]),
    (&["repos"], &[&["repo"]]),
    (&["hooks"], &[&["id"]]),
    // OpenAPI.
    (&["tags", "parameters"], &[&["in", "name"], &["name"]]),
    (&["servers"], &[&["url"]]),
    // Prometheus.
    (&["groups"], &[&["name"]]),
    (&["rules"], &[&["alert"], &["record"]]),
    (&["scrape_configs"], &[&["job_name"]]),
    // Cargo, uv and poetry.
    (&["bin", "test", "bench", "example"], &[&["name"]]),
    (&["package"], &[&["name", "version"]]),
    (&["overrides"], &[&["module"]]),
    (&["index", "source"], &[&["name"]]),
    // Visual Studio Code.
    (&["tasks", "inputs"], &[&["label"], &["id"]]),
    (&["configurations"], &[&["name"]]),
];

/// What each item of the list at `path` is called; `None` if one has no name, or two the same.
pub(super) fn identities(path: &[Step], items: &[Value]) -> Option<Vec<String>> {
    let ids: Vec<String> = match path.last() {
        Some(Step::Key(key)) => {
            let (_, rows) = LISTS.iter().find(|(keys, _)| keys.contains(&key.as_str()))?;
            items.iter().map(|item| identity(item, rows)).collect::<Option<_>>()?
        }
        // The documents of one text.
        None => items.iter().map(document).collect::<Option<_>>()?,
        Some(Step::Item(_)) => return None,
    };
    let is_single = |id: &String| ids.iter().filter(|other| *other == id).count() == 1;
    ids.iter().all(is_single).then_some(ids)
}

fn identity(item: &Value, rows: &[&[&str]]) -> Option<String> {
    rows.iter().find_map(|row| {
        let fields = row.iter().map(|key| Some(format!("{key}={}\n", field(item, key)?)));
        fields.collect::<Option<String>>()
    })
}

fn field(item: &Value, key: &str) -> Option<String> {
    match item.get(key)? {
        // An action is the same at another version.
        Value::Text(text) if key == "uses" => Some(text.split('@').next()?.to_owned()),
        Value::Map(_) | Value::List(_) | Value::Null => None,
        scalar => Some(scalar.to_string()),
    }
}

fn document(value: &Value) -> Option<String> {
    let name = value.at(["metadata", "name"])?;
    Some(format!("{}\n{}\n{name}", value.get("apiVersion")?, value.get("kind")?))
}
