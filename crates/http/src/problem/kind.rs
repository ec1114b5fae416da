//! The catalogue of problems: every code that the API may answer with, its status and its title. Codes are stable.

use std::ops::Deref;

/// One kind of problem. As small as a pointer, since every result carries room for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub(super) &'static Facts);

/// What is the same for every problem of a kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Facts {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The title, for a person.
    pub title: &'static str,
}

impl Deref for Kind {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        self.0
    }
}

// The request as such.
/// The bytes are not JSON.
pub const MALFORMED_JSON: Kind = Kind(&Facts { status: 400, code: "malformed_json", title: "The body is not JSON" });
/// The body did not arrive whole.
pub const BODY_UNREADABLE: Kind =
    Kind(&Facts { status: 400, code: "body_unreadable", title: "The body did not arrive whole" });
/// A money request without its key.
pub const IDEMPOTENCY_KEY_MISSING: Kind =
    Kind(&Facts { status: 400, code: "idempotency_key_missing", title: "The Idempotency-Key header is missing" });
/// A key that is not one.
pub const IDEMPOTENCY_KEY_INVALID: Kind = Kind(&Facts {
    status: 400,
    code: "idempotency_key_invalid",
    title: "The Idempotency-Key header is not acceptable",
});
/// No such route or thing, or not for this caller.
pub const NOT_FOUND: Kind = Kind(&Facts { status: 404, code: "not_found", title: "There is no such thing" });
/// The route has other methods.
pub const METHOD_NOT_ALLOWED: Kind =
    Kind(&Facts { status: 405, code: "method_not_allowed", title: "The route does not know the method" });
/// The body took too long.
pub const REQUEST_TIMEOUT: Kind =
    Kind(&Facts { status: 408, code: "request_timeout", title: "The body took too long to arrive" });
/// The body is larger than accepted.
pub const BODY_TOO_LARGE: Kind = Kind(&Facts { status: 413, code: "body_too_large", title: "The body is too large" });
/// The body is not declared as JSON.
pub const UNSUPPORTED_MEDIA_TYPE: Kind =
    Kind(&Facts { status: 415, code: "unsupported_media_type", title: "The body must be JSON" });
/// Fields that are not acceptable, each named.
pub const VALIDATION_FAILED: Kind =
    Kind(&Facts { status: 422, code: "validation_failed", title: "Some fields are not acceptable" });

// Who calls.
/// No access token, or one that is worth nothing.
pub const UNAUTHENTICATED: Kind = Kind(&Facts { status: 401, code: "unauthenticated", title: "Sign in first" });
/// Phone number and secret do not belong together.
pub const INVALID_CREDENTIALS: Kind =
    Kind(&Facts { status: 401, code: "invalid_credentials", title: "Phone number and secret do not belong together" });
/// The role may not do this.
pub const FORBIDDEN: Kind = Kind(&Facts { status: 403, code: "forbidden", title: "The role may not do this" });
/// The verb needs a passphrase; the person has a PIN.
pub const PASSPHRASE_REQUIRED: Kind =
    Kind(&Facts { status: 403, code: "passphrase_required", title: "This needs an account with a passphrase" });
/// The business only reads.
pub const BUSINESS_NOT_ACTIVE: Kind =
    Kind(&Facts { status: 403, code: "business_not_active", title: "The business is not active" });
/// The old secret is not the caller's.
pub const OLD_SECRET_WRONG: Kind =
    Kind(&Facts { status: 403, code: "old_secret_wrong", title: "The old secret is wrong" });
/// A reset code that resets nothing.
pub const CODE_REJECTED: Kind =
    Kind(&Facts { status: 422, code: "code_rejected", title: "The code is wrong, used up or too old" });
/// The platform has stopped the person.
pub const ACCOUNT_SUSPENDED: Kind =
    Kind(&Facts { status: 403, code: "account_suspended", title: "The account is suspended by the platform" });
/// Too many failed attempts.
pub const ACCOUNT_LOCKED: Kind =
    Kind(&Facts { status: 429, code: "account_locked", title: "Too many failed attempts: wait before the next one" });

/// Too many requests.
pub const RATE_LIMITED: Kind =
    Kind(&Facts { status: 429, code: "rate_limited", title: "Too many requests: wait before the next one" });

// What exists already.
/// A person with the phone number.
pub const PHONE_TAKEN: Kind =
    Kind(&Facts { status: 409, code: "phone_taken", title: "The phone number already has an account" });
/// The person has an account, so he joins by himself.
pub const PERSON_EXISTS: Kind =
    Kind(&Facts { status: 409, code: "person_exists", title: "The person has an account already" });
/// A business with the join code.
pub const JOIN_CODE_TAKEN: Kind =
    Kind(&Facts { status: 409, code: "join_code_taken", title: "The join code is taken" });
