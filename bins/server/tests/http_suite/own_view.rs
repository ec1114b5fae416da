//! What a customer sees: everything of his own, over all his businesses, and nothing of anybody else.

use ofektom_testkit::{TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::cast::Cast;

on_both_engines!(a_customer_sees_his_own_and_nothing_else);

async fn a_customer_sees_his_own_and_nothing_else(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let (me, other) = (&cast.own.customer, &cast.other_customer);
    let today = cast.today();
    let mut things = Vec::new();
    for person in [me, other] {
        let card = cast.api().daily_card(&cast.own.agent, (&cast.own.business, person), ("500.00", 1, today)).await;
        let paid = cast.api().collect(&cast.own.sub_agent, &card, "2000.00").await;
        let _ = cast.post(&cast.own.agent, &format!("/api/v1/savings/{card}/end"), &json!({}), 200).await;
        let path = format!("/api/v1/savings/{card}/payment-requests");
        let filed = cast.api().post_money(person, &path, &cast.key(), &json!({ "destination": "cash" })).await;
        let account = cast.bank_account(person).await;
        let invitation = cast.invitation_token(person).await;
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        things.push((card, text(&paid), text(&filed.expect(201)), account, invitation));
    }
    let (card, contribution, request, account, _) = &things[0];
    let (their_card, their_contribution, their_request, their_account, _) = &things[1];
    let number = cast.api().card(other, their_card).await["tracking_number"].as_str().unwrap().to_owned();

    // Everything of his own is where he looks for it.
    for (path, expected) in [
        ("/savings", card),
        ("/contributions", contribution),
        ("/payment-requests", request),
        ("/me/bank-accounts", account),
        ("/me/notifications", contribution),
        ("/me", &cast.own.business.id),
        ("/businesses", &cast.own.business.id),
    ] {
        let found = cast.api().get(me, &format!("/api/v1{path}")).await;
        assert_eq!(found.status, 200, "{path}");
        assert!(found.text().contains(expected.as_str()), "{path}: {}", found.text());
        for foreign in [&other.id, &other.phone, their_card, their_contribution, their_request, their_account, &number]
        {
            assert!(!found.text().contains(foreign.as_str()), "{path} tells of {foreign}: {}", found.text());
        }
    }
    let waiting = cast.api().get(me, "/api/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1, "{waiting}");
    for path in [
        format!("/savings/{card}"),
        format!("/savings/{card}/schedule"),
        format!("/savings/{card}/statement"),
        format!("/contributions/{contribution}"),
        format!("/payment-requests/{request}"),
        format!("/businesses/{}/units", cast.business()),
    ] {
        let _ = cast.api().get(me, &format!("/api/v1{path}")).await.expect(200);
    }

    // Nothing of anybody else exists for him, nor does he see the business's own.
    for path in [
        format!("/savings/{their_card}"),
        format!("/savings/{their_card}/schedule"),
        format!("/savings/{their_card}/statement"),
        format!("/savings/by-tracking/{number}"),
        format!("/contributions/{their_contribution}"),
        format!("/payment-requests/{their_request}"),
    ] {
        assert_eq!(cast.api().get(me, &format!("/api/v1{path}")).await.problem(404), "not_found", "{path}");
    }
    for path in ["members", "invitations", "imports", "summary", "ledger/trial-balance", "ledger/entries"] {
        let path = format!("/api/v1/businesses/{}/{path}", cast.business());
        assert_eq!(cast.api().get(me, &path).await.problem(403), "forbidden", "{path}");
    }
    for filter in ["customer_id", "savings_id"] {
        let id = if filter == "customer_id" { &other.id } else { their_card };
        for list in ["savings", "contributions", "payment-requests"] {
            let answer = cast.api().get(me, &format!("/api/v1/{list}?{filter}={id}")).await;
            let none = answer.status >= 400 || answer.json()["items"] == json!([]);
            assert!(none, "{list} by {filter}: {}", answer.text());
        }
    }
}
