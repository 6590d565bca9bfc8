#include "caravel/base/expects.hpp"

#include <stdexcept>
#include <string>

namespace caravel {

void report_broken_contract(const char* kind, const char* condition, const char* file, int line) {
    throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": " + kind +
                           " failed: " + condition);
}

}  // namespace caravel
