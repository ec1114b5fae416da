use actix_web::test::TestRequest;

use super::send;

/// The values of `src` and `href` in a page.
fn links(page: &str) -> Vec<&str> {
    let after = |name: &'static str| page.split(name).skip(1).filter_map(|rest| rest.split('"').next());
    after("src=\"").chain(after("href=\"")).collect()
}

#[actix_web::test]
async fn the_page_and_all_it_needs_come_from_here() {
    let page = send(TestRequest::get().uri("/docs/")).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    let text = String::from_utf8(page.body).unwrap();
    let links = links(&text);
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        assert!(!link.contains("//"), "{link} is elsewhere");
        let file = send(TestRequest::get().uri(&format!("/docs/{}", link.trim_start_matches("./")))).await;
        assert_eq!(file.status, 200, "{link}");
    }
    let script = send(TestRequest::get().uri("/docs/swagger-initializer.js")).await;
    let script = String::from_utf8(script.body).unwrap();
    assert!(script.contains("/openapi.json") && !script.contains("://"), "{script}");
    assert_eq!(send(TestRequest::get().uri("/docs/nothing.js")).await.json()["code"], "not_found");
    assert_eq!(send(TestRequest::get().uri("/docs")).await.header("location"), "/docs/");
}
