//! One row of the table.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{Error, FromRequest, Handler, HttpMessage as _, HttpRequest, HttpResponse, Route, guard, web};
use ofektom_domain::permission::Verb;
use ofektom_domain::reader::read_as;
use utoipa::ToSchema;

use crate::envelope::route_found;
use crate::extract::{SignedIn, authenticate};
use crate::limits::{Limits, RateClass};
use crate::meters::RouteNumber;
use crate::openapi::SchemaOf;
use crate::problem::{ApiResult, Kind};
use crate::response_cache::{Keep, ResponseCache};

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in: it concerns only himself.
    SignedIn,
    /// Whoever may do the verb in the business of the resource.
    Business(Verb),
    /// Whoever runs the platform.
    Platform,
}

/// What a route answers when it did what was asked.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The JSON body.
    pub schema: Option<SchemaOf>,
    /// Other media types that the client may ask for, or the only one when there is no JSON body.
    pub media_types: Vec<&'static str>,
}

/// Makes the route for one worker's router.
type RouteFactory = Arc<dyn Fn(Guarding) -> Route + Send + Sync>;

/// What surrounds a handler.
#[derive(Clone, Copy)]
struct Guarding {
    access: Access,
    rate_class: RateClass,
    keep: Option<Keep>,
    /// Under which its requests are measured.
    number: Option<RouteNumber>,
}

/// One route.
#[derive(Clone)]
pub struct Row {
    /// Its method. A `GET` route also answers `HEAD`.
    pub method: Method,
    /// Its whole path, with its variable parts in braces.
    pub path: &'static str,
    /// The name of the operation: the use-case's.
    pub operation: &'static str,
    /// Who may call it. Unless a row says otherwise, whoever is signed in.
    pub access: Access,
    /// What its requests are counted as. Unless a row says otherwise, as usual ones.
    pub rate_class: RateClass,
    /// Whether it moves money, so that it needs an `Idempotency-Key`.
    pub money: bool,
    /// Whether it looks at `If-Match`.
    pub conditional: bool,
    /// For how long its answer is kept for others; `None` for never. Only a public `GET` may say so.
    pub keep: Option<Keep>,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// The body that it takes.
    pub body: Option<SchemaOf>,
    /// The media type of the file that it takes instead of a JSON body.
    pub file: Option<&'static str>,
    /// The query that it takes.
    pub query: Option<SchemaOf>,
    /// What it gives.
    pub reply: Reply,
    /// What it gives with another status, and when.
    pub besides: Option<(u16, &'static str, SchemaOf)>,
    /// What it may refuse, beyond what follows from the rest of the row.
    pub refuses: &'static [Kind],
    factory: RouteFactory,
}

impl Row {
    /// A route that reads.
    pub fn get<F, Args>(path: &'static str, operation: &'static str, handler: F) -> Self
    where
        F: Handler<Args, Output = ApiResult> + Send + Sync,
        Args: FromRequest + 'static,
    {
        Self::new(Method::GET, path, operation, handler)
    }

    /// A route that creates or does something.
    pub fn post<F, Args>(path: &'static str, operation: &'static str, handler: F) -> Self
    where
        F: Handler<Args, Output = ApiResult> + Send + Sync,
        Args: FromRequest + 'static,
    {
        Self::new(Method::POST, path, operation, handler)
    }

    /// A route that changes something.
    pub fn patch<F, Args>(path: &'static str, operation: &'static str, handler: F) -> Self
    where
        F: Handler<Args, Output = ApiResult> + Send + Sync,
        Args: FromRequest + 'static,
    {
        Self::new(Method::PATCH, path, operation, handler)
    }

    /// A route that removes something.
    pub fn delete<F, Args>(path: &'static str, operation: &'static str, handler: F) -> Self
    where
        F: Handler<Args, Output = ApiResult> + Send + Sync,
        Args: FromRequest + 'static,
    {
        Self::new(Method::DELETE, path, operation, handler)
    }

    fn new<F, Args>(method: Method, path: &'static str, operation: &'static str, handler: F) -> Self
    where
        F: Handler<Args, Output = ApiResult> + Send + Sync,
        Args: FromRequest + 'static,
    {
        Self {
            method,
            path,
            operation,
            access: Access::SignedIn,
            rate_class: RateClass::Usual,
            money: false,
            conditional: false,
            keep: None,
            summary: "",
            body: None,
            file: None,
            query: None,
            reply: Reply { status: 204, schema: None, media_types: Vec::new() },
            besides: None,
            refuses: &[],
            factory: Arc::new(move |guarding| guarded(path, guarding, handler.clone())),
        }
    }

    /// Everybody may call it.
    pub fn public(self) -> Self {
        Self { access: Access::Public, ..self }
    }

    /// Whoever may do `verb` in the business of the resource may call it.
    pub fn business(self, verb: Verb) -> Self {
        Self { access: Access::Business(verb), ..self }
    }

    /// Whoever runs the platform may call it.
    pub fn platform(self) -> Self {
        Self { access: Access::Platform, ..self }
    }

