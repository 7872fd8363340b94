#include "net/postgres_schema.hpp"

namespace muster {

const char* const postgres_node_functions = R"sql(
-- Whether the start is over: nothing is left that could be gone on from (C8).
CREATE FUNCTION muster.is_over(b text, me bigint, fresh_from bigint)
RETURNS boolean LANGUAGE sql VOLATILE AS $f$
  SELECT NOT EXISTS(SELECT FROM muster.bots WHERE bot = b AND start_id <> 0)
  -- Who lives without a shard is about to claim some, or waits for them.
  OR (NOT EXISTS(SELECT FROM muster.nodes n WHERE n.bot = b AND n.node <> me)
    AND NOT EXISTS(SELECT FROM muster.shards s WHERE s.bot = b AND (
      EXISTS(SELECT FROM muster.nodes n WHERE n.bot = b AND n.node = s.node)
      OR (s.session <> '' AND s.saved_ms > fresh_from))))
$f$;

-- The identity of the store: what it was made for, or NULL if it is not where
-- it was, and nobody has waited for that place (C3).
CREATE FUNCTION muster.recognize(x jsonb, here_system bigint,
  here_timeline bigint) RETURNS uuid LANGUAGE plpgsql AS $f$
DECLARE
  kept record;
  here_base bigint := muster.this_database();
  waited boolean := coalesce((x->'waited'->>0)::bigint = here_system
    AND (x->'waited'->>1)::bigint = here_timeline
    AND (x->'waited'->>2)::bigint = here_base, false);
BEGIN
  SELECT * INTO kept FROM muster.identity FOR UPDATE;
  IF NOT FOUND THEN
    -- Who has known one finds an empty store in its place.
    IF x->>'id' IS NOT NULL AND NOT waited THEN
      RETURN NULL;
    END IF;
    INSERT INTO muster.identity(system, timeline, base, id) VALUES(
      here_system, here_timeline, here_base, gen_random_uuid())
      ON CONFLICT DO NOTHING;
    SELECT * INTO kept FROM muster.identity FOR UPDATE;
  END IF;
  IF kept.system = here_system AND kept.timeline = here_timeline
    AND kept.base = here_base THEN
    RETURN kept.id;
  END IF;
  IF NOT waited THEN
    RETURN NULL;
  END IF;
  -- Claims that this history lacks are not made again: their epochs are in
  -- nonces that went out (C6), of which the last 8 are tried. It may lack that
  -- somebody has waited in a timeline before, too.
  UPDATE muster.shards SET epoch = epoch + 4
      * CASE WHEN kept.system = here_system AND kept.base = here_base
        THEN greatest(here_timeline - kept.timeline, 1) ELSE 1 END
    WHERE epoch BETWEEN 1 AND 1::bigint << 62;
  UPDATE muster.identity SET system = here_system, timeline = here_timeline,
    base = here_base, id = gen_random_uuid() RETURNING * INTO kept;
  -- What REST says counts from here on.
  UPDATE muster.bots SET identifies_left = NULL;
  RETURN kept.id;
END $f$;

CREATE FUNCTION muster.node_join(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  me bigint := (x->>'node')::bigint;
  at bigint := muster.now_ms(x);
  here_system bigint := (SELECT system_identifier FROM pg_control_system());
  here_timeline bigint := muster.timeline();
  mine uuid := muster.recognize(x, here_system, here_timeline);
  other record;
BEGIN
  IF mine IS NULL THEN
    RETURN json_build_object('strange',
      json_build_array(here_system, here_timeline, muster.this_database()));
  END IF;
  INSERT INTO muster.bots(bot) VALUES(b) ON CONFLICT DO NOTHING;
  PERFORM FROM muster.bots WHERE bot = b FOR UPDATE;
  SELECT n.shard_count, n.intents INTO other FROM muster.nodes n
    WHERE n.bot = b AND n.node <> me
    AND (n.shard_count <> (x->>'shard_count')::bigint
      OR n.intents <> (x->>'intents')::bigint) ORDER BY n.node LIMIT 1;
  IF FOUND THEN
    RETURN json_build_object('unfit',
      json_build_array(other.shard_count, other.intents));
  END IF;
  PERFORM FROM muster.shards WHERE bot = b ORDER BY shard FOR UPDATE;
  IF muster.is_over(b, me, at - (x->>'fresh')::bigint)
    OR NOT EXISTS(SELECT FROM muster.bots WHERE bot = b
      AND shard_count = (x->>'shard_count')::bigint) THEN
    UPDATE muster.bots SET start_id = (x->>'start')::bigint,
      shard_count = (x->>'shard_count')::bigint, news = news + 1,
      finished_shards = NULL, finished_guilds = NULL, finished_members = NULL,
      by_shard = NULL, by_epoch = NULL, by_number = NULL WHERE bot = b;
    DELETE FROM muster.counted WHERE bot = b;
    UPDATE muster.shards SET settled = false, event = NULL
      WHERE bot = b AND (settled OR event IS NOT NULL);
  END IF;
  -- It runs nothing yet.
  UPDATE muster.shards SET node = 0, before = node WHERE bot = b AND node = me;
  INSERT INTO muster.nodes AS n(bot, node, counter, renewed_ms, shard_count,
    intents, address, weight, max_shards, only_shards)
  VALUES(b, me, 1, at, (x->>'shard_count')::bigint, (x->>'intents')::bigint,
    muster.text_of(x->>'address'), (x->>'weight')::bigint,
    (x->>'max_shards')::bigint, muster.text_of(x->>'only'))
  ON CONFLICT(bot, node) DO UPDATE SET counter = n.counter + 1,
    renewed_ms = excluded.renewed_ms, shard_count = excluded.shard_count,
    intents = excluded.intents, address = excluded.address,
    weight = excluded.weight, max_shards = excluded.max_shards,
    only_shards = excluded.only_shards;
  -- Who is alone counts its own.
  IF (SELECT count(*) FROM muster.nodes WHERE bot = b) = 1 THEN
    DELETE FROM muster.counted WHERE bot = b;
  END IF;
  INSERT INTO muster.counted(bot, shard)
    SELECT b, s::bigint FROM jsonb_array_elements_text(x->'shards') s
    ON CONFLICT DO NOTHING;
  PERFORM muster.finish(b, 0, 0, 0);
  RETURN json_build_object('id', mine, 'start', muster.tell(b));
END $f$;

CREATE FUNCTION muster.list_nodes(b text) RETURNS json LANGUAGE sql STABLE
AS $f$
  SELECT coalesce(json_agg(json_build_object('node', n.node,
    'counter', n.counter, 'renewed', n.renewed_ms,
    'address', muster.hex_of(n.address), 'weight', n.weight,
    'max_shards', n.max_shards, 'only', muster.hex_of(n.only_shards),
    'draining', n.draining, 'owns', (SELECT count(*) FROM muster.shards s
      WHERE s.bot = b AND s.node = n.node)) ORDER BY n.node), '[]')
  FROM muster.nodes n WHERE n.bot = b
$f$;

-- Waits for none but who changes the same process's row. A dead one whose row
-- is being changed is not dead.
CREATE FUNCTION muster.lease_renew(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  me bigint := (x->>'node')::bigint;
  dead record;
  buried bigint[] := '{}';
  is_known boolean;
BEGIN
  IF muster.is_strange(x) THEN
    RETURN json_build_object('known', false, 'nodes', '[]'::json,
      'buried', '[]'::json);
  END IF;
  UPDATE muster.nodes SET counter = counter + 1, renewed_ms = muster.now_ms(x)
    WHERE bot = b AND node = me;
  is_known := FOUND;
  FOR dead IN SELECT (d->>0)::bigint AS node, (d->>1)::bigint AS counter
    FROM jsonb_array_elements(x->'dead') d LOOP
    PERFORM FROM muster.nodes n WHERE n.bot = b AND n.node = dead.node
      AND n.counter = dead.counter FOR UPDATE SKIP LOCKED;
    IF FOUND THEN
      DELETE FROM muster.nodes n WHERE n.bot = b AND n.node = dead.node;
      buried := buried || dead.node;
    END IF;
  END LOOP;
  RETURN (SELECT json_build_object('known', is_known,
    'buried', to_json(buried), 'nodes', muster.list_nodes(b),
    'own', coalesce((SELECT json_agg(json_build_array(s.shard, s.epoch, s.token)
      ORDER BY s.shard) FROM muster.shards s
      WHERE s.bot = b AND s.node = me), '[]'),
    'news', o.news, 'left', o.identifies_left,
    'start', CASE WHEN o.news IS DISTINCT FROM (x->>'news')::bigint
      THEN muster.tell(b) END)
    FROM (SELECT 1) one LEFT JOIN muster.bots o ON o.bot = b);
END $f$;

CREATE FUNCTION muster.node_drain(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
BEGIN
  UPDATE muster.nodes SET draining = (x->>'draining')::boolean
    WHERE bot = muster.text_of(x->>'bot') AND node = (x->>'node')::bigint;
  RETURN to_json(FOUND);
END $f$;

CREATE FUNCTION muster.identify_claim(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  which bigint := (x->>'bucket')::bigint;
  remaining bigint := (x->>'remaining')::bigint;
  at bigint;
  o record;
  granted boolean;
BEGIN
  INSERT INTO muster.bots(bot) VALUES(b) ON CONFLICT DO NOTHING;
  SELECT claims, identifies_left INTO o FROM muster.bots WHERE bot = b
    FOR UPDATE;
  IF o.identifies_left BETWEEN 0 AND 1000000
    AND (x->>'known_claims')::bigint < o.claims THEN
    remaining := least(remaining, o.identifies_left);
  END IF;
  at := coalesce((SELECT counter FROM muster.buckets
    WHERE bot = b AND bucket = which), 0);
  granted := at = (x->>'seen')::bigint AND remaining > 0;
  IF muster.is_strange(x) THEN
    RETURN json_build_array(false, at, remaining, o.claims);
  END IF;
  IF granted THEN
    at := at + 1;
    o.claims := o.claims + 1;
    remaining := remaining - 1;
    INSERT INTO muster.buckets VALUES(b, which, at)
      ON CONFLICT(bot, bucket) DO UPDATE SET counter = excluded.counter;
  END IF;
  UPDATE muster.bots SET claims = o.claims, identifies_left = remaining
    WHERE bot = b;
  RETURN json_build_array(granted, at, remaining, o.claims);
END $f$;
)sql";

} // namespace muster