/// A unit of the business with the name.
pub const UNIT_NAME_TAKEN: Kind =
    Kind(&Facts { status: 409, code: "unit_name_taken", title: "The business has a unit of this name" });
/// A membership of the person in the business.
pub const ALREADY_MEMBER: Kind =
    Kind(&Facts { status: 409, code: "already_member", title: "The person already belongs to the business" });
/// A pending invitation to the phone number.
pub const INVITATION_PENDING: Kind =
    Kind(&Facts { status: 409, code: "invitation_pending", title: "The phone number has a pending invitation" });
/// The invitation is not pending.
pub const INVITATION_STATUS: Kind =
    Kind(&Facts { status: 409, code: "invitation_status", title: "The invitation's status does not allow it" });
/// A card with the tracking number.
pub const TRACKING_NUMBER_TAKEN: Kind =
    Kind(&Facts { status: 409, code: "tracking_number_taken", title: "The tracking number is taken" });
/// The same bank account.
pub const BANK_ACCOUNT_EXISTS: Kind =
    Kind(&Facts { status: 409, code: "bank_account_exists", title: "The bank account is already registered" });
/// The unit is the default, or has members, cards or pending invitations.
pub const UNIT_IN_USE: Kind = Kind(&Facts {
    status: 409,
    code: "unit_in_use",
    title: "The unit is the default one, or has members, savings accounts or pending invitations",
});
/// The resource changed meanwhile.
pub const VERSION_CONFLICT: Kind =
    Kind(&Facts { status: 412, code: "version_conflict", title: "The resource was changed meanwhile" });

// Who belongs to a business, and its days.
/// The owner stays.
pub const OWNER_STAYS: Kind =
    Kind(&Facts { status: 409, code: "owner_stays", title: "The owner does not leave his business" });
/// The member has open cards or payment requests.
pub const MEMBER_IN_USE: Kind = Kind(&Facts {
    status: 409,
    code: "member_in_use",
    title: "The member has open savings accounts or payment requests",
});
/// The member has cash of the business.
pub const CASH_IN_HAND: Kind =
    Kind(&Facts { status: 409, code: "cash_in_hand", title: "The member has cash that is not handed in" });
/// The member has left.
pub const MEMBER_LEFT: Kind =
    Kind(&Facts { status: 409, code: "member_left", title: "The member has left the business" });
/// Money is booked on a day that would not have come.
pub const DAY_BOOKED: Kind = Kind(&Facts {
    status: 409,
    code: "day_booked",
    title: "Money is booked on a day that has not come in the new time zone",
});

// The platform.
/// The person has no secret yet.
pub const NOT_ACTIVATED: Kind =
    Kind(&Facts { status: 409, code: "not_activated", title: "The person has not activated his account" });
/// Nobody suspends himself.
pub const OWN_ACCOUNT: Kind = Kind(&Facts { status: 409, code: "own_account", title: "Nobody suspends himself" });
/// Somebody must run the platform.
pub const LAST_SUPER_ADMIN: Kind =
    Kind(&Facts { status: 409, code: "last_super_admin", title: "Nobody else runs the platform" });
/// The business has open cards or payment requests.
pub const BUSINESS_IN_USE: Kind = Kind(&Facts {
    status: 409,
    code: "business_in_use",
    title: "The business has open savings accounts or payment requests",
});

// The rules of cards and payouts.
/// A named box is paid.
pub const BOX_ALREADY_PAID: Kind =
    Kind(&Facts { status: 409, code: "box_already_paid", title: "A named box is already paid" });
/// A named box does not exist.
pub const BOX_NOT_ON_CARD: Kind =
    Kind(&Facts { status: 422, code: "box_not_on_card", title: "The card has no such box" });
/// More money than the card can take.
pub const BOXES_EXHAUSTED: Kind =
    Kind(&Facts { status: 422, code: "boxes_exhausted", title: "The card cannot take so much" });
/// Less money than the named boxes cost.
pub const BOXES_NOT_COVERED: Kind =
    Kind(&Facts { status: 422, code: "boxes_not_covered", title: "The amount does not pay the named boxes" });
/// Collected on a day that has not come.
pub const COLLECTED_IN_FUTURE: Kind =
    Kind(&Facts { status: 422, code: "collected_in_future", title: "The day of collection has not come" });
/// Collected too long ago.
pub const COLLECTED_TOO_LONG_AGO: Kind =
    Kind(&Facts { status: 422, code: "collected_too_long_ago", title: "The collection is too long ago to record" });
/// The card is not active.
pub const NOT_ACTIVE: Kind =
    Kind(&Facts { status: 409, code: "not_active", title: "The savings account is not active" });
/// The card is not completed.
pub const NOT_COMPLETED: Kind =
    Kind(&Facts { status: 409, code: "not_completed", title: "The savings account is not completed" });
