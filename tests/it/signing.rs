//! Signed commits, by the real programs with keys of the sandbox; git itself says whether they are good.

use crate::{
    sandbox::Sandbox,
    web::{sandbox, with},
};

/// A sandbox whose git signs every commit, with `more` in its configuration.
fn signing(sandbox: Sandbox, more: &str) -> Sandbox {
    let config = format!(
        "[user]\nname = Ada Lovelace\nemail = ada@example.com\n[commit]\ngpgSign = true\n{more}"
    );
    sandbox.home_file(".gitconfig", &config)
}

#[test]
fn a_commit_signed_with_ssh_is_good_to_git() {
    let sandbox = sandbox();
    let made = sandbox.program_output("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "key"]);
    assert!(made.starts_with("exit: 0"), "{made}");
    let public = std::fs::read_to_string(sandbox.folder().join("key.pub")).unwrap();
    let more = format!(
        "[user]\nsigningKey = {0}/key\n[gpg]\nformat = ssh\n[gpg \"ssh\"]\nallowedSignersFile = {0}/signers\n",
        sandbox.folder().display()
    );
    let sandbox = signing(sandbox, &more).file("signers", &format!("ada@example.com {public}"));
    let output = sandbox.run(with(&["--set", "owner=team"]));
    assert!(output.starts_with("exit: 0"), "{output}");
    let verified = sandbox.git(["-C", "orders-api", "verify-commit", "HEAD"]);
    assert!(verified.starts_with("exit: 0"), "{verified}");
    assert!(verified.contains("Good \"git\" signature for ada@example.com"), "{verified}");
}

#[test]
fn a_commit_signed_with_gpg_is_good_to_git() {
    let sandbox = signing(sandbox(), "").home_folder(".gnupg");
    let person = "Ada Lovelace <ada@example.com>";
    let made = sandbox.program_output(
        "gpg",
        [
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--quick-generate-key",
            person,
            "ed25519",
            "sign",
        ],
    );
    assert!(made.starts_with("exit: 0"), "{made}");
    let output = sandbox.run(with(&["--set", "owner=team"]));
    assert!(output.starts_with("exit: 0"), "{output}");
    let verified = sandbox.git(["-C", "orders-api", "verify-commit", "HEAD"]);
    sandbox.program_output("gpgconf", ["--kill", "all"]);
    assert!(verified.starts_with("exit: 0"), "{verified}");
    assert!(verified.contains("Good signature from"), "{verified}");
}

#[test]
fn without_the_key_nothing_is_written_and_the_help_leaves_the_configuration_alone() {
    let more = "[user]\nsigningKey = absent\n[gpg]\nformat = ssh\n";
    let sandbox = signing(sandbox(), more)
        .program("ssh-keygen", "#!/bin/sh\necho 'no such key' >&2\nexit 255\n");
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 5
    --- stdout
    --- stderr
    error: failed to sign the commit

    Caused by:
        `ssh-keygen` made no signature:
           no such key

    help: mend the signing key, or run once without it: `GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=commit.gpgsign GIT_CONFIG_VALUE_0=false flagstone new ...`
    ");
    assert_eq!(sandbox.tree_of("orders-api"), "");
    let once = sandbox
        .variable("GIT_CONFIG_COUNT", "1")
        .variable("GIT_CONFIG_KEY_0", "commit.gpgsign")
        .variable("GIT_CONFIG_VALUE_0", "false");
    let output = once.run(with(&["--set", "owner=team"]));
    assert!(output.starts_with("exit: 0"), "{output}");
}

#[test]
fn ctrl_c_while_a_key_is_asked_for_writes_nothing_and_ends_with_130() {
    let more = "[user]\nsigningKey = key\n[gpg]\nformat = ssh\n";
    let sandbox = signing(sandbox(), more)
        .program("ssh-keygen", "#!/bin/sh\nkill -INT $PPID\nsleep 5\nexit 1\n");
    insta::assert_snapshot!(sandbox.run(with(&["--set", "owner=team"])), @"
    exit: 130
    --- stdout
    --- stderr
    interrupted: nothing was written
    ");
    assert_eq!(sandbox.tree_of("orders-api"), "");
}
