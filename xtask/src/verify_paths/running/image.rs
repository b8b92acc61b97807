//! Judge: the Dockerfile's instructions build an image that runs as a plain user on a read-only root.
//!
//! There is no container engine: buildah builds in a chroot, over stand-ins for the bases, made of Debian's
//! packages and of this machine's toolchains. **The pinned bases themselves are not judged.**

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    probes,
    subject::{Service, Subject},
    tools::Tools,
    verdict::Verdict,
};
use crate::{program, workspace};

/// What stands in for each base: what is copied into a small Debian, and where to.
const STAND_INS: &[(&str, &[(Part, &str)])] = &[
    ("gcr.io/distroless/cc-debian13", &[]),
    ("gcr.io/distroless/nodejs24-debian13", &[(Part::Node, "/nodejs/bin/node")]),
    ("ghcr.io/astral-sh/uv", &[(Part::Uv, "/uv")]),
    (
        "node",
        &[(Part::Node, "/usr/local/bin/node"), (Part::Npm, "/usr/local/lib/node_modules/npm")],
    ),
    ("python", &[]),
    ("rust", &[(Part::Rust, "/usr/local")]),
];

/// A part of this machine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Node,
    Npm,
    Uv,
    Rust,
}

/// The Debian under each stand-in.
const DEBIAN: &str = "bookworm";
const PACKAGES: &str = "ca-certificates,gcc,libc6-dev,python3,python3-venv";

/// Where a stand-in has the certificates that this machine trusts.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The programs that this needs, and Debian's packages.
const NEEDED: &[(&str, &str)] =
    &[("buildah", "buildah"), ("mmdebstrap", "mmdebstrap"), ("unshare", "util-linux")];

/// The labels that say what an image is.
const LABELS: &[&str] = &["title", "source", "version", "revision"];

/// Starts what is in `$1` as a container would: the root read-only, `/proc` and `/dev` there, as user `$2`
/// in the folder `$3`. Each step replaces the shell, so that signals reach the service.
const START: &str = r#"
mount --bind "$1" "$1" && mount --bind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
mount -o remount,bind,ro "$1" || exit 125
root=$1 user=$2 group=$3 folder=$4; shift 4
exec unshare --root="$root" --wd="$folder" --setgid="$group" --setuid="$user" "$@"
"#;

/// buildah with a store of its own, and the stand-ins in it.
pub(crate) struct Builder {
    store: PathBuf,
}

/// What an image says of itself.
struct Configuration {
    user: String,
    entrypoint: Vec<String>,
    environment: Vec<(String, String)>,
    folder: String,
    labels: Value,
}

impl Builder {
    /// Prepares the store, or says why nothing can be built.
    pub(crate) fn prepare() -> Result<Result<Self, String>> {
        for (name, package) in NEEDED {
            if program::find(name).is_none() {
                return Ok(Err(format!("there is no `{name}` here (Debian: {package})")));
            }
        }
        if program::must(Command::new("id").arg("-u"))?.stdout.trim_ascii() != b"0" {
            return Ok(Err("only root may build and mount images".to_string()));
        }
        let store = workspace::target().join("judges/images");
        fs::create_dir_all(&store)?;
        let builder = Self { store };
        if !builder.has("stand-in") {
            let archive = builder.store.join("debian.tar");
            println!("making a small Debian in {}", archive.display());
            let mut make = Command::new("mmdebstrap");
            make.args(["--variant=minbase", &format!("--include={PACKAGES}"), DEBIAN]);
            program::must(make.arg(&archive))?;
            builder.base(&archive)?;
            fs::remove_file(archive)?;
        }
        Ok(Ok(builder))
    }

