#include "net/postgres_schema.hpp"

namespace muster {

const char* const postgres_shard_functions = R"sql(
CREATE FUNCTION muster.is_alive(b text, who bigint) RETURNS boolean
LANGUAGE sql VOLATILE AS $f$
  SELECT EXISTS(SELECT FROM muster.nodes WHERE bot = b AND node = who)
$f$;

CREATE FUNCTION muster.claimed_shard(b text, which bigint) RETURNS json
LANGUAGE sql VOLATILE AS $f$
  SELECT json_build_object('shard', s.shard, 'node', s.node, 'epoch', s.epoch,
    'token', s.token, 'number', s.number, 'session', encode(s.session, 'hex'),
    'report', json_build_array(s.state, s.guild_count, s.complete_count,
      s.session_ms),
    'before', s.before, 'vain', s.claims - s.counts::integer,
    'rows', coalesce((SELECT json_agg(json_build_array(encode(r.key, 'hex'),
      encode(r.text, 'hex')) ORDER BY r.key) FROM muster.books r
      WHERE r.bot = b AND r.shard = which), '[]'))
  FROM muster.shards s WHERE s.bot = b AND s.shard = which
$f$;

CREATE FUNCTION muster.shards_claim(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  me bigint := (x->>'node')::bigint;
  mine bigint := (x->>'token')::bigint;
  wanted bigint[] := ARRAY(SELECT s::bigint
    FROM jsonb_array_elements_text(x->'shards') WITH ORDINALITY AS t(s, i)
    ORDER BY i);
  room bigint := (x->>'most')::bigint;
  which bigint;
  one muster.shards%ROWTYPE;
  taken json[] := '{}';
BEGIN
  IF muster.is_strange(x) OR NOT muster.is_alive(b, me) THEN
    RETURN json_build_object('start', muster.tell(b), 'shards', '[]'::json);
  END IF;
  -- Rows that were never written, before any is locked.
  INSERT INTO muster.shards(bot, shard)
    SELECT DISTINCT b, w FROM unnest(wanted) w WHERE NOT EXISTS(
      SELECT FROM muster.shards s WHERE s.bot = b AND s.shard = w)
    ORDER BY w ON CONFLICT DO NOTHING;
  PERFORM FROM muster.shards WHERE bot = b AND shard = ANY(wanted)
    ORDER BY shard FOR UPDATE;
  -- What this very claim has taken before counts first.
  room := room - (SELECT count(*) FROM muster.shards
    WHERE bot = b AND node = me AND token = mine);
  FOREACH which IN ARRAY wanted LOOP
    SELECT * INTO one FROM muster.shards WHERE bot = b AND shard = which;
    IF one.node <> me OR one.token <> mine THEN
      CONTINUE WHEN room <= 0
        OR (one.node <> me AND muster.is_alive(b, one.node));
      room := room - 1;
      UPDATE muster.shards SET node = me, token = mine,
        epoch = CASE WHEN epoch BETWEEN 0 AND 1::bigint << 62
          THEN epoch + 1 ELSE 1 END,
        -- The token tells writes apart, too.
        number = CASE WHEN number BETWEEN 0 AND 1::bigint << 62
          THEN number ELSE 0 END,
        before = CASE WHEN node = 0 THEN before ELSE node END, state = 1,
        counts = CASE WHEN node = me THEN counts ELSE claims = 0 END,
        claims = least(greatest(claims, 1), 99)
      WHERE bot = b AND shard = which;
    END IF;
    taken := taken || muster.claimed_shard(b, which);
  END LOOP;
  RETURN json_build_object('start', muster.tell(b), 'shards', to_json(taken));
END $f$;

-- An owner's write; false if another claim has overtaken it. The caller holds
-- the lock of the shard's row.
CREATE FUNCTION muster.write_cut(b text, at bigint, cut jsonb) RETURNS boolean
LANGUAGE plpgsql AS $f$
DECLARE
  which bigint := (cut->>'shard')::bigint;
  text_now bytea := decode(cut->>'session', 'hex');
  report jsonb := cut->'report';
  state_now bigint := (report->>0)::bigint;
  begins bigint := coalesce((report->>4)::bigint, 0);
BEGIN
  UPDATE muster.shards SET number = (cut->>'number')::bigint,
    session = coalesce(text_now, session),
    saved_ms = CASE WHEN text_now IS NULL THEN saved_ms ELSE at END,
    state = coalesce(state_now, state),
    guild_count = coalesce((report->>1)::bigint, guild_count),
    complete_count = coalesce((report->>2)::bigint, complete_count),
    session_ms = CASE WHEN state_now IS NULL THEN session_ms
      ELSE (report->>3)::bigint END,
    -- Who is refused for good is unfit, not the shard.
    claims = CASE WHEN coalesce(state_now, state) IN (2, 3) THEN 0
      ELSE claims + begins END,
    counts = counts OR begins > 0
  WHERE bot = b AND shard = which AND node = (cut->>'node')::bigint
    AND epoch = (cut->>'epoch')::bigint AND token = (cut->>'token')::bigint
    AND number <= (cut->>'number')::bigint AND muster.is_alive(b, node);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF (cut->>'whole')::boolean THEN
    DELETE FROM muster.books WHERE bot = b AND shard = which;
  END IF;
  -- Of one that is named twice the last counts.
  WITH last AS MATERIALIZED (SELECT DISTINCT ON (r->>0)
      decode(r->>0, 'hex') AS key, decode(r->>1, 'hex') AS text
      FROM jsonb_array_elements(cut->'rows') WITH ORDINALITY AS t(r, i)
      ORDER BY r->>0, i DESC),
    gone AS (DELETE FROM muster.books o USING last WHERE o.bot = b
      AND o.shard = which AND o.key = last.key AND last.text IS NULL)
  INSERT INTO muster.books AS o(bot, shard, key, text)
    SELECT b, which, last.key, last.text FROM last WHERE last.text IS NOT NULL
    ON CONFLICT(bot, shard, key) DO UPDATE SET text = excluded.text;
  RETURN true;
END $f$;

-- A startup has ended. The caller holds the lock of the bot's row.
CREATE FUNCTION muster.settle(b text, which bigint, x jsonb) RETURNS void
LANGUAGE plpgsql AS $f$
DECLARE
  is_over boolean;
BEGIN
  SELECT finished_shards IS NOT NULL INTO is_over FROM muster.bots
    WHERE bot = b AND start_id = (x->>'start')::bigint;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE muster.shards SET event = coalesce(decode(x->>'event', 'hex'), event),
    settled = settled OR NOT is_over,
    guilds = CASE WHEN is_over THEN guilds ELSE (x->>'guilds')::bigint END,
    members = CASE WHEN is_over THEN members ELSE (x->>'members')::bigint END
  WHERE bot = b AND shard = which;
  IF x->>'event' IS NOT NULL THEN
    UPDATE muster.bots SET news = news + 1 WHERE bot = b;
  END IF;
END $f$;

CREATE FUNCTION muster.lock_cuts(b text, cuts jsonb) RETURNS void
LANGUAGE plpgsql AS $f$
BEGIN
  -- Two who settle the last shards must see each other (C8).
  IF EXISTS(SELECT FROM jsonb_array_elements(cuts) c
      WHERE c->'settled' IS NOT NULL) THEN
    PERFORM FROM muster.bots WHERE bot = b FOR UPDATE;
  END IF;
  PERFORM FROM muster.shards WHERE bot = b AND shard = ANY(ARRAY(
    SELECT (c->>'shard')::bigint FROM jsonb_array_elements(cuts) c))
    ORDER BY shard FOR UPDATE;
END $f$;

CREATE FUNCTION muster.cuts_save(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  at bigint := muster.now_ms(x);
  strange boolean := muster.is_strange(x);
  cut jsonb;
  holds boolean;
  ends boolean;
  results json[] := '{}';
BEGIN
  PERFORM muster.lock_cuts(b, x->'cuts');
  FOR cut IN SELECT c FROM jsonb_array_elements(x->'cuts')
      WITH ORDINALITY AS t(c, i) ORDER BY i LOOP
    holds := NOT strange AND muster.write_cut(b, at, cut);
    ends := false;
    IF holds AND cut->'settled' IS NOT NULL THEN
      PERFORM muster.settle(b, (cut->>'shard')::bigint, cut->'settled');
      ends := muster.finish(b, (cut->>'shard')::bigint,
        (cut->>'epoch')::bigint, (cut->>'number')::bigint);
    END IF;
    results := results || json_build_object('holds', holds,
      'start', CASE WHEN ends THEN muster.tell(b) END,
      'news', (SELECT news FROM muster.bots WHERE bot = b));
  END LOOP;
  RETURN to_json(results);
END $f$;

CREATE FUNCTION muster.shard_release(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  cut jsonb := x->'cuts'->0;
BEGIN
  PERFORM muster.lock_cuts(b, x->'cuts');
  IF muster.is_strange(x)
    OR NOT muster.write_cut(b, muster.now_ms(x), cut) THEN
    RETURN to_json(false);
  END IF;
  -- Its owner has not died.
  UPDATE muster.shards SET node = 0, before = node,
    claims = greatest(claims - counts::integer, 0)
  WHERE bot = b AND shard = (cut->>'shard')::bigint;
  RETURN to_json(true);
END $f$;

CREATE FUNCTION muster.node_leave(x jsonb) RETURNS json LANGUAGE plpgsql
AS $f$
DECLARE
  b text := muster.text_of(x->>'bot');
  me bigint := (x->>'node')::bigint;
  at bigint := muster.now_ms(x);
  cut jsonb;
BEGIN
  IF muster.is_strange(x) THEN
    RETURN to_json(false);
  END IF;
  PERFORM FROM muster.shards WHERE bot = b AND (node = me OR shard = ANY(ARRAY(
    SELECT (c->>'shard')::bigint FROM jsonb_array_elements(x->'cuts') c)))
    ORDER BY shard FOR UPDATE;
  FOR cut IN SELECT c FROM jsonb_array_elements(x->'cuts')
      WITH ORDINALITY AS t(c, i) ORDER BY i LOOP
    PERFORM muster.write_cut(b, at, cut);
  END LOOP;
  IF muster.is_alive(b, me) THEN -- it has not died
    UPDATE muster.shards SET claims = greatest(claims - counts::integer, 0)
      WHERE bot = b AND node = me;
  END IF;
  DELETE FROM muster.nodes WHERE bot = b AND node = me;
  RETURN to_json(true);
END $f$;
)sql";

const char* const postgres_look_functions = R"sql(
-- One statement, so that all is of one moment. Writes nothing.
CREATE FUNCTION muster.bot_look(x jsonb) RETURNS json LANGUAGE sql STABLE
AS $f$
  WITH bots AS MATERIALIZED (
    SELECT * FROM muster.bots WHERE start_id <> 0),
  chosen AS MATERIALIZED (
    SELECT * FROM bots WHERE bot = muster.text_of(x->>'bot')
      OR (x->>'bot' = '' AND (SELECT count(*) FROM bots) = 1))
  SELECT json_build_object(
    'now', coalesce((x->>'now')::bigint,
      floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint),
    'bots', coalesce((SELECT json_agg(muster.hex_of(bot) ORDER BY bot)
      FROM bots), '[]'),
    'bot', (SELECT json_build_object('shard_count', shard_count,
      'left', identifies_left, 'finished', finished_shards IS NOT NULL,
      'nodes', muster.list_nodes(bot),
      'shards', coalesce((SELECT json_agg(json_build_object('shard', s.shard,
        'node', s.node, 'epoch', s.epoch, 'saved', s.saved_ms,
        'report', json_build_array(s.state, s.guild_count, s.complete_count,
          s.session_ms)) ORDER BY s.shard)
        FROM muster.shards s WHERE s.bot = chosen.bot), '[]'))
      FROM chosen))
$f$;
)sql";

} // namespace muster
