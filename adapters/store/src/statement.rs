//! Statements beside the log, such as the rows of a projection.

use std::borrow::Cow;

use tokio::sync::oneshot;

use crate::StoreError;

/// Something that is written beside the log.
pub(crate) struct Statement {
    /// Words of our own; what comes from outside is bound.
    pub sql: Cow<'static, str>,
    pub values: Vec<Value>,
}

/// A value that a statement binds.
pub(crate) enum Value {
    Null,
    Text(String),
    Integer(i64),
    Blob(Vec<u8>),
}

impl Statement {
    /// A statement that binds nothing.
    pub fn plain(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }
}

/// Statements of one transaction, and where their end is told.
pub(crate) struct Work {
    pub statements: Vec<Statement>,
    pub answer: oneshot::Sender<Result<(), StoreError>>,
}
