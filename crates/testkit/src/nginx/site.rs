//! What the folder `site` of an nginx under test has in it: what is shipped, with the ports and files of the test.

use std::fs;
use std::path::Path;

use crate::ports::lasting_port;

/// For a name that no client checks; not a secret.
const CERTIFICATE: &str = include_str!("localhost.pem");
const CERTIFICATE_KEY: &str = include_str!("localhost.key.pem");

/// Where nginx listens, and what is behind it.
#[derive(Clone, Debug)]
pub struct NginxSite {
    pub(super) port: u16,
    pub(super) tls_port: u16,
    pub(super) redirect_port: u16,
    pub(super) canary_percent: u8,
    instances: [u16; 3],
    canaries: Vec<u16>,
}

impl NginxSite {
    /// Free ports, in front of instances on these ports of loopback.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn of(instances: [u16; 3]) -> Self {
        let (port, tls_port, redirect_port) = (lasting_port(), lasting_port(), lasting_port());
        Self { port, tls_port, redirect_port, canary_percent: 0, canaries: instances.to_vec(), instances }
    }

    /// The same with at most three instances of a new release.
    #[must_use]
    pub fn with_canaries(self, canaries: &[u16]) -> Self {
        Self { canaries: canaries.to_vec(), ..self }
    }

    /// The ports of the instances.
    #[must_use]
    pub const fn instances(&self) -> [u16; 3] {
        self.instances
    }

    /// Makes the shipped files in `folder` the test's.
    pub(super) fn write(&self, folder: &Path, shipped: &Path) {
        let read =
            |name: &str| fs::read_to_string(shipped.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let percent = format!("default {};", self.canary_percent);
        for (name, text) in [
            ("servers.conf", self.servers(&read("servers.conf"), folder)),
            ("upstreams.conf", self.upstreams(&read("upstreams.conf"))),
            ("canary.conf", replaced(&read("canary.conf"), "default 0;", &percent)),
            // Tests are many clients by naming addresses.
            ("trusted-proxies.conf", "set_real_ip_from 127.0.0.1;\n".to_owned()),
            ("log.conf", "access_log access.json ofektom;\n".to_owned()),
            ("localhost.pem", CERTIFICATE.to_owned()),
            ("localhost.key.pem", CERTIFICATE_KEY.to_owned()),
        ] {
            fs::write(folder.join(name), text).expect("a file can be written");
        }
    }

    /// On loopback, and the API without TLS besides, because most tests' clients know none.
    fn servers(&self, shipped: &str, folder: &Path) -> String {
        let file = |name: &str| folder.join(name).display().to_string();
        let mut text: String =
            shipped.lines().filter(|line| !line.contains("[::]")).map(|line| format!("{line}\n")).collect();
        for (from, to) in [
            ("listen 80;", format!("listen 127.0.0.1:{};", self.redirect_port)),
            ("listen 443 ", format!("listen 127.0.0.1:{} ", self.tls_port)),
            ("/etc/ofektom/tls/fullchain.pem", file("localhost.pem")),
            ("/etc/ofektom/tls/privkey.pem", file("localhost.key.pem")),
        ] {
            text = replaced(&text, from, &to);
        }
        format!("{text}server {{ listen 127.0.0.1:{}; include parts/server.conf; }}\n", self.port)
    }

    fn upstreams(&self, shipped: &str) -> String {
        let mut text = String::new();
        let mut ports: &[u16] = &self.instances;
        for line in shipped.lines() {
            if line.starts_with("upstream ") {
                ports = if line.contains("ofektom_canary") { &self.canaries } else { &self.instances };
            }
            let numbered = (8001..).zip(ports).find(|(shipped, _)| line.contains(&format!("127.0.0.1:{shipped}")));
            match numbered {
                Some((shipped, port)) => {
                    text.push_str(&line.replace(&format!(":{shipped}"), &format!(":{port}")));
                }
                // A canary that the test has not.
                None if line.contains("127.0.0.1:") => {}
                None => text.push_str(line),
            }
            text.push('\n');
        }
        text
    }
}

/// The text with another part; the part must be there.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "deploy/nginx/site has no {from:?} any more");
    text.replace(from, to)
}
