//! Where a payout goes, in and out: `"cash"`, or an object with a bank account.

use std::fmt;

use ofektom_domain::payout::{Destination, DestinationChoice};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::wire::{Checks, Id, IdIn};

/// Where the money is to go.
pub enum DestinationBody {
    /// `"cash"`: into the customer's hand.
    Word(String),
    /// To one of the customer's bank accounts.
    BankAccount(BankAccountRef),
}

/// One of the customer's bank accounts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccountRef {
    bank_account_id: IdIn,
}

impl DestinationBody {
    /// The choice that the field `destination` states.
    pub fn choice(self, checks: &mut Checks) -> Option<DestinationChoice> {
        match self {
            Self::Word(word) if word == "cash" => Some(DestinationChoice::Cash),
            Self::Word(_) => {
                checks.refuse("destination", "unknown_value", EXPECTED);
                None
            }
            Self::BankAccount(account) => {
                let id = checks.take_id("destination.bank_account_id", account.bank_account_id);
                id.map(DestinationChoice::BankAccount)
            }
        }
    }
}

const EXPECTED: &str = "must be \"cash\" or an object with a bank_account_id";

impl<'de> Deserialize<'de> for DestinationBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DestinationVisitor)
    }
}

impl PartialSchema for DestinationBody {
    fn schema() -> RefOr<Schema> {
        let cash = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["cash"]));
        let description = "`\"cash\"`: into the customer's hand. Otherwise to one of his bank accounts.";
        let account = Ref::from_schema_name(BankAccountRef::name());
        RefOr::T(OneOfBuilder::new().item(cash).item(account).description(Some(description)).into())
    }
}

impl ToSchema for DestinationBody {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((BankAccountRef::name().into_owned(), BankAccountRef::schema()));
        BankAccountRef::schemas(schemas);
    }
}

struct DestinationVisitor;

impl<'de> Visitor<'de> for DestinationVisitor {
    type Value = DestinationBody;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED.trim_start_matches("must be "))
    }

    fn visit_str<E>(self, text: &str) -> Result<DestinationBody, E> {
        Ok(DestinationBody::Word(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DestinationBody, A::Error> {
        BankAccountRef::deserialize(MapAccessDeserializer::new(map)).map(DestinationBody::BankAccount)
    }
}

/// Where the money goes.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum DestinationView {
    /// `"cash"`: into the customer's hand.
    Cash(&'static str),
    /// To a bank account.
    Bank(BankDestinationView),
}

/// A bank account, with its details as they were when the request was filed.
#[derive(Serialize, ToSchema)]
pub struct BankDestinationView {
    bank_account_id: Id,
    #[schema(example = "058")]
    bank_code: String,
    /// Whole for its owner; while the request is open for whoever may decide on it; afterwards for who approved or paid it. All
    /// but the last four digits hidden for everybody else, and in the answers to the calls that file and decide.
    #[schema(example = "******6789")]
    account_number: String,
    account_name: String,
}

impl DestinationView {
    /// A destination, with the whole account number or the masked one.
    pub fn of(destination: &Destination, whole: bool) -> Self {
        match destination {
            Destination::Cash => Self::Cash("cash"),
            Destination::Bank { bank_account_id, details } => Self::Bank(BankDestinationView {
                bank_account_id: (*bank_account_id).into(),
                bank_code: details.bank_code().to_owned(),
                account_number: if whole {
                    details.account_number().to_owned()
                } else {
                    details.account_number_masked()
                },
                account_name: details.account_name().to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::BankAccountId;
    use ofektom_domain::people::BankDetails;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_account_number_is_masked_unless_it_may_be_seen() {
        let bank_account_id = BankAccountId::from_uuid(Uuid::from_u128(7));
        let details = BankDetails::new("058", "0123456789", "Adaeze Okafor").unwrap();
        let destination = Destination::Bank { bank_account_id, details };
        let view = |whole| serde_json::to_value(DestinationView::of(&destination, whole)).unwrap();
        assert_eq!(view(true)["account_number"], "0123456789");
        assert_eq!(
            view(false),
            json!({
                "bank_account_id": "00000000-0000-0000-0000-000000000007", "bank_code": "058",
                "account_number": "******6789", "account_name": "Adaeze Okafor",
            })
        );
        assert_eq!(serde_json::to_value(DestinationView::of(&Destination::Cash, true)).unwrap(), "cash");
    }
}
