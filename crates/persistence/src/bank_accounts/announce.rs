//! Telling of a change of bank details: the person, and those who decide on payouts where he has open cards.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::Policy;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::people::{BankAccount, BankDetailsChange, PayoutWatch, bank_details_notify};
use ofektom_domain::permission::Verb;
use ofektom_domain::savings::SavingsStatus;

use crate::businesses::is_open;
use crate::engine::{Col, Conn, DbResult};
use crate::notifications::{members_who_may_on, notifications_write_in_tx};
use crate::schema::{businesses, memberships, savings_accounts};

pub(super) async fn change_announce_in_tx(
    conn: &mut Conn,
    account: &BankAccount,
    change: BankDetailsChange,
    context: &Context,
) -> DbResult<()> {
    let watches = watches_on(conn, account.user_id).await?;
    notifications_write_in_tx(conn, bank_details_notify(account, change, &watches, context)).await
}

/// The businesses in which a person has open cards. Whoever has one is a member, whatever his role is.
async fn watches_on(conn: &mut Conn, user: UserId) -> DbResult<Vec<PayoutWatch>> {
    let places = memberships::table.filter(memberships::user_id.eq(Col(user))).select(memberships::business_id);
    let places = on!(conn, |c| places.load::<Col<BusinessId>>(c).await)?;
    let statuses = SavingsStatus::ALL.into_iter().filter(|status| is_open(*status)).map(Col);
    let open = savings_accounts::table
        .filter(savings_accounts::business_id.eq_any(places))
        .filter(savings_accounts::customer_id.eq(Col(user)))
        .filter(savings_accounts::status.eq_any(statuses))
        .select(savings_accounts::business_id)
        .distinct();
    let open = on!(conn, |c| open.load::<Col<BusinessId>>(c).await)?;
    let rules = businesses::table
        .filter(businesses::id.eq_any(open))
        .order(businesses::id)
        .select((businesses::id, businesses::policy));
    let rules = on!(conn, |c| rules.load::<(Col<BusinessId>, Col<Policy>)>(c).await)?;
    let mut watches = Vec::with_capacity(rules.len());
    for (Col(business_id), Col(policy)) in rules {
        let deciders = members_who_may_on(conn, business_id, Verb::PayoutDecide).await?;
        watches.push(PayoutWatch { business_id, cooling_off_hours: policy.payout_cooling_off_hours, deciders });
    }
    Ok(watches)
}
