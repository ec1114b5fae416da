//! What goes over the wire: texts that become domain types, and domain types that become texts.

mod amount;
mod check;
mod choice;
mod cursor;
mod day;
mod id;
mod input;
mod moment;
mod number;
mod object;
mod person;
mod search;
mod text;

pub use amount::{Amount, AmountIn, AmountOrZeroIn};
pub use check::{Check, Checks, Nothing};
pub use choice::{
    AccountKindIn, AuditEntityIn, BusinessStatusIn, CommissionGroupIn, ContributionMethodIn, ContributionStatusIn,
    DisburseMethodIn, EntryEventIn, InvitationStatusIn, MemberRoleIn, MembershipStatusIn, NotificationKindIn,
    PayoutStatusIn, PlanKindIn, ProgressIn, RoundStatusIn, SavingsStatusIn, SignUpRoleIn, UserStatusIn,
};
pub use cursor::{CursorIn, LimitIn, PageView, TotalIn, page_of};
pub use day::{Day, DayIn, days_of};
pub use id::{Id, IdIn};
pub use input::{FromWire, Input, Unfit, given};
pub use moment::Moment;
pub use number::{FlagIn, QueryFlagIn, WholeIn};
pub use object::object;
pub use person::{CurrencyIn, EmailIn, JoinCodeIn, PersonNameIn, PhoneIn, TrackingNumberIn};
pub use search::SearchIn;
pub use text::{SecretIn, TextIn};
