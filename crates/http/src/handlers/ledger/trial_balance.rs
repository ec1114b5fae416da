//! The sums of a business's accounts.

use actix_web::HttpRequest;
use actix_web::web::Data;
use jiff::civil::Date;
use ofektom_app::App;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ledger::TrialBalanceLine;
use ofektom_domain::money::{Money, MoneyError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::{ApiResult, Problem};
use crate::reply::{self, Form};
use crate::wire::{Amount, Check, Checks, Day, DayIn, Id};

/// A trial balance.
#[derive(Serialize, ToSchema)]
pub struct TrialBalanceView {
    /// The last day that counts; `null` when all do.
    as_of: Option<Day>,
    /// One line for each kind of account; cash has one for each collector.
    lines: Vec<TrialBalanceLineView>,
    total_debit: Amount,
    total_credit: Amount,
    /// Whether all debits equal all credits. Anything else is a defect.
    balanced: bool,
}

/// All accounts of a kind, or the cash of a collector.
#[derive(Serialize, ToSchema)]
pub struct TrialBalanceLineView {
    /// `savings`, `cash`, `provider_clearing`, `bank`, `commission_income`, `payout_hold` or `cash_difference`.
    account: &'static str,
    /// Whose cash it is; `null` for the other kinds.
    collector: Option<Id>,
    /// The sum of all debits.
    debit: Amount,
    /// The sum of all credits.
    credit: Amount,
    /// Debit less credit: below zero where the business owes or has earned.
    balance: Amount,
}

impl TrialBalanceView {
    fn of(lines: &[TrialBalanceLine], as_of: Option<Date>) -> Result<Self, MoneyError> {
        let total_debit = Money::sum(lines.iter().map(|line| line.debit))?;
        let total_credit = Money::sum(lines.iter().map(|line| line.credit))?;
        Ok(Self {
            as_of: as_of.map(Day::from),
            lines: lines.iter().map(TrialBalanceLineView::of).collect::<Result<_, _>>()?,
            total_debit: total_debit.into(),
            total_credit: total_credit.into(),
            balanced: total_debit == total_credit,
        })
    }
}

impl TrialBalanceLineView {
    fn of(line: &TrialBalanceLine) -> Result<Self, MoneyError> {
        Ok(Self {
            account: line.kind.as_str(),
            collector: line.collector.map(Id::from),
            debit: line.debit.into(),
            credit: line.credit.into(),
            balance: line.debit.minus(line.credit)?.into(),
        })
    }
}

/// Which entries.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialBalanceQuery {
    /// Only entries booked for this day or earlier; all of them when it is missing.
    as_of: Option<DayIn>,
}

impl Check for TrialBalanceQuery {
    type Output = Option<Date>;

    fn check(self, checks: &mut Checks) -> Option<Option<Date>> {
        checks.take_optional("as_of", self.as_of)
    }
}

/// `GET /businesses/{id}/ledger/trial-balance`
///
/// # Errors
/// Those of [`App::trial_balance`].
pub async fn trial_balance(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery(as_of): ApiQuery<TrialBalanceQuery>,
) -> ApiResult {
    let lines = app.trial_balance(&caller, business, as_of).await?;
    let view = TrialBalanceView::of(&lines, as_of).map_err(Problem::internal)?;
    match reply::wanted(&request, &[Form::Csv]) {
        Form::Csv => table(&view),
        Form::Json | Form::Pdf => reply::ok(&view),
    }
}

fn table(view: &TrialBalanceView) -> ApiResult {
    let row = |line: &TrialBalanceLineView| {
        let collector = line.collector.map(|id| id.to_string()).unwrap_or_default();
        let [debit, credit, balance] = [line.debit, line.credit, line.balance].map(|amount| amount.0.to_string());
        [line.account.to_owned(), collector, debit, credit, balance]
    };
    let (debit, credit) = (view.total_debit.0, view.total_credit.0);
    let difference = debit.minus(credit).map_err(Problem::internal)?;
    let total = ["total".to_owned(), String::new(), debit.to_string(), credit.to_string(), difference.to_string()];
    let header = ["account", "collector", "debit", "credit", "balance"];
    reply::csv_file("trial-balance", header, view.lines.iter().map(row).chain([total]))
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ledger::AccountKind;
    use serde_json::{Value, json};

    use super::*;

    fn view(lines: &[(AccountKind, i64, i64)]) -> Value {
        let line = |(kind, debit, credit): &(AccountKind, i64, i64)| TrialBalanceLine {
            kind: *kind,
            collector: None,
            debit: Money::from_kobo(*debit),
            credit: Money::from_kobo(*credit),
        };
        let lines: Vec<_> = lines.iter().map(line).collect();
        serde_json::to_value(TrialBalanceView::of(&lines, None).unwrap()).unwrap()
    }

    #[test]
    fn debits_and_credits_are_summed_and_compared() {
        let balanced = view(&[(AccountKind::Savings, 500, 50_000), (AccountKind::Cash, 50_000, 500)]);
        assert_eq!(
            balanced,
            json!({
                "as_of": null,
                "lines": [
                    {"account": "savings", "collector": null, "debit": "5.00", "credit": "500.00", "balance": "-495.00"},
                    {"account": "cash", "collector": null, "debit": "500.00", "credit": "5.00", "balance": "495.00"},
                ],
                "total_debit": "505.00", "total_credit": "505.00", "balanced": true,
            })
        );
        assert_eq!(view(&[(AccountKind::Bank, 1, 0)])["balanced"], false);
    }
}
