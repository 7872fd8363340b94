#include "net/postgres_fault.hpp"

#include <algorithm>
#include <cctype>

#include "messages/errc.hpp"

namespace muster {

namespace {

/// What a person can read in a line of a log.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  text.resize(std::min<std::size_t>(text.find_last_not_of(' ') + 1, 300));
  return text;
}

bool is_code(const std::string& x) {
  return x.size() == 5 && std::all_of(x.begin(), x.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'A' && c <= 'Z');
         });
}

/// The mend, if the code says that it will not succeed later.
const char* mend_of_code(const std::string& code) {
  struct {
    const char* begins;
    const char* mend;
  } const all[] = {
      // The longest first.
      {"28P01", "put the right password into ~/.pgpass, the file that "
                "PGPASSFILE names, or PGPASSWORD"},
      {"28", "name a role of the server that may log in, and whom its "
             "pg_hba.conf lets in"},
      {"3D000", "make it with createdb, or name another one"},
      {"42501", "grant the role CREATE on the database, or all rights on the "
                "schema muster and what is in it"},
      {"3F", "the schema muster has been taken away or damaged; restore it"},
      {"42", "the schema muster has been taken away or damaged; restore it"},
      {"22", "the schema muster is damaged; restore it"},
      {"23", "the schema muster is damaged; restore it"},
      {"XX001", "the database is damaged; restore it"},
      {"XX002", "the database is damaged; restore it"},
      {"0A", "the server cannot do what muster needs; PostgreSQL 13 or later "
             "can"},
  };
  for (auto& x : all)
    if (code.rfind(x.begins, 0) == 0)
      return x.mend;
  return nullptr;
}

/// The same for what has no code of its own: libpq's words, and those of
/// poolers, which call all a breach of protocol.
const char* mend_of_words(const std::string& text) {
  struct {
    const char* has;
    const char* mend;
  } const all[] = {
      {"no password supplied", "put it into ~/.pgpass, the file that "
                               "PGPASSFILE names, or PGPASSWORD"},
      {"authentication failed", "put the right password into ~/.pgpass, the "
                                "file that PGPASSFILE names, or PGPASSWORD"},
      {"no such user", "name a role that the pooler knows"},
      {"no such database", "name one that the pooler knows"},
      {"root certificate", "name a file with the server's authority: "
                           "sslrootcert=FILE"},
      {"certificate", "give the server a certificate for its name that "
                      "sslrootcert vouches for"},
      {"does not support SSL", "turn ssl on there"},
      {"requires SSL", "write sslmode=verify-full"},
      {"invalid connection option", "correct the options of the URL"},
      {"invalid integer value", "correct the options of the URL"},
  };
  for (auto& x : all)
    if (text.find(x.has) != text.npos)
      return x.mend;
  return nullptr;
}

const char* mend_of(const postgres_fault& x) {
  auto mend = mend_of_code(x.code);
  if (mend == nullptr && (x.code.empty() || x.code.rfind("08", 0) == 0))
    mend = mend_of_words(x.text);
  return mend;
}

} // namespace

postgres_fault postgres_fault::of_connecting(const std::string& text) {
  // ... failed: FATAL:  28P01: password authentication failed for user "x"
  // LOCATION: ...
  for (auto at = text.find(":  "); at != text.npos;
       at = text.find(":  ", at + 1)) {
    auto code = text.substr(at + 3, 5);
    if (!is_code(code) || text.compare(at + 8, 2, ": ") != 0)
      continue;
    auto from = at + 10;
    return {code, one_line(text.substr(from, text.find('\n', from) - from))};
  }
  return {"", one_line(text)};
}

bool postgres_fault::is_passing() const {
  return code == "40001" || code == "40P01";
}

bool postgres_fault::is_final() const {
  return mend_of(*this) != nullptr;
}

caf::error postgres_fault::to_error(const std::string& where) const {
  auto sentence = "the state in " + where + " ";
  if (auto mend = mend_of(*this))
    return make_error(errc::store_refused, sentence + "cannot be used ("
                                               + one_line(text) + "); " + mend);
  if (code == "53100")
    return make_error(errc::store_away, sentence
                                            + "fails: the disk of the "
                                              "server is full; make room");
  if (code == "57014" || code == "55P03")
    return make_error(errc::store_away,
                      sentence
                          + "does not answer in time: others hold what is "
                            "needed, or the server is too slow");
  if (code == "25006")
    return make_error(errc::store_away,
                      sentence
                          + "can only be read: the server is a standby, "
                            "or default_transaction_read_only is on");
  if (code == "53300")
    return make_error(errc::store_away,
                      sentence + "cannot be reached (" + one_line(text)
                          + "); a process needs two connections");
  return make_error(errc::store_away,
                    sentence + "cannot be reached (" + one_line(text) + ')');
}

} // namespace muster
