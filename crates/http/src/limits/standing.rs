//! How a request stands with the limits, until its answer tells.

use std::time::Duration;

use ofektom_cache::Taken;

use super::scope::Scope;

/// At which scopes a request was counted, and which of them has the least left.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// The bits of the scopes.
    pub(super) counted: u8,
    pub(super) tightest: Option<Tightest>,
}

/// The scope that will refuse first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tightest {
    pub(super) scope: Scope,
    pub(super) left: u32,
    pub(super) whole_in: Duration,
    units: u32,
    given: bool,
}

impl Standing {
    /// Counted at a scope of so many units.
    pub(super) fn note(&mut self, scope: Scope, units: u32, taken: &Taken) {
        self.counted |= scope.bit();
        let tighter = |other: &Tightest| {
            let share = |left: u32, units: u32| u64::from(left).saturating_mul(units.into());
            share(taken.left, other.units) < share(other.left, units)
        };
        // Where it was refused is what it must know of.
        let is_tightest = self.tightest.as_ref().is_none_or(|other| !taken.given || (other.given && tighter(other)));
        if is_tightest {
            let Taken { given, left, whole_in, .. } = *taken;
            self.tightest = Some(Tightest { scope, left, whole_in, units, given });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(given: bool, left: u32) -> Taken {
        Taken { given, left, whole_in: Duration::from_secs(1), wait: Duration::ZERO }
    }

    fn scope_of(standing: &Standing) -> Scope {
        standing.tightest.unwrap().scope
    }

    #[test]
    fn the_smallest_share_that_is_left_is_told() {
        let mut standing = Standing::default();
        standing.note(Scope::Address, 1_000, &taken(true, 500));
        standing.note(Scope::User, 100, &taken(true, 60));
        assert_eq!(scope_of(&standing), Scope::Address);
        standing.note(Scope::Business, 1_000, &taken(true, 499));
        assert_eq!(scope_of(&standing), Scope::Business);
        assert_eq!(standing.counted, 2 + 4 + 8);
    }

    #[test]
    fn a_refusal_is_told_whatever_else_is_left() {
        let mut standing = Standing::default();
        standing.note(Scope::Address, 1_000, &taken(true, 0));
        standing.note(Scope::User, 100, &taken(false, 5));
        assert_eq!(scope_of(&standing), Scope::User);
    }
}
