# METADATA
# title: What may run in a cluster
# description: The input is a manifest, or a list of them, as conftest reads a file of several documents.
# custom: {parsers: [yaml, json, jsonc]}
package flagstone.files.kubernetes

# METADATA
# title: Containers have no rights that they do not need
# description: "The three that Kubernetes' own profile `restricted` asks for: not root, no more rights than at the start, no capabilities."
# custom:
#   id: FS020
#   severity: high
#   remediation: "Set `runAsNonRoot: true`, `allowPrivilegeEscalation: false` and `capabilities: {drop: [ALL]}` in `securityContext`."
#   approver: security
#   links: [https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted]
deny_pod_rights contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_whole_containers
	pod := it.pod
	not k8s_is_windows(pod)
	some lack in k8s_lacks(pod, it.container)
	pointer := it.at
	msg := sprintf("container `%s` %s", [it.name, lack])
}

k8s_lacks(pod, container) := {lack |
	some lack, has in {
		"may run as root": k8s_is_non_root(pod, container),
		"may get more rights": k8s_never_escalates(container),
		"keeps capabilities": k8s_drops_all(container),
	}
	has == false
}

default k8s_is_non_root(_, _) := false

k8s_is_non_root(_, container) if container.securityContext.runAsNonRoot == true

k8s_is_non_root(pod, container) if {
	pod.securityContext.runAsNonRoot == true
	not container.securityContext.runAsNonRoot == false
}

default k8s_never_escalates(_) := false

k8s_never_escalates(container) if container.securityContext.allowPrivilegeEscalation == false

default k8s_drops_all(_) := false

k8s_drops_all(container) if {
	dropped := container.securityContext.capabilities.drop[_]
	is_string(dropped)
	upper(dropped) == "ALL"
}

k8s_is_windows(pod) if pod.os.name == "windows"

# METADATA
# title: Containers take no rights
# description: What is dropped is worth nothing if it is added again; this is found in patches too.
# custom:
#   id: FS020
#   severity: high
#   remediation: "Take it out: of capabilities `NET_BIND_SERVICE` alone may be added, and both profiles have good defaults."
#   approver: security
#   links: [https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted]
deny_pod_taken_rights contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_taken
	msg := it.msg
	pointer := it.at
}

k8s_taken contains {"msg": msg, "at": at} if {
	some it in k8s_containers
	added := it.container.securityContext.capabilities.add[_]
	not added in {"NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"}
	at := sprintf("%s/securityContext/capabilities/add", [it.at])
	msg := sprintf("container `%s` takes the capability `%v`", [it.name, added])
}

k8s_taken contains {"msg": msg, "at": at} if {
	some it in k8s_containers
	it.container.securityContext.procMount == "Unmasked"
	at := sprintf("%s/securityContext/procMount", [it.at])
	msg := sprintf("container `%s` sees what `/proc` hides", [it.name])
}

k8s_taken contains {"msg": msg, "at": at} if {
	some it in k8s_containers
	it.container.securityContext.seccompProfile.type == "Unconfined"
	at := sprintf("%s/securityContext/seccompProfile", [it.at])
	msg := sprintf("container `%s` may call all of the kernel", [it.name])
}

k8s_taken contains {"msg": msg, "at": at} if {
	some it in k8s_pods
	it.spec.securityContext.seccompProfile.type == "Unconfined"
	at := sprintf("%s/securityContext/seccompProfile", [it.at])
	msg := "the pod may call all of the kernel"
}

# METADATA
# title: Pods keep to themselves
# description: What shares the machine's namespaces, files or ports can reach everything on it.
# custom:
#   id: FS021
#   severity: critical
#   remediation: Take it out; a volume, a Service or an operator of the platform does what it was for.
#   approver: security
#   links: [https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline]
deny_pod_host contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_host_parts
	msg := it.msg
	pointer := it.pointer
}

k8s_host_parts contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_pods
	some key in ["hostNetwork", "hostPID", "hostIPC"]
	it.spec[key] == true
	pointer := sprintf("%s/%s", [it.at, key])
	msg := sprintf("the pod shares the machine's namespace: `%s`", [key])
}

