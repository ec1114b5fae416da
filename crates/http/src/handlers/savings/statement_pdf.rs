//! The statement as a paper, for the customer's hand.

use jiff::civil::Date;
use ofektom_app::Statement;
use ofektom_domain::ledger::EntryEvent;
use ofektom_domain::money::{Money, MoneyError};
use ofektom_domain::plan::PlanTerms;
use ofektom_domain::ports::StatementLine;
use ofektom_domain::savings::SavingsStatus;
use ofektom_paper::{Align, Column, Fact, Paper};

use super::statement::{sides, totals};

/// The statement, laid out for printing.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub(super) fn paper(statement: &Statement) -> Result<Paper, MoneyError> {
    let Statement { business, customer, account, movements, .. } = statement;
    let symbol = symbol(&business.currency.to_string());
    let (total_in, total_out) = totals(statement)?;
    let money = |amount: Money| format!("{symbol}{}", grouped(amount));
    let column = |title: &str, share| Column::new(format!("{title} ({})", symbol.trim()), share, Align::Right);
    Ok(Paper {
        letterhead: business.name.clone(),
        title: "Statement of savings account".to_owned(),
        left: vec![
            Fact::new("Customer", customer.full_name.as_str()),
            Fact::new("Phone", customer.phone.masked()),
            Fact::new("Tracking no.", account.tracking_number.to_string()),
            Fact::new("Plan", plan(&account.plan.terms, money)),
        ],
        right: vec![
            Fact::new("Period", format!("{} to {}", day(statement.from), day(statement.to))),
            Fact::new("Card runs", format!("{} to {}", day(account.plan.start), day(account.plan.end()))),
            Fact::new("Status", status(account.status)),
            Fact::new("Made on", day(statement.made_on)),
        ],
        figures: vec![
            Fact::new("Opening balance", money(movements.opening)),
            Fact::new("Money in", money(total_in)),
            Fact::new("Money out", money(total_out)),
            Fact::new("Closing balance", money(movements.closing())),
        ],
        columns: vec![
            Column::new("Date", 14, Align::Left),
            Column::new("What", 22, Align::Left),
            Column::new("By", 20, Align::Left),
            column("Debit", 15),
            column("Credit", 15),
            column("Balance", 16),
        ],
        rows: rows(statement),
        totals: Some(vec![
            String::new(),
            "Total and closing balance".to_owned(),
            String::new(),
            grouped(total_out),
            grouped(total_in),
            grouped(movements.closing()),
        ]),
        note:
            "Debit is money out of the card, credit is money into it. Commission is taken out of what was collected, \
               never charged on top. If anything here is not as you know it, tell the business."
                .to_owned(),
        footer: format!(
            "{} · card {} · {} to {}",
            business.name,
            account.tracking_number,
            day(statement.from),
            day(statement.to)
        ),
    })
}

fn rows(statement: &Statement) -> Vec<Vec<String>> {
    let brought = |date: Date, balance: Money| {
        let none = String::new;
        vec![day(date), "Balance brought forward".to_owned(), none(), none(), none(), grouped(balance)]
    };
    let first = brought(statement.from, statement.movements.opening);
    std::iter::once(first).chain(statement.movements.lines.iter().map(row)).collect()
}

fn row(line: &StatementLine) -> Vec<String> {
    let (money_in, money_out) = sides(line);
    let filled = |amount: Money| if amount.is_zero() { String::new() } else { grouped(amount) };
    vec![
        day(line.occurred_on),
        what(line.event, money_out.is_zero()).to_owned(),
        line.by_name.as_ref().map(ToString::to_string).unwrap_or_default(),
        filled(money_out),
        filled(money_in),
        grouped(line.balance),
    ]
}

const fn what(event: EntryEvent, came_in: bool) -> &'static str {
    match (event, came_in) {
        (EntryEvent::CashContribution, _) => "Cash collected",
        (EntryEvent::OnlineContribution, _) => "Paid online",
        (EntryEvent::ContributionReversal, _) => "Collection reversed",
        (EntryEvent::Commission, false) => "Commission",
        (EntryEvent::Commission, true) => "Commission given back",
        (EntryEvent::PayoutHeld, _) => "Payout requested",
        (EntryEvent::PayoutReleased, _) => "Payout returned to card",
        (EntryEvent::PayoutPaid, _) => "Paid out",
        (EntryEvent::Remittance, _) => "Cash handed in",
        (EntryEvent::CashDifference, _) => "Difference of cash",
    }
}

fn plan(terms: &PlanTerms, money: impl Fn(Money) -> String) -> String {
    match *terms {
        PlanTerms::Daily { box_amount, months: 1 } => format!("{} a day for 1 month", money(box_amount)),
        PlanTerms::Daily { box_amount, months } => format!("{} a day for {months} months", money(box_amount)),
        PlanTerms::Target { target_amount, .. } => format!("Target of {}", money(target_amount)),
    }
}

const fn status(status: SavingsStatus) -> &'static str {
    match status {
        SavingsStatus::Active => "Active",
        SavingsStatus::Completed => "Completed",
        SavingsStatus::PaidOut => "Paid out",
        SavingsStatus::Cancelled => "Cancelled",
    }
}

/// The sign of a currency, or its code with a space.
fn symbol(currency: &str) -> String {
    match currency {
        "NGN" => "₦".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "USD" => "$".to_owned(),
        other => format!("{other} "),
    }
}

fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// An amount with its thousands apart: `1,250,000.00`.
fn grouped(amount: Money) -> String {
    let text = amount.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut apart = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    format!("{sign}{apart}.{decimals}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn amounts_and_days_are_as_people_write_them() {
        for (kobo, text) in
            [(0, "0.00"), (5, "0.05"), (99_999, "999.99"), (100_000, "1,000.00"), (-123_456_789, "-1,234,567.89")]
        {
            assert_eq!(grouped(Money::from_kobo(kobo)), text);
        }
        assert_eq!(day(date(2025, 3, 1)), "1 Mar 2025");
        assert_eq!((symbol("NGN"), symbol("XOF")), ("₦".to_owned(), "XOF ".to_owned()));
    }
}
