//! What somebody types to find a person or a card: a name, a phone number, the number on a card, or a part of one.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::phone::PhoneNumber;
use crate::tracking_number::TrackingNumber;

/// Most characters of a search.
pub const SEARCH_MAX: usize = 80;
/// Most words of a search; further ones would only narrow what six words have found.
const WORDS_MAX: usize = 6;
/// How many digits a tracking number has.
const TRACKING_DIGITS: usize = 10;
/// The country code of a number that is written with the trunk prefix 0, as `PhoneNumber` reads it.
const HOME_CODE: &str = "+234";

/// A search, read: words of a name, or digits of a number. `Debug` hides it: it may be a phone number.
#[derive(Clone, PartialEq, Eq)]
pub enum SearchText {
    /// Words, each of which begins a word of the name, in any order.
    Name(NameWords),
    /// Digits, which are in a phone number or in the number on a card.
    Number(Digits),
}

/// Words of a name: one or more, folded as [`name_key`] folds names.
#[derive(Clone, PartialEq, Eq)]
pub struct NameWords(Vec<String>);

/// One or more digits, as far as they were typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Digits {
    digits: String,
    phone: Option<PhoneNumber>,
    phone_start: Option<String>,
}

/// The text cannot find anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {SEARCH_MAX} characters, with a letter or a digit among them")]
pub struct InvalidSearch;

impl NameWords {
    /// The words, each without blanks: letters and digits alone.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl Digits {
    /// The digits alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The phone number, when they are a whole one.
    #[must_use]
    pub const fn phone(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref()
    }

    /// How a phone number in E.164 begins, when they are written as the beginning of one: with a trunk prefix (`0803`) or
    /// an international one (`+234803`, `00234803`).
    #[must_use]
    pub fn phone_start(&self) -> Option<&str> {
        self.phone_start.as_deref()
    }

    /// The number on a card, when they are a whole one.
    #[must_use]
    pub fn tracking_number(&self) -> Option<TrackingNumber> {
        self.digits.parse().ok()
    }

    /// Whether they may be a part of the number on a card.
    #[must_use]
    pub fn in_tracking_number(&self) -> bool {
        self.digits.len() <= TRACKING_DIGITS
    }

    fn read(text: &str) -> Self {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let phone_start = if text.starts_with('+') {
            Some(format!("+{digits}"))
        } else if let Some(abroad) = digits.strip_prefix("00") {
            Some(format!("+{abroad}"))
        } else {
            digits.strip_prefix('0').map(|national| format!("{HOME_CODE}{national}"))
        };
        // A number that is written with other marks than a phone number's still has its digits.
        let phone = text.parse().or_else(|_| digits.parse()).ok();
        Self { digits, phone, phone_start }
    }
}

impl FromStr for SearchText {
    type Err = InvalidSearch;

    fn from_str(text: &str) -> Result<Self, InvalidSearch> {
        let text = text.trim();
        if text.chars().count() > SEARCH_MAX {
            return Err(InvalidSearch);
        }
        let key = name_key(text);
        let words: Vec<String> = key.split_whitespace().take(WORDS_MAX).map(str::to_owned).collect();
        if words.is_empty() {
            return Err(InvalidSearch);
        }
        let number = key.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit());
        Ok(if number { Self::Number(Digits::read(text)) } else { Self::Name(NameWords(words)) })
    }
}

impl fmt::Debug for SearchText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchText(…)")
    }
}

/// A name as it is searched: its words in lower case without marks and punctuation, each after one blank, so that the
/// start of a word is found by what follows a blank. `Ọláńrewájú Adé-Òjó` is ` olanrewaju ade ojo`.
///
/// The databases fold differently (and SQLite only ASCII), so the program does it, for what is stored and for what is
/// looked for. People write the same name with tone marks and dots, or without.
#[must_use]
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 1);
    let mut in_word = false;
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            // An apostrophe is within a word (`Sa'adatu`, `D’Almeida`), and so are marks that nobody sees.
            '\'' | '`' | '‘' | '’' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {
            }
            c if c.is_alphanumeric() => {
                if !in_word {
                    key.push(' ');
                }
                in_word = true;
                push_plain(&mut key, c);
            }
            _ => in_word = false,
        }
    }
    key
}

