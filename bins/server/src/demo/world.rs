//! The stage: the use-cases, the moved clock, the days to walk through.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use ofektom_app::{App, Caller, IdempotencyInput, Origin};
use ofektom_domain::calendar::add_days;
use ofektom_domain::idempotency::{Answer, RequestHash, StoredAnswer};
use ofektom_domain::phone::PhoneNumber;

use super::dice::Dice;
use super::stand_ins::{Letters, MovedClock};

/// The time zone of the demo business.
pub(super) const TIME_ZONE: &str = "Africa/Lagos";

/// Everything the demo acts with.
pub(super) struct World {
    pub app: App,
    pub clock: Arc<MovedClock>,
    pub letters: Arc<Letters>,
    pub dice: Dice,
    /// The real instant at which the demo was started: nothing is recorded after it.
    pub now: Timestamp,
    /// The business's day at that instant.
    pub today: Date,
    /// Requests made so far, for their idempotency keys.
    requests: u32,
}

impl World {
    pub fn new(app: App, clock: Arc<MovedClock>, letters: Arc<Letters>, seed: u64, now: Timestamp) -> Result<Self> {
        let today = now.in_tz(TIME_ZONE)?.date();
        Ok(Self { app, clock, letters, dice: Dice::new(seed), now, today, requests: 0 })
    }

    /// A day before today.
    pub fn days_ago(&self, days: i64) -> Result<Date> {
        add_days(self.today, -days).context("a day of this era")
    }

    /// Moves the clock to a time of a day, in minutes since midnight. Tells whether that time has come: a demo must not
    /// write into the future.
    pub fn move_to(&self, day: Date, minutes: u32) -> Result<bool> {
        let instant = instant_of(day, minutes)?;
        if instant > self.now {
            return Ok(false);
        }
        self.clock.move_to(instant);
        Ok(true)
    }

    /// Signs a person in.
    pub async fn login(&self, phone: &PhoneNumber, secret: &str) -> Result<Caller> {
        let origin = Origin::default();
        let grant = self.app.login(phone, secret.into(), &origin).await.context("a person of the demo signs in")?;
        let token = secrecy::ExposeSecret::expose_secret(&grant.access_token);
        Ok(self.app.authenticate(token, origin).await?)
    }

    /// What makes the next money request exactly-once.
    pub fn next_request<O>(&mut self) -> Result<IdempotencyInput<O>> {
        self.requests += 1;
        request(&format!("demo-{}", self.requests))
    }
}

/// What makes a money request exactly-once, under a key.
pub(super) fn request<O>(key: &str) -> Result<IdempotencyInput<O>> {
    let render = |_: &O| StoredAnswer { status: 201, location: None, body: b"{}".to_vec() };
    Ok(IdempotencyInput { key: key.parse()?, request_hash: RequestHash([0; 32]), render: Arc::new(render) })
}

/// A time of a day, in minutes since midnight.
pub(super) fn instant_of(day: Date, minutes: u32) -> Result<Timestamp> {
    let midnight = day.in_tz(TIME_ZONE)?.timestamp();
    Ok(midnight.checked_add(i64::from(minutes).minutes())?)
}

/// The outcome of a request that was made now.
pub(super) fn fresh<O>(answer: Answer<O>) -> Result<O> {
    match answer {
        Answer::Fresh { outcome, .. } => Ok(outcome),
        Answer::Replayed(_) => bail!("a request of the demo was made before"),
    }
}
