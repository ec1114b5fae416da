//! actix-web and nothing else: what the reads are held against.

use std::io::Write as _;
use std::net::TcpListener;

use actix_web::http::header::ContentType;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Result;

/// Answers every request with the same JSON of about so many bytes, until it is killed.
///
/// # Errors
/// When it cannot listen.
pub fn serve(body_bytes: usize) -> Result<()> {
    let filler = "x".repeat(body_bytes.saturating_sub(8));
    let body = web::Bytes::from(format!("{{\"x\":\"{filler}\"}}"));
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let body = body.clone();
            let answer = move || {
                let answer = HttpResponse::Ok().content_type(ContentType::json()).body(body.clone());
                async move { answer }
            };
            App::new().default_service(web::route().to(answer))
        });
        let server = server.workers(workers).disable_signals().listen(listener)?.run();
        writeln!(std::io::stdout(), "the bare server is ready at http://{address}")?;
        Ok(server.await?)
    })
}
