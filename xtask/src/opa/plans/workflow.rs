//! Workflows and actions of GitHub, as conftest reads them.

use serde_json::{Value, json};

use crate::opa::dice::Dice;

const COMMIT: &str = "3d3c42e5aac5ba805825da76410c181273ba90b1";
const DIGEST: &str = "sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0";

pub(super) fn workflow(dice: &mut Dice) -> Value {
    if dice.once_in(8) {
        let steps = dice.some(1, 3, step);
        return json!({"name": "Set up", "runs": {"using": "composite", "steps": steps}});
    }
    let on = match dice.roll(4) {
        0 => dice.text(&["push", "pull_request", "pull_request_target", "workflow_run"]),
        1 => dice.some(1, 2, |dice| dice.text(&["push", "pull_request_target", "workflow_run"])),
        2 => json!({"pull_request_target": {"types": ["opened"]}, "push": null}),
        _ => json!({"workflow_run": {"workflows": ["CI"], "types": ["completed"]}}),
    };
    let key = if dice.once_in(6) { "on" } else { "true" };
    let jobs: serde_json::Map<_, _> =
        (0..1 + dice.roll(3)).map(|at| (format!("job-{at}"), job(dice))).collect();
    let mut workflow = json!({"name": "CI", key: on, "jobs": jobs});
    if !dice.once_in(3) {
        workflow["permissions"] = permissions(dice);
    }
    workflow
}

fn permissions(dice: &mut Dice) -> Value {
    let all = json!([{}, {"contents": "read"}, "read-all", "write-all", null]);
    all.get(dice.roll(5)).cloned().unwrap_or_default()
}

fn job(dice: &mut Dice) -> Value {
    let mut job = match dice.once_in(4) {
        true => json!({"uses": dice.text(&[
            "./.github/workflows/build.yml",
            "acme/ci/.github/workflows/build.yml@main",
            &format!("acme/ci/.github/workflows/flagstone check.yml@{COMMIT}"),
        ])}),
        false => json!({"runs-on": "ubuntu-24.04", "steps": dice.some(1, 5, step)}),
    };
    if dice.once_in(3) {
        job["permissions"] = permissions(dice);
    }
    job
}

fn step(dice: &mut Dice) -> Value {
    if dice.once_in(2) {
        return json!({"run": dice.text(&[
            "make test",
            "flagstone check --format github",
            "echo \"${{ github.event.pull_request.title }}\"",
            "echo ${{ github.head_ref }} ${{ matrix.version }}",
            "echo \"${{ contains(github.event.pull_request.title, 'wip') }}\"",
            "gh pr checkout \"$NUMBER\"",
            "git fetch origin \"pull/$NUMBER/head\"\nmake",
            "echo \"${{ github.event['issue']['body'] }}\"",
            "echo \"${{ toJSON(github.event) }}\"",
        ])});
    }
    let uses = dice.text(&[
        "actions/checkout@v4",
        &format!("actions/checkout@{COMMIT}"),
        "Actions/Checkout@main",
        "./.github/actions/setup",
        "docker://alpine:3.22",
        &format!("docker://alpine@{DIGEST}"),
        &format!("actions/github-script@{COMMIT}"),
        " actions/setup-node@v4 ",
    ]);
    let with = json!({
        "persist-credentials": dice.pick(&[json!(false), json!("false"), json!(true)]).clone(),
        "ref": dice.text(&["main", "${{ github.event.workflow_run.head_sha }}"]),
        "script": dice.text(&["return 1", "console.log(`${{ github.event.comment.body }}`)"]),
    });
    json!({"uses": uses, "with": dice.object(with)})
}
