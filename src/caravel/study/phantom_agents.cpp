#include "caravel/study/phantom_agents.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/study/phantom_shapes.hpp"
#include "caravel/tissue/heat/phase_change_particles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace caravel::study {
namespace {

using formulation::CardSection;

/// Why something could not be computed, on one line.
std::string reason_of(const std::exception& error) {
    if (const auto* input = dynamic_cast<const InputError*>(&error))
        return formulation::refusal_text(*input);
    return error.what();
}

std::optional<double> value_of(const CardSection& section, std::string_view name) {
    for (const auto& v : section.values)
        if (v.name == name) return v.si;
    return std::nullopt;
}

/// Conductivity (W/m/K) of the spheres that raise a medium's like the particles do: the card's
/// effective conductivity at 10 mg/mL, solved for Maxwell's sphere. Rods may do more than spheres
/// of any conductivity can; they get a very large one.
double sphere_conductivity(const CardSection& section, double density) {
    constexpr double load = 10.0;  // kg/m3
    constexpr double largest = 1e6;
    const auto loaded = value_of(section, "effective_conductivity_10");
    const auto change = value_of(section, "conductivity_change_10");
    if (!loaded || !change || density <= 0.0) return 0.0;
    const double medium = *loaded / (1.0 + *change);
    const double beta = *change / (load / density * (*change + 3.0));
    if (beta >= 1.0 - 1e-6) return largest;
    return medium * (1.0 + 2.0 * beta) / (1.0 - beta);
}

void set_heat(const formulation::Formulation& f, response::TreatedAgent& agent,
              matter::Library& library, std::vector<std::string>& notes) {
    const auto properties = formulation::compute_properties(f, library);
    if (!properties.is_particle() || properties.volume <= 0.0) return;
    agent.density = properties.carrier_mass / properties.volume;
    const formulation::CardOptions options;
    const CardSection section = formulation::thermal_section({f, properties, library, options});
    agent.conductivity = sphere_conductivity(section, agent.density);
    // The card counts per particle with its water; the plan per dry mass.
    if (const auto c = value_of(section, "specific_heat_capacity"))
        agent.heat_capacity = *c * properties.density / agent.density;
    try {
        const auto melting = tissue::carrier_melting(properties, library);
        agent.latent_heat = melting.latent_heat;
        agent.solidus = melting.solidus;
        agent.liquidus = melting.liquidus;
    } catch (const NotAvailable&) {
        // Most particles do not melt.
    }
    const bool makes_ice = std::any_of(f.responses.begin(), f.responses.end(),
                                       [](const auto& r) { return r.effect == "ice"; });
    if (makes_ice && agent.latent_heat <= 0.0) {
        agent.ice_nucleation = 1.0;
        notes.push_back(fmt::format(
            "{}: 1 mg/mL doubles the sites at which ice begins in cells (assumed; ice_nucleation).",
            f.name));
    }
    for (const auto& r : section.refusals)
        if (r.name.starts_with("effective"))
            notes.push_back(fmt::format("{}: {} is left out: {}", f.name, r.name, r.reason));
}

void set_magnetic(const formulation::Formulation& f, const std::vector<stimulus::CoilInput>& coils,
                  const std::vector<double>& largest_fields, response::TreatedAgent& agent,
                  matter::Library& library, std::vector<std::string>& notes) {
    try {
        for (std::size_t c = 0; c < coils.size(); ++c)
            agent.magnetic.emplace_back(f, library, coils[c].frequency, largest_fields[c]);
    } catch (const InputError& error) {
        agent.magnetic.clear();
        notes.push_back(fmt::format("{} takes no heat from coils: {}", f.name, reason_of(error)));
    } catch (const NotAvailable& error) {
        agent.magnetic.clear();
        notes.push_back(fmt::format("{} takes no heat from coils: {}", f.name, error.what()));
    }
}

stimulus::AbsorberOptics optics_or_reason(const formulation::Formulation& f,
                                          matter::Library& library, double wavelength, double index,
                                          bool with_payload) {
    try {
        return stimulus::particle_optics(f, library, wavelength, index, with_payload);
    } catch (const InputError& error) {
        return {f.name, 0.0, 0.0, 0.0, reason_of(error)};
    } catch (const NotAvailable& error) {
        return {f.name, 0.0, 0.0, 0.0, error.what()};
    }
}

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

response::TreatedAgent treated_carrier(const formulation::Formulation& formulation,
                                       const std::vector<stimulus::LightInput>& lights,
                                       const std::vector<stimulus::CoilInput>& coils,
                                       const std::vector<double>& largest_fields, double index,
                                       matter::Library& library, std::vector<std::string>& notes,
                                       bool with_payload) {
    response::TreatedAgent agent;
    agent.name = formulation.name;
    for (const auto& light : lights)
        agent.optics.push_back(
            optics_or_reason(formulation, library, light.wavelength, index, with_payload));
    set_magnetic(formulation, coils, largest_fields, agent, library, notes);
    try {
        set_heat(formulation, agent, library, notes);
    } catch (const NotAvailable& error) {
        notes.push_back(fmt::format("{} leaves the tissue's heat constants as they are: {}",
                                    formulation.name, error.what()));
    }
    return agent;
}

response::TreatedAgent treated_agent(const std::string& agent,
                                     const std::vector<stimulus::LightInput>& lights,
                                     matter::Library& library) {
    response::TreatedAgent treated;
    treated.name = agent;
    treated.carrier = false;
    for (const auto& light : lights)
        treated.optics.push_back(stimulus::agent_optics(agent, library, light.wavelength));
    return treated;
}

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
