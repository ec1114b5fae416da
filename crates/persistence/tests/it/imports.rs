//! Imports: whose turn they are, and that they are written as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::ids::{ImportId, ImportRunId};
use ofektom_domain::import::{
    Import, ImportCard, ImportCounts, ImportRow, ImportScope, ImportStatus, ImportWrites, LineError, import_decide,
};
use ofektom_domain::people::{Activation, TokenHash};
use ofektom_domain::ports::{ApplyImport, Conflict, ImportStore, ImportTurn, NewImport, StoreError};
use ofektom_domain::tracking_number::TrackingNumber;
use ofektom_persistence::Imports;
use ofektom_testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use crate::desk::{Desk, daily, fresh};

on_both_engines!(
    an_import_is_one_runs_turn_at_a_time,
    what_an_import_writes_is_known_afterwards,
    a_run_that_lost_its_turn_writes_nothing,
    what_clashes_is_written_by_nobody,
    a_failed_import_keeps_its_errors_and_not_its_rows,
);

fn rows() -> Arc<[ImportRow]> {
    let row = |line: u32, reference: &str| ImportRow {
        line,
        phone: format!("0807000000{line}").parse().unwrap(),
        full_name: "Ọlá Ẹniọlá".parse().unwrap(),
        unit: None,
        card: Some(ImportCard { plan: daily(500, 1), commission: None, reference: reference.to_owned() }),
    };
    [row(2, ""), row(3, "Card 3")].into()
}

async fn queued(desk: &Desk, imports: &Imports) -> Import {
    let context = desk.context(desk.agent);
    let mut ids = context.ids();
    let import = Import {
        id: ids.make(),
        business_id: desk.business.id,
        status: ImportStatus::Queued,
        rows_total: 2,
        rows_done: 0,
        counts: ImportCounts::default(),
        errors: Vec::new(),
        created_at: context.now,
        created_by: desk.agent.id,
        finished_at: None,
    };
    let about = (AuditEntity::Import, import.id.uuid());
    let new = NewImport {
        import,
        rows: rows(),
        role: desk.agent.role,
        address: context.address,
        request_id: context.request_id.clone(),
        audit: AuditRow::new(&mut ids, &context, Some(desk.business.id), "import.create", about),
    };
    fresh(imports.import_create(new, desk.once()).await)
}

fn run(number: u128) -> ImportRunId {
    ImportRunId::from_uuid(Uuid::from_u128(number))
}

fn turn(import: &Import, run: ImportRunId) -> ImportTurn {
    ImportTurn { business_id: import.business_id, import_id: import.id, run }
}

async fn decided(desk: &Desk, imports: &Imports) -> ImportWrites {
    let phones: Vec<_> = rows().iter().map(|row| row.phone.clone()).collect();
    let known: HashMap<_, _> = imports.import_known(desk.business.id, &phones).await.unwrap().into_iter().collect();
    let units: HashMap<_, _> = imports.import_units(desk.business.id).await.unwrap().into_iter().collect();
    let scope = ImportScope { business: &desk.business, units: &units, known: &known };
    let context = desk.context(desk.agent);
    let mut number = u64::try_from(context.seed & 0xffff_ffff).unwrap();
    let numbers = || {
        number += 1;
        TrackingNumber::from_random(number)
    };
    import_decide(&rows(), &scope, &context, numbers).unwrap()
}

fn apply(turn: ImportTurn, writes: ImportWrites, now: Timestamp) -> ApplyImport {
    let token = |person: &ofektom_domain::import::Registered| Activation {
        hash: TokenHash(Uuid::from(person.user_id).as_bytes().repeat(2).try_into().unwrap()),
        user_id: person.user_id,
        created_at: now,
        expires_at: now + 24.hours(),
    };
    let activations = writes.registered.iter().map(token).collect();
    ApplyImport { turn, writes: Arc::new(writes), activations, now }
}

async fn an_import_is_one_runs_turn_at_a_time(test: TestDb) {
    let desk = Desk::open(&test).await;
    let imports = Imports::new(desk.db.clone());
    let now = desk.context(desk.agent).now;
    assert!(imports.import_claim(run(1), now, now + 1.minute()).await.unwrap().is_none());
    let import = queued(&desk, &imports).await;
    let claimed = imports.import_claim(run(1), now, now + 1.minute()).await.unwrap().unwrap();
    assert_eq!((claimed.import.id, claimed.import.status, claimed.attempts), (import.id, ImportStatus::Running, 1));
    assert_eq!(*claimed.rows, *rows());
    assert_eq!((claimed.role, claimed.request_id.as_deref()), (desk.agent.role, Some("test")));
    assert!(imports.import_claim(run(2), now + 59.seconds(), now + 2.minutes()).await.unwrap().is_none());

    // It gets on: its lease is longer, and how far it is can be read.
    imports.import_progress(turn(&import, run(1)), 1, now + 5.minutes()).await.unwrap();
    assert_eq!(imports.import_by_id(desk.business.id, import.id).await.unwrap().unwrap().rows_done, 1);
    assert!(imports.import_claim(run(2), now + 4.minutes(), now + 9.minutes()).await.unwrap().is_none());
    let taken = imports.import_claim(run(2), now + 6.minutes(), now + 9.minutes()).await.unwrap().unwrap();
    assert_eq!((taken.attempts, taken.import.rows_done), (2, 0));
    let late = imports.import_progress(turn(&import, run(1)), 2, now + 9.minutes()).await;
    assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    let foreign = turn(&Import { id: ImportId::from_uuid(Uuid::nil()), ..import }, run(2));
    assert!(matches!(imports.import_fail(foreign, Vec::new(), now).await, Err(StoreError::NotFound)));
}

