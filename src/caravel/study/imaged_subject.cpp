#include "caravel/study/imaged_subject.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/imaged_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace caravel::study {
namespace {

using imaging::Compartment;
using imaging::compartment_count;
using imaging::ImagedObject;

using Amounts = std::array<double, compartment_count>;

/// Names of places within an organ or a tumour, by compartment.
struct Places {
    Compartment compartment;
    std::vector<std::string> names;
};

std::vector<Places> carrier_places(const std::string& where) {
    return {{Compartment::blood, {where + ".plasma"}},
            {Compartment::free, {where + ".interstitium"}},
            {Compartment::bound, {where + ".bound"}},
            {Compartment::endosome, {where + ".captured", where + ".endocytosed"}}};
}

class Subject {
  public:
    explicit Subject(const SubjectMoment& moment) : m_(moment) {}

    /// Volume (m3) of a tumour now.
    double volume(const tissue::LumpedTumour& tumour) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < tumour.parameters().populations.size(); ++i)
            sum += at(tumour.population(i));
        for (const auto& stage : tumour.dying()) sum += at(stage);
        return sum;
    }

    /// Carrier (kg, empty agent) or payload (mol) of a formulation's cohorts in a place, by
    /// compartment; of a label what is left of it on carriers of each age.
    Amounts carried(int formulation, const std::string& agent, const std::string& where,
                    const ImagedLabel* label = nullptr) const {
        Amounts sums{};
        for (const auto& cohort : m_.built.cohorts) {
            if (cohort.formulation != formulation) continue;
            const double share =
                label == nullptr ? 1.0 : label->left(std::max(0.0, m_.time - cohort.birth));
            for (const auto& places : list(where))
                for (const auto& name : places.names)
                    if (cohort.places.has_place(name))
                        sums[static_cast<std::size_t>(places.compartment)] +=
                            share * of_cohort(cohort, agent, name);
            // Those that a condition changed, free and on receptors.
            for (const auto& place : cohort.places.places()) {
                if (place.name.rfind(where + ".switched", 0) != 0) continue;
                const bool bound = place.name.find("_bound", where.size()) != std::string::npos;
                sums[static_cast<std::size_t>(bound ? Compartment::bound : Compartment::free)] +=
                    share * of_cohort(cohort, agent, place.name);
            }
        }
        return sums;
    }

    /// Amount (mol) of an agent out of carriers.
    Amounts released(const body::DrugBlock& drug, const std::string& where) const {
        Amounts sums{};
        const auto add = [&](Compartment c, const std::string& pool) {
            if (drug.has_pool(pool)) sums[static_cast<std::size_t>(c)] += at(drug.pool(pool));
        };
        if (where == "blood") {
            add(Compartment::blood, "arterial");
            return sums;
        }
        add(Compartment::free, where);
        add(Compartment::bound, where + ".cells");
        add(Compartment::blood, where + ".plasma");
        add(Compartment::free, where + ".interstitium");
        add(Compartment::endosome, where + ".endosome");
        for (const auto& tumour : m_.built.tumours)
            if (tumour.name() == where)
                for (std::size_t i = 0; i < tumour.parameters().populations.size(); ++i)
                    for (const auto& inside : tumour.inside_cells(i, drug.agent()))
                        add(Compartment::bound, inside);
        return sums;
    }

  private:
    double at(kinetics::SpeciesId species) const {
        return std::max(0.0, m_.amounts[static_cast<std::size_t>(species.index)]);
    }

    static std::vector<Places> list(const std::string& where) {
        if (where == "blood") return {{Compartment::blood, {"arterial"}}};
        return carrier_places(where);
    }

    double of_cohort(const Cohort& cohort, const std::string& agent,
                     const std::string& place) const {
        const auto& species = cohort.places.place(place).species;
        if (agent.empty()) return at(species[0]);
        double sum = 0.0;
        const auto& agents = cohort.places.agents();
        for (std::size_t i = 0; i < agents.size(); ++i)
            if (agents[i] == agent) sum += at(species[i + 1]);
        return sum;
    }

    const SubjectMoment& m_;
};

/// A field of a tumour in space as it was written, around the tumour's middle.
class SpaceField {
  public:
    SpaceField(const tissue::Domain& domain, std::vector<double> values)
        : domain_(domain), values_(std::move(values)) {}

    /// Mean over a cube of edge `width` (m) at an offset (m) from the middle; the tumour alone
    /// counts.
    std::optional<double> around(const Vector3& offset, double width) const {
        constexpr int points = 3;
        double sum = 0.0;
        double share = 0.0;
        for (int c = 0; c < points * points * points; ++c) {
            const std::array<int, 3> n{c % points, c / points % points, c / (points * points)};
            Vector3 at = offset;
            for (std::size_t d = 0; d < 3; ++d) at[d] += width * ((n[d] + 0.5) / points - 0.5);
            const auto cell = cell_at(at);
            if (!cell || !(domain_.tumour_share[*cell] > 0.0) || !std::isfinite(values_[*cell]))
                continue;
            sum += domain_.tumour_share[*cell] * values_[*cell];
            share += domain_.tumour_share[*cell];
        }
        if (!(share > 0.0)) return std::nullopt;
        return sum / share;
    }

