#include "caravel/report/dicom_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/statistics.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/dicom_process.hpp"
#include "caravel/report/dicom_request.hpp"
#include "caravel/report/image_sidecar.hpp"
#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

/// A folder under a temporary name that goes away unless it is moved to its place.
class FolderReplacement {
  public:
    explicit FolderReplacement(fs::path path) : path_(std::move(path)), temporary_(path_) {
        temporary_ += fmt::format(".tmp-{}", ::getpid());
        std::error_code none;
        fs::remove_all(temporary_, none);
        create_folder(temporary_);
    }
    FolderReplacement(const FolderReplacement&) = delete;
    FolderReplacement& operator=(const FolderReplacement&) = delete;
    ~FolderReplacement() {
        std::error_code none;
        fs::remove_all(temporary_, none);
    }

    const fs::path& temporary() const { return temporary_; }
    void finish() {
        fs::path old = path_;
        old += fmt::format(".tmp-{}-old", ::getpid());
        std::error_code error;
        const bool replaces = fs::exists(path_);
        if (replaces) fs::rename(path_, old, error);
        const bool moved = replaces && !error;
        if (!error) fs::rename(temporary_, path_, error);
        if (error) {
            std::error_code lost;
            if (moved) fs::rename(old, path_, lost);
            throw IoError(fmt::format("cannot write '{}': {}{}", path_.string(), error.message(),
                                      lost ? "; the series of before is in " + old.string() : ""));
        }
        if (replaces) fs::remove_all(old, error);
    }

  private:
    fs::path path_;
    fs::path temporary_;
};

struct Kind {
    std::string object{};
    std::string modality{};
    std::string unit{};
    double factor = 1.0;  // from the image's unit
};

std::string modality_code(const std::string& modality) {
    if (modality == "ct") return "CT";
    if (modality == "mri") return "MR";
    if (modality == "pet") return "PT";
    if (modality == "spect") return "NM";
    return "OT";
}

Kind kind_of(const ImageFile& image) {
    Kind kind{std::string(dicom_map), modality_code(image.modality), image.unit, 1.0};
    if (image.modality == "ct" && image.unit == "[hnsf'U]") kind.object = dicom_ct;
    if (image.modality == "mri") kind.object = dicom_mr;
    if (image.modality == "pet") {
        for (const char* held : {"Bq/mL", "g/mL"}) {
            const Unit from = parse_unit(image.unit);
            const Unit to = parse_unit(held);
            if (from.dimension == to.dimension)
                kind = {std::string(dicom_pet), "PT", held, from.factor / to.factor};
        }
    }
    return kind;
}

/// Slope and intercept that bring the values into 16 bits.
void set_scale(DicomRequest& request, double low, double high) {
    constexpr double most = 32767.0;
    const double widest = std::max(std::abs(low), std::abs(high));
    if (request.object == dicom_ct) {
        request.slope = widest <= most ? 1.0 : widest / most;
    } else if (request.object == dicom_pet) {
        request.slope = widest > 0.0 ? widest / most : 1.0;
    } else if (request.object == dicom_mr) {
        constexpr double steps = 65535.0;
        request.intercept = std::min(low, 0.0);
        const double span = high - request.intercept;
        request.slope = span > 0.0 ? span / steps : 1.0;
    }
}

/// Numbers as a header keeps them: a decimal text of at most 16 characters.
double as_decimal_text(double value) { return std::stod(fmt::format("{:.9g}", value)); }

void add_facts(DicomRequest& request, const ImageFile& image) {
    struct Fact {
        const char* key;
        const char* keyword;
        double factor;  // from SI
    };
    constexpr double degree = 0.017453292519943295;
    for (const Fact& fact :
         {Fact{"RepetitionTime", "RepetitionTime", 1e3}, Fact{"EchoTime", "EchoTime", 1e3},
          Fact{"InversionTime", "InversionTime", 1e3}, Fact{"FlipAngle", "FlipAngle", 1.0 / degree},
          Fact{"MagneticFieldStrength", "MagneticFieldStrength", 1.0},
          Fact{"PixelBandwidth", "PixelBandwidth", 1.0}, Fact{"XRayTubeVoltage", "KVP", 1e-3}}) {
        if (const auto value = fact_value(image, fact.key))
            request.facts.emplace_back(fact.keyword, as_decimal_text(*value * fact.factor));
    }
}

