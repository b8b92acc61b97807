package flagstone.files.kubernetes_test

import data.flagstone.files.kubernetes

good := {
	"name": "app",
	"image": "registry.example.com/app",
	"securityContext": {
		"runAsNonRoot": true,
		"allowPrivilegeEscalation": false,
		"capabilities": {"drop": ["ALL"]},
	},
	"resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
	"livenessProbe": {},
	"readinessProbe": {},
}

bare := {"name": "bare", "image": "registry.example.com/app"}

deployment(spec) := {
	"apiVersion": "apps/v1",
	"kind": "Deployment",
	"metadata": {"name": "app"},
	"spec": {"selector": {}, "template": {"spec": spec}},
}

cron_job(spec) := {
	"apiVersion": "batch/v1",
	"kind": "CronJob",
	"spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": spec}}}},
}

patch := {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": {"containers": [bare]}}}}

test_a_good_pod if {
	file := deployment({"containers": [good]})
	count(kubernetes.deny_pod_rights) == 0 with input as file
	count(kubernetes.deny_pod_host) == 0 with input as file
	count(kubernetes.deny_resources) == 0 with input as file
	count(kubernetes.deny_probes) == 0 with input as file
}

test_rights_of_every_kind_of_container if {
	file := cron_job({"containers": [bare], "initContainers": [bare], "ephemeralContainers": [bare]})
	count(kubernetes.deny_pod_rights) == 9 with input as file
}

test_nothing_is_missed_in_a_patch if {
	count(kubernetes.deny_pod_rights) == 0 with input as patch
	count(kubernetes.deny_resources) == 0 with input as patch
	count(kubernetes.deny_probes) == 0 with input as patch
}

test_the_machine if {
	container := {"name": "a", "securityContext": {"privileged": true}, "ports": [{"hostPort": 80}]}
	file := [{}, deployment({"hostPID": true, "volumes": [{"hostPath": {}}], "initContainers": [container]})]
	found := kubernetes.deny_pod_host with input as file
	{it.pointer | some it in found} == {
		"/1/spec/template/spec/hostPID",
		"/1/spec/template/spec/volumes/0",
		"/1/spec/template/spec/initContainers/0/securityContext/privileged",
		"/1/spec/template/spec/initContainers/0/ports/0",
	}
}

test_rights_that_are_taken if {
	container := {"name": "a", "securityContext": {
		"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "SYS_ADMIN"]},
		"procMount": "Unmasked",
		"seccompProfile": {"type": "Unconfined"},
	}}
	pod := {"containers": [container], "securityContext": {"seccompProfile": {"type": "Unconfined"}}}
	count(kubernetes.deny_pod_taken_rights) == 4 with input as deployment(pod)
	count(kubernetes.deny_pod_taken_rights) == 0 with input as deployment({"containers": [good]})
}

test_the_machine_by_way_of_others if {
	volume := {"apiVersion": "v1", "kind": "PersistentVolume", "spec": {"hostPath": {}}}
	privileged := {"name": "a", "securityContext": {"privileged": true}}
	workflow := {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Workflow",
		"spec": {"hostNetwork": true, "templates": [{"container": privileged, "sidecars": [privileged]}]},
	}
	found := kubernetes.deny_pod_host with input as [volume, workflow]
	count(found) == 4
}

test_no_resources if {
	count(kubernetes.deny_resources) == 3 with input as cron_job({"containers": [bare], "ephemeralContainers": [bare]})
}

test_no_probes if {
	count(kubernetes.deny_probes) == 2 with input as deployment({"containers": [bare], "initContainers": [bare]})
	count(kubernetes.deny_probes) == 0 with input as cron_job({"containers": [bare]})
}

service(type, annotations) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": {"annotations": annotations},
	"spec": {"type": type},
}

test_public if {
	count(kubernetes.needs_approval_public) == 1 with input as service("LoadBalancer", {})
	count(kubernetes.needs_approval_public_ingress) == 1 with input as {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {}}
}

test_public_by_way_of_others if {
	outside := {"apiVersion": "v1", "kind": "Service", "spec": {"type": "ClusterIP", "externalIPs": ["192.0.2.1"]}}
	count(kubernetes.needs_approval_external_address) == 1 with input as outside
	gateway := {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "spec": {"gatewayClassName": "nginx"}}
	count(kubernetes.needs_approval_public_route) == 1 with input as gateway
	route := {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "spec": {"parentRefs": [{"kind": "Service"}]}}
	count(kubernetes.needs_approval_public_route) == 0 with input as route
}

test_internal if {
	count(kubernetes.needs_approval_public) == 0 with input as service("LoadBalancer", {"networking.gke.io/load-balancer-type": "Internal"})
	count(kubernetes.needs_approval_public) == 0 with input as service("ClusterIP", {})
	ingress := {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {"ingressClassName": "nginx-internal"}}
	count(kubernetes.needs_approval_public_ingress) == 0 with input as ingress
}
