-- The log, its heads, and what is kept beside it. One database holds one ledger.
--
-- Texts order by their bytes (COLLATE "C"): the same on every machine, whatever its locale says.
-- Instants are text in the one form that is hashed. :role and :partition_size are put in by the
-- program that applies this file.

CREATE TABLE citygate.setting (
  one integer PRIMARY KEY CHECK (one = 1),
  partition_size bigint NOT NULL CHECK (partition_size > 0)
);
INSERT INTO citygate.setting VALUES (1, :partition_size);

-- `cluster` is the server's identity and timeline under which `epoch` counts.
CREATE TABLE citygate.log_head (
  one integer PRIMARY KEY CHECK (one = 1),
  position bigint NOT NULL,
  chain bytea NOT NULL,
  recorded_at text COLLATE "C",
  epoch bigint NOT NULL,
  cluster text NOT NULL
) WITH (fillfactor = 10);
INSERT INTO citygate.log_head
  SELECT 1, 0, decode(repeat('00', 32), 'hex'), NULL, 1,
    system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
  FROM pg_control_system();

CREATE TABLE citygate.stream_head (
  stream text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  last_position bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE citygate.event (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  type_version integer NOT NULL,
  event_id uuid NOT NULL,
  effective text COLLATE "C",
  recorded_at text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  reason text COLLATE "C",
  causation uuid,
  correlation uuid,
  payload text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  chain bytea NOT NULL
) PARTITION BY RANGE (position);
-- Not unique: an index over all partitions cannot be. That versions are dense is the work of
-- stream_head under the lock of log_head.
CREATE INDEX event_stream ON citygate.event (stream, version);

CREATE TABLE citygate.idempotency (
  key text COLLATE "C" PRIMARY KEY,
  request_hash bytea NOT NULL,
  answer text COLLATE "C",
  first_position bigint,
  last_position bigint
);

CREATE TABLE citygate.personal (
  number bigint PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  field text COLLATE "C" NOT NULL,
  salt bytea NOT NULL,
  value text COLLATE "C" NOT NULL,
  UNIQUE (id, field, salt)
);

CREATE TABLE citygate.attachment (
  sha256 bytea PRIMARY KEY,
  bytes bytea NOT NULL
);

CREATE TABLE citygate.snapshot (
  name text COLLATE "C" PRIMARY KEY,
  format bigint NOT NULL,
  position bigint NOT NULL,
  bytes bytea NOT NULL
);

CREATE TABLE citygate.checkpoint (
  name text COLLATE "C" PRIMARY KEY,
  position bigint NOT NULL
);

-- Events stay as they are, also for the owner of the tables.
CREATE FUNCTION citygate.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'events are immutable'; END$$;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON citygate.event
  FOR EACH ROW EXECUTE FUNCTION citygate.refuse_change();
CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON citygate.event
  FOR EACH STATEMENT EXECUTE FUNCTION citygate.refuse_change();

-- Makes the partitions up to three beyond the one that holds position `through`. Runs with the
-- rights of its owner: who appends may make room, and nothing else. A partition is attached, not
-- created in place: that does not wait for readers and writers.
CREATE FUNCTION citygate.add_partitions(through bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  size bigint := (SELECT partition_size FROM citygate.setting);
  made integer := 0;
  known bigint;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(1128746056);
  known := (SELECT count(*) FROM pg_inherits WHERE inhparent = 'citygate.event'::regclass);
  FOR number IN known .. least((greatest(through, 1) - 1) / size + 3, known + 100) LOOP
    name := 'event_' || lpad(number::text, 6, '0');
    EXECUTE format('CREATE TABLE citygate.%I (LIKE citygate.event)', name);
    EXECUTE format('CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON citygate.%I '
      'FOR EACH STATEMENT EXECUTE FUNCTION citygate.refuse_change()', name);
    EXECUTE format('ALTER TABLE citygate.event ATTACH PARTITION citygate.%I '
      'FOR VALUES FROM (%s) TO (%s)', name, number * size + 1, (number + 1) * size + 1);
    made := made + 1;
  END LOOP;
  RETURN made;
END$$;
SELECT citygate.add_partitions(1);

-- Rows of projections lie apart from the log: they may be dropped and made anew.
CREATE SCHEMA report;

REVOKE ALL ON FUNCTION citygate.add_partitions(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION citygate.add_partitions(bigint) TO :role;
GRANT USAGE ON SCHEMA citygate TO :role;
GRANT USAGE, CREATE ON SCHEMA report TO :role;
GRANT SELECT ON ALL TABLES IN SCHEMA citygate TO :role;
GRANT INSERT ON citygate.event, citygate.stream_head, citygate.idempotency, citygate.personal,
  citygate.attachment, citygate.snapshot, citygate.checkpoint TO :role;
GRANT UPDATE ON citygate.log_head, citygate.stream_head, citygate.snapshot, citygate.checkpoint
  TO :role;
GRANT DELETE ON citygate.snapshot TO :role;
