// Asks for all members of all guilds with discordgo, whose state keeps them.
// See ../README.md.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type chunk struct {
	guild string
	index int
}

func main() {
	began := time.Now()
	guilds, err := strconv.Atoi(os.Getenv("PEER_GUILDS"))
	fail(err)
	discordgo.EndpointGateway = os.Getenv("PEER_REST") + "/gateway"
	session, err := discordgo.New("Bot " + os.Getenv("DISCORD_TOKEN"))
	fail(err)
	session.Compress = os.Getenv("PEER_COMPRESS") != "none"
	session.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMembers
	session.AddHandler(func(s *discordgo.Session, x *discordgo.GuildCreate) {
		fail(s.RequestGuildMembers(x.ID, "", 0, "", false))
	})
	chunks := make(chan *discordgo.GuildMembersChunk, 1024)
	session.AddHandler(func(_ *discordgo.Session, x *discordgo.GuildMembersChunk) {
		chunks <- x
	})
	fail(session.Open())
	members, expected := 0, 0
	seen := map[chunk]bool{}
	known := map[string]bool{}
	for len(known) < guilds || len(seen) < expected {
		x := <-chunks
		if seen[chunk{x.GuildID, x.ChunkIndex}] {
			continue
		}
		seen[chunk{x.GuildID, x.ChunkIndex}] = true
		members += len(x.Members)
		if !known[x.GuildID] {
			known[x.GuildID] = true
			expected += x.ChunkCount
		}
	}
	fmt.Printf("{\"members\": %d, \"chunks\": %d, \"wall\": %f}\n",
		members, len(seen), time.Since(began).Seconds())
	os.Exit(0)
}
