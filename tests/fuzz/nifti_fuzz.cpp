// Any bytes are either an image whose values fit its grid, or refused with InputError; as they are
// and as what a gzip file holds.
#include "caravel/input/nifti.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <zlib.h>

namespace {

void check(std::string_view bytes) {
    using namespace caravel;
    try {
        const input::NiftiVolume image = input::parse_nifti(bytes, "fuzz.nii", {1e5});
        const Grid& grid = image.header.grid;
        if (static_cast<index_t>(image.values.size()) != grid.cell_count()) std::abort();
        for (const double h : grid.spacing)
            if (!(h > 0.0)) std::abort();
        std::int64_t voxels = 0;
        for (const input::LabelVolume& label : input::label_volumes(image)) voxels += label.voxels;
        if (voxels != grid.cell_count()) std::abort();
    } catch (const InputError&) {
        // The expected answer to a bad file.
    }
}

std::string gzipped(std::string_view bytes) {
    z_stream z{};
    if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
    std::string out(deflateBound(&z, bytes.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    z.avail_in = static_cast<uInt>(bytes.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    check(gzipped(bytes));
    return 0;
}
