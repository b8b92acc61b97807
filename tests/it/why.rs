//! `flagstone why`, as people and scripts meet it.

use insta::assert_snapshot;

use crate::{drifting::service, sandbox::Sandbox};

#[test]
fn a_file_of_a_layer_is_explained_with_what_reaches_it() {
    let sandbox = Sandbox::new().identity();
    sandbox.run(["new", "rust-service", "orders", "--set", "owner=team", "--yes"]);
    assert_snapshot!(sandbox.of_service(["why", ".github/workflows/ci.yml"]), @"");
    assert_snapshot!(sandbox.of_service(["why", "Dockerfile", "--format", "json"]), @"");
}

#[test]
fn every_ownership_says_what_it_means_and_how_the_file_stands() {
    let sandbox = service();
    sandbox.edit("README.md", "# Ours\n");
    sandbox.remove("run.sh");
    sandbox.edit("src/other.txt", "ours\n");
    for path in [".github/ci.yml", "run.sh", "settings.yaml", "README.md", "src/main.txt"] {
        let shown = sandbox.of_service(["why", path]);
        assert_snapshot!(format!("why {path}"), shown);
    }
    assert_snapshot!(sandbox.run_in("orders/src", ["why", "other.txt"]), @"");
    assert_snapshot!(sandbox.of_service(["why", "flagstone.lock"]), @"");
    assert_snapshot!(sandbox.of_service(["why", "src/nothing.txt"]), @"");
    assert_snapshot!(sandbox.of_service(["why", "."]), @"");
}

#[test]
fn without_the_locked_version_the_parameters_are_not_known() {
    let sandbox = service();
    let folder = sandbox.folder();
    std::fs::rename(folder.join("catalog/svc/1.0.0"), folder.join("catalog/svc/1.2.0")).unwrap();
    assert_snapshot!(sandbox.of_service(["why", "README.md"]), @"");
    std::fs::remove_dir_all(folder.join("catalog")).unwrap();
    assert_snapshot!(sandbox.of_service(["why", "README.md"]), @"");
}
