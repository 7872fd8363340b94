#include "actors/guard.hpp"

#include <utility>

#include <caf/error.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

void stray(const stray_counter& strays, const caf::scheduled_actor& self,
           const std::string& what) {
  if (strays != nullptr)
    strays->fetch_add(1, std::memory_order_relaxed);
  log().warn("{} passed over {}", self.name(), what);
}

} // namespace

void guard(caf::scheduled_actor* self, stray_counter strays) {
  using actor = caf::scheduled_actor;
  self->set_default_handler(
      [strays](actor* me, caf::message_view& x) -> caf::result<caf::message> {
        // Not its content, which may be a secret of the bot's.
        stray(strays, *me,
              "a message that it does not know, of "
                  + std::to_string(x.content().size()) + " values");
        return caf::sec::unexpected_message;
      });
  self->set_error_handler([strays](actor* me, caf::error& x) {
    stray(strays, *me, "an error: " + sentence_of(x));
  });
  self->set_down_handler([strays](actor* me, caf::down_msg&) {
    stray(strays, *me, "the end of an actor that it does not watch");
  });
  self->set_exit_handler([strays](actor* me, caf::exit_msg& x) {
    // An anonymous one names the receiver.
    if (x.source && x.source != me->address())
      stray(strays, *me, "the end of another actor: " + to_string(x.reason));
    else
      me->quit(std::move(x.reason));
  });
  self->set_exception_handler([](actor* me, std::exception_ptr& x) {
    log().error("{} ends after an exception: {}", me->name(), describe(x));
    return caf::error{caf::sec::runtime_error};
  });
}

std::string describe(const std::exception_ptr& x) {
  try {
    std::rethrow_exception(x);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "of an unknown type";
  }
}

void report_exception(const char* what, const std::exception_ptr& x) {
  log().error("{} has thrown: {}", what, describe(x));
}

} // namespace muster
