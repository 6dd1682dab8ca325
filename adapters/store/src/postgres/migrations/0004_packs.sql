-- Packs: 4000 consecutive events, as far as rebuilding needs them, in one pressed text. Who reads
-- the whole log reads these instead of as many rows.
--
-- `digest` is that of the text before it was pressed, and is computed here from the events: who may
-- pack can add no other text, and bytes that hold another one are passed over.

CREATE TABLE citygate.pack (
  first bigint PRIMARY KEY CHECK (first % 4000 = 1),
  digest bytea NOT NULL,
  bytes bytea NOT NULL
);
ALTER TABLE citygate.pack ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Runs with the rights of its owner. Does nothing while one of the events is not there, or when the
-- text that was pressed was read from other events.
CREATE FUNCTION citygate.seal_pack(at bigint, of_text bytea, packed bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO citygate.pack (first, digest, bytes)
  SELECT at, found.digest, packed FROM (
    SELECT sha256(convert_to(string_agg(
      concat_ws(E'\x1f', stream, type, type_version, recorded_at, payload),
      E'\x1e' ORDER BY position
    ), 'UTF8')) AS digest
    FROM citygate.event WHERE position >= at AND position < at + 4000
    HAVING count(*) = 4000
  ) AS found WHERE found.digest = of_text
  ON CONFLICT (first) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes
$$;

REVOKE ALL ON FUNCTION citygate.seal_pack(bigint, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION citygate.seal_pack(bigint, bytea, bytea) TO :role;
GRANT SELECT ON citygate.pack TO :role;
