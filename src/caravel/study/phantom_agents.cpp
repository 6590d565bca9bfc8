#include "caravel/study/phantom_agents.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/imaging/nuclear/nuclide.hpp"
#include "caravel/matter/xray.hpp"
#include "caravel/study/phantom_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

const formulation::Formulation* find_formulation(const PhantomStudy& study,
                                                 const std::string& name) {
    for (const auto& f : study.formulations)
        if (f.name == name) return &f;
    return nullptr;
}

/// Own numbers of a load go before computed ones.
void put_over(const PhantomLoad& load, std::size_t lights, response::TreatedAgent& agent) {
    if (load.specific_absorption || load.specific_scattering) {
        const stimulus::AbsorberOptics own{load.shown_name(),
                                           load.specific_absorption.value_or(0.0),
                                           load.specific_scattering.value_or(0.0),
                                           load.scattering_anisotropy.value_or(0.0), "as given"};
        agent.optics.assign(lights, own);
    }
    agent.density = load.density.value_or(agent.density);
    agent.conductivity = load.conductivity.value_or(agent.conductivity);
    agent.heat_capacity = load.heat_capacity.value_or(agent.heat_capacity);
    agent.latent_heat = load.latent_heat.value_or(agent.latent_heat);
    agent.solidus = load.solidus.value_or(agent.solidus);
    agent.liquidus = load.liquidus.value_or(agent.liquidus);
    agent.ice_nucleation = load.ice_nucleation.value_or(agent.ice_nucleation);
}

/// Puts the loads of one study where they belong.
class Loader {
  public:
    Loader(const PhantomStudy& study, const PhantomVoxels& voxels, matter::Library& library,
           input::Diagnostics& mistakes, PhantomLoads& result)
        : study_(study), voxels_(voxels), library_(library), mistakes_(mistakes), result_(result) {
        for (const auto& coil : study.protocol.stimuli.coils) {
            const auto field = stimulus::field_amplitude(coil, voxels.domain.grid);
            // Rounding must not carry a reading over the end of a table.
            largest_fields_.push_back(*std::max_element(field.begin(), field.end()) * (1.0 + 1e-9));
        }
    }

    void add(const PhantomLoad& load) {
        if (!load.nuclide.empty()) {
            add_activity(load);
            return;
        }
        const auto concentration = concentration_of(load);
        const auto place = place_of(load);
        if (!concentration || place.empty()) return;
        auto values = spread(load, place, *concentration);
        if (std::none_of(values.begin(), values.end(), [](double v) { return v > 0.0; })) {
            mistakes_.add({load.where, "nothing of " + load.shown_name() + " is in the phantom",
                           "a place that holds the middle of a voxel", ""});
            return;
        }
        add_sensitiser(load, values);
        result_.agents.push_back(agent_of(load));
        result_.values.push_back(std::move(values));
    }

  private:
    /// Radioactivity alone changes nothing but images.
    void add_activity(const PhantomLoad& load) {
        if (load.concentration.dimension != activity_per_volume()) {
            mistakes_.add({load.where, "the concentration of a nuclide is no activity per volume",
                           "concentration = \"100 kBq/mL\"", ""});
            return;
        }
        const matter::XrayTables tables(library_.root() / "xray");
        imaging::emitter(library_, tables, load.nuclide);  // throws where it is unknown
        const auto place = place_of(load);
        if (place.empty()) return;
        response::TreatedAgent agent;
        agent.name = load.shown_name();
        agent.carrier = false;
        agent.optics.assign(study_.protocol.stimuli.lights.size(), {agent.name, 0.0, 0.0, 0.0, ""});
        result_.agents.push_back(std::move(agent));
        result_.values.push_back(spread(load, place, load.concentration.si));
    }

    static Dimension activity_per_volume() { return parse_unit("Bq/m3").dimension; }

    std::size_t count() const { return voxels_.label.size(); }

