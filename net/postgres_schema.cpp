#include "net/postgres_schema.hpp"

namespace muster {

const char* const postgres_tables = R"sql(
CREATE TABLE muster.identity(
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  system bigint NOT NULL, timeline bigint NOT NULL, base bigint NOT NULL,
  id uuid NOT NULL
);
CREATE TABLE muster.bots(
  bot text PRIMARY KEY, start_id bigint NOT NULL DEFAULT 0,
  shard_count bigint NOT NULL DEFAULT 0, news bigint NOT NULL DEFAULT 0,
  finished_shards bigint, finished_guilds bigint, finished_members bigint,
  by_shard bigint, by_epoch bigint, by_number bigint,
  claims bigint NOT NULL DEFAULT 0, identifies_left bigint
) WITH (fillfactor = 50);
CREATE TABLE muster.nodes(
  bot text NOT NULL, node bigint NOT NULL,
  counter bigint NOT NULL, renewed_ms bigint NOT NULL,
  shard_count bigint NOT NULL, intents bigint NOT NULL,
  address text NOT NULL, weight bigint NOT NULL, max_shards bigint,
  only_shards text NOT NULL, draining boolean NOT NULL DEFAULT false,
  PRIMARY KEY(bot, node)
) WITH (fillfactor = 50);
CREATE TABLE muster.counted(
  bot text NOT NULL, shard bigint NOT NULL, PRIMARY KEY(bot, shard)
);
CREATE TABLE muster.shards(
  bot text NOT NULL, shard bigint NOT NULL,
  node bigint NOT NULL DEFAULT 0, epoch bigint NOT NULL DEFAULT 0,
  token bigint NOT NULL DEFAULT 0, before bigint NOT NULL DEFAULT 0,
  number bigint NOT NULL DEFAULT 0, session bytea NOT NULL DEFAULT '',
  saved_ms bigint NOT NULL DEFAULT 0, state bigint NOT NULL DEFAULT 0,
  guild_count bigint NOT NULL DEFAULT 0,
  complete_count bigint NOT NULL DEFAULT 0, session_ms bigint,
  claims bigint NOT NULL DEFAULT 0, counts boolean NOT NULL DEFAULT false,
  settled boolean NOT NULL DEFAULT false, guilds bigint NOT NULL DEFAULT 0,
  members bigint NOT NULL DEFAULT 0, event bytea,
  PRIMARY KEY(bot, shard)
) WITH (fillfactor = 50);
CREATE INDEX owners ON muster.shards(bot, node);
CREATE TABLE muster.books(
  bot text NOT NULL, shard bigint NOT NULL, key bytea NOT NULL,
  text bytea NOT NULL, PRIMARY KEY(bot, shard, key)
) WITH (fillfactor = 70);
CREATE TABLE muster.buckets(
  bot text NOT NULL, bucket bigint NOT NULL, counter bigint NOT NULL,
  PRIMARY KEY(bot, bucket)
);

-- Texts whose bytes are of any encoding, readable where they can be.
CREATE FUNCTION muster.text_of(hex text) RETURNS text LANGUAGE sql IMMUTABLE
AS $f$ SELECT encode(decode(hex, 'hex'), 'escape') $f$;
CREATE FUNCTION muster.hex_of(t text) RETURNS text LANGUAGE sql IMMUTABLE
AS $f$ SELECT encode(decode(t, 'escape'), 'hex') $f$;

CREATE FUNCTION muster.now_ms(x jsonb) RETURNS bigint LANGUAGE sql VOLATILE
AS $f$
  SELECT coalesce((x->>'now')::bigint,
    floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
$f$;

-- The control file has a new timeline only after the next checkpoint.
CREATE FUNCTION muster.timeline() RETURNS bigint LANGUAGE sql VOLATILE
AS $f$
  SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)
    ::bigint
$f$;

-- What a dump is restored into is another one.
CREATE FUNCTION muster.this_database() RETURNS bigint LANGUAGE sql VOLATILE
AS $f$
  SELECT oid::bigint FROM pg_database WHERE datname = current_database()
$f$;

-- Whether this is another server or database, or another history, than the one that the
-- caller has joined (C3). Who has joined none knows no better.
CREATE FUNCTION muster.is_strange(x jsonb) RETURNS boolean LANGUAGE sql
VOLATILE AS $f$
  SELECT x->>'id' IS NOT NULL AND NOT EXISTS(
    SELECT FROM muster.identity WHERE id = (x->>'id')::uuid
    AND system = (SELECT system_identifier FROM pg_control_system())
    AND timeline = muster.timeline() AND base = muster.this_database())
$f$;

CREATE FUNCTION muster.tell(b text) RETURNS json LANGUAGE sql VOLATILE
AS $f$
  SELECT json_build_object('start', start_id, 'news', news, 'finished',
    CASE WHEN finished_shards IS NOT NULL THEN json_build_array(
      finished_shards, finished_guilds, finished_members) END,
    'events', coalesce((SELECT json_agg(json_build_array(s.shard,
      encode(s.event, 'hex')) ORDER BY s.shard) FROM muster.shards s
      WHERE s.bot = b AND s.event IS NOT NULL), '[]'))
  FROM muster.bots WHERE bot = b
$f$;

-- Ends the start, once; true if this write of a shard is the one that did it,
-- now or when it was made before. The caller holds the lock of the bot's row.
CREATE FUNCTION muster.finish(b text, by_s bigint, by_e bigint, by_n bigint)
RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE muster.bots SET news = news + 1,
    finished_shards = (SELECT count(*) FROM muster.counted c WHERE c.bot = b),
    (finished_guilds, finished_members) = (
      SELECT coalesce(sum(s.guilds), 0), coalesce(sum(s.members), 0)
      FROM muster.counted c JOIN muster.shards s USING (bot, shard)
      WHERE c.bot = b),
    by_shard = by_s, by_epoch = by_e, by_number = by_n
  WHERE bot = b AND finished_shards IS NULL
    AND EXISTS(SELECT FROM muster.counted c WHERE c.bot = b)
    AND NOT EXISTS(SELECT FROM muster.counted c
      LEFT JOIN muster.shards s USING (bot, shard)
      WHERE c.bot = b AND NOT coalesce(s.settled, false));
  RETURN EXISTS(SELECT FROM muster.bots WHERE bot = b AND by_shard = by_s
    AND by_epoch = by_e AND by_number = by_n);
END $f$;
)sql";

std::string postgres_schema() {
  // The lock ends with the transaction; its number is "muster" in ASCII.
  return std::string{R"sql(
DO $make$
DECLARE
  found integer;
BEGIN
  PERFORM pg_advisory_xact_lock(120351215609202);
  IF NOT EXISTS(SELECT FROM pg_class c JOIN pg_namespace n
      ON n.oid = c.relnamespace
      WHERE n.nspname = 'muster' AND c.relname = 'version') THEN
    -- Who may not make one may have been given one.
    IF to_regnamespace('muster') IS NULL THEN
      CREATE SCHEMA muster;
    END IF;
    CREATE TABLE muster.version(program text NOT NULL, number integer NOT NULL);
    INSERT INTO muster.version VALUES('muster', 0);
  END IF;
  SELECT number INTO found FROM muster.version;
  IF found < 1 THEN
)sql"} + postgres_tables
         + postgres_node_functions + postgres_shard_functions
         + postgres_look_functions + R"sql(
    UPDATE muster.version SET number = 1;
  END IF;
END $make$)sql";
}

} // namespace muster
