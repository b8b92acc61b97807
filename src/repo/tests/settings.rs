//! The user's git settings, compared with what `git` makes of them.

use super::*;
use crate::repo::{Format, GitSettings, SettingsError};

const NOW: i64 = 1_700_000_000;

/// A home folder with a `.gitconfig`.
fn home(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".gitconfig"), config).unwrap();
    home
}

fn read(home: &Path, more: &[(&str, &str)]) -> Result<GitSettings, SettingsError> {
    let mut all = environment(more);
    all.insert("HOME".to_owned(), home.to_str().unwrap().to_owned());
    all.insert("GIT_CONFIG_NOSYSTEM".to_owned(), "1".to_owned());
    GitSettings::read(&all, &home.join("work/orders"), NOW)
}

fn author(home: &Path, more: &[(&str, &str)]) -> Option<String> {
    read(home, more).unwrap().author.map(|it| it.to_string())
}

/// What `git` itself says in the same environment.
fn author_of_git(home: &Path, more: &[(&str, &str)]) -> String {
    let folder = home.join("work/orders");
    fs::create_dir_all(&folder).unwrap();
    git(&folder, &["init", "-q"], &[]);
    let mut all = vec![("HOME", home.to_str().unwrap())];
    all.extend(more);
    git(&folder, &["var", "GIT_AUTHOR_IDENT"], &all).trim().to_owned()
}

#[test]
fn identity_is_what_git_says() {
    let date = ("GIT_AUTHOR_DATE", "Thu, 07 Apr 2005 22:13:13 +0200");
    let files = [
        "[user]\n name = Ann Ü\n email = ann@example.org\n",
        "[user]\n name = Ann\n name = Bea\n email = a@b\n[author]\n email = author@b\n",
        "[User]\n Name = \"  <Ann>. \"\n EMAIL = <a@b>\n",
    ];
    let variables: [&[(&str, &str)]; 3] = [
        &[date],
        &[date, ("GIT_AUTHOR_NAME", "Env"), ("EMAIL", "env@b")],
        &[
            date,
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "user.name"),
            ("GIT_CONFIG_VALUE_0", "Count"),
        ],
    ];
    for file in files {
        let home = home(file);
        for more in variables {
            assert_eq!(
                author(home.path(), more).unwrap(),
                author_of_git(home.path(), more),
                "{file} {more:?}"
            );
        }
    }
}

#[test]
fn includes_hold_also_those_for_a_folder() {
    let home = home(
        "[user]\n name = Ann\n email = ann@home\n[include]\n path = more\n\
         [includeIf \"gitdir:~/work/\"]\n path = at-work\n[includeIf \"gitdir:~/play/\"]\n path = at-play\n",
    );
    fs::write(home.path().join("more"), "[user]\n name = Included\n").unwrap();
    fs::write(home.path().join("at-work"), "[user]\n email = ann@work\n").unwrap();
    fs::write(home.path().join("at-play"), "[user]\n email = ann@play\n").unwrap();
    let date = [("GIT_AUTHOR_DATE", "@1 +0000")];
    assert_eq!(author(home.path(), &date).unwrap(), "Included <ann@work> 1 +0000");
    assert_eq!(author_of_git(home.path(), &date), "Included <ann@work> 1 +0000");
}

#[test]
fn who_is_not_known_is_nobody() {
    let home = home("[user]\n name = Ann\n");
    assert_eq!(author(home.path(), &[]), None);
    assert!(author(home.path(), &[("EMAIL", "a@b")]).is_some());
    let only = [
        ("EMAIL", "a@b"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "user.useConfigOnly"),
        ("GIT_CONFIG_VALUE_0", "yes"),
    ];
    assert_eq!(author(home.path(), &only), None);
    assert_eq!(read(home.path(), &[]).unwrap().now.seconds, NOW);
}

#[test]
fn global_files_can_be_replaced() {
    let home = home("[user]\n name = Ann\n email = a@b\n");
    fs::write(home.path().join("other"), "[init]\n defaultBranch = trunk\n").unwrap();
    let other = home.path().join("other");
    let settings = read(home.path(), &[("GIT_CONFIG_GLOBAL", other.to_str().unwrap())]).unwrap();
    assert_eq!((settings.author, settings.branch.as_str()), (None, "trunk"));
    let settings = read(home.path(), &[("GIT_CONFIG_GLOBAL", "/dev/null")]).unwrap();
    assert_eq!((settings.author, settings.branch.as_str()), (None, "main"));
}

#[test]
fn a_broken_file_is_named() {
    let home = home("[user\n name = x\n");
    let error = read(home.path(), &[]).unwrap_err();
    assert!(error.to_string().ends_with(".gitconfig`"), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("line 1") || source.contains(":1"), "{source}");
}

#[test]
fn settings_that_git_would_refuse_are_refused() {
    let bad_branch = home("[init]\n defaultBranch = a..b\n");
    assert!(matches!(read(bad_branch.path(), &[]), Err(SettingsError::Branch(_))));
    let good = home("[user]\n name = Ann\n email = a@b\n");
    let date = read(good.path(), &[("GIT_COMMITTER_DATE", "yesterday")]).unwrap_err();
    assert_eq!(
        date.to_string(),
        "`GIT_COMMITTER_DATE` is `yesterday`, which is no date with a time"
    );
    let switch = home("[commit]\n gpgsign = perhaps\n");
    assert!(matches!(read(switch.path(), &[]), Err(SettingsError::Config(_))));
    assert!(read(good.path(), &[("GIT_CONFIG_COUNT", "1")]).is_err());
}

#[test]
fn signing_is_read_only_if_it_is_wished() {
    let off = home("[gpg]\n format = nonsense\n[user]\n signingKey = x\n");
    assert_eq!(read(off.path(), &[]).unwrap().signer, None);
    let on = home(
        "[commit]\n gpgSign\n[gpg]\n format = ssh\n[gpg \"ssh\"]\n program = p\n[user]\n signingKey = ~/k\n",
    );
    let signer = read(on.path(), &[]).unwrap().signer.unwrap();
    assert_eq!(
        (signer.format, signer.program.as_str(), signer.key.as_deref()),
        (Format::Ssh, "p", Some("~/k"))
    );
    let command = home(
        "[commit]\n gpgSign = 1\n[gpg]\n format = ssh\n[gpg \"ssh\"]\n defaultKeyCommand = x\n",
    );
    assert!(matches!(read(command.path(), &[]), Err(SettingsError::KeyCommand)));
}
