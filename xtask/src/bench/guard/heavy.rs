//! A request as heavy as they come: 200 files, a megabyte as the guard is given it, and every third file
//! a manifest, workflow or Dockerfile, many of which break rules.
//!
//! Beside it the same without a rule: starting the process and reading the request is the floor.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{median, remove};
use crate::{
    opa::{Set, guard, request},
    workspace,
};

const ROUNDS: usize = 40;

/// The least bytes of the request.
const BYTES: usize = 1 << 20;

/// Times both in turns.
pub(super) fn run(flagstone: &Path) -> Result<()> {
    let folder = workspace::target().join("flagstone-bench-guard");
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let set = Set::read()?;
    let (bundle, subjects) = parts(&set);
    let whole = request(&[bundle], &subjects);
    ensure!(whole.len() >= BYTES, "the request has only {} bytes", whole.len());
    let empty = request(&[], &subjects);
    let files = [folder.join("whole.json"), folder.join("empty.json")];
    fs::write(&files[0], &whole)?;
    fs::write(&files[1], empty)?;
    let mut times = [Vec::new(), Vec::new()];
    let mut findings = 0;
    // The first round warms the caches and is not counted.
    for round in 0..=ROUNDS {
        for (file, times) in files.iter().zip(&mut times) {
            let start = Instant::now();
            let output = guard(flagstone, file)?.stderr(Stdio::null()).output()?;
            let took = start.elapsed();
            findings = findings.max(judged(&output.stdout)?);
            if round > 0 {
                times.push(took);
            }
        }
    }
    remove(&folder)?;
    let [judging, reading] = times.map(|it| median(&it));
    let ms = |it: Duration| it.as_secs_f64() * 1000.0;
    let ratio = ms(judging) / ms(reading);
    println!(
        "a heavy request: 200 files, {} KiB, {findings} findings, {ROUNDS} rounds",
        whole.len() >> 10
    );
    println!("the starter set       {:>6.1} ms, {ratio:.2} times the floor", ms(judging));
    println!("no rule (the floor)   {:>6.1} ms", ms(reading));
    Ok(())
}

/// How many findings there are; a guard that failed has measured nothing.
fn judged(said: &[u8]) -> Result<usize> {
    let last = said.split(|it| *it == b'\n').rfind(|it| !it.is_empty()).unwrap_or_default();
    let last: Value = serde_json::from_slice(last).context("the guard has said nothing")?;
    let all = |key: &str| last.get("verdict")?.get(key)?.as_array().map(Vec::len);
    ensure!(all("failures") == Some(0), "the guard has failed: {last}");
    all("findings").context("the guard has found nothing, not even nothing")
}

/// What the guard is given: each file of configuration by itself, and all of them in the plan.
fn parts(set: &Set) -> (Value, Vec<Value>) {
    let source = |(path, text): (&String, &String)| json!({"path": path, "text": text});
    let subject = |(path, parsed): &(String, Value)| {
        let input = parsed.clone();
        (!input.is_null()).then(
            || json!({"path": path, "packages": {"below": ["flagstone", "files"]}, "input": input}),
        )
    };
    let files: Vec<_> = (0..200).map(file).collect();
    let mut subjects: Vec<_> = files.iter().filter_map(subject).collect();
    let plan =
        json!({"path": null, "packages": {"below": ["flagstone", "plan"]}, "input": plan(&files)});
    subjects.insert(0, plan);
    let bundle = json!({
        "origin": "starter",
        "sources": set.policies.iter().map(source).collect::<Vec<_>>(),
        "data": set.data,
    });
    (bundle, subjects)
}

fn plan(files: &[(String, Value)]) -> Value {
    let file = |(path, parsed): &(String, Value)| {
        json!({
            "path": path, "mode": "100644", "ownership": "managed", "bytes": 5_000,
            "blob": "3b18e512dba79e4c8300dd08aeb37f8e728b8dad", "change": "added",
            "parsed": parsed, "text": null,
        })
    };
    json!({
        "action": "new", "now": "2026-11-22T12:00:00Z", "ticket": null,
        "actor": {"user": "ada", "email": null, "roles": [], "claimedRoles": []},
        "service": {
            "name": "orders-api", "owner": "team-orders", "description": null,
            "annotations": {"costCentre": "CC-4711"},
        },
        "goldenPath": {
            "name": "web", "version": "1.0.0", "lifecycle": "production", "successor": null,
            "latest": "1.0.0", "digest": null,
        },
        "layers": [], "parameters": {"region": "us-east-1", "tier": "gold"},
        "files": files.iter().map(file).collect::<Vec<_>>(), "secrets": [],
    })
}

