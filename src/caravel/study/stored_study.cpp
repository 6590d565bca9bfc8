#include "caravel/study/stored_study.hpp"

#include "caravel/report/atomic_file.hpp"
#include "caravel/report/sha256.hpp"

#include <csignal>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

const StoredFile* find_file(const std::vector<StoredFile>& files, const std::string& name) {
    for (const auto& f : files)
        if (f.name == name) return &f;
    return nullptr;
}

/// Puts a table under data/; two tables of one name get numbers.
std::string store(std::vector<StoredFile>& files, const fs::path& source) {
    const std::string content = report::read_whole_file(source);
    const std::string plain = source.filename().string();
    std::string name = "data/" + plain;
    for (int i = 2; const StoredFile* other = find_file(files, name); ++i) {
        if (other->content == content) return name;
        name = "data/" + std::to_string(i) + "-" + plain;
    }
    files.push_back({name, content});
    return name;
}

/// The process number at the end of "x.tmp-123"; 0 when the file is no temporary one.
pid_t owner_of(const std::string& file) {
    const std::string mark = ".tmp-";
    const std::size_t at = file.rfind(mark);
    if (at == std::string::npos) return 0;
    pid_t pid = 0;
    const char* end = file.data() + file.size();
    const auto parsed = std::from_chars(file.data() + at + mark.size(), end, pid);
    return parsed.ec == std::errc() && parsed.ptr == end && pid > 0 ? pid : 0;
}

}  // namespace

StoredStudy make_stored_study(const StudyFile& file) {
    StoredStudy stored;
    StudyInput study = file.input;
    for (auto& data : study.data) {
        if (data.name.empty()) data.name = data.file;
        data.file = store(stored.data, file.path.parent_path() / data.file);
    }
    for (auto& tumour : study.subject.tumours) {
        auto& grid = tumour.tissue.grid;
        for (auto* name : {&grid.domain.file, tissue::graph_file_of(grid.vessels)})
            if (name != nullptr && !name->empty())
                *name = store(stored.data, file.path.parent_path() / *name);
    }
    for (auto& image : study.protocol.images)
        if (auto* name = image_file_of(image)) *name = store(stored.data, *name);
    stored.toml = echo_toml(study);
    for (const auto& f : stored.data)
        stored.toml += "# sha256 of " + f.name + ": " + report::sha256_hex(f.content) + "\n";
    return stored;
}

void write_stored_study(const StoredStudy& study, const fs::path& folder) {
    if (!study.data.empty()) report::create_folder(folder / "data");
    for (const auto& f : study.data) report::write_file_atomically(folder / f.name, f.content);
    report::write_file_atomically(folder / "study.toml", study.toml);
}

std::string identity(const StoredStudy& study, const std::string& version, const DataPaths& data) {
    std::vector<fs::path> tables;
    for (const auto& entry : fs::recursive_directory_iterator(data.root))
        if (entry.is_regular_file()) tables.push_back(entry.path());
    std::sort(tables.begin(), tables.end());
    std::string all = study.toml + version;
    for (const auto& path : tables) all += report::read_whole_file(path);
    return report::sha256_hex(all);
}

void remove_abandoned_files(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> abandoned;
    for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
        const pid_t owner = owner_of(entry.path().filename().string());
        if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH) abandoned.push_back(entry.path());
    }
    for (const auto& path : abandoned) fs::remove(path, error);
}

}  // namespace caravel::study
