// Results of many jobs in an append-only file that survives a killed process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::inference {

/// Doubles as 16 hexadecimal digits each, bit for bit, and back; the second throws IoError for any
/// other text.
std::string encode_doubles(std::span<const double> values);
std::vector<double> decode_doubles(std::string_view text);

/// One result: which job, and any text without a line break.
struct Record {
    std::uint64_t index = 0;
    std::string payload;
};

/// Records of the jobs 0 ... count - 1 of one plan. The first line names the plan by its hash; each
/// further line is "checksum index payload", the checksum (CRC-32) covering index and payload.
///
/// Lines are only ever added. A line that is torn or damaged is ignored, so that its job counts as
/// missing, and is counted. Memory: 8 bytes for each job, the payloads stay in the file.
class RecordStore {
  public:
    /// Opens `path` or creates it. Throws IoError when it belongs to another plan or is no store,
    /// when an index is not below `count`, or when a job has two different payloads; ResourceError
    /// or IoError when it cannot be read or written.
    RecordStore(std::filesystem::path path, std::string plan_hash, std::uint64_t count);

    std::uint64_t count() const { return place_.size(); }
    std::uint64_t finished() const { return finished_; }
    bool has(std::uint64_t index) const { return place_.at(index) != 0; }
    std::vector<std::uint64_t> missing() const;

    std::uint64_t damaged() const { return damaged_; }        // lines ignored on opening
    std::uint64_t duplicates() const { return duplicates_; }  // equal to the bit

    /// Payload of a finished job, checked again. Throws IoError when it is missing or damaged.
    std::string payload(std::uint64_t index) const;

    /// Adds records with one write and one fsync; a record that is already there must be equal bit
    /// for bit, else IoError names the job. Not to be called by two
    /// threads at once; a file is written by one process only.
    void append(std::span<const Record> records);

    /// Rewrites a store that has all results as merge_stores would, unless it is so already: a run
    /// that was killed at any moment ends with the same bytes. Without effect while jobs are
    /// missing. Throws as merge_stores.
    void put_in_order();

    const std::string& plan_hash() const { return plan_hash_; }
    const std::filesystem::path& path() const { return path_; }

  private:
    friend class RecordReader;

    void read_existing();
    void take_line(std::string_view line, std::uint64_t offset);
    void write(const std::string& text);
    /// Whether a complete store has the bytes of a merged one.
    bool is_in_order() const;

    std::filesystem::path path_;
    std::string plan_hash_;
    std::vector<std::uint64_t> place_;  // offset of the line of each job; 0: none
    std::uint64_t finished_ = 0;
    std::uint64_t damaged_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t size_ = 0;  // bytes of the file
    bool ends_with_line_break_ = true;
};

/// Reads many payloads of one store through one open file; the store outlives it.
class RecordReader {
  public:
    /// Throws IoError when the file cannot be opened.
    explicit RecordReader(const RecordStore& store);

    /// As RecordStore::payload.
    std::string payload(std::uint64_t index);

  private:
    const RecordStore& store_;
    std::ifstream file_;
};

/// Writes the records of all stores in ascending order of index as a new store at `path`: the bytes
/// depend only on which results exist, never on the order of stores or records; the file appears
/// under its name when it is complete. Returns how many jobs are missing. Throws IoError when
/// stores belong to different plans or disagree on a job.
std::uint64_t merge_stores(std::span<const RecordStore* const> stores,
                           const std::filesystem::path& path);

}  // namespace caravel::inference
