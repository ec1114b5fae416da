//! Just enough of the protocol to look into a Redis from outside.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Sends one command and returns its answer, flat; no value is an empty list.
pub async fn ask<A: AsRef<[u8]>>(port: u16, password: Option<&str>, words: &[A]) -> io::Result<Vec<String>> {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?);
    if let Some(password) = password {
        send(&mut stream, &["AUTH", password]).await?;
        receive(&mut stream).await?;
    }
    send(&mut stream, words).await?;
    receive(&mut stream).await
}

async fn send<A: AsRef<[u8]>>(stream: &mut BufReader<TcpStream>, words: &[A]) -> io::Result<()> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words.iter().map(AsRef::as_ref) {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    stream.write_all(&bytes).await
}

async fn receive(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<String>> {
    let (mut answer, mut left) = (Vec::new(), 1);
    while left > 0 {
        left -= 1;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let line = line.trim_end();
        let Some((kind, rest)) = line.split_at_checked(1) else { return Err(ErrorKind::UnexpectedEof.into()) };
        match kind {
            "+" | ":" => answer.push(rest.to_owned()),
            "$" | "*" if rest == "-1" => {}
            "$" => {
                let mut bytes = vec![0; rest.parse::<usize>().map_err(io::Error::other)? + 2];
                stream.read_exact(&mut bytes).await?;
                bytes.truncate(bytes.len() - 2);
                answer.push(String::from_utf8_lossy(&bytes).into_owned());
            }
            "*" => left += rest.parse::<usize>().map_err(io::Error::other)?,
            _ => return Err(io::Error::other(line.to_owned())),
        }
    }
    Ok(answer)
}
