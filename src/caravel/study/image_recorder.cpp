#include "caravel/study/image_recorder.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/imaging/reading/reading.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/image_files.hpp"
#include "caravel/report/image_montage.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;
using imaging::Image;
using imaging::ImagedObject;
using imaging::RegionReading;
using imaging::ScanResult;

/// Middle (m) of all lesions, if there are any.
std::optional<Vector3> lesion_middle(const ImagedObject& object) {
    Vector3 sum{};
    double count = 0.0;
    std::size_t voxel = 0;
    const Grid& g = object.grid;
    for (index_t k = 0; k < g.nz; ++k)
        for (index_t j = 0; j < g.ny; ++j)
            for (index_t i = 0; i < g.nx; ++i, ++voxel) {
                if (!object.regions[object.region[voxel]].lesion) continue;
                const Vector3 at = g.centre(i, j, k);
                for (std::size_t d = 0; d < 3; ++d) sum[d] += at[d];
                count += 1.0;
            }
    if (count == 0.0) return std::nullopt;
    for (double& c : sum) c /= count;
    return sum;
}

bool is_lesion(const ImagedObject& object, const std::string& region) {
    return std::any_of(object.regions.begin(), object.regions.end(),
                       [&](const auto& r) { return r.name == region && r.lesion; });
}

bool is_air(const ImagedObject& object, const std::string& region) {
    return std::any_of(object.regions.begin(), object.regions.end(),
                       [&](const auto& r) { return r.name == region && r.tissue == "air"; });
}

void remember(std::vector<std::string>& list, const std::string& scan,
              const std::string& sentence) {
    const std::string full = fmt::format("{}: {}", scan, sentence);
    if (std::find(list.begin(), list.end(), full) == list.end()) list.push_back(full);
}

std::string stem(const ScanMoment& moment, const Image& picture) {
    std::string name = moment.image->name;
    if (picture.name != name) name += "." + picture.name;
    if (moment.of > 1) name += fmt::format(".{}h", format_number(moment.time / 3600.0, 6));
    return name;
}

std::string caption(const Image& picture) {
    const Grid& g = picture.grid;
    std::string text =
        fmt::format("{} x {} x {} voxels of {} x {} x {} mm", g.nx, g.ny, g.nz,
                    format_number(g.spacing[0] * 1e3, 3), format_number(g.spacing[1] * 1e3, 3),
                    format_number(g.spacing[2] * 1e3, 3));
    if (picture.noise > 0.0)
        text += fmt::format("; noise {} ({})",
                            report::readable_quantity(picture.noise, picture.unit, 2),
                            picture.noise_model);
    if (!picture.truth.empty())
        text += "; beside it the truth: the mean over each voxel, without blur and noise";
    return text + ".";
}

/// Of a course the report shows the first, the middle and the last image.
bool shows(const Image& picture, const ScanResult& result) {
    if (picture.course.empty()) return true;
    std::vector<const Image*> course;
    for (const auto& other : result.images)
        if (other.course == picture.course) course.push_back(&other);
    return &picture == course.front() || &picture == course[course.size() / 2] ||
           &picture == course.back();
}

}  // namespace

void ImageRecorder::add(const ScanMoment& moment, const ImagedObject& object,
                        const ScanResult& result, exec::ThreadTeam& team) {
    for (const auto& sentence : result.assumptions)
        remember(record_.assumptions, moment.image->name, sentence);
    for (const auto& sentence : result.notes) remember(record_.notes, moment.image->name, sentence);
    for (const auto& n : result.numbers) add_number(moment, n);
    for (const auto& picture : result.images) {
        ScanMoment own = moment;
        own.time += picture.after;
        add_readings(own, picture, object, team);
        if (shows(picture, result)) add_plate(own, picture, object);
        write(moment, picture, result);
    }
    add_courses(moment, object, result);
    record_.events.emplace_back(moment.time, "scan: " + moment.image->name);
}

/// Numbers that are not finite are left out.
void ImageRecorder::add_quantity(const std::string& name, std::string label, double value,
                                 std::string unit, double time, bool key) {
    if (!std::isfinite(value)) return;
    report::QuantityResult q;
    q.name = name;
    q.label = std::move(label);
    q.value = value;
    q.unit = std::move(unit);
    q.time = time;
    q.key = key;
    q.from_image = true;
    record_.quantities.push_back(std::move(q));
}

void ImageRecorder::add_number(const ScanMoment& moment, const imaging::ScanNumber& n) {
    const double value = from_si(n.value, n.unit);
    record_.scan_numbers.push_back({moment.image->name, n.label, moment.time, value, n.unit});
    add_quantity(fmt::format("scan.{}[{}]", n.name, moment.image->name),
                 fmt::format("{}, {}", n.label, moment.image->name), value, n.unit, moment.time);
}

