//! Whom and what a search finds, as subqueries for the lists.
//!
//! Every search is bounded by the businesses that its caller reads: it looks at their members and their cards, never at the
//! people of the platform (`docs/adr/0013-search.md`).

use diesel::AppearsOnTable;
use diesel::dsl::InnerJoinQuerySource;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::query_builder::Query;
use ofektom_domain::search::{Digits, SearchText};

use crate::engine::{Clause, Col, Fragment, Ids, Uid};
use crate::savings::Reach;
use crate::schema::{memberships, savings_accounts as cards, users};

/// Members with their persons.
type People = InnerJoinQuerySource<memberships::table, users::table>;

/// The people of the reach's businesses whose name or phone number is meant.
pub(crate) fn people_found(reach: &Reach, text: &SearchText) -> impl Query<SqlType = Uid> + Fragment + use<> {
    let of_businesses: Clause<People> = reach.of_businesses(memberships::business_id);
    let wanted = of_businesses.with(person_meant(text));
    memberships::table.inner_join(users::table).filter(wanted).select(memberships::user_id)
}

/// The cards of the reach's businesses that are meant: by the number on them, or by their customer's name or phone number.
pub(crate) fn cards_found(reach: &Reach, text: &SearchText) -> impl Query<SqlType = Uid> + Fragment + use<> {
    let of_businesses: Clause<cards::table> = reach.of_businesses(cards::business_id);
    cards::table.filter(of_businesses.with(card_meant(reach, text))).select(cards::id)
}

/// Whether a row's customer or card is meant.
pub(crate) fn customer_or_card_meant<T: 'static>(
    reach: &Reach,
    text: &SearchText,
    customer: impl Ids<T>,
    card: impl Ids<T>,
) -> Clause<T> {
    let by_person = Clause::all().with_in(customer, people_found(reach, text));
    let SearchText::Number(digits) = text else { return by_person };
    let of_businesses: Clause<cards::table> = reach.of_businesses(cards::business_id);
    let numbered = cards::table.filter(of_businesses.with(number_meant(digits))).select(cards::id);
    Clause::any_of([by_person, Clause::all().with_in(card, numbered)])
}

/// Whether a card is meant.
pub(crate) fn card_meant(reach: &Reach, text: &SearchText) -> Clause<cards::table> {
    let by_person = Clause::all().with_in(cards::customer_id, people_found(reach, text));
    match text {
        SearchText::Name(_) => by_person,
        SearchText::Number(digits) => Clause::any_of([by_person, number_meant(digits)]),
    }
}

/// Whether a person is meant, in a query of members.
pub(crate) fn person_meant<T: 'static>(text: &SearchText) -> Clause<T>
where
    users::phone: AppearsOnTable<T>,
    users::name_search: AppearsOnTable<T>,
{
    // A key has a blank before each word, and neither it nor what is looked for has wildcards.
    let named = |start: &str| Clause::all().with_like(users::name_search, format!("% {start}%"));
    let phoned = |pattern: String| Clause::all().with_like(users::phone, pattern);
    match text {
        SearchText::Name(words) => words.iter().fold(Clause::all(), |meant, word| meant.with(named(word))),
        SearchText::Number(digits) => match digits.phone() {
            Some(phone) => phoned(phone.as_str().to_owned()),
            None => {
                let start = digits.phone_start().map(|start| phoned(format!("{start}%")));
                let anywhere = [phoned(format!("%{}%", digits.as_str())), named(digits.as_str())];
                Clause::any_of(anywhere.into_iter().chain(start))
            }
        },
    }
}

/// Whether the number on a card is meant.
fn number_meant(digits: &Digits) -> Clause<cards::table> {
    match digits.tracking_number() {
        Some(number) => Clause::all().with(cards::tracking_number.eq(Col(number))),
        None if digits.in_tracking_number() => {
            Clause::all().with_like(cards::tracking_number, format!("%{}%", digits.as_str()))
        }
        None => Clause::none(),
    }
}
