//! Both sites, as they are shipped, are taken by nginx.

use std::fs;
use std::process::Command;

use crate::{copy_of_deploy, deploy, program, run};

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/testkit/src/nginx/localhost");

#[test]
fn the_site_of_a_plain_server_is_taken() {
    taken("site", ["/etc/ofektom/tls/fullchain.pem", "/etc/ofektom/tls/privkey.pem", "/var/log/ofektom-nginx/"]);
}

#[test]
fn the_site_of_compose_is_taken() {
    taken("site-compose", ["/run/secrets/tls_certificate", "/run/secrets/tls_key", "/dev/stdout"]);
}

/// `nginx -t`, with the files of another place for those of the machine.
fn taken(site: &str, [certificate, key, log]: [&str; 3]) {
    let copy = copy_of_deploy();
    let nginx = copy.path().join("nginx");
    if site != "site" {
        fs::remove_dir_all(nginx.join("site")).unwrap();
        fs::rename(nginx.join(site), nginx.join("site")).unwrap();
    }
    let written = format!("{}/", copy.path().display());
    for (file, from, to) in [
        ("servers.conf", certificate, format!("{CERTIFICATE}.pem")),
        ("servers.conf", key, format!("{CERTIFICATE}.key.pem")),
        ("log.conf", log, format!("{written}log")),
    ] {
        let path = nginx.join("site").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        fs::write(&path, on_loopback(&text.replace(from, &to))).unwrap();
    }
    let mut command = Command::new(program("OFEKTOM_TEST_NGINX", "nginx"));
    let _ = run(command.arg("-t").arg("-p").arg(&written).arg("-c").arg(nginx.join("nginx.conf")));
}

/// nginx listens also when it only checks: ports below 1024 are for those who may, and IPv6 is not everywhere.
fn on_loopback(text: &str) -> String {
    let text = text.replace("listen 80;", "listen 127.0.0.1:18080;").replace("listen 443 ", "listen 127.0.0.1:18443 ");
    text.lines().filter(|line| !line.contains("[::]")).map(|line| format!("{line}\n")).collect()
}

/// Two sites differ only in what a machine decides.
#[test]
fn both_sites_have_the_same_files() {
    let names = |site: &str| {
        let entries = fs::read_dir(deploy("nginx").join(site)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("site"), names("site-compose"));
    for same in ["canary.conf", "health.conf"] {
        let read = |site: &str| fs::read_to_string(deploy("nginx").join(site).join(same)).unwrap();
        assert_eq!(read("site"), read("site-compose"), "{same}");
    }
}