/// A file of a plan, and what it holds: of ten, two are manifests of two documents, one is a workflow
/// and one a Dockerfile; the others are no configuration.
fn file(number: usize) -> (String, Value) {
    match number % 10 {
        0 | 5 => {
            let documents = (0..2).map(|at| manifest(number + at)).collect();
            (format!("deploy/base/{number}.yaml"), documents)
        }
        1 => (format!(".github/workflows/{number}.yml"), workflow(number)),
        2 => (format!("images/{number}.Dockerfile"), dockerfile(number)),
        _ => (format!("src/module_{number}.rs"), Value::Null),
    }
}

fn manifest(number: usize) -> Value {
    let variable = |at: usize| {
        json!({"name": format!("SETTING_{at}"), "valueFrom": {"configMapKeyRef": {
            "name": "orders-api", "key": format!("setting-{at}")
        }}})
    };
    let probe = json!({"httpGet": {"path": "/livez", "port": "http"}, "periodSeconds": 5});
    let container = |at: usize| {
        json!({
            "name": format!("app-{at}"), "image": "registry.example.com/orders-api:1",
            "env": (0..12).map(variable).collect::<Vec<_>>(),
            "securityContext": {
                "allowPrivilegeEscalation": (number + at).is_multiple_of(9),
                "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true,
            },
            "resources": {
                "requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}
            },
            "livenessProbe": probe, "readinessProbe": probe,
            "ports": [{"name": "http", "containerPort": 8080}],
        })
    };
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": format!("app-{number}"), "labels": {"app": "orders-api"}},
        "spec": {
            "selector": {"matchLabels": {"app": "orders-api"}},
            "template": {"metadata": {"labels": {"app": "orders-api"}}, "spec": {
                "securityContext": {"runAsNonRoot": true},
                "containers": [container(0), container(1)], "initContainers": [container(2)],
            }},
        },
    })
}

fn workflow(number: usize) -> Value {
    const COMMIT: &str = "3d3c42e5aac5ba805825da76410c181273ba90b1";
    let step = |at: usize| match at {
        0 => json!({
            "uses": format!("actions/checkout@{COMMIT}"), "with": {"persist-credentials": false}
        }),
        1 => json!({"uses": "actions/setup-node@v4", "with": {"node-version": "24"}}),
        _ => json!({
            "name": format!("Step {at}"), "env": {"TITLE": "${{ github.event.issue.title }}"},
            "run": format!("set -e\nmake target-{at} VERSION=\"${{{{ matrix.version }}}}\"\necho done"),
        }),
    };
    let job = |at: usize| {
        let steps: Vec<_> = (0..8).map(step).collect();
        (format!("job-{number}-{at}"), json!({"runs-on": "ubuntu-24.04", "steps": steps}))
    };
    let jobs: serde_json::Map<_, _> = (0..5).map(job).collect();
    json!({"name": "CI", "true": {"push": null}, "permissions": {}, "jobs": jobs})
}

fn dockerfile(number: usize) -> Value {
    let line = |command: &str, value: Value| {
        json!({
            "Cmd": command, "SubCmd": "", "JSON": false, "Flags": [], "Value": value, "Stage": 0
        })
    };
    let mut lines = vec![line("from", json!(["rust:1.95", "AS", "build"]))];
    let run =
        |at: usize| line("run", json!([format!("make target-{number}-{at} && rm -rf /tmp/*")]));
    lines.extend((0..20).map(run));
    lines.push(line("env", json!(["PORT", "8080", "=", "LEVEL", "info", "="])));
    lines.push(line("user", json!(["10001"])));
    Value::Array(lines)
}
