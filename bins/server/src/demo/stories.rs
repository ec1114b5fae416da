//! What becomes of each customer's card: the data of the demo.

/// What a customer saves for. Amounts in naira.
#[derive(Clone, Copy, Debug)]
pub(super) enum Saving {
    Daily { box_naira: u32, months: u32 },
    Target { naira: u32, days: u32 },
}

/// How a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Not at all.
    Never,
    /// Once.
    Once,
    /// The day's box in so many of a hundred visits; missed days stay open.
    WithGaps(u64),
    /// In so many of a hundred visits, then all that is due.
    CatchingUp(u64),
    /// One and a half boxes at a time, so that there is credit on the card.
    OneAndAHalf,
    /// Everything, and before the end what is left.
    Everything,
    /// Everything but the last boxes.
    AllBut(u32),
}

/// How the story ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It goes on.
    Open,
    /// The customer ends it early.
    EndedEarly,
    /// It is cancelled before anything was paid.
    Cancelled,
    /// It gets another month.
    Extended,
    /// The money is asked for.
    Asked(Payout),
}

/// What becomes of a payment request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payout {
    Pending,
    Approved,
    Rejected,
    /// The transfer did not work.
    Failed,
    PaidByBank,
    PaidInCash,
    /// Paid by bank, and a new card opened with the same terms.
    PaidAndRenewed,
}

/// One kind of story and how many customers live it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story {
    pub customers: usize,
    pub saving: Saving,
    /// How many days ago the card starts; negative for a start to come.
    pub started_days_ago: i64,
    pub habit: Habit,
    pub ending: Ending,
}

const fn story(customers: usize, saving: Saving, started_days_ago: i64, habit: Habit, ending: Ending) -> Story {
    Story { customers, saving, started_days_ago, habit, ending }
}

const fn daily(box_naira: u32, months: u32) -> Saving {
    Saving::Daily { box_naira, months }
}

const fn target(naira: u32, days: u32) -> Saving {
    Saving::Target { naira, days }
}

/// How many customers there are.
pub(super) const CUSTOMERS: usize = 60;

/// All stories. The customers of the last four have not activated their accounts yet.
pub(super) const STORIES: [Story; 28] = [
    story(2, daily(500, 1), 40, Habit::Everything, Ending::Open),
    story(1, target(30_000, 28), 40, Habit::Everything, Ending::Open),
    story(2, daily(1_000, 1), 40, Habit::Everything, Ending::Asked(Payout::Pending)),
    story(1, target(60_000, 30), 40, Habit::Everything, Ending::Asked(Payout::Pending)),
    story(2, daily(700, 1), 40, Habit::Everything, Ending::Asked(Payout::Approved)),
    story(1, daily(2_000, 1), 40, Habit::Everything, Ending::Asked(Payout::Rejected)),
    story(1, daily(1_500, 1), 39, Habit::Everything, Ending::Asked(Payout::Failed)),
    story(2, daily(500, 1), 39, Habit::Everything, Ending::Asked(Payout::PaidByBank)),
    story(2, daily(400, 1), 39, Habit::Everything, Ending::Asked(Payout::PaidInCash)),
    story(2, daily(1_000, 1), 39, Habit::Everything, Ending::Asked(Payout::PaidAndRenewed)),
    story(3, daily(500, 1), 29, Habit::AllBut(2), Ending::Open),
    story(1, target(45_000, 30), 29, Habit::AllBut(1), Ending::Open),
    story(1, daily(300, 3), 30, Habit::CatchingUp(70), Ending::EndedEarly),
    story(1, daily(500, 3), 20, Habit::Once, Ending::EndedEarly),
    story(2, daily(200, 2), 15, Habit::Never, Ending::Cancelled),
    story(2, daily(600, 1), 25, Habit::CatchingUp(80), Ending::Extended),
    story(1, target(50_000, 40), 25, Habit::CatchingUp(80), Ending::Extended),
    story(6, daily(500, 3), 36, Habit::WithGaps(85), Ending::Open),
    story(5, daily(1_000, 3), 33, Habit::CatchingUp(75), Ending::Open),
    story(4, daily(200, 12), 38, Habit::WithGaps(70), Ending::Open),
    story(3, daily(300, 6), 27, Habit::OneAndAHalf, Ending::Open),
    story(4, target(100_000, 91), 35, Habit::CatchingUp(65), Ending::Open),
    story(3, target(250_000, 180), 30, Habit::WithGaps(80), Ending::Open),
    story(2, daily(2_500, 2), 18, Habit::CatchingUp(90), Ending::Open),
    story(1, daily(500, 1), 2, Habit::Never, Ending::Open),
    story(1, target(20_000, 60), -3, Habit::Never, Ending::Open),
    story(2, daily(500, 3), 12, Habit::WithGaps(60), Ending::Open),
    story(2, daily(1_000, 1), -1, Habit::Never, Ending::Open),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_customer_has_a_story() {
        assert_eq!(STORIES.iter().map(|story| story.customers).sum::<usize>(), CUSTOMERS);
    }
}
