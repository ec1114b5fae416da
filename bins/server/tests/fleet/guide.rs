//! The guide for one server, run as printed in a clean folder. Only places and ports are others, and programs that change the machine have
//! stand-ins.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use ofektom_testkit::{PostgresServer, TestDb, lasting_port};
use serde_json::Value;

use crate::stage::alone;

const GUIDE: &str = include_str!("../../../../deploy/VPS.md");
const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
const SYSTEMCTL: &str = include_str!("guide/systemctl");
/// What is not to be done to the machine of a test. Whom PostgreSQL takes for whom is no matter here.
const STAND_INS: [(&str, &str); 6] = [
    ("systemctl", SYSTEMCTL),
    ("apt-get", "#!/bin/sh\n"),
    ("cargo", "#!/bin/sh\n"),
    ("systemd-sysusers", "#!/bin/sh\ntest -s \"$GUIDE_ROOT/etc/sysusers.d/ofektom.conf\"\n"),
    ("chgrp", "#!/bin/sh\ntest -d \"$3\"\n"),
    ("runuser", "#!/bin/sh\nshift 3\nexec \"$@\"\n"),
];

#[test]
fn the_guide_for_one_server_works_as_printed() {
    alone(async |_db: TestDb| {
        let postgres = PostgresServer::start().await;
        let clean = tempfile::tempdir().unwrap();
        let root = Root { folder: clean.path(), ports: Ports::free(&postgres) };
        root.furnish();
        let blocks: Vec<&str> =
            GUIDE.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
        assert!(blocks.len() >= 8, "the guide has its commands");
        let printed = blocks.concat();
        let (before, after) = printed.split_once("curl --silent").unwrap();
        let again = format!("curl --silent{}\ncurl --silent{after}", after.lines().next().unwrap());
        // Asked once more at the end, when all instances were restarted.
        let script = format!("{before}{again}\ncurl --silent{}\n", after.lines().next().unwrap());
        let said = root.paste(&script);
        let healths: Vec<Value> = said
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .filter(|json: &Value| json.get("instances").is_some())
            .collect();
        assert_eq!(healths.len(), 3, "{said}");
        for health in healths {
            // An instance that has just begun may still be looking for Redis.
            assert!(health["database"] == "healthy" && health["status"] != "unhealthy", "{health}");
            assert_eq!(health["instances"].as_array().map(Vec::len), Some(3), "{health}");
        }
        let mode = |path: &str| fs::metadata(clean.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("etc/ofektom/secrets"), mode("etc/ofektom/secrets/database_url")), (0o700, 0o600));
    });
}

/// The folder that stands for the root of a machine.
struct Root<'a> {
    folder: &'a Path,
    ports: Ports,
}

struct Ports {
    instances: [u16; 3],
    http: u16,
    https: u16,
    redis: u16,
    postgres: String,
}

impl Ports {
    fn free(postgres: &PostgresServer) -> Self {
        let instances = [lasting_port(), lasting_port(), lasting_port()];
        let postgres = postgres.url().rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
        Self { instances, http: lasting_port(), https: lasting_port(), redis: lasting_port(), postgres }
    }
}

impl Root<'_> {
    /// Puts a clone of the repository there, with the program built, and stand-ins.
    fn furnish(&self) {
        // nginx's workers are another user than root.
        fs::set_permissions(self.folder, fs::Permissions::from_mode(0o755)).unwrap();
        let clone = self.folder.join("clone");
        for folder in ["clone/target/release", "stand-ins", "etc/redis"] {
            fs::create_dir_all(self.folder.join(folder)).unwrap();
        }
        fs::write(self.folder.join("etc/redis/redis.conf"), format!("port {}\nbind 127.0.0.1\n", self.ports.redis))
            .unwrap();
        let _ = fs::copy(env!("CARGO_BIN_EXE_ofektom"), clone.join("target/release/ofektom")).unwrap();
        self.copy(Path::new(DEPLOY), &clone.join("deploy"));
        for (name, text) in STAND_INS {
            let path = self.folder.join("stand-ins").join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn copy(&self, from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
            if path.is_dir() {
                self.copy(&path, &to.join(name));
            } else {
                fs::write(to.join(name), self.here(&fs::read_to_string(&path).unwrap())).unwrap();
            }
        }
    }

    /// A text, with the places and ports of this machine for those of a real one.
    fn here(&self, text: &str) -> String {
        let mut text: String =
            text.lines().filter(|line| !line.contains("listen [::]")).map(|line| format!("{line}\n")).collect();
        // In two steps, because the folder's own path may have such a place in it.
        for place in ["etc/", "var/", "usr/local/bin/", "root/"] {
            text = text.replace(&format!("/{place}"), &["\u{1}", place].concat());
        }
        text = text.replace('\u{1}', &format!("{}/", self.folder.display()));
        for (port, real) in self.ports.instances.iter().zip(["8001", "8002", "8003"]) {
            text = text.replace(real, &port.to_string());
        }
        text.replace("listen 80;", &format!("listen 127.0.0.1:{};", self.ports.http))
            .replace("listen 443 ", &format!("listen 127.0.0.1:{} ", self.ports.https))
            .replace("https://127.0.0.1/", &format!("https://127.0.0.1:{}/", self.ports.https))
            .replace("127.0.0.1:5432", &format!("127.0.0.1:{}", self.ports.postgres))
            .replace("REDIS_PORT=6379", &format!("REDIS_PORT={}", self.ports.redis))
    }

    /// Runs what is printed; gives what it said. What it started is ended, whatever becomes of it.
    fn paste(&self, printed: &str) -> String {
        let path = std::env::var("PATH").unwrap();
        let postgres = ofektom_testkit::PostgresServer::programs_folder();
        let path = format!("{}:{path}:{}:/usr/sbin", self.folder.join("stand-ins").display(), postgres.display());
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", &self.here(printed)]).current_dir(self.folder.join("clone"));
        command.env("PATH", path).env("GUIDE_ROOT", self.folder).env("PGUSER", "postgres");
        command.env("PGHOST", "127.0.0.1").env("PGPORT", &self.ports.postgres);
        let said = command.stdin(Stdio::null()).output().unwrap();
        let logs = self.end();
        let (told, wrong) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(said.status.success(), "{told}{wrong}{logs}");
        told.into_owned()
    }

    /// Ends what was started; gives what it said.
    fn end(&self) -> String {
        let script = "for file in pids/*; do kill $(cat $file); done; tail -n 20 logs/*";
        let said = Command::new("bash").args(["-c", script]).current_dir(self.folder).output().unwrap();
        String::from_utf8_lossy(&said.stdout).into_owned()
    }
}
