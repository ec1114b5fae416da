//! Traces, as a collector of OpenTelemetry gets them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use ofektom_testkit::{Engine, TestDb, run_on};
use reqwest::{Client, Method};

use crate::program::Program;

const TRACE: [u8; 16] =
    [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36];
const PARENT: [u8; 8] = [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7];

/// A request that a collector got: its first line, its headers in small letters, its body.
struct Export {
    line: String,
    headers: String,
    body: Vec<u8>,
}

/// Takes what is sent, and says that it was taken.
fn collector() -> (String, Receiver<Export>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let tell = tell.clone();
            thread::spawn(move || serve(stream, &tell));
        }
    });
    (url, told)
}

fn serve(stream: TcpStream, tell: &Sender<Export>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut line, mut headers) = (String::new(), String::new());
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            if header.trim().is_empty() {
                break;
            }
            headers.push_str(&header.to_lowercase());
        }
        let length = headers.lines().find_map(|header| header.strip_prefix("content-length:"))?.trim().parse().ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        (&stream).write_all(answer.as_bytes()).ok()?;
        tell.send(Export { line, headers, body }).ok()?;
    }
}

fn has(body: &[u8], what: &[u8]) -> bool {
    body.windows(what.len()).any(|part| part == what)
}

#[test]
fn a_collector_gets_the_requests_in_the_trace_of_the_client() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let (url, exports) = collector();
        let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("LOG_FORMAT", "json")];
        let mut program = Program::start(&db.url, &settings);
        let client = Client::new();
        let get = |path: &str| client.request(Method::GET, format!("{}{path}", program.url));
        let given =
            get("/problems/not_found").header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assert_eq!(given.send().await.unwrap().status().as_u16(), 200);
        let unsampled = get("/livez").header("traceparent", "00-11111111111111111111111111111111-00f067aa0ba902b7-00");
        assert_eq!(unsampled.send().await.unwrap().status().as_u16(), 200);
        assert_eq!(get("/problems/no_such_code").send().await.unwrap().status().as_u16(), 404);
        // What waits is sent at the end.
        let log = program.terminate();

        let exports: Vec<Export> = exports.try_iter().collect();
        assert!(!exports.is_empty(), "nothing was sent");
        for export in &exports {
            assert!(export.line.starts_with("POST /v1/traces "), "{}", export.line);
            assert!(export.headers.contains("content-type: application/x-protobuf"), "{}", export.headers);
        }
        let body: Vec<u8> = exports.into_iter().flat_map(|export| export.body).collect();
        for what in
            [&TRACE[..], &PARENT, b"GET /problems/{code}", b"service.name", b"ofektom", b"http.response.status_code"]
        {
            assert!(has(&body, what), "{what:?}");
        }
        assert!(!has(&body, &[0x11; 16]), "the client does not keep this trace");
        // A trace that begins here has the same id in the log and in what is sent.
        let line = log.lines().find(|line| line.contains("\"http.status\":404")).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = u128::from_str_radix(line["span"]["trace.id"].as_str().unwrap(), 16).unwrap();
        assert!(has(&body, &id.to_be_bytes()), "{line}");
    });
}
