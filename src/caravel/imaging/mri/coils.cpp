#include "caravel/imaging/mri/coils.hpp"

#include <cmath>
#include <numbers>

namespace caravel::imaging {

std::vector<ComplexField> coil_sensitivities(const Grid& grid, std::int64_t count) {
    const auto voxels = static_cast<std::size_t>(grid.cell_count());
    std::vector<ComplexField> coils(static_cast<std::size_t>(count));
    for (ComplexField& coil : coils) {
        coil.size = {grid.nx, grid.ny, grid.nz};
        coil.re.assign(voxels, 1.0);
        coil.im.assign(voxels, 0.0);
    }
    if (count == 1) return coils;
    const double width = static_cast<double>(grid.nx) * grid.spacing[0];
    const double height = static_cast<double>(grid.ny) * grid.spacing[1];
    const double depth = static_cast<double>(grid.nz) * grid.spacing[2];
    const double radius = 0.75 * std::hypot(width, height);
    std::vector<double> strength(coils.size());
    for (std::size_t v = 0; v < voxels; ++v) {
        const auto n = static_cast<index_t>(v);
        const Vector3 at = grid.centre(n % grid.nx, n / grid.nx % grid.ny, n / (grid.nx * grid.ny));
        double squares = 0.0;
        for (std::size_t c = 0; c < coils.size(); ++c) {
            const double angle =
                2.0 * std::numbers::pi * static_cast<double>(c) / static_cast<double>(coils.size());
            const double d =
                std::hypot(at[0] - grid.origin[0] - width / 2.0 - radius * std::cos(angle),
                           at[1] - grid.origin[1] - height / 2.0 - radius * std::sin(angle),
                           at[2] - grid.origin[2] - depth / 2.0);
            const double far = 1.0 + d * d / (radius * radius);
            strength[c] = 1.0 / (far * std::sqrt(far));
            squares += strength[c] * strength[c];
            coils[c].re[v] = std::cos(angle);
            coils[c].im[v] = std::sin(angle);
        }
        for (std::size_t c = 0; c < coils.size(); ++c) {
            coils[c].re[v] *= strength[c] / std::sqrt(squares);
            coils[c].im[v] *= strength[c] / std::sqrt(squares);
        }
    }
    return coils;
}

std::vector<double> sum_of_squares(const std::vector<ComplexField>& images) {
    std::vector<double> sum(images.front().re.size(), 0.0);
    for (const ComplexField& image : images) {
        for (std::size_t v = 0; v < sum.size(); ++v) {
            const double im = image.im.empty() ? 0.0 : image.im[v];
            sum[v] += image.re[v] * image.re[v] + im * im;
        }
    }
    for (double& value : sum) value = std::sqrt(value);
    return sum;
}

std::vector<double> magnitude_of(const ComplexField& image) {
    std::vector<double> sizes(image.re.size());
    for (std::size_t v = 0; v < sizes.size(); ++v) {
        const double im = image.im.empty() ? 0.0 : image.im[v];
        sizes[v] = std::sqrt(image.re[v] * image.re[v] + im * im);
    }
    return sizes;
}

ComplexField matched_sum(const std::vector<ComplexField>& images,
                         const std::vector<ComplexField>& sensitivities) {
    ComplexField sum = images.front();
    if (images.size() == 1) return sum;
    sum.re.assign(sum.re.size(), 0.0);
    sum.im.assign(sum.re.size(), 0.0);
    for (std::size_t c = 0; c < images.size(); ++c) {
        const ComplexField& image = images[c];
        const ComplexField& s = sensitivities[c];
        for (std::size_t v = 0; v < sum.re.size(); ++v) {
            sum.re[v] += image.re[v] * s.re[v] + image.im[v] * s.im[v];
            sum.im[v] += image.im[v] * s.re[v] - image.re[v] * s.im[v];
        }
    }
    return sum;
}

}  // namespace caravel::imaging
