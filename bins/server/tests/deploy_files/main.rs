//! The files of `deploy` are taken by the programs that they are for. What nginx does with them is seen in the suite `fleet`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail, with the reason")]

mod nginx;
mod units;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The version of Kubernetes that the manifests are checked for: the oldest that a cluster should have.
const KUBERNETES: &str = "1.34";

#[test]
fn the_image_is_built_as_the_linter_wants_it() {
    run(python_tool("hadolint").args(["--failure-threshold", "info"]).arg(deploy("Dockerfile")));
}

/// What the build of the image reads is all that it gets, and nothing is left out of what cargo needs.
#[test]
fn the_image_is_built_from_the_workspace_alone() {
    let ignored = fs::read_to_string(deploy("../.dockerignore")).unwrap();
    let workspace = fs::read_to_string(deploy("../Cargo.toml")).unwrap();
    for top in ["crates", "bins", "benches"] {
        assert!(workspace.contains(&format!("\"{top}")) && ignored.contains(&format!("!/{top}\n")), "{top}");
    }
    assert!(ignored.lines().any(|line| line == "*") && ignored.contains("!/migrations\n"));
    let image = fs::read_to_string(deploy("Dockerfile")).unwrap();
    let toolchain = fs::read_to_string(deploy("../rust-toolchain.toml")).unwrap();
    let version = toolchain.split('"').nth(1).unwrap();
    assert!(
        image.contains(&format!("FROM rust:{version}-")) && image.contains(&format!("RUSTUP_TOOLCHAIN={version}\n"))
    );
}

#[test]
fn compose_takes_its_file_and_each_secret_is_made() {
    let copy = copy_of_deploy();
    run(Command::new(copy.path().join("secrets/make.sh")).current_dir("/"));
    let before = fs::read(copy.path().join("secrets/secret_key")).unwrap();
    run(&mut Command::new(copy.path().join("secrets/make.sh")));
    assert_eq!(fs::read(copy.path().join("secrets/secret_key")).unwrap(), before, "what is there stays");
    let compose = |arguments: &[&str]| {
        let mut command = Command::new(program("OFEKTOM_TEST_COMPOSE", "docker-compose"));
        run(command.arg("--file").arg(copy.path().join("compose.yaml")).args(arguments))
    };
    let all = compose(&["--profile", "monitoring", "config"]);
    for service in ["postgres", "redis", "ofektom-1", "ofektom-2", "ofektom-3", "nginx", "prometheus", "grafana"] {
        assert!(all.contains(&format!("\n  {service}:\n")), "{service}: {all}");
    }
    for path in all.lines().filter_map(|line| line.trim().strip_prefix("file: ")) {
        assert!(Path::new(path).is_file(), "secrets/make.sh makes no {path}");
    }
    for port in ["8001", "8002", "8003"].map(|port| format!("127.0.0.1:{port}")) {
        assert!(!fs::read_to_string(deploy("nginx/site-compose/upstreams.conf")).unwrap().contains(&port));
    }
}

#[test]
fn kubernetes_takes_every_manifest() {
    let folder = deploy("kubernetes");
    let listed = fs::read_to_string(folder.join("kustomization.yaml")).unwrap();
    let mut checked = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        if name == "kustomization.yaml" {
            continue;
        }
        assert!(listed.contains(&format!("- {name}\n")), "{name} is not in kustomization.yaml");
        run(python_tool("kubernetes-validate").args(["--strict", "-k", KUBERNETES]).arg(path));
        checked += 1;
    }
    assert!(checked >= 10, "{checked}");
}

/// A file of `deploy`.
fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(path)
}

/// A copy that may be written to.
fn copy_of_deploy() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("cp").arg("--recursive").arg(deploy(".")).arg(folder.path()));
    folder
}

fn python_tool(name: &str) -> Command {
    let folder = env::var("OFEKTOM_TEST_PYTHON_TOOLS").unwrap_or_else(|_| {
        panic!("OFEKTOM_TEST_PYTHON_TOOLS is not set: run `cargo xtask test`, which installs {name}")
    });
    Command::new(Path::new(&folder).join(name))
}

fn program(variable: &str, name: &str) -> String {
    env::var(variable).unwrap_or_else(|_| name.to_owned())
}

/// Runs a program that has to succeed; gives what it printed.
fn run(command: &mut Command) -> String {
    let output =
        command.output().unwrap_or_else(|error| panic!("{:?} cannot be started: {error}", command.get_program()));
    let (told, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let arguments: Vec<&OsStr> = command.get_args().collect();
    assert!(output.status.success(), "{:?} {arguments:?}: {told}{wrong}", command.get_program());
    told.into_owned()
}
