//! Statements beside the log, such as the rows of a projection.

use std::borrow::Cow;

use tokio::sync::oneshot;

use crate::StoreError;

/// Something that is written beside the log.
pub(crate) struct Statement {
    /// Words of our own; what comes from outside is bound.
    pub sql: Cow<'static, str>,
    pub values: Vec<Value>,
    /// It asks, and when it is given a row, nothing of its transaction is written.
    pub guards: bool,
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
        Self::new(sql, Vec::new())
    }

    /// A statement that is carried out.
    pub fn new(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values, guards: false }
    }

    /// A question that must be given no row.
    pub fn guard(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values, guards: true }
    }
}

/// Steps of one transaction, and where their end is told: whether they were written, or a guard
/// kept them from it.
pub(crate) struct Work<Step> {
    pub steps: Vec<Step>,
    pub answer: oneshot::Sender<Result<bool, StoreError>>,
}
