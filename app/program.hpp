#pragma once

namespace muster::app {

/// The program: what the command line asks for, and how that ended.
int run_program(int argc, char** argv);

} // namespace muster::app
