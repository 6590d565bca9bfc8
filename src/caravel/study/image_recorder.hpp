// What scans give, on its way into the record of a run and on disk.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/reading/longitudinal.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/image_input.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace caravel::study {

/// One scan at one time.
struct ScanMoment {
    const ImageInput* image = nullptr;
    double time = 0.0;         // s
    std::uint64_t number = 0;  // among all scans of the study
    std::size_t of = 1;        // scans of this image
    std::uint64_t seed = 0;    // of its noise
};

/// Where files go; an empty folder: none are written.
struct ImageFolder {
    std::filesystem::path folder{};
    std::string run{};
    std::string version{};
};

/// Adds readings, numbers, pictures, quantities and sentences of scans to a record and writes their
/// files, in the order in which scans come.
class ImageRecorder {
  public:
    ImageRecorder(ImageFolder folder, report::RunRecord& record)
        : folder_(std::move(folder)), record_(record) {}

    void add(const ScanMoment& moment, const imaging::ImagedObject& object,
             const imaging::ScanResult& result, exec::ThreadTeam& team);

  private:
    void add_quantity(const std::string& name, std::string label, double value, std::string unit,
                      double time, bool key = false);
    void add_number(const ScanMoment& moment, const imaging::ScanNumber& n);
    void add_readings(const ScanMoment& moment, const imaging::Image& picture,
                      const imaging::ImagedObject& object, exec::ThreadTeam& team);
    void add_courses(const ScanMoment& moment, const imaging::ImagedObject& object,
                     const imaging::ScanResult& result);
    void add_change(const imaging::RegionReading& reading, report::ImageReadingRow& row);
    void add_quantities(const report::ImageReadingRow& row, const imaging::Image& picture);
    void add_plate(const ScanMoment& moment, const imaging::Image& picture,
                   const imaging::ImagedObject& object);
    void write(const ScanMoment& moment, const imaging::Image& picture,
               const imaging::ScanResult& result) const;

    ImageFolder folder_;
    report::RunRecord& record_;
    std::map<std::string, std::vector<imaging::TimedReading>> series_;
};

}  // namespace caravel::study