    /// The image that everything stands on.
    fn base(&self, archive: &Path) -> Result<()> {
        let container = self.said(&["from", "scratch"])?;
        self.must(self.buildah(&["add", "--quiet", &container]).arg(archive).arg("/"))?;
        if let Some(certificates) = std::env::var_os("SSL_CERT_FILE") {
            self.must(
                self.buildah(&["copy", "--quiet", &container]).arg(certificates).arg(CERTIFICATES),
            )?;
        }
        for variable in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
            let set = format!("{variable}={CERTIFICATES}");
            self.must(&mut self.buildah(&["config", "--env", &set, &container]))?;
        }
        self.commit(&container, "stand-in")
    }

    /// Makes what stands in for an image, once.
    fn stand_in(&self, image: &str, tools: &Tools) -> Result<()> {
        let repository = image.rsplit_once(':').map_or(image, |(repository, _)| repository);
        let row = STAND_INS.iter().find(|(it, _)| *it == repository);
        let (_, parts) = row.with_context(|| format!("nothing stands in for `{image}`"))?;
        if self.has(image) {
            return Ok(());
        }
        let container = self.said(&["from", "--pull-never", "localhost/stand-in"])?;
        for (part, to) in *parts {
            for (source, to) in part.files(tools, to)? {
                self.must(self.buildah(&["copy", "--quiet", &container]).arg(source).arg(to))?;
            }
            if *part == Part::Npm {
                let link =
                    ["ln", "-s", "../lib/node_modules/npm/bin/npm-cli.js", "/usr/local/bin/npm"];
                self.must(self.buildah(&["run", &container, "--"]).args(link))?;
            }
        }
        self.commit(&container, image)
    }

    fn commit(&self, container: &str, name: &str) -> Result<()> {
        self.must(&mut self.buildah(&["commit", "--quiet", container, name]))?;
        self.must(&mut self.buildah(&["rm", container]))
    }

    fn has(&self, image: &str) -> bool {
        let mut inspect = self.buildah(&["inspect", "--type", "image", image]);
        program::output(&mut inspect).is_ok_and(|it| it.status.success())
    }

    fn buildah(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("buildah");
        command.arg("--root").arg(self.store.join("store"));
        command.arg("--runroot").arg(self.store.join("run")).args(arguments);
        command.env("BUILDAH_ISOLATION", "chroot");
        command
    }

    fn must(&self, command: &mut Command) -> Result<()> {
        program::must(command).map(|_| ())
    }

    fn said(&self, arguments: &[&str]) -> Result<String> {
        let output = program::must(&mut self.buildah(arguments))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
    }

    /// Builds, looks, starts and removes the image of a repository.
    pub(crate) fn judge(&self, subject: &Subject<'_>, tools: &Tools) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        let dockerfile = workspace::read(&subject.folder.join("Dockerfile"))?;
        let (plain, bases) = unpinned(&dockerfile);
        for base in &bases {
            let is_pinned = base.contains("@sha256:");
            verdict.hold("pinned", is_pinned, || format!("`{base}` is not pinned by digest"));
            self.stand_in(base.split('@').next().unwrap_or(base), tools)?;
        }
        verdict.measure(format!("not judged: the pinned bases themselves, {}", bases.join(", ")));

        let file = subject.scratch.join("Dockerfile");
        fs::write(&file, plain)?;
        let name = format!("localhost/judged-{}", std::process::id());
        let mut build = self.buildah(&["build", "--pull-never", "--tag", &name]);
        build.args(["--build-arg", "REVISION=of-the-judge", "--file"]).arg(&file);
        let begin = std::time::Instant::now();
        self.must(build.arg(&subject.folder))?;
        verdict.measure(format!("built in {:.0} s", begin.elapsed().as_secs_f64()));
        verdict.hold("built", true, String::new);

        let container = self.said(&["from", "--pull-never", &name])?;
        let judged = self.judge_image(subject, &name, &container, &mut verdict);
        self.must(&mut self.buildah(&["rm", &container]))?;
        self.must(&mut self.buildah(&["rmi", &name]))?;
        judged.map(|()| verdict)
    }

    fn judge_image(
        &self,
        subject: &Subject<'_>,
        name: &str,
        container: &str,
        verdict: &mut Verdict,
    ) -> Result<()> {
        let inspected = self.said(&["inspect", "--type", "image", name])?;
        let image = Configuration::read(&serde_json::from_str(&inspected)?);
        let (user, group) = image.user.split_once(':').unwrap_or((&image.user, &image.user));
        let is_plain = user.parse::<u32>().is_ok_and(|it| it > 0);
        verdict
            .hold("user", is_plain, || format!("the user is `{}`, no number above 0", image.user));
        let program = image.entrypoint.first().map(String::as_str).unwrap_or_default();
        let is_exec = program.starts_with('/') && !program.ends_with("/sh");
        verdict.hold("entrypoint", is_exec, || format!("the entrypoint is {:?}", image.entrypoint));
        for label in LABELS {
            let value = &image.labels[format!("org.opencontainers.image.{label}")];
            verdict.hold("label", value.is_string(), || format!("there is no label `{label}`"));
        }
        let revision = &image.labels["org.opencontainers.image.revision"];
        verdict.hold("label", revision == "of-the-judge", || format!("the revision is {revision}"));
        if !is_plain || !is_exec {
            return Ok(());
        }

        let root = self.said(&["mount", container])?;
        for folder in ["proc", "dev"] {
            fs::create_dir_all(Path::new(&root).join(folder))?;
        }
        let mut start: Vec<String> =
            ["unshare", "--mount", "sh", "-c", START, "start", &root, user, group]
                .map(str::to_string)
                .to_vec();
        start.push(image.folder);
        start.extend(image.entrypoint);
        let contained = Subject {
            name: subject.name.clone(),
            folder: subject.scratch.clone(),
            start,
            migrate: Vec::new(),
            environment: image.environment,
            ends_with: subject.ends_with,
            database: subject.database,
            scratch: subject.scratch.clone(),
        };
        judge_process(&contained.start(&[])?, user, verdict)?;
        let probed = probes::judge(&contained)?;
        verdict.items += probed.items;
        verdict.findings.extend(probed.findings);
        probed.measured.into_iter().for_each(|it| verdict.measure(it));
        self.must(&mut self.buildah(&["umount", container]))
    }
}

