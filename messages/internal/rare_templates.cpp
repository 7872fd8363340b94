#define MUSTER_RARE_TEMPLATE template class

#include "messages/internal/templates.hpp"
