#include "messages/json_array.hpp"

#include <utility>
#include <vector>

namespace muster {

namespace od = simdjson::ondemand;

namespace {

constexpr std::size_t max_idle_parsers = 4;

std::vector<std::unique_ptr<od::parser>>& idle_parsers() {
  thread_local std::vector<std::unique_ptr<od::parser>> parsers;
  return parsers;
}

} // namespace

simdjson::error_code raw_text(od::field& x, std::string_view& out) {
  od::value value = x.value();
  od::json_type type;
  if (auto ec = value.type().get(type))
    return ec;
  simdjson::error_code ec = simdjson::SUCCESS;
  std::string_view text;
  if (type == od::json_type::object) {
    od::object object;
    ec = value.get_object().get(object);
    if (!ec)
      ec = object.raw_json().get(text);
  } else if (type == od::json_type::array) {
    od::array array;
    ec = value.get_array().get(array);
    if (!ec)
      ec = array.raw_json().get(text);
  } else {
    text = value.raw_json_token();
  }
  out = trim(text);
  return ec;
}

lent_parser::lent_parser() {
  auto& idle = idle_parsers();
  if (idle.empty()) {
    parser_ = std::make_unique<od::parser>();
  } else {
    parser_ = std::move(idle.back());
    idle.pop_back();
  }
}

lent_parser::~lent_parser() {
  if (auto& idle = idle_parsers(); idle.size() < max_idle_parsers)
    idle.push_back(std::move(parser_));
}

simdjson::error_code lent_parser::start(std::string_view text,
                                        od::document& out) {
  simdjson::padded_string_view padded{text.data(), text.size(),
                                      text.size() + simdjson::SIMDJSON_PADDING};
  return parser_->iterate(padded).get(out);
}

json_array::json_array(frozen_buffer bytes)
    : bytes_(std::move(bytes)), items_(bytes_.view()), more_(!bytes_.empty()) {
  whole_ = more_ && !parser_.start(bytes_.view(), document_)
           && !document_.get_array().get(array_) && !array_.begin().get(at_)
           && !array_.end().get(end_);
}

} // namespace muster
