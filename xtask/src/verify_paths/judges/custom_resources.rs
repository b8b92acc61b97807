//! The judge of resources that others than Kubernetes define, by models generated of their definitions.

use anyhow::{Context as _, Result};

use super::{
    Judge, kubernetes, subject::Subject, tools::Tools, verdict::Verdict, workflows::script,
};

/// A field that the definition does not know passes: Kubernetes drops it without a word too.
pub(super) const JUDGE: Judge = Judge {
    name: "custom resources",
    tool: "@kubernetes-models: argo-cd 4.0.0, argo-rollouts 2.0.0, external-secrets 2.0.0, \
           prometheus-operator 6.0.0",
    on: "built resources of other kinds, Argo CD applications",
    expects: |subject| subject.has_layer("kubernetes", 1),
    judge,
    canary: (
        &[(
            "deploy/argocd/canary.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: canary}\n\
             spec: {project: 1, destination: {}}\n",
        )],
        "schema",
    ),
};

fn judge(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let built = kubernetes::written(subject, tools)?;
    let mut files = Vec::new();
    for (_, file) in &built {
        files.push(file.to_str().context("a path that is no text")?);
    }
    files.extend(subject.matching(&["deploy/argocd/*.yaml"]));
    script(subject, tools, "custom-resources.mjs", &files)
}
