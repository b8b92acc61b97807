//! Our own reading of the Pod Security Standard *restricted*, field by field, on what kustomize builds.
//!
//! A cluster decides this itself; nothing that runs without one does.

use anyhow::Result;
use serde_yaml::Value;

use super::{Judge, kubernetes, subject::Subject, tools::Tools, verdict::Verdict};

pub(super) const JUDGE: Judge = Judge {
    name: "Pod Security restricted",
    tool: "our own",
    on: "containers of built pods",
    expects: kubernetes::expected,
    judge,
    canary: (
        &[
            ("deploy/overlays/canary/kustomization.yaml", "resources: [pod.yaml]\n"),
            (
                "deploy/overlays/canary/pod.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: canary}\nspec:\n  securityContext: \
                 {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}\n  containers:\n    \
                 - {name: canary, image: x, securityContext: {capabilities: {drop: [ALL]}}}\n",
            ),
        ],
        "allowPrivilegeEscalation",
    ),
};

/// Kinds of volumes that the standard allows.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

fn judge(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    for built in subject.built(tools)? {
        for (place, pod) in built.pods() {
            for (rule, says) in pod_faults(pod) {
                verdict.find(rule, &place, says);
            }
            for key in ["initContainers", "containers", "ephemeralContainers"] {
                for container in pod[key].as_sequence().into_iter().flatten() {
                    verdict.items += 1;
                    let name = container["name"].as_str().unwrap_or("?");
                    for (rule, says) in container_faults(pod, container) {
                        verdict.find(rule, &place, format!("{name}: {says}"));
                    }
                }
            }
        }
    }
    Ok(verdict)
}

type Faults = Vec<(&'static str, String)>;

fn pod_faults(pod: &Value) -> Faults {
    let mut faults = Faults::new();
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if pod[key].as_bool() == Some(true) {
            faults.push((key, "shares the node's own".to_string()));
        }
    }
    for volume in pod["volumes"].as_sequence().into_iter().flatten() {
        for (key, _) in volume.as_mapping().into_iter().flatten() {
            let key = key.as_str().unwrap_or("?");
            if key != "name" && !VOLUMES.contains(&key) {
                faults.push(("volumes", format!("`{key}` is not allowed")));
            }
        }
    }
    if pod["securityContext"]["sysctls"].as_sequence().is_some_and(|it| !it.is_empty()) {
        faults.push(("sysctls", "the service needs none".to_string()));
    }
    faults
}

fn container_faults(pod: &Value, container: &Value) -> Faults {
    let mut faults = Faults::new();
    let (outer, inner) = (&pod["securityContext"], &container["securityContext"]);
    let effective = |key: &str| if inner[key].is_null() { &outer[key] } else { &inner[key] };
    if inner["allowPrivilegeEscalation"].as_bool() != Some(false) {
        faults.push(("allowPrivilegeEscalation", "is not false".to_string()));
    }
    if inner["privileged"].as_bool() == Some(true) {
        faults.push(("privileged", "is true".to_string()));
    }
    let list = |key: &str| -> Vec<&str> {
        let list = inner["capabilities"][key].as_sequence().into_iter().flatten();
        list.filter_map(Value::as_str).collect()
    };
    if !list("drop").contains(&"ALL") {
        faults.push(("capabilities", "does not drop ALL".to_string()));
    }
    for added in list("add").into_iter().filter(|it| *it != "NET_BIND_SERVICE") {
        faults.push(("capabilities", format!("adds {added}")));
    }
    if effective("runAsNonRoot").as_bool() != Some(true) {
        faults.push(("runAsNonRoot", "is not true".to_string()));
    }
    if effective("runAsUser").as_u64() == Some(0) {
        faults.push(("runAsUser", "is root".to_string()));
    }
    let profile = effective("seccompProfile")["type"].as_str().unwrap_or_default();
    if !matches!(profile, "RuntimeDefault" | "Localhost") {
        faults.push(("seccompProfile", format!("is `{profile}`")));
    }
    if !matches!(inner["procMount"].as_str(), None | Some("Default")) {
        faults.push(("procMount", "is not Default".to_string()));
    }
    for port in container["ports"].as_sequence().into_iter().flatten() {
        if port["hostPort"].as_u64().is_some_and(|it| it != 0) {
            faults.push(("hostPort", "takes a port of the node".to_string()));
        }
    }
    // Not of the standard, but of our checklist (K8S2 and CON2).
    if inner["readOnlyRootFilesystem"].as_bool() != Some(true) {
        faults.push(("readOnlyRootFilesystem", "is not true".to_string()));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(container: &str) -> Vec<&'static str> {
        let pod: Value = serde_yaml::from_str(
            "securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}",
        )
        .expect("a pod");
        let container = serde_yaml::from_str(container).expect("a container");
        container_faults(&pod, &container).into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn a_restricted_container_passes_and_each_missing_field_is_named() {
        let good = "securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, \
                    capabilities: {drop: [ALL]}}";
        assert!(faults(good).is_empty());
        assert_eq!(
            faults("{}"),
            ["allowPrivilegeEscalation", "capabilities", "readOnlyRootFilesystem"]
        );
        let overridden = good.replace("{allow", "{runAsNonRoot: false, runAsUser: 0, allow");
        assert_eq!(faults(&overridden), ["runAsNonRoot", "runAsUser"]);
    }

    #[test]
    fn what_belongs_to_the_node_is_refused() {
        let pod =
            serde_yaml::from_str("{hostPID: true, volumes: [{name: a, hostPath: {path: /}}]}");
        let rules: Vec<_> = pod_faults(&pod.expect("a pod")).into_iter().map(|it| it.0).collect();
        assert_eq!(rules, ["hostPID", "volumes"]);
    }
}
