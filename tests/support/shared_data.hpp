// Where the measured data lie that are too large or not free enough to be carried by the product.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

namespace caravel::test {

/// The folder of measured data: `CARAVEL_SHARED_DATA`, else `../shared/data` beside the repository.
/// Empty where that folder does not exist; the test then says
/// `GTEST_SKIP() << caravel::test::data_not_present;`.
inline std::optional<std::filesystem::path> shared_data() {
    const char* named = std::getenv("CARAVEL_SHARED_DATA");
    const std::filesystem::path folder =
        named != nullptr && *named != '\0'
            ? std::filesystem::path(named)
            : std::filesystem::path(CARAVEL_SOURCE_DIR) / ".." / "shared" / "data";
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) return std::nullopt;
    return folder.lexically_normal();
}

inline constexpr const char* data_not_present = "skipped: data not present";

}  // namespace caravel::test
