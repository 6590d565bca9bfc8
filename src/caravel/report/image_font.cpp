#include "caravel/report/image_font.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace caravel::report {
namespace {

/// A letter on a grid of tenths of a capital's height. `path` holds strokes parted by blanks, each
/// a row of points: x as a digit (a: 10), y as a letter (a: -3, d: 0 on the base line, k: 7, n:
/// 10). A stroke that begins with ~ is a smooth curve, closed when it ends where it began.
struct Glyph {
    char32_t code;
    int width;
    const char* path;
};

constexpr Glyph glyphs[] = {
    {U'A', 8, "0d4n8d 1g7g"},
    {U'B', 7, "4d0d0n4n 0i4i ~4n6m6j4i ~4i7h7e4d"},
    {U'C', 8, "~8l6n3n1l0i1f3d6d8f"},
    {U'D', 8, "3d0d0n3n ~3n6m8i6e3d"},
    {U'E', 6, "6n0n0d6d 0i5i"},
    {U'F', 6, "6n0n0d 0i5i"},
    {U'G', 8, "~8l6n3n1l0i1f3d6d8f 8f8i5i"},
    {U'H', 7, "0d0n 7d7n 0i7i"},
    {U'I', 0, "0d0n"},
    {U'J', 5, "5n5g ~5g4e2d0e"},
    {U'K', 7, "0d0n 7n0g 3j7d"},
    {U'L', 6, "0n0d6d"},
    {U'M', 8, "0d0n4f8n8d"},
    {U'N', 7, "0d0n7d7n"},
    {U'O', 8, "~4n1l0i1f4d7f8i7l4n"},
    {U'P', 7, "0d0n4n 4i0i ~4n7m7j4i"},
    {U'Q', 8, "~4n1l0i1f4d7f8i7l4n 5g8d"},
    {U'R', 7, "0d0n4n 4i0i ~4n7m7j4i 4i7d"},
    {U'S', 7, "~7l5n2n0l1j4i6h7f5d2d0f"},
    {U'T', 8, "0n8n 4n4d"},
    {U'U', 7, "0n0g 7g7n ~0g1e3d4d6e7g"},
    {U'V', 8, "0n4d8n"},
    {U'W', 10, "0n2d5m8dan"},
    {U'X', 7, "0n7d 0d7n"},
    {U'Y', 8, "0n4i8n 4i4d"},
    {U'Z', 7, "0n7n0d7d"},
    {U'a', 5, "~2k0i0f2d4e5g5h4j2k 5k5d"},
    {U'b', 5, "0n0d ~3k1j0h0g1e3d5f5i3k"},
    {U'c', 5, "~5j3k1j0h0g1e3d5e"},
    {U'd', 5, "~2k0i0f2d4e5g5h4j2k 5n5d"},
    {U'e', 5, "0h5h ~5h4j3k1j0h0g1e3d5e"},
    {U'f', 4, "~4n3n2l 2l2d 0k4k"},
    {U'g', 5, "~2k0i0f2d4e5g5h4j2k 5k5c ~5c4a2a0b"},
    {U'h', 5, "0n0d ~0h1j3k4j5h 5h5d"},
    {U'i', 0, "0k0d 0n0n"},
    {U'j', 2, "2k2c ~2c1a0a 2n2n"},
    {U'k', 5, "0n0d 5k0f 2h5d"},
    {U'l', 0, "0n0d"},
    {U'm', 8, "0k0d ~0h1j2k3j4h 4h4d ~4h5j6k7j8h 8h8d"},
    {U'n', 5, "0k0d ~0h1j3k4j5h 5h5d"},
    {U'o', 5, "~2k0i0f2d3d5f5i3k2k"},
    {U'p', 5, "0k0a ~3k1j0h0g1e3d5f5i3k"},
    {U'q', 5, "~2k0i0f2d4e5g5h4j2k 5k5a"},
    {U'r', 3, "0k0d ~0h1j3k"},
    {U's', 5, "~5j3k1k0i2h4g5e3d1d0e"},
    {U't', 4, "1m1f ~1f2d4d 0k4k"},
    {U'u', 5, "0k0g 5k5d ~0g1e2d4e5g"},
    {U'v', 6, "0k3d6k"},
    {U'w', 8, "0k2d4k6d8k"},
    {U'x', 5, "0k5d 0d5k"},
    {U'y', 6, "0k3d 6k2a"},
    {U'z', 5, "0k5k0d5d"},
    {U'0', 6, "~3n1m0i1e3d5e6i5m3n"},
    {U'1', 4, "1l3n3d"},
    {U'2', 6, "~0l1m3n5m6k4h0d 0d6d"},
    {U'3', 6, "~0m2n4n6l5j3i ~3i5h6f4d2d0e"},
    {U'4', 6, "4d4n0g6g"},
    {U'5', 6, "6n1n0j ~0j3j5i6g5e3d0e"},
    {U'6', 6, "~6m4n2m0i0g1e3d5e6g5i3j1i0g"},
    {U'7', 6, "0n6n2d"},
    {U'8', 6, "~3n1m1j3i5j5m3n ~3i1h0f1e3d5e6f5h3i"},
    {U'9', 6, "~0e2d4e6i6k5m3n1m0k1i3h5i6k"},
    {U'.', 0, "0d0d"},
    {U',', 1, "1d0b"},
    {U':', 0, "0d0d 0j0j"},
    {U';', 1, "1d0b 1j1j"},
    {U'-', 4, "0h4h"},
    {U'\u2013', 6, "0h6h"},
    {U'\u2212', 6, "0h6h"},
    {U'+', 6, "0h6h 3e3k"},
    {U'=', 6, "0f6f 0j6j"},
    {U'/', 4, "0b4n"},
    {U'(', 2, "~2n0k0f2b"},
    {U')', 2, "~0n2k2f0b"},
    {U'[', 2, "2n0n0b2b"},
    {U']', 2, "0n2n2b0b"},
    {U'%', 8, "0d8n ~2n1m1l2k3l3m2n ~6g5f5e6d7e7f6g"},
    {U'<', 6, "6l0i6f"},
    {U'>', 6, "0l6i0f"},
    {U'\'', 0, "0n0l"},
    {U'"', 2, "0n0l 2n2l"},
    {U'_', 6, "0b6b"},
    {U'!', 0, "0n0g 0d0d"},
    {U'?', 5, "~0l1n3n5l4j3i3g 3d3d"},
    {U'&', 8, "~8d4h2k2m4n5m5k1h0f1d4d7f8h"},
    {U'#', 7, "2d3n 5d6n 0g7g 1k7k"},
    {U'|', 0, "0b0n"},
    {U'*', 5, "0h5l 0l5h 3g3m"},
    {U'\u00d7', 5, "0e5j 0j5e"},
    {U'\u00b7', 0, "0h0h"},
    {U'\u00b0', 3, "~1n0m0l1k2k3l3m2n1n"},
    {U'\u00b5', 5, "0k0a 5k5d ~0g1e2d4e5g"},
    {U'\u03bc', 5, "0k0a 5k5d ~0g1e2d4e5g"},
    {U'\u0394', 8, "0d4n8d0d"},
    {U'\u221e', 9, "~4h2j0i0g2f4h7j9i9g7f4h"},
    {U'\u25a1', 6, "0d0n6n6d0d"},
};

constexpr std::u32string_view raised =
    U"\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078"
    U"\u2079";
constexpr std::u32string_view lowered =
    U"\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088"
    U"\u2089";
// Base letters of U+00C0 to U+00FF.
constexpr std::string_view latin =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYPsaaaaaaaceeeeiiiidnooooo/ouuuuypy";

/// How a character is drawn: its letter, smaller and raised where it is an index.
struct Drawn {
    char32_t code = 0;
    double scale = 1.0;
    double rise = 0.0;  // tenths
};

Drawn drawn(char32_t code) {
    constexpr double small = 0.62;
    if (const auto n = raised.find(code); n != std::u32string_view::npos)
        return {U'0' + static_cast<char32_t>(n), small, 4.5};
    if (const auto n = lowered.find(code); n != std::u32string_view::npos)
        return {U'0' + static_cast<char32_t>(n), small, -2.0};
    if (code == U'\u207b') return {U'-', small, 4.5};
    if (code >= U'\u00c0' && code <= U'\u00ff' && code != U'\u00d7')
        return {static_cast<char32_t>(latin[code - U'\u00c0']), 1.0, 0.0};
    return {code, 1.0, 0.0};
}

const Glyph& glyph_of(char32_t code) {
    const auto* found = std::find_if(std::begin(glyphs), std::end(glyphs),
                                     [&](const Glyph& g) { return g.code == code; });
    return found != std::end(glyphs) ? *found : *(std::end(glyphs) - 1);
}

/// A smooth curve through the points (Catmull and Rom), around where closed.
Stroke smooth(const Stroke& points) {
    constexpr int pieces = 8;
    const auto count = static_cast<std::ptrdiff_t>(points.size());
    const bool closed = points.front() == points.back();
    const auto at = [&](std::ptrdiff_t i) {
        if (closed) return points[static_cast<std::size_t>((i + count - 1) % (count - 1))];
        return points[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, count - 1))];
    };
    Stroke curve;
    for (std::ptrdiff_t i = 0; i + 1 < count; ++i) {
        for (int piece = 0; piece < pieces; ++piece) {
            const double t = static_cast<double>(piece) / pieces;
            std::array<double, 2> point{};
            for (std::size_t k = 0; k < 2; ++k) {
                const double a = at(i - 1)[k];
                const double b = at(i)[k];
                const double c = at(i + 1)[k];
                const double d = at(i + 2)[k];
                point[k] =
                    b + 0.5 * t *
                            (c - a +
                             t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)));
            }
            curve.push_back(point);
        }
    }
    curve.push_back(points.back());
    return curve;
}

