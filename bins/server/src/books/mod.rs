//! The job that reads the books in the background, so that `/metrics` can tell how they stand without asking the database.
//!
//! Every server does it for itself; that costs a few statements a business. What it finds is as old as it says.

mod sweep;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ofektom_domain::money::Money;
use ofektom_domain::ports::{Clock as _, StoreError, StoreResult};
use ofektom_http::{BooksRead, BooksStatus};
use ofektom_persistence::{BookFigures, Books};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

use self::sweep::Balance;
use crate::outside::SystemClock;

/// How many times as long as a reading took it is at least until the next one: reading takes a twentieth of the time at most,
/// whatever the size of the books.
const REST: u32 = 20;

/// What was found, and when.
#[derive(Debug, Default)]
pub struct BooksWatch(Mutex<Watched>);

#[derive(Debug, Default)]
struct Watched {
    read: Option<(Instant, BooksRead)>,
    swept: Option<Instant>,
    entries: u64,
    failures: u64,
}

impl BooksWatch {
    /// What is known now.
    pub(crate) fn status(&self) -> BooksStatus {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        BooksStatus {
            read: watched.read.map(|(at, read)| BooksRead { age: at.elapsed(), ..read }),
            sweep_age: watched.swept.map(|at| at.elapsed()),
            entries_checked_total: watched.entries,
            failures_total: watched.failures,
        }
    }

    fn note(&self, read: StoreResult<BooksRead>, balance: &Balance) {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.swept = balance.swept();
        watched.entries = balance.entries();
        match read {
            Ok(read) => watched.read = Some((Instant::now(), read)),
            Err(_) => watched.failures = watched.failures.saturating_add(1),
        }
    }
}

/// Starts the job: at once, and then again and again. `None` switches it off.
pub(crate) fn books_start(books: Books, watch: &Arc<BooksWatch>, every: Option<Duration>) -> Option<JoinHandle<()>> {
    let every = every?;
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Arc::clone(watch);
    Some(tokio::spawn(async move {
        let mut balance = Balance::new();
        let mut failing = false;
        loop {
            ticks.tick().await;
            let started = Instant::now();
            let read = books_read(&books, &mut balance).await;
            let rest = started.elapsed().saturating_mul(REST).saturating_sub(every);
            match &read {
                Ok(read) if read.ledger_unbalanced_entries > 0 => tracing::error!(
                    ledger.unbalanced_entries = read.ledger_unbalanced_entries,
                    ledger.imbalance_kobo = read.ledger_imbalance_kobo,
                    "journal entries do not sum to zero: run `ofektom ledger verify`"
                ),
                Ok(_) if failing => tracing::info!("the books can be read again"),
                Ok(_) => {}
                // Once until it is over: the database says more where it is missed.
                Err(error) if !failing => tracing::warn!(error.message = %error, "the books cannot be read"),
                Err(_) => {}
            }
            failing = read.is_err();
            watch.note(read, &balance);
            sleep(rest).await;
        }
    }))
}

/// One reading: every business, one after the other.
async fn books_read(books: &Books, balance: &mut Balance) -> StoreResult<BooksRead> {
    let started = Instant::now();
    let now = SystemClock.now();
    let businesses = books.businesses().await?;
    let mut all = BookFigures { outstanding_cash: Money::ZERO, open_payouts: 0, open_payouts_amount: Money::ZERO };
    for business in &businesses {
        all = together(all, books.figures(*business).await?)?;
    }
    balance.look(books, &businesses, now).await?;
    let unsealed = books.oldest_unsealed(now).await?;
    let (entries, out_by) = balance.unbalanced();
    Ok(BooksRead {
        ledger_imbalance_kobo: out_by,
        ledger_unbalanced_entries: entries,
        outstanding_cash_kobo: all.outstanding_cash.kobo(),
        open_payouts: all.open_payouts.into(),
        open_payouts_kobo: all.open_payouts_amount.kobo(),
        audit_unsealed_age: unsealed.map_or(Duration::ZERO, |at| since(at, now)),
        age: Duration::ZERO,
        took: started.elapsed(),
    })
}

fn together(all: BookFigures, one: BookFigures) -> StoreResult<BookFigures> {
    let sum = |one: Money, other: Money| one.plus(other).map_err(|error| StoreError::Internal(Box::new(error)));
    Ok(BookFigures {
        outstanding_cash: sum(all.outstanding_cash, one.outstanding_cash)?,
        open_payouts: all.open_payouts.saturating_add(one.open_payouts),
        open_payouts_amount: sum(all.open_payouts_amount, one.open_payouts_amount)?,
    })
}

/// How long ago an instant was; nothing for one that is yet to come by this clock.
fn since(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or(Duration::ZERO)
}
