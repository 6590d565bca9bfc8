#include "caravel/response/photodynamic/photodynamics.hpp"

#include "caravel/response/photodynamic/activation.hpp"
#include "caravel/response/photodynamic/sensitiser_data.hpp"
#include "caravel/response/photodynamic/singlet_oxygen.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace caravel::response {
namespace {

using input::fraction;
using input::non_negative;
using input::positive;
using input::Presence;

enum Row : std::size_t {
    sensitiser,
    oxygen,
    reacted,
    radicals,
    peroxide,
    supplied,
    from_peroxide,
    start
};
const std::vector<std::string> row_names{
    "sensitiser", "oxygen",          "singlet_oxygen",       "radicals",
    "peroxide",   "oxygen_supplied", "oxygen_from_peroxide", "oxygen_at_start"};
constexpr index_t piece = 256;
constexpr double neutral_ph = 7.4;
constexpr double same_line = 5e-9;  // m: taken as the wavelength of xi where no spectrum is known

double value(View<const double> values, index_t i, double otherwise) {
    return values.empty() ? otherwise : values[i];
}

void check_values(View<const double> values, index_t voxels, std::string_view what) {
    if (!values.empty() && values.size() != voxels) {
        throw std::invalid_argument(fmt::format("{} needs one value per voxel", what));
    }
    for (index_t i = 0; i < values.size(); ++i) {
        if (!(values[i] >= 0.0) || !std::isfinite(values[i])) {
            throw std::invalid_argument(fmt::format(
                "{} of voxel {} is {}; expected a finite value of at least 0", what, i, values[i]));
        }
    }
}

void check_load(const PhotodynamicLoad& load, index_t voxels) {
    check_values(load.released, voxels, "released sensitiser (mol/m3)");
    check_values(load.carried, voxels, "sensitiser in carriers (mol/m3)");
    check_values(load.oxygen, voxels, "oxygen (mol/m3)");
    check_values(load.ph, voxels, "pH");
}

index_t voxels_of(std::size_t values) {
    if (values % row_names.size() != 0) {
        throw std::invalid_argument("the photodynamic state needs one value per row and voxel");
    }
    return static_cast<index_t>(values / row_names.size());
}

}  // namespace

struct Photodynamics::Work {
    PhotodynamicInput input;
    SensitiserData data;
    matter::Library* library = nullptr;

    /// Rates of voxel i but for the light.
    SingletOxygenRates rates(const PhotodynamicLoad& load, index_t i, double perfusion,
                             double oxygen_start) const {
        const double released = value(load.released, i, 0.0);
        const double carried = value(load.carried, i, 0.0);
        const double acid =
            acid_activity(value(load.ph, i, neutral_ph), input.ph_midpoint, input.ph_width);
        const double all = released + carried;
        SingletOxygenRates r;
        r.sensitiser = acid * (released + input.activity_in_carrier * carried);
        // a molecule bleaches itself as often as it is active
        r.self = all > 0.0 ? data.low_concentration * (r.sensitiser / all) : 0.0;
        r.radical_share = data.radical_share;
        r.bleaching = data.bleaching;
        r.oxygen_half = data.oxygen_half;
        r.supply = perfusion * data.oxygen_supply;
        r.oxygen_start = oxygen_start;
        r.excess_rate = r.supply / std::max(oxygen_start, data.reference_oxygen);
        r.catalysis = input.catalysis;
        r.peroxide_level = input.peroxide.value_or(0.0);
        r.peroxide_turnover = input.peroxide_turnover;
        return r;
    }
};

