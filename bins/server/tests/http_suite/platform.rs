//! Running the platform: who is let in, which businesses trade, and that nobody locks himself out.

use ofektom_http::{Access, table};
use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::calls::{call, cases};
use crate::cast::{Caller, Cast};

on_both_engines!(
    a_suspended_person_is_out_at_once,
    somebody_always_runs_the_platform,
    people_and_businesses_are_found,
    a_suspended_business_only_reads,
    a_business_is_closed_when_nothing_is_open,
);

async fn patch(cast: &Cast, person: &Person, path: &str, status: &str) -> Reply {
    let request = cast.api().request(Method::PATCH, &format!("/api/v1/admin/{path}")).bearer_auth(&person.token);
    cast.api().send(request.json(&json!({ "status": status }))).await
}

async fn login(cast: &Cast, person: &Person, secret: &str) -> Reply {
    let body = json!({ "phone": person.phone, "secret": secret });
    cast.api().post(None, "/api/v1/auth/login", &body).await
}

async fn a_suspended_person_is_out_at_once(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let (admin, person) = (&cast.super_admin, cast.api().customer(None).await);
    let path = format!("users/{}", person.id);
    let suspended = patch(&cast, admin, &path, "suspended").await.expect(200);
    assert_eq!(suspended["status"], "suspended");
    assert_eq!(cast.api().get(&person, "/api/v1/me").await.problem(401), "unauthenticated");
    let refresh = json!({ "refresh_token": person.refresh_token });
    assert_eq!(cast.api().post(None, "/api/v1/auth/refresh", &refresh).await.problem(401), "unauthenticated");
    assert_eq!(login(&cast, &person, &person.secret).await.problem(403), "account_suspended");
    assert_eq!(login(&cast, &person, "530718").await.problem(401), "invalid_credentials", "strangers learn nothing");

    let before = cast.database.trail().await;
    assert_eq!(patch(&cast, admin, &path, "suspended").await.status, 200);
    assert_eq!(cast.database.trail().await, before, "what is so already is no change");
    assert_eq!(patch(&cast, admin, &path, "pending").await.problem(422), "validation_failed");
    assert_eq!(patch(&cast, admin, &path, "active").await.expect(200)["status"], "active");
    assert_eq!(login(&cast, &person, &person.secret).await.status, 200);
    assert_eq!(cast.api().get(&person, "/api/v1/me").await.status, 401, "the sessions of before stay ended");

    let waiting = cast.phone();
    let body = json!({ "phone": waiting, "full_name": "Ngozi Eze" });
    let customers = format!("/api/v1/businesses/{}/customers", cast.business());
    let registered = cast.post(&cast.own.agent, &customers, &body, 201).await;
    let path = format!("users/{}", registered["id"].as_str().unwrap());
    assert_eq!(patch(&cast, admin, &path, "suspended").await.problem(409), "not_activated");
}

async fn somebody_always_runs_the_platform(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let first = &cast.super_admin;
    let refused = patch(&cast, first, &format!("users/{}", first.id), "suspended").await;
    assert_eq!(refused.problem(409), "own_account");
    let mut running = vec![first.clone()];
    for number in 1..4 {
        let (phone, passphrase) = (format!("+234809888888{number}"), "market day at noon");
        let (parsed, name) = (phone.parse().unwrap(), "Another Owner".parse().unwrap());
        let made = cast.app.system.app.super_admin_create(parsed, name, passphrase.into()).await.unwrap();
        let person = Person { id: made.id.to_string(), phone, secret: passphrase.to_owned(), ..first.clone() };
        running.push(cast.api().login(&person).await);
    }
    // Each suspends the next one, all at once, and one always stays.
    let ring = running.iter().zip(running.iter().cycle().skip(1));
    let tries = ring.map(|(one, next)| {
        let (api, path) = (cast.api().clone(), format!("/api/v1/admin/users/{}", next.id));
        let request = api.request(Method::PATCH, &path).bearer_auth(&one.token);
        tokio::spawn(async move { api.send(request.json(&json!({ "status": "suspended" }))).await.status })
    });
    for answer in tries.collect::<Vec<_>>() {
        assert!([200, 401, 403, 409].contains(&answer.await.unwrap()));
    }
    let sql =
        "SELECT CAST(count(*) AS TEXT) AS value FROM users WHERE platform_role = 'super_admin' AND status = 'active'";
    let left: u32 = cast.database.texts(sql).await[0].parse().unwrap();
    assert!((1..4).contains(&left), "{left}");
}

