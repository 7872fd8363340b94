#include "tests/support/postgres_server.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include "tests/support/free_port.hpp"

namespace muster::test {

namespace {

namespace fs = std::filesystem;

/// PostgreSQL refuses to run as root; whoever it runs as ends with this
/// process.
std::vector<std::string> as_postgres(std::vector<std::string> command) {
  std::vector<std::string> before{"/usr/bin/setpriv", "--pdeathsig", "INT"};
  if (geteuid() == 0)
    before.insert(before.end(),
                  {"--reuid=postgres", "--regid=postgres", "--init-groups"});
  command.insert(command.begin(), before.begin(), before.end());
  return command;
}

void give_to_postgres(const std::string& path) {
  if (geteuid() != 0)
    return;
  auto user = getpwnam("postgres");
  if (user == nullptr || chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("there is no user postgres; install postgresql");
}

std::string programs() {
  std::string newest;
  std::error_code error;
  for (auto& x : fs::directory_iterator("/usr/lib/postgresql", error))
    if (auto bin = x.path() / "bin"; fs::exists(bin / "initdb"))
      newest = std::max(newest, bin.string());
  if (newest.empty())
    throw std::runtime_error("there is no PostgreSQL; install postgresql");
  return newest + '/';
}

/// Reads its log, which has a bound, until it can be used.
std::unique_ptr<process> run_until_ready(const std::string& command,
                                         const std::string& ready) {
  auto result = std::make_unique<process>(
      as_postgres({"/bin/sh", "-c", "exec " + command + " 2>&1"}));
  std::string said;
  for (;;) {
    auto line = result->line();
    if (line.find(ready) != line.npos)
      return result;
    if (line.empty())
      throw std::runtime_error(command + " has not started:\n" + said);
    said += line + '\n';
  }
}

} // namespace

postgres_server::postgres_server(std::string host)
    : host_(std::move(host)), port_(free_port()) {
  give_to_postgres(folder_ / "");
  run("initdb", {"-D", data(), "-N", "-A", "trust", "-U", "postgres", "-E",
                 "UTF8", "--no-locale"});
  // The first line that fits counts.
  std::ofstream{data() + "/pg_hba.conf"}
      << "local all all trust\n"
         "host all secret all scram-sha-256\n"
         "host all all all trust\n";
  std::ofstream{data() + "/postgresql.conf", std::ios::app}
      << "port=" << port_ << "\nlisten_addresses='" << host_ << "'\n"
      << "unix_socket_directories='" << (folder_ / "")
      << "'\n"
      // Nothing here has to outlast the machine; and who waits for a log to be
      // read must not be told of errors that are wanted.
      << "fsync=off\nmax_connections=200\nlog_min_messages=log\n"
         "log_checkpoints=off\nlog_min_error_statement=panic\n";
  start();
}

postgres_server::~postgres_server() {
  if (pooler_)
    pooler_->end(SIGINT);
  if (server_)
    server_->end(SIGINT);
}

postgres_server& postgres_server::shared() {
  static postgres_server all;
  return all;
}

std::string postgres_server::url(const std::string& database,
                                 const std::string& role) const {
  return "postgresql://" + role + '@' + host_ + ':' + port_ + '/' + database;
}

std::string postgres_server::socket_url(const std::string& database) const {
  return "postgresql:///" + database + "?user=postgres&port=" + port_
         + "&host=" + (folder_ / "");
}

std::string postgres_server::pooled_url(const std::string& database) {
  if (!pooler_)
    start_pooler();
  return "postgresql://postgres@" + host_ + ':' + pooler_port_ + '/' + database;
}

std::string postgres_server::make_database() {
  static std::atomic<int> count{0};
  auto name = "database_" + std::to_string(++count);
  execute("CREATE DATABASE " + name);
  return name;
}

std::string postgres_server::new_bot() {
  static std::atomic<int> count{0};
  return "bot " + std::to_string(++count);
}

postgres_url postgres_server::parse(const std::string& url) {
  postgres_url result;
  auto wrong = postgres_url::parse(url, false, result);
  if (!wrong.empty())
    throw std::runtime_error(wrong);
  return result;
}

std::string postgres_server::execute(const std::string& what,
                                     const std::string& database) {
  return postgres_client{url(database)}.execute(what);
}

void postgres_server::stop(int signal) {
  server_->end(signal);
  server_.reset();
}

void postgres_server::start() {
  server_ = run_until_ready(programs() + "postgres -D " + data(),
                            "ready to accept connections");
}

void postgres_server::fail_over() {
  stop(SIGINT);
  auto name = "0000000" + std::to_string(++timeline_);
  run("pg_resetwal", {"-D", data(), "-l", name + "0000000000000100"});
  start();
}

void postgres_server::run(const std::string& program,
                          std::vector<std::string> args) {
  args.insert(args.begin(), programs() + program);
  auto end = run_process(as_postgres(std::move(args)));
  if (end.exit_code != 0)
    throw std::runtime_error(program + " failed: " + end.out + end.err);
}

void postgres_server::start_pooler() {
  pooler_port_ = free_port();
  auto path = folder_ / "pgbouncer.ini";
  std::ofstream{path}
      << "[databases]\n* = host=" << host_ << " port=" << port_
      << " user=postgres\n[pgbouncer]\nlisten_addr=" << host_
      << "\nlisten_port=" << pooler_port_
      << "\nunix_socket_dir=\nauth_type=any\npool_mode=transaction\n"
         "max_client_conn=500\ndefault_pool_size=20\n"
         "log_connections=0\nlog_disconnections=0\nlog_stats=0\n"
         "server_login_retry=1\n";
  pooler_ = run_until_ready("/usr/sbin/pgbouncer " + path, "process up");
}

postgres_client::postgres_client(const std::string& url)
    : conn_(PQconnectdb(url.c_str())) {
  PQsetNoticeProcessor(
      conn_, [](void*, const char*) {}, nullptr);
}

postgres_client::~postgres_client() {
  PQfinish(conn_);
}

std::string postgres_client::execute(const std::string& what) {
  std::unique_ptr<PGresult, decltype(&PQclear)> x{PQexec(conn_, what.c_str()),
                                                  PQclear};
  auto status = PQresultStatus(x.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error(what + ": " + PQerrorMessage(conn_));
  return PQntuples(x.get()) > 0 ? PQgetvalue(x.get(), 0, 0) : "";
}

} // namespace muster::test