/// The card has not ended.
pub const NOT_ENDED: Kind = Kind(&Facts { status: 409, code: "not_ended", title: "The savings account has not ended" });
/// The card has payments.
pub const HAS_PAYMENTS: Kind =
    Kind(&Facts { status: 409, code: "has_payments", title: "Something was paid on the savings account" });
/// The contribution is reversed.
pub const ALREADY_REVERSED: Kind =
    Kind(&Facts { status: 409, code: "already_reversed", title: "The contribution is already reversed" });
/// The contribution is a reversal.
pub const REVERSAL_NOT_REVERSIBLE: Kind =
    Kind(&Facts { status: 409, code: "reversal_not_reversible", title: "A reversal cannot be reversed" });
/// The contribution is someone else's, or of another day.
pub const REVERSAL_NOT_YOURS: Kind = Kind(&Facts {
    status: 403,
    code: "reversal_not_yours",
    title: "A sub-agent reverses only his own contributions of the day",
});
/// Money of the card is held.
pub const MONEY_HELD: Kind =
    Kind(&Facts { status: 409, code: "money_held", title: "Money of the savings account is held for a payout" });
/// Money of the card was paid out.
pub const MONEY_PAID_OUT: Kind =
    Kind(&Facts { status: 409, code: "money_paid_out", title: "Money of the savings account was paid out" });
/// The card has an open request.
pub const PAYMENT_REQUEST_OPEN: Kind = Kind(&Facts {
    status: 409,
    code: "payment_request_open",
    title: "The savings account has an open payment request",
});
/// There is less money than needed.
pub const INSUFFICIENT_BALANCE: Kind =
    Kind(&Facts { status: 409, code: "insufficient_balance", title: "The balance is not sufficient" });
/// The verb does not follow on the request's status.
pub const PAYMENT_REQUEST_STATUS: Kind = Kind(&Facts {
    status: 409,
    code: "payment_request_status",
    title: "The payment request's status does not allow it",
});
/// Somebody else must decide.
pub const SAME_PERSON: Kind = Kind(&Facts {
    status: 403,
    code: "same_person",
    title: "Somebody else must decide: not who filed it, counted it or is to be paid",
});
/// The collector may not approve.
pub const FOUR_EYES: Kind =
    Kind(&Facts { status: 403, code: "four_eyes", title: "Another person must approve so large an amount" });
/// The bank details changed a short time ago.
pub const COOLING_OFF: Kind =
    Kind(&Facts { status: 409, code: "cooling_off", title: "The bank details changed a short time ago" });
/// The way of paying does not fit.
pub const METHOD_MISMATCH: Kind =
    Kind(&Facts { status: 422, code: "method_mismatch", title: "The way of paying does not fit the request" });
/// The collector's cash of the day is counted.
pub const ROUND_CLOSED: Kind =
    Kind(&Facts { status: 409, code: "round_closed", title: "The collector's cash of the day is counted" });
/// The decision does not follow on the status.
pub const ROUND_STATUS: Kind =
    Kind(&Facts { status: 409, code: "round_status", title: "The round was accepted or reopened before" });
/// A later round builds on it.
pub const ROUND_NOT_LATEST: Kind =
    Kind(&Facts { status: 409, code: "round_not_latest", title: "A later round builds on this one" });
/// The commission would rise.
pub const COMMISSION_RAISED: Kind =
    Kind(&Facts { status: 409, code: "commission_raised", title: "The change would raise the agreed commission" });
/// One item of an all-or-nothing bulk is refused.
pub const BULK_REFUSED: Kind =
    Kind(&Facts { status: 422, code: "bulk_refused", title: "Some items are refused, so nothing was recorded" });
/// A sum left the range of the books.
pub const AMOUNT_TOO_LARGE: Kind =
    Kind(&Facts { status: 422, code: "amount_too_large", title: "The amounts are too large to calculate with" });

// Exactly once.
/// The key was used for another request.
pub const IDEMPOTENCY_KEY_REUSED: Kind = Kind(&Facts {
    status: 422,
    code: "idempotency_key_reused",
    title: "The Idempotency-Key was used for another request",
});
/// The first request with the key is running.
pub const IDEMPOTENCY_IN_PROGRESS: Kind = Kind(&Facts {
    status: 409,
    code: "idempotency_in_progress",
    title: "A request with the same Idempotency-Key is still running",
});

// The server.
/// A defect.
pub const INTERNAL: Kind = Kind(&Facts { status: 500, code: "internal", title: "Something went wrong on the server" });
/// The database is out of reach.
pub const UNAVAILABLE: Kind =
    Kind(&Facts { status: 503, code: "unavailable", title: "The service is not available at the moment" });
/// A queue is full.
pub const OVERLOADED: Kind = Kind(&Facts { status: 503, code: "overloaded", title: "Too much work is waiting" });
