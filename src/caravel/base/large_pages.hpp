// Arrays of many megabytes in pages of 2 MiB.
#pragma once

#include <cstddef>
#include <vector>

namespace caravel {

/// Asks the system to back [begin, begin + bytes) by pages of 2 MiB before they are touched; does
/// nothing for less than 4 MiB or where there are none. With pages of 4 KiB the first touch of an
/// array costs five times as much, and sweeps over far strides wait for translations of addresses.
/// A hint: slower without, not wrong; not for arrays of which few parts are ever touched.
void advise_large_pages(void* begin, std::size_t bytes) noexcept;

/// Room for `size` values in large pages, in an empty vector.
template <class T>
void reserve_large(std::vector<T>& values, std::size_t size) {
    values.reserve(size);
    advise_large_pages(values.data(), size * sizeof(T));
}

/// `size` times `value` in large pages.
template <class T>
std::vector<T> large_vector(std::size_t size, const T& value = T{}) {
    std::vector<T> values;
    reserve_large(values, size);
    values.resize(size, value);
    return values;
}

/// The same values in large pages.
template <class T>
std::vector<T> large_copy(const std::vector<T>& values) {
    std::vector<T> copy;
    reserve_large(copy, values.size());
    copy.insert(copy.end(), values.begin(), values.end());
    return copy;
}

}  // namespace caravel
