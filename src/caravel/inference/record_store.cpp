#include "caravel/inference/record_store.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/sha256.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <utility>

namespace caravel::inference {
namespace {

constexpr std::string_view format_name = "caravel.records/1";
constexpr std::size_t checksum_digits = 8;

std::string hexadecimal(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0; value >>= 4U) text[i] = "0123456789abcdef"[value & 15U];
    return text;
}

std::optional<std::uint64_t> parse(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string line_of(const Record& record) {
    const std::string body = std::to_string(record.index) + ' ' + record.payload;
    return hexadecimal(report::crc32(body), checksum_digits) + ' ' + body + '\n';
}

// The record of a line without its break; empty when it is damaged.
std::optional<Record> record_of(std::string_view line) {
    if (line.size() < checksum_digits + 3 || line[checksum_digits] != ' ') return std::nullopt;
    const auto checksum = parse(line.substr(0, checksum_digits), 16);
    const std::string_view body = line.substr(checksum_digits + 1);
    const std::size_t space = body.find(' ');
    if (!checksum || space == std::string_view::npos || report::crc32(body) != *checksum) {
        return std::nullopt;
    }
    const auto index = parse(body.substr(0, space), 10);
    if (!index) return std::nullopt;
    return Record{*index, std::string(body.substr(space + 1))};
}

[[noreturn]] void fail_write(const std::filesystem::path& path, const char* what) {
    const int code = errno;
    const std::string text = path.string() + ": " + what + ": " + std::strerror(code);
    if (code == ENOSPC || code == EDQUOT || code == EFBIG) throw ResourceError(text);
    throw IoError(text);
}

// All of `text` to an open file; false when the disk refuses.
bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

std::string encode_doubles(std::span<const double> values) {
    std::string text;
    text.reserve(17 * values.size());
    for (const double value : values) {
        if (!text.empty()) text += ' ';
        text += hexadecimal(std::bit_cast<std::uint64_t>(value), 16);
    }
    return text;
}

std::vector<double> decode_doubles(std::string_view text) {
    std::vector<double> values;
    for (std::size_t at = 0; at < text.size(); at += 17) {
        const std::string_view digits = text.substr(at, 16);
        const std::string_view rest = text.substr(at + digits.size());
        const auto bits = digits.size() == 16 ? parse(digits, 16) : std::nullopt;
        if (!bits || !(rest.empty() || (rest[0] == ' ' && rest.size() > 1))) {
            throw IoError("a record holds no numbers at character " + std::to_string(at));
        }
        values.push_back(std::bit_cast<double>(*bits));
    }
    return values;
}

RecordStore::RecordStore(std::filesystem::path path, std::string plan_hash, std::uint64_t count)
    : path_(std::move(path)), plan_hash_(std::move(plan_hash)), place_(count, 0) {
    CARAVEL_EXPECTS(plan_hash_.find('\n') == std::string::npos);
    const bool is_new = !std::filesystem::exists(path_) || std::filesystem::file_size(path_) == 0;
    const std::string header = std::string(format_name) + ' ' + plan_hash_ + '\n';
    if (is_new) report::write_file_atomically(path_, header);
    read_existing();
}

void RecordStore::read_existing() {
    std::ifstream file(path_, std::ios::binary);
    if (!file) throw IoError(path_.string() + ": cannot be read");
    std::string line;
    std::uint64_t offset = 0;
    const std::string header = std::string(format_name) + ' ' + plan_hash_;
    while (std::getline(file, line)) {
        const bool is_whole = !file.eof();
        if (offset == 0 && line != header) {
            const bool is_store = line.starts_with(format_name);
            throw IoError(path_.string() + ": " +
                          (is_store
                               ? "belongs to another plan (" + line.substr(format_name.size() + 1) +
                                     " instead of " + plan_hash_ + ")"
                               : "is no store of records"));
        }
        // A last line without its break may lack the end of its payload only in the checksum's
        // sight: it is torn and not used.
        if (offset > 0 && is_whole) take_line(line, offset);
        if (!is_whole) ++damaged_;
        offset += line.size() + (is_whole ? 1 : 0);
        ends_with_line_break_ = is_whole;
    }
    if (file.bad()) throw IoError(path_.string() + ": cannot be read");
    size_ = offset;
}

void RecordStore::take_line(std::string_view line, std::uint64_t offset) {
    const auto record = record_of(line);
    if (!record) {
        ++damaged_;
        return;
    }
    if (record->index >= count()) {
        throw IoError(path_.string() + ": has a record of job " + std::to_string(record->index) +
                      " of " + std::to_string(count()));
    }
    if (!has(record->index)) {
        place_[record->index] = offset;
        ++finished_;
        return;
    }
    if (payload(record->index) != record->payload) {
        throw IoError(path_.string() + ": two different results of job " +
                      std::to_string(record->index));
    }
    ++duplicates_;
}

std::vector<std::uint64_t> RecordStore::missing() const {
    std::vector<std::uint64_t> result;
    for (std::uint64_t i = 0; i < count(); ++i) {
        if (!has(i)) result.push_back(i);
    }
    return result;
}

std::string RecordStore::payload(std::uint64_t index) const {
    return RecordReader(*this).payload(index);
}

RecordReader::RecordReader(const RecordStore& store)
    : store_(store), file_(store.path(), std::ios::binary) {
    if (!file_) throw IoError(store.path().string() + ": cannot be read");
}

std::string RecordReader::payload(std::uint64_t index) {
    if (!store_.has(index)) {
        throw IoError(store_.path().string() + ": has no result of job " + std::to_string(index));
    }
    // A seek drops what the stream has read ahead, which records in file order need not pay.
    const auto offset = static_cast<std::streamoff>(store_.place_[index]);
    file_.clear();
    if (file_.tellg() != std::streampos(offset)) file_.seekg(offset);
    std::string line;
    std::getline(file_, line);
    auto record = file_ ? record_of(line) : std::nullopt;
    if (!record || record->index != index) {
        throw IoError(store_.path().string() + ": the record of job " + std::to_string(index) +
                      " is damaged");
    }
    return std::move(record->payload);
}

void RecordStore::append(std::span<const Record> records) {
    std::string text;
    if (!ends_with_line_break_) text = "\n";
    std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
    std::uint64_t equal = 0;
    for (const Record& record : records) {
        CARAVEL_EXPECTS(record.index < count() && record.payload.find('\n') == std::string::npos);
        if (has(record.index)) {
            if (payload(record.index) != record.payload) {
                throw IoError(path_.string() + ": job " + std::to_string(record.index) +
                              " gave another result than the one stored");
            }
            ++equal;
            continue;
        }
        places.emplace_back(record.index, size_ + text.size());
        text += line_of(record);
    }
    duplicates_ += equal;
    if (places.empty()) return;
    write(text);
    for (const auto& [index, offset] : places) {
        if (has(index)) {
            throw IoError(path_.string() + ": job " + std::to_string(index) +
                          " appears twice in one batch");
        }
        place_[index] = offset;
        ++finished_;
    }
}

// A write that fails is taken back, so that the file ends with a whole line.
void RecordStore::write(const std::string& text) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) fail_write(path_, "cannot be opened");
    if (!write_all(file, text) || ::fsync(file) != 0) {
        const int code = errno;
        [[maybe_unused]] const int ignored = ::ftruncate(file, static_cast<off_t>(size_));
        ::close(file);
        errno = code;
        fail_write(path_, "cannot be written");
    }
    ::close(file);
    size_ += text.size();
    ends_with_line_break_ = true;
}

