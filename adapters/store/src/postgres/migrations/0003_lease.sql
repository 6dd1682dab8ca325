-- What only one of several nodes does at a time, such as the work of the scheduler. `epoch` rises with
-- every beginning of a lease; `until` counts by the clock of the server.

CREATE TABLE citygate.lease (
  name text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  epoch bigint NOT NULL,
  until timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON citygate.lease TO :role;
