"""Asks for all members of all guilds with hikari and yuyo's chunk tracker,
into hikari's cache. See ../README.md."""
import json
import os
import time

import hikari
import yuyo

began = time.monotonic()
guilds = int(os.environ["PEER_GUILDS"])
bot = hikari.GatewayBot(
    os.environ["DISCORD_TOKEN"],
    rest_url=os.environ["PEER_REST"],
    intents=hikari.Intents.GUILDS | hikari.Intents.GUILD_MEMBERS,
    auto_chunk_members=False,  # the tracker does it
    banner=None)
tracker = yuyo.ChunkTracker.from_gateway_bot(bot)
tracker.set_auto_chunk_members(True)
seen = set()
known = {}
members = 0
finished = False


def settle():
    if not finished or len(known) < guilds or len(seen) < sum(known.values()):
        return
    print(json.dumps({"members": members, "chunks": len(seen),
                      "wall": time.monotonic() - began}), flush=True)
    os._exit(0)


@bot.listen()
async def on_chunk(event: hikari.MemberChunkEvent) -> None:
    global members
    name = event.guild_id, event.chunk_index
    if name not in seen:
        seen.add(name)
        known[event.guild_id] = event.chunk_count
        members += len(event.members)
        settle()


@bot.listen()
async def on_finished(event: yuyo.FinishedChunkingEvent) -> None:
    global finished
    finished = True
    settle()


bot.run(check_for_updates=False)