    response::TreatedAgent agent_of(const PhantomLoad& load) {
        response::TreatedAgent agent;
        const auto& lights = study_.protocol.stimuli.lights;
        if (const auto* f = find_formulation(study_, load.formulation))
            agent = treated_carrier(*f, lights, study_.protocol.stimuli.coils, largest_fields_,
                                    1.37, library_, result_.notes);
        else if (!load.agent.empty())
            agent = treated_agent(load.agent, lights, library_);
        agent.name = load.shown_name();
        put_over(load, lights.size(), agent);
        return agent;
    }

    /// kg/m3 of a carrier, mol/m3 of an agent.
    std::optional<double> concentration_of(const PhantomLoad& load) {
        const bool molar = load.concentration.dimension == dimension::molar_concentration;
        if (!load.formulation.empty() && find_formulation(study_, load.formulation) == nullptr) {
            std::vector<std::string_view> names;
            for (const auto& f : study_.formulations) names.push_back(f.name);
            mistakes_.add({load.where,
                           fmt::format("no formulation is named '{}'", load.formulation),
                           "the name of a [[formulation]]", did_you_mean(load.formulation, names)});
            return std::nullopt;
        }
        if (load.agent.empty()) {
            if (!molar) return load.concentration.si;
            mistakes_.add({load.where, "the concentration of a carrier is given in moles",
                           "dry carrier mass per volume of tissue",
                           "concentration = \"0.1 mg/mL\""});
            return std::nullopt;
        }
        if (molar) return load.concentration.si;
        const auto molar_mass = library_.find("agents", load.agent, "molar_mass");
        if (molar_mass) return load.concentration.si / *molar_mass;
        const matter::XrayTables tables(library_.root() / "xray");
        for (const auto& e : tables.elements())
            if (e.symbol == load.agent) return load.concentration.si / e.atomic_weight;
        mistakes_.add({load.where, fmt::format("the molar mass of '{}' is not known", load.agent),
                       "a concentration in umol/L", ""});
        return std::nullopt;
    }

    std::vector<bool> place_of(const PhantomLoad& load) {
        std::vector<bool> place(count());
        bool known = load.in.empty();
        std::vector<std::string_view> names;
        for (const auto& s : study_.phantom.shapes)
            if (!s.name.empty()) names.push_back(s.name);
        for (const auto& t : voxels_.tissues) names.push_back(t.name);
        known = known || std::find(names.begin(), names.end(), load.in) != names.end();
        if (!known) {
            mistakes_.add({load.where, fmt::format("no shape or tissue is named '{}'", load.in),
                           "the name of a [[phantom.shape]] or a tissue of the phantom",
                           did_you_mean(load.in, names)});
            return {};
        }
        for (std::size_t i = 0; i < place.size(); ++i) {
            const auto& tissue = voxels_.tissues[voxels_.label[i]];
            place[i] = load.in.empty() ? !tissue.optics.exterior : tissue.name == load.in;
            const int s = voxels_.shape[i];
            if (s >= 0 && !load.in.empty() &&
                study_.phantom.shapes[static_cast<std::size_t>(s)].name == load.in)
                place[i] = true;
        }
        return place;
    }

    std::vector<double> spread(const PhantomLoad& load, const std::vector<bool>& place,
                               double concentration) {
        std::vector<double> values(count());
        if (load.distribution == "uniform") {
            for (std::size_t i = 0; i < values.size(); ++i)
                if (place[i]) values[i] = concentration;
        } else if (load.distribution == "gaussian") {
            spread_gaussian(load, place, concentration, values);
        } else {
            spread_from_surface(load, place, concentration, values);
        }
        return values;
    }

