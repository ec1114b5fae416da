//! The sums that each card's amounts must equal.

use ofektom_domain::money::Money;
use ofektom_domain::savings::SavingsAccount;

/// An amount of a card, and a query that computes it for the cards of business `$1` with ids above `$2` up to `$3`.
pub(super) struct SumCheck {
    pub(super) name: &'static str,
    pub(super) stored: fn(&SavingsAccount) -> Money,
    pub(super) sql: &'static str,
}

/// Each query gives `card` and `amount`; cards without rows have none.
pub(super) const SUM_CHECKS: [SumCheck; 9] = [
    SumCheck {
        name: "card balance equals its postings",
        stored: |card| card.balance,
        sql: "SELECT account_id AS card, CAST(-SUM(amount_kobo) AS bigint) AS amount FROM postings
              WHERE business_id = $1 AND account_kind = 'savings' AND account_id > $2 AND account_id <= $3
              GROUP BY account_id",
    },
    SumCheck {
        name: "collected equals the postings of contributions",
        stored: |card| card.collected,
        sql: "SELECT p.account_id AS card, CAST(-SUM(p.amount_kobo) AS bigint) AS amount
              FROM postings p JOIN journal_entries e ON e.business_id = p.business_id AND e.id = p.entry_id
              WHERE p.business_id = $1 AND p.account_kind = 'savings' AND p.account_id > $2 AND p.account_id <= $3
                AND e.event IN ('cash_contribution', 'online_contribution', 'contribution_reversal')
              GROUP BY p.account_id",
    },
    SumCheck {
        name: "collected equals the standing contributions",
        stored: |card| card.collected,
        sql: "SELECT savings_account_id AS card, CAST(SUM(amount_kobo) AS bigint) AS amount FROM contributions
              WHERE business_id = $1 AND savings_account_id > $2 AND savings_account_id <= $3
                AND kind = 'collection' AND reversed_by IS NULL
              GROUP BY savings_account_id",
    },
    SumCheck {
        name: "commission equals its movements",
        stored: |card| card.commission,
        sql: "SELECT savings_account_id AS card, CAST(SUM(amount_kobo) AS bigint) AS amount FROM commissions
              WHERE business_id = $1 AND savings_account_id > $2 AND savings_account_id <= $3
              GROUP BY savings_account_id",
    },
    SumCheck {
        name: "commission equals its postings to income",
        stored: |card| card.commission,
        sql: "SELECT c.savings_account_id AS card, CAST(-SUM(p.amount_kobo) AS bigint) AS amount
              FROM (SELECT DISTINCT savings_account_id, entry_id FROM commissions
                    WHERE business_id = $1 AND savings_account_id > $2 AND savings_account_id <= $3) c
              JOIN postings p ON p.business_id = $1 AND p.entry_id = c.entry_id
              WHERE p.account_kind = 'commission_income'
              GROUP BY c.savings_account_id",
    },
    SumCheck {
        name: "commission equals its postings on the card",
        stored: |card| card.commission,
        sql: "SELECT p.account_id AS card, CAST(SUM(p.amount_kobo) AS bigint) AS amount
              FROM postings p JOIN journal_entries e ON e.business_id = p.business_id AND e.id = p.entry_id
              WHERE p.business_id = $1 AND p.account_kind = 'savings' AND p.account_id > $2 AND p.account_id <= $3
                AND e.event = 'commission'
              GROUP BY p.account_id",
    },
    SumCheck {
        name: "held equals the open payment requests",
        stored: |card| card.held,
        sql: "SELECT savings_account_id AS card, CAST(SUM(amount_kobo) AS bigint) AS amount FROM payment_requests
              WHERE business_id = $1 AND savings_account_id > $2 AND savings_account_id <= $3
                AND status IN ('pending', 'approved', 'failed')
              GROUP BY savings_account_id",
    },
    SumCheck {
        name: "held equals the postings to the hold",
        stored: |card| card.held,
        sql: "SELECT e.savings_account_id AS card, CAST(-SUM(p.amount_kobo) AS bigint) AS amount
              FROM journal_entries e JOIN postings p ON p.business_id = e.business_id AND p.entry_id = e.id
              WHERE e.business_id = $1 AND e.savings_account_id > $2 AND e.savings_account_id <= $3
                AND e.payment_request_id IS NOT NULL AND p.account_kind = 'payout_hold'
              GROUP BY e.savings_account_id",
    },
    SumCheck {
        name: "paid out equals the paid requests",
        stored: |card| card.paid_out,
        sql: "SELECT savings_account_id AS card, CAST(SUM(amount_kobo) AS bigint) AS amount FROM payment_requests
              WHERE business_id = $1 AND savings_account_id > $2 AND savings_account_id <= $3 AND status = 'paid'
              GROUP BY savings_account_id",
    },
];
