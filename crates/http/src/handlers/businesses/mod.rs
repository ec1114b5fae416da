//! Businesses, their units and their people.

mod commission;
mod create;
mod customer_register;
mod invitation_view;
mod invitations;
mod join;
mod member_view;
mod members;
mod policy;
mod read;
mod units;
mod update;
mod view;

pub use commission::{CommissionBody, CommissionView};
pub use create::{BusinessBody, business_create};
pub use customer_register::{CustomerBody, CustomerView, customer_register};
pub use invitation_view::InvitationView;
pub use invitations::{
    InvitationBody, InvitationsQuery, invitation_accept, invitation_create, invitation_get, invitation_reject,
    invitation_revoke, invitations_list,
};
pub use join::{JoinBody, business_join, member_leave};
pub use member_view::MemberView;
pub use members::{MemberPatch, MemberQuery, member_update, members_list};
pub use read::{business_get, businesses_list};
pub use units::{UnitBody, UnitView, UnitsQuery, unit_create, unit_delete, unit_update, units_list};
pub use update::{BusinessPatch, business_update, join_code_renew};
pub use view::BusinessView;
