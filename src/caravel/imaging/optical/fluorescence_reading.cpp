#include "caravel/imaging/optical/fluorescence_reading.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/optical/layered_light.hpp"
#include "caravel/imaging/optical/unmixing.hpp"
#include "caravel/imaging/optical/voxel_light.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>

namespace caravel::imaging {
namespace {

constexpr double usual_ph = 7.4;
constexpr double lowest_ph = 3.0, highest_ph = 10.0;  // of the calibration

/// Electrons per pixel of a band for agents in a thin even layer at the reference depth.
class Reference {
  public:
    explicit Reference(const FluorescenceView& view) : view_(view) {
        const std::vector<double> beam = beam_profile(view.object.grid, view.settings);
        irradiance_ =
            *std::max_element(beam.begin(), beam.end()) *
            at_depth(layered_fluence(view.light.excitation, view.settings.illumination == "trans"));
        for (const BandLight& band : view.light.bands) {
            const LayeredLight light(band.layers);
            const double even = 0.0;
            std::vector<double> escape(light.size());
            light.escape({&even, 1}, escape);
            escape_.push_back(at_depth(escape));
        }
    }

    /// Per amount (unit of concentration times m).
    double agent(std::size_t band, const ImagedAgent& agent, double ph) const {
        const Camera& camera = view_.cameras[band];
        return camera.pixel * camera.pixel * camera.collection * camera.exposure * camera.frames *
               escape_[band] *
               agent_response(view_.context.library, agent, view_.settings,
                              view_.settings.bands[band], irradiance_, ph);
    }

  private:
    /// Linear between the middles of layers.
    double at_depth(const std::vector<double>& values) const {
        const double last = static_cast<double>(values.size() - 1);
        const double at = std::clamp(
            view_.settings.reference_depth / view_.object.grid.spacing[2] - 0.5, 0.0, last);
        const auto low = static_cast<std::size_t>(at);
        const double part = at - static_cast<double>(low);
        return (1.0 - part) * values[low] + part * values[std::min(low + 1, values.size() - 1)];
    }

    const FluorescenceView& view_;
    double irradiance_ = 0.0;
    std::vector<double> escape_{};
};

double mean_sigma(const BandImage& band) {
    const double sum = std::accumulate(band.variance.begin(), band.variance.end(), 0.0);
    return std::sqrt(sum / static_cast<double>(band.variance.size()));
}

/// Sum along z of a field times `weight` (empty: 1) and the voxels' height, per column.
std::vector<double> column_sum(const Grid& grid, const std::vector<double>& field,
                               const std::vector<double>& weight) {
    std::vector<double> sums(static_cast<std::size_t>(grid.nx * grid.ny), 0.0);
    for (std::size_t i = 0; i < field.size(); ++i)
        sums[i % sums.size()] += field[i] * (weight.empty() ? 1.0 : weight[i]) * grid.spacing[2];
    return sums;
}

std::vector<std::size_t> glowing_agents(const ImagedObject& object) {
    std::vector<std::size_t> agents;
    for (std::size_t a = 0; a < object.agents.size(); ++a)
        if (!object.agents[a].luminescent.empty()) agents.push_back(a);
    return agents;
}

std::string plain_name(const std::string& name) {
    std::string plain = name;
    for (char& c : plain) {
        const bool fits =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!fits) c = '_';
    }
    return plain;
}

std::size_t band_number(const FluorescenceSettings& settings, const std::string& name) {
    std::size_t number = 0;
    while (settings.bands[number].name != name) ++number;
    return number;
}

/// A ratio against pH, linear between 351 points: to 1e-4 of the ratio.
class RatioTable {
  public:
    RatioTable(double low, double high, const std::function<double(double)>& ratio)
        : low_(low), step_((high - low) / steps) {
        for (int i = 0; i <= steps; ++i) values_.push_back(ratio(low + i * step_));
    }
    double operator()(double ph) const {
        const double at = std::clamp((ph - low_) / step_, 0.0, static_cast<double>(steps));
        const auto low = std::min(static_cast<std::size_t>(at), values_.size() - 2);
        const double part = at - static_cast<double>(low);
        return (1.0 - part) * values_[low] + part * values_[low + 1];
    }

