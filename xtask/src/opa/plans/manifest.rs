//! Manifests of Kubernetes, as conftest reads them: one, or a list of documents.

use serde_json::{Value, json};

use crate::opa::dice::Dice;

pub(super) fn documents(dice: &mut Dice) -> Value {
    match dice.roll(4) {
        0 => dice.some(1, 3, document),
        1 => json!({"apiVersion": "v1", "kind": "List", "items": dice.some(0, 3, document)}),
        _ => document(dice),
    }
}

fn document(dice: &mut Dice) -> Value {
    let kind = *dice.pick(&[
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "Job",
        "Rollout",
        "CronJob",
        "Pod",
        "PodTemplate",
        "Service",
        "Ingress",
        "ConfigMap",
    ]);
    let pod = pod(dice);
    let template = json!({"metadata": {"labels": {"app": "a"}}, "spec": pod});
    let spec = match kind {
        "Pod" => pod,
        "CronJob" => json!({
            "schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}
        }),
        "Service" => json!({
            "type": dice.text(&["LoadBalancer", "NodePort", "ClusterIP"]), "ports": [{"port": 80}]
        }),
        "Ingress" => {
            json!({"ingressClassName": dice.text(&["nginx", "nginx-internal"]), "rules": []})
        }
        "ConfigMap" => Value::Null,
        _ => {
            let selector = json!({"matchLabels": {"app": "a"}});
            let spec = json!({"selector": selector, "template": template});
            // A patch of kustomize has no selector.
            if dice.once_in(5) { json!({"template": spec["template"]}) } else { spec }
        }
    };
    let annotations = json!({
        "service.beta.kubernetes.io/aws-load-balancer-internal": dice.text(&["true", "false"]),
        "alb.ingress.kubernetes.io/scheme": dice.text(&["internal", "internet-facing"]),
        "kubernetes.io/ingress.class": dice.text(&["nginx", "private"]),
    });
    let annotations = if dice.once_in(2) { dice.object(annotations) } else { json!({}) };
    let mut document = json!({
        "apiVersion": "v1", "kind": kind, "metadata": {"name": "app", "annotations": annotations},
        "spec": spec,
    });
    if kind == "PodTemplate" {
        document["template"] = document["spec"]["template"].clone();
    }
    document
}

fn pod(dice: &mut Dice) -> Value {
    let parts = json!({
        "securityContext": {"runAsNonRoot": dice.once_in(2)},
        "hostNetwork": dice.once_in(4),
        "hostPID": dice.once_in(4),
        "os": {"name": dice.text(&["linux", "windows"])},
        "initContainers": dice.some(0, 2, container),
        "ephemeralContainers": dice.some(0, 1, container),
        "volumes": dice.some(0, 2, volume),
        "resources": resources(dice),
    });
    let mut pod = dice.object(parts);
    pod["containers"] = dice.some(1, 3, container);
    pod
}

fn volume(dice: &mut Dice) -> Value {
    match dice.once_in(2) {
        true => json!({"name": "docker", "hostPath": {"path": "/var/run/docker.sock"}}),
        false => json!({"name": "tmp", "emptyDir": {}}),
    }
}

fn resources(dice: &mut Dice) -> Value {
    let part = |dice: &mut Dice| {
        let part =
            json!({"cpu": "100m", "memory": dice.pick(&[json!("1Gi"), json!(null)]).clone()});
        dice.object(part)
    };
    let (requests, limits) = (part(dice), part(dice));
    dice.object(json!({"requests": requests, "limits": limits}))
}

fn container(dice: &mut Dice) -> Value {
    let capabilities = json!({
        "drop": dice.some(0, 2, |dice| dice.text(&["ALL", "all", "NET_RAW"])),
        "add": ["NET_BIND_SERVICE"],
    });
    let context = json!({
        "runAsNonRoot": dice.once_in(2),
        "allowPrivilegeEscalation": dice.once_in(3),
        "privileged": dice.once_in(4),
        "capabilities": capabilities,
    });
    let probe = json!({"httpGet": {"path": "/livez", "port": "http"}});
    let parts = json!({
        "image": dice.text(&["app:1", "registry.example.com/app"]),
        "securityContext": dice.object(context),
        "resources": resources(dice),
        "livenessProbe": probe,
        "readinessProbe": dice.pick(&[probe.clone(), Value::Null]).clone(),
        "ports": dice.some(0, 2, |dice| {
            json!({"containerPort": 8080, "hostPort": *dice.pick(&[0, 8080])})
        }),
    });
    let mut container = dice.object(parts);
    container["name"] = dice.text(&["app", "side", "debug"]);
    container
}
