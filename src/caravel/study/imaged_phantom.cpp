#include "caravel/study/imaged_phantom.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/nuclear/nuclide.hpp"
#include "caravel/matter/xray.hpp"
#include "caravel/report/field_file.hpp"
#include "caravel/study/phantom_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

using imaging::Compartment;
using imaging::ImagedObject;

constexpr const char* scanner_tables[] = {"tissue_mri", "tissue_xray", "tissue_optics"};

void define(matter::Library& library, const char* table, const std::string& name,
            const std::string& property, const std::string& context, double si,
            const std::string& unit) {
    matter::Fact fact;
    fact.name = name;
    fact.property = property;
    fact.context = context;
    fact.si = si;
    fact.value = from_si(si, unit);
    fact.unit = unit;
    fact.source = "stated in the study";
    fact.licence = std::string(matter::given_licence);
    library.define(table, std::move(fact));
}

/// Everything that the tables know of a shipped tissue, under the own one's name.
void copy_shipped(const PhantomTissue& own, matter::Library& library) {
    if (own.use.empty() || own.use == own.name) return;
    for (const char* table : scanner_tables) {
        std::vector<matter::Fact> facts;
        for (const matter::Fact* fact : library.table(table).all(own.use)) {
            const bool relaxation = (fact->property == "t1" && own.t1) ||
                                    (fact->property == "t2" && own.t2) ||
                                    (fact->property == "t2_star" && (own.t2 || own.t2_star));
            const bool element = fact->property == "mass_fraction" && !own.formula.empty();
            if (!relaxation && !element) facts.push_back(*fact);
        }
        for (auto& fact : facts) {
            fact.name = own.name;
            library.define(table, std::move(fact));
        }
    }
}

void define_relaxation(const PhantomTissue& own, matter::Library& library) {
    if (!own.t1 && !own.t2 && !own.t2_star && !own.proton_density) return;
    const auto time = [&](const char* property, const std::optional<double>& value) {
        if (value) define(library, "tissue_mri", own.name, property, "", *value, "ms");
    };
    time("t1", own.t1);
    time("t2", own.t2);
    time("t2_star", own.t2_star ? own.t2_star : own.t2);
    if (own.proton_density || !library.find("tissue_mri", own.name, "proton_density"))
        define(library, "tissue_mri", own.name, "proton_density", "",
               own.proton_density.value_or(1.0), "1");
    if (own.use.empty() && !(own.t1 && own.t2))
        throw InputError(Diagnostic{own.where,
                                    fmt::format("tissue '{}' has no t1 or no t2", own.name),
                                    "both, or use = a shipped tissue", ""});
}

void define_elements(const PhantomTissue& own, matter::Library& library) {
    if (own.density) define(library, "tissue_xray", own.name, "density", "", *own.density, "kg/m3");
    if (own.formula.empty()) return;
    const matter::XrayTables tables(library.root() / "xray");
    try {
        for (const auto& [symbol, fraction] :
             matter::parse_formula(own.formula, tables.elements()).mass_fractions)
            define(library, "tissue_xray", own.name, "mass_fraction", symbol, fraction, "1");
    } catch (const InputError& error) {
        auto mistakes = error.diagnostics();
        for (auto& m : mistakes)
            if (m.where.file.empty()) m.where = own.where;
        throw InputError(std::move(mistakes));
    }
}

Compartment compartment_of(const std::string& name) {
    if (name == "blood") return Compartment::blood;
    if (name == "bound") return Compartment::bound;
    if (name == "endosome") return Compartment::endosome;
    return Compartment::free;
}

/// Numbers the regions and says which voxel lies where.
class Regions {
  public:
    Regions(const PhantomStudy& study, const BuiltPhantom& built, ImagedObject& object)
        : study_(study), built_(built), object_(object) {}

    void operator()() {
        const auto& label = built_.plan.label;
        object_.region.resize(label.size());
        for (std::size_t i = 0; i < label.size(); ++i)
            object_.region[i] = built_.shape[i] < 0
                                    ? of_label(label[i])
                                    : of_shape(static_cast<std::size_t>(built_.shape[i]));
        choose_background();
    }

  private:
    const std::string& tissue(std::uint16_t label) const { return built_.plan.tissues[label].name; }

    /// What tables call it: air outside of the body, whatever its own name.
    std::string table_name(std::uint16_t label) const {
        return built_.plan.tissues[label].optics.exterior ? "air" : tissue(label);
    }

    std::uint16_t add(const std::string& name, const std::string& of, const std::string& role) {
        auto& regions = object_.regions;
        for (std::size_t i = 0; i < regions.size(); ++i)
            if (regions[i].name == name) return static_cast<std::uint16_t>(i);
        regions.push_back({name, of, role == "tumour" || role == "lesion", role == "background"});
        return static_cast<std::uint16_t>(regions.size() - 1);
    }

    std::uint16_t of_label(std::uint16_t label) {
        for (const auto& known : study_.phantom.labels)
            if (known.tissue == tissue(label))
                return add(known.tissue, table_name(label), known.role);
        return add(tissue(label), table_name(label), "normal");
    }

    std::uint16_t of_shape(std::size_t number) {
        const auto& shape = study_.phantom.shapes[number];
        const std::string name =
            shape.name.empty() ? fmt::format("shape{}", number + 1) : shape.name;
        std::string table = shape.tissue;
        for (std::size_t i = 0; i < built_.plan.tissues.size(); ++i)
            if (tissue(static_cast<std::uint16_t>(i)) == shape.tissue)
                table = table_name(static_cast<std::uint16_t>(i));
        return add(name, table, shape.role);
    }

