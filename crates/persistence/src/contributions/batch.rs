//! One batch: lock the cards and the collectors' cash, look for stored answers, decide, write, commit.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ofektom_domain::contribution::{ContributionReceipt, post_decide};
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::ports::{BulkOutcome, CardRef, StoreError, StoreResult};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;

use super::ground::{Ground, Kept, Wanted, ground_take_in_tx};
use super::job::{Done, Task};
use crate::effects::effects_and_answers_write_in_tx;
use crate::engine::{Conn, Db, DbResult};
use crate::idempotency::{KeptAnswer, KeptAnswerRow, exactly_once};
use crate::rounds::{CashKey, CashState};
use crate::savings::{CardKey, cards_by_tracking_on};

/// Why a whole batch has no effect.
#[derive(Debug)]
pub(super) struct BatchError {
    pub error: StoreError,
    /// Whether there was a connection to begin it on. Without one no task of it can be to blame.
    pub begun: bool,
}

/// Runs tasks in one transaction. The answers are in the order of the tasks.
pub(super) async fn batch_run(db: &Db, tasks: Vec<Arc<Task>>) -> Result<Vec<StoreResult<Done>>, BatchError> {
    let begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&begun);
    let work = async move |conn: &mut Conn| {
        begins.store(true, Ordering::Relaxed);
        batch_run_in_tx(conn, &tasks).await
    };
    exactly_once(db, work).await.map_err(|error| BatchError { error, begun: begun.load(Ordering::Relaxed) })
}

async fn batch_run_in_tx(conn: &mut Conn, tasks: &[Arc<Task>]) -> DbResult<Vec<StoreResult<Done>>> {
    let by_number = numbers_resolve_on(conn, tasks).await?;
    let mut keys = BTreeSet::new();
    let mut purses = BTreeSet::new();
    for task in tasks {
        let items = || task.items.iter().flatten();
        keys.extend(items().filter_map(|item| card_key(task, item.card, &by_number)));
        purses.extend(items().map(|item| (task.business_id, item.item.collected_by)));
    }
    let answers = tasks.iter().map(|task| (task.caller, task.key.clone())).collect();
    // Which answers are still kept is judged by the latest task.
    let Some(now) = tasks.iter().map(|task| task.context.now).max() else { return Ok(Vec::new()) };
    let wanted = Wanted { cards: keys.into_iter().collect(), cash: purses.into_iter().collect(), answers, now };
    let Ground { cards, cash, kept } = ground_take_in_tx(conn, wanted).await?;
    let mut state = State { cards, cash, kept, ..State::default() };
    let done = tasks.iter().map(|task| state.task_decide(task, &by_number)).collect();
    if !state.answers.is_empty() {
        effects_and_answers_write_in_tx(conn, state.effects, state.answers).await?;
    }
    Ok(done)
}

type ByNumber = HashMap<(BusinessId, TrackingNumber), SavingsAccountId>;

async fn numbers_resolve_on(conn: &mut Conn, tasks: &[Arc<Task>]) -> DbResult<ByNumber> {
    let mut numbers = Vec::new();
    for task in tasks {
        for item in task.items.iter().flatten() {
            if let CardRef::Tracking(number) = item.card {
                numbers.push((task.business_id, number));
            }
        }
    }
    if numbers.is_empty() {
        return Ok(ByNumber::new());
    }
    Ok(cards_by_tracking_on(conn, numbers).await?.into_iter().collect())
}

fn card_key(task: &Task, card: CardRef, by_number: &ByNumber) -> Option<CardKey> {
    match card {
        CardRef::Id(id) => Some((task.business_id, id)),
        CardRef::Tracking(number) => by_number.get(&(task.business_id, number)).map(|id| (task.business_id, *id)),
    }
}

/// The state on which the tasks of a batch are decided, one after the other.
#[derive(Default)]
struct State {
    cards: HashMap<CardKey, SavingsAccount>,
    cash: HashMap<CashKey, CashState>,
    /// Answers stored before, and those of this batch.
    kept: Kept,
    effects: Vec<Effects>,
    answers: Vec<KeptAnswerRow>,
}

impl State {
    fn task_decide(&mut self, task: &Task, by_number: &ByNumber) -> StoreResult<Done> {
        if let Some(kept) = self.kept.get(&(task.caller, task.key.clone())) {
            return Ok(Done::Replayed(kept.clone().answer_to(task.request_hash)?));
        }
        let (outcome, decided) = self.items_decide(task, by_number);
        let stored = (task.render)(&outcome);
        if let Some(answer) = stored.clone().filter(|_| outcome.written) {
            self.keep(task, KeptAnswer { hash: task.request_hash, answer });
            self.apply(decided);
        }
        Ok(Done::Fresh(outcome, stored))
    }

    /// Decides each item on the cards as the items before it leave them. Nothing is changed yet.
    fn items_decide(&self, task: &Task, by_number: &ByNumber) -> (BulkOutcome, Vec<Effects>) {
        let mut touched: HashMap<CardKey, SavingsAccount> = HashMap::new();
        let mut decided = Vec::with_capacity(task.items.len());
        let mut results = Vec::with_capacity(task.items.len());
        for (at, item) in (0_u32..).zip(&task.items) {
            let decide = || -> Result<(ContributionReceipt, Effects), Option<Refusal>> {
                let item = item.as_ref().map_err(|refusal| Some(refusal.clone()))?;
                let key = card_key(task, item.card, by_number).ok_or(None)?;
                let card = touched.get(&key).or_else(|| self.cards.get(&key)).ok_or(None)?;
                let cash = self.cash.get(&(task.business_id, item.item.collected_by)).copied().unwrap_or_default();
                if cash.stopped {
                    return Err(Some(Refusal::Forbidden));
                }
                post_decide(card, &item.item, task.rules, cash.closed_until, &task.context.for_item(at)).map_err(Some)
            };
            results.push(decide().map(|(receipt, effects)| {
                if let Some(card) = &effects.account {
                    touched.insert((card.business_id, card.id), card.clone());
                }
                decided.push(effects);
                receipt
            }));
        }
        let written = !task.all_or_nothing || results.iter().all(Result::is_ok);
        (BulkOutcome { results, written }, decided)
    }

    fn keep(&mut self, task: &Task, kept: KeptAnswer) {
        self.answers.push(KeptAnswerRow::new((task.caller, &task.key), kept.clone(), task.context.now));
        self.kept.insert((task.caller, task.key.clone()), kept);
    }

    fn apply(&mut self, decided: Vec<Effects>) {
        for effects in decided {
            if let Some(card) = &effects.account {
                self.cards.insert((card.business_id, card.id), card.clone());
            }
            self.effects.push(effects);
        }
    }
}
