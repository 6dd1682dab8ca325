//! Steps of a transaction beside the log.

use std::time::Duration;

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

use super::columns::Column;
use crate::statement::{Statement, Value};

/// One step.
pub(super) enum Step {
    Statement(Statement),
    /// Statements that bind nothing, sent together.
    Script(Vec<String>),
    /// Fills a table, in the text form of `COPY`: the quickest way in.
    Copy {
        /// A `COPY … FROM STDIN`.
        sql: String,
        rows: String,
    },
    /// A statement that takes rows, column by column.
    Rows {
        sql: String,
        columns: Vec<Cells>,
    },
}

/// A column of rows.
pub(super) enum Cells {
    Integers(Column<i64>),
    Texts(Column<String>),
}

impl From<Statement> for Step {
    fn from(statement: Statement) -> Self {
        Self::Statement(statement)
    }
}

impl Step {
    /// How long the step may take, when a statement may take as long as `each`.
    pub fn patience(&self, each: Duration) -> Duration {
        match self {
            Self::Script(statements) => each * u32::try_from(statements.len()).unwrap_or(u32::MAX),
            Self::Statement(_) | Self::Copy { .. } | Self::Rows { .. } => each,
        }
    }

    /// Takes the step; false when it is a guard that keeps the transaction from going on.
    pub async fn take(self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        match self {
            Self::Script(statements) => {
                let sql = AssertSqlSafe(statements.join(";\n"));
                sqlx::raw_sql(sql).execute(connection).await.map(|_| true)
            }
            Self::Copy { sql, rows } => {
                let mut copy = connection.copy_in_raw(&sql).await?;
                copy.send(rows.into_bytes()).await?;
                copy.finish().await.map(|_| true)
            }
            Self::Rows { sql, columns } => {
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for column in columns {
                    query = match column {
                        Cells::Integers(cells) => query.bind(cells),
                        Cells::Texts(cells) => query.bind(cells),
                    };
                }
                query.execute(connection).await.map(|_| true)
            }
            Self::Statement(statement) if statement.guards => {
                Ok(query(statement).fetch_optional(connection).await?.is_none())
            }
            Self::Statement(statement) => query(statement).execute(connection).await.map(|_| true),
        }
    }
}

fn query(statement: Statement) -> Query<'static, Postgres, PgArguments> {
    let mut query = sqlx::query(AssertSqlSafe(statement.sql.into_owned()));
    for value in statement.values {
        query = match value {
            Value::Null => query.bind(None::<i64>),
            Value::Text(text) => query.bind(text),
            Value::Integer(integer) => query.bind(integer),
            Value::Blob(blob) => query.bind(blob),
        };
    }
    query
}
