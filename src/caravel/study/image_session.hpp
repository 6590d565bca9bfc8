// Takes the images of a protocol: objects into scanners, images into files, readings into the
// record.
#pragma once

#include "caravel/imaging/mri/tracer_kinetics.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/image_input.hpp"
#include "caravel/study/imaged_agents.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace caravel::study {

/// What stands in a scanner, and what the patient's sheet says.
struct ScannedObject {
    imaging::ImagedObject object;
    double body_weight = 0.0;                              // kg; 0: unknown
    std::function<double(const std::string&)> injected{};  // Bq of a nuclide, decayed to now
    /// How an agent of the object goes between blood and each region; empty: not known.
    std::function<std::vector<imaging::TracerConstants>(std::size_t)> exchange{};
    std::string flank = "z_low";  // face that a camera looks at
    std::vector<std::string> notes;
};

struct ImageSession {
    const std::vector<ImageInput>& images;
    /// The object at a time (s) as a scanner of this field and echo spacing meets it.
    std::function<ScannedObject(double, AgentView)> object;
    matter::Library& library;
    std::vector<double> doses{};  // s, their starts
    double haematocrit = 0.0;     // of the subject's blood
    std::uint64_t seed = 1;
    int threads = 1;
    std::filesystem::path folder{};  // for files; empty: none are written
    std::string run{};
    std::string version{};
    std::function<void(double)> progress{};  // share done
    std::function<bool()> interrupted{};
};

/// Takes all images in the order of their times and adds plates, readings, numbers, quantities,
/// assumptions and notes to the record. The same bits for any number of threads. Throws InputError
/// at the image's place, Interrupted, IoError.
void take_images(const ImageSession& session, report::RunRecord& record);

/// What of an agent depends on the scanner.
AgentView view_of(const ImageInput& image);

/// One scan of an object that stands still.
imaging::ScanResult take_scan(const imaging::ScanContext& context,
                              const imaging::ImagedObject& object, const ImageInput& image);

/// Tells scans of single photons which nuclides the object will carry, for their cost.
void expect_nuclides(std::vector<ImageInput>& images, const std::vector<std::string>& nuclides,
                     matter::Library& library);

/// Cost of one scan, known before it.
imaging::ScanCost estimate_scan(const Grid& object, const ImageInput& image);

/// Largest memory (byte) of all scans and their time (s) together. Throws ResourceError where a
/// scan needs more memory than this machine has, InputError for settings that the object
/// contradicts.
imaging::ScanCost image_cost(const std::vector<ImageInput>& images, const Grid& object);

/// Lines of `caravel check`.
std::vector<std::string> image_summary(const std::vector<ImageInput>& images, const Grid& object);

/// The object turned so that `face` becomes low z.
imaging::ImagedObject seen_from(const imaging::ImagedObject& object, const std::string& face);

}  // namespace caravel::study
