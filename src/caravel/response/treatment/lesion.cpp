#include "caravel/response/treatment/lesion.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace caravel::response {
namespace {

using tissue::Domain;
using tissue::Region;

void require_size(const Domain& domain, std::size_t size, const char* what) {
    const auto cells = static_cast<std::size_t>(domain.grid.cell_count());
    if (size == cells && domain.region.size() == cells && domain.tumour_share.size() == cells)
        return;
    throw InputError(Diagnostic{{},
                                fmt::format("{} has {} values", what, size),
                                fmt::format("one for each of the domain's {} voxels", cells),
                                ""});
}

/// Share of a voxel's volume that counts to a region: tumour and normal tissue meet within voxels.
double share_of(const Domain& domain, Region region, std::size_t i) {
    const double tumour = std::clamp(domain.tumour_share[i], 0.0, 1.0);
    if (region == Region::tumour) return tumour;
    const Region here = domain.region[i];
    if (here == region || (region == Region::normal && here == Region::tumour)) return 1.0 - tumour;
    return 0.0;
}

bool has_surface(const Domain& domain) {
    const auto inside = [](double share) { return share >= 0.5; };
    const auto& shares = domain.tumour_share;
    return std::any_of(shares.begin(), shares.end(), inside) &&
           !std::all_of(shares.begin(), shares.end(), inside);
}

/// The lesion's surface against the tumour's.
class Margin {
  public:
    Margin(const Domain& domain, std::span<const double> survival, double limit)
        : domain_(domain),
          survival_(survival),
          limit_(limit),
          depth_(tissue::depth_below_surface(domain)) {}

    /// Least distance (m) of the lesion's surface outside of the tumour's, and of what lives. A
    /// lesion that leaves the box reaches at least as far as its open faces.
    double least() const {
        const Grid& g = domain_.grid;
        double margin = std::numeric_limits<double>::infinity();
        for (index_t k = 0; k < g.nz; ++k)
            for (index_t j = 0; j < g.ny; ++j)
                for (index_t i = 0; i < g.nx; ++i) margin = std::min(margin, least_at({i, j, k}));
        return margin;
    }

  private:
    using Cell = std::array<index_t, 3>;

    std::size_t number(const Cell& c) const {
        return static_cast<std::size_t>(domain_.grid.index(c[0], c[1], c[2]));
    }
    bool is_tissue(std::size_t i) const { return domain_.region[i] != Region::outside; }
    bool is_dead(std::size_t i) const { return survival_[i] < limit_; }

    double least_at(const Cell& cell) const {
        const std::size_t here = number(cell);
        if (!is_tissue(here)) return std::numeric_limits<double>::infinity();
        if (!is_dead(here)) return -depth_[here];
        const Grid& g = domain_.grid;
        const Cell size{g.nx, g.ny, g.nz};
        double margin = std::numeric_limits<double>::infinity();
        for (std::size_t axis = 0; axis < 3; ++axis)
            for (const index_t step : {-1, 1}) {
                Cell next = cell;
                next[axis] += step;
                if (next[axis] < 0 || next[axis] >= size[axis]) {
                    const bool mirrored = domain_.mirrored[2 * axis + (step > 0 ? 1 : 0)];
                    if (!mirrored) margin = std::min(margin, -depth_[here]);
                } else if (is_tissue(number(next)) && !is_dead(number(next))) {
                    margin = std::min(margin, crossing(here, number(next)));
                }
            }
        return margin;
    }
    /// Distance at the place between two voxels where the survival crosses the limit.
    double crossing(std::size_t dead, std::size_t living) const {
        const double place = (limit_ - survival_[dead]) / (survival_[living] - survival_[dead]);
        return -(depth_[dead] + place * (depth_[living] - depth_[dead]));
    }