void describe(input::Visitor& v, PhotodynamicInput& p) {
    v.text({"sensitiser", "agent, of data/photosensitisers.csv or with the keys below",
            Presence::required},
           p.sensitiser);
    v.number({"activity_in_carrier", "singlet oxygen from it in its carrier, against released"},
             p.activity_in_carrier, non_negative("1"));
    v.number({"photochemical_rate", "singlet oxygen per sensitiser and fluence (xi)"},
             p.photochemical_rate, positive("cm2/(mW.s)"));
    v.number({"bleaching", "specific bleaching ratio (sigma)"}, p.bleaching,
             non_negative("L/umol"));
    v.number({"oxygen_half", "oxygen that halves the yield (beta)"}, p.oxygen_half,
             positive("umol/L"));
    v.number({"low_concentration", "self-bleaching as a concentration (delta)"},
             p.low_concentration, non_negative("umol/L"));
    v.number({"oxygen_supply", "largest supply of oxygen by the vessels (g)"}, p.oxygen_supply,
             non_negative("umol/(L.s)"));
    v.number({"reference_oxygen", "oxygen above the start's leaves at oxygen_supply over this"},
             p.reference_oxygen, positive("umol/L"));
    v.number({"threshold", "reacted singlet oxygen and radicals that kill half of the cells"},
             p.threshold, positive("mmol/L"));
    v.number({"threshold_spread", "standard deviation over mean of the threshold"},
             p.threshold_spread, positive("1"));
    v.number({"radical_share", "of events that make radicals, without oxygen (type I)"},
             p.radical_share, fraction());
    v.number({"peroxide", "hydrogen peroxide in the tumour at the start"}, p.peroxide,
             non_negative("umol/L"));
    v.number({"catalysis", "rate of peroxide to oxygen by MnO2 or catalase"}, p.catalysis,
             non_negative("1/s"));
    v.number({"peroxide_turnover", "rate at which the cells make the peroxide of the start anew"},
             p.peroxide_turnover, non_negative("1/s"));
    v.number({"ph_midpoint", "half of it is active at this pH, more below; 0: all at any"},
             p.ph_midpoint, {"1", 0.0, 14.0});
    v.number({"ph_width", "of that switch"}, p.ph_width, positive("1"));
    v.number({"wavelength", "at which a given photochemical_rate holds (default: the table's)"},
             p.wavelength, non_negative("nm"));
}

Photodynamics::Photodynamics(const PhotodynamicInput& input, matter::Library& library)
    : work_(std::make_unique<Work>(Work{input, find_sensitiser(input, library), &library})) {}
Photodynamics::~Photodynamics() = default;
Photodynamics::Photodynamics(Photodynamics&&) noexcept = default;
Photodynamics& Photodynamics::operator=(Photodynamics&&) noexcept = default;

const std::vector<std::string>& Photodynamics::rows() const { return row_names; }
double Photodynamics::photochemical_rate() const { return work_->data.photochemical_rate; }
double Photodynamics::threshold() const { return work_->data.threshold; }
double Photodynamics::wavelength() const { return work_->data.wavelength; }

void Photodynamics::initialise(std::span<double> state, std::size_t voxels,
                               const PhotodynamicLoad& load) const {
    const index_t count = voxels_of(state.size());
    if (static_cast<std::size_t>(count) != voxels) {
        throw std::invalid_argument("the photodynamic state needs one value per row and voxel");
    }
    check_load(load, count);
    std::fill(state.begin(), state.end(), 0.0);
    double* const first = state.data();
    for (index_t i = 0; i < count; ++i) {
        first[sensitiser * voxels + static_cast<std::size_t>(i)] = 1.0;
        const double found = value(load.oxygen, i, work_->data.reference_oxygen);
        first[oxygen * voxels + static_cast<std::size_t>(i)] = found;
        first[start * voxels + static_cast<std::size_t>(i)] = found;
        first[peroxide * voxels + static_cast<std::size_t>(i)] =
            work_->input.peroxide.value_or(0.0);
    }
}

