//! The migrated database that tests are cloned from. Migrating takes a second or more, cloning some milliseconds.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::admin::{self, Admin};
use crate::engine::migrate;

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
/// Any number that nobody else uses for an advisory lock on a test server.
const LOCK: i64 = 6_335_866;

/// Gives the name of the template for the present migrations and makes it first when it is missing. Tests of several
/// programs may ask at once: one makes it, the others wait for the lock. It gets its name when it is complete, so a run
/// that was killed half-way leaves nothing that looks like a template.
pub async fn ensure(admin: &Admin) -> String {
    let name = format!("ofektom_template_{}", migrations_hash(Path::new(MIGRATIONS)));
    if admin.has_database(&name).await {
        return name;
    }
    admin.execute(&format!("SELECT pg_advisory_lock({LOCK})")).await;
    if !admin.has_database(&name).await {
        let unfinished = format!("{name}_unfinished");
        admin.execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
        admin.execute(&format!("CREATE DATABASE {unfinished}")).await;
        migrate(&admin::url_of(&unfinished)).await;
        // A database somebody is connected to cannot be cloned.
        admin.execute(&format!("ALTER DATABASE {unfinished} ALLOW_CONNECTIONS false")).await;
        admin.execute(&format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
    }
    admin.execute(&format!("SELECT pg_advisory_unlock({LOCK})")).await;
    name
}

/// 16 hex digits over the names and contents of all scripts, in order.
fn migrations_hash(folder: &Path) -> String {
    let mut hash = Sha256::new();
    for migration in sorted_entries(folder) {
        for script in sorted_entries(&migration) {
            let text = fs::read(&script).unwrap_or_else(|error| panic!("cannot read {}: {error}", script.display()));
            let name = script.strip_prefix(folder).unwrap_or(&script).display().to_string();
            // Lengths keep the end of one part and the start of the next apart.
            hash.update(format!("{} {name} {} ", name.len(), text.len()));
            hash.update(&text);
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn sorted_entries(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_names_and_contents() {
        let folder = tempfile::tempdir().unwrap();
        let script = |name: &str| folder.path().join(name).join("up.sql");
        fs::create_dir(folder.path().join("0001_people")).unwrap();
        fs::write(script("0001_people"), "CREATE TABLE a ();").unwrap();
        let first = migrations_hash(folder.path());
        assert_eq!(first.len(), 16);

        fs::write(script("0001_people"), "CREATE TABLE b ();").unwrap();
        let changed = migrations_hash(folder.path());
        fs::rename(folder.path().join("0001_people"), folder.path().join("0002_people")).unwrap();
        let renamed = migrations_hash(folder.path());
        assert!(first != changed && changed != renamed);

        fs::rename(folder.path().join("0002_people"), folder.path().join("0001_people")).unwrap();
        fs::write(script("0001_people"), "CREATE TABLE a ();").unwrap();
        assert_eq!(migrations_hash(folder.path()), first);
    }
}