pub async fn what_an_import_writes_is_known_afterwards(test: TestDb) {
    let desk = Desk::open(&test).await;
    let imports = Imports::new(desk.db.clone());
    let import = queued(&desk, &imports).await;
    let now = desk.context(desk.agent).now;
    let _ = imports.import_claim(run(1), now, now + 1.minute()).await.unwrap().unwrap();
    let writes = decided(&desk, &imports).await;
    assert_eq!(writes.counts, ImportCounts { customers_registered: 2, cards_opened: 2, already_there: 0 });
    let counts = imports.import_apply(apply(turn(&import, run(1)), writes, now)).await.unwrap();
    let done = imports.import_by_id(desk.business.id, import.id).await.unwrap().unwrap();
    assert_eq!((done.status, done.rows_done, done.counts), (ImportStatus::Completed, 2, counts));
    assert_eq!(done.finished_at, Some(now));
    let again = decided(&desk, &imports).await;
    assert_eq!(again.counts, ImportCounts { customers_registered: 0, cards_opened: 0, already_there: 2 });
    assert!(imports.import_claim(run(2), now + 1.hour(), now + 2.hours()).await.unwrap().is_none());
    let list = imports.imports_list(desk.business.id, ofektom_domain::page::PageRequest::default()).await.unwrap();
    assert_eq!(list.items, [done]);
}

async fn a_run_that_lost_its_turn_writes_nothing(test: TestDb) {
    let desk = Desk::open(&test).await;
    let imports = Imports::new(desk.db.clone());
    let import = queued(&desk, &imports).await;
    let now = desk.context(desk.agent).now;
    let _ = imports.import_claim(run(1), now, now + 1.minute()).await.unwrap().unwrap();
    let _ = imports.import_claim(run(2), now + 2.minutes(), now + 3.minutes()).await.unwrap().unwrap();
    let writes = decided(&desk, &imports).await;
    let late = imports.import_apply(apply(turn(&import, run(1)), writes.clone(), now)).await;
    assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    assert_eq!(decided(&desk, &imports).await.counts, writes.counts, "nothing was written");
    let _ = imports.import_apply(apply(turn(&import, run(2)), writes, now)).await.unwrap();
}

async fn what_clashes_is_written_by_nobody(test: TestDb) {
    let desk = Desk::open(&test).await;
    let imports = Imports::new(desk.db.clone());
    let (one, two) = (queued(&desk, &imports).await, queued(&desk, &imports).await);
    let now = desk.context(desk.agent).now;
    for number in [1, 2] {
        let _ = imports.import_claim(run(number), now, now + 1.minute()).await.unwrap().unwrap();
    }
    // Both were decided before either was written.
    let (first, second) = (decided(&desk, &imports).await, decided(&desk, &imports).await);
    let _ = imports.import_apply(apply(turn(&one, run(1)), first, now)).await.unwrap();
    let clash = imports.import_apply(apply(turn(&two, run(2)), second, now)).await;
    assert!(matches!(clash, Err(StoreError::Conflict(Conflict::Version))), "{clash:?}");
    let still = imports.import_by_id(desk.business.id, two.id).await.unwrap().unwrap();
    assert_eq!(still.status, ImportStatus::Running);
    let anew = decided(&desk, &imports).await;
    let counts = imports.import_apply(apply(turn(&two, run(2)), anew, now)).await.unwrap();
    assert_eq!(counts.already_there, 2);
}

async fn a_failed_import_keeps_its_errors_and_not_its_rows(test: TestDb) {
    let desk = Desk::open(&test).await;
    let imports = Imports::new(desk.db.clone());
    let import = queued(&desk, &imports).await;
    let now = desk.context(desk.agent).now;
    let _ = imports.import_claim(run(1), now, now + 1.minute()).await.unwrap().unwrap();
    let errors = vec![LineError::new(3, "phone", "person_exists", "has an account").into()];
    imports.import_fail(turn(&import, run(1)), errors.clone(), now).await.unwrap();
    let failed = imports.import_by_id(desk.business.id, import.id).await.unwrap().unwrap();
    assert_eq!((failed.status, failed.errors, failed.counts), (ImportStatus::Failed, errors, ImportCounts::default()));
    assert!(imports.import_claim(run(2), now + 1.hour(), now + 2.hours()).await.unwrap().is_none());
    let foreign = ofektom_domain::ids::BusinessId::from_uuid(Uuid::nil());
    assert_eq!(imports.import_by_id(foreign, import.id).await.unwrap(), None);
}