/// A fact that has no name of its own in the sidecar, in SI.
std::optional<double> plain_fact(const ImageFile& image, std::string_view name) {
    for (const auto& [key, text] : image.facts) {
        if (key != name) continue;
        try {
            return parse_quantity(text).si;
        } catch (const UnitError&) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

/// Dose, weight and nuclide of a PET scan, and how long it took.
void add_pet_facts(DicomRequest& request, const ImageFile& image) {
    if (!(request.duration > 0.0))
        request.duration = fact_value(image, "FrameDuration").value_or(0.0);
    const auto add = [&](const char* keyword, const std::optional<double>& value) {
        if (value) request.facts.emplace_back(keyword, as_decimal_text(*value));
    };
    add("RadionuclideTotalDose", fact_value(image, "InjectedRadioactivity"));
    add("RadionuclideHalfLife", plain_fact(image, "half_life"));
    add("RadionuclidePositronFraction", plain_fact(image, "positron_fraction"));
    add("PatientWeight", plain_fact(image, "body_weight"));
    for (const auto& [name, value] : image.facts)
        if (name == "corrections") request.corrections = value;
}

/// What of the values the series depends on.
struct ValueSummary {
    double low = 0.0;
    double high = 0.0;
    std::string hash{};
};

[[noreturn]] void fail_value(const ImageFile& image, double value, index_t cell) {
    const Grid& grid = image.grid;
    throw NumericalError({"DICOM file", image.name,
                          fmt::format("voxel ({}, {}, {})", cell % grid.nx,
                                      cell / grid.nx % grid.ny, cell / (grid.nx * grid.ny)),
                          image.time, 0.0,
                          fmt::format("is {}, which the file cannot hold", format_number(value)),
                          ""});
}

/// Writes the values as float32 in DICOM's order of axes.
ValueSummary write_values(const fs::path& path, const ImageFile& image, double factor) {
    const Grid& grid = image.grid;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    ValueSummary summary{infinity, -infinity, {}};
    Replacement file(path);
    Sha256 hash;
    std::vector<float> row(static_cast<std::size_t>(grid.nx));
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = grid.ny; j-- > 0;) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const index_t cell = grid.index(grid.nx - 1 - i, j, k);
                const double value = factor * image.values[static_cast<std::size_t>(cell)];
                if (!(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max())))
                    fail_value(image, value, cell);
                row[static_cast<std::size_t>(i)] = static_cast<float>(value);
                summary.low = std::min(summary.low, value);
                summary.high = std::max(summary.high, value);
            }
            const std::string_view bytes(reinterpret_cast<const char*>(row.data()),
                                         row.size() * sizeof(float));
            hash.update(bytes);
            file.add(bytes);
        }
    }
    file.finish();
    for (const std::uint8_t byte : hash.finish())
        fmt::format_to(std::back_inserter(summary.hash), "{:02x}", byte);
    return summary;
}

std::array<double, 2> window_of(const ImageFile& image, double factor) {
    const double low = factor * quantile(image.values, 0.005);
    const double high = factor * quantile(image.values, 0.995);
    return {low, high > low ? high : low + 1.0};
}

DicomRequest request_for(const ImageFile& image, const ImageFileOptions& options, const Kind& kind,
                         const ValueSummary& summary) {
    DicomRequest request;
    request.object = kind.object;
    request.modality = kind.modality;
    request.unit = kind.unit;
    const Grid& grid = image.grid;
    request.size = {grid.nx, grid.ny, grid.nz};
    const Vector3 last = grid.centre(grid.nx - 1, grid.ny - 1, 0);
    for (std::size_t a = 0; a < 3; ++a) {
        request.spacing[a] = as_decimal_text(1e3 * grid.spacing[a]);
        request.first[a] = as_decimal_text((a < 2 ? -1e3 : 1e3) * last[a]);
    }
    set_scale(request, summary.low, summary.high);
    request.window = window_of(image, kind.factor);
    request.run = options.run.empty() ? "study" : options.run;
    request.label = image.label.empty() ? image.name : image.label;
    request.description = image.description;
    request.version = options.version.empty() ? "0" : options.version;
    const std::string study = "caravel/" + request.run;
    const std::string series =
        fmt::format("{}/{}/{}/{}", study, image.name, format_number(image.time), summary.hash);
    request.study_uid = dicom_uid(study);
    request.frame_uid = dicom_uid(study + "/frame");
    request.series_uid = dicom_uid(series);
    request.series_number = 1 + std::int64_t{crc32(image.name + format_number(image.time)) % 9999U};
    request.time = image.time;
    request.duration = image.duration;
    add_facts(request, image);
    if (request.object == dicom_pet) add_pet_facts(request, image);
    return request;
}

void demand_success(const ChildEnd& end, const fs::path& program, const fs::path& path) {
    const std::string what =
        fmt::format("cannot write DICOM '{}': '{}'", path.string(), program.string());
    const std::string left = "nothing of the series was left behind";
    if (!end.started) throw IoError(fmt::format("{} did not start: {}", what, end.text));
    if (end.signal != 0)
        throw IoError(fmt::format("{} was ended by signal {}; {}", what, end.signal, left));
    if (end.code != 0)
        throw IoError(
            fmt::format("{} failed: {}; {}", what,
                        end.text.empty() ? fmt::format("exit code {}", end.code) : end.text, left));
}

}  // namespace

void write_dicom(const fs::path& path, const ImageFile& image, const ImageFileOptions& options) {
    const fs::path program =
        options.dicom_program.empty() ? dicom_program() : options.dicom_program;
    const Kind kind = kind_of(image);
    constexpr index_t longest = 65535;
    if (image.grid.nx > longest || image.grid.ny > longest)
        throw InputError(Diagnostic{{},
                                    fmt::format("an image of {} x {} voxels per slice as DICOM",
                                                image.grid.nx, image.grid.ny),
                                    fmt::format("at most {} along a side", longest),
                                    ""});
    FolderReplacement folder(path);
    const fs::path values = folder.temporary() / "values.raw";
    const fs::path order = folder.temporary() / "request.json";
    const ValueSummary summary = write_values(values, image, kind.factor);
    DicomRequest request = request_for(image, options, kind, summary);
    request.values = fs::absolute(values);
    request.folder = fs::absolute(folder.temporary());
    write_file_atomically(order, dicom_request_json(request));
    demand_success(run_child(program, order), program, path);
    std::error_code none;
    fs::remove(values, none);
    fs::remove(order, none);
    folder.finish();
}

}  // namespace caravel::report