k8s_host_parts contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_pods
	volume := it.spec.volumes[at]
	is_object(volume)
	"hostPath" in object.keys(volume)
	pointer := sprintf("%s/volumes/%d", [it.at, at])
	msg := sprintf("volume `%v` is a folder of the machine", [object.get(volume, "name", "")])
}

k8s_host_parts contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_documents
	it.document.kind == "PersistentVolume"
	volume := it.document.spec
	is_object(volume)
	"hostPath" in object.keys(volume)
	pointer := sprintf("%s/spec/hostPath", [it.at])
	msg := sprintf("volume `%s` is a folder of the machine", [k8s_name(it.document)])
}

k8s_host_parts contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_containers
	it.container.securityContext.privileged == true
	pointer := sprintf("%s/securityContext/privileged", [it.at])
	msg := sprintf("container `%s` is privileged", [it.name])
}

k8s_host_parts contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_containers
	port := it.container.ports[at].hostPort
	port != 0
	pointer := sprintf("%s/ports/%d", [it.at, at])
	msg := sprintf("container `%s` takes port %v of the machine", [it.name, port])
}

# METADATA
# title: Containers say what they need
# description: Without requests a pod is put anywhere, and without a limit of memory it takes that of its neighbours.
# custom:
#   id: FS022
#   severity: medium
#   remediation: "Set `resources`: `requests` of `cpu` and `memory`, and a limit of `memory`."
#   approver: platform-team
#   links: [https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/]
deny_resources contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_whole_containers

	# Kubernetes does not let these have any.
	it.list != "ephemeralContainers"
	some key, ways in k8s_resource_ways
	container := it.container
	not k8s_has_resource(container, ways)
	pod := it.pod
	not k8s_has_resource(pod, ways)
	pointer := it.at
	msg := sprintf("container `%s` has no %s", [it.name, key])
}

# What is asked for, and where it may be said: a request that is absent is as high as its limit.
k8s_resource_ways := {
	"limit of memory": [["limits", "memory"]],
	"request of memory": [["requests", "memory"], ["limits", "memory"]],
	"request of cpu": [["requests", "cpu"], ["limits", "cpu"]],
}

k8s_has_resource(holder, ways) if {
	some way in ways
	value := holder.resources[way[0]][way[1]]
	value != null
}

# METADATA
# title: Services can be asked how they are
# description: Without probes Kubernetes sends requests to what is not ready, and keeps what hangs.
# custom:
#   id: FS023
#   severity: medium
#   remediation: Add a `livenessProbe` and a `readinessProbe`.
#   approver: platform-team
#   links: [https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/]
deny_probes contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_whole_containers
	it.list == "containers"
	it.kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"}
	some probe in ["livenessProbe", "readinessProbe"]
	object.get(it.container, probe, null) == null
	pointer := it.at
	msg := sprintf("container `%s` has no `%s`", [it.name, probe])
}

# METADATA
# title: What the world can reach is approved
# description: An address that the world can reach is attacked within minutes.
# custom:
#   id: FS024
#   severity: high
#   remediation: Keep it inside, or ask security for an `exception` in the catalog's policies.
#   approver: security
#   links: [https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types]
needs_approval_public contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_documents
	document := it.document
	document.kind == "Service"
	type := document.spec.type
	type in {"LoadBalancer", "NodePort"}
	not k8s_is_internal_service(document)
	pointer := sprintf("%s/spec/type", [it.at])
	msg := sprintf("service `%s` can be reached from outside: `%s`", [k8s_name(document), type])
}

# METADATA
# title: What the world can reach is approved
# description: An address that the world can reach is attacked within minutes.
# custom:
#   id: FS024
#   severity: high
#   remediation: Keep it inside, or ask security for an `exception` in the catalog's policies.
#   approver: security
#   links: [https://kubernetes.io/docs/concepts/services-networking/service/#external-ips]
needs_approval_external_address contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_documents
	document := it.document
	document.kind == "Service"
	address := document.spec.externalIPs[_]
	pointer := sprintf("%s/spec/externalIPs", [it.at])
	msg := sprintf("service `%s` can be reached from outside: `%v`", [k8s_name(document), address])
}

