// Pieces of a fit on disk, bit for bit.
#pragma once

#include "caravel/inference/metropolis.hpp"
#include "caravel/inference/multi_start.hpp"
#include "caravel/inference/profile.hpp"
#include "caravel/inference/record_store.hpp"

#include <optional>

namespace caravel::inference::fit {

/// `text` with line ends made blanks, as pieces hold their reasons.
std::string one_line(std::string text);

/// Payloads of a RecordStore and back, the same to the bit; decoders throw IoError for any other
/// text. Reasons must be on one line.
std::string encode(const LocalFit& fit);
LocalFit decode_local_fit(const std::string& payload, std::size_t dimensions);
std::string encode(const Profile& profile);
Profile decode_profile(const std::string& payload, std::size_t dimensions);
std::string encode(const ChainState& chain);
ChainState decode_chain(const std::string& payload, std::size_t dimensions);

/// A store in a folder, or nothing where the folder has no name.
class PieceStore {
  public:
    PieceStore(const std::filesystem::path& folder, const std::string& name,
               const std::string& plan_hash, std::uint64_t count);

    std::optional<std::string> find(std::uint64_t index) const;
    bool has(std::uint64_t index) const { return store_ && store_->has(index); }
    /// Not to be called by two threads at once.
    void add(std::uint64_t index, std::string payload);
    /// Writes the pieces in ascending order: the file no longer shows in which order they came.
    void close();

  private:
    std::optional<RecordStore> store_;
};

}  // namespace caravel::inference::fit
