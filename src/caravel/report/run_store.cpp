#include "caravel/report/run_store.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/manifest.hpp"
#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace caravel::report {

namespace {

namespace fs = std::filesystem;

constexpr const char* index_name = "index.sqlite";

fs::path journal_file(const fs::path& root, const std::string& id) {
    return root / id / "journal.jsonl";
}

/// `{"crc":"0a1b2c3d","entry":...}`
std::string journal_line(std::string_view entry) {
    return fmt::format("{{\"crc\":\"{:08x}\",\"entry\":{}}}", crc32(entry), entry);
}

/// The entry of a journal line, empty when the line is torn or altered.
std::string_view entry_of(std::string_view line) {
    constexpr std::size_t before = 26;  // {"crc":"........","entry":
    if (line.size() <= before + 1 || line.back() != '}') return {};
    const std::string_view entry = line.substr(before, line.size() - before - 1);
    return journal_line(entry) == line ? entry : std::string_view{};
}

void remove_index(const fs::path& file) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        fs::path part = file;
        part += suffix;
        std::error_code error;
        fs::remove(part, error);
        if (error) {
            throw IoError(fmt::format("cannot remove '{}': {}", part.string(), error.message()));
        }
    }
}

/// Keeps other processes from building the same index at the same time.
class FolderLock {
  public:
    explicit FolderLock(const fs::path& root)
        : descriptor_(::open((root / "index.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX) != 0) {
            const std::string reason = std::generic_category().message(errno);
            if (descriptor_ >= 0) ::close(descriptor_);
            throw IoError(fmt::format("cannot lock '{}': {}", root.string(), reason));
        }
    }
    ~FolderLock() { ::close(descriptor_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int descriptor_;
};

Rebuilt fill_index(RunIndex& index, const fs::path& root) {
    Rebuilt result;
    std::vector<RunEntry> entries;
    std::vector<fs::path> folders;
    for (const auto& item : fs::directory_iterator(root)) {
        if (item.is_directory()) folders.push_back(item.path());
    }
    std::sort(folders.begin(), folders.end());
    for (const fs::path& folder : folders) {
        try {
            entries.push_back(read_manifest(folder).run);
        } catch (const IoError& error) {
            result.skipped.push_back(fmt::format("{}: {}", folder.string(), error.what()));
        }
    }
    std::stable_sort(entries.begin(), entries.end(), [](const RunEntry& a, const RunEntry& b) {
        return a.created_sequence < b.created_sequence;
    });
    for (const RunEntry& entry : entries) index.add(entry);
    result.runs = static_cast<int>(entries.size());
    return result;
}

}  // namespace

std::string run_id(std::string_view study_echo, std::string_view version, std::uint64_t seed) {
    Sha256 hash;
    // Lengths in front, so that no text can pass for another split of the same bytes.
    hash.update(fmt::format("caravel run {} {} {}\n", study_echo.size(), version.size(), seed));
    hash.update(study_echo);
    hash.update(version);
    const auto digest = hash.finish();
    static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string id;
    for (std::size_t bit = 0; bit < 26 * 5; bit += 5) {
        const unsigned pair = static_cast<unsigned>(digest[bit / 8] << 8) | digest[bit / 8 + 1];
        id += alphabet[(pair >> (11 - bit % 8)) & 31u];
    }
    return id;
}

RunStore::RunStore(fs::path root) : root_(std::move(root)) {}

RunIndex RunStore::open_index() const {
    create_folder(root_);
    if (!fs::exists(root_ / index_name)) {
        const FolderLock lock(root_);
        if (!fs::exists(root_ / index_name)) rebuild_locked();
    }
    return RunIndex(root_ / index_name);
}

void RunStore::write_manifest(const RunEntry& entry,
                              const std::map<std::string, std::string>& facts,
                              const std::map<std::string, double>& timings, bool with_files) const {
    const fs::path folder = root_ / entry.id;
    write_file_atomically(folder / "manifest.json",
                          manifest_json({entry, facts, timings}, folder, with_files));
}

RunFolder RunStore::create(const NewRun& run, Existing existing) const {
    const std::string id = run_id(run.study_echo, run.version, run.seed);
    RunFolder folder{id, root_ / id, false, false};
    RunIndex index = open_index();
    if (fs::exists(folder.path / "manifest.json")) {
        folder.finished = read_manifest(folder.path).run.state == "finished";
        if (folder.finished && existing == Existing::refuse) {
            throw UsageError(fmt::format(
                "run '{}' is finished already in '{}': the same study, version and seed give the "
                "same results; reuse it, or change the study, the seed or the output folder",
                id, folder.path.string()));
        }
        if (folder.finished) return folder;
        folder.resumed = true;
    }
    create_folder(folder.path);
    RunEntry entry{id, run.name, sha256_hex(run.study_echo), run.parent, "running", 0, folder.path};
    entry.created_sequence = index.add(entry);
    write_manifest(entry, {{"seed", std::to_string(run.seed)}, {"version", run.version}}, {},
                   false);
    return folder;
}

void RunStore::finish(const std::string& id, const std::map<std::string, std::string>& facts,
                      const std::map<std::string, double>& timings) const {
    RunEntry entry = read_manifest(root_ / id).run;
    entry.state = "finished";
    write_manifest(entry, facts, timings, true);
    open_index().set_state(id, entry.state);
}

void RunStore::set_state(const std::string& id, const std::string& state) const {
    Manifest manifest = read_manifest(root_ / id);
    manifest.run.state = state;
    write_manifest(manifest.run, manifest.facts, manifest.timings, false);
    open_index().set_state(id, state);
}

void RunStore::append_journal(const std::string& id, std::string_view entry_json) const {
    append_line(journal_file(root_, id), journal_line(entry_json));
}

Journal RunStore::read_journal(const std::string& id) const {
    Journal journal;
    const fs::path file = journal_file(root_, id);
    if (!fs::exists(file)) return journal;
    const std::string content = read_whole_file(file);
    std::string_view rest = content;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view entry = entry_of(rest.substr(0, end));
        if (entry.empty()) {
            ++journal.damaged;
        } else {
            journal.entries.emplace_back(entry);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return journal;
}

std::vector<RunEntry> RunStore::list() const { return open_index().list(); }

RunEntry RunStore::find(std::string_view prefix) const {
    std::vector<RunEntry> found = open_index().find(prefix);
    if (found.size() == 1 && !prefix.empty()) return std::move(found.front());
    if (found.empty() || prefix.empty()) {
        throw UsageError(
            fmt::format("no run in '{}' has an id that starts with '{}'", root_.string(), prefix));
    }
    std::string ids;
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 3); ++i) {
        ids += (i == 0 ? "" : ", ") + found[i].id;
    }
    throw UsageError(fmt::format("'{}' is the start of {} run ids ({}{}); give more characters",
                                 prefix, found.size(), ids, found.size() > 3 ? ", ..." : ""));
}

Rebuilt RunStore::rebuild_index() const {
    create_folder(root_);
    const FolderLock lock(root_);
    return rebuild_locked();
}

Rebuilt RunStore::rebuild_locked() const {
    const fs::path fresh = root_ / fmt::format("{}.new", index_name);
    remove_index(fresh);
    Rebuilt result;
    {
        RunIndex index(fresh);
        result = fill_index(index, root_);
    }
    remove_index(root_ / index_name);
    std::error_code error;
    fs::rename(fresh, root_ / index_name, error);
    if (error) {
        throw IoError(
            fmt::format("cannot replace '{}': {}", (root_ / index_name).string(), error.message()));
    }
    return result;
}

}  // namespace caravel::report