double Photodynamics::spectral_factor(double wavelength) const {
    const double usual = work_->data.wavelength;
    if (!(wavelength > 0.0) || !std::isfinite(wavelength)) {
        throw InputError(Diagnostic{
            {}, fmt::format("wavelength is {} m", wavelength), "above 0 and finite", ""});
    }
    if (wavelength == usual) return 1.0;
    const std::string& name = work_->input.sensitiser;
    const auto at_usual = stimulus::agent_optics(name, *work_->library, usual);
    if (at_usual.absorption > 0.0) {
        const auto here = stimulus::agent_optics(name, *work_->library, wavelength);
        return here.absorption / at_usual.absorption * (wavelength / usual);
    }
    if (std::abs(wavelength - usual) <= same_line) return 1.0;
    throw InputError(Diagnostic{
        {},
        fmt::format("light of {} cannot be weighed for sensitiser '{}': {}",
                    format_quantity(wavelength, "nm"), name, at_usual.method),
        fmt::format("{}, at which its photochemical rate holds", format_quantity(usual, "nm")),
        "or give photochemical_rate and wavelength for this light"});
}

void Photodynamics::advance(exec::ThreadTeam& team, std::span<double> state,
                            const PhotodynamicLoad& load, View<const double> fluence_rate,
                            View<const double> perfusion_factor, double dt) const {
    const index_t voxels = voxels_of(state.size());
    check_load(load, voxels);
    if (fluence_rate.size() != voxels) {
        throw std::invalid_argument("fluence rate (W/m2) needs one value per voxel");
    }
    check_values(fluence_rate, voxels, "fluence rate (W/m2)");
    check_values(perfusion_factor, voxels, "perfusion factor");
    if (!(dt >= 0.0) || !std::isfinite(dt)) {
        throw std::invalid_argument("a photodynamic step must be finite and not negative");
    }
    const auto row = [&](Row r) { return state.data() + static_cast<index_t>(r) * voxels; };
    const SingletOxygenKernel& kernel = singlet_oxygen_kernels().back();
    team.run((voxels + piece - 1) / piece, [&](index_t tile) {
        const index_t first = tile * piece;
        const index_t count = std::min(piece, voxels - first);
        std::array<SingletOxygenRates, piece> rates;
        std::array<SingletOxygenState, piece> states;
        for (index_t n = 0; n < count; ++n) {
            const index_t i = first + n;
            const auto k = static_cast<std::size_t>(n);
            rates[k] = work_->rates(load, i, value(perfusion_factor, i, 1.0), row(start)[i]);
            rates[k].activation = work_->data.photochemical_rate * fluence_rate[i];
            states[k] = {row(sensitiser)[i],   row(oxygen)[i],   row(reacted)[i],
                         row(radicals)[i],     row(peroxide)[i], row(supplied)[i],
                         row(from_peroxide)[i]};
        }
        const auto used = static_cast<std::size_t>(count);
        advance_singlet_oxygen(std::span(states).first(used), std::span(rates).first(used), dt,
                               singlet_oxygen_tolerance, kernel);
        for (index_t n = 0; n < count; ++n) {
            const SingletOxygenState& voxel = states[static_cast<std::size_t>(n)];
            row(sensitiser)[first + n] = voxel.share;
            row(oxygen)[first + n] = voxel.oxygen;
            row(reacted)[first + n] = voxel.reacted;
            row(radicals)[first + n] = voxel.radicals;
            row(peroxide)[first + n] = voxel.peroxide;
            row(supplied)[first + n] = voxel.supplied;
            row(from_peroxide)[first + n] = voxel.from_peroxide;
        }
    });
}

void Photodynamics::survival(std::span<const double> state, std::span<double> share) const {
    const index_t voxels = voxels_of(state.size());
    if (static_cast<index_t>(share.size()) != voxels) {
        throw std::invalid_argument("survival needs one value per voxel");
    }
    for (index_t i = 0; i < voxels; ++i) {
        const double dose =
            state[static_cast<std::size_t>(static_cast<index_t>(reacted) * voxels + i)] +
            state[static_cast<std::size_t>(static_cast<index_t>(radicals) * voxels + i)];
        share[static_cast<std::size_t>(i)] =
            surviving_share(dose, work_->data.threshold, work_->data.threshold_spread);
    }
}

}  // namespace caravel::response
