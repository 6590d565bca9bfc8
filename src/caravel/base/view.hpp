// A pointer and a size: what kernels see of values that somebody else owns.
#pragma once

#include "caravel/base/expects.hpp"
#include "caravel/base/function.hpp"

#include <cstdint>
#include <type_traits>

namespace caravel {

using index_t = std::int64_t;

/// Values in a row, not owned; View<const T> reads, View<T> writes. Trivially copyable.
template <class T>
class View {
  public:
    View() = default;
    CARAVEL_FN constexpr View(T* data, index_t size) : data_(data), size_(size) {}

    /// A writable view may be read.
    template <class U>
    requires std::is_same_v<const U, T> CARAVEL_FN constexpr View(const View<U>& other)
        : data_(other.data()), size_(other.size()) {}

    CARAVEL_FN constexpr T* data() const { return data_; }
    CARAVEL_FN constexpr index_t size() const { return size_; }
    CARAVEL_FN constexpr bool empty() const { return size_ == 0; }
    CARAVEL_FN constexpr T* begin() const { return data_; }
    CARAVEL_FN constexpr T* end() const { return data_ + size_; }

    /// Value i; the caller vouches for 0 <= i < size().
    CARAVEL_FN constexpr T& operator[](index_t i) const { return data_[i]; }

    /// Value i; throws std::logic_error outside 0 <= i < size().
    CARAVEL_FN constexpr T& at(index_t i) const {
        CARAVEL_EXPECTS(i >= 0 && i < size_);
        return data_[i];
    }

    /// `count` values from `first` on; throws std::logic_error when they are not all there.
    CARAVEL_FN constexpr View part(index_t first, index_t count) const {
        CARAVEL_EXPECTS(first >= 0 && count >= 0 && first <= size_ && count <= size_ - first);
        return {data_ + first, count};
    }

  private:
    T* data_ = nullptr;
    index_t size_ = 0;
};

/// View of any container with data() and size().
template <class Container>
auto view_of(Container& values) {
    using T = std::remove_pointer_t<decltype(values.data())>;
    return View<T>(values.data(), static_cast<index_t>(values.size()));
}

}  // namespace caravel