/// Letters that have no mark to take off, but a plain letter that people type for them: those of Hausa, Kanuri and other
/// West African languages, and of Europe.
fn push_plain(key: &mut String, c: char) {
    let plain = match c {
        'ɓ' => "b",
        'ɗ' | 'đ' | 'ɖ' => "d",
        'ǝ' | 'ə' | 'ɛ' => "e",
        'ɣ' => "g",
        'ħ' => "h",
        'ı' | 'ɩ' => "i",
        'ƙ' => "k",
        'ł' => "l",
        'ŋ' | 'ɲ' => "n",
        'ø' | 'ɔ' => "o",
        'ʋ' => "v",
        'ƴ' => "y",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        other => return key.push(other),
    };
    key.push_str(plain);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        match text.parse() {
            Ok(SearchText::Name(words)) => words.iter().map(str::to_owned).collect(),
            other => panic!("{text} is no name: {other:?}"),
        }
    }

    fn digits(text: &str) -> Digits {
        match text.parse() {
            Ok(SearchText::Number(digits)) => digits,
            other => panic!("{text} is no number: {other:?}"),
        }
    }

    #[test]
    fn names_lose_their_marks_and_keep_their_words() {
        for (name, key) in [
            ("Ọláńrewájú", " olanrewaju"),
            ("O\u{323}la\u{301}n\u{301}rewa\u{301}ju\u{301}", " olanrewaju"),
            ("NGỌZI  Nwáchukwu", " ngozi nwachukwu"),
            ("Ẹ̀bùn Adé-Ṣọlá", " ebun ade sola"),
            ("Sa'adatu Ɓello Ƙofa", " saadatu bello kofa"),
            ("D’Almeida, J.", " dalmeida j"),
            ("ＡＢＣ Straße", " abc strasse"),
            ("محمّد", " محمد"),
            ("100%_\\", " 100"),
            ("%_\\'", ""),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
    }

    #[test]
    fn a_text_with_letters_is_a_name() {
        assert_eq!(words("  Ọláńre  adE "), ["olanre", "ade"]);
        assert_eq!(words("Shop 5"), ["shop", "5"]);
        assert_eq!(words("a b c d e f g").len(), WORDS_MAX);
    }

    #[test]
    fn a_whole_phone_number_is_one_in_any_form() {
        for text in ["08031234567", "8031234567", "2348031234567", "+234 803 123 4567", "0803-123-4567", "0803/1234567"]
        {
            assert_eq!(digits(text).phone().map(PhoneNumber::as_str), Some("+2348031234567"), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_number_says_what_it_may_begin() {
        let part = digits("0803");
        assert_eq!((part.as_str(), part.phone_start(), part.phone()), ("0803", Some("+234803"), None));
        assert_eq!(digits("00234803").phone_start(), Some("+234803"));
        assert_eq!(digits("+234 803").phone_start(), Some("+234803"));
        assert_eq!((digits("5678").phone_start(), digits("5678").as_str()), (None, "5678"));
        let number = TrackingNumber::from_random(7);
        assert_eq!(digits(&number.to_string()).tracking_number(), Some(number));
        assert_eq!(digits("1000000000").tracking_number(), None);
        assert!(digits("4539578763").in_tracking_number() && !digits("45395787631").in_tracking_number());
    }

    #[test]
    fn what_finds_nothing_is_refused() {
        for text in ["", "   ", "%", "'_'", "+", "…", &"a".repeat(81)] {
            assert_eq!(text.parse::<SearchText>(), Err(InvalidSearch), "{text}");
        }
    }

    #[test]
    fn debug_hides_it() {
        assert_eq!(format!("{:?}", "08031234567".parse::<SearchText>().unwrap()), "SearchText(…)");
    }

    proptest! {
        #[test]
        fn a_key_has_no_wildcard_and_is_its_own_key(text in "\\PC{0,40}") {
            let key = name_key(&text);
            prop_assert!(!key.contains(['%', '_', '\\']));
            prop_assert_eq!(name_key(&key), key);
        }

        #[test]
        fn a_name_is_found_by_the_start_of_each_of_its_words(name in "[A-Za-zẸẹỌọṢṣáàńɓɗ]{1,9}( [A-Zọẹa-z]{1,9}){0,2}") {
            let key = name_key(&name);
            for word in name.split(' ') {
                let start: String = word.chars().take(3).collect();
                for found in words(&start) {
                    let at_start = format!(" {found}");
                    prop_assert!(key.contains(&at_start));
                }
            }
        }
    }
}
