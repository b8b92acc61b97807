// Holds each resource of the files named, whose kind is not Kubernetes' own, to its definition.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseAllDocuments } from "yaml";

const packages = {
  "argoproj.io": ["argo-cd", "argo-rollouts"],
  "external-secrets.io": ["external-secrets"],
  "monitoring.coreos.com": ["prometheus-operator"],
};

let items = 0;
const findings = [];
const notJudged = new Set();
for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(await readFile(file, "utf8"))) {
    const resource = document.toJS();
    if (!resource) continue;
    const { apiVersion, kind } = resource;
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
    // kubernetes-validate judges these.
    if (!group.includes(".") || group.endsWith(".k8s.io")) continue;
    const classes = [];
    for (const name of packages[group] ?? []) {
      try {
        classes.push((await import(`@kubernetes-models/${name}/${apiVersion}/${kind}`))[kind]);
      } catch (error) {
        if (!error.code?.startsWith("ERR_")) throw error;
      }
    }
    if (classes.length === 0) {
      notJudged.add(`${apiVersion} ${kind}`);
      continue;
    }
    items += 1;
    try {
      new classes[0](resource).validate();
    } catch (error) {
      const place = `${basename(file)} ${kind} ${resource.metadata?.name}`;
      findings.push({ rule: "schema", place, text: error.message });
    }
  }
}
console.log(JSON.stringify({ items, findings, notJudged: [...notJudged] }));
