// Whether a sanitizer watches: its bookkeeping takes more memory than a run.
#pragma once

namespace caravel::test {

// g++ and clang tell of it differently.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
inline constexpr bool is_sanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool is_sanitized = false;
#endif

}  // namespace caravel::test