std::vector<Stroke> strokes_of(const Glyph& glyph) {
    std::vector<Stroke> all;
    std::string_view path = glyph.path;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find(' '), path.size());
        std::string_view part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        const bool curved = part.front() == '~';
        if (curved) part.remove_prefix(1);
        Stroke stroke;
        for (std::size_t n = 0; n + 1 < part.size(); n += 2) {
            const int x = part[n] == 'a' ? 10 : part[n] - '0';
            stroke.push_back({static_cast<double>(x), static_cast<double>(part[n + 1] - 'd')});
        }
        all.push_back(curved ? smooth(stroke) : stroke);
    }
    return all;
}

/// Characters of a text in UTF-8; broken bytes become boxes.
std::u32string characters(std::string_view text) {
    std::u32string all;
    for (std::size_t n = 0; n < text.size();) {
        const auto byte = static_cast<unsigned char>(text[n]);
        const std::size_t length = byte < 0x80U ? 1 : byte < 0xe0U ? 2 : byte < 0xf0U ? 3 : 4;
        if (byte >= 0x80U && (byte < 0xc0U || n + length > text.size())) {
            all.push_back(U'\u25a1');
            ++n;
            continue;
        }
        char32_t code = length == 1 ? byte : byte & (0x7fU >> length);
        for (std::size_t k = 1; k < length; ++k)
            code = (code << 6U) | (static_cast<unsigned char>(text[n + k]) & 0x3fU);
        all.push_back(code);
        n += length;
    }
    return all;
}

bool is_blank(char32_t code) {
    return code == U' ' || code == U'\u00a0' || code == U'\u2009' || code == U'\u202f';
}

}  // namespace

TextStrokes text_strokes(std::string_view text) {
    constexpr double gap = 2.6;  // tenths, between letters
    constexpr double blank = 4.0;
    TextStrokes result;
    double x = 0.0;
    for (const char32_t code : characters(text)) {
        if (is_blank(code)) {
            x += blank;
            continue;
        }
        const Drawn how = drawn(code);
        const Glyph& glyph = glyph_of(how.code);
        for (Stroke stroke : strokes_of(glyph)) {
            for (auto& point : stroke)
                point = {0.1 * (x + how.scale * point[0]), 0.1 * (how.rise + how.scale * point[1])};
            result.strokes.push_back(std::move(stroke));
        }
        x += how.scale * glyph.width + gap;
    }
    result.width = 0.1 * std::max(0.0, x - gap);
    return result;
}

}  // namespace caravel::report
