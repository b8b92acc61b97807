//! The schemas of the file formats, as the program prints them.

use crate::sandbox::Sandbox;

#[test]
fn every_file_format_has_a_schema() {
    for format in ["spec", "golden-path", "catalog", "lock", "case"] {
        let shown = Sandbox::new().run(["schema", format]);
        assert!(shown.contains(&format!("\"$id\": \"urn:flagstone:v1:{format}\"")), "{shown}");
    }
}
