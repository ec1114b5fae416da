//! Where the ids of some days begin and end.
//!
//! Ids begin with the instant of the command that made them (UUIDv7), so a range of days is a range of ids: a list of an
//! old period reads the rows of that period, by the key that it is ordered by, and not all that came later. The bounds only
//! narrow what is looked at. The condition on the day itself stays, so each of them may be wide and none may be narrow.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A command of very many rows counts its ids on into the milliseconds after its own.
const COUNTED_ON: SignedDuration = SignedDuration::from_hours(1);
/// No time zone is further from UTC.
const ZONES: SignedDuration = SignedDuration::from_hours(24);
/// A collection is recorded at most this many days after its day, whatever a business allows.
const BACKDATED_DAYS_MAX: i64 = 366;

/// The first id of an instant.
pub(crate) fn id_at(instant: Timestamp) -> Uuid {
    Uuid::from_u128(u128::try_from(instant.as_millisecond()).unwrap_or(0) << 80)
}

/// No id of a row made at an instant or later is below.
pub(crate) fn id_from(instant: Timestamp) -> Uuid {
    id_at(instant.saturating_sub(COUNTED_ON).unwrap_or(Timestamp::MIN))
}

/// Every id of a row made before an instant is below.
pub(crate) fn id_before(instant: Timestamp) -> Uuid {
    id_at(instant.saturating_add(COUNTED_ON).unwrap_or(Timestamp::MAX))
}

/// No id of a row that is of a day or of a later one is below: nothing is recorded for a day before it has begun somewhere.
pub(crate) fn id_of_day(day: Date) -> Uuid {
    id_from(midnight(day).saturating_sub(ZONES).unwrap_or(Timestamp::MIN))
}

/// Every id of a row made on a day or before it is below.
pub(crate) fn id_after_day(day: Date) -> Uuid {
    id_before(midnight(day).saturating_add(ZONES + ZONES).unwrap_or(Timestamp::MAX))
}

/// Every id of a row that is of a day or of an earlier one is below, though it may have been recorded late.
pub(crate) fn id_after_day_recorded_late(day: Date) -> Uuid {
    id_after_day(day.saturating_add(SignedDuration::from_hours(24 * BACKDATED_DAYS_MAX)))
}

/// The days that no instant has are the first ones and the last ones of the calendar.
fn midnight(day: Date) -> Timestamp {
    let beyond = if day.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    day.at(0, 0, 0, 0).in_tz("UTC").map_or(beyond, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use ofektom_domain::ids::{EntryId, IdFactory};

    use super::*;

    fn made(at: &str) -> Uuid {
        IdFactory::for_item(at.parse().unwrap(), 5, 499).make::<EntryId>().uuid()
    }

    #[test]
    fn rows_of_a_day_are_within_its_bounds_in_every_zone() {
        let day = date(2025, 3, 1);
        // From its first moment on Kiritimati to its last one on Baker Island.
        for at in ["2025-02-28T10:00:00Z", "2025-03-01T12:00:00Z", "2025-03-02T11:59:59Z"] {
            assert!(made(at) >= id_of_day(day) && made(at) < id_after_day(day), "{at}");
        }
        assert!(made("2026-03-03T11:59:59Z") < id_after_day_recorded_late(day));
        // They do narrow.
        assert!(made("2025-02-27T10:00:00Z") < id_of_day(day));
        assert!(made("2025-03-03T02:00:00Z") >= id_after_day(day));
    }

    #[test]
    fn days_that_no_instant_has_bound_nothing() {
        let now = made("2025-03-01T12:00:00Z");
        for end in [Date::MAX, date(9999, 12, 31), date(9999, 1, 1), date(9998, 12, 31)] {
            assert!(now < id_after_day(end) && now < id_after_day_recorded_late(end) && id_of_day(end) > now, "{end}");
        }
        assert!(id_of_day(Date::MIN) <= now && id_after_day(Date::MIN) <= now);
    }

    #[test]
    fn an_instant_is_within_its_own_bounds() {
        let at = "2025-03-01T12:00:00.5Z";
        let instant = at.parse().unwrap();
        assert!(id_from(instant) <= made(at) && made(at) < id_before(instant));
        assert_eq!(id_at(Timestamp::MIN), Uuid::nil());
    }
}
