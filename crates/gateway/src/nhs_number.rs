//! The check digit of the NHS number.
//!
//! Reason enough for a warning, not for a refusal: the test data of several NHS systems break the
//! rule on purpose.

use core::error::Error;
use core::fmt;

/// Why a text is not an NHS number.
///
/// The number itself is not in it: it identifies a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// It has not ten characters.
    Length {
        /// How many it has.
        found: usize,
    },
    /// It holds something other than the digits 0 to 9, such as the spaces of the printed form.
    NotADigit {
        /// Where, counted from 1.
        position: usize,
    },
    /// The last digit is not the check digit of the other nine.
    CheckDigit,
    /// The first nine digits have no check digit, so no NHS number begins with them.
    NoCheckDigit,
}

/// Checks a text of ten digits with Modulus 11.
///
/// The first nine digits, weighted 10 down to 2, are added up. Eleven minus the sum's remainder
/// by eleven is the last digit; 11 stands for 0, and with 10 there is no such number.
///
/// # Errors
///
/// What is wrong with the text.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::nhs_number::{Fault, check};
///
/// assert_eq!(check("9000000009"), Ok(()));
/// assert_eq!(check("9000000008"), Err(Fault::CheckDigit));
/// assert_eq!(check("900 000 0009"), Err(Fault::NotADigit { position: 4 }));
/// ```
pub fn check(text: &str) -> Result<(), Fault> {
    let mut digits = Vec::with_capacity(10);
    for (index, character) in text.chars().enumerate() {
        let not_a_digit = Fault::NotADigit {
            position: index + 1,
        };
        digits.push(character.to_digit(10).ok_or(not_a_digit)?);
    }
    let found = digits.len();
    let Some((&last, first_nine)) = digits.split_last().filter(|_| found == 10) else {
        return Err(Fault::Length { found });
    };
    let weights = (2..=10).rev();
    let sum: u32 = first_nine
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    match 11 - sum % 11 {
        10 => Err(Fault::NoCheckDigit),
        11 if last == 0 => Ok(()),
        check_digit if check_digit == last => Ok(()),
        _ => Err(Fault::CheckDigit),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => {
                write!(formatter, "an NHS number has 10 digits, this has {found}")
            }
            Self::NotADigit { position } => write!(
                formatter,
                "an NHS number has only digits, but character {position} is none: leave spaces and hyphens out"
            ),
            Self::CheckDigit => {
                formatter.write_str("the last digit is not the check digit: is a digit mistyped?")
            }
            Self::NoCheckDigit => {
                formatter.write_str("no NHS number begins with these nine digits: is one mistyped?")
            }
        }
    }
}

impl Error for Fault {}
