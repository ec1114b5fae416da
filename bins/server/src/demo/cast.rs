//! The people of the demo come together: business, units, staff, customers.

use anyhow::{Context as _, Result, bail};
use futures_util::future::try_join_all;
use ofektom_app::{
    ActivationInput, AppError, Caller, CustomerToRegister, NewBusinessInput, Origin, SignUp, SignUpRole,
};
use ofektom_domain::business::{Business, JoinCode, MemberChange};
use ofektom_domain::ids::{UnitId, UserId};
use ofektom_domain::money::Currency;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{Conflict, Message, StoreError};

use super::names::{CUSTOMER_PIN, STAFF, STAFF_PASSPHRASE, customer_name, customer_phone, staff_phone};
use super::stories::CUSTOMERS;
use super::world::World;

/// Customers who were registered by their collector; the others signed up by themselves.
const REGISTERED: usize = 20;
/// Of those, who has not activated his account yet.
pub(super) const NOT_ACTIVATED: usize = 4;

/// Someone who collects, on the route of his unit.
pub(super) struct Collector {
    pub caller: Caller,
    pub unit_id: UnitId,
}

/// Someone who saves.
pub(super) struct Customer {
    pub user_id: UserId,
    /// Which of the collectors comes to him.
    pub collector: usize,
}

/// All people of the business.
pub(super) struct Cast {
    pub business: Business,
    pub owner: Caller,
    pub admin: Caller,
    /// The three collectors, and last the owner, who collects in the shop.
    pub collectors: Vec<Collector>,
    pub customers: Vec<Customer>,
}

/// Makes the business and everybody in it.
pub(super) async fn assemble(world: &World) -> Result<Cast> {
    let owner = owner_sign_up(world).await?;
    let input = NewBusinessInput { name: "Amaka Daily Savings".to_owned(), currency: Currency::NGN, time_zone: None };
    let business = world.app.business_create(&owner, input).await?;
    let owner = world.login(&staff_phone(0)?, STAFF_PASSPHRASE).await?;
    let mut units = vec![business.default_unit_id];
    for name in ["Balogun Market", "Yaba"] {
        units.push(world.app.unit_create(&owner, business.id, name).await?.id);
    }
    let admin = staff_join(world, &owner, &business, 1, (Role::Admin, business.default_unit_id)).await?;
    let mut collectors = Vec::new();
    for (index, unit_id) in units.into_iter().enumerate() {
        let caller = staff_join(world, &owner, &business, index + 2, (Role::SubAgent, unit_id)).await?;
        collectors.push(Collector { caller, unit_id });
    }
    collectors.push(Collector { caller: owner.clone(), unit_id: business.default_unit_id });
    let mut cast = Cast { business, owner, admin, collectors, customers: Vec::new() };
    cast.customers = customers(world, &cast).await?;
    Ok(cast)
}

async fn owner_sign_up(world: &World) -> Result<Caller> {
    match world.app.sign_up(staff_sign_up(0)?, &Origin::default()).await {
        Err(AppError::Store(StoreError::Conflict(Conflict::Phone))) => {
            bail!(
                "the demo business is in this database already: sign in to it, or remove the data folder and start anew"
            )
        }
        other => other?,
    };
    world.login(&staff_phone(0)?, STAFF_PASSPHRASE).await
}

fn staff_sign_up(index: usize) -> Result<SignUp> {
    Ok(SignUp {
        phone: staff_phone(index)?,
        secret: STAFF_PASSPHRASE.into(),
        full_name: STAFF.get(index).context("a member of staff")?.parse()?,
        email: None,
        role: SignUpRole::Agent,
        business_code: None,
    })
}

/// Someone signs up, joins by code and is given his role by the owner.
async fn staff_join(
    world: &World,
    owner: &Caller,
    business: &Business,
    index: usize,
    (role, unit_id): (Role, UnitId),
) -> Result<Caller> {
    let sign_up = SignUp { business_code: Some(business.join_code), ..staff_sign_up(index)? };
    let user = world.app.sign_up(sign_up, &Origin::default()).await?;
    let settings = MemberChange { role: Some(role), unit_id: Some(unit_id), status: None };
    world.app.member_update(owner, business.id, user.id, settings).await?;
    world.login(&staff_phone(index)?, STAFF_PASSPHRASE).await
}

/// The customers, in the order of their stories. Those who sign up by themselves hash their PINs side by side.
async fn customers(world: &World, cast: &Cast) -> Result<Vec<Customer>> {
    let by_themselves = CUSTOMERS - REGISTERED;
    let code = cast.business.join_code;
    let mut users = try_join_all((0..by_themselves).map(|index| customer_sign_up(world, index, code))).await?;
    let mut letters = Vec::new();
    for index in by_themselves..CUSTOMERS {
        let (user, letter) = customer_register(world, cast, index).await?;
        users.push(user);
        letters.push(letter);
    }
    letters.truncate(REGISTERED - NOT_ACTIVATED);
    try_join_all(letters.into_iter().map(|letter| activate(world, letter))).await?;
    let customers: Vec<Customer> = users
        .into_iter()
        .enumerate()
        .map(|(index, user_id)| Customer { user_id, collector: collector_of(index) })
        .collect();
    for customer in customers.iter().take(by_themselves) {
        let unit_id = cast.collectors.get(customer.collector).context("a collector")?.unit_id;
        if unit_id != cast.business.default_unit_id {
            let settings = MemberChange { unit_id: Some(unit_id), ..MemberChange::default() };
            world.app.member_update(&cast.owner, cast.business.id, customer.user_id, settings).await?;
        }
    }
    Ok(customers)
}

/// Customers are spread over the three routes.
pub(super) const fn collector_of(index: usize) -> usize {
    index % 3
}

async fn customer_sign_up(world: &World, index: usize, code: JoinCode) -> Result<UserId> {
    let input = SignUp {
        phone: customer_phone(index)?,
        secret: CUSTOMER_PIN.into(),
        full_name: customer_name(index)?,
        email: None,
        role: SignUpRole::Customer,
        business_code: Some(code),
    };
    Ok(world.app.sign_up(input, &Origin::default()).await?.id)
}

async fn customer_register(world: &World, cast: &Cast, index: usize) -> Result<(UserId, Message)> {
    let collector = cast.collectors.get(collector_of(index)).context("a collector")?;
    let input = CustomerToRegister {
        phone: customer_phone(index)?,
        full_name: customer_name(index)?,
        unit_id: Some(collector.unit_id),
    };
    let registered = world.app.customer_register(&collector.caller, cast.business.id, input).await?;
    Ok((registered.user.id, world.letters.take_last().context("an activation message")?))
}

async fn activate(world: &World, letter: Message) -> Result<()> {
    let Message::Activation { token, .. } = letter else { bail!("the last letter is no activation") };
    let input = ActivationInput { token: token.into(), secret: CUSTOMER_PIN.into(), full_name: None };
    world.app.user_activate(input, &Origin::default()).await?;
    Ok(())
}
