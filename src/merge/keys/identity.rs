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
    // Helm.
    (&["dependencies"], &[&["name", "alias"], &["name"]]),
    // Visual Studio Code.
    (&["tasks", "inputs"], &[&["label"], &["id"]]),
    (&["configurations"], &[&["name"]]),
];

/// Lists of requirements, such as `fastapi>=0.110`: a package is the same in another version.
const REQUIREMENTS: &[&str] = &["dependencies", "requires", "dev-dependencies"];

/// Maps of such lists, by group.
const GROUPS: &[&str] = &["optional-dependencies", "dependency-groups", "extras"];

/// What each item of the list at `path` is called; `None` if one has no name, or two the same.
pub(super) fn identities(path: &[Step], items: &[Value]) -> Option<Vec<String>> {
    let ids: Vec<String> = match path.last() {
        Some(Step::Key(_)) if are_requirements(path, items) => {
            items.iter().map(requirement).collect::<Option<_>>()?
        }
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

/// Whether a list names packages, by its key or the key of the map around it, and holds texts alone.
fn are_requirements(path: &[Step], items: &[Value]) -> bool {
    let key = |step: &Step| step.key().map(str::to_owned).unwrap_or_default();
    let (last, above) = match path {
        [.., above, last] => (key(last), key(above)),
        [last] => (key(last), String::new()),
        [] => return false,
    };
    let is_one = REQUIREMENTS.contains(&last.as_str()) || GROUPS.contains(&above.as_str());
    is_one && items.iter().all(|item| item.as_text().is_some())
}

/// The package that a requirement is of, written in one way, as Python's packaging rules do:
/// `Zope.Interface[test]>=6` is of `zope-interface`.
fn requirement(item: &Value) -> Option<String> {
    let text = item.as_text()?;
    let end = text.find(|it: char| !it.is_alphanumeric() && !matches!(it, '-' | '_' | '.'));
    let name = text.get(..end.unwrap_or(text.len()))?;
    (!name.is_empty()).then(|| name.to_lowercase().replace(['_', '.'], "-"))
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
