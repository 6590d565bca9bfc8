// Content hashes: SHA-256 for manifests and run ids, CRC-32 for journal records.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace caravel::report {

/// SHA-256 fed piece by piece (FIPS 180-4).
class Sha256 {
  public:
    Sha256();
    void update(std::string_view bytes);
    /// The 32-byte digest of everything fed so far; the object is spent afterwards.
    std::array<std::uint8_t, 32> finish();

  private:
    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, 64> buffer_{};
    std::size_t filled_ = 0;
    std::uint64_t length_ = 0;  // bytes
};

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
/// The same of a file's content; throws IoError when it cannot be read.
std::string sha256_hex_of_file(const std::filesystem::path& path);

/// CRC-32 (polynomial 0xEDB88320 reflected, as in zlib and PNG).
std::uint32_t crc32(std::string_view bytes);

}  // namespace caravel::report
