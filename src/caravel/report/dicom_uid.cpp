#include "caravel/report/dicom_file.hpp"

#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace caravel::report {

std::string dicom_uid(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    const auto digest = hash.finish();
    std::array<std::uint8_t, 16> number{};
    std::copy_n(digest.begin(), number.size(), number.begin());
    // a UUID of the name-based kind with a hash of its maker's choice (RFC 9562, version 8)
    number[6] = static_cast<std::uint8_t>(0x80U | (number[6] & 0x0fU));
    number[8] = static_cast<std::uint8_t>(0x80U | (number[8] & 0x3fU));
    std::string digits;
    while (std::any_of(number.begin(), number.end(), [](std::uint8_t b) { return b != 0; })) {
        unsigned rest = 0;
        for (std::uint8_t& byte : number) {
            rest = rest * 256U + byte;
            byte = static_cast<std::uint8_t>(rest / 10U);
            rest %= 10U;
        }
        digits.push_back(static_cast<char>('0' + rest));
    }
    std::reverse(digits.begin(), digits.end());
    return "2.25." + digits;
}

}  // namespace caravel::report
