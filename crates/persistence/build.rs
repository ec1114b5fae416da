//! Compiles the crate again when a migration is added: they are embedded into it.
#![expect(clippy::print_stdout, reason = "a build script speaks to cargo through its output")]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
