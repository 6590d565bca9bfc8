#include "caravel/study/dispositions.hpp"

#include "caravel/input/reader.hpp"

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

}  // namespace

formulation::Disposition find_disposition(const formulation::Formulation& formulation,
                                          const std::string& species,
                                          const std::filesystem::path& folder) {
    for (const auto& d : formulation.dispositions)
        if (d.species == species) return d;
    const auto file =
        input::read<DispositionFile>(input::read_document(folder / "generic.toml").root);
    for (const auto& d : file.dispositions)
        if (d.species == species) return d;
    throw InputError(Diagnostic{{(folder / "generic.toml").string(), 0, 0},
                                "no disposition for species '" + species + "'",
                                "",
                                ""});
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
