//! The statuses that are told apart.

/// In the order of how often they are looked for.
const KNOWN: [(u16, &str); 30] = [
    (200, "200"),
    (201, "201"),
    (304, "304"),
    (204, "204"),
    (202, "202"),
    (401, "401"),
    (403, "403"),
    (404, "404"),
    (409, "409"),
    (422, "422"),
    (429, "429"),
    (400, "400"),
    (503, "503"),
    (500, "500"),
    (308, "308"),
    (405, "405"),
    (406, "406"),
    (408, "408"),
    (410, "410"),
    (412, "412"),
    (413, "413"),
    (414, "414"),
    (415, "415"),
    (428, "428"),
    (431, "431"),
    (206, "206"),
    (416, "416"),
    (501, "501"),
    (502, "502"),
    (504, "504"),
];

/// How many places a route has: one for each of them, and one for all others.
pub(super) const STATUSES: usize = KNOWN.len() + 1;

/// The place of a status.
pub(super) fn slot_of(status: u16) -> usize {
    KNOWN.iter().position(|(known, _)| *known == status).unwrap_or(KNOWN.len())
}

/// What the place is called.
pub(super) fn label_of(slot: usize) -> &'static str {
    KNOWN.get(slot).map_or("other", |(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::catalogue;
    use crate::routes::table;

    #[test]
    fn every_status_that_a_route_may_answer_with_has_a_place() {
        let gives = table().iter().flat_map(|row| [Some(row.reply.status), row.besides.as_ref().map(|it| it.0)]);
        let refuses = catalogue().iter().map(|entry| Some(entry.kind.status));
        for status in gives.chain(refuses).flatten() {
            assert_eq!(label_of(slot_of(status)), status.to_string());
        }
        assert_eq!(label_of(slot_of(299)), "other");
    }
}
