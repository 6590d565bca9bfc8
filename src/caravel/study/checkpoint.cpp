#include "caravel/study/checkpoint.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/sha256.hpp"

#include <cstring>
#include <vector>

namespace caravel::study {
namespace {

constexpr char magic[] = "caravel checkpoint 2\n";

void put(std::string& bytes, const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
}

void put_numbers(std::string& bytes, std::span<const double> numbers) {
    const std::uint64_t n = numbers.size();
    put(bytes, &n, sizeof n);
    put(bytes, numbers.data(), numbers.size_bytes());
}

/// Reads from a buffer and refuses to run over its end.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
    bool take(void* data, std::size_t size) {
        if (bytes_.size() < size) return false;
        std::memcpy(data, bytes_.data(), size);
        bytes_.remove_prefix(size);
        return true;
    }
    bool take_numbers(std::vector<double>& numbers) {
        std::uint64_t n = 0;
        if (!take(&n, sizeof n) || n > bytes_.size() / sizeof(double)) return false;
        numbers.resize(n);
        return take(numbers.data(), n * sizeof(double));
    }

  private:
    std::string_view bytes_;
};

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const std::string& identity,
                      const couple::State& state, std::span<const double> record,
                      const RunProgress& progress) {
    std::string bytes = identity;
    bytes.resize(64, ' ');
    put(bytes, &progress.now, sizeof progress.now);
    const std::uint64_t next = progress.next_window;
    put(bytes, &next, sizeof next);
    put(bytes, &progress.field_residual, sizeof progress.field_residual);
    put_numbers(bytes, state.values());
    put_numbers(bytes, record);
    report::write_file_atomically(path, magic + report::sha256_hex(bytes) + "\n" + bytes);
}

bool read_checkpoint(const std::filesystem::path& path, const std::string& identity,
                     couple::State& state, std::span<double> record, RunProgress& progress) {
    if (!std::filesystem::exists(path)) return false;
    const std::string file = report::read_whole_file(path);
    const std::size_t head = sizeof magic - 1;
    const auto damaged = [&] {
        return IoError("checkpoint " + path.string() +
                       " is damaged; delete it to start the run anew");
    };
    if (file.size() < head + 65 || file.compare(0, head, magic) != 0) throw damaged();
    const std::string bytes = file.substr(head + 65);
    if (file.compare(head, 64, report::sha256_hex(bytes)) != 0) throw damaged();
    Cursor cursor(bytes);
    std::string owner(64, ' ');
    RunProgress read;
    std::uint64_t next = 0;
    std::vector<double> values;
    std::vector<double> rows;
    if (!cursor.take(owner.data(), owner.size()) || !cursor.take(&read.now, sizeof read.now) ||
        !cursor.take(&next, sizeof next) ||
        !cursor.take(&read.field_residual, sizeof read.field_residual) ||
        !cursor.take_numbers(values) || !cursor.take_numbers(rows))
        throw damaged();
    std::string expected = identity;
    expected.resize(64, ' ');
    if (owner != expected || values.size() != state.values().size() || rows.size() != record.size())
        throw IoError("checkpoint " + path.string() +
                      " belongs to other inputs or another version; delete it to start anew");
    state.restore(values);
    std::copy(rows.begin(), rows.end(), record.begin());
    read.next_window = next;
    progress = read;
    return true;
}

}  // namespace caravel::study
