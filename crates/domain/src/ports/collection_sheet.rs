//! The collection sheet, a part at a time.

use jiff::civil::Date;

use crate::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use crate::savings::{SheetLine, SheetTotals};
use crate::search::SearchText;

/// Which cards a sheet has, of those that are due on its day.
#[derive(Clone, Debug)]
pub struct SheetFilter {
    /// Whose sheet.
    pub business_id: BusinessId,
    /// Its day.
    pub day: Date,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this customer.
    pub customer_id: Option<UserId>,
    /// Only cards with this number, or of customers with this name or phone number.
    pub search: Option<SearchText>,
}

/// A place in the order of a sheet: by unit, by customer, by card. It is made of what the order goes by and names no row that
/// must still be there, so a sheet goes on from it whatever has been paid, renamed or moved meanwhile.
#[derive(Clone, PartialEq, Eq)]
pub struct SheetPlace {
    /// The unit's name as units are told apart: in lower case.
    pub unit_key: String,
    /// The customer's name as it is searched: see [`crate::search::name_key`].
    pub customer_key: String,
    /// The customer, as several may have one name.
    pub customer_id: UserId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
}

impl std::fmt::Debug for SheetPlace {
    /// Without the name of the customer.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SheetPlace").field("savings_account_id", &self.savings_account_id).finish_non_exhaustive()
    }
}

/// Which part of a sheet.
#[derive(Clone, Debug)]
pub struct SheetPart {
    /// Which cards.
    pub filter: SheetFilter,
    /// Only what comes after this place.
    pub after: Option<SheetPlace>,
    /// Most lines.
    pub lines_max: u32,
    /// Whether to sum up the whole sheet, whichever part this is.
    pub totals: bool,
}

/// A part of a sheet.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The lines: by the name of the unit, then by the name of the customer, then by card.
    pub lines: Vec<SheetLine>,
    /// Where the next part begins; `None` on the last.
    pub next: Option<SheetPlace>,
    /// The sums of the whole sheet; `None` unless they were asked for.
    pub totals: Option<SheetTotals>,
}