    void choose_background() {
        auto& regions = object_.regions;
        if (std::any_of(regions.begin(), regions.end(), [](const auto& r) { return r.background; }))
            return;
        for (auto& r : regions)
            if (r.name == study_.phantom.background && r.tissue != "air") {
                r.background = true;
                return;
            }
        for (auto& r : regions)
            if (r.tissue != "air" && !r.lesion) {
                r.background = true;
                return;
            }
    }

    const PhantomStudy& study_;
    const BuiltPhantom& built_;
    ImagedObject& object_;
};

/// What of a load is seen, and its share of the load's concentration.
struct SeenLoad {
    imaging::ImagedAgent agent;
    std::string substance;  // the same text: the same agent
    double share = 1.0;     // of its unit per unit of the load
};

/// Radioactivity alone, decayed since the start of the study.
imaging::ImagedAgent activity_of(const PhantomLoad& load, matter::Library& library, double age) {
    const matter::XrayTables tables(library.root() / "xray");
    imaging::ImagedAgent agent;
    agent.name = load.shown_name();
    agent.unit = "Bq/m3";
    const double half_life = imaging::emitter(library, tables, load.nuclide).half_life;
    agent.radioactive.push_back({load.nuclide, std::exp2(-age / half_life)});
    return agent;
}

/// A carrier and its payloads, a dissolved agent, or a nuclide.
std::vector<SeenLoad> seen_loads(const PhantomStudy& study, const PhantomLoad& load,
                                 matter::Library& library, const AgentView& view, double time,
                                 std::vector<std::string>& notes) {
    std::vector<SeenLoad> seen;
    for (const auto& f : study.formulations) {
        if (f.name != load.formulation) continue;
        seen.push_back({imaged_carrier(f, library, view, notes), "carrier " + f.name});
        for (auto& p : imaged_payloads(f, library, view, notes))
            seen.push_back({std::move(p.agent), p.payload + " in " + f.name, p.amount_per_mass});
        for (const auto& label : imaged_labels(f, library, notes))
            seen.push_back({label.agent, label.agent.name, label.left(time)});
    }
    if (!seen.empty()) return seen;
    if (!load.agent.empty())
        seen.push_back({imaged_molecule(load.agent, library, view, notes), "agent " + load.agent});
    else if (!load.nuclide.empty())
        seen.push_back({activity_of(load, library, time), "nuclide " + load.nuclide});
    return seen;
}

/// Puts a load into the object; loads of the same substance are one agent.
void add_load(std::vector<SeenLoad> seen, const PhantomLoad& load,
              const std::vector<double>& values, std::vector<std::string>& substances,
              ImagedObject& object) {
    for (auto& s : seen) {
        const auto known = std::find(substances.begin(), substances.end(), s.substance);
        const auto number = static_cast<std::size_t>(known - substances.begin());
        if (known == substances.end()) {
            substances.push_back(s.substance);
            object.agents.push_back(std::move(s.agent));
        }
        std::vector<double> concentration = values;
        for (double& c : concentration) c *= s.share;
        object.fields.push_back(
            {number, compartment_of(load.compartment), std::move(concentration)});
    }
}

void set_temperature(const BuiltPhantom& built, double time, const std::filesystem::path& fields,
                     const std::vector<double>& times, ImagedObject& object) {
    const double start = built.plan.body_temperature;
    if (start != object.reference_temperature)
        object.temperature.assign(object.region.size(), start);
    object.reference_temperature = start;
    if (!built.changes() || !built.plan.heat || fields.empty()) return;
    const auto file = phantom_field_file(times, time, fields);
    for (auto& stored : report::read_field_file(file).fields) {
        if (stored.name != "temperature") continue;
        const Unit unit = parse_unit(stored.unit);
        for (double& v : stored.values) v = to_si(v, unit);
        object.temperature = std::move(stored.values);
    }
}

}  // namespace

void define_imaged_tissues(const PhantomStudy& study, matter::Library& library) {
    for (const auto& own : study.phantom.tissues) {
        copy_shipped(own, library);
        define_relaxation(own, library);
        define_elements(own, library);
    }
}

void check_imaged_tissues(const PhantomStudy& study, const BuiltPhantom& built,
                          const matter::Library& library) {
    for (const auto& image : study.protocol.images) {
        const std::string_view modality = modality_name(image);
        if (modality == "fluorescence" || modality == "mpi") continue;
        for (const auto& tissue : built.plan.tissues)
            if (!tissue.optics.exterior)
                library.require(modality == "mri" ? "tissue_mri" : "tissue_xray", tissue.name,
                                image.where);
    }
}

ImagedObject imaged_phantom(const PhantomStudy& study, const BuiltPhantom& built, double time,
                            const std::filesystem::path& fields, matter::Library& library,
                            const AgentView& view, std::vector<std::string>& notes) {
    ImagedObject object;
    object.grid = built.plan.domain.grid;
    Regions(study, built, object)();
    std::vector<std::string> substances;
    for (std::size_t i = 0; i < study.phantom.loads.size(); ++i) {
        const PhantomLoad& load = study.phantom.loads[i];
        add_load(seen_loads(study, load, library, view, time, notes), load, built.agents[i],
                 substances, object);
    }
    object.ph.assign(object.region.size(), study.phantom.ph);
    set_temperature(built, time, fields, phantom_field_times(study, built), object);
    return object;
}

}  // namespace caravel::study
