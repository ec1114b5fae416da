//! What the rows of a file make, given what is there already.

use std::collections::HashMap;

use serde_json::json;

use super::{ImportCard, ImportCounts, ImportRow, LineError};
use crate::audit::{AuditEntity, AuditRow};
use crate::business::{Business, Membership, MembershipStatus};
use crate::context::Context;
use crate::ids::{UnitId, UserId};
use crate::people::{CredentialKind, PersonName, PlatformRole, User, UserStatus};
use crate::permission::Role;
use crate::phone::PhoneNumber;
use crate::refusal::Refusal;
use crate::savings::{OpenSavings, SavingsAccount, open_decide};
use crate::tracking_number::TrackingNumber;

/// A person of the file who has an account.
#[derive(Clone, Debug)]
pub struct KnownPerson {
    /// The person.
    pub id: UserId,
    /// Whether he may sign in.
    pub status: UserStatus,
    /// His place in the business, if he has one.
    pub membership: Option<(MembershipStatus, UnitId)>,
    /// The reference and the terms of each of his cards that was imported before.
    pub cards: Vec<(String, String)>,
}

/// Where a file is imported to.
#[derive(Clone, Debug)]
pub struct ImportScope<'a> {
    /// The business.
    pub business: &'a Business,
    /// Its units by their names, and by their names in small letters.
    pub units: &'a HashMap<String, UnitId>,
    /// Who of the file's people has an account.
    pub known: &'a HashMap<PhoneNumber, KnownPerson>,
}

/// Someone who becomes a customer of the business and is to activate himself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The person.
    pub user_id: UserId,
    /// His phone number.
    pub phone: PhoneNumber,
    /// Whether he has no account yet; else he was registered before, by another business.
    pub is_new: bool,
}

/// A card to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedCard {
    /// The card.
    pub account: SavingsAccount,
    /// The name that the file gives it.
    pub reference: String,
    /// Its plan in one text.
    pub terms: String,
}

/// All that an import writes.
#[derive(Clone, Debug, Default)]
pub struct ImportWrites {
    /// People to add.
    pub users: Vec<User>,
    /// Memberships to add.
    pub memberships: Vec<Membership>,
    /// Who is to get a token.
    pub registered: Vec<Registered>,
    /// Cards to open.
    pub cards: Vec<ImportedCard>,
    /// Audit rows of it all.
    pub audit: Vec<AuditRow>,
    /// How much it is.
    pub counts: ImportCounts,
}

/// A person of the file, as he will be after the rows so far.
struct Person {
    id: UserId,
    unit_id: UnitId,
    /// Reference, terms, and the line that has the card; `None` when it was there before.
    cards: Vec<(String, String, Option<u32>)>,
}

/// Decides on all rows of a file. `numbers` gives a tracking number for each card.
///
/// # Errors
/// Everything that is not acceptable, by its line and column; then nothing is to be written.
pub fn import_decide(
    rows: &[ImportRow],
    scope: &ImportScope<'_>,
    context: &Context,
    mut numbers: impl FnMut() -> TrackingNumber,
) -> Result<ImportWrites, Vec<LineError>> {
    let mut errors = Vec::new();
    let mut people: HashMap<&PhoneNumber, Person> = HashMap::new();
    let mut writes = ImportWrites::default();
    // Two items a row: the ids of the person and of the card are made apart.
    for (item, row) in (0_u32..).step_by(2).zip(rows) {
        let before = (writes.users.len(), writes.memberships.len(), writes.cards.len());
        if let Err(refused) = row_decide(row, scope, (context, item), &mut people, &mut writes, &mut numbers) {
            errors.extend(refused);
        } else if before == (writes.users.len(), writes.memberships.len(), writes.cards.len()) {
            writes.counts.already_there += 1;
        }
    }
    writes.counts.customers_registered = count(writes.memberships.len());
    writes.counts.cards_opened = count(writes.cards.len());
    if errors.is_empty() { Ok(writes) } else { Err(errors) }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn row_decide<'a>(
    row: &'a ImportRow,
    scope: &ImportScope<'_>,
    (context, item): (&Context, u32),
    people: &mut HashMap<&'a PhoneNumber, Person>,
    writes: &mut ImportWrites,
    numbers: &mut impl FnMut() -> TrackingNumber,
) -> Result<(), Vec<LineError>> {
    let unit = match &row.unit {
        None => None,
        Some(name) => {
            Some(*scope.units.get(name).or_else(|| scope.units.get(&name.to_lowercase())).ok_or_else(|| {
                vec![LineError::new(row.line, "unit", "unknown", "must be the name of a unit of the business")]
            })?)
        }
    };
    if !people.contains_key(&row.phone) {
        let person = person_decide(row, unit, scope, &context.for_item(item), writes)?;
        people.insert(&row.phone, person);
    }
    let (Some(person), Some(card)) = (people.get_mut(&row.phone), &row.card) else { return Ok(()) };
    if there_already(row.line, person, card)? {
        return Ok(());
    }
    let command = OpenSavings {
        business_id: scope.business.id,
        unit_id: unit.unwrap_or(person.unit_id),
        customer_id: person.id,
        plan: card.plan,
        commission: commission_of(row.line, card, person.id, scope, context)?,
        tracking_number: numbers(),
    };
    let opened = open_decide(&command, &context.for_item(item + 1));
    let (account, effects) = opened.map_err(|refusal| row_errors(row.line, refusal))?;
    let terms = card.terms();
    person.cards.push((card.reference.clone(), terms.clone(), Some(row.line)));
    writes.audit.extend(effects.audit);
    writes.cards.push(ImportedCard { account, reference: card.reference.clone(), terms });
    Ok(())
}

