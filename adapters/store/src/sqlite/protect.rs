//! What keeps events from being changed by a hand that has only SQL.

use super::SqliteStore;
use super::schema::TRIGGERS;
use crate::StoreError;
use crate::statement::Statement;

impl SqliteStore {
    /// The names of the triggers that should refuse every change of an event and do not: missing,
    /// or not what they were made as. Empty in a good ledger.
    ///
    /// # Errors
    /// The world failing.
    pub async fn unprotected(&self) -> Result<Vec<&'static str>, StoreError> {
        let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
        let found = sqlx::query_as::<_, (String, String)>(sql);
        let found = found.fetch_all(&mut *self.reader().await?).await;
        let found = found.map_err(|error| self.fault(error))?;
        let missing = TRIGGERS
            .iter()
            .filter(|(name, made)| !found.iter().any(|(known, sql)| known == name && sql == made));
        Ok(missing.map(|(name, _)| *name).collect())
    }

    /// Makes the triggers anew. It says nothing of what was done while they were not there; that
    /// is for [`crate::verify`] to find.
    ///
    /// # Errors
    /// The world failing.
    pub async fn protect(&self) -> Result<(), StoreError> {
        let drop = [
            "DROP TRIGGER IF EXISTS event_is_never_updated",
            "DROP TRIGGER IF EXISTS event_is_never_deleted",
        ];
        let make = TRIGGERS.iter().map(|(_, sql)| *sql);
        self.run(drop.into_iter().chain(make).map(Statement::plain).collect()).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::CREATE;
    use super::TRIGGERS;

    #[test]
    fn a_new_ledger_is_made_with_the_triggers_that_are_looked_for() {
        for (name, sql) in TRIGGERS {
            assert!(CREATE.contains(&format!("{sql};\n")), "{name}");
            assert!(sql.starts_with(&format!("CREATE TRIGGER {name} ")));
        }
    }
}
