fn main() {
    // Without this a new migration would not be compiled in until something else changes.
    println!("cargo:rerun-if-changed=migrations");
}