    void spread_gaussian(const PhantomLoad& load, const std::vector<bool>& place,
                         double concentration, std::vector<double>& values) const {
        const Grid& grid = voxels_.domain.grid;
        const Vector3 centre = load.centre.size() == 3
                                   ? Vector3{load.centre[0], load.centre[1], load.centre[2]}
                                   : middle_of_place(place);
        std::size_t cell = 0;
        for (index_t k = 0; k < grid.nz; ++k)
            for (index_t j = 0; j < grid.ny; ++j)
                for (index_t i = 0; i < grid.nx; ++i, ++cell) {
                    if (!place[cell]) continue;
                    const Vector3 at = grid.centre(i, j, k);
                    double square = 0.0;
                    for (std::size_t d = 0; d < 3; ++d)
                        square += (at[d] - centre[d]) * (at[d] - centre[d]);
                    values[cell] =
                        concentration * std::exp(-square / (2.0 * *load.width * *load.width));
                }
    }

    Vector3 middle_of_place(const std::vector<bool>& place) const {
        const Grid& grid = voxels_.domain.grid;
        Vector3 sum{};
        double n = 0.0;
        std::size_t cell = 0;
        for (index_t k = 0; k < grid.nz; ++k)
            for (index_t j = 0; j < grid.ny; ++j)
                for (index_t i = 0; i < grid.nx; ++i, ++cell) {
                    if (!place[cell]) continue;
                    const Vector3 at = grid.centre(i, j, k);
                    for (std::size_t d = 0; d < 3; ++d) sum[d] += at[d];
                    n += 1.0;
                }
        for (double& c : sum) c /= std::max(n, 1.0);
        return sum;
    }

    /// rim: inside, falling off from the surface; shell: outside, within a distance.
    void spread_from_surface(const PhantomLoad& load, const std::vector<bool>& place,
                             double concentration, std::vector<double>& values) const {
        tissue::Domain body;
        body.grid = voxels_.domain.grid;
        for (const bool inside : place) {
            body.region.push_back(inside ? tissue::Region::tumour : tissue::Region::normal);
            body.tumour_share.push_back(inside ? 1.0 : 0.0);
        }
        std::vector<double> depth;
        try {
            depth = tissue::depth_below_surface(body);
        } catch (const InputError&) {
            mistakes_.add({load.where, fmt::format("'{}' has no surface in the phantom", load.in),
                           "a place that leaves some of it free", ""});
            return;
        }
        const double width = *load.width;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (load.distribution == "rim" && place[i])
                values[i] = concentration * std::exp(-depth[i] * depth[i] / (2.0 * width * width));
            const bool exterior = voxels_.tissues[voxels_.label[i]].optics.exterior;
            if (load.distribution == "shell" && !place[i] && !exterior && -depth[i] <= width)
                values[i] = concentration;
        }
    }

    /// What of the load makes singlet oxygen.
    void add_sensitiser(const PhantomLoad& load, const std::vector<double>& values) {
        if (!study_.phantom.photodynamic) return;
        const std::string& name = study_.phantom.photodynamic->sensitiser;
        if (load.agent == name) {
            add_to(result_.released, values, 1.0);
        } else if (const auto* f = find_formulation(study_, load.formulation)) {
            const auto properties = formulation::compute_properties(*f, library_);
            for (const auto& payload : properties.payloads)
                if (payload.agent == name && properties.carrier_mass > 0.0)
                    add_to(result_.carried, values, payload.amount / properties.carrier_mass);
        }
    }

    void add_to(std::vector<double>& sum, const std::vector<double>& values, double factor) const {
        sum.resize(count(), 0.0);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * values[i];
    }

    const PhantomStudy& study_;
    const PhantomVoxels& voxels_;
    matter::Library& library_;
    input::Diagnostics& mistakes_;
    PhantomLoads& result_;
    std::vector<double> largest_fields_;
};

}  // namespace

PhantomLoads load_phantom(const PhantomStudy& study, const PhantomVoxels& voxels,
                          matter::Library& library, input::Diagnostics& mistakes) {
    PhantomLoads result;
    Loader loader(study, voxels, library, mistakes, result);
    for (const auto& load : study.phantom.loads) {
        try {
            loader.add(load);
        } catch (const InputError& error) {
            for (auto d : error.diagnostics()) {
                if (d.where.file.empty()) d.where = load.where;
                mistakes.add(std::move(d));
            }
        }
    }
    return result;
}

}  // namespace caravel::study
