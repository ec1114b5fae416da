//! One step in one business.
//!
//! Whoever works on a business holds its row in `maturity_runs`. Another server that comes along does not wait for it but goes on
//! to the next business. A server that is killed half-way leaves nothing behind but the steps that it committed.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::ports::{MatureCards, MaturedCards, StoreResult};
use ofektom_domain::savings::{SavingsStatus, mature_decide};

use crate::effects::effects_write_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, fixed};
use crate::savings::cards_lock_in_tx;
use crate::schema::{maturity_runs, savings_accounts as cards};

pub(super) async fn cards_mature(db: &Db, command: MatureCards) -> StoreResult<MaturedCards> {
    db.write(async move |conn| {
        let (business, today) = (command.business_id, command.context.today);
        let Some(finished_on) = run_claim_in_tx(conn, business).await? else { return Ok(MaturedCards::default()) };
        if finished_on.is_some_and(|finished| finished >= today) {
            return Ok(MaturedCards::default());
        }
        let found = matured_on(conn, &command).await?;
        let more = found.len() >= usize::try_from(command.cards_max).unwrap_or(usize::MAX);
        let effects = decided_in_tx(conn, &command, found).await?;
        let after: Vec<SavingsStatus> =
            effects.iter().filter_map(|effects| Some(effects.account.as_ref()?.status)).collect();
        effects_write_in_tx(conn, effects).await?;
        if !more {
            day_finish_in_tx(conn, business, today).await?;
        }
        let paid_out = after.iter().filter(|status| **status == SavingsStatus::PaidOut).count();
        Ok(MaturedCards { completed: count(after.len()), paid_out: count(paid_out), more })
    })
    .await
}

/// Takes the business for this transaction and tells which day it finished last. `None` while another server has it.
async fn run_claim_in_tx(conn: &mut Conn, business: BusinessId) -> DbResult<Option<Option<Date>>> {
    let new = maturity_runs::business_id.eq(Col(business));
    on!(conn, |c| diesel::insert_into(maturity_runs::table).values(new).on_conflict_do_nothing().execute(c).await)?;
    let run = maturity_runs::table.find(Col(business)).select(maturity_runs::finished_on);
    let found: Option<Option<Col<Date>>> = match conn {
        Conn::Pg(conn) => run.for_update().skip_locked().first(&mut **conn).await.optional()?,
        // The write transaction is the lock.
        Conn::Lite(conn) => run.first(&mut **conn).await.optional()?,
    };
    Ok(found.map(|finished_on| finished_on.map(|day| day.0)))
}

/// The cards that seem to have matured, the oldest first.
async fn matured_on(conn: &mut Conn, command: &MatureCards) -> DbResult<Vec<SavingsAccountId>> {
    let found: Vec<Col<SavingsAccountId>> = on!(conn, |c| cards::table
        .filter(cards::business_id.eq(Col(command.business_id)))
        .filter(cards::status.eq(Col(SavingsStatus::Active)))
        // As the index of active cards says it: SQLite does not look at what is bound.
        .filter(fixed::<Bool>("status = 'active'"))
        .filter(cards::end_date.le(Col(command.matured_until)))
        .order((cards::end_date, cards::id))
        .limit(i64::from(command.cards_max))
        .select(cards::id)
        .load(c)
        .await)?;
    Ok(found.into_iter().map(|card| card.0).collect())
}

/// Locks the cards and decides on each as it is now.
async fn decided_in_tx(conn: &mut Conn, command: &MatureCards, found: Vec<SavingsAccountId>) -> DbResult<Vec<Effects>> {
    let keys = found.into_iter().map(|card| (command.business_id, card)).collect();
    let locked = cards_lock_in_tx(conn, keys).await?;
    let decide = |(item, card)| mature_decide(&card, command.matured_until, &command.context.for_item(item));
    Ok((0..).zip(locked).filter_map(decide).collect())
}

async fn day_finish_in_tx(conn: &mut Conn, business: BusinessId, day: Date) -> DbResult<()> {
    let run = maturity_runs::table.find(Col(business));
    let finished = maturity_runs::finished_on.eq(Some(Col(day)));
    on!(conn, |c| diesel::update(run).set(finished).execute(c).await)?;
    Ok(())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
