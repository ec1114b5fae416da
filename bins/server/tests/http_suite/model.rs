//! The domain's own books in memory, as its property tests keep them: what the server must come to.

#[path = "../../../../crates/domain/tests/it/books.rs"]
pub mod books;
#[path = "../../../../crates/domain/tests/it/books_audit.rs"]
pub mod books_audit;
#[path = "../../../../crates/domain/tests/it/desk.rs"]
pub mod desk;
#[path = "../../../../crates/domain/tests/it/history_command.rs"]
pub mod history_command;
