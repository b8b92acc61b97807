//! A small golden path, for tests of what is around it.

use crate::sandbox::Sandbox;

/// Asks for a text, an owner, a number, a choice, and something that depends on it.
pub(crate) const MANIFEST: &str = r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: web, version: 1.0.0, title: A web service, owner: platform}
parameters:
  required: [name, owner]
  properties:
    name: {type: string, title: Service name, pattern: "^[a-z][a-z-]*$", x-pattern-help: use lower-case letters and hyphens}
    owner: {type: string, title: Owner}
    port: {type: integer, title: Port, default: 8080, minimum: 1024}
    database: {type: string, title: Database, enum: [none, postgres], default: none}
    schema: {type: string, title: Schema, default: "{{ name | snake_case }}", x-when: "database == 'postgres'"}
files:
  - {match: "src/**", ownership: seeded}
"#;

/// A sandbox with a small golden path in the folder `catalog`.
pub(crate) fn sandbox() -> Sandbox {
    Sandbox::new().identity().golden_path(
        "web",
        "1.0.0",
        &[
            ("golden-path.yaml", MANIFEST),
            (
                "template/service.yaml.j2",
                "name: {{ name }}\nowner: {{ owner | to_yaml }}\nport: {{ port }}\n",
            ),
            ("template/src/{{ name | snake_case }}.txt.j2", "{{ name }}\n"),
            (
                "template/{% if database == 'postgres' %}schema.sql{% endif %}.j2",
                "-- {{ schema }}\n",
            ),
        ],
    )
}

/// A service `orders-api` of it.
const ARGUMENTS: [&str; 5] = ["new", "web", "orders-api", "--catalog", "catalog"];

/// The arguments of a new service, and more.
pub(crate) fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ARGUMENTS.iter().chain(more).copied().collect()
}

/// A JSON result without its files, which are looked at elsewhere.
pub(crate) fn without_files(output: &str) -> String {
    let mut inside = false;
    let shown = output.lines().filter(|line| {
        let was_inside = inside;
        inside = match line.trim() {
            "\"files\": [" => true,
            "]," if line.starts_with("      ]") => false,
            _ => inside,
        };
        !was_inside && !inside
    });
    shown.filter(|line| !line.contains("\"tree\":")).map(|line| format!("{line}\n")).collect()
}

/// A refusal of a full folder, whichever of the things in it is named.
pub(crate) fn without_entry(output: &str) -> String {
    let (before, behind) = output.split_once("it holds `").unwrap();
    let (_, behind) = behind.split_once('`').unwrap();
    format!("{before}it holds `<entry>`{behind}")
}