  private:
    std::optional<std::size_t> cell_at(const Vector3& offset) const {
        const Grid& g = domain_.grid;
        const std::array<index_t, 3> size{g.nx, g.ny, g.nz};
        std::array<index_t, 3> cell{};
        for (std::size_t d = 0; d < 3; ++d) {
            const double extent = static_cast<double>(size[d]) * g.spacing[d];
            double x = 0.5 * extent + offset[d];
            if (domain_.mirrored[2 * d]) x = std::abs(offset[d]);
            if (domain_.mirrored[2 * d + 1]) x = extent - std::abs(offset[d]);
            cell[d] = static_cast<index_t>(std::floor(x / g.spacing[d]));
            if (cell[d] < 0 || cell[d] >= size[d]) return std::nullopt;
        }
        return static_cast<std::size_t>(g.index(cell[0], cell[1], cell[2]));
    }

    const tissue::Domain& domain_;
    std::vector<double> values_;
};

/// Puts agents into the body.
class Filling {
  public:
    Filling(const SubjectMoment& moment, const ImagedBody& body, ImagedObject& object)
        : m_(moment), subject_(moment), body_(body), object_(object) {
        for (const auto& plan : m_.built.grids) read_fields(plan);
    }

    /// A carrier (empty agent) or what of an agent its formulation carries or has released.
    void add(std::size_t number, int formulation, const std::string& agent, bool released,
             const ImagedLabel* label = nullptr) {
        std::array<std::vector<double>, compartment_count> fields;
        for (std::size_t r = 0; r < object_.regions.size(); ++r) {
            const std::string& where = object_.regions[r].name;
            const double volume = volume_of(where);
            if (!(volume > 0.0)) continue;
            const Amounts amounts = released ? subject_.released(m_.built.drugs.at(agent), where)
                                             : subject_.carried(formulation, agent, where, label);
            for (std::size_t c = 0; c < compartment_count; ++c)
                if (amounts[c] > 0.0)
                    spread(r, amounts, c, volume, substance(formulation, agent), fields[c]);
        }
        for (std::size_t c = 0; c < compartment_count; ++c)
            if (!fields[c].empty())
                object_.fields.push_back(
                    {number, static_cast<Compartment>(c), std::move(fields[c])});
    }

    /// Temperature (K) of treated tumours.
    void add_temperature() {
        for (std::size_t t = 0; t < m_.built.tumours.size(); ++t)
            for (const auto& [key, field] : fields_) {
                if (key != m_.built.tumours[t].name() + "/temperature") continue;
                const SpaceField& warmth = field;
                if (object_.temperature.empty())
                    object_.temperature.assign(object_.region.size(),
                                               object_.reference_temperature);
                over_tumour(t, [&](std::size_t voxel, const Vector3& offset) {
                    if (const auto v = warmth.around(offset, object_.grid.spacing[0]))
                        object_.temperature[voxel] = *v;
                });
            }
    }

  private:
    std::string substance(int formulation, const std::string& agent) const {
        if (!agent.empty()) return agent;
        for (const auto& cohort : m_.built.cohorts)
            if (cohort.formulation == formulation) return cohort.places.carrier();
        return {};
    }

    void read_fields(const tissue::GridPlan& plan) {
        auto fields =
            m_.kept != nullptr
                ? m_.kept->at(plan.name, m_.time)
                : report::read_field_file(field_file(plan, m_.time, m_.study.run.until, m_.fields))
                      .fields;
        for (auto& stored : fields) {
            const Unit unit = parse_unit(stored.unit);
            for (double& v : stored.values) v = to_si(v, unit);
            fields_.emplace_back(plan.name + "/" + stored.name,
                                 SpaceField(plan.domain, std::move(stored.values)));
        }
    }

    /// The field of a substance in a tumour, or null.
    const SpaceField* field_of(const std::string& tumour, const std::string& what) const {
        const std::string wanted = fmt::format("{}/{}.total", tumour, report::field_name_of(what));
        for (const auto& [key, field] : fields_)
            if (key == wanted) return &field;
        return nullptr;
    }

    double volume_of(const std::string& where) const {
        if (where == "blood") return m_.built.physiology.arterial_volume;
        for (const auto& organ : m_.built.physiology.organs)
            if (organ.name == where) return organ.volume;
        for (const auto& tumour : m_.built.tumours)
            if (tumour.name() == where) return subject_.volume(tumour);
        return 0.0;
    }

