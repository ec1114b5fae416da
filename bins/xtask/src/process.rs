//! Running programs so that Ctrl-C leaves nothing behind.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

const POLL: Duration = Duration::from_millis(50);
/// How long an interrupted program may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// Remembers that somebody asked us to stop. While it is watched a signal no longer ends xtask, so the services are
/// dropped in order.
#[derive(Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Starts to watch for Ctrl-C, SIGTERM and a closed terminal.
    pub fn watch() -> io::Result<Self> {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&interrupt.0))?;
        }
        Ok(interrupt)
    }

    /// Waits until somebody asks us to stop.
    pub fn wait(&self) {
        while !self.is_set() {
            sleep(POLL);
        }
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Runs `command` to its end and gives its exit code. It gets a process group of its own: an interrupt is passed on to the
/// whole group, so that no test program outlives cargo.
pub fn run(command: &mut Command, interrupt: &Interrupt) -> Result<u8> {
    let program = command.get_program().display().to_string();
    let mut child = command.process_group(0).spawn().with_context(|| format!("cannot start {program}"))?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(exit_code(status));
        }
        if interrupt.is_set() {
            let group = pid_of(&child)?;
            let _ = killpg(group, Signal::SIGINT);
            wait_at_most(&mut child, GRACE)?;
            let _ = killpg(group, Signal::SIGKILL);
            child.wait()?;
            bail!("interrupted");
        }
        sleep(POLL);
    }
}

/// Runs `command` to its end; anything but success is an error.
pub fn run_checked(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !status.success() {
        bail!("{} failed: {status}", command.get_program().display());
    }
    Ok(())
}

/// Sends `signal` to one child, waits for its end and kills it when it takes too long.
pub fn stop(child: &mut Child, signal: Signal) -> Result<()> {
    if child.try_wait()?.is_none() {
        kill(pid_of(child)?, signal)?;
        if !wait_at_most(child, GRACE)? {
            child.kill()?;
            child.wait()?;
        }
    }
    Ok(())
}

fn wait_at_most(child: &mut Child, limit: Duration) -> Result<bool> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        sleep(POLL);
    }
    Ok(false)
}

fn pid_of(child: &Child) -> Result<Pid> {
    Ok(Pid::from_raw(i32::try_from(child.id())?))
}

/// As a shell gives it: 128 + the signal for a program that a signal ended.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_exit_code_is_passed_on() {
        assert_eq!(run(&mut shell("exit 7"), &Interrupt::default()).unwrap(), 7);
        assert_eq!(run(&mut shell("kill -TERM $$"), &Interrupt::default()).unwrap(), 143);
    }

    #[test]
    fn an_interrupt_ends_the_program() {
        let interrupt = Interrupt(Arc::new(AtomicBool::new(true)));
        let started = Instant::now();
        let error = run(&mut shell("exec sleep 60"), &interrupt).unwrap_err();
        assert_eq!(error.to_string(), "interrupted");
        assert!(started.elapsed() < GRACE);
    }

    #[test]
    fn stopping_twice_is_harmless() {
        let mut child = shell("exec sleep 60").spawn().unwrap();
        stop(&mut child, Signal::SIGTERM).unwrap();
        stop(&mut child, Signal::SIGTERM).unwrap();
        assert!(child.try_wait().unwrap().is_some());
    }
}
