//! What a person wants to be told.

use actix_web::web::Data;
use ofektom_app::{App, NotificationPreference};
use ofektom_domain::notification::{NotificationKind, PreferenceChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{ApiJson, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, FlagIn, PageView};

/// What to turn on (`true`) or off (`false`), by kind; what is missing stays. It holds from now on: notifications that were
/// written stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferencesPatch {
    contribution_posted: Option<FlagIn>,
    /// Cannot be turned off.
    contribution_reversed: Option<FlagIn>,
    savings_completed: Option<FlagIn>,
    payout_filed: Option<FlagIn>,
    payout_approved: Option<FlagIn>,
    payout_rejected: Option<FlagIn>,
    payout_paid: Option<FlagIn>,
    payout_failed: Option<FlagIn>,
    payout_cancelled: Option<FlagIn>,
    round_closed: Option<FlagIn>,
    round_accepted: Option<FlagIn>,
    round_reopened: Option<FlagIn>,
    invitation_received: Option<FlagIn>,
    invitation_accepted: Option<FlagIn>,
    invitation_rejected: Option<FlagIn>,
    /// Cannot be turned off.
    suspicious_sign_in: Option<FlagIn>,
    /// Cannot be turned off.
    bank_details_changed: Option<FlagIn>,
    customer_bank_details_changed: Option<FlagIn>,
}

impl PreferencesPatch {
    fn flag_of(&mut self, kind: NotificationKind) -> Option<FlagIn> {
        let flag = match kind {
            NotificationKind::ContributionPosted => &mut self.contribution_posted,
            NotificationKind::ContributionReversed => &mut self.contribution_reversed,
            NotificationKind::SavingsCompleted => &mut self.savings_completed,
            NotificationKind::PayoutFiled => &mut self.payout_filed,
            NotificationKind::PayoutApproved => &mut self.payout_approved,
            NotificationKind::PayoutRejected => &mut self.payout_rejected,
            NotificationKind::PayoutPaid => &mut self.payout_paid,
            NotificationKind::PayoutFailed => &mut self.payout_failed,
            NotificationKind::PayoutCancelled => &mut self.payout_cancelled,
            NotificationKind::RoundClosed => &mut self.round_closed,
            NotificationKind::RoundAccepted => &mut self.round_accepted,
            NotificationKind::RoundReopened => &mut self.round_reopened,
            NotificationKind::InvitationReceived => &mut self.invitation_received,
            NotificationKind::InvitationAccepted => &mut self.invitation_accepted,
            NotificationKind::InvitationRejected => &mut self.invitation_rejected,
            NotificationKind::SuspiciousSignIn => &mut self.suspicious_sign_in,
            NotificationKind::BankDetailsChanged => &mut self.bank_details_changed,
            NotificationKind::CustomerBankDetailsChanged => &mut self.customer_bank_details_changed,
        };
        flag.take()
    }
}

impl Check for PreferencesPatch {
    type Output = Vec<PreferenceChange>;

    fn check(mut self, checks: &mut Checks) -> Option<Self::Output> {
        let mut changes = Vec::new();
        for kind in NotificationKind::ALL {
            // What is not acceptable is noted; the notes refuse the whole.
            let flag = checks.take_optional(kind.as_str(), self.flag_of(kind)).flatten();
            changes.extend(flag.map(|enabled| PreferenceChange { kind, enabled }));
        }
        Some(changes)
    }
}

/// Whether the caller wants to be told of a kind of thing.
#[derive(Serialize, ToSchema)]
pub struct PreferenceView {
    #[schema(example = "contribution_posted")]
    kind: &'static str,
    /// Whether he is told.
    enabled: bool,
    /// Whether it cannot be turned off.
    mandatory: bool,
}

impl From<NotificationPreference> for PreferenceView {
    fn from(preference: NotificationPreference) -> Self {
        let NotificationPreference { kind, enabled } = preference;
        Self { kind: kind.as_str(), enabled, mandatory: kind.is_mandatory() }
    }
}

/// `GET /me/notification-preferences`
///
/// # Errors
/// Those of [`App::notification_preferences`].
pub async fn notification_preferences(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    let preferences = app.notification_preferences(&caller).await?;
    reply::ok(&PageView::whole(preferences, PreferenceView::from))
}

/// `PATCH /me/notification-preferences`
///
/// # Errors
/// Those of [`App::notification_preferences_update`].
pub async fn notification_preferences_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiJson(changes): ApiJson<PreferencesPatch>,
) -> ApiResult {
    let preferences = app.notification_preferences_update(&caller, changes).await?;
    reply::ok(&PageView::whole(preferences, PreferenceView::from))
}
