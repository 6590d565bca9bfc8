// Contracts that stay on in every build: a broken one is a mistake in Caravel, not in the input.
#pragma once

#include "caravel/base/function.hpp"

namespace caravel {

/// Throws std::logic_error "file:line: kind failed: condition" (exit code 70).
[[noreturn]] void report_broken_contract(const char* kind, const char* condition, const char* file,
                                         int line);

/// As report_broken_contract; on a device, where nothing can be thrown, the kernel is stopped.
[[noreturn]] CARAVEL_FN inline void break_contract(const char* kind, const char* condition,
                                                   const char* file, int line) {
#if defined(__CUDA_ARCH__)
    (void)kind, (void)condition, (void)file, (void)line;
    __trap();
#else
    report_broken_contract(kind, condition, file, line);
#endif
}

}  // namespace caravel

#define CARAVEL_EXPECTS(condition) \
    ((condition) ? void() : ::caravel::break_contract("expects", #condition, __FILE__, __LINE__))
#define CARAVEL_ENSURES(condition) \
    ((condition) ? void() : ::caravel::break_contract("ensures", #condition, __FILE__, __LINE__))
