#pragma once

/// @file
/// What a shared library shows.
/// Threads: none, it is for the compiler.
/// Source: GCC > Visibility.

/// Marks what a bot may call: the rest of the library is hidden from who links
/// it, as a shared one at least.
#if defined(__GNUC__)
#define MUSTER_API __attribute__((visibility("default")))
#else
#define MUSTER_API
#endif
