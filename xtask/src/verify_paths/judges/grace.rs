//! Our own arithmetic of shutdown (K8S9): the pod's grace period is longer than everything that happens
//! in it, and no pod goes before its successor serves.

use anyhow::Result;
use serde_yaml::Value;

use super::{Judge, kubernetes, subject::Subject, tools::Tools, verdict::Verdict};

pub(super) const JUDGE: Judge = Judge {
    name: "grace period",
    tool: "our own",
    on: "built Deployments",
    expects: kubernetes::expected,
    judge,
    canary: (
        &[
            ("deploy/overlays/canary/kustomization.yaml", "resources: [deployment.yaml]\n"),
            (
                "deploy/overlays/canary/deployment.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: canary}\nspec:\n  strategy: \
                 {rollingUpdate: {maxUnavailable: 0}}\n  template:\n    spec:\n      \
                 terminationGracePeriodSeconds: 20\n      containers: [{name: service}]\n",
            ),
        ],
        "grace",
    ),
};

/// What the services take if the environment says nothing else.
const DRAIN_DELAY: u64 = 5;
const SHUTDOWN_TIMEOUT: u64 = 20;

/// What must be left: telemetry is flushed last.
const MARGIN: u64 = 2;

fn judge(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    for built in subject.built(tools)? {
        for resource in &built.resources {
            if resource["kind"].as_str() == Some("Deployment") {
                verdict.items += 1;
                for (rule, says) in faults(resource) {
                    verdict.find(rule, &built.overlay, says);
                }
            }
        }
    }
    Ok(verdict)
}

fn faults(deployment: &Value) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let pod = &deployment["spec"]["template"]["spec"];
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap_or(30);
    for container in pod["containers"].as_sequence().into_iter().flatten() {
        let seconds = |name: &str| {
            let set = container["env"].as_sequence().into_iter().flatten();
            let set = set.into_iter().find(|it| it["name"].as_str() == Some(name))?;
            set["value"].as_str()?.parse::<u64>().ok()
        };
        let drain = seconds("DRAIN_DELAY_SECONDS").unwrap_or(DRAIN_DELAY);
        let shutdown = seconds("SHUTDOWN_TIMEOUT_SECONDS").unwrap_or(SHUTDOWN_TIMEOUT);
        let hook = &container["lifecycle"]["preStop"];
        let sleep = hook["sleep"]["seconds"].as_u64().unwrap_or(0);
        if !hook.is_null() && sleep == 0 {
            faults.push((
                "pre-stop",
                "the hook is no sleep: nobody knows how long it takes".to_string(),
            ));
        }
        if sleep > 0 && drain > 0 {
            faults.push((
                "pre-stop",
                format!("{sleep} s of preStop and {drain} s of draining: one is enough"),
            ));
        }
        if sleep + drain == 0 {
            faults.push((
                "pre-stop",
                "the listener closes before the endpoints are gone".to_string(),
            ));
        }
        let needed = sleep + drain + shutdown;
        if grace < needed + MARGIN {
            let sum =
                format!("{sleep} + {drain} + {shutdown} + {MARGIN} s do not fit into {grace} s");
            faults.push(("grace", sum));
        }
    }
    let unavailable = &deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"];
    if unavailable.as_u64() != Some(0) {
        faults.push(("max-unavailable", "is not 0".to_string()));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(grace: u64, container: &str) -> Vec<&'static str> {
        let text = format!(
            "spec: {{strategy: {{rollingUpdate: {{maxUnavailable: 0}}}}, template: {{spec: \
             {{terminationGracePeriodSeconds: {grace}, containers: [{container}]}}}}}}"
        );
        faults(&serde_yaml::from_str(&text).expect("YAML")).into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn everything_that_takes_time_is_counted() {
        assert!(rules(30, "{name: a}").is_empty());
        assert_eq!(rules(26, "{name: a}"), ["grace"]);
        let env = "{name: a, env: [{name: SHUTDOWN_TIMEOUT_SECONDS, value: \"40\"}]}";
        assert_eq!(rules(30, env), ["grace"]);
        let both = "{name: a, lifecycle: {preStop: {sleep: {seconds: 3}}}}";
        assert_eq!(rules(30, both), ["pre-stop"]);
        let none = "{name: a, env: [{name: DRAIN_DELAY_SECONDS, value: \"0\"}]}";
        assert_eq!(rules(30, none), ["pre-stop"]);
    }
}
