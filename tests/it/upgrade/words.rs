//! What people read.

use super::{
    manifest::{PLAIN, migrating, migrations, ruled},
    story::{Files, Story},
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

/// Something of every kind, and a conflict if wanted.
fn story(team: &str) -> Story {
    let rules =
        ruled(&["match: ci.yml, ownership: managed", "match: \"src/**\", ownership: seeded"]);
    let before: Files<'_> = &[
        ("README.md", BASE),
        ("ci.yml", "on: push\n"),
        ("k8s/app.yaml", "a: 1\n"),
        ("setup.cfg", "1\n"),
        ("src/main.py", "1\n"),
    ];
    let asks = rules.replace(
        "    name: {type: string}\n",
        "    name: {type: string}\n    port: {type: integer, default: 8080}\n",
    );
    let after = asks
        + &migrations(
            "2.0.0",
            &[
                "move: {from: \"k8s/**\", to: \"deploy/**\"}",
                "note: \"Rotate the deploy key: docs/upgrading.md says how.\"",
            ],
        );
    let files: Files<'_> = &[
        ("README.md", THEIRS),
        ("ci.yml", "on: [push]\n"),
        ("deploy/app.yaml", "a: 1\n"),
        ("new.txt", "new\n"),
        ("src/main.py", "2\n"),
    ];
    Story::with((&rules, before), (&after, files))
        .edits("README.md", team)
        .edits("ci.yml", "on: never\n")
}

const APART: &str = "1\n2\n3\n4\nours\n";
const SAME: &str = "ours\n2\n3\n4\n5\n";