void ImageRecorder::add_readings(const ScanMoment& moment, const Image& picture,
                                 const ImagedObject& object, exec::ThreadTeam& team) {
    for (auto& r : imaging::read_regions(team, picture, object)) {
        if (is_air(object, r.region)) continue;
        if (!picture.course.empty()) r.image = picture.course;
        report::ImageReadingRow row{moment.image->name, r.image,
                                    r.region,           r.unit,
                                    moment.time,        r.mean,
                                    r.mean_error,       r.truth,
                                    r.contrast,         r.contrast_to_noise,
                                    r.recovery,         r.detectability,
                                    r.area_under_curve, is_lesion(object, r.region)};
        add_change(r, row);
        add_quantities(row, picture);
        record_.readings.push_back(std::move(row));
    }
}

/// Readings of whole regions that are no means over an image.
void ImageRecorder::add_courses(const ScanMoment& moment, const ImagedObject& object,
                                const ScanResult& result) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    for (const auto& c : result.courses) {
        report::ImageReadingRow row{moment.image->name,
                                    c.name,
                                    c.region,
                                    c.unit,
                                    moment.time,
                                    c.value,
                                    c.error,
                                    c.truth,
                                    none,
                                    none,
                                    none,
                                    none,
                                    none,
                                    is_lesion(object, c.region)};
        RegionReading reading;
        reading.image = c.name;
        reading.region = c.region;
        reading.unit = c.unit;
        reading.mean = c.value;
        reading.mean_error = c.error;
        add_change(reading, row);
        const std::string label =
            fmt::format("{}: {} ({})", report::name_text(c.region), c.label, row.scan);
        const auto add = [&](const char* what, const std::string& text, double value) {
            add_quantity(fmt::format("{}.{}{}[{}]", c.region, c.name, what, row.scan), label + text,
                         value, c.unit, row.time, row.lesion && *what == 0);
        };
        add("", "", c.value);
        add("_error", ", standard error", c.error);
        add("_truth", ", truth", c.truth);
        record_.readings.push_back(std::move(row));
    }
}

/// Against the first scan of the same image and region.
void ImageRecorder::add_change(const RegionReading& reading, report::ImageReadingRow& row) {
    auto& series = series_[row.scan + "/" + row.image + "/" + row.region];
    series.push_back({row.time, reading});
    if (series.size() < 2) return;
    const auto changes = imaging::reading_changes(series);
    row.change = changes.back().change;
    row.z_score = changes.back().z_score;
}

void ImageRecorder::add_quantities(const report::ImageReadingRow& row, const Image& picture) {
    const auto name = [&](const char* what) {
        return fmt::format("{}.{}{}[{}]", row.region, row.image, what, row.scan);
    };
    const auto label = [&](const std::string& what) {
        return fmt::format("{}: {}{} ({})", report::name_text(row.region), picture.label, what,
                           row.scan);
    };
    add_quantity(name(""), label(""), row.mean, row.unit, row.time, row.lesion);
    add_quantity(name("_truth"), label(", truth"), row.truth, row.unit, row.time);
    add_quantity(name("_contrast"), label(", contrast"), row.contrast, row.unit, row.time);
    add_quantity(name("_contrast_to_noise"), label(", contrast to noise"), row.contrast_to_noise,
                 "1", row.time);
    add_quantity(name("_recovery"), label(", recovery"), row.recovery, "1", row.time);
    add_quantity(name("_detectability"), label(", detectability"), row.detectability, "1",
                 row.time);
    add_quantity(name("_area_under_curve"), label(", area under the ROC curve"),
                 row.area_under_curve, "1", row.time, row.lesion);
}

void ImageRecorder::add_plate(const ScanMoment& moment, const Image& picture,
                              const ImagedObject& object) {
    const auto middle = lesion_middle(object);
    std::vector<report::MontageImage> pair{report::montage_image(picture, middle)};
    if (!picture.truth.empty()) pair.push_back(report::montage_truth(picture, middle));
    report::MontageOptions options;
    options.title = fmt::format("{}, {}", moment.image->name, picture.label);
    if (moment.time > 0.0) options.title += " at " + report::time_text(moment.time);
    std::string png = report::image_panel_png(pair, options);
    if (!folder_.folder.empty()) {
        fs::create_directories(folder_.folder);
        report::write_file_atomically(folder_.folder / (stem(moment, picture) + ".png"), png);
    }
    record_.plates.push_back({options.title, caption(picture), std::move(png)});
}

void ImageRecorder::write(const ScanMoment& moment, const Image& picture,
                          const ScanResult& result) const {
    if (folder_.folder.empty()) return;
    auto file = report::image_file(picture, result, std::string(modality_name(*moment.image)),
                                   moment.time, moment.seed);
    file.name = stem(moment, picture);
    report::ImageFileOptions options;
    options.dicom = moment.image->dicom;
    options.run = folder_.run;
    options.version = folder_.version;
    report::write_image_files(folder_.folder, file, options);
}

}  // namespace caravel::study
