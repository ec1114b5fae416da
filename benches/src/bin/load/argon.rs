//! The verification that a login cannot do without, bare.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::measured::median;

/// The server's parameters: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;

/// The median time of one verification on one thread, in microseconds.
///
/// # Errors
/// When the parameters are refused.
pub fn verification_micros(span: Duration) -> Result<u64> {
    Ok(median(verifications(span)?))
}

/// How many verifications so many threads finish together in a thousand seconds, each with its own memory: what the machine has for a
/// saturated pool, whose threads share its caches and its way to the memory.
///
/// # Errors
/// When the parameters are refused.
pub fn verifications_per_thousand_seconds(threads: u64, span: Duration) -> Result<u64> {
    let started = Instant::now();
    let counts = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| verifications(span).map(|times| times.len()))).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?).sum::<Result<usize>>()
    })?;
    let micros = u64::try_from(started.elapsed().as_micros())?.max(1);
    Ok(u64::try_from(counts)? * 1_000_000_000 / micros)
}

/// The times of verifications, one after the other, in microseconds.
fn verifications(span: Duration) -> Result<Vec<u64>> {
    let refused = |error| anyhow!("Argon2 refuses: {error}");
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(refused)?;
    let mut blocks = vec![argon2::Block::new(); params.block_count()];
    let argon2 = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params).map_err(refused)?;
    let (started, mut times, mut output) = (Instant::now(), Vec::new(), [0; 32]);
    while started.elapsed() < span {
        let one = Instant::now();
        argon2
            .hash_password_into_with_memory(b"market day at noon", &[3; 16], &mut output, blocks.as_mut_slice())
            .map_err(refused)?;
        std::hint::black_box(&output);
        times.push(u64::try_from(one.elapsed().as_micros())?);
    }
    Ok(times)
}