async fn people_and_businesses_are_found(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let body =
        json!({ "phone": "08035551234", "secret": "market day at noon", "full_name": "Àdùkẹ́ Ọlá", "role": "agent" });
    let _ = cast.api().post(None, "/api/v1/auth/signup", &body).await.expect(201);
    let owner = login_of(&cast, "08035551234", "market day at noon").await;
    let made = cast.post(&owner, "/api/v1/businesses", &json!({ "name": "ỌJÀ Ọba 50%" }), 201).await;
    let found = async |path: &str| {
        let page = cast.api().get(&cast.super_admin, &format!("/api/v1/admin/{path}")).await.expect(200);
        let ids = page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), page)
    };
    for search in ["%C3%A0d%C3%B9k", "08035551234", "%2B234803555", "5551234"] {
        let (ids, page) = found(&format!("users?search={search}")).await;
        assert_eq!(ids, [owner.id.as_str()], "{search}: {page}");
        assert_eq!(page["items"][0]["phone"], "+2348035551234");
    }
    for search in ["%E1%BB%8Dj%C3%A0", "50%25", made["join_code"].as_str().unwrap()] {
        let (ids, page) = found(&format!("businesses?search={search}")).await;
        assert_eq!(ids, [made["id"].as_str().unwrap()], "{search}: {page}");
        assert_eq!(page["items"][0]["owner"]["full_name"], "Àdùkẹ́ Ọlá");
    }
    assert_eq!(found("users?search=nobody%20of%20this%20name").await.0, Vec::<String>::new());
    assert_eq!(found("users?status=suspended").await.0, Vec::<String>::new());
    assert_eq!(found("businesses?status=closed").await.0, Vec::<String>::new());

    // Pages lose nobody and show nobody twice.
    let (all, _) = found("users?limit=100").await;
    let (mut paged, mut query) = (Vec::new(), "users?limit=3".to_owned());
    loop {
        let (ids, page) = found(&query).await;
        paged.extend(ids);
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("users?limit=3&cursor={cursor}");
    }
    assert_eq!(paged, all);
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
}

async fn login_of(cast: &Cast, phone: &str, secret: &str) -> Person {
    let body = json!({ "phone": phone, "secret": secret });
    let tokens = cast.api().post(None, "/api/v1/auth/login", &body).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Person {
        id: text(&tokens["user"]["id"]),
        phone: phone.to_owned(),
        secret: secret.to_owned(),
        token: text(&tokens["access_token"]),
        refresh_token: text(&tokens["refresh_token"]),
    }
}

/// Every route of a business, on things that were made while it traded.
async fn a_suspended_business_only_reads(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let path = format!("businesses/{}", cast.business());
    let mut refused = 0;
    for row in table().iter().filter(|row| matches!(row.access, Access::Business(_))) {
        let caller = if row.operation == "payout_cancel" { Caller::Customer } else { Caller::Agent };
        let call = call(&cast, row, cases(row.operation)[0], caller).await;
        assert_eq!(patch(&cast, &cast.super_admin, &path, "suspended").await.status, 200);
        let before = cast.database.everything().await;
        let answer = call.send(&cast, row, cast.person(caller)).await;
        if row.method.as_str() == Method::GET.as_str() {
            assert_eq!(answer.status, row.reply.status, "{}: {}", row.operation, answer.text());
        } else {
            assert_eq!(answer.problem(403), "business_not_active", "{}", row.operation);
            assert_eq!(cast.database.everything().await, before, "{}", row.operation);
            refused += 1;
        }
        assert_eq!(patch(&cast, &cast.super_admin, &path, "active").await.status, 200);
    }
    assert!(refused > 15, "{refused}");
}

async fn a_business_is_closed_when_nothing_is_open(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let path = format!("businesses/{}", cast.business());
    let close = async || patch(&cast, &cast.super_admin, &path, "closed").await;
    let request = cast.request_by(&cast.own.customer).await;
    let refused = close().await;
    assert_eq!(refused.problem(409), "business_in_use");
    assert!(refused.text().contains("1 open savings accounts and 1 open payment requests"), "{}", refused.text());
    let decide = async |verb: &str, body: Value| {
        let path = format!("/api/v1/payment-requests/{request}/{verb}");
        let _ = cast.api().post_money(&cast.own.agent, &path, &cast.key(), &body).await.expect(200);
    };
    decide("approve", Value::Null).await;
    assert_eq!(close().await.problem(409), "business_in_use");
    decide("disburse", json!({ "method": "cash" })).await;
    assert_eq!(close().await.expect(200)["status"], "closed");
    let code = json!({ "code": cast.own.business.join_code });
    assert_eq!(cast.api().post(Some(&cast.outsider), "/api/v1/businesses/join", &code).await.problem(404), "not_found");
    let read = cast.api().get(&cast.own.agent, &format!("/api/v1/businesses/{}", cast.business())).await.expect(200);
    assert_eq!(read["status"], "closed");
    assert_eq!(patch(&cast, &cast.super_admin, &path, "active").await.expect(200)["status"], "active");
    assert_eq!(patch(&cast, &cast.own.agent, &path, "closed").await.problem(403), "forbidden");
}
