//! Asks for all members of all guilds with serenity, as its users do: events
//! go to a handler, and members into its cache. See ../README.md.
use std::{
    collections::{HashMap, HashSet},
    env,
    sync::Mutex,
    time::Instant,
};

use serenity::{
    all::{
        ChunkGuildFilter, ClientBuilder, Context, EventHandler, GatewayIntents, Guild, GuildId,
        GuildMembersChunkEvent,
    },
    async_trait,
    http::HttpBuilder,
};

#[derive(Default)]
struct Books {
    members: usize,
    seen: HashSet<(GuildId, u32)>,
    /// Chunks of the guilds of which one has come.
    known: HashMap<GuildId, u32>,
}

struct Handler {
    began: Instant,
    guilds: usize,
    books: Mutex<Books>,
}

#[async_trait]
impl EventHandler for Handler {
    async fn guild_create(&self, ctx: Context, guild: Guild, _: Option<bool>) {
        let filter = ChunkGuildFilter::None;
        ctx.shard.chunk_guild(guild.id, None, false, filter, None);
    }

    async fn guild_members_chunk(&self, _: Context, x: GuildMembersChunkEvent) {
        let mut books = self.books.lock().unwrap();
        if !books.seen.insert((x.guild_id, x.chunk_index)) {
            return;
        }
        books.known.insert(x.guild_id, x.chunk_count);
        books.members += x.members.len();
        let chunks: u32 = books.known.values().sum();
        if books.known.len() == self.guilds && books.seen.len() == chunks as usize {
            println!(
                "{{\"members\": {}, \"chunks\": {}, \"wall\": {}}}",
                books.members,
                books.seen.len(),
                self.began.elapsed().as_secs_f64()
            );
            std::process::exit(0);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let began = Instant::now();
    let base = env::var("PEER_REST")?;
    let host = base.strip_suffix("/api/v10").unwrap_or(&base);
    let http = HttpBuilder::new(env::var("DISCORD_TOKEN")?)
        .proxy(host)
        .ratelimiter_disabled(true) // else it asks Discord's own host
        .build();
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MEMBERS;
    let handler = Handler {
        began,
        guilds: env::var("PEER_GUILDS")?.parse()?,
        books: Mutex::default(),
    };
    ClientBuilder::new_with_http(http, intents)
        .event_handler(handler)
        .await?
        .start()
        .await?;
    Err("the client has ended".into())
}
