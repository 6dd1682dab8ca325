//! What keeps events from being changed by a hand that has only SQL.

use sqlx::PgConnection;

use super::PostgresStore;
use crate::StoreError;

/// The text of the function that every trigger calls, as the database keeps it.
const REFUSE: &str = "BEGIN RAISE EXCEPTION 'events are immutable'; END";

/// The table and its partitions, each with the triggers that it must have, as the catalogue
/// describes them: before each row's update and delete (27), before a truncation (34). Then whether
/// the role that appends may do more than that.
const UNPROTECTED: &str = "
WITH relation AS (
  SELECT 'citygate.event'::regclass::oid AS id
  UNION ALL SELECT inhrelid FROM pg_catalog.pg_inherits
    WHERE inhparent = 'citygate.event'::regclass
), wanted (name, kind) AS (
  VALUES ('event_is_never_changed', 27), ('event_is_never_truncated', 34)
)
SELECT DISTINCT w.name FROM relation r CROSS JOIN wanted w WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid = r.id AND t.tgname = w.name AND t.tgtype = w.kind
    AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND p.prosrc = $1
)
UNION ALL
SELECT 'role_may_change_events' FROM pg_catalog.pg_roles
WHERE rolname = $2 AND NOT rolsuper
  AND (has_table_privilege(oid, 'citygate.event', 'UPDATE, DELETE, TRUNCATE')
    OR has_table_privilege(oid, 'citygate.pack', 'INSERT, UPDATE, DELETE, TRUNCATE'))
ORDER BY 1";

const MEND: &str = "
CREATE OR REPLACE FUNCTION citygate.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'events are immutable'; END$$;
DROP TRIGGER IF EXISTS event_is_never_changed ON citygate.event;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON citygate.event
  FOR EACH ROW EXECUTE FUNCTION citygate.refuse_change();
DO $$DECLARE relation regclass; BEGIN
  FOR relation IN SELECT 'citygate.event'::regclass UNION ALL
    SELECT inhrelid::regclass FROM pg_catalog.pg_inherits
    WHERE inhparent = 'citygate.event'::regclass
  LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS event_is_never_truncated ON %s', relation);
    EXECUTE format('CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON %s '
      'FOR EACH STATEMENT EXECUTE FUNCTION citygate.refuse_change()', relation);
  END LOOP;
END$$";

impl PostgresStore {
    /// The names of the triggers that should refuse every change of an event and do not, in the
    /// table or in one of its partitions; `role_may_change_events` when the role that appends was
    /// given more. Empty in a good ledger; `migrate` mends triggers.
    ///
    /// # Errors
    /// The world failing.
    pub async fn unprotected(&self) -> Result<Vec<String>, StoreError> {
        let found = self.within(unprotected(&mut *self.reader().await?, &self.options.role)).await;
        found.map_err(|error| self.fault(error))
    }
}

async fn unprotected(
    connection: &mut PgConnection,
    role: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let found = sqlx::query_scalar::<_, String>(UNPROTECTED).bind(REFUSE).bind(role);
    found.fetch_all(connection).await
}

/// Makes the triggers anew where one is missing or changed. It says nothing of what was done while
/// they were not there; that is for [`crate::verify`] to find.
pub(super) async fn mend(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    if !unprotected(connection, "").await?.is_empty() {
        // Statements sent together are one transaction.
        sqlx::raw_sql(MEND).execute(connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_ledger_is_made_with_the_function_that_is_looked_for() {
        let made = include_str!("migrations/0001_log.sql");
        for text in [made, MEND] {
            assert!(text.contains(&format!("$${REFUSE}$$")));
        }
    }
}
