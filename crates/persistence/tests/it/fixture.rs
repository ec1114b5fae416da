//! People and businesses to test with.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Business, BusinessStatus, JoinCode, Membership, MembershipStatus, Policy, Unit};
use ofektom_domain::calendar::business_day;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, IdFactory, UserId};
use ofektom_domain::money::Currency;
use ofektom_domain::people::{CredentialKind, PlatformRole, User, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{BusinessStore, NewBusiness, NewUser, PeopleStore, SecretHash};
use ofektom_persistence::{Businesses, Db, DbConfig, People};
use ofektom_testkit::TestDb;
use uuid::Uuid;

/// A database with its stores, and whatever makes distinct ids and instants.
pub struct World {
    pub db: Db,
    pub people: People,
    pub businesses: Businesses,
    ids: IdFactory,
    serial: u64,
}

/// A number that no other call in this process gives: several worlds may be on one database.
fn number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

impl World {
    pub async fn open(test: &TestDb) -> Self {
        let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
        let (people, businesses) = (People::new(db.clone()), Businesses::new(db.clone()));
        Self { db, people, businesses, ids: IdFactory::new(start(), u128::from(number()) << 64), serial: 0 }
    }

    pub fn id<T: From<Uuid>>(&mut self) -> T {
        self.ids.make()
    }

    /// A number that no other call gives of this world.
    pub fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A person who is not stored.
    pub fn user(&mut self, full_name: &str) -> User {
        let (id, serial) = (self.id(), number());
        User {
            id,
            phone: format!("0801{serial:07}").parse().unwrap(),
            full_name: full_name.parse().unwrap(),
            email: None,
            credential: CredentialKind::Pin,
            platform_role: PlatformRole::None,
            status: UserStatus::Active,
            created_at: start(),
            created_by: id,
            updated_at: start(),
            updated_by: id,
        }
    }

    /// A person who is stored.
    pub async fn registered(&mut self, full_name: &str) -> User {
        let user = self.user(full_name);
        self.people.user_create(self.new_user(user.clone())).await.unwrap();
        user
    }

    pub fn new_user(&self, user: User) -> NewUser {
        let audit = vec![self.audit_of(&user)];
        let secret = (user.status == UserStatus::Active).then(|| secret("first"));
        NewUser { user, secret, membership: None, code: None, activation: None, audit }
    }

    fn audit_of(&self, user: &User) -> AuditRow {
        let mut ids = IdFactory::new(start(), user.id.uuid().as_u128());
        AuditRow::new(&mut ids, &context(user.id, start()), None, "user.create", (AuditEntity::User, user.id.uuid()))
    }

    /// An audit row about a person, written at `at`.
    pub fn audit(&mut self, actor: UserId, at: Timestamp) -> AuditRow {
        let about = (AuditEntity::User, actor.uuid());
        AuditRow::new(&mut self.ids, &context(actor, at), None, "test.change", about)
    }

    /// A business that is not stored.
    pub fn business(&mut self, name: &str, owner: UserId) -> NewBusiness {
        let (id, unit_id, serial) = (self.id::<BusinessId>(), self.id(), number());
        let stamp = start();
        let business = Business {
            id,
            name: name.to_owned(),
            join_code: JoinCode::from_random(serial),
            owner_id: owner,
            currency: Currency::NGN,
            time_zone: "Africa/Lagos".to_owned(),
            policy: Policy::default(),
            status: BusinessStatus::Active,
            default_unit_id: unit_id,
            created_at: stamp,
            created_by: owner,
            updated_at: stamp,
            updated_by: owner,
        };
        let unit = Unit {
            id: unit_id,
            business_id: id,
            name: "Main".to_owned(),
            created_at: stamp,
            created_by: owner,
            updated_at: stamp,
            updated_by: owner,
        };
        let membership = membership(&business, owner, Role::Agent);
        NewBusiness { business, unit, membership, audit: self.audit(owner, stamp) }
    }

    /// A business that is stored, with an owner who is.
    pub async fn opened(&mut self, name: &str) -> Business {
        let owner = self.registered("Ngozi Eze").await;
        let new = self.business(name, owner.id);
        self.businesses.business_create(new.clone()).await.unwrap();
        new.business
    }
}

/// A membership in the business's default unit.
pub fn membership(business: &Business, user: UserId, role: Role) -> Membership {
    Membership {
        business_id: business.id,
        business_name: business.name.clone(),
        user_id: user,
        role,
        unit_id: business.default_unit_id,
        status: MembershipStatus::Active,
        created_at: start(),
        created_by: business.owner_id,
        updated_at: start(),
        updated_by: business.owner_id,
    }
}

pub fn secret(text: &str) -> SecretHash {
    SecretHash(format!("$argon2id${text}"))
}

/// The instant at which everything begins; not a whole second, so that cut instants show.
pub fn start() -> Timestamp {
    "2025-03-01T08:30:00.123456Z".parse().unwrap()
}

pub fn later(minutes: i64) -> Timestamp {
    start().checked_add(minutes.minutes()).unwrap()
}

/// Circumstances whose ids no other ones make, even at the same instant.
pub fn context(actor: UserId, now: Timestamp) -> Context {
    static SEEDS: AtomicU64 = AtomicU64::new(1);
    Context {
        actor,
        role: Role::Agent,
        now,
        today: business_day(now, &TimeZone::UTC),
        address: Some("127.0.0.1".parse().unwrap()),
        request_id: Some("test".into()),
        seed: u128::from(SEEDS.fetch_add(1, Ordering::Relaxed)) << 32,
        item: 0,
    }
}
