#include "caravel/study/dispositions.hpp"

#include "caravel/body/law_disposition.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/input/reader.hpp"

#include <algorithm>

namespace caravel::study {
namespace {

struct DispositionFile {
    std::vector<formulation::Disposition> dispositions;
};
void describe(input::Visitor& v, DispositionFile& file) {
    v.records({"disposition", "one per species"}, file.dispositions);
}

struct DrugFile {
    std::vector<body::DrugDisposition> drugs;
};
void describe(input::Visitor& v, DrugFile& file) {
    v.records({"drug", "one per species"}, file.drugs);
}

/// Values of the property laws in the order of body::law_parameters().
std::vector<double> law_values(const std::filesystem::path& file) {
    const input::CsvTable table = input::read_csv(file);
    const std::size_t kind = table.column("kind");
    const std::size_t name = table.column("name");
    const std::size_t value = table.column("value");
    std::vector<double> values;
    for (const body::LawParameter& parameter : body::law_parameters()) {
        const auto row = std::find_if(table.rows.begin(), table.rows.end(), [&](const auto& cells) {
            return cells[kind] == "parameter" && cells[name] == parameter.name;
        });
        if (row == table.rows.end())
            throw InputError(Diagnostic{{file.string(), 0, 0},
                                        "no parameter '" + parameter.name + "'",
                                        "one row for each number of the property laws",
                                        "refit the laws: the file is of another version"});
        values.push_back(table.number(static_cast<std::size_t>(row - table.rows.begin()), value));
    }
    return values;
}

formulation::Disposition generic_disposition(const std::string& species,
                                             const std::filesystem::path& folder) {
    const auto file =
        input::read<DispositionFile>(input::read_document(folder / "generic.toml").root);
    for (const auto& d : file.dispositions)
        if (d.species == species) return d;
    throw InputError(Diagnostic{{(folder / "generic.toml").string(), 0, 0},
                                "no disposition for species '" + species + "'",
                                "",
                                ""});
}

/// Capture, renal sieving and loss by the laws in place of the generic ones. The organs that the
/// laws have no capture for keep their generic share of the liver's.
void apply(const formulation::Disposition& laws, formulation::Disposition& disposition) {
    const auto uptake = [](const formulation::Disposition& d, const std::string& organ) {
        for (const auto& o : d.organs)
            if (o.organ == organ) return o.uptake_clearance;
        return std::optional<double>();
    };
    const double ratio =
        uptake(laws, "liver").value_or(0.0) / uptake(disposition, "liver").value_or(1.0);
    for (auto& organ : disposition.organs) {
        const auto own = uptake(laws, organ.organ);
        if (own)
            organ.uptake_clearance = own;
        else if (organ.uptake_clearance)
            organ.uptake_clearance = *organ.uptake_clearance * ratio;
    }
    disposition.renal_sieving = laws.renal_sieving;
    disposition.degradation_half_life = laws.degradation_half_life;
}

}  // namespace

formulation::Disposition find_disposition(const formulation::Formulation& formulation,
                                          const std::string& species,
                                          const std::filesystem::path& folder) {
    for (const auto& d : formulation.dispositions)
        if (d.species == species) return d;
    formulation::Disposition generic = generic_disposition(species, folder);
    const std::filesystem::path laws = folder.parent_path() / "delivery" / "laws.csv";
    if (!std::filesystem::exists(laws)) return generic;
    matter::Library library(folder.parent_path());
    const auto properties = formulation::compute_properties(formulation, library);
    const double diameter = properties.hydrodynamic_diameter;
    if (!properties.is_particle() || !(diameter >= smallest_by_laws && diameter <= largest_by_laws))
        return generic;
    std::vector<double> values;
    try {
        values = law_values(laws);
    } catch (const InputError& error) {
        generic.source += "; the property laws cannot be used: " + std::string(error.what());
        return generic;
    }
    const body::ParticleInBody particle =
        body::particle_from(formulation, diameter, usual_particles_per_kg);
    const double weight = library.value("species", species, "body_weight");
    apply(body::disposition_from_laws(particle, species, weight, values, ""), generic);
    generic.source =
        "capture, renal sieving and loss by the property laws fitted to animals, for "
        "a " +
        std::string(particle.stealth > 0.5 ? "PEGylated " : "") + particle.material +
        " particle of " + format_number(diameter * 1e9, 3) +
        " nm; species: " + body::extrapolation_rules() + "; walls of organs generic, assumed";
    return generic;
}

std::optional<body::DrugDisposition> find_drug(const StudyInput& study, const std::string& agent,
                                               const std::string& species,
                                               const std::filesystem::path& folder) {
    for (const auto& d : study.drugs)
        if (d.agent == agent && d.species == species) return d;
    const auto path = folder / (agent + ".toml");
    if (std::filesystem::exists(path)) {
        const auto file = input::read<DrugFile>(input::read_document(path).root);
        for (const auto& d : file.drugs)
            if (d.species == species) return d;
    }
    return std::nullopt;
}

body::DrugDisposition generic_drug(const std::string& agent, const body::Physiology& body) {
    const auto& liver = body.organ("liver");
    body::DrugDisposition generic;
    generic.agent = agent;
    generic.species = body.species;
    generic.source =
        "generic, assumed: partition 1, hepatic clearance a third of the liver's plasma flow";
    generic.hepatic_clearance =
        liver.total_flow * body.plasma_fraction() / 3.0 / (liver.volume * body::tissue_density);
    return generic;
}

}  // namespace caravel::study