# METADATA
# title: What the world can reach is approved
# description: An address that the world can reach is attacked within minutes.
# custom:
#   id: FS024
#   severity: high
#   remediation: Keep it inside, or ask security for an `exception` in the catalog's policies.
#   approver: security
#   links: [https://kubernetes.io/docs/concepts/services-networking/ingress/]
needs_approval_public_ingress contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_documents
	document := it.document
	document.kind == "Ingress"
	not k8s_is_internal_ingress(document)
	pointer := it.at
	msg := sprintf("ingress `%s` can be reached from outside", [k8s_name(document)])
}

# METADATA
# title: What the world can reach is approved
# description: An address that the world can reach is attacked within minutes.
# custom:
#   id: FS024
#   severity: high
#   remediation: Keep it inside, or ask security for an `exception` in the catalog's policies.
#   approver: security
#   links: [https://gateway-api.sigs.k8s.io/]
needs_approval_public_route contains {"msg": msg, "pointer": pointer} if {
	some it in k8s_documents
	document := it.document
	document.kind in {"Route", "Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"}
	is_string(document.apiVersion)
	regex.match(`^(gateway\.networking\.k8s|route\.openshift)\.io/`, document.apiVersion)
	not k8s_is_internal_route(document)
	pointer := it.at
	msg := sprintf("%s `%s` can be reached from outside", [lower(document.kind), k8s_name(document)])
}

# What clouds take for: keep it inside. They pass over keys that they don't know.
k8s_internal_service := {
	"cloud.google.com/load-balancer-type": {"internal"},
	"networking.gke.io/load-balancer-type": {"internal"},
	"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": {"intranet"},
	"service.beta.kubernetes.io/aws-load-balancer-internal": {"true", "0.0.0.0/0"},
	"service.beta.kubernetes.io/aws-load-balancer-scheme": {"internal"},
	"service.beta.kubernetes.io/azure-load-balancer-internal": {"true"},
	"service.beta.kubernetes.io/oci-load-balancer-internal": {"true"},
	"service.beta.kubernetes.io/openstack-internal-load-balancer": {"true"},
	"service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": {"private"},
}

# Only a balancer can be kept inside: the ports of machines are open to who reaches the machines.
k8s_is_internal_service(document) if {
	document.spec.type == "LoadBalancer"
	some key, values in k8s_internal_service
	value := document.metadata.annotations[key]
	is_string(value)
	lower(value) in values
}

k8s_is_internal_ingress(document) if {
	value := document.metadata.annotations["alb.ingress.kubernetes.io/scheme"]
	value == "internal"
}

k8s_is_internal_ingress(document) if k8s_is_internal_class(document.metadata.annotations["kubernetes.io/ingress.class"])

k8s_is_internal_ingress(document) if k8s_is_internal_class(document.spec.ingressClassName)

k8s_is_internal_route(document) if k8s_is_internal_class(document.spec.gatewayClassName)

# Between services of a mesh.
k8s_is_internal_route(document) if {
	parents := document.spec.parentRefs
	is_array(parents)
	count(parents) > 0
	every parent in parents { parent.kind == "Service" }
}

k8s_is_internal_class(class) if {
	is_string(class)
	regex.match(`(?i)(^|-)(internal|private|rilb)(-|$)`, class)
}

# What follows is what rules ask of a manifest. Each part is known by where it is `at`: the evaluator
# compares the members of a set key by key, and this one comes first and tells them apart.

k8s_roots contains {"document": document, "at": ""} if {
	is_object(input)
	document := input
}

k8s_roots contains {"document": document, "at": pointer} if {
	is_array(input)
	document := input[at]
	is_object(document)
	pointer := sprintf("/%d", [at])
}

