#include "caravel/study/grid_exchanges.hpp"

#include <map>

namespace caravel::study {
namespace {

using kinetics::KineticModel;
using kinetics::SpeciesId;
using tissue::Motion;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// Adds the exchanges of one tumour, one after the other.
class ExchangeBuilder {
  public:
    ExchangeBuilder(BuiltModel& built, tissue::GridPlan& plan, const tissue::LumpedTumour& local,
                    double blood_flow)
        : body_(built.model),
          plan_(plan),
          local_(local),
          reference_(blood_flow),
          inflow_(reference_ / built.physiology.arterial_volume),
          flow_(body_.add_sum({place(".blood_flow.for_inflow"),
                               {{body_.species(place(".blood_flow")), 1.0},
                                {body_.species(place(".margin_flow")), 1.0}},
                               0.0})) {}

    /// One exchange for every species that blood brings.
    void add_all() {
        const std::string vessel = place(".plasma.");
        for (const auto& species : plan_.local.all_species()) {
            if (species.name.rfind(vessel, 0) != 0 || species.substance.empty()) continue;
            const std::string suffix = species.name.substr(vessel.size());
            const int exchange = add_inflow(species, suffix);
            const int venous = add_return(exchange, suffix, "venous." + suffix, suffix);
            plan_.exchanges[at(exchange)].vein = venous;
            const std::string lymph =
                body_.has_species("lymph." + suffix) ? "lymph." + suffix : "venous." + suffix;
            const int drained = add_return(exchange, suffix, lymph, suffix + ".lymph");
            mark_species(exchange, suffix, venous, drained);
        }
    }

  private:
    std::string place(const char* suffix) const { return plan_.name + suffix; }

    SpeciesId arterial(const std::string& suffix) const {
        return body_.species("arterial." + suffix);
    }

    /// Per arterial amount, in proportion to the flow through tumour and margin.
    kinetics::Factor by_flow() const { return {kinetics::Shape::linear, flow_, reference_, 1.0}; }

    /// Pool and counter of what arterial blood brings; gives the place in plan.exchanges.
    int add_inflow(const kinetics::Species& species, const std::string& suffix) {
        const auto from = arterial(suffix);
        tissue::Exchange exchange;
        exchange.substance =
            substances_.emplace(species.substance, static_cast<int>(substances_.size()))
                .first->second;
        exchange.scale = body_.all_species()[at(from.index)].scale;
        exchange.coefficient = coefficient_index(plan_.local, "inflow." + species.name);
        const auto add = [&](const char* what, const std::string& substance, bool non_negative) {
            return body_.add_species(
                {place(what) + suffix, substance, exchange.scale, non_negative});
        };
        const auto pool = add(".exchange.", species.substance, false);
        exchange.pool = pool.index;
        exchange.around = add(".around.", species.substance, true).index;
        const std::string label = place(".inflow.") + suffix;
        body_.add_transfer(label, from, pool, body_.add_coefficient(label, inflow_), {by_flow()});
        const auto brought = add(".brought.", "", true);
        exchange.brought = brought.index;
        const std::string counter = place(".brought.") + suffix;
        body_.add_reaction({counter,
                            {{brought, 1.0}},
                            {body_.add_coefficient(counter, inflow_), from, {}, {by_flow()}}});
        plan_.exchanges.push_back(exchange);
        return static_cast<int>(plan_.exchanges.size()) - 1;
    }

    /// A way from the pool of an exchange back to a species of the body; gives its place in
    /// plan.returns.
    int add_return(int exchange, const std::string& suffix, const std::string& to,
                   const std::string& name) {
        const SpeciesId pool{plan_.exchanges[at(exchange)].pool};
        const std::string back = place(".return.") + name;
        const std::string pass = place(".passing.") + name;
        const auto rate = body_.add_coefficient(back, 0.0);
        const auto share = body_.add_coefficient(pass, 0.0);
        const auto target = body_.species(to);
        body_.add_reaction({back, {{pool, -1.0}, {target, 1.0}}, {rate, {}, {}, {}}});
        body_.add_reaction(
            {pass, {{pool, -1.0}, {target, 1.0}}, {share, arterial(suffix), {}, {by_flow()}}});
        plan_.returns.push_back({exchange, rate.index, share.index, inflow_});
        return static_cast<int>(plan_.returns.size()) - 1;
    }

    /// The local species of one carried or free substance: "<place>.<suffix>".
    void mark_species(int exchange, const std::string& suffix, int venous, int lymph) {
        const auto& all = plan_.local.all_species();
        for (std::size_t s = 0; s < all.size(); ++s) {
            if (all[s].substance.empty() || !is_of(all[s].name, suffix)) continue;
            auto& species = plan_.species[s];
            species.exchange = species.motion == Motion::outflow ? -1 : exchange;
            species.outflow = all[s].name.rfind("venous.", 0) == 0 ? venous : lymph;
        }
    }

    /// Whether a species' name is a place of the tumour (or a way out) and then the suffix.
    bool is_of(const std::string& species, const std::string& suffix) const {
        if (species == "venous." + suffix || species == "lymph." + suffix) return true;
        const std::string start = place(".");
        const std::string end = "." + suffix;
        if (species.rfind(start, 0) != 0 || species.size() <= start.size() + end.size() ||
            species.compare(species.size() - end.size(), end.size(), end) != 0)
            return false;
        const std::string where = species.substr(0, species.size() - end.size());
        if (where.find('.', start.size()) == std::string::npos) return true;
        for (std::size_t i = 0; i < local_.parameters().populations.size(); ++i)
            if (where == local_.cell_place(i) || where == local_.nucleus_place(i)) return true;
        return false;
    }

    KineticModel& body_;
    tissue::GridPlan& plan_;
    const tissue::LumpedTumour& local_;
    double reference_;  // m3/s
    double inflow_;     // 1/s, of the arterial amount at the reference flow
    kinetics::SumId flow_;
    std::map<std::string, int> substances_;
};

}  // namespace

int coefficient_index(const KineticModel& model, std::string_view name) {
    const auto& all = model.coefficients();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == name) return static_cast<int>(i);
    return -1;
}

GridFlow add_grid_flow(KineticModel& model, const tissue::TumourParameters& p) {
    const double flow = p.blood_flow * p.volume;
    return {model.add_species({p.name + ".blood_flow", "", flow, true}, flow),
            model.add_species({p.name + ".margin_flow", "", flow, true})};
}

void add_grid_exchanges(BuiltModel& built, tissue::GridPlan& plan,
                        const tissue::LumpedTumour& local, double blood_flow) {
    ExchangeBuilder(built, plan, local, blood_flow).add_all();
}

}  // namespace caravel::study
