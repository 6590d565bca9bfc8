#include "caravel/study/phantom_file.hpp"

#include "caravel/formulation/properties.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/sha256.hpp"
#include "caravel/study/study_file.hpp"
#include "caravel/study/study_names.hpp"

#include <algorithm>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

void check_files(const PhantomStudy& study, const fs::path& folder, input::Diagnostics& mistakes) {
    const auto check = [&](const Location& where, const std::string& file, const char* what) {
        if (!fs::exists(folder / file))
            mistakes.add({where, "there is no file '" + (folder / file).string() + "'", what, ""});
    };
    if (!study.phantom.file.empty())
        check(study.phantom.where, study.phantom.file, "a label volume beside the study");
    for (const auto& data : study.data) check(data.where, data.file, "a table beside the study");
}

void check_particles(const PhantomStudy& study, const Location& where, matter::Library& library,
                     input::Diagnostics& mistakes) {
    for (const auto& f : study.formulations) {
        try {
            formulation::compute_properties(f, library);
        } catch (const InputError& error) {
            for (Diagnostic d : error.diagnostics()) {
                if (d.where.file.empty()) d.where = where;
                mistakes.add(std::move(d));
            }
        }
    }
}

Location place_of(const input::Document& document, std::string_view key) {
    const auto* entry = std::get<input::Table>(document.root.data).find(key);
    return entry ? entry->value.where : document.root.where;
}

/// Puts a file under data/, whatever its own name.
std::string store(std::vector<StoredFile>& files, const fs::path& source) {
    const std::string content = report::read_whole_file(source);
    const std::string plain = source.filename().string();
    std::string name = "data/" + plain;
    for (int i = 2;; ++i) {
        const auto other = std::find_if(files.begin(), files.end(),
                                        [&](const StoredFile& f) { return f.name == name; });
        if (other == files.end()) break;
        if (other->content == content) return name;
        name = "data/" + std::to_string(i) + "-" + plain;
    }
    files.push_back({name, content});
    return name;
}

}  // namespace

bool is_phantom_file(const fs::path& path) {
    try {
        const auto document = input::read_document(path);
        return std::get<input::Table>(document.root.data).find("phantom") != nullptr;
    } catch (const std::exception&) {
        return false;  // whoever reads it next says why
    }
}

PhantomFile read_phantom(const fs::path& path, const std::vector<std::string>& assignments,
                         const DataPaths& data, matter::Library& library) {
    PhantomFile file;
    file.path = path;
    const auto document = read_study_document(path, assignments, data);
    input::Diagnostics mistakes;
    input::read(document.root, file.input, mistakes);
    const bool readable = mistakes.empty();
    check_names(document.root, library, mistakes);
    if (readable) check_files(file.input, path.parent_path(), mistakes);
    if (mistakes.empty())
        check_particles(file.input, place_of(document, "formulation"), library, mistakes);
    mistakes.throw_if_any();
    auto& formulations = file.input.formulations;
    for (std::size_t i = 0; i < formulations.size(); ++i)
        if (formulations[i].name.empty())
            formulations[i].name = i == 0 ? "particle" : "particle" + std::to_string(i + 1);
    name_images(file.input.protocol.images);
    check_image_files(file.input.protocol.images);
    // Nothing warms a phantom that is only looked at.
    if (file.input.protocol.stimuli.empty() && !file.input.protocol.images.empty())
        file.input.phantom.heat = false;
    file.echo = input::to_toml(input::echo(file.input));
    return file;
}

StoredStudy make_stored_phantom(const PhantomFile& file) {
    StoredStudy stored;
    PhantomStudy study = file.input;
    const fs::path folder = file.path.parent_path();
    if (!study.phantom.file.empty())
        study.phantom.file = store(stored.data, folder / study.phantom.file);
    for (auto& data : study.data) {
        if (data.name.empty()) data.name = data.file;
        data.file = store(stored.data, folder / data.file);
    }
    for (auto& image : study.protocol.images)
        if (auto* name = image_file_of(image)) *name = store(stored.data, *name);
    stored.toml = input::to_toml(input::echo(study));
    for (const auto& f : stored.data)
        stored.toml += "# sha256 of " + f.name + ": " + report::sha256_hex(f.content) + "\n";
    return stored;
}

}  // namespace caravel::study
