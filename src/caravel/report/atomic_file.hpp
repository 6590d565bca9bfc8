// Files that are either complete or not there at all, and journals that lose at most their last
// line.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace caravel::report {

/// Replaces `path` by `content`: temporary name in the same folder, checked write, fsync, rename,
/// fsync of the folder. On any error the old file stays as it was and the temporary one is removed.
/// Throws ResourceError (disk, quota or file-size limit) or IoError (path and reason).
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// As write_file_atomically for content that comes piece by piece; what is not finished leaves no
/// trace.
class Replacement {
  public:
    /// Opens the temporary file; throws as write_file_atomically.
    explicit Replacement(std::filesystem::path path);
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;
    ~Replacement();

    void add(std::string_view text);
    /// Nothing may be added afterwards.
    void finish();

  private:
    void flush();
    void write(std::string_view text);

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    std::string waiting_;
    std::size_t size_ = 0;  // bytes in all
    int file_ = -1;
};

/// Appends `line` and a newline with O_APPEND and fsync; a line that could not be written whole is
/// taken back. A torn last line left by a killed process is closed first, so that it stays alone.
/// Throws std::invalid_argument when `line` holds a newline, else as write_file_atomically.
void append_line(const std::filesystem::path& path, std::string_view line);

/// Creates a folder and its parents; throws ResourceError or IoError.
void create_folder(const std::filesystem::path& path);

/// The whole content of a file; throws IoError.
std::string read_whole_file(const std::filesystem::path& path);

}  // namespace caravel::report
