// Asks for all members of all guilds with discord.js, whose caches keep them.
// See ../README.md.
import { createRequire } from 'node:module';

// The packages are beside what was built, not beside this file.
const require = createRequire(`${process.env.PEER_PACKAGES}/`);
const { Client, Events, GatewayIntentBits } = require('discord.js');

const began = performance.now();
const guilds = Number(process.env.PEER_GUILDS);
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
  rest: { api: process.env.PEER_REST.replace(/\/v\d+$/, '') },
});

const seen = new Set();
const known = new Map();
let members = 0;

client.on(Events.GuildMembersChunk, (list, guild, chunk) => {
  const name = `${guild.id}/${chunk.index}`;
  if (seen.has(name)) return;
  seen.add(name);
  known.set(guild.id, chunk.count);
  members += list.size;
  const chunks = [...known.values()].reduce((a, b) => a + b, 0);
  if (known.size < guilds || seen.size < chunks) return;
  const wall = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ members, chunks: seen.size, wall }));
  process.exit(0);
});

client.once(Events.ClientReady, () => {
  for (const guild of client.guilds.cache.values()) guild.members.fetch();
});

await client.login(process.env.DISCORD_TOKEN);
