#include "tests/support/process.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace muster::test {

namespace {

constexpr int a_minute = 60'000;

std::string slurp(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

process::process(const std::vector<std::string>& command,
                 const std::string& token, bool input) {
  char path[] = "/tmp/muster-test-XXXXXX";
  auto err = mkstemp(path);
  err_path_ = path;
  int pipes[2] = {-1, -1};
  if (pipe2(pipes, O_CLOEXEC) != 0)
    return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  int in[2] = {-1, -1};
  if (input && pipe2(in, O_CLOEXEC) == 0)
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  std::vector<char*> args;
  for (auto& x : command)
    args.push_back(const_cast<char*>(x.c_str()));
  args.push_back(nullptr);
  std::string mine = "DISCORD_TOKEN=" + token;
  std::vector<char*> env;
  for (auto x = environ; *x != nullptr; ++x)
    if (std::strncmp(*x, "DISCORD_TOKEN=", 14) != 0)
      env.push_back(*x);
  if (!token.empty())
    env.push_back(mine.data());
  env.push_back(nullptr);
  if (posix_spawn(&pid_, args[0], &actions, nullptr, args.data(), env.data())
      != 0)
    pid_ = -1;
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipes[1]);
  ::close(err);
  if (in[0] >= 0)
    ::close(in[0]);
  out_ = pipes[0];
  in_ = in[1];
}

process::~process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0)
    ::close(out_);
  if (in_ >= 0)
    ::close(in_);
  unlink(err_path_.c_str());
}

std::string process::line() {
  for (;;) {
    if (auto end = buffer_.find('\n'); end != std::string::npos) {
      auto result = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return result;
    }
    pollfd ready{out_, POLLIN, 0};
    char chunk[4096];
    if (poll(&ready, 1, a_minute) <= 0)
      return {};
    auto n = read(out_, chunk, sizeof(chunk));
    if (n <= 0)
      return {};
    buffer_.append(chunk, static_cast<std::size_t>(n));
  }
}

std::string process::err() const {
  return slurp(err_path_);
}

void process::say(const std::string& text) {
  auto line = text + '\n';
  // What it does not take is for the test to miss.
  [[maybe_unused]] auto n = write(in_, line.data(), line.size());
}

outcome_of_process process::end(int signal_number) {
  outcome_of_process result;
  if (pid_ <= 0)
    return result;
  if (signal_number != 0)
    kill(pid_, signal_number);
  auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(a_minute);
  char chunk[65536];
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd ready{out_, POLLIN, 0};
    if (left.count() <= 0
        || poll(&ready, 1, static_cast<int>(left.count())) <= 0) {
      kill(pid_, SIGKILL);
      break;
    }
    auto n = read(out_, chunk, sizeof(chunk));
    if (n <= 0)
      break;
    buffer_.append(chunk, static_cast<std::size_t>(n));
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  result.exit_code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
  result.out = std::move(buffer_);
  result.err = slurp(err_path_);
  return result;
}

outcome_of_process run_process(const std::vector<std::string>& command,
                               const std::string& token) {
  process x{command, token};
  return x.end(0);
}

} // namespace muster::test
