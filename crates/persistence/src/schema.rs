//! The tables of both migration trees, in column types that serve both engines (see `engine/types`).

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Instant, Uid, Word};

    /// People.
    users (id) {
        id -> Uid,
        phone -> Word,
        full_name -> Word,
        name_search -> Text,
        email -> Nullable<Word>,
        credential -> Word,
        platform_role -> Word,
        status -> Word,
        secret_hash -> Nullable<Text>,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Bytes, Instant, Uid};

    /// Single-use tokens by which people set their secret.
    activations (token_hash) {
        token_hash -> Bytes,
        user_id -> Uid,
        created_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Instant, Uid, Word};

    /// Sign-ins.
    sessions (id) {
        id -> Uid,
        user_id -> Uid,
        created_at -> Instant,
        last_used_at -> Instant,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
        address -> Nullable<Word>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Bytes, Instant, Uid};

    /// Refresh tokens, each used once.
    refresh_tokens (hash) {
        hash -> Bytes,
        session_id -> Uid,
        created_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Bytes, Instant, Whole};

    /// Failed sign-ins by keyed hash of a phone number.
    sign_in_attempts (key) {
        key -> Bytes,
        failed -> Whole,
        last_failed_at -> Instant,
        locked_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Bytes, Instant, Uid, Whole};

    /// Codes by which people set a new secret, by keyed hash of a phone number.
    secret_codes (key) {
        key -> Bytes,
        user_id -> Nullable<Uid>,
        code_hash -> Bytes,
        tries -> Whole,
        created_at -> Instant,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::engine::{Bytes, Instant};

    /// Facts about the whole installation.
    installation (name) {
        name -> Text,
        value -> Bytes,
        set_at -> Instant,
    }
}

