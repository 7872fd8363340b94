#pragma once

#include <string>

namespace muster {

// What muster makes in a database: the schema muster, with tables that a bot's
// processes share, and a function for each call of a store, so that a call is
// one round trip. A function takes one jsonb, in which every text is a row of
// hexadecimal digits, so that bytes need no encoding and no quotes; numbers of
// 64 bits are signed, their bits are kept. It locks rows in this order: the
// identity, the bot, its shards by their index, its processes; so nobody waits
// for who waits for him.
//
// Nodes of neighbouring versions use one schema: a step only ever adds, and
// what a function does stays; what is to do another thing has another name.

/// What a schema of this muster has come to.
constexpr int postgres_schema_version = 1;

/// One statement that makes the schema, or brings it up to date; any number of
/// processes may run it at once.
std::string postgres_schema();

// -- its parts ----------------------------------------------------------------

/// Tables, and what the others have in common.
extern const char* const postgres_tables;
/// The start of the bot, processes, identifies.
extern const char* const postgres_node_functions;
/// Shards.
extern const char* const postgres_shard_functions;
/// For who only looks.
extern const char* const postgres_look_functions;

} // namespace muster
