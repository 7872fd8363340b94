#define MUSTER_TEMPLATE template class

#include "messages/internal/templates.hpp"