diesel::table! {
    use crate::engine::{Instant, Uid, Whole};

    /// What servers hold copies of, and that it changed. Triggers fill it.
    change_feed (xact, id) {
        xact -> Whole,
        id -> Whole,
        kind -> Whole,
        subject -> Uid,
        changed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::engine::{Instant, Uid};

    /// Where payouts go.
    bank_accounts (id) {
        id -> Uid,
        user_id -> Uid,
        bank_code -> Text,
        account_number -> Text,
        account_name -> Text,
        is_default -> Bool,
        changed_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        removed_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::engine::{Instant, Json, Uid, Word};

    /// The tenants.
    businesses (id) {
        id -> Uid,
        name -> Text,
        name_search -> Text,
        join_code -> Word,
        owner_id -> Uid,
        currency -> Word,
        time_zone -> Text,
        policy -> Json,
        status -> Word,
        default_unit_id -> Uid,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::engine::{Instant, Uid};

    /// Branches or routes of a business.
    units (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        name -> Text,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
        name_key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Day, Instant, Uid, Word};

    /// Who belongs to which business.
    memberships (business_id, user_id) {
        business_id -> Uid,
        user_id -> Uid,
        role -> Word,
        unit_id -> Uid,
        status -> Word,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
        cash_closed_until -> Nullable<Day>,
    }
}

diesel::table! {
    use crate::engine::{Bytes, Instant, Uid, Word};

    /// Invitations to a business.
    invitations (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        phone -> Word,
        role -> Word,
        unit_id -> Uid,
        status -> Word,
        token_hash -> Bytes,
        expires_at -> Instant,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable};
    use crate::engine::{Bytes, Day, Instant, Uid, Whole, Word};

    /// Cards.
    savings_accounts (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        unit_id -> Uid,
        customer_id -> Uid,
        tracking_number -> Word,
        plan_kind -> Word,
        plan_amount_kobo -> Whole,
        plan_months -> Whole,
        plan_target_date -> Nullable<Day>,
        start_date -> Day,
        end_date -> Day,
        boxes -> Word,
        paid -> Bytes,
        boxes_paid -> Whole,
        commission_terms_kobo -> Whole,
        commission_terms_days -> Nullable<Whole>,
        status -> Word,
        completion -> Nullable<Word>,
        ever_paid -> Bool,
        collected_kobo -> Whole,
        credit_kobo -> Whole,
        commission_kobo -> Whole,
        balance_kobo -> Whole,
        held_kobo -> Whole,
        paid_out_kobo -> Whole,
        next_due_date -> Nullable<Day>,
        renewed_from -> Nullable<Uid>,
        version -> Whole,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Day, Instant, Uid, Whole, Word};

    /// Acts of collecting, and reversals.
    contributions (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        savings_account_id -> Uid,
        customer_id -> Uid,
        unit_id -> Uid,
        kind -> Word,
        amount_kobo -> Whole,
        method -> Word,
        collected_on -> Day,
        collected_by -> Uid,
        note -> Nullable<Text>,
        boxes -> Whole,
        credit_after_kobo -> Whole,
        balance_after_kobo -> Whole,
        commission_kobo -> Whole,
        entry_id -> Uid,
        reverses -> Nullable<Uid>,
        reversed_by -> Nullable<Uid>,
        created_at -> Instant,
        created_by -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Day, Instant, Uid, Whole};

    /// Paid boxes, the reopened ones included.
    markings (business_id, contribution_id, box_date) {
        business_id -> Uid,
        contribution_id -> Uid,
        box_date -> Day,
        savings_account_id -> Uid,
        amount_kobo -> Whole,
        reversed_by -> Nullable<Uid>,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::engine::{Day, Instant, Uid, Whole};

    /// Movements of commission.
    commissions (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        savings_account_id -> Uid,
        unit_id -> Uid,
        collector_id -> Uid,
        period -> Whole,
        period_start -> Day,
        amount_kobo -> Whole,
        contribution_id -> Uid,
        entry_id -> Uid,
        occurred_on -> Day,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Day, Instant, Uid, Word};

    /// The journal.
    journal_entries (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        event -> Word,
        occurred_on -> Day,
        savings_account_id -> Nullable<Uid>,
        contribution_id -> Nullable<Uid>,
        payment_request_id -> Nullable<Uid>,
        reverses -> Nullable<Uid>,
        created_at -> Instant,
        created_by -> Uid,
        round_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Uid, Whole, Word};

    /// The sides of the entries.
    postings (business_id, entry_id, line) {
        business_id -> Uid,
        entry_id -> Uid,
        line -> Whole,
        account_kind -> Word,
        account_id -> Nullable<Uid>,
        amount_kobo -> Whole,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Day, Instant, Uid, Whole, Word};

    /// Rounds of collectors.
    rounds (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        collector_id -> Uid,
        day -> Day,
        covers_from -> Nullable<Day>,
        status -> Word,
        brought_forward_kobo -> Whole,
        collected_kobo -> Whole,
        reversed_kobo -> Whole,
        paid_out_kobo -> Whole,
        expected_kobo -> Whole,
        counted_kobo -> Whole,
        handed_in_kobo -> Nullable<Whole>,
        note -> Nullable<Text>,
        reason -> Nullable<Text>,
        accepted_at -> Nullable<Instant>,
        accepted_by -> Nullable<Uid>,
        version -> Whole,
        created_at -> Instant,
        created_by -> Uid,
        updated_at -> Instant,
        updated_by -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Day, Instant, Uid, Whole, Word};

    /// Payment requests.
    payment_requests (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        savings_account_id -> Uid,
        customer_id -> Uid,
        unit_id -> Uid,
        amount_kobo -> Whole,
        bank_account_id -> Nullable<Uid>,
        bank_code -> Nullable<Text>,
        bank_account_number -> Nullable<Text>,
        bank_account_name -> Nullable<Text>,
        status -> Word,
        filed_by -> Uid,
        filed_reason -> Nullable<Text>,
        approved_by -> Nullable<Uid>,
        approved_at -> Nullable<Instant>,
        reason -> Nullable<Text>,
        method -> Nullable<Word>,
        reference -> Nullable<Text>,
        paid_by -> Nullable<Uid>,
        paid_at -> Nullable<Instant>,
        version -> Whole,
        created_at -> Instant,
        updated_at -> Instant,
        updated_by -> Uid,
        filed_on -> Day,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Instant, Json, Uid, Word};

    /// The audit trail.
    audit_rows (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        actor_id -> Nullable<Uid>,
        verb -> Text,
        entity -> Word,
        entity_id -> Uid,
        state_before -> Nullable<Json>,
        state_after -> Nullable<Json>,
        address -> Nullable<Word>,
        request_id -> Nullable<Text>,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::engine::{Bytes, Instant, Uid, Whole};

    /// Answers of exactly-once requests.
    idempotency_keys (caller_id, key) {
        caller_id -> Uid,
        key -> Text,
        request_hash -> Bytes,
        answer_status -> Whole,
        answer_location -> Nullable<Text>,
        answer_body -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::engine::{Instant, Json, Uid, Whole, Word};

    /// Imports of customers and cards.
    imports (business_id, id) {
        business_id -> Uid,
        id -> Uid,
        status -> Word,
        rows_total -> Whole,
        rows_done -> Whole,
        customers_registered -> Whole,
        cards_opened -> Whole,
        already_there -> Whole,
        errors -> Json,
        waiting -> Nullable<Json>,
        role -> Word,
        address -> Nullable<Word>,
        request_id -> Nullable<Text>,
        attempts -> Whole,
        runner -> Nullable<Uid>,
        leased_until -> Nullable<Instant>,
        created_at -> Instant,
        created_by -> Uid,
        finished_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::engine::Uid;

    /// Cards that were imported, by what their file says of them.
    imported_cards (business_id, customer_id, reference, terms) {
        business_id -> Uid,
        customer_id -> Uid,
        reference -> Text,
        terms -> Text,
        savings_account_id -> Uid,
        import_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Instant, Json, Uid, Word};

    /// What people are told.
    notifications (user_id, id) {
        user_id -> Uid,
        id -> Uid,
        business_id -> Nullable<Uid>,
        kind -> Word,
        subject_id -> Uid,
        facts -> Json,
        created_at -> Instant,
        read_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::engine::{Uid, Word};

    /// What people do not want to be told.
    notification_mutes (user_id, kind) {
        user_id -> Uid,
        kind -> Word,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;

    use crate::engine::{Day, Uid};

    /// How far the maturity job has come in each business.
    maturity_runs (business_id) {
        business_id -> Uid,
        finished_on -> Nullable<Day>,
    }
}

diesel::table! {
    use diesel::sql_types::Bool;
    use crate::engine::{Bytes, Uid, Whole};

    /// The seals of the audit trail.
    audit_seals (business_id, seq) {
        business_id -> Uid,
        seq -> Whole,
        audit_id -> Uid,
        key_id -> Bytes,
        late -> Bool,
        mac -> Bytes,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::engine::{Bytes, Instant, Uid, Whole};

    /// How far the chains of seals go.
    audit_chains (business_id) {
        business_id -> Uid,
        sealed -> Whole,
        mac -> Bytes,
        former -> Whole,
        complete_at -> Nullable<Instant>,
        round_at -> Nullable<Instant>,
        swept_to -> Uid,
        key_id -> Bytes,
        signature -> Bytes,
        looked_from -> Uid,
        swept_at -> Instant,
    }
}

diesel::joinable!(activations -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(memberships -> businesses (business_id));
diesel::joinable!(invitations -> businesses (business_id));
diesel::joinable!(units -> businesses (business_id));
diesel::joinable!(rounds -> users (collector_id));
diesel::joinable!(maturity_runs -> businesses (business_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    activations,
    sessions,
    refresh_tokens,
    sign_in_attempts,
    secret_codes,
    installation,
    change_feed,
    bank_accounts,
    businesses,
    units,
    memberships,
    invitations,
    savings_accounts,
    contributions,
    markings,
    commissions,
    journal_entries,
    postings,
    payment_requests,
    rounds,
    audit_rows,
    audit_seals,
    audit_chains,
    idempotency_keys,
    imports,
    imported_cards,
    notifications,
    notification_mutes,
    maturity_runs,
);
