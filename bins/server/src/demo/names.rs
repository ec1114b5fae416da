//! Names and numbers of the people of the demo.

use anyhow::Result;
use ofektom_domain::people::PersonName;
use ofektom_domain::phone::PhoneNumber;

use super::stories::CUSTOMERS;

/// The passphrase of everybody who works for the demo business.
pub const STAFF_PASSPHRASE: &str = "market day at noon";
/// The PIN of every customer.
pub const CUSTOMER_PIN: &str = "274951";

/// Who works for the business: owner, admin, collectors.
pub(super) const STAFF: [&str; 5] = ["Amaka Obi", "Femi Adeyemi", "Musa Bello", "Ngozi Eze", "Tunde Bakare"];

const FIRST_NAMES: [&str; 20] = [
    "Adaeze", "Aisha", "Bola", "Chidi", "Chinedu", "Damilola", "Efe", "Emeka", "Fatima", "Funke", "Gbenga", "Halima",
    "Ifeoma", "Ibrahim", "Kemi", "Ladi", "Obinna", "Sade", "Uche", "Yusuf",
];
const LAST_NAMES: [&str; 9] =
    ["Abubakar", "Adewale", "Danjuma", "Ekwueme", "Idowu", "Lawal", "Nwosu", "Okafor", "Udoh"];

/// The number of someone who works for the business.
pub(super) fn staff_phone(index: usize) -> Result<PhoneNumber> {
    Ok(format!("+2348100000{:03}", index + 1).parse()?)
}

/// The number of a customer.
pub(super) fn customer_phone(index: usize) -> Result<PhoneNumber> {
    Ok(format!("+2348100001{:03}", index + 1).parse()?)
}

/// The name of a customer; no two have the same.
pub(super) fn customer_name(index: usize) -> Result<PersonName> {
    let first = FIRST_NAMES.iter().cycle().nth(index).unwrap_or(&"");
    let last = LAST_NAMES.iter().cycle().nth(index).unwrap_or(&"");
    Ok(format!("{first} {last}").parse()?)
}

/// The account number and bank of a customer.
pub(super) fn bank_account(index: usize) -> (&'static str, String) {
    let bank = ["058", "044", "033"].iter().cycle().nth(index).copied().unwrap_or("058");
    (bank, format!("00{:08}", 10_000_019 * (index % CUSTOMERS + 1) % 100_000_000))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ofektom_domain::people::{BankDetails, CredentialKind, secret_check};

    use super::*;

    #[test]
    fn everybody_is_somebody_else() {
        let phones = (0..STAFF.len()).map(staff_phone).chain((0..CUSTOMERS).map(customer_phone));
        let phones: BTreeSet<_> = phones.map(|phone| phone.unwrap().as_str().to_owned()).collect();
        assert_eq!(phones.len(), STAFF.len() + CUSTOMERS);
        let names: BTreeSet<_> =
            (0..CUSTOMERS).map(|index| customer_name(index).unwrap().as_str().to_owned()).collect();
        assert_eq!(names.len(), CUSTOMERS);
        for index in 0..CUSTOMERS {
            let (bank, number) = bank_account(index);
            assert!(BankDetails::new(bank, &number, "Name").is_ok(), "{number}");
        }
    }

    #[test]
    fn the_secrets_are_acceptable() {
        for index in 0..STAFF.len() {
            assert_eq!(
                secret_check(CredentialKind::Passphrase, STAFF_PASSPHRASE, &staff_phone(index).unwrap()),
                Ok(())
            );
        }
        for index in 0..CUSTOMERS {
            assert_eq!(secret_check(CredentialKind::Pin, CUSTOMER_PIN, &customer_phone(index).unwrap()), Ok(()));
        }
    }
}
