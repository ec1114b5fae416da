//! The collection sheet: whom to visit on a day, in the order of the walk, and how much to ask for.

use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::ports::{Sheet, SheetFilter, SheetPart, SheetPlace};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::search::SearchText;

use crate::access::Grant;
use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

/// Lines that are read at once for an export.
const LINES_AT_ONCE: u32 = 500;

/// Of which units a sheet is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SheetUnits {
    /// Those that the caller usually collects in: a sub-agent in his own, whoever runs the business in all of them.
    #[default]
    Usual,
    /// One.
    One(UnitId),
    /// That of a member: where he collects.
    Of(UserId),
    /// All of the business.
    All,
}

/// Which sheet is wanted.
#[derive(Clone, Debug, Default)]
pub struct SheetInput {
    /// Its day; today when not given.
    pub date: Option<Date>,
    /// Of which units.
    pub units: SheetUnits,
    /// Only of this customer.
    pub customer_id: Option<UserId>,
    /// Only cards with this number, or of customers with this name or phone number.
    pub search: Option<SearchText>,
}

/// Which part of a sheet is wanted.
#[derive(Clone, Debug, Default)]
pub struct SheetPage {
    /// Only what comes after this place.
    pub after: Option<SheetPlace>,
    /// Most lines; as many as are read at once when not given.
    pub lines_max: Option<u32>,
    /// Whether to sum up the whole sheet.
    pub totals: bool,
}

/// A part of a sheet, and how the rest of it is had.
#[derive(Clone, Debug)]
pub struct CollectionSheet {
    /// The lines.
    pub sheet: Sheet,
    filter: SheetFilter,
}

impl CollectionSheet {
    /// Which cards it has: the day and the unit are those that were decided on.
    #[must_use]
    pub const fn filter(&self) -> &SheetFilter {
        &self.filter
    }
}

impl App {
    /// A part of the collection sheet of a business.
    ///
    /// # Errors
    /// [`crate::AppError::Refused`] for a collector who does not work for the business; [`crate::AppError::Forbidden`] for a
    /// customer, [`crate::AppError::NotFound`].
    pub async fn collection_sheet(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: SheetInput,
        page: SheetPage,
    ) -> AppResult<CollectionSheet> {
        let grant = self.grant_read(caller, Verb::SheetRead, business, "collection_sheet.read").await?;
        let filter = SheetFilter {
            business_id: business,
            day: input.date.unwrap_or(grant.context.today),
            unit_id: self.unit_of(&grant, caller, input.units).await?,
            customer_id: input.customer_id,
            search: input.search,
        };
        let lines_max = page.lines_max.unwrap_or(LINES_AT_ONCE);
        self.sheet_part(SheetPart { filter, after: page.after, lines_max, totals: page.totals }).await
    }

    /// The part that follows on another one, if one does.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn collection_sheet_rest(&self, part: &CollectionSheet) -> AppResult<Option<CollectionSheet>> {
        let Some(after) = part.sheet.next.clone() else { return Ok(None) };
        let (filter, after, lines_max) = (part.filter.clone(), Some(after), LINES_AT_ONCE);
        self.sheet_part(SheetPart { filter, after, lines_max, totals: false }).await.map(Some)
    }

    async fn unit_of(&self, grant: &Grant, caller: &Caller, units: SheetUnits) -> AppResult<Option<UnitId>> {
        let business = grant.business.id;
        Ok(match units {
            SheetUnits::One(unit) => Some(unit),
            SheetUnits::All => None,
            SheetUnits::Usual => usual_unit(grant.context.role, caller.unit_in(business)),
            SheetUnits::Of(collector) => {
                let found = self.stores.businesses.member_by_id(business, collector).await?;
                let staff = found.map(|member| member.membership).filter(|membership| membership.role.is_staff());
                let Some(membership) = staff else {
                    let message = "must be somebody who works for the business";
                    return Err(Refusal::field("collector", "unknown", message).into());
                };
                usual_unit(membership.role, Some(membership.unit_id))
            }
        })
    }

    async fn sheet_part(&self, part: SheetPart) -> AppResult<CollectionSheet> {
        let filter = part.filter.clone();
        let sheet = self.stores.reports.collection_sheet(part).await?;
        Ok(CollectionSheet { sheet, filter })
    }
}

/// Where somebody collects who has the role: a sub-agent in his own unit, whoever runs the business in all of them.
fn usual_unit(role: Role, unit: Option<UnitId>) -> Option<UnitId> {
    unit.filter(|_| role == Role::SubAgent)
}
