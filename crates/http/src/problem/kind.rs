//! The catalogue of problems: every code that the API may answer with, its status and its title. Codes are stable.

/// One kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The same for every problem of the kind, for a person.
    pub title: &'static str,
}

impl Kind {
    const fn new(status: u16, code: &'static str, title: &'static str) -> Self {
        Self { code, status, title }
    }
}

// The request as such.
/// The bytes are not JSON.
pub const MALFORMED_JSON: Kind = Kind::new(400, "malformed_json", "The body is not JSON");
/// The body did not arrive whole.
pub const BODY_UNREADABLE: Kind = Kind::new(400, "body_unreadable", "The body did not arrive whole");
/// A money request without its key.
pub const IDEMPOTENCY_KEY_MISSING: Kind =
    Kind::new(400, "idempotency_key_missing", "The Idempotency-Key header is missing");
/// A key that is not one.
pub const IDEMPOTENCY_KEY_INVALID: Kind =
    Kind::new(400, "idempotency_key_invalid", "The Idempotency-Key header is not acceptable");
/// No such route or thing, or not for this caller.
pub const NOT_FOUND: Kind = Kind::new(404, "not_found", "There is no such thing");
/// The route has other methods.
pub const METHOD_NOT_ALLOWED: Kind = Kind::new(405, "method_not_allowed", "The route does not know the method");
/// The body took too long.
pub const REQUEST_TIMEOUT: Kind = Kind::new(408, "request_timeout", "The body took too long to arrive");
/// The body is larger than accepted.
pub const BODY_TOO_LARGE: Kind = Kind::new(413, "body_too_large", "The body is too large");
/// The body is not declared as JSON.
pub const UNSUPPORTED_MEDIA_TYPE: Kind = Kind::new(415, "unsupported_media_type", "The body must be JSON");
/// Fields that are not acceptable, each named.
pub const VALIDATION_FAILED: Kind = Kind::new(422, "validation_failed", "Some fields are not acceptable");

// Who calls.
/// No access token, or one that is worth nothing.
pub const UNAUTHENTICATED: Kind = Kind::new(401, "unauthenticated", "Sign in first");
/// Phone number and secret do not belong together.
pub const INVALID_CREDENTIALS: Kind =
    Kind::new(401, "invalid_credentials", "Phone number and secret do not belong together");
/// The role may not do this.
pub const FORBIDDEN: Kind = Kind::new(403, "forbidden", "The role may not do this");
/// The verb needs a passphrase; the person has a PIN.
pub const PASSPHRASE_REQUIRED: Kind = Kind::new(403, "passphrase_required", "This needs an account with a passphrase");
/// The business only reads.
pub const BUSINESS_NOT_ACTIVE: Kind = Kind::new(403, "business_not_active", "The business is not active");
/// Too many failed attempts.
pub const ACCOUNT_LOCKED: Kind = Kind::new(429, "account_locked", "Too many failed attempts: wait before the next one");

// What exists already.
/// A person with the phone number.
pub const PHONE_TAKEN: Kind = Kind::new(409, "phone_taken", "The phone number already has an account");
/// The person has an account, so he joins by himself.
pub const PERSON_EXISTS: Kind = Kind::new(409, "person_exists", "The person has an account already");
/// A business with the join code.
pub const JOIN_CODE_TAKEN: Kind = Kind::new(409, "join_code_taken", "The join code is taken");
/// A unit of the business with the name.
pub const UNIT_NAME_TAKEN: Kind = Kind::new(409, "unit_name_taken", "The business has a unit of this name");
/// A membership of the person in the business.
pub const ALREADY_MEMBER: Kind = Kind::new(409, "already_member", "The person already belongs to the business");
/// A card with the tracking number.
pub const TRACKING_NUMBER_TAKEN: Kind = Kind::new(409, "tracking_number_taken", "The tracking number is taken");
/// The same bank account.
pub const BANK_ACCOUNT_EXISTS: Kind = Kind::new(409, "bank_account_exists", "The bank account is already registered");
/// The unit has members or cards.
pub const UNIT_IN_USE: Kind = Kind::new(409, "unit_in_use", "The unit has members or savings accounts");
/// The resource changed meanwhile.
pub const VERSION_CONFLICT: Kind = Kind::new(409, "version_conflict", "The resource was changed meanwhile");

