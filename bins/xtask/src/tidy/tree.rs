//! The files of the workspace, as the checks see them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold nothing of ours: build output and the data of a started server.
const SKIPPED: [&str; 3] = ["target", "data", "node_modules"];

/// The workspace's folder with the paths of its files.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    files: Vec<String>,
}

impl Tree {
    /// Lists the files under `root`; hidden folders are left out.
    pub fn open(root: &Path) -> Result<Self> {
        let mut tree = Self { root: root.to_path_buf(), files: Vec::new() };
        tree.collect("")?;
        tree.files.sort();
        Ok(tree)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every file, relative to the root and with `/` between the parts, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// The Rust files of all crates, their tests and benches included.
    pub fn rust_files(&self) -> impl Iterator<Item = &str> {
        self.files().filter(|path| {
            path.ends_with(".rs") && ["crates/", "bins/", "benches/"].iter().any(|top| path.starts_with(top))
        })
    }

    /// The folders that hold a `Cargo.toml`, except the root.
    pub fn crate_folders(&self) -> impl Iterator<Item = &str> {
        self.files().filter_map(|path| path.strip_suffix("/Cargo.toml"))
    }

    /// True when there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root.join(path)).with_context(|| format!("cannot read {path}"))
    }

    fn collect(&mut self, folder: &str) -> Result<()> {
        for entry in fs::read_dir(self.root.join(folder)).with_context(|| format!("cannot list {folder}"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if !entry.file_type()?.is_dir() {
                self.files.push(path);
            } else if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                self.collect(&path)?;
            }
        }
        Ok(())
    }
}

/// True for a line that is nothing but a comment.
pub fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The identifiers and keywords of a line.
pub fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !(character.is_alphanumeric() || character == '_'))
}

/// A throw-away tree with these files, for the tests of the checks.
#[cfg(test)]
pub fn sample(files: &[(&str, &str)]) -> (tempfile::TempDir, Tree) {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let tree = Tree::open(dir.path()).unwrap();
    (dir, tree)
}
