//! Plans as nobody makes them: hundreds, the same in every run, half of them harmed.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    found::{FILE, PLAN, Plan, Subject},
};

mod container;
mod manifest;
mod workflow;

/// How many plans there are, where nobody asks for more.
pub(super) const PLANS: usize = 240;

/// So many plans. Each second one is harmed.
pub(super) fn plans(count: usize) -> Vec<Plan> {
    let subject = |name, package, input| Subject { name, package, input };
    let plan = |number: usize| {
        let mut dice = Dice(0x666c_6167 + number as u64 * 0x1_0001);
        let is_harmed = number % 2 == 1;
        let mut subjects = vec![subject("the plan".to_owned(), PLAN, input(&mut dice))];
        for at in 0..2 + dice.roll(6) {
            let file = match dice.roll(3) {
                0 => workflow::workflow(&mut dice),
                1 => container::dockerfile(&mut dice),
                _ => manifest::documents(&mut dice),
            };
            subjects.push(subject(format!("file {at}"), FILE, file));
        }
        if is_harmed {
            subjects.iter_mut().for_each(|it| it.input = dice.harmed(&it.input));
        }
        let kind = if is_harmed { "harmed" } else { "whole" };
        Plan { name: format!("plan {number} ({kind})"), subjects }
    };
    (0..count).map(plan).collect()
}

/// What the rules over plans see.
fn input(dice: &mut Dice) -> Value {
    let versions = ["1.0.0", "1.2.3", "1.10.0", "2.0.0", "2.1.0-rc.1", "0.3.1", "10.0.0"];
    let answers = json!({
        "tier": dice.text(&["gold", "critical", "standard", "", "Gold"]),
        "region": dice.text(&["eu-central-1", "eu-west-1", "us-east-1", "", "EU-WEST-1"]),
        "regions": dice.some(0, 3, |dice| dice.text(&["eu-west-1", "us-east-1", "ap-1"])),
        "data_class": dice.text(&["restricted", "internal", "Restricted", "public"]),
        "dataClass": dice.text(&["RESTRICTED", "unrestricted"]),
        "cost_centre": dice.text(&["CC-0815", "1e3", "", "cc-1234"]),
        "slo_target": dice.pick(&[json!(99.9), json!(99), json!(null), json!("")]).clone(),
        "runbook": dice.text(&["https://wiki.example.com/r", ""]),
        "on_call": dice.pick(&[json!("orders"), json!(false), json!(null)]).clone(),
        "port": dice.roll(70_000),
    });
    let annotations = json!({
        "costCentre": dice.pick(&[json!("CC-4711"), json!(4711), json!("x"), json!(null)]).clone(),
        "cost-centre": dice.text(&["CC-0001", ""]),
    });
    json!({
        "action": dice.text(&["new", "apply", "upgrade", "check"]),
        "now": dice.text(&["2026-11-22T12:00:00Z", "2027-01-01T00:00:00Z"]),
        "ticket": dice.pick(&[json!(null), json!("PLAT-1"), json!(" "), json!("")]).clone(),
        "actor": {"user": "ada", "email": null, "roles": [], "claimedRoles": []},
        "service": {
            "name": dice.text(&["orders-api", "Orders", "a", "orders_api", "s3-proxy-2", "x-"]),
            "owner": dice.pick(&[
                json!("team-orders"), json!("team-ghosts"), json!(null), json!(" "),
                json!("platform-team"),
            ]).clone(),
            "description": null,
            "annotations": dice.object(annotations),
        },
        "goldenPath": {
            "name": "web",
            "version": dice.text(&versions),
            "lifecycle": dice.text(&["production", "deprecated", "experimental"]),
            "successor": dice.pick(&[json!(null), json!("web-2")]).clone(),
            "sunset": dice.pick(&[json!(null), json!("2026-12-31"), json!("2026-01-01")]).clone(),
            "latest": if dice.once_in(4) { json!(null) } else { dice.text(&versions) },
            "digest": null,
        },
        "layers": [{"name": "ci-github", "version": "2.0.0"}],
        "parameters": dice.object(answers),
        "files": dice.some(0, 12, file),
        "secrets": dice.some(0, 2, |dice| json!({
            "path": dice.text(&["a.env", "deploy/key.pem"]),
            "line": dice.roll(40) + 1,
            "kind": dice.text(&["a private key", "a GitHub token"]),
        })),
    })
}

/// A file of a plan.
fn file(dice: &mut Dice) -> Value {
    let path = dice.text(&[
        ".github/workflows/ci.yml",
        ".github/workflows/release.yaml",
        ".gitlab-ci.yml",
        "Dockerfile",
        "docs/runbook.md",
        "docs/slo.md",
        "docs/on-call.md",
        "src/main.rs",
    ]);
    let parsed = match dice.roll(4) {
        0 => workflow::workflow(dice),
        1 => json!({"guard": {"script": dice.some(1, 2, command)}, "stages": ["test"]}),
        2 => json!({"guard": {"script": command(dice)}}),
        _ => Value::Null,
    };
    json!({
        "path": path,
        "mode": "100644",
        "ownership": dice.text(&["managed", "merged", "seeded"]),
        "bytes": dice.roll(9_000),
        "blob": "3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
        "change": dice.text(&["added", "changed", "kept", "deleted"]),
        "parsed": parsed,
        "text": null,
    })
}

fn command(dice: &mut Dice) -> Value {
    dice.text(&["flagstone check --format github", "make test", "echo flagstone"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_the_same_in_every_run_and_half_of_them_are_harmed() {
        let (one, other) = (plans(PLANS), plans(PLANS));
        const { assert!(PLANS >= 200 && PLANS.is_multiple_of(2)) };
        assert!(one.iter().zip(&other).all(|(a, b)| a.subjects == b.subjects));
        let whole = one.iter().filter(|it| it.name.ends_with("(whole)"));
        assert!(whole.clone().all(|it| it.subjects.iter().all(|it| !it.input.is_null())));
        assert_eq!(whole.count() * 2, one.len());
    }
}
