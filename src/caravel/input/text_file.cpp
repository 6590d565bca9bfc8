#include "caravel/input/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace caravel::input {
namespace {

[[noreturn]] void throw_cannot_read(const std::filesystem::path& path, int error) {
    throw IoError(
        fmt::format("cannot read '{}': {}", path.string(), std::generic_category().message(error)));
}

[[noreturn]] void throw_too_large(const std::string& name, std::uintmax_t bytes,
                                  std::size_t limit) {
    throw InputError(Diagnostic{
        {name}, fmt::format("the file has {} bytes, at most {} are read", bytes, limit), "", ""});
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

unsigned char byte_at(std::string_view text, std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

}  // namespace

std::string read_text_file(const std::filesystem::path& path, std::size_t limit) {
    std::error_code none;
    if (std::filesystem::is_directory(path, none)) throw_cannot_read(path, EISDIR);
    if (std::filesystem::is_regular_file(path, none)) {
        const std::uintmax_t bytes = std::filesystem::file_size(path, none);
        if (!none && bytes > limit) throw_too_large(path.string(), bytes, limit);
    }
    errno = 0;
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) throw_cannot_read(path, errno);
    std::string text;
    std::string chunk(65536, '\0');
    while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
        text.append(chunk, 0, n);
        // Pipes have no size, and files may grow meanwhile.
        if (text.size() > limit) throw_too_large(path.string(), text.size(), limit);
    }
    if (std::ferror(file.get()) != 0) throw_cannot_read(path, errno);
    return text;
}

// Unicode, table 3-7.
std::size_t utf8_length(std::string_view text, std::size_t i) {
    const unsigned char a = byte_at(text, i);
    const unsigned char b = byte_at(text, i + 1);
    const auto continues = [&](std::size_t k) { return (byte_at(text, i + k) & 0xC0u) == 0x80u; };
    if (a < 0x80) return 1;
    if (a >= 0xC2 && a <= 0xDF) return continues(1) ? 2 : 0;
    if (a >= 0xE0 && a <= 0xEF) {
        const bool overlong = a == 0xE0 && b < 0xA0;
        const bool surrogate = a == 0xED && b > 0x9F;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (a >= 0xF0 && a <= 0xF4) {
        const bool overlong = a == 0xF0 && b < 0x90;
        const bool too_large = a == 0xF4 && b > 0x8F;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

std::size_t invalid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t n = utf8_length(text, i);
        if (n == 0) return i;
        i += n;
    }
    return std::string_view::npos;
}

void check_text(std::string_view text, const std::string& name, std::size_t limit) {
    if (text.size() > limit) throw_too_large(name, text.size(), limit);
    if (text.find('\0') != std::string_view::npos)
        throw InputError(Diagnostic{{name}, "looks like a binary file", "text in UTF-8", ""});
    const std::size_t bad = invalid_utf8(text);
    if (bad == std::string_view::npos) return;
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
    throw InputError(
        Diagnostic{{name, static_cast<int>(line) + 1, 0},
                   fmt::format("not valid UTF-8 at line {} (byte {} of the file)", line + 1, bad),
                   "",
                   "save the file as UTF-8"});
}

Location locate(std::string_view text, std::size_t offset, const std::string& name) {
    Location where{name, 1, 1};
    for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
        if (text[i] == '\n') {
            ++where.line;
            where.column = 1;
        } else if ((static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80u) {
            ++where.column;
        }
    }
    return where;
}

}  // namespace caravel::input
