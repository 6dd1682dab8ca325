-- The nodes that write, and the forms of events that may be written: a form that only newer nodes
-- can read is written once no older node is alive.

CREATE TABLE citygate.node (
  id text COLLATE "C" PRIMARY KEY,
  release text COLLATE "C" NOT NULL,
  seen_at timestamptz NOT NULL,
  event_types text[] COLLATE "C" NOT NULL
);

CREATE TABLE citygate.event_type (
  type text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  activated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (type, version)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON citygate.node TO :role;
GRANT SELECT ON citygate.event_type TO :role;
