//! Businesses, their units and their people.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::businesses::{
    BusinessBody, BusinessPatch, BusinessView, CustomerBody, CustomerView, InvitationBody, InvitationView,
    InvitationsQuery, JoinBody, MemberPatch, MemberQuery, MemberView, UnitBody, UnitView, UnitsQuery, business_create,
    business_get, business_join, business_update, businesses_list, customer_register, invitation_accept,
    invitation_create, invitation_get, invitation_reject, invitation_revoke, invitations_list, join_code_renew,
    member_leave, member_update, members_list, unit_create, unit_delete, unit_update, units_list,
};
use crate::handlers::me::MembershipView;
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    [businesses(), units(), people(), invitations()].into_iter().flatten().collect()
}

fn businesses() -> Vec<Row> {
    vec![
        Row::post("/api/v1/businesses", "business_create", business_create)
            .summary("Creates a business; the caller owns it")
            .takes::<BusinessBody>()
            .gives::<BusinessView>(201)
            .refuses(&[kind::FORBIDDEN, kind::PASSPHRASE_REQUIRED, kind::OVERLOADED]),
        Row::get("/api/v1/businesses", "businesses_list", businesses_list)
            .summary("The businesses that the caller belongs to")
            .gives_page_of::<BusinessView>(),
        Row::get("/api/v1/businesses/{id}", "business_get", business_get)
            .business(Verb::BusinessRead)
            .summary("A business, with its policy")
            .gives::<BusinessView>(200),
        Row::patch("/api/v1/businesses/{id}", "business_update", business_update)
            .business(Verb::BusinessManage)
            .summary("Changes a business's name, time zone, default unit or policy")
            .takes::<BusinessPatch>()
            .gives::<BusinessView>(200)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::DAY_BOOKED]),
        Row::post("/api/v1/businesses/{id}/join-code", "join_code_renew", join_code_renew)
            .business(Verb::BusinessManage)
            .summary("Gives a business a new join code; the old one dies at once")
            .gives::<BusinessView>(200)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::OVERLOADED]),
        Row::post("/api/v1/businesses/join", "business_join", business_join)
            .summary("Makes the caller a customer of the business with a code")
            .takes::<JoinBody>()
            .gives::<MembershipView>(201)
            .refuses(&[kind::FORBIDDEN, kind::NOT_FOUND, kind::ALREADY_MEMBER]),
        Row::post("/api/v1/businesses/{id}/leave", "member_leave", member_leave)
            .business(Verb::MemberLeave)
            .summary("Leaves a business, with no open savings and no cash of it")
            .gives::<MembershipView>(200)
            .refuses(&[kind::OWNER_STAYS, kind::MEMBER_IN_USE, kind::CASH_IN_HAND, kind::BUSINESS_NOT_ACTIVE]),
    ]
}

fn units() -> Vec<Row> {
    vec![
        Row::get("/api/v1/businesses/{id}/units", "units_list", units_list)
            .business(Verb::BusinessRead)
            .summary("The units of a business")
            .query::<UnitsQuery>()
            .gives_page_of::<UnitView>(),
        Row::post("/api/v1/businesses/{id}/units", "unit_create", unit_create)
            .business(Verb::BusinessManage)
            .summary("Adds a unit")
            .takes::<UnitBody>()
            .gives::<UnitView>(201)
            .refuses(&[kind::UNIT_NAME_TAKEN, kind::BUSINESS_NOT_ACTIVE]),
        Row::patch("/api/v1/businesses/{id}/units/{unit_id}", "unit_update", unit_update)
            .business(Verb::BusinessManage)
            .summary("Renames a unit")
            .takes::<UnitBody>()
            .gives::<UnitView>(200)
            .refuses(&[kind::UNIT_NAME_TAKEN, kind::BUSINESS_NOT_ACTIVE]),
        Row::delete("/api/v1/businesses/{id}/units/{unit_id}", "unit_delete", unit_delete)
            .business(Verb::BusinessManage)
            .summary("Removes a unit that nobody and no card is in or invited to, and that is not the default")
            .refuses(&[kind::UNIT_IN_USE, kind::BUSINESS_NOT_ACTIVE]),
    ]
}

fn people() -> Vec<Row> {
    vec![
        Row::get("/api/v1/businesses/{id}/members", "members_list", members_list)
            .business(Verb::MemberRead)
            .summary("Who belongs to a business")
            .query::<MemberQuery>()
            .gives_page_of::<MemberView>(),
        Row::patch("/api/v1/businesses/{id}/members/{user_id}", "member_update", member_update)
            .business(Verb::MemberManage)
            .summary("Changes a member's role, unit or status; stops or removes him")
            .takes::<MemberPatch>()
            .gives::<MemberView>(200)
            .refuses(&[
                kind::PASSPHRASE_REQUIRED,
                kind::MEMBER_IN_USE,
                kind::CASH_IN_HAND,
                kind::MEMBER_LEFT,
                kind::BUSINESS_NOT_ACTIVE,
            ]),
        Row::post("/api/v1/businesses/{id}/customers", "customer_register", customer_register)
            .business(Verb::CustomerRegister)
            .summary("Registers a person who has no account yet, or sends him a new token; he activates it himself")
            .takes::<CustomerBody>()
            .gives::<CustomerView>(201)
            .refuses(&[kind::PERSON_EXISTS, kind::BUSINESS_NOT_ACTIVE]),
    ]
}

fn invitations() -> Vec<Row> {
    vec![
        Row::get("/api/v1/businesses/{id}/invitations", "invitations_list", invitations_list)
            .business(Verb::MemberRead)
            .summary("Whom a business has invited")
            .query::<InvitationsQuery>()
            .gives_page_of::<InvitationView>(),
        Row::post("/api/v1/businesses/{id}/invitations", "invitation_create", invitation_create)
            .business(Verb::MemberManage)
            .summary("Invites a phone number to the business; the token goes to that number alone")
            .takes::<InvitationBody>()
            .gives::<InvitationView>(201)
            .refuses(&[kind::INVITATION_PENDING, kind::ALREADY_MEMBER, kind::BUSINESS_NOT_ACTIVE]),
        Row::get("/api/v1/businesses/{id}/invitations/{invitation_id}", "invitation_get", invitation_get)
            .business(Verb::MemberRead)
            .summary("An invitation")
            .gives::<InvitationView>(200),
        Row::delete("/api/v1/businesses/{id}/invitations/{invitation_id}", "invitation_revoke", invitation_revoke)
            .business(Verb::MemberManage)
            .summary("Withdraws a pending invitation")
            .refuses(&[kind::INVITATION_STATUS, kind::BUSINESS_NOT_ACTIVE]),
        Row::post("/api/v1/invitations/{token}/accept", "invitation_accept", invitation_accept)
            .summary("Joins the business that invited the caller's phone number")
            .gives::<InvitationView>(200)
            .refuses(&[
                kind::FORBIDDEN,
                kind::INVITATION_STATUS,
                kind::ALREADY_MEMBER,
                kind::PASSPHRASE_REQUIRED,
                kind::BUSINESS_NOT_ACTIVE,
            ]),
        Row::post("/api/v1/invitations/{token}/reject", "invitation_reject", invitation_reject)
            .summary("Declines an invitation to the caller's phone number")
            .gives::<InvitationView>(200)
            .refuses(&[kind::INVITATION_STATUS]),
    ]
}
