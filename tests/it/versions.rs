//! Which version a wish for a golden path is.

use crate::web::sandbox;

#[test]
fn a_whole_version_is_that_version_and_the_spec_lets_it_go_on() {
    let newer = crate::web::MANIFEST.replace("version: 1.0.0", "version: 1.1.0");
    let sandbox = sandbox().golden_path("web", "1.1.0", &[("golden-path.yaml", &newer)]);
    let answers = ["--set", "name=a", "--set", "owner=t", "--catalog", "catalog"];
    for (wish, version, range) in [
        ("web@1.0.0", "1.0.0", "^1.0"),
        ("web@=1.0.0", "1.0.0", "=1.0.0"),
        ("web@1.0", "1.1.0", "^1.0"),
    ] {
        sandbox.run(["new", wish, wish].into_iter().chain(answers));
        let tree = sandbox.tree_of(wish);
        assert!(tree.contains(&format!("\nversion: {version}\n")), "{wish}: {tree}");
        let (_, written) = tree.rsplit_once("  version: ").unwrap();
        let written = written.lines().next().unwrap();
        assert_eq!(written.trim_matches(['"', '\'']), range, "{wish}");
    }
}
