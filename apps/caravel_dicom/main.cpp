// Writes one image as DICOM; started by caravel with a request file.
#include "parametric_map.hpp"
#include "slice_series.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/dicom_request.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace {

std::vector<float> read_values(const caravel::report::DicomRequest& request) {
    const std::string bytes = caravel::report::read_whole_file(request.values);
    std::size_t count = 1;
    for (const std::int64_t n : request.size) count *= static_cast<std::size_t>(n);
    if (bytes.size() != count * sizeof(float))
        throw caravel::IoError(fmt::format("'{}' has {} bytes, expected {}",
                                           request.values.string(), bytes.size(),
                                           count * sizeof(float)));
    std::vector<float> values(count);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

}  // namespace

int main(int argc, char** argv) {
    // a full quota is to be an error with a text, not a signal
    std::signal(SIGXFSZ, SIG_IGN);
    if (argc != 2) {
        fmt::print(stderr, "usage: caravel-dicom REQUEST.json (written by caravel)\n");
        return 2;
    }
    try {
        namespace report = caravel::report;
        const report::DicomRequest request =
            report::parse_dicom_request(report::read_whole_file(argv[1]), argv[1]);
        const std::vector<float> values = read_values(request);
        if (request.object == report::dicom_map)
            caravel::dicom::write_parametric_map(request, values);
        else
            caravel::dicom::write_slice_series(request, values);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return caravel::exit_code(error);
    }
}
