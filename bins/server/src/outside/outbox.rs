//! Messages as files in a folder, from which another program delivers them. In development the log tells of each.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use ofektom_domain::ports::{Clock, Message, Messenger, MessengerError};
use serde_json::json;

use crate::private_files::{private_file_write, private_folder};

/// Most messages of one microsecond.
const SAME_INSTANT_MAX: u32 = 1_000;

/// Writes each message to a file of its own, readable by the owner of the process alone. Messages hold secrets: they
/// never reach a log.
#[derive(Clone)]
pub struct Outbox {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    is_announced: bool,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Outbox {
    /// An outbox in the data folder. Nothing is written before the first message.
    #[must_use]
    pub fn new(data_folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { folder: data_folder.join("outbox"), clock, is_announced: false }
    }

    /// The same with a line in the log for each message: it names the file, and nothing that is in it.
    #[must_use]
    pub fn announced(self) -> Self {
        Self { is_announced: true, ..self }
    }

    fn write(&self, kind: &str, content: &[u8]) -> io::Result<PathBuf> {
        private_folder(&self.folder)?;
        let stamp = self.clock.now().strftime("%Y%m%dT%H%M%S.%6fZ").to_string();
        for number in 1..=SAME_INSTANT_MAX {
            let suffix = if number == 1 { String::new() } else { format!("-{number}") };
            let path = self.folder.join(format!("{stamp}-{kind}{suffix}.json"));
            match private_file_write(&path, content) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                written => return written.map(|()| path),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

#[async_trait]
impl Messenger for Outbox {
    async fn message_send(&self, message: Message) -> Result<(), MessengerError> {
        let (kind, content) = match message {
            Message::Activation { phone, business_name, token } => {
                ("activation", json!({ "to": phone.as_str(), "business_name": business_name, "token": token }))
            }
            Message::SecretCode { phone, code, minutes } => {
                ("secret-code", json!({ "to": phone.as_str(), "code": code, "minutes": minutes }))
            }
            Message::Invitation { phone, business_name, role, token } => (
                "invitation",
                json!({ "to": phone.as_str(), "business_name": business_name, "role": role, "token": token }),
            ),
            Message::BankDetailsChanged { phone, change } => {
                ("bank-details", json!({ "to": phone.as_str(), "change": change.as_str() }))
            }
        };
        let outbox = self.clone();
        let written =
            tokio::task::spawn_blocking(move || outbox.write(kind, format!("{content:#}\n").as_bytes())).await;
        let path = written.map_err(io::Error::other).flatten().map_err(|error| MessengerError(error.into()))?;
        if self.is_announced {
            tracing::info!(message.file = %path.display(), "a message to a person waits in the outbox");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use jiff::Timestamp;

    use super::*;

    struct StoppedClock;

    impl Clock for StoppedClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_750_000_000).unwrap()
        }
    }

    #[tokio::test]
    async fn each_message_is_a_file_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path(), Arc::new(StoppedClock));
        for token in ["first", "second"] {
            let phone = "08012345678".parse().unwrap();
            let message = Message::Activation { phone, business_name: "Ada".to_owned(), token: token.to_owned() };
            outbox.message_send(message).await.unwrap();
        }
        let outbox = folder.path().join("outbox");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&outbox), 0o700);
        let mut files: Vec<_> = fs::read_dir(&outbox).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert_eq!(files.len(), 2);
        for file in files {
            assert_eq!(mode(&file), 0o600);
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("20250615T150640.000000Z-activation"), "{name}");
            let content: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            assert_eq!(content["to"], "+2348012345678");
        }
    }
}
