//! Where and when something was measured.

use std::fmt;
use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// The circumstances of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// The processor, its cores, the kernel.
    pub machine: String,
    /// The commit that was built; `+` when the tree was changed since.
    pub commit: String,
    /// The day, UTC.
    pub date: String,
    /// The command that repeats it.
    pub command: String,
}

impl fmt::Display for Circumstances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, commit {}, {}, `{}`", self.machine, self.commit, self.date, self.command)
    }
}

impl Circumstances {
    /// Those of now.
    pub fn now(command: String) -> Self {
        let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
        let model = model.trim_start_matches(['\t', ' ', ':']).to_owned();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let kernel = said("uname", &["-sr"]);
        let changed = if said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty() { "" } else { "+" };
        Self {
            machine: format!("{model}, {cores} cores, {kernel}"),
            commit: format!("{}{changed}", said("git", &["rev-parse", "--short=10", "HEAD"])),
            date: said("date", &["-u", "+%Y-%m-%d"]),
            command,
        }
    }
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
