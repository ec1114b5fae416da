//! From request to response, without a socket: routing, authentication, use-case, JSON.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod stage;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::TestRequest;
use actix_web::{App, Error};
use criterion::{Criterion, criterion_group, criterion_main};
use ofektom_testkit::Engine;
use tokio::task::LocalSet;

use stage::Stage;

/// With requests counted, and more allowed than a bench can send.
const LIMITED: &[(&str, &str)] = &[
    ("RATE_LIMITS", "on"),
    ("OFEKTOM_LIMIT_ADDRESS_PER_MINUTE", "1000000000"),
    ("OFEKTOM_LIMIT_USER_PER_MINUTE", "1000000000"),
    ("OFEKTOM_LIMIT_BUSINESS_PER_MINUTE", "1000000000"),
];

/// Sends one request and reads the answer to its end.
async fn exchange<S, R, B>(service: &S, request: R)
where
    S: Service<R, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let answer = actix_web::test::call_service(service, request).await;
    assert!(answer.status().is_success(), "{}", answer.status());
    let _ = actix_web::test::read_body(answer).await;
}

fn requests(c: &mut Criterion) {
    let mut group = c.benchmark_group("request");
    group.sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    let unlimited = stage::engines().into_iter().map(|engine| (engine, stage::name(engine), &[][..]));
    for (engine, name, settings) in unlimited.chain([(Engine::Sqlite, "sqlite, limited", LIMITED)]) {
        let (stage, cards) = Stage::make(engine, 1, settings);
        let state = stage.app.system.http_state();
        let local = LocalSet::new();
        let service = local.block_on(&stage.runtime, async {
            let app = App::new().configure(move |services| ofektom_http::configure(services, state));
            actix_web::test::init_service(app).await
        });
        let bearer = ("authorization", format!("Bearer {}", stage.owner.token));
        let card = format!("/api/v1/savings/{}", cards.first().unwrap());
        let peer = SocketAddr::from(([192, 0, 2, 1], 4711));
        let get =
            |path: &str| TestRequest::get().uri(path).peer_addr(peer).insert_header((bearer.0, bearer.1.as_str()));
        for (what, path) in [("livez", "/livez"), ("me", "/api/v1/me"), ("card", &card)] {
            group.bench_function(format!("{what}, {name}"), |b| {
                b.iter_custom(|times| {
                    local.block_on(&stage.runtime, async {
                        let started = Instant::now();
                        for _ in 0..times {
                            exchange(&service, get(path).to_request()).await;
                        }
                        started.elapsed()
                    })
                });
            });
        }
        let (path, mut turn) = (format!("{card}/contributions"), 0_u64);
        group.bench_function(format!("contribution, {name}"), |b| {
            b.iter_custom(|times| {
                local.block_on(&stage.runtime, async {
                    let started = Instant::now();
                    for _ in 0..times {
                        turn += 1;
                        let request = TestRequest::post()
                            .uri(&path)
                            .insert_header((bearer.0, bearer.1.as_str()))
                            .insert_header(("idempotency-key", format!("bench-{turn}")))
                            .set_json(serde_json::json!({ "amount": "1.00", "method": "cash" }));
                        exchange(&service, request.to_request()).await;
                    }
                    started.elapsed()
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
