//! Lines on their way to standard error. Whoever logs appends to a buffer and goes on; a thread writes the buffer.
//!
//! The thread is woken by the first line only, waits a moment for more, and writes them all at once: a wake-up for each line would cost a
//! busy server more than the line. What does not fit because the reader is slow, or has stopped, is dropped and counted.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Bytes that may wait to be written.
const WAITING_MAX: usize = 4 * 1024 * 1024;

/// How long lines are gathered. So much of the log is lost when the process is killed.
const GATHER: Duration = Duration::from_millis(20);

/// The entrance. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    ended: bool,
}

/// The thread that writes. Dropping it writes what waits.
#[derive(Debug)]
pub(super) struct Scribe {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    /// Lines that go to `target`, and the thread that brings them there.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn start(target: impl Write + Send + 'static) -> io::Result<(Self, Scribe)> {
        let shared = Arc::<Shared>::default();
        let of_thread = Arc::clone(&shared);
        let work = move || of_thread.write_all_to(target);
        let thread = std::thread::Builder::new().name("ofektom-log".to_owned()).spawn(work)?;
        Ok((Self { shared: Arc::clone(&shared) }, Scribe { shared, thread: Some(thread) }))
    }

    /// Lines that were dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

/// One line comes in one piece: that is how `tracing-subscriber` writes.
impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.shared.lock();
        let was_empty = waiting.bytes.is_empty();
        if waiting.bytes.len() + line.len() > WAITING_MAX {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        } else {
            waiting.bytes.extend_from_slice(line);
            drop(waiting);
            if was_empty {
                self.shared.changed.notify_one();
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Drop for Scribe {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It panics with its target only, and then there is nobody left to tell.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// A line is appended whole or not at all, so a panic leaves no half of one.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the first line, then for a moment more unless all ends.
    fn gather(&self) -> MutexGuard<'_, Waiting> {
        let idle = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.ended;
        let first = self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let more = self.changed.wait_timeout_while(first, GATHER, |waiting| !waiting.ended);
        more.unwrap_or_else(PoisonError::into_inner).0
    }

    fn write_all_to(&self, mut target: impl Write) {
        let mut taken = Vec::new();
        loop {
            let ended = {
                let mut waiting = self.gather();
                // The buffers change places, so that neither is allocated again.
                std::mem::swap(&mut waiting.bytes, &mut taken);
                waiting.ended
            };
            // A log that cannot be written cannot be told of in the log.
            let _ = target.write_all(&taken).and_then(|()| target.flush());
            taken.clear();
            if ended {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A target that takes nothing before it is let.
    struct Gate(mpsc::Receiver<()>, Arc<Mutex<Vec<u8>>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_before_the_end_and_in_order() {
        let (open, gate) = mpsc::channel();
        drop(open);
        let written = Arc::<Mutex<Vec<u8>>>::default();
        let (lines, scribe) = Lines::start(Gate(gate, Arc::clone(&written))).unwrap();
        for number in 0..1_000 {
            writeln!(lines.clone(), "line {number}").unwrap();
        }
        drop(scribe);
        let wanted: String = (0..1_000).map(|number| format!("line {number}\n")).collect();
        // `writeln` comes in pieces, but from one thread.
        assert_eq!(String::from_utf8(written.lock().unwrap().clone()).unwrap(), wanted);
        assert_eq!(lines.dropped(), 0);
    }

    #[test]
    fn a_target_that_takes_nothing_holds_nobody_up() {
        let (open, gate) = mpsc::channel();
        let (mut lines, scribe) = Lines::start(Gate(gate, Arc::default())).unwrap();
        let line = [b'x'; 64 * 1024];
        // Twice what may wait: one part is with the thread that is stuck, another waits, and the rest is dropped.
        let count = 2 * WAITING_MAX / line.len() + 2;
        for _ in 0..count {
            lines.write_all(&line).unwrap();
        }
        assert!(lines.dropped() > 0);
        drop(open);
        drop(scribe);
    }
}
