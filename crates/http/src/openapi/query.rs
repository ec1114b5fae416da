//! The parameters of an operation: those of its path, its query, its headers.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Required, Schema};

use super::SchemaOf;

/// The variable parts of a path.
pub(super) fn path_parameters(path: &str) -> Vec<Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str| {
        let string = ObjectBuilder::new().schema_type(Type::String);
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(string))
            .build()
    };
    names.map(parameter).collect()
}

/// The parameters of a query: one for each property of its schema.
pub(super) fn query_parameters(query: &SchemaOf) -> Vec<Parameter> {
    let RefOr::T(Schema::Object(object)) = query.schema() else { return Vec::new() };
    let parameter = |(name, schema): (String, RefOr<Schema>)| {
        let required = if object.required.contains(&name) { Required::True } else { Required::False };
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(required);
        let parameter = match description_of(&schema) {
            Some(description) => parameter.description(Some(description)),
            None => parameter,
        };
        parameter.schema(Some(without_null(schema))).build()
    };
    object.properties.clone().into_iter().map(parameter).collect()
}

/// A parameter that may be missing is not `null`.
fn without_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::OneOf(one_of)) = schema else { return schema };
    let is_null = |item: &RefOr<Schema>| matches!(item, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null));
    let inner = one_of.items.iter().find(|item| !is_null(item)).cloned();
    inner.unwrap_or(RefOr::T(Schema::OneOf(one_of)))
}

fn description_of(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::T(Schema::OneOf(one_of)) => one_of.description.clone(),
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        RefOr::T(_) | RefOr::Ref(_) => None,
    }
}

/// The condition on which a change is made.
pub(super) fn if_match() -> Parameter {
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The `ETag` of the resource as it was read: 412 when it has been changed meanwhile."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// The key that makes a money request exactly-once.
pub(super) fn idempotency_key() -> Parameter {
    let string = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("A new UUID for each act; the same one when the request is sent again."))
        .schema(Some(string))
        .build()
}
