//! Which rows of the trail a list is to have.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::AuditFilter;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::wire::{
    AuditEntityIn, Check, Checks, CursorIn, DayIn, FromWire, IdIn, Input, LimitIn, SearchIn, TotalIn, Unfit, days_of,
    page_of,
};

/// Which rows of the trail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Only what this person did.
    actor: Option<IdIn>,
    /// Only this verb, such as `contribution.post`.
    verb: Option<AuditVerbIn>,
    /// Only what was done to things of this kind, such as `savings_account`.
    entity: Option<AuditEntityIn>,
    /// Only what was done to this thing.
    entity_id: Option<IdIn>,
    /// Only on this day of the business or later.
    from: Option<DayIn>,
    /// Only on this day of the business or earlier.
    to: Option<DayIn>,
    /// Only by or about people with this name or phone number, or about cards that are theirs or have this number, and what
    /// was paid or asked for on them.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for AuditQuery {
    type Output = (AuditFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let actor = checks.take_optional_id("actor", self.actor);
        let verb = checks.take_optional("verb", self.verb);
        let entity = checks.take_optional("entity", self.entity);
        let entity_id = checks.take_optional("entity_id", self.entity_id);
        let (from, to) = days_of(checks, self.from, self.to).unzip();
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        let filter = AuditFilter {
            actor: actor?,
            verb: verb?.map(|verb| verb.0),
            entity: entity?.map(|entity| entity.as_str().to_owned()),
            entity_id: entity_id?,
            from: from?,
            to: to?,
            search: search?,
        };
        Some((filter, page?))
    }
}

/// A verb of the trail, as a query states it. There is no list of them: what is not in the trail is not found.
type AuditVerbIn = Input<AuditVerb>;

/// A verb of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditVerb(String);

/// Most characters of a verb.
const VERB_MAX: usize = 60;

impl FromWire for AuditVerb {
    const NAME: &'static str = "AuditVerb";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(VERB_MAX));
        text.pattern(Some("^[a-z_]+\\.[a-z_]+$")).examples(["contribution.post"]).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let verb = text.split_once('.').is_some_and(|(thing, done)| word(thing) && word(done));
        if text.len() > VERB_MAX || !verb {
            return Err(Unfit::format("must be a thing and what is done to it, such as contribution.post"));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<AuditFilter, Vec<String>> {
        let checked = Checks::run(serde_urlencoded::from_str::<AuditQuery>(query).unwrap());
        checked.map(|(filter, _)| filter).map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn filters_are_read_and_bad_ones_named() {
        let filter = read("verb=savings.open&entity=savings_account&from=2025-03-01&to=2025-03-01").unwrap();
        assert_eq!((filter.verb.as_deref(), filter.entity.as_deref()), (Some("savings.open"), Some("savings_account")));
        assert_eq!(filter.from, filter.to);
        let bad = "actor=x&verb=Savings%20Open&entity=&entity_id=5&from=2025-03-02&to=2025-03-01&search=%20&limit=0";
        assert_eq!(read(bad).unwrap_err(), ["actor", "verb", "entity", "entity_id", "to", "search", "limit"]);
    }
}
