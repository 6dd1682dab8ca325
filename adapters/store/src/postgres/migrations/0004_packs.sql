-- Packs: 4000 consecutive events, as far as rebuilding needs them, in one compressed text. Who reads
-- the whole log reads these instead of as many rows.
--
-- `digest` is that of the text before it was compressed, and is computed here from the events: who
-- may pack can add no other text, and bytes that hold another one are passed over.

CREATE TABLE citygate.pack (
  first bigint PRIMARY KEY CHECK (first % 4000 = 1),
  digest bytea NOT NULL,
  bytes bytea NOT NULL
);
ALTER TABLE citygate.pack ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Runs with the rights of its owner. Does nothing while one of the events is not there.
CREATE FUNCTION citygate.seal_pack(at bigint, packed bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO citygate.pack (first, digest, bytes)
  SELECT at, sha256(convert_to(string_agg(
    concat_ws(E'\x1f', stream, type, type_version, recorded_at, payload), E'\x1e' ORDER BY position
  ), 'UTF8')), packed
  FROM citygate.event WHERE position >= at AND position < at + 4000
  HAVING count(*) = 4000
  ON CONFLICT (first) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes
$$;

REVOKE ALL ON FUNCTION citygate.seal_pack(bigint, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION citygate.seal_pack(bigint, bytea) TO :role;
GRANT SELECT ON citygate.pack TO :role;
