//! What the system says of this process.

use ofektom_http::SystemFacts;

/// What is known of it; `None` where the system does not say.
#[cfg(target_os = "linux")]
pub(crate) fn system_facts() -> Option<SystemFacts> {
    use std::time::Duration;

    use procfs::WithCurrentSystemInfo as _;
    use procfs::process::{LimitValue, Process};

    let process = Process::myself().ok()?;
    let stat = process.stat().ok()?;
    let ticks = procfs::ticks_per_second().max(1);
    let of_ticks = |ticks_spent: u64| {
        let whole = Duration::from_secs(ticks_spent / ticks);
        whole.saturating_add(Duration::from_nanos((ticks_spent % ticks).saturating_mul(1_000_000_000) / ticks))
    };
    let open_files_max = process.limits().ok().and_then(|limits| match limits.max_open_files.soft_limit {
        LimitValue::Value(max) => Some(max),
        LimitValue::Unlimited => None,
    });
    let booted = procfs::boot_time_secs().unwrap_or(0);
    Some(SystemFacts {
        processor_time: of_ticks(stat.utime.saturating_add(stat.stime)),
        resident_bytes: stat.rss_bytes().get(),
        virtual_bytes: stat.vsize,
        open_files: process.fd_count().ok().and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
        open_files_max,
        threads: u64::try_from(stat.num_threads).unwrap_or(0),
        started: Duration::from_secs(booted).saturating_add(of_ticks(stat.starttime)),
    })
}

/// The same elsewhere.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn system_facts() -> Option<SystemFacts> {
    None
}

/// The commit that the program was built from, if whoever built it said so.
pub(crate) const fn commit() -> &'static str {
    match option_env!("OFEKTOM_COMMIT") {
        Some(commit) if !commit.is_empty() => commit,
        _ => "unknown",
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_system_tells_of_this_process() {
        let facts = system_facts().unwrap();
        assert!(facts.resident_bytes > 1_000_000 && facts.virtual_bytes > facts.resident_bytes, "{facts:?}");
        assert!(facts.threads > 0 && facts.open_files > 2, "{facts:?}");
        assert!(facts.open_files_max.is_none_or(|max| max > facts.open_files), "{facts:?}");
        let folder = std::fs::metadata("/proc/self").unwrap().modified().unwrap();
        let started = folder.duration_since(UNIX_EPOCH).unwrap();
        assert!(facts.started <= started + Duration::from_secs(5), "{facts:?} {started:?}");
        assert!(facts.started + Duration::from_secs(86_400) > started, "a test runs for less than a day: {facts:?}");
    }
}
