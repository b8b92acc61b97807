//! A service with a file of every ownership, for tests of the commands that look at it.

use std::fs;

use crate::sandbox::Sandbox;

pub(crate) const MANIFEST: &str = r#"apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: svc, version: 1.0.0, title: A service, owner: platform}
parameters:
  required: [name]
  properties:
    name: {type: string}
    port: {type: integer, default: 8080}
    tls: {type: boolean, default: false}
    certificate: {type: string, x-when: "tls"}
files:
  - {match: ".github/**", ownership: managed}
  - {match: "run.sh", ownership: managed}
  - {match: "src/**", ownership: seeded}
  - {match: "settings.yaml", managedKeys: [logging.level]}
"#;

/// The service `orders`, committed, of a golden path in the folder `catalog`.
pub(crate) fn service() -> Sandbox {
    let files = [
        ("golden-path.yaml", MANIFEST),
        ("template/.github/ci.yml.j2", "on: push\njobs:\n  test: {port: {{ port }}}\n"),
        ("template/run.sh", "#!/bin/sh\n"),
        ("template/settings.yaml", "logging:\n  level: info\nregion: eu\n"),
        ("template/README.md.j2", "# {{ name }}\n\nA service.\n"),
        ("template/src/main.txt", "main\n"),
    ];
    let sandbox = Sandbox::new().identity().golden_path("svc", "1.0.0", &files);
    let executable = sandbox.folder().join("catalog/svc/1.0.0/template/run.sh");
    fs::set_permissions(executable, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let made = sandbox.run(["new", "svc", "orders", "--catalog", "catalog", "--yes"]);
    assert!(made.starts_with("exit: 0"), "{made}");
    sandbox
}

impl Sandbox {
    /// Runs a command in the service.
    pub(crate) fn of_service<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        self.run_in("orders", arguments)
    }

    /// Writes a file of the service.
    pub(crate) fn edit(&self, path: &str, text: &str) {
        let path = self.folder().join("orders").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a part of a file of the service.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{text}");
        self.edit(path, &text.replace(old, new));
    }

    /// A file of the service.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder().join("orders").join(path)).unwrap()
    }

    /// Removes a file of the service.
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.folder().join("orders").join(path)).unwrap();
    }

    /// Gives a file of the service other rights.
    pub(crate) fn rights(&self, path: &str, mode: u32) {
        let path = self.folder().join("orders").join(path);
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }

    /// Commits all that was done to the service.
    pub(crate) fn commit(&self) {
        self.git(["-C", "orders", "add", "--all"]);
        self.git(["-C", "orders", "commit", "--quiet", "--message", "Change"]);
    }
}