    const Domain& domain_;
    std::span<const double> survival_;
    double limit_;
    std::vector<double> depth_;
};

void find_peaks(const Domain& domain, std::span<const double> peak, Lesion& lesion) {
    double tumour = -std::numeric_limits<double>::infinity();
    double normal = tumour;
    for (std::size_t i = 0; i < peak.size(); ++i) {
        if (domain.tumour_share[i] >= 0.5)
            tumour = std::max(tumour, peak[i]);
        else if (domain.region[i] != Region::outside)
            normal = std::max(normal, peak[i]);
    }
    if (std::isfinite(tumour)) lesion.hottest_tumour = tumour;
    if (std::isfinite(normal)) lesion.hottest_normal = normal;
}

/// Values of a region with the share of a voxel that each stands for, ascending.
std::vector<std::pair<double, double>> weighted(const Domain& domain,
                                                std::span<const double> values, Region region) {
    std::vector<std::pair<double, double>> found;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double share = share_of(domain, region, i);
        if (share > 0.0) found.emplace_back(values[i], share);
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

Lesion lesion_of(const Domain& domain, std::span<const double> survival,
                 std::span<const double> peak, double limit) {
    require_size(domain, survival.size(), "survival");
    if (!peak.empty()) require_size(domain, peak.size(), "the peak field");
    if (!(limit > 0.0 && limit <= 1.0))
        throw InputError(Diagnostic{{},
                                    fmt::format("limit of survival is {}", format_number(limit, 6)),
                                    "more than 0, at most 1",
                                    ""});
    Lesion lesion;
    const double voxel = domain.copies * domain.grid.cell_volume();
    double tumour = 0.0;
    double covered = 0.0;
    for (std::size_t i = 0; i < survival.size(); ++i) {
        const double share = share_of(domain, Region::tumour, i);
        tumour += share;
        if (!(survival[i] < limit) || domain.region[i] == Region::outside) continue;
        covered += share;
        lesion.volume += voxel;
        lesion.normal_harmed += voxel * (1.0 - share);
    }
    lesion.tumour_covered = tumour > 0.0 ? covered / tumour : 0.0;
    if (has_surface(domain)) lesion.least_margin = Margin(domain, survival, limit).least();
    find_peaks(domain, peak, lesion);
    return lesion;
}

DoseVolume dose_volume(const Domain& domain, std::span<const double> values, Region region,
                       std::size_t points) {
    require_size(domain, values.size(), "the dose");
    if (points < 2)
        throw InputError(Diagnostic{
            {}, fmt::format("a histogram of {} points", points), "at least 2 points", ""});
    const auto found = weighted(domain, values, region);
    DoseVolume histogram;
    if (found.empty()) return histogram;
    double total = 0.0;
    for (const auto& entry : found) total += entry.second;
    const double low = found.front().first;
    const double high = found.back().first;
    std::size_t next = 0;
    double below = 0.0;
    for (std::size_t p = 0; p < points; ++p) {
        const double place = static_cast<double>(p) / static_cast<double>(points - 1);
        const double x = p + 1 == points ? high : low + place * (high - low);
        for (; next < found.size() && found[next].first < x; ++next) below += found[next].second;
        histogram.x.push_back(x);
        histogram.share.push_back(std::max(0.0, (total - below) / total));
    }
    return histogram;
}

double dose_at_volume(const Domain& domain, std::span<const double> values, Region region,
                      double share) {
    require_size(domain, values.size(), "the dose");
    if (!(share > 0.0 && share <= 1.0))
        throw InputError(Diagnostic{
            {}, fmt::format("a share of volume of {}", share), "more than 0, at most 1", ""});
    const auto found = weighted(domain, values, region);
    if (found.empty())
        throw InputError(Diagnostic{{}, "a dose of no volume", "a region with volume", ""});
    double total = 0.0;
    for (const auto& entry : found) total += entry.second;
    double above = 0.0;
    for (std::size_t k = found.size(); k-- > 0;) {
        above += found[k].second;
        // Rounding of the sum must not ask for one voxel more.
        if (above >= share * total * (1.0 - 1e-12)) return found[k].first;
    }
    return found.front().first;
}

double isoeffect_volume(const Domain& domain, std::span<const double> values, Region region,
                        double value) {
    require_size(domain, values.size(), "the dose");
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] >= value) sum += share_of(domain, region, i);
    return sum * domain.copies * domain.grid.cell_volume();
}

}  // namespace caravel::response
