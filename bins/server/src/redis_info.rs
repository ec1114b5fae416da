//! What Redis tells of itself, for `/metrics`: asked at most once a second, on a connection of its own, and never waited
//! for long.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ofektom_http::RedisServerStatus;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::config::RedisConfig;

/// How long Redis may take to answer all of it.
const ANSWER_MAX: Duration = Duration::from_millis(200);

/// How long an answer is told again.
const TOLD_FOR: Duration = Duration::from_secs(1);

/// Longest answer that is read, in bytes: ten times as long as one is.
const ANSWER_BYTES_MAX: usize = 65_536;

/// When it was asked last, and what it told.
type Told = (Instant, Option<RedisServerStatus>);

/// Asks Redis about itself.
#[derive(Clone, Debug)]
pub(crate) struct RedisInfo {
    address: (String, u16),
    password: Option<SecretString>,
    told: Arc<Mutex<Option<Told>>>,
}

impl RedisInfo {
    /// `None` when there is no Redis.
    pub fn of(config: &RedisConfig) -> Option<Self> {
        let host = config.host.clone()?;
        Some(Self { address: (host, config.port), password: config.password.clone(), told: Arc::default() })
    }

    /// What it tells; `None` when it does not answer.
    pub async fn ask(&self) -> Option<RedisServerStatus> {
        let mut told = self.told.lock().await;
        if let Some((at, status)) = &*told
            && at.elapsed() < TOLD_FOR
        {
            return status.clone();
        }
        let text = timeout(ANSWER_MAX, self.info()).await.ok().and_then(Result::ok);
        let status = text.as_deref().and_then(status_of);
        *told = Some((Instant::now(), status.clone()));
        status
    }

    async fn info(&self) -> std::io::Result<String> {
        let (host, port) = &self.address;
        let mut stream = TcpStream::connect((host.as_str(), *port)).await?;
        let mut request = Vec::new();
        if let Some(password) = &self.password {
            request.extend(command(&["AUTH", password.expose_secret()]));
        }
        request.extend(command(&["INFO"]));
        request.extend(command(&["QUIT"]));
        stream.write_all(&request).await?;
        let mut answer = Vec::new();
        let mut part = [0; 4_096];
        // Redis closes the connection after it has answered the last command.
        while answer.len() < ANSWER_BYTES_MAX {
            let read = stream.read(&mut part).await?;
            if read == 0 {
                break;
            }
            answer.extend_from_slice(part.get(..read).unwrap_or_default());
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// A command in the protocol of Redis: an array of strings with their lengths.
fn command(words: &[&str]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    bytes
}

/// The facts in the text of `INFO`.
fn status_of(text: &str) -> Option<RedisServerStatus> {
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let number = |name: &str| value(name)?.parse::<u64>().ok();
    Some(RedisServerStatus::new(
        number("connected_clients")?,
        value("used_memory_human")?.to_owned(),
        number("total_commands_processed")?,
        (number("keyspace_hits")?, number("keyspace_misses")?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_lengths_and_words() {
        assert_eq!(command(&["AUTH", "ä"]), "*2\r\n$4\r\nAUTH\r\n$2\r\nä\r\n".as_bytes());
    }

    #[test]
    fn facts_are_found_and_anything_else_is_no_answer() {
        let text = "+OK\r\n$90\r\n# Clients\r\nconnected_clients:3\r\n# Memory\r\nused_memory_human:1.20M\r\n# Stats\r\n\
                    total_commands_processed:90\r\nkeyspace_hits:22\r\nkeyspace_misses:1\r\n+OK\r\n";
        let status = serde_json::to_value(status_of(text).unwrap()).unwrap();
        let expected = serde_json::json!({
            "connected_clients": 3, "used_memory_human": "1.20M", "total_commands_processed": 90,
            "keyspace_hits": 22, "keyspace_misses": 1, "hit_rate": "95.65%",
        });
        assert_eq!(status, expected);
        assert!(status_of("-NOAUTH Authentication required.\r\n").is_none());
        assert!(status_of("").is_none());
    }
}
