#include "caravel/imaging/mpi/x_space.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/mpi/acquisition.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/octant_convolution.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

std::array<index_t, 3> counts(const Grid& g) { return {g.nx, g.ny, g.nz}; }

constexpr double ball_widths = 2.0;  // radius of the ball that sets the scale, in point spreads

/// Lowers a line so that its ends have mean 0.
void lower_ends(std::vector<double>& line) {
    const double ends = 0.5 * (line.front() + line.back());
    for (double& v : line) v -= ends;
}

}  // namespace

XSpace::XSpace(const MpiSettings& mpi, const ParticleResponse& response, const Grid& image,
               double sigma)
    : mpi_(mpi), response_(response), image_(image), sigma_(sigma) {
    while (!(mpi.drive_amplitude[axis_] > 0.0)) ++axis_;
    length_ = counts(image)[axis_];
    stations_ = mpi_stations(mpi, image)[axis_];
    width_ = std::min(length_, station_width(mpi, image, axis_));
    orders_ = received_orders(mpi, response.relaxation_time(), sigma > 0.0 ? sigma : 1e-12);
    if (orders_.empty())
        throw InputError(Diagnostic{mpi.where, "no multiple of the drive frequency is in the band",
                                    "a wider band or a higher highest_order", ""});
    scale_ = ball_slope();
}

/// Slope (A m2/m per kg/m3) in the middle of a ball of even concentration.
double XSpace::ball_slope() const {
    const double radius = ball_widths * response_.width();
    const auto size = counts(image_);
    std::array<index_t, 3> reach{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double step = std::abs(mpi_.gradient[a]) * image_.spacing[a];
        if (size[a] > 1) reach[a] = static_cast<index_t>(radius / step);
    }
    double sum = 0.0;
    for (index_t k = -reach[2]; k <= reach[2]; ++k) {
        for (index_t j = -reach[1]; j <= reach[1]; ++j) {
            for (index_t i = -reach[0]; i <= reach[0]; ++i) {
                const Vector3 place{static_cast<double>(i) * image_.spacing[0],
                                    static_cast<double>(j) * image_.spacing[1],
                                    static_cast<double>(k) * image_.spacing[2]};
                double squared = 0.0;
                for (std::size_t a = 0; a < 3; ++a)
                    squared += std::pow(mpi_.gradient[a] * place[a], 2);
                if (squared <= radius * radius) sum += kernel(place);
            }
        }
    }
    return sum;
}

/// Slope (A m2/m per kg/m3) of the moment of one voxel, mean over a voxel of the image.
double XSpace::kernel(const Vector3& from_particle) const {
    const double step = image_.spacing[axis_];
    double difference = 0.0;
    for (const double side : {-0.5, 0.5}) {
        Vector3 field{};
        double squared = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double place = from_particle[a] + (a == axis_ ? side * step : 0.0);
            field[a] = -mpi_.gradient[a] * place;
            squared += field[a] * field[a];
        }
        difference += (side > 0.0 ? 1.0 : -1.0) * field[axis_] *
                      response_.alignment_over_field(std::sqrt(squared));
    }
    return difference / step * response_.moment_per_iron() * image_.cell_volume();
}

Vector3 XSpace::line_start(index_t line) const {
    if (axis_ == 0) return image_.centre(0, line % image_.ny, line / image_.ny);
    if (axis_ == 1) return image_.centre(line % image_.nx, 0, line / image_.nx);
    return image_.centre(line % image_.nx, line / image_.nx, 0);
}

XSpace::Station XSpace::station(index_t number, const Vector3& line) const {
    Station s{0, line};
    if (stations_ > 1) s.first = number * (length_ - width_) / (stations_ - 1);
    s.middle[axis_] =
        image_.origin[axis_] +
        (static_cast<double>(s.first) + 0.5 * static_cast<double>(width_)) * image_.spacing[axis_];
    return s;
}

/// Slope of the moment over every voxel of a station, in concentration, from its cosine series.
std::vector<double> XSpace::differences(const Amplitudes& amplitudes) const {
    const double step = image_.spacing[axis_];
    const double reach = mpi_.drive_amplitude[axis_] / mpi_.gradient[axis_];
    std::vector<double> edges(static_cast<std::size_t>(width_) + 1, 0.0);
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const double place = (static_cast<double>(e) - 0.5 * static_cast<double>(width_)) * step;
        const double phase = std::acos(std::clamp(-place / reach, -1.0, 1.0));
        for (std::size_t o = 0; o < orders_.size(); ++o)
            edges[e] += amplitudes[o] * std::cos(orders_[o].order[axis_] * phase);
    }
    std::vector<double> values;
    for (std::size_t e = 1; e < edges.size(); ++e)
        values.push_back((edges[e] - edges[e - 1]) / (step * scale_));
    return values;
}

std::vector<double> XSpace::join(const std::vector<std::vector<double>>& parts) const {
    std::vector<double> sum(static_cast<std::size_t>(length_), 0.0);
    std::vector<double> count(sum.size(), 0.0);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const auto first =
            static_cast<std::size_t>(station(static_cast<index_t>(p), Vector3{}).first);
        double offset = 0.0;
        double shared = 0.0;
        for (std::size_t i = 0; i < parts[p].size(); ++i) {
            if (count[first + i] == 0.0) continue;
            offset += sum[first + i] / count[first + i] - parts[p][i];
            shared += 1.0;
        }
        if (shared > 0.0) offset /= shared;
        for (std::size_t i = 0; i < parts[p].size(); ++i) {
            sum[first + i] += parts[p][i] + offset;
            count[first + i] += 1.0;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] /= std::max(count[i], 1.0);
    return sum;
}