    /// What its requests are counted as.
    pub fn counted_as(self, rate_class: RateClass) -> Self {
        Self { rate_class, ..self }
    }

    /// It moves money.
    pub fn money(self) -> Self {
        Self { money: true, ..self }
    }

    /// It looks at `If-Match`.
    pub fn conditional(self) -> Self {
        Self { conditional: true, ..self }
    }

    /// Its answer is the same for everybody: it is kept in this process for `here_seconds`, and clients may keep it for
    /// `clients_seconds`.
    pub fn kept(self, here_seconds: u64, clients_seconds: u64) -> Self {
        Self { keep: Some(Keep { here_seconds, clients_seconds }), ..self }
    }

    /// What it does, in one sentence.
    pub fn summary(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    /// The body that it takes.
    pub fn takes<B: ToSchema>(self) -> Self {
        Self { body: Some(SchemaOf::of::<B>()), ..self }
    }

    /// The media type of the file that it takes instead of a JSON body.
    pub fn takes_file(self, media_type: &'static str) -> Self {
        Self { file: Some(media_type), ..self }
    }

    /// The query that it takes.
    pub fn query<Q: ToSchema>(self) -> Self {
        Self { query: Some(SchemaOf::of::<Q>()), ..self }
    }

    /// What it gives.
    pub fn gives<V: ToSchema>(self, status: u16) -> Self {
        let reply = Reply { status, schema: Some(SchemaOf::of::<V>()), ..self.reply };
        Self { reply, ..self }
    }

    /// It gives a page of these.
    pub fn gives_page_of<V: ToSchema>(self) -> Self {
        let reply = Reply { status: 200, schema: Some(SchemaOf::page_of::<V>()), ..self.reply };
        Self { reply, ..self }
    }

    /// It gives no body.
    pub fn gives_nothing(self, status: u16) -> Self {
        Self { reply: Reply { status, ..self.reply }, ..self }
    }

    /// It gives another media type, too, or only that.
    pub fn gives_also(mut self, media_type: &'static str) -> Self {
        self.reply.media_types.push(media_type);
        Self { reply: Reply { status: 200, ..self.reply }, ..self }
    }

    /// What it gives with another status, and when.
    pub fn gives_besides<V: ToSchema>(self, status: u16, when: &'static str) -> Self {
        Self { besides: Some((status, when, SchemaOf::of::<V>())), ..self }
    }

    /// What it may refuse.
    pub fn refuses(self, refuses: &'static [Kind]) -> Self {
        Self { refuses, ..self }
    }

    /// The path as OpenAPI writes it: variable parts without their patterns.
    #[must_use]
    pub fn path_template(&self) -> String {
        let plain = |part: &'static str| match part.split_once(':') {
            Some((name, _)) if part.starts_with('{') => format!("{name}}}"),
            _ => part.to_owned(),
        };
        self.path.split('/').map(plain).collect::<Vec<_>>().join("/")
    }

    /// The route for a router. Its requests are measured under the number.
    pub(super) fn route(&self, number: Option<RouteNumber>) -> Route {
        let keep = self.keep.filter(|_| self.access == Access::Public);
        let route = (self.factory)(Guarding { access: self.access, rate_class: self.rate_class, keep, number });
        match self.method {
            Method::GET => route.guard(guard::Any(guard::Get()).or(guard::Head())),
            _ => route.method(self.method.clone()),
        }
    }
}

/// A route whose limits and access are checked before any of the handler's input is read.
fn guarded<F, Args>(path: &'static str, guarding: Guarding, handler: F) -> Route
where
    F: Handler<Args, Output = ApiResult>,
    Args: FromRequest + 'static,
{
    let Guarding { access, rate_class, keep, number } = guarding;
    web::to(move |request: HttpRequest| {
        let handler = handler.clone();
        async move {
            route_found(&request, path, number);
            let limits = request.app_data::<web::Data<Limits>>();
            if let Some(limits) = limits {
                limits.arrived(&request, rate_class).await?;
            }
            if access != Access::Public {
                let caller = authenticate(&request).await?;
                if let Some(limits) = limits {
                    limits.signed_in(&request, rate_class, &caller)?;
                }
                request.extensions_mut().insert(SignedIn(caller));
            }
            let call = async || -> Result<HttpResponse, Error> {
                let args = Args::from_request(&request, &mut Payload::None).await.map_err(Into::into)?;
                let caller = request.extensions().get::<SignedIn>().map(|SignedIn(caller)| caller.id());
                let answer = handler.call(args);
                // So that whoever reads what he has just written sees it, whatever copy of the data serves him.
                let answer = match caller {
                    Some(caller) => read_as(caller, answer).await,
                    None => answer.await,
                };
                Ok(answer?)
            };
            match (keep, request.app_data::<web::Data<ResponseCache>>()) {
                // In boxes, so that the futures of routes whose answers are not kept stay small.
                (Some(keep), Some(cache)) => Box::pin(cache.answer(&request, keep, || Box::pin(call()))).await,
                _ => call().await,
            }
        }
    })
}