  private:
    static constexpr int steps = 350;
    double low_;
    double step_;
    std::vector<double> values_{};
};

Image pixel_image(const FluorescenceView& view, std::string name, std::string label,
                  std::string unit) {
    Image image;
    image.name = std::move(name);
    image.label = std::move(label);
    image.unit = std::move(unit);
    image.grid = view.pixels;
    image.values.assign(view.bands.front().signal.size(), 0.0);
    image.noise_model = "gaussian";
    return image;
}

/// The agent that the ratio asks for.
std::size_t probe_number(const FluorescenceView& view) {
    const std::string& name = view.settings.ratio->agent;
    std::vector<std::string_view> names;
    for (const ImagedAgent& known : view.object.agents) names.emplace_back(known.name);
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        throw InputError(Diagnostic{{},
                                    fmt::format("the ratio asks for agent '{}'", name),
                                    fmt::format("one of {}", fmt::join(names, ", ")),
                                    did_you_mean(name, names)});
    return static_cast<std::size_t>(at - names.begin());
}

/// Mean pH over each pixel's columns, weighted with the agent's amount; 0 where there is none.
std::vector<double> true_ph(const FluorescenceView& view, std::size_t agent) {
    const std::vector<double> total = total_concentration(view.object, agent);
    const auto on_pixels = [&](const std::vector<double>& weight) {
        return resample(view.context.team, view.light.columns,
                        column_sum(view.object.grid, total, weight), view.pixels);
    };
    const std::vector<double> amount = on_pixels({});
    std::vector<double> ph = on_pixels(view.object.ph);
    for (std::size_t i = 0; i < ph.size(); ++i) {
        if (!(amount[i] > 0.0))
            ph[i] = 0.0;
        else
            ph[i] = view.object.ph.empty() ? usual_ph : ph[i] / amount[i];
    }
    return ph;
}

/// Unit of a concentration times a length.
std::string per_area(const std::string& unit) {
    if (unit == "mol/m3") return "mol/m2";
    if (unit == "kg/m3") return "kg/m2";
    return "(" + unit + ").m";
}

/// Bands of the ratio that a probe's pH is read from, and what it makes of pH.
struct PhReading {
    std::size_t top = 0, bottom = 0;
    RatioTable calibration;
};

PhReading ph_reading(const FluorescenceView& view, std::size_t agent) {
    const RatioSettings& ratio = *view.settings.ratio;
    const std::size_t top = band_number(view.settings, ratio.numerator);
    const std::size_t bottom = band_number(view.settings, ratio.denominator);
    const Reference reference(view);
    RatioTable calibration(lowest_ph, highest_ph, [&](double ph) {
        return reference.agent(top, view.object.agents[agent], ph) /
               std::max(reference.agent(bottom, view.object.agents[agent], ph), 1e-300);
    });
    if (!(std::abs(calibration(highest_ph) - calibration(lowest_ph)) >
          1e-6 * calibration(usual_ph)))
        throw InputError(Diagnostic{
            {},
            fmt::format("the ratio of bands '{}' and '{}' of '{}' does not change with pH",
                        ratio.numerator, ratio.denominator, ratio.agent),
            "a probe of which one colour follows pH more than the other",
            ""});
    return {top, bottom, std::move(calibration)};
}

}  // namespace

void add_amounts(const FluorescenceView& view, ScanResult& result) {
    const std::vector<std::size_t> agents = glowing_agents(view.object);
    const bool with_tissue = view.settings.background == "none" && view.settings.autofluorescence;
    const std::size_t emitters = agents.size() + (with_tissue ? 1 : 0);
    const Reference reference(view);
    std::vector<double> response, sigma;
    for (std::size_t c = 0; c < view.bands.size(); ++c) {
        for (const std::size_t a : agents)
            response.push_back(reference.agent(c, view.object.agents[a], usual_ph));
        if (with_tissue) response.push_back(view.bands[c].background);
        sigma.push_back(mean_sigma(view.bands[c]));
    }
    const Unmixing unmixing(std::move(response), sigma, emitters);
    const std::vector<double> deviation = unmixing.deviation();
    const std::size_t first = result.images.size();
    for (std::size_t n = 0; n < agents.size(); ++n) {
        const ImagedAgent& agent = view.object.agents[agents[n]];
        Image image = pixel_image(view, "amount_" + plain_name(agent.name),
                                  agent.name + " per area", per_area(agent.unit));
        image.truth =
            resample(view.context.team, view.light.columns,
                     column_sum(view.object.grid, total_concentration(view.object, agents[n]), {}),
                     view.pixels);
        image.noise = deviation[n];
        result.images.push_back(std::move(image));
    }
    const auto unmix = [&](const std::vector<double> BandImage::*light,
                           std::vector<double> Image::*into) {
        std::vector<double> signal(view.bands.size());
        const std::size_t pixels = (view.bands.front().*light).size();
        for (std::size_t n = 0; n < agents.size(); ++n)
            (result.images[first + n].*into).resize(pixels);
        for (std::size_t i = 0; i < pixels; ++i) {
            for (std::size_t c = 0; c < signal.size(); ++c) signal[c] = (view.bands[c].*light)[i];
            const std::vector<double> amounts = unmixing.solve(signal);
            for (std::size_t n = 0; n < agents.size(); ++n)
                (result.images[first + n].*into)[i] = amounts[n];
        }
    };
    unmix(&BandImage::signal, &Image::values);
    unmix(&BandImage::without, &Image::without);
    result.assumptions.push_back(fmt::format(
        "Amounts are those of a thin layer {} mm deep that would give the same light; what lies "
        "deeper counts for less, what lies higher for more.",
        view.settings.reference_depth * 1e3));
}

void add_ph(const FluorescenceView& view, ScanResult& result) {
    const std::size_t agent = probe_number(view);
    const PhReading reading = ph_reading(view, agent);
    const RatioTable& calibration = reading.calibration;
    const double least = view.settings.ratio->smallest_signal;
    Image image = pixel_image(view, "ph", "pH", "[pH]");
    image.truth = true_ph(view, agent);
    const BandImage& above = view.bands[reading.top];
    const BandImage& below = view.bands[reading.bottom];
    double variance = 0.0, counted = 0.0;
    for (std::size_t i = 0; i < image.values.size(); ++i) {
        const double a = above.signal[i], b = below.signal[i];
        if (!(a > least * std::sqrt(above.variance[i]) && b > least * std::sqrt(below.variance[i])))
            continue;
        const double ph = ph_of_ratio(calibration, a / b, lowest_ph, highest_ph);
        image.values[i] = ph;
        const double slope = (calibration(ph + 0.01) - calibration(ph - 0.01)) / 0.02;
        if (!(std::abs(slope) > 0.0)) continue;
        variance += a * a / (b * b) * (above.variance[i] / (a * a) + below.variance[i] / (b * b)) /
                    (slope * slope);
        counted += 1.0;
    }
    image.noise = counted > 0.0 ? std::sqrt(variance / counted) : 0.0;
    result.images.push_back(std::move(image));
    result.assumptions.emplace_back(
        "pH is calibrated at the reference depth: deeper down tissue changes the ratio of the two "
        "colours. Pixels with too little light hold 0.");
}

}  // namespace caravel::imaging