/// Whether the service runs as it should: as the user, on a root that nothing writes to.
fn judge_process(service: &Service, user: &str, verdict: &mut Verdict) -> Result<()> {
    let process = PathBuf::from(format!("/proc/{}", service.id()));
    let status = workspace::read(&process.join("status"))?;
    let line = |name: &str| status.lines().find_map(|it| it.strip_prefix(name)).unwrap_or_default();
    let users: Vec<&str> = line("Uid:").split_whitespace().collect();
    verdict.hold("user", users.iter().all(|it| *it == user), || format!("it runs as {users:?}"));
    let capabilities = line("CapEff:").trim();
    let has_none = capabilities.bytes().all(|it| it == b'0');
    verdict.hold("capabilities", has_none, || format!("it has the capabilities {capabilities}"));
    let mounts = workspace::read(&process.join("mountinfo"))?;
    let root = mounts.lines().map(|it| it.split(' ')).find_map(|mut it| {
        let point = it.nth(4)?;
        (point == "/").then(|| it.next().unwrap_or_default().to_string())
    });
    let is_read_only = root.as_ref().is_some_and(|it| it.split(',').any(|option| option == "ro"));
    verdict.hold("read-only", is_read_only, || format!("its root is mounted {root:?}"));
    Ok(())
}

impl Part {
    /// The files of this part, and where they go.
    fn files(self, tools: &Tools, to: &str) -> Result<Vec<(PathBuf, String)>> {
        let one = |source: PathBuf| vec![(source, to.to_string())];
        Ok(match self {
            Self::Node => one(tools.node()),
            Self::Npm => {
                let npm = fs::canonicalize(program::find("npm").context("there is no npm")?)?;
                one(npm.ancestors().nth(2).context("npm lies nowhere")?.to_path_buf())
            }
            Self::Uv => one(program::find("uv").context("there is no uv")?),
            Self::Rust => {
                let said = program::must(Command::new("rustc").args(["--print", "sysroot"]))?;
                let root = PathBuf::from(String::from_utf8(said.stdout)?.trim());
                // Without the documentation, which is as big as all the rest.
                let parts = ["bin/cargo", "bin/rustc", "lib"];
                parts.iter().map(|it| (root.join(it), format!("{to}/{it}"))).collect()
            }
        })
    }
}

