//! A row of a file, read.

use serde::{Deserialize, Serialize};

use crate::commission::CommissionRequest;
use crate::people::PersonName;
use crate::phone::PhoneNumber;
use crate::refusal::FieldError;
use crate::savings::PlanRequest;

/// A customer, and a card of his if the row has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Its line in the file, for a person who looks for it; the first is 1.
    pub line: u32,
    /// The customer's phone number.
    pub phone: PhoneNumber,
    /// His name, if he has no account yet.
    pub full_name: PersonName,
    /// The name of his and the card's unit; the default unit when not given.
    pub unit: Option<String>,
    /// The card.
    pub card: Option<ImportCard>,
}

/// A card of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportCard {
    /// The plan.
    pub plan: PlanRequest,
    /// The commission; the business's default when not given.
    pub commission: Option<CommissionRequest>,
    /// The name of the card among those of the customer, such as the number of his paper card; empty when it has none.
    pub reference: String,
}

impl ImportCard {
    /// The plan in one text. Two rows of one customer with the same terms and the same reference are one card.
    #[must_use]
    pub fn terms(&self) -> String {
        match self.plan {
            PlanRequest::Daily { box_amount, months, start_date } => {
                format!("daily {} {months} {start_date}", box_amount.kobo())
            }
            PlanRequest::Target { target_amount, start_date, end_date } => {
                format!("target {} {start_date} {end_date}", target_amount.kobo())
            }
        }
    }
}

/// Something in a row that is not acceptable. The field of the error is the column; it is empty for the row as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The line in the file; 0 for the file as a whole.
    pub line: u32,
    /// What is wrong.
    pub error: FieldError,
}

impl LineError {
    /// Names a line, a column, a stable code and what would be right.
    pub fn new(line: u32, column: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { line, error: FieldError::new(column, code, message) }
    }

    /// The same with the line as a part of the field: `lines[17].phone`.
    #[must_use]
    pub fn into_field_error(self) -> FieldError {
        let field = match (self.line, self.error.field.as_str()) {
            (0, column) => column.to_owned(),
            (line, "") => format!("lines[{line}]"),
            (line, column) => format!("lines[{line}].{column}"),
        };
        FieldError { field, ..self.error }
    }
}

/// The same as it is kept with an import that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The line in the file; 0 for the file as a whole.
    pub line: u32,
    /// The column; empty for the row as a whole.
    pub column: String,
    /// A stable code, such as `out_of_range`.
    pub code: String,
    /// What would be right, for a person.
    pub message: String,
}

impl From<LineError> for RowError {
    fn from(LineError { line, error }: LineError) -> Self {
        Self { line, column: error.field, code: error.code.to_owned(), message: error.message }
    }
}
