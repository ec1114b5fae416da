//! What the writer works on. One contribution is a bulk of one item that is written whole or not at all.

use std::sync::Arc;

use ofektom_domain::context::Context;
use ofektom_domain::contribution::{ContributionReceipt, PostRules};
use ofektom_domain::idempotency::{Answer, Idempotency, IdempotencyKey, RequestHash, StoredAnswer};
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::ports::{BulkItem, BulkOutcome, BulkPost, CardRef, PostContribution, StoreError, StoreResult};
use ofektom_domain::refusal::Refusal;

/// Makes the answer of an outcome; `None` when the outcome is an error, which has no answer to store.
type Render = Arc<dyn Fn(&BulkOutcome) -> Option<StoredAnswer> + Send + Sync>;

/// Contributions to post together under one idempotency key.
pub(super) struct Task {
    pub(super) business_id: BusinessId,
    pub(super) items: Vec<Result<BulkItem, Refusal>>,
    pub(super) all_or_nothing: bool,
    pub(super) rules: PostRules,
    pub(super) context: Context,
    pub(super) caller: UserId,
    pub(super) key: IdempotencyKey,
    pub(super) request_hash: RequestHash,
    pub(super) render: Render,
}

/// How a task ended.
pub(super) enum Done {
    /// It was decided on now. The answer is stored if the outcome is written.
    Fresh(BulkOutcome, Option<StoredAnswer>),
    /// It was carried out before.
    Replayed(StoredAnswer),
}

impl Task {
    pub(super) fn single(command: PostContribution, idempotency: Idempotency<ContributionReceipt>) -> Self {
        let render = idempotency.render;
        let item = BulkItem { card: CardRef::Id(command.savings_account_id), item: command.item };
        Self {
            business_id: command.business_id,
            items: vec![Ok(item)],
            all_or_nothing: true,
            rules: command.rules,
            context: command.context,
            caller: idempotency.caller,
            key: idempotency.key,
            request_hash: idempotency.request_hash,
            render: Arc::new(move |outcome| Some(render(outcome.results.first()?.as_ref().ok()?))),
        }
    }

    pub(super) fn bulk(command: BulkPost, idempotency: Idempotency<BulkOutcome>) -> Self {
        let render = idempotency.render;
        Self {
            business_id: command.business_id,
            items: command.items,
            all_or_nothing: command.all_or_nothing,
            rules: command.rules,
            context: command.context,
            caller: idempotency.caller,
            key: idempotency.key,
            request_hash: idempotency.request_hash,
            render: Arc::new(move |outcome| Some(render(outcome))),
        }
    }
}

pub(super) fn single_answer(done: Done) -> StoreResult<Answer<ContributionReceipt>> {
    match done {
        Done::Replayed(stored) => Ok(Answer::Replayed(stored)),
        Done::Fresh(mut outcome, stored) => match (outcome.results.pop(), stored) {
            (Some(Ok(outcome)), Some(stored)) => Ok(Answer::Fresh { outcome, stored }),
            (Some(Err(Some(refusal))), _) => Err(refusal.into()),
            (Some(Err(None)), _) => Err(StoreError::NotFound),
            (Some(Ok(_)) | None, _) => Err(StoreError::Internal("a contribution without an answer".into())),
        },
    }
}

pub(super) fn bulk_answer(done: Done) -> StoreResult<Answer<BulkOutcome>> {
    match done {
        Done::Replayed(stored) => Ok(Answer::Replayed(stored)),
        Done::Fresh(outcome, Some(stored)) => Ok(Answer::Fresh { outcome, stored }),
        Done::Fresh(_, None) => Err(StoreError::Internal("a bulk without an answer".into())),
    }
}
