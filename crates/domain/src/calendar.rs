//! Dates of a savings business: month arithmetic, its business day, ranges.

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan, tz::TimeZone};

/// `date` moved by whole months, clamped to the last day of a shorter month (31 Jan + 1 month = 28 or 29 Feb).
/// `None` past the year 9999.
#[must_use]
pub fn add_months(date: Date, months: u32) -> Option<Date> {
    date.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// `date` moved by whole days. `None` past the calendar's ends.
#[must_use]
pub fn add_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// Days from `from` to `to`; negative when `to` is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The last day of a plan of `months` months that starts on `start`: start + months − 1 day, clamped at month ends.
#[must_use]
pub fn end_after_months(start: Date, months: u32) -> Option<Date> {
    add_months(start, months)?.checked_sub(1.day()).ok()
}

/// Which month, counted from `start` (0 for the first), holds `date`. `None` when `date` is before `start`.
///
/// Month k runs from `start` + k months (clamped) to the day before `start` + (k + 1) months.
#[must_use]
pub fn month_index(start: Date, date: Date) -> Option<u32> {
    if date < start {
        return None;
    }
    let months =
        (i32::from(date.year()) - i32::from(start.year())) * 12 + i32::from(date.month()) - i32::from(start.month());
    let months = u32::try_from(months).ok()?;
    if add_months(start, months)? <= date { Some(months) } else { months.checked_sub(1) }
}

/// The business's day at an instant: the civil date in its time zone.
#[must_use]
pub fn business_day(now: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(now).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_are_clamped_from_the_start() {
        assert_eq!(end_after_months(date(2025, 1, 31), 1), Some(date(2025, 2, 27)));
        assert_eq!(end_after_months(date(2025, 1, 31), 2), Some(date(2025, 3, 30)));
        assert_eq!(end_after_months(date(2024, 2, 29), 12), Some(date(2025, 2, 27)));
        assert_eq!(end_after_months(date(2025, 1, 1), 3), Some(date(2025, 3, 31)));
    }

    #[test]
    fn lagos_changes_day_an_hour_before_utc() {
        let lagos = TimeZone::get("Africa/Lagos").unwrap();
        let before: Timestamp = "2025-06-30T22:59:59Z".parse().unwrap();
        let after: Timestamp = "2025-06-30T23:00:00Z".parse().unwrap();
        assert_eq!(business_day(before, &lagos), date(2025, 6, 30));
        assert_eq!(business_day(after, &lagos), date(2025, 7, 1));
    }

    proptest! {
        #[test]
        fn month_index_inverts_add_months(offset in 0_i64..40_000, later in 0_i64..4_000) {
            let start = add_days(date(1990, 1, 1), offset).unwrap();
            let day = add_days(start, later).unwrap();
            let k = month_index(start, day).unwrap();
            prop_assert!(add_months(start, k).unwrap() <= day);
            prop_assert!(day < add_months(start, k + 1).unwrap());
        }
    }
}