XSpace::Amplitudes XSpace::noise_of(const ScanContext& context, index_t line,
                                    index_t number) const {
    Amplitudes noise(orders_.size(), 0.0);
    if (!mpi_.noise || !(sigma_ > 0.0)) return noise;
    exec::RandomStream stream(context.seed, static_cast<std::uint32_t>(NoisePurpose::receiver),
                              static_cast<std::uint64_t>(line * stations_ + number));
    for (std::size_t o = 0; o < noise.size(); ++o)
        noise[o] = exec::normal(stream) / orders_[o].weight;
    return noise;
}

void XSpace::put(index_t line, const std::vector<double>& values,
                 std::vector<double>& image) const {
    const index_t plane = image_.nx * image_.ny;
    const index_t start = axis_ == 0   ? line * image_.nx
                          : axis_ == 1 ? line % image_.nx + line / image_.nx * plane
                                       : line;
    const index_t step = axis_ == 0 ? 1 : axis_ == 1 ? image_.nx : plane;
    for (std::size_t i = 0; i < values.size(); ++i)
        image[static_cast<std::size_t>(start + static_cast<index_t>(i) * step)] += values[i];
}

std::vector<double> XSpace::show(const ScanContext& context, std::span<const double> truth) const {
    OctantKernel spread = empty_kernel(image_);
    context.team.run(image_.nz, [&](index_t k) {
        for (index_t j = 0; j < image_.ny; ++j) {
            for (index_t i = 0; i < image_.nx; ++i)
                spread.values[static_cast<std::size_t>(spread.index(i, j, k))] =
                    kernel({static_cast<double>(i) * image_.spacing[0],
                            static_cast<double>(j) * image_.spacing[1],
                            static_cast<double>(k) * image_.spacing[2]});
        }
    });
    transform_kernel(context.team, spread);
    const std::vector<double> blurred = convolve(context.team, image_, spread, truth, 1.0 / scale_);
    std::vector<double> image(blurred.size(), 0.0);
    context.team.run(line_count(), [&](index_t l) {
        std::vector<std::vector<double>> parts;
        for (index_t n = 0; n < stations_; ++n)
            parts.push_back(differences(noise_of(context, l, n)));
        std::vector<double> line = join(parts);
        const index_t plane = image_.nx * image_.ny;
        const index_t start = axis_ == 0   ? l * image_.nx
                              : axis_ == 1 ? l % image_.nx + l / image_.nx * plane
                                           : l;
        const index_t step = axis_ == 0 ? 1 : axis_ == 1 ? image_.nx : plane;
        for (std::size_t i = 0; i < line.size(); ++i)
            line[i] += blurred[static_cast<std::size_t>(start + static_cast<index_t>(i) * step)];
        lower_ends(line);
        put(l, line, image);
    });
    return image;
}

std::vector<double> XSpace::acquire(const ScanContext& context, const Grid& object,
                                    std::span<const double> iron) const {
    const MomentField field =
        moment_field(context, mpi_, response_, object, iron, image_, static_cast<int>(axis_));
    std::vector<double> image(static_cast<std::size_t>(image_.cell_count()), 0.0);
    const auto receive_line = [&](index_t l) {
        exec::ThreadTeam alone(1);
        const ScanContext inner{alone, context.library, context.seed, {}, {}};
        std::vector<std::vector<double>> parts;
        std::vector<double> data(orders_.size(), 0.0);
        for (index_t n = 0; n < stations_; ++n) {
            const Station s = station(n, line_start(l));
            receive(inner, mpi_, moment_samples(alone, mpi_, field, s.middle), axis_, orders_,
                    data);
            Amplitudes amplitudes = noise_of(context, l, n);
            for (std::size_t o = 0; o < data.size(); ++o)
                amplitudes[o] += data[o] / orders_[o].weight;
            parts.push_back(differences(amplitudes));
        }
        std::vector<double> line = join(parts);
        lower_ends(line);
        put(l, line, image);
    };
    const index_t batch = 4 * context.team.size();
    for (index_t first = 0; first < line_count(); first += batch) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("interrupted while a line was received");
        context.team.run(std::min(batch, line_count() - first),
                         [&](index_t n) { receive_line(first + n); });
    }
    return image;
}

double XSpace::noise() const {
    if (!(sigma_ > 0.0)) return 0.0;
    std::vector<double> variance(static_cast<std::size_t>(width_), 0.0);
    for (std::size_t o = 0; o < orders_.size(); ++o) {
        Amplitudes one(orders_.size(), 0.0);
        one[o] = 1.0 / orders_[o].weight;
        const std::vector<double> part = differences(one);
        for (std::size_t i = 0; i < part.size(); ++i) variance[i] += part[i] * part[i];
    }
    // two stations overlap nearly everywhere
    const double middle = variance[variance.size() / 2] / (stations_ > 1 ? 2.0 : 1.0);
    return std::sqrt(middle + 0.25 * (variance.front() + variance.back()));
}

double XSpace::peak() const {
    Vector3 end{};
    end[axis_] = 0.5 * static_cast<double>(length_ - 1) * image_.spacing[axis_];
    return (kernel({}) - kernel(end)) / scale_;
}

}  // namespace caravel::imaging
