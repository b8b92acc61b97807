//! The judge of `catalog-info.yaml`: Backstage's own model, the validators of each kind too.

use anyhow::Result;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict, workflows::script};

pub(super) const JUDGE: Judge = Judge {
    name: "Backstage catalog",
    tool: "@backstage/catalog-model 1.10.1",
    on: "entities",
    expects: |subject| subject.has_layer("ownership", 1),
    judge,
    canary: (
        &[(
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: canary}\n\
             spec: {type: service, lifecycle: production}\n",
        )],
        "kind",
    ),
};

fn judge(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    script(subject, tools, "catalog-info.mjs", &subject.matching(&["catalog-info.yaml"]))
}