#[test]
fn a_look_at_an_upgrade() {
    insta::assert_snapshot!(story(APART).says(&["upgrade", "--to", "2.0.0", "--dry-run"]), @"
    exit: 0
    --- stdout
    svc: svc 1.0.0 → 2.0.0

      flagstone.yaml  version ^1.0 → ^2.0

      port  8080 (new)

      added     new.txt                         the golden path brings it
      changed   README.md                       the golden path and the team changed it, and the changes go together
      moved     k8s/app.yaml → deploy/app.yaml  a migration moves it here
      removed   setup.cfg                       the golden path no longer has it, and the team had not changed it
      kept      src/main.py                     it is the team's: what the golden path changed is not taken
      replaced  ci.yml                          it is the platform's: the team's edit is replaced

    1 added, 1 changed, 1 moved, 1 removed, 1 kept as yours, 1 replaced

      to do   Rotate the deploy key: docs/upgrading.md says how.
    --- stderr
    ");
}

#[test]
fn a_closer_look_shows_every_difference() {
    insta::assert_snapshot!(story(SAME).says(&["upgrade", "--to", "2.0.0", "--dry-run", "-v"]), @"
    exit: 0
    --- stdout
    svc: svc 1.0.0 → 2.0.0

      flagstone.yaml  version ^1.0 → ^2.0

      port  8080 (new)

      added     new.txt                         the golden path brings it
      moved     k8s/app.yaml → deploy/app.yaml  a migration moves it here
      removed   setup.cfg                       the golden path no longer has it, and the team had not changed it
      kept      src/main.py                     it is the team's: what the golden path changed is not taken
      replaced  ci.yml                          it is the platform's: the team's edit is replaced
      conflict  README.md                       the golden path and the team changed the same lines

    1 added, 1 moved, 1 removed, 1 kept as yours, 1 replaced, 1 conflict

      to do   Rotate the deploy key: docs/upgrading.md says how.

    diff --git a/README.md b/README.md
    index ec10e5f..f355ba7 100644
    --- a/README.md
    +++ b/README.md
    @@ -1,4 +1,10 @@
    +<<<<<<< ours: svc
     ours
    +||||||| base: svc 1.0.0
    +1
    +=======
    +theirs
    +>>>>>>> theirs: svc 2.0.0
     2
     3
     4

    diff --git a/ci.yml b/ci.yml
    index aec53d7..0b9c820 100644
    --- a/ci.yml
    +++ b/ci.yml
    @@ -1 +1 @@
    -on: never
    +on: [push]

    diff --git a/k8s/app.yaml b/deploy/app.yaml
    similarity index 100%
    rename from k8s/app.yaml
    rename to deploy/app.yaml

    diff --git a/new.txt b/new.txt
    new file mode 100644
    index 0000000..3e75765
    --- /dev/null
    +++ b/new.txt
    @@ -0,0 +1 @@
    +new

    diff --git a/setup.cfg b/setup.cfg
    deleted file mode 100644
    index d00491f..0000000
    --- a/setup.cfg
    +++ /dev/null
    @@ -1 +0,0 @@
    -1
    --- stderr
    ");
}

#[test]
fn an_upgrade() {
    insta::assert_snapshot!(story(APART).says(&["upgrade", "--to", "2.0.0", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    svc: svc 1.0.0 → 2.0.0

      flagstone.yaml  version ^1.0 → ^2.0

      port  8080 (new)

      added     new.txt                         the golden path brings it
      changed   README.md                       the golden path and the team changed it, and the changes go together
      moved     k8s/app.yaml → deploy/app.yaml  a migration moves it here
      removed   setup.cfg                       the golden path no longer has it, and the team had not changed it
      kept      src/main.py                     it is the team's: what the golden path changed is not taken
      replaced  ci.yml                          it is the platform's: the team's edit is replaced

    1 added, 1 changed, 1 moved, 1 removed, 1 kept as yours, 1 replaced

      to do   Rotate the deploy key: docs/upgrading.md says how.
    Committed as <commit>
    ");
}

#[test]
fn an_upgrade_that_nobody_agreed_to() {
    insta::assert_snapshot!(story(APART).says(&["upgrade", "--to", "2.0.0"]), @"
    exit: 1
    --- stdout
    --- stderr
    svc: svc 1.0.0 → 2.0.0

      flagstone.yaml  version ^1.0 → ^2.0

      port  8080 (new)

      added     new.txt                         the golden path brings it
      changed   README.md                       the golden path and the team changed it, and the changes go together
      moved     k8s/app.yaml → deploy/app.yaml  a migration moves it here
      removed   setup.cfg                       the golden path no longer has it, and the team had not changed it
      kept      src/main.py                     it is the team's: what the golden path changed is not taken
      replaced  ci.yml                          it is the platform's: the team's edit is replaced

    1 added, 1 changed, 1 moved, 1 removed, 1 kept as yours, 1 replaced

      to do   Rotate the deploy key: docs/upgrading.md says how.
    Nothing was written: edits of the team in what is managed would be replaced; pass `--yes` to agree
    ");
}

#[test]
fn an_upgrade_with_conflicts() {
    let story = story(SAME);
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0", "--yes"]), @"
    exit: 6
    --- stdout
    --- stderr
    svc: svc 1.0.0 → 2.0.0

      flagstone.yaml  version ^1.0 → ^2.0

      port  8080 (new)

      added     new.txt                         the golden path brings it
      moved     k8s/app.yaml → deploy/app.yaml  a migration moves it here
      removed   setup.cfg                       the golden path no longer has it, and the team had not changed it
      kept      src/main.py                     it is the team's: what the golden path changed is not taken
      replaced  ci.yml                          it is the platform's: the team's edit is replaced
      conflict  README.md                       the golden path and the team changed the same lines

    1 added, 1 moved, 1 removed, 1 kept as yours, 1 replaced, 1 conflict

      to do   Rotate the deploy key: docs/upgrading.md says how.
    Conflicts are left to resolve, as after `git cherry-pick`:
      README.md
    Mend them, `git add` them, then `flagstone upgrade --continue`; `flagstone upgrade --abort` takes all of it back
    ");
    insta::assert_snapshot!(story.says(&["upgrade", "--continue"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unresolved]: `README.md` is not resolved
     |
     = note: `README.md:1` holds a marker
     = help: mend each and `git add` it, or `git rm` what shall go; then `flagstone upgrade --continue`
    ");
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[in-the-way]: an upgrade with conflicts is under way
     |
     = note: nothing was written
     = help: `flagstone upgrade --continue` or `--abort` ends it
    ");
    insta::assert_snapshot!(story.says(&["upgrade", "--abort"]), @"
    exit: 0
    --- stdout
    --- stderr
    The upgrade is taken back: everything is as it was before it
    ");
}

#[test]
fn an_edit_in_the_way_of_taking_back() {
    let story = story(SAME);
    story.says(&["upgrade", "--to", "2.0.0", "--yes"]);
    let story = story.writes("new.txt", "edited since\n");
    let said = story.says(&["upgrade", "--abort"]);
    let (_, at) = said.split_once("Your edit of `new.txt` is kept as `<sandbox>/svc/").unwrap();
    let (kept, rest) = at.split_once('`').unwrap();
    assert_eq!(story.text(kept), "edited since\n");
    assert_eq!(rest.trim(), "The upgrade is taken back: everything is as it was before it");
}

#[test]
fn conflicts_that_stop() {
    let said = story(SAME).says(&["upgrade", "--to", "2.0.0", "--yes", "--on-conflict", "stop"]);
    insta::assert_snapshot!(said.lines().last().unwrap(), @"To resolve them, run it without `--on-conflict stop`; or choose a side: `ours` or `theirs`");
}

#[test]
fn work_in_the_way() {
    let story = story(APART).writes("README.md", "dirty\n").writes("new.txt", "mine\n");
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[in-the-way]: `README.md` has changes that are not committed
     |
     = note: nothing was written
     = help: commit it, or `git stash` it

    error[in-the-way]: `new.txt` is not known to git
     |
     = note: nothing was written
     = help: move it away, or commit it

    2 errors
    ");
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(story(APART).says(&["upgrade"]), @"
    exit: 0
    --- stdout
    --- stderr
    svc is up to date: svc 1.0.0
    2.0.0 is there too: `flagstone upgrade --to 2.0.0`
    ");
    insta::assert_snapshot!(story(APART).says(&["apply"]), @"
    exit: 0
    --- stdout
    --- stderr
    svc is up to date: svc 1.0.0
    ");
}

#[test]
fn a_branch() {
    let said = story(APART).says(&["upgrade", "--to", "2.0.0", "--yes", "--branch", "up"]);
    insta::assert_snapshot!(said.lines().last().unwrap(), @"Made the branch `up` at commit <commit>");
}

#[test]
fn an_older_version() {
    let story = Story::new(&[("a.txt", "1\n")], &[("a.txt", "2\n")]);
    story.upgrades().is_clean(&["changed a.txt golden-path"]);
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "1.0.0"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[older-version]: 1.0.0 is older than 2.0.0, which the service has
     |
     = help: pass `--allow-downgrade` to go back; edits of the team stay
    ");
}

#[test]
fn a_base_that_is_gone() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]).edits("a.txt", APART);
    story.forgets();
    let story = story.loses_release(Some("1.0.0"));
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[base-gone]: the file to be merged has lost what it was rendered as
     |
     = note: neither this repository nor the catalog holds it any more
     = note: the catalog would have to hold svc@1.0.0 with sha256:45b700e27270087facabb0e0266ac03b7d2eb1032c9d2ab6bc7ba478fc1cac69
     = help: fetch the whole history (`git fetch --unshallow`), or pass `--base DIR` with a fresh copy of the version that the service has
    ");
}

#[test]
fn a_lock_that_was_edited() {
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    let lock = story.text("flagstone.lock").replace("mode: \"100644\"", "mode: \"100755\"");
    let story = story.edits("flagstone.lock", lock);
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[lock-edited]: the lock was edited by hand
     |
     = note: it says of itself that its files are the tree c2198acc77776c79895429177e90f30bd09b62df
     = note: its lines give                           1d6265db5b5aed0940d7ea06e5a6c5d2b3356f16
     = help: `flagstone apply` makes it again from `flagstone.yaml`
    ");
    insta::assert_snapshot!(story.says(&["apply"]), @"
    exit: 0
    --- stdout
    --- stderr
    Made `flagstone.lock` again, for svc 1.0.0
    `git add flagstone.lock`, and go on with your merge or commit
    ");
}

#[test]
fn a_move_of_the_teams_that_was_followed() {
    let steps = migrating(&["note: Nothing to do."]);
    let long = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    let story = Story::with(
        (PLAIN, &[("a.txt", long)]),
        (&steps, &[("a.txt", "theirs\n2\n3\n4\n5\n6\n7\n8\n9\n")]),
    );
    let story = story.moves("a.txt", "b.txt").edits("b.txt", "1\n2\n3\n4\n5\n6\n7\n8\nours\n");
    insta::assert_snapshot!(story.says(&["upgrade", "--to", "2.0.0"]), @"
    exit: 0
    --- stdout
    --- stderr
    svc: svc 1.0.0 → 2.0.0

      flagstone.yaml  version ^1.0 → ^2.0

      changed   b.txt  the golden path and the team changed it, and the changes go together; the team moved it from `a.txt`: 76 % of the content is the same

    1 changed

      to do   Nothing to do.
    Committed as <commit>
    ");
}
