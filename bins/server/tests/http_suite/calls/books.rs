//! Calls that read many things at once.

use super::Call;
use crate::cast::Cast;

pub fn call(cast: &Cast, operation: &str, case: &str) -> Option<Call> {
    Some(match operation {
        "savings_list"
        | "contributions_list"
        | "payouts_list"
        | "rounds_list"
        | "commissions_list"
        | "commissions_summary" => {
            let all = case == "of all his businesses";
            let query = if all { String::new() } else { format!("?business_id={}", cast.business()) };
            Call::plain().query(query)
        }
        "trial_balance" | "entries_list" | "journal_export" | "business_summary" | "cash_day" | "collection_sheet"
        | "audit_list" => Call::at(cast.business()),
        _ => return None,
    })
}