    template <class Work>
    void over_tumour(std::size_t t, const Work& work) const {
        const Grid& grid = object_.grid;
        for (index_t k = 0; k < grid.nz; ++k)
            for (index_t j = 0; j < grid.ny; ++j)
                for (index_t i = 0; i < grid.nx; ++i) {
                    const auto voxel = static_cast<std::size_t>(grid.index(i, j, k));
                    if (object_.regions[object_.region[voxel]].name != m_.built.tumours[t].name())
                        continue;
                    Vector3 offset = grid.centre(i, j, k);
                    for (std::size_t d = 0; d < 3; ++d) offset[d] -= body_.tumours[t].centre[d];
                    work(voxel, offset);
                }
    }

    void spread(std::size_t region, const Amounts& amounts, std::size_t c, double volume,
                const std::string& what, std::vector<double>& field) const {
        if (field.empty()) field.assign(object_.region.size(), 0.0);
        const double even = amounts[c] / volume;
        for (std::size_t i = 0; i < field.size(); ++i)
            if (object_.region[i] == region) field[i] = even;
        for (std::size_t t = 0; t < m_.built.tumours.size(); ++t) {
            const std::string& name = m_.built.tumours[t].name();
            if (object_.regions[region].name != name) continue;
            if (const auto* space = field_of(name, what)) shape(t, *space, even, field);
        }
    }

    /// Gives the tumour's concentration the form of a field; its mean over the drawn tumour stays.
    void shape(std::size_t t, const SpaceField& space, double even,
               std::vector<double>& field) const {
        std::vector<std::pair<std::size_t, double>> values;
        double sum = 0.0;
        over_tumour(t, [&](std::size_t voxel, const Vector3& offset) {
            const double v = space.around(offset, object_.grid.spacing[0]).value_or(0.0);
            values.emplace_back(voxel, v);
            sum += v;
        });
        if (!(sum > 0.0)) return;
        const double scale = even * static_cast<double>(values.size()) / sum;
        for (const auto& [voxel, v] : values) field[voxel] = scale * v;
    }

    const SubjectMoment& m_;
    Subject subject_;
    const ImagedBody& body_;
    ImagedObject& object_;
    std::vector<std::pair<std::string, SpaceField>> fields_;
};

ImagedBody body_of(const SubjectMoment& moment) {
    const Subject subject(moment);
    std::vector<BodyPart> organs;
    for (const auto& organ : moment.built.physiology.organs)
        organs.push_back({organ.name, organ.volume});
    organs.push_back({"blood", moment.built.physiology.blood_volume()});
    std::vector<BodyPart> tumours;
    for (const auto& tumour : moment.built.tumours)
        tumours.push_back({tumour.name(), subject.volume(tumour)});
    return draw_body(moment.study.imaging, moment.built.physiology.body_weight, organs, tumours);
}

}  // namespace

ImagedSubject imaged_subject(const SubjectMoment& moment, matter::Library& library,
                             const AgentView& view, std::vector<std::string>& notes) {
    const ImagedBody body = body_of(moment);
    ImagedSubject subject{body.object, {}};
    ImagedObject& object = subject.object;
    const auto add_agent = [&](imaging::ImagedAgent agent, AgentOrigin origin) {
        object.agents.push_back(std::move(agent));
        subject.origins.push_back(std::move(origin));
        return object.agents.size() - 1;
    };
    Filling filling(moment, body, object);
    for (std::size_t f = 0; f < moment.study.formulations.size(); ++f) {
        const int number = static_cast<int>(f);
        auto carrier = imaged_carrier(moment.study.formulations[f], library, view, notes);
        filling.add(add_agent(std::move(carrier), {number, ""}), number, "", false);
    }
    for (std::size_t f = 0; f < moment.study.formulations.size(); ++f)
        for (const auto& label : imaged_labels(moment.study.formulations[f], library, notes)) {
            const int number = static_cast<int>(f);
            filling.add(add_agent(label.agent, {number, ""}), number, "", false, &label);
        }
    for (std::size_t f = 0; f < moment.study.formulations.size(); ++f)
        for (auto& payload : imaged_payloads(moment.study.formulations[f], library, view, notes)) {
            const int number = static_cast<int>(f);
            filling.add(add_agent(std::move(payload.agent), {number, ""}), number, payload.payload,
                        false);
        }
    for (const auto& [name, drug] : moment.built.drugs) {
        auto agent = imaged_molecule(name, library, view, notes);
        if (!is_visible(agent)) continue;
        filling.add(add_agent(std::move(agent), {-1, name}), -1, name, true);
    }
    filling.add_temperature();
    return subject;
}

std::vector<std::string> imaged_subject_assumptions() {
    return {
        "Scanners see a drawn body: a trunk with blood, liver, spleen, kidneys, spine and the "
        "tumour as ellipsoids of their volumes, all else muscle; concentrations are even in "
        "each organ and in lumped tumours."};
}

}  // namespace caravel::study
