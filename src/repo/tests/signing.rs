//! Signed commits, verified by `git`.

use super::*;
use crate::repo::{Format, SignError};

fn small() -> Desk {
    Desk::new(tree(&[("README.md", "# Orders\n")]))
}

fn signer(format: Format, key: Option<String>, more: &[(&str, &str)]) -> Signer {
    let mut all = environment(more);
    all.insert("PATH".to_owned(), std::env::var("PATH").unwrap());
    let program = match format {
        Format::OpenPgp => "gpg",
        Format::X509 => "gpgsm",
        Format::Ssh => "ssh-keygen",
    };
    Signer::new(format, program.to_owned(), key, &all)
}

fn run(program: &str, arguments: &[&str], more: &[(&str, &str)]) -> String {
    let output = Command::new(program).args(arguments).envs(more.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Makes a key and tells git to trust it.
fn ssh_key(desk: &Desk) -> (PathBuf, String) {
    let key = desk.path("key");
    run(
        "ssh-keygen",
        &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key.to_str().unwrap()],
        &[],
    );
    let public = fs::read_to_string(desk.path("key.pub")).unwrap().trim().to_owned();
    fs::write(desk.path("signers"), format!("ann@example.org {public}\n")).unwrap();
    let signers = desk.path("signers");
    let config = format!(
        "[gpg]\n format = ssh\n[gpg \"ssh\"]\n allowedSignersFile = {}\n",
        signers.display()
    );
    fs::write(desk.path(".gitconfig"), config).unwrap();
    (key, public)
}

fn is_good(desk: &Desk, more: &[(&str, &str)]) {
    let said = git(&desk.path("orders"), &["verify-commit", "--raw", "HEAD"], more);
    assert!(said.contains("Good \"git\" signature") || said.contains("GOODSIG"), "{said}");
    assert_eq!(desk.git("orders", &["fsck", "--strict", "--no-progress"]), "");
    assert_eq!(desk.git("orders", &["log", "--format=%s"]), "Create orders\n");
}

#[test]
fn a_commit_signed_by_an_ssh_key_is_good() {
    if !has("ssh-keygen") {
        return;
    }
    let mut desk = small();
    let (key, _) = ssh_key(&desk);
    desk.signer = Some(signer(Format::Ssh, Some(key.to_str().unwrap().to_owned()), &[]));
    desk.land("orders").unwrap();
    is_good(&desk, &[]);
}

struct Agent(u32);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.to_string()).status();
    }
}

#[test]
fn a_key_in_the_agent_is_named_by_its_public_half() {
    if !has("ssh-keygen") || !has("ssh-agent") || !has("ssh-add") {
        return;
    }
    let mut desk = small();
    let (key, public) = ssh_key(&desk);
    let socket = desk.path("agent");
    let socket = socket.to_str().unwrap();
    let said = run("ssh-agent", &["-s", "-a", socket], &[]);
    let number = said.split("SSH_AGENT_PID=").nth(1).unwrap().split(';').next().unwrap();
    let _agent = Agent(number.parse().unwrap());
    run("ssh-add", &["-q", key.to_str().unwrap()], &[("SSH_AUTH_SOCK", socket)]);
    fs::remove_file(key).unwrap();
    let public = format!("key::{public}");
    desk.signer = Some(signer(Format::Ssh, Some(public), &[("SSH_AUTH_SOCK", socket)]));
    desk.land("orders").unwrap();
    is_good(&desk, &[]);
}

#[test]
fn a_commit_signed_by_gpg_is_good() {
    if !has("gpg") || !has("gpgconf") {
        return;
    }
    let mut desk = small();
    // The agent's socket needs a short path.
    let home = tempfile::Builder::new().prefix("g").tempdir().unwrap();
    let more = [("GNUPGHOME", home.path().to_str().unwrap())];
    let make = [
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-gen-key",
        "Ann <ann@example.org>",
        "ed25519",
        "sign",
    ];
    run("gpg", &make, &more);
    desk.signer = Some(signer(Format::OpenPgp, None, &more));
    desk.land("orders").unwrap();
    is_good(&desk, &more);
    desk.signer = Some(signer(Format::OpenPgp, Some("nobody@example.org".to_owned()), &more));
    let error = desk.land("other").unwrap_err();
    run("gpgconf", &["--kill", "all"], &more);
    assert!(matches!(error, LandError::Sign(SignError::Refused { .. })), "{error}");
    assert!(!desk.path("other").exists());
}

#[test]
fn without_a_signature_nothing_lands() {
    let mut desk = small();
    desk.signer = Some(signer(Format::Ssh, None, &[]));
    assert!(matches!(desk.land("orders"), Err(LandError::Sign(SignError::NoKey))));
    let mut absent = signer(Format::OpenPgp, None, &[]);
    absent.program = "no-such-program".to_owned();
    desk.signer = Some(absent);
    assert!(matches!(desk.land("orders"), Err(LandError::Sign(SignError::Program(_)))));
    if has("ssh-keygen") {
        desk.signer = Some(signer(Format::Ssh, Some("/no/such/key".to_owned()), &[]));
        let Err(LandError::Sign(error)) = desk.land("orders") else { panic!("signed") };
        assert!(error.to_string().contains("/no/such/key"), "{error}");
    }
    assert_eq!(desk.names(""), Vec::<String>::new());
}