// The rules of cards and payouts.
/// A named box is paid.
pub const BOX_ALREADY_PAID: Kind = Kind::new(409, "box_already_paid", "A named box is already paid");
/// A named box does not exist.
pub const BOX_NOT_ON_CARD: Kind = Kind::new(422, "box_not_on_card", "The card has no such box");
/// More money than the card can take.
pub const BOXES_EXHAUSTED: Kind = Kind::new(422, "boxes_exhausted", "The card cannot take so much");
/// Less money than the named boxes cost.
pub const BOXES_NOT_COVERED: Kind = Kind::new(422, "boxes_not_covered", "The amount does not pay the named boxes");
/// Collected on a day that has not come.
pub const COLLECTED_IN_FUTURE: Kind = Kind::new(422, "collected_in_future", "The day of collection has not come");
/// Collected too long ago.
pub const COLLECTED_TOO_LONG_AGO: Kind =
    Kind::new(422, "collected_too_long_ago", "The collection is too long ago to record");
/// The card is not active.
pub const NOT_ACTIVE: Kind = Kind::new(409, "not_active", "The savings account is not active");
/// The card is not completed.
pub const NOT_COMPLETED: Kind = Kind::new(409, "not_completed", "The savings account is not completed");
/// The card has not ended.
pub const NOT_ENDED: Kind = Kind::new(409, "not_ended", "The savings account has not ended");
/// The card has payments.
pub const HAS_PAYMENTS: Kind = Kind::new(409, "has_payments", "Something was paid on the savings account");
/// The contribution is reversed.
pub const ALREADY_REVERSED: Kind = Kind::new(409, "already_reversed", "The contribution is already reversed");
/// The contribution is a reversal.
pub const REVERSAL_NOT_REVERSIBLE: Kind = Kind::new(409, "reversal_not_reversible", "A reversal cannot be reversed");
/// The contribution is someone else's, or of another day.
pub const REVERSAL_NOT_YOURS: Kind =
    Kind::new(403, "reversal_not_yours", "A sub-agent reverses only his own contributions of the day");
/// Money of the card is held.
pub const MONEY_HELD: Kind = Kind::new(409, "money_held", "Money of the savings account is held for a payout");
/// Money of the card was paid out.
pub const MONEY_PAID_OUT: Kind = Kind::new(409, "money_paid_out", "Money of the savings account was paid out");
/// The card has an open request.
pub const PAYMENT_REQUEST_OPEN: Kind =
    Kind::new(409, "payment_request_open", "The savings account has an open payment request");
/// There is less money than needed.
pub const INSUFFICIENT_BALANCE: Kind = Kind::new(409, "insufficient_balance", "The balance is not sufficient");
/// The verb does not follow on the request's status.
pub const PAYMENT_REQUEST_STATUS: Kind =
    Kind::new(409, "payment_request_status", "The payment request's status does not allow it");
/// The filer may not decide.
pub const SAME_PERSON: Kind = Kind::new(403, "same_person", "Whoever filed the request may not decide on it");
/// The collector may not approve.
pub const FOUR_EYES: Kind = Kind::new(403, "four_eyes", "Another person must approve so large an amount");
/// The bank details changed a short time ago.
pub const COOLING_OFF: Kind = Kind::new(409, "cooling_off", "The bank details changed a short time ago");
/// The way of paying does not fit.
pub const METHOD_MISMATCH: Kind = Kind::new(422, "method_mismatch", "The way of paying does not fit the request");
/// The commission would rise.
pub const COMMISSION_RAISED: Kind = Kind::new(409, "commission_raised", "The change would raise the agreed commission");
/// One item of an all-or-nothing bulk is refused.
pub const BULK_REFUSED: Kind = Kind::new(422, "bulk_refused", "Some items are refused, so nothing was recorded");
/// A sum left the range of the books.
pub const AMOUNT_TOO_LARGE: Kind = Kind::new(422, "amount_too_large", "The amounts are too large to calculate with");

// Exactly once.
/// The key was used for another request.
pub const IDEMPOTENCY_KEY_REUSED: Kind =
    Kind::new(422, "idempotency_key_reused", "The Idempotency-Key was used for another request");
/// The first request with the key is running.
pub const IDEMPOTENCY_IN_PROGRESS: Kind =
    Kind::new(409, "idempotency_in_progress", "A request with the same Idempotency-Key is still running");

// The server.
/// A defect.
pub const INTERNAL: Kind = Kind::new(500, "internal", "Something went wrong on the server");
/// The database is out of reach.
pub const UNAVAILABLE: Kind = Kind::new(503, "unavailable", "The service is not available at the moment");
/// A queue is full.
pub const OVERLOADED: Kind = Kind::new(503, "overloaded", "Too much work is waiting");