bool RecordStore::is_in_order() const {
    return damaged_ == 0 && duplicates_ == 0 &&
           std::adjacent_find(place_.begin(), place_.end(), std::greater_equal<>()) == place_.end();
}

void RecordStore::put_in_order() {
    if (finished_ < count() || is_in_order()) return;
    const RecordStore* own[] = {this};
    merge_stores(own, path_);
    *this = RecordStore(path_, plan_hash_, count());
}

std::uint64_t merge_stores(std::span<const RecordStore* const> stores,
                           const std::filesystem::path& path) {
    CARAVEL_EXPECTS(!stores.empty());
    const RecordStore& first = *stores.front();
    std::vector<RecordReader> readers;
    for (const RecordStore* store : stores) {
        if (store->plan_hash() != first.plan_hash() || store->count() != first.count()) {
            throw IoError(path.string() + ": stores of different plans cannot be merged");
        }
        readers.emplace_back(*store);
    }
    report::Replacement file(path);
    file.add(std::string(format_name) + ' ' + first.plan_hash() + '\n');
    std::uint64_t missing = 0;
    for (std::uint64_t i = 0; i < first.count(); ++i) {
        std::optional<std::string> found;
        for (std::size_t s = 0; s < stores.size(); ++s) {
            if (!stores[s]->has(i)) continue;
            std::string payload = readers[s].payload(i);
            if (found && *found != payload) {
                throw IoError(path.string() + ": two stores disagree on job " + std::to_string(i));
            }
            found = std::move(payload);
        }
        if (!found) ++missing;
        if (found) file.add(line_of({i, *found}));
    }
    file.finish();
    return missing;
}

}  // namespace caravel::inference
