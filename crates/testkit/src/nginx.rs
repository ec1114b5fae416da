//! nginx with the files of `deploy/nginx`, as a process. Only the folder `site` is the test's own.

mod site;

use std::env;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;
use tokio::time::sleep;

pub use self::site::NginxSite;

const PROGRAM_VARIABLE: &str = "OFEKTOM_TEST_NGINX";
/// What is shipped.
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/nginx");
/// More than enough for a start on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);

/// A running nginx. It is stopped when this is dropped.
#[derive(Debug)]
pub struct Nginx {
    site: NginxSite,
    process: Child,
    folder: TempDir,
}

impl Nginx {
    /// Starts it and waits until it listens.
    ///
    /// # Panics
    /// When nginx is missing or does not start.
    pub async fn start(site: NginxSite) -> Self {
        let folder = tempfile::tempdir().expect("no temporary folder");
        fs::create_dir_all(folder.path().join("run/assets")).expect("a folder can be made");
        copy(Path::new(SHIPPED), &folder.path().join("etc"));
        site.write(&folder.path().join("etc/site"), &shipped_site());
        let process = spawn(folder.path());
        let mut nginx = Self { site, process, folder };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", nginx.site.port)).is_err() {
            let ended = nginx.process.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "nginx ended at start:\n{}", nginx.errors());
            assert!(started.elapsed() < START_MAX, "nginx does not listen:\n{}", nginx.errors());
            sleep(POLL).await;
        }
        nginx
    }

    /// Its URL, without TLS.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.site.port)
    }

    /// Its URL with TLS, by a certificate that nobody vouches for.
    #[must_use]
    pub fn tls_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.site.tls_port)
    }

    /// The URL that leads to the one with TLS.
    #[must_use]
    pub fn redirecting_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.site.redirect_port)
    }

    /// Changes the share of the canary, and lets nginx read its files again. It does so in its own time: poll for the effect.
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn canary_percent_set(&mut self, percent: u8) {
        self.site.canary_percent = percent;
        self.site.write(&self.folder.path().join("etc/site"), &shipped_site());
        self.signal(Signal::SIGHUP);
    }

    /// The folder that it writes to; `assets` in it has the files of a front end.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// The whole lines of its access log: what is being written at this moment may be half there.
    ///
    /// # Panics
    /// When there is no log.
    #[must_use]
    pub fn access_log(&self) -> String {
        let mut log = fs::read(self.folder().join("access.json")).expect("the access log can be read");
        log.truncate(log.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1));
        String::from_utf8(log).expect("nginx writes text")
    }

    /// What it has written about errors.
    #[must_use]
    pub fn errors(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).expect("a process id is small");
        kill(Pid::from_raw(id), signal).expect("our own child can be signalled");
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM, so that its workers end too.
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal(Signal::SIGTERM);
            let _ = self.process.wait();
        }
    }
}

fn shipped_site() -> PathBuf {
    Path::new(SHIPPED).join("site")
}

fn spawn(folder: &Path) -> Child {
    let program = env::var(PROGRAM_VARIABLE).unwrap_or_else(|_| "nginx".to_owned());
    // Its workers would be another user than root, and see nothing of a temporary folder.
    let globals = if geteuid().is_root() { "daemon off; user root;" } else { "daemon off;" };
    let errors = fs::File::create(folder.join("error.log")).expect("the log can be made");
    let mut command = Command::new(&program);
    command.arg("-p").arg(folder.join("run/")).arg("-c").arg(folder.join("etc/nginx.conf")).args(["-g", globals]);
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).spawn();
    spawned.unwrap_or_else(|error| {
        panic!("cannot start `{program}` ({error}): install nginx, or set {PROGRAM_VARIABLE} to its path")
    })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).expect("a folder entry");
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            let _ = fs::copy(&path, to.join(&name)).expect("a file can be copied");
            fs::set_permissions(to.join(name), fs::Permissions::from_mode(0o600)).expect("a file of ours");
        }
    }
}
