//! What of a caller's scope matters to one query.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::ports::ReadScope;

use crate::engine::{Clause, Col, Ids};
use crate::schema::businesses;

/// The businesses that a query names, in the form that suits an index best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Every business.
    Everything,
    /// Nothing at all.
    Nothing,
    /// All of one business.
    Business(Col<BusinessId>),
    /// What is a person's own in one business.
    OwnIn(Col<BusinessId>, Col<UserId>),
    /// All of some businesses, and what is a person's own in others.
    Several { businesses: Vec<Col<BusinessId>>, own_in: Vec<Col<BusinessId>>, own: Col<UserId> },
}

impl Reach {
    /// What the scope leaves to read, in one business if a filter names it.
    pub(crate) fn of(scope: &ReadScope, business: Option<BusinessId>) -> Self {
        let wanted = |id: &&BusinessId| business.is_none_or(|business| business == **id);
        let businesses: Vec<_> = scope.businesses.iter().filter(wanted).copied().map(Col).collect();
        let own_in: Vec<_> = scope.own_in.iter().filter(wanted).copied().map(Col).collect();
        let own = Col(scope.own);
        match (business, businesses.as_slice(), own_in.as_slice()) {
            (None, ..) if scope.all => Self::Everything,
            (Some(business), ..) if scope.all => Self::Business(Col(business)),
            (_, [], []) => Self::Nothing,
            (_, [business], []) => Self::Business(*business),
            (_, [], [business]) => Self::OwnIn(*business, own),
            _ => Self::Several { businesses, own_in, own },
        }
    }

    /// The condition on rows that have their business in one column, and in another the person whose own they are.
    pub(crate) fn clause<T: 'static>(&self, business: impl Ids<T>, owner: impl Ids<T>) -> Clause<T> {
        match self {
            // Every row is of a business. Said for the keys, which begin with it: one thing is then found by a look for each
            // business, and not by looking through them all.
            Self::Everything => Clause::all().with_in(business, businesses::table.select(businesses::id)),
            Self::Nothing => Clause::none(),
            Self::Business(one) => Clause::all().with(business.eq(*one)),
            Self::OwnIn(one, own) => Clause::all().with(business.eq(*one)).with(owner.eq(*own)),
            Self::Several { businesses, own_in, own } => {
                let whole = Clause::all().with(business.eq_any(businesses.clone()));
                let own = Clause::all().with(business.eq_any(own_in.clone())).with(owner.eq(*own));
                Clause::any_of([whole, own])
            }
        }
    }

    /// The condition on rows of the businesses, whosever they are: for what a query looks up on the way.
    pub(crate) fn of_businesses<T: 'static>(&self, business: impl Ids<T>) -> Clause<T> {
        match self {
            Self::Everything => Clause::all(),
            Self::Nothing => Clause::none(),
            Self::Business(one) | Self::OwnIn(one, _) => Clause::all().with(business.eq(*one)),
            Self::Several { businesses, own_in, .. } => {
                let named = businesses.iter().chain(own_in).copied().collect::<Vec<_>>();
                Clause::all().with(business.eq_any(named))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id<T: From<Uuid>>(number: u128) -> T {
        T::from(Uuid::from_u128(number))
    }

    #[test]
    fn a_named_business_narrows_the_scope_and_never_widens_it() {
        let scope = ReadScope { businesses: vec![id(1), id(2)], own_in: vec![id(3)], own: id(9), all: false };
        assert_eq!(Reach::of(&scope, Some(id(1))), Reach::Business(Col(id(1))));
        assert_eq!(Reach::of(&scope, Some(id(3))), Reach::OwnIn(Col(id(3)), Col(id(9))));
        assert_eq!(Reach::of(&scope, Some(id(4))), Reach::Nothing);
        assert!(matches!(Reach::of(&scope, None), Reach::Several { .. }));
        let everything = ReadScope { all: true, ..scope };
        assert_eq!(Reach::of(&everything, None), Reach::Everything);
        assert_eq!(Reach::of(&everything, Some(id(4))), Reach::Business(Col(id(4))));
    }
}