impl Configuration {
    fn read(inspected: &Value) -> Self {
        let config = &inspected["OCIv1"]["config"];
        let text = |name: &str| config[name].as_str().unwrap_or_default().to_string();
        let list = |name: &str| -> Vec<String> {
            let list = config[name].as_array().into_iter().flatten();
            list.filter_map(|it| it.as_str()).map(str::to_string).collect()
        };
        let environment = list("Env").into_iter().filter_map(|it| {
            it.split_once('=').map(|(name, value)| (name.to_string(), value.to_string()))
        });
        let folder = Some(text("WorkingDir")).filter(|it| !it.is_empty());
        Self {
            user: text("User"),
            entrypoint: list("Entrypoint"),
            environment: environment.collect(),
            folder: folder.unwrap_or_else(|| "/".to_string()),
            labels: config["Labels"].clone(),
        }
    }
}

/// The Dockerfile without digests, and its bases with them.
fn unpinned(dockerfile: &str) -> (String, Vec<String>) {
    let (mut text, mut bases, mut stages) = (String::new(), Vec::new(), Vec::new());
    for line in dockerfile.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("FROM"), Some(image)) if !stages.contains(&image) => {
                let plain = image.split('@').next().unwrap_or(image);
                text.push_str(&line.replacen(image, plain, 1));
                if !bases.iter().any(|it| it == image) {
                    bases.push(image.to_string());
                }
            }
            _ => text.push_str(line),
        }
        text.push('\n');
        if let (Some("AS"), Some(stage)) = (words.next(), words.next()) {
            stages.push(stage);
        }
    }
    (text, bases)
}

/// The planted fault: an image without a user, a pin and labels.
const FAULTY: &str = "FROM python:canary\nENTRYPOINT [\"/bin/sleep\", \"1\"]\n";

/// The same without that fault; it has another, so that it is not started.
const FAULTLESS: &str = "FROM python:canary@sha256:0000\nUSER 65532:65532\n\
    LABEL org.opencontainers.image.title=canary org.opencontainers.image.source=nowhere\n\
    LABEL org.opencontainers.image.version=1 org.opencontainers.image.revision=of-the-judge\n\
    ENTRYPOINT [\"sleep\", \"1\"]\n";

/// Finds the planted fault, or says how it did not.
pub(crate) fn canary(builder: &Builder, tools: &Tools, is_taken: bool) -> Result<()> {
    let scratch = workspace::Scratch::new("image-canary")?;
    let dockerfile = if is_taken { FAULTLESS } else { FAULTY };
    fs::write(scratch.path().join("Dockerfile"), dockerfile)?;
    let subject = Subject {
        name: "canary".to_string(),
        folder: scratch.path().to_path_buf(),
        start: Vec::new(),
        migrate: Vec::new(),
        environment: Vec::new(),
        ends_with: &[0],
        database: None,
        scratch: scratch.path().to_path_buf(),
    };
    let verdict = builder.judge(&subject, tools)?;
    for rule in ["user", "pinned", "label"] {
        if verdict.findings.iter().all(|it| it.rule != rule) {
            bail!("an image with no user, pin or label passes `{rule}`");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_taken_off_bases_and_stages_are_no_bases() {
        let dockerfile = "FROM rust:1@sha256:aa AS build\nRUN x@sha256:bb\nFROM build AS more\nFROM cc:2@sha256:cc\n";
        let (text, bases) = unpinned(dockerfile);
        assert_eq!(text, "FROM rust:1 AS build\nRUN x@sha256:bb\nFROM build AS more\nFROM cc:2\n");
        assert_eq!(bases, ["rust:1@sha256:aa", "cc:2@sha256:cc"]);
    }

    #[test]
    fn an_image_says_how_it_is_started() {
        let text = r#"{"OCIv1": {"config": {"User": "65532:65532", "Entrypoint": ["/app"],
            "Env": ["PATH=/bin", "A=b=c"], "Labels": {"org.opencontainers.image.title": "x"}}}}"#;
        let image = Configuration::read(&serde_json::from_str(text).expect("it is JSON"));
        assert_eq!((image.user.as_str(), image.folder.as_str()), ("65532:65532", "/"));
        assert_eq!(image.environment[1], ("A".to_string(), "b=c".to_string()));
        assert_eq!(image.labels["org.opencontainers.image.title"], "x");
    }
}