/// Whoever has no account is registered, and so is whoever waits for his activation elsewhere. Whoever has an account joins
/// by himself.
fn person_decide(
    row: &ImportRow,
    unit: Option<UnitId>,
    scope: &ImportScope<'_>,
    context: &Context,
    writes: &mut ImportWrites,
) -> Result<Person, Vec<LineError>> {
    let refused = |code, message| Err(vec![LineError::new(row.line, "phone", code, message)]);
    let unit_id = unit.unwrap_or(scope.business.default_unit_id);
    let mut ids = context.ids();
    let id = match scope.known.get(&row.phone) {
        Some(KnownPerson { id, membership: Some((status, unit_id)), cards, .. }) => {
            if *status != MembershipStatus::Active {
                return refused("not_active", "the person's membership in the business is not active");
            }
            let cards = cards.iter().map(|(reference, terms)| (reference.clone(), terms.clone(), None)).collect();
            return Ok(Person { id: *id, unit_id: *unit_id, cards });
        }
        Some(KnownPerson { id, status: UserStatus::Pending, .. }) => *id,
        Some(_) => {
            let message = "the person has an account already: ask him to join with the business's code";
            return refused("person_exists", message);
        }
        None => {
            let user = user_of(ids.make(), row.phone.clone(), row.full_name.clone(), context);
            let id = user.id;
            writes.users.push(user);
            id
        }
    };
    let is_new = !scope.known.contains_key(&row.phone);
    let membership = Membership {
        business_id: scope.business.id,
        business_name: scope.business.name.clone(),
        user_id: id,
        role: Role::Customer,
        unit_id,
        status: MembershipStatus::Active,
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    };
    let verb = if is_new { "customer.register" } else { "customer.reinvite" };
    let audit = AuditRow::new(&mut ids, context, Some(scope.business.id), verb, (AuditEntity::User, id.uuid()));
    writes.audit.push(audit.after(json!({ "role": membership.role, "unit_id": unit_id })));
    writes.memberships.push(membership);
    writes.registered.push(Registered { user_id: id, phone: row.phone.clone(), is_new });
    Ok(Person { id, unit_id, cards: Vec::new() })
}

fn user_of(id: UserId, phone: PhoneNumber, full_name: PersonName, context: &Context) -> User {
    User {
        id,
        phone,
        full_name,
        email: None,
        credential: CredentialKind::Pin,
        platform_role: PlatformRole::None,
        status: UserStatus::Pending,
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    }
}

/// Whether the card was imported before.
fn there_already(line: u32, person: &Person, card: &ImportCard) -> Result<bool, Vec<LineError>> {
    let terms = card.terms();
    let named = |(reference, _, _): &&(String, String, Option<u32>)| *reference == card.reference;
    let refused =
        |column: &str, code: &'static str, message: String| Err(vec![LineError::new(line, column, code, message)]);
    match person.cards.iter().find(|known| named(known) && known.1 == terms) {
        Some((_, _, None)) => return Ok(true),
        Some((_, _, Some(other))) => {
            let message = format!("is the same card as in line {other}: give each its own reference");
            return refused("reference", "duplicate", message);
        }
        None => {}
    }
    match person.cards.iter().find(named).filter(|_| !card.reference.is_empty()) {
        Some((_, _, None)) => {
            let message = "names another card of this customer that was imported before".to_owned();
            refused("reference", "taken", message)
        }
        Some((_, _, Some(other))) => {
            refused("reference", "duplicate", format!("names another card of this customer, in line {other}"))
        }
        None => Ok(false),
    }
}

fn commission_of(
    line: u32,
    card: &ImportCard,
    customer: UserId,
    scope: &ImportScope<'_>,
    context: &Context,
) -> Result<crate::commission::CommissionRequest, Vec<LineError>> {
    match card.commission {
        // Whoever saves does not agree on the commission with himself, whatever his role.
        Some(_) if customer == context.actor => {
            let message = "is agreed with the business: leave it out to take its default";
            Err(vec![LineError::new(line, "commission_amount", "not_allowed", message)])
        }
        Some(agreed) => Ok(agreed),
        None => {
            let plan = card.plan.plan().map_err(|refusal| row_errors(line, refusal))?;
            let fitted = scope.business.policy.default_commission.fitted_to(&plan);
            fitted.map_err(|error| row_errors(line, Refusal::from(error)))
        }
    }
}

/// What a refusal says, by the columns of the file.
fn row_errors(line: u32, refusal: Refusal) -> Vec<LineError> {
    let column = |field: &str| match field {
        "commission.amount" => "commission_amount".to_owned(),
        "commission.period.days" => "commission_days".to_owned(),
        other => other.to_owned(),
    };
    match refusal {
        Refusal::Invalid(errors) => errors
            .into_iter()
            .map(|error| LineError::new(line, column(&error.field), error.code, error.message))
            .collect(),
        other => vec![LineError::new(line, "", other.code(), other.to_string())],
    }
}