k8s_documents contains {"document": document, "at": pointer} if {
	some root in k8s_roots
	document := root.document
	pointer := root.at
	is_string(document.kind)
	is_string(document.apiVersion)
}

k8s_documents contains {"document": document, "at": pointer} if {
	some root in k8s_roots
	is_string(root.document.kind)
	endswith(root.document.kind, "List")
	document := root.document.items[at]
	is_object(document)
	pointer := sprintf("%s/items/%d", [root.at, at])
}

k8s_name(document) := sprintf("%v", [object.get(document, ["metadata", "name"], "")])

# Where the kinds keep their pod, and what every whole one of them has: a patch of kustomize has a part.
k8s_ways := [
	{"kinds": {"Pod"}, "way": ["spec"], "has": ["spec"]},
	{"kinds": {"PodTemplate"}, "way": ["template", "spec"], "has": ["template"]},
	{"kinds": {"CronJob"}, "way": ["spec", "jobTemplate", "spec", "template", "spec"], "has": ["spec", "schedule"]},
	{"kinds": {"Job", "Rollout", "ReplicationController"}, "way": ["spec", "template", "spec"], "has": ["spec"]},
	{
		"kinds": {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"},
		"way": ["spec", "template", "spec"],
		"has": ["spec", "selector"],
	},

	# Of these nothing is missed, for others fill them in: Knative's `Service`, Argo's workflows.
	{"kinds": {"Service"}, "way": ["spec", "template", "spec"], "has": ["-"]},
	{"kinds": {"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}, "way": ["spec"], "has": ["-"]},
	{"kinds": {"CronWorkflow"}, "way": ["spec", "workflowSpec"], "has": ["-"]},
]

k8s_pods contains {"spec": spec, "at": pointer, "kind": kind, "whole": whole} if {
	some it in k8s_documents
	some one in k8s_ways
	kind := it.document.kind
	kind in one.kinds
	spec := object.get(it.document, one.way, null)
	is_object(spec)
	pointer := concat("/", array.concat([it.at], one.way))
	whole := object.get(it.document, one.has, null) != null
}

# A template of Argo has what a pod has, and containers of its own.
k8s_pods contains {"spec": template, "at": pointer, "kind": kind, "whole": false} if {
	some it in k8s_documents
	kind := it.document.kind
	way := k8s_argo_ways[kind]
	templates := object.get(it.document, way, [])
	is_array(templates)
	template := templates[at]
	is_object(template)
	pointer := sprintf("%s/%s/%d", [it.at, concat("/", way), at])
}

k8s_argo_ways := {
	"Workflow": ["spec", "templates"],
	"WorkflowTemplate": ["spec", "templates"],
	"ClusterWorkflowTemplate": ["spec", "templates"],
	"CronWorkflow": ["spec", "workflowSpec", "templates"],
}

k8s_containers contains {
	"container": container,
	"name": name,
	"list": list,
	"pod": pod,
	"kind": kind,
	"whole": whole,
	"at": pointer,
} if {
	some it in k8s_pods
	pod := it.spec
	kind := it.kind
	some list in ["containers", "initContainers", "ephemeralContainers", "sidecars"]
	container := pod[list][at]
	is_object(container)
	name := sprintf("%v", [object.get(container, "name", "")])
	whole := it.whole
	pointer := sprintf("%s/%s/%d", [it.at, list, at])
}

# The one container of a template of Argo.
k8s_containers contains {
	"container": container,
	"name": name,
	"list": list,
	"pod": pod,
	"kind": kind,
	"whole": false,
	"at": pointer,
} if {
	some it in k8s_pods
	kind := it.kind
	k8s_argo_ways[kind]
	pod := it.spec
	some list in ["container", "script"]
	container := pod[list]
	is_object(container)
	name := sprintf("%v", [object.get(container, "name", "")])
	pointer := sprintf("%s/%s", [it.at, list])
}

# Of which something can be missed: in a patch it is said elsewhere.
k8s_whole_containers contains it if {
	some it in k8s_containers
	it.whole == true
	is_string(it.container.image)
}
