//! Asks for all members of all guilds with twilight-gateway. The mode is
//! `text`, in which no chunk is parsed, or `models`, in which every member
//! becomes a `twilight_model::guild::Member`. See ../README.md.
use std::{collections::HashSet, env, time::Instant};

use tokio_stream::StreamExt as _;
use twilight_gateway::{ConfigBuilder, EventTypeFlags, Intents, Message, Shard, ShardId};
use twilight_model::gateway::{event::Event, payload::outgoing::RequestGuildMembers};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[derive(Default)]
struct Books {
    members: usize,
    /// Guild and index of each chunk that has come.
    seen: HashSet<(u64, u32)>,
    /// Chunks of the guilds of which one has come.
    known: HashSet<(u64, u32)>,
    guilds: usize,
}

impl Books {
    fn chunk(&mut self, guild: u64, index: u32, count: u32, members: usize) {
        if self.seen.insert((guild, index)) {
            self.known.insert((guild, count));
            self.members += members;
        }
    }

    fn whole(&self) -> bool {
        let chunks: u32 = self.known.iter().map(|x| x.1).sum();
        self.known.len() == self.guilds && self.seen.len() == chunks as usize
    }
}

/// The number behind `key`, which is near the end of a chunk.
fn number(tail: &str, key: &str) -> Option<u64> {
    let at = tail.rfind(key)? + key.len();
    let digits = tail[at..].trim_start_matches('"');
    let end = digits.find(|x: char| !x.is_ascii_digit())?;
    digits[..end].parse().ok()
}

/// What a chunk says of itself, without a look at what is before it.
fn ends_of(text: &str) -> Option<(u64, u32, u32)> {
    let mut from = text.len().saturating_sub(200);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = &text[from..];
    Some((
        number(tail, "\"guild_id\":")?,
        number(tail, "\"chunk_index\":")? as u32,
        number(tail, "\"chunk_count\":")? as u32,
    ))
}

fn is_chunk(text: &str) -> bool {
    let mut head = 64.min(text.len());
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    text[..head].contains("GUILD_MEMBERS_CHUNK")
}

fn report(books: &Books, parsed: bool, began: Instant) {
    let members = if parsed {
        books.members.to_string()
    } else {
        "null".into()
    };
    println!(
        "{{\"members\": {members}, \"chunks\": {}, \"wall\": {}}}",
        books.seen.len(),
        began.elapsed().as_secs_f64()
    );
    std::process::exit(0);
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let began = Instant::now();
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("there is no other provider");
    let parsed = match env::var("PEER_MODE")?.as_str() {
        "text" => false,
        "models" => true,
        other => return Err(format!("no mode {other}").into()),
    };
    let mut books = Books {
        guilds: env::var("PEER_GUILDS")?.parse()?,
        ..Books::default()
    };
    let intents = Intents::GUILDS | Intents::GUILD_MEMBERS;
    let config = ConfigBuilder::new(env::var("DISCORD_TOKEN")?, intents)
        .proxy_url(env::var("PEER_GATEWAY")?)
        .build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    while let Some(message) = shard.next().await {
        let Message::Text(text) = message? else {
            return Err("the gateway closed the connection".into());
        };
        if !parsed && is_chunk(&text) {
            let (guild, index, count) = ends_of(&text).ok_or("an odd chunk")?;
            books.chunk(guild, index, count, 0);
        } else if let Some(event) = twilight_gateway::parse(text, EventTypeFlags::all())? {
            match Event::from(event) {
                Event::GuildCreate(guild) => {
                    shard.command(&RequestGuildMembers::builder(guild.id()).query("", None))
                }
                Event::MemberChunk(x) => books.chunk(
                    x.guild_id.get(),
                    x.chunk_index,
                    x.chunk_count,
                    x.members.len(),
                ),
                _ => continue,
            }
        }
        if books.whole() {
            report(&books, parsed, began);
        }
    }
    Err("the shard has ended".into())
}
