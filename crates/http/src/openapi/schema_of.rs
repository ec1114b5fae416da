//! A schema by its type, kept as data in a row of the table.

use std::fmt;

use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// The schema of a type.
#[derive(Clone)]
pub struct SchemaOf {
    name: String,
    schema: fn() -> RefOr<Schema>,
    schemas: fn(&mut Schemas),
}

impl fmt::Debug for SchemaOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SchemaOf").field(&self.name).finish()
    }
}

impl SchemaOf {
    /// The schema of `T`.
    #[must_use]
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name().into_owned(), schema: T::schema, schemas: T::schemas }
    }

    /// The schema of a page of `T`.
    #[must_use]
    pub fn page_of<T: ToSchema>() -> Self {
        Self { name: format!("{}Page", T::name()), schema: page_schema::<T>, schemas: collect_with::<T> }
    }

    /// A reference to it.
    #[must_use]
    pub fn reference(&self) -> Ref {
        Ref::from_schema_name(&self.name)
    }

    /// The schema itself.
    #[must_use]
    pub fn schema(&self) -> RefOr<Schema> {
        (self.schema)()
    }

    /// Whether an empty object does not satisfy it.
    #[must_use]
    pub fn has_required_fields(&self) -> bool {
        match self.schema() {
            RefOr::T(Schema::Object(object)) => !object.required.is_empty(),
            RefOr::T(_) | RefOr::Ref(_) => true,
        }
    }

    /// Adds it and those it refers to.
    pub fn collect(&self, schemas: &mut Schemas) {
        schemas.push((self.name.clone(), self.schema()));
        (self.schemas)(schemas);
    }
}

fn collect_with<T: ToSchema>(schemas: &mut Schemas) {
    SchemaOf::of::<T>().collect(schemas);
}

fn page_schema<T: ToSchema + PartialSchema>() -> RefOr<Schema> {
    let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
    let cursor = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some("Where the next page starts; `null` on the last page."));
    let total = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("How many rows the whole list has; there only when `total=true` asks for it."));
    let page = ObjectBuilder::new().property("items", items).required("items");
    RefOr::T(page.property("next_cursor", cursor).required("next_cursor").property("total", total).into())
}
