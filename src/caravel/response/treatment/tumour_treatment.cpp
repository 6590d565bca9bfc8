#include "caravel/response/treatment/tumour_treatment.hpp"

#include "caravel/tissue/grid/grid_molecules.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::response {
namespace {

/// Cells that a window leaves are counted as at least this share, so that rates stay finite.
constexpr double least_survival = 1e-12;
/// Most windows between two events.
constexpr double most_pieces = 400.0;

}  // namespace

struct TumourTreatment::Work {
    std::vector<std::vector<double>> agents;
    std::vector<double> released;
    std::vector<double> carried;
    std::vector<double> oxygen;
    std::vector<double> ph;
    std::vector<double> perfusion;  // by the tumour's own vessels, of what the tissue's table says
    std::vector<double> before;     // survival at the start of the window
    std::vector<double> after;
    couple::Window done{-1.0, -1.0};
};

TumourTreatment::TumourTreatment(couple::Wiring& wiring, const TumourTreatmentPlan& plan,
                                 const tissue::GridPlan& grid, matter::Library& library,
                                 int threads)
    : plan_(plan),
      grid_(grid),
      treatment_(plan.treatment, library, threads),
      work_(std::make_unique<Work>()) {
    couple::Ports ports(wiring, name());
    const std::size_t n = plan.treatment.label.size();
    const std::size_t rows = grid.species.size() + 2 + grid.input.molecules.size();
    fields_ = ports.read_block(grid.name + ".fields", "1", rows * n);
    memory_ = ports.write_block(grid.name + ".treatment", "1", treatment_.size());
    treated_ = ports.write_block(grid.name + ".treated", "1", tissue::treated_rows * n);
    work_->agents.resize(plan.agents.size());
    for (auto* row : {&work_->before, &work_->after}) row->resize(n);
    work_->perfusion.assign(n, 1.0);
    for (std::size_t i = 0; i < n; ++i) {
        const auto& t = plan.treatment.tissues[plan.treatment.label[i]].thermal;
        if (t.perfusion > 0.0) work_->perfusion[i] = grid.vessels.perfusion[i] / t.perfusion;
    }
}

TumourTreatment::~TumourTreatment() = default;

std::string TumourTreatment::name() const { return grid_.name + " (treatment)"; }

TreatmentLoad TumourTreatment::load(std::span<const double> fields) const {
    const std::size_t n = plan_.treatment.label.size();
    Work& w = *work_;
    const auto sum = [&](const AgentSpecies& species, std::vector<double>& row) {
        row.assign(n, 0.0);
        for (const int s : species) {
            const auto values = fields.subspan(static_cast<std::size_t>(s) * n, n);
            for (std::size_t i = 0; i < n; ++i) row[i] += values[i];
        }
        return View<const double>(row.data(), static_cast<index_t>(n));
    };
    TreatmentLoad load;
    for (std::size_t a = 0; a < plan_.agents.size(); ++a)
        load.agents.push_back(sum(plan_.agents[a], w.agents[a]));
    load.perfusion_factor = view_of(std::as_const(w.perfusion));
    if (!plan_.treatment.photodynamic) return load;
    load.photodynamic.released = sum(plan_.released, w.released);
    load.photodynamic.carried = sum(plan_.carried, w.carried);
    const auto row_of = [&](std::size_t row) { return fields.subspan(row * n, n); };
    const std::size_t oxygen = grid_.species.size();
    w.oxygen.assign(row_of(oxygen).begin(), row_of(oxygen).end());
    for (double& p : w.oxygen) p *= oxygen_solubility;
    load.photodynamic.oxygen = view_of(std::as_const(w.oxygen));
    if (plan_.ph_molecule >= 0) {
        const auto m = static_cast<std::size_t>(plan_.ph_molecule);
        w.ph.resize(n);
        const auto values = row_of(oxygen + 2 + m);
        for (std::size_t i = 0; i < n; ++i)
            w.ph[i] = tissue::signal_of(grid_.input.molecules[m], values[i]);
        load.photodynamic.ph = view_of(std::as_const(w.ph));
    }
    return load;
}

void TumourTreatment::say(std::span<const double> memory, std::span<const double> before,
                          std::span<double> treated, double dt) const {
    const std::size_t n = before.size();
    const auto temperature = treatment_.temperature(memory);
    std::copy(temperature.begin(), temperature.end(), treated.begin());
    treatment_.survival(memory, work_->after);
    for (std::size_t i = 0; i < n; ++i) {
        const double left = std::max(work_->after[i], least_survival);
        const double had = std::max(before[i], least_survival);
        treated[n + i] = dt > 0.0 ? std::max(std::log(had / left), 0.0) / dt : 0.0;
    }
    treatment_.perfusion(memory, treated.subspan(2 * n, n));
}

void TumourTreatment::initialise(couple::State& state) const {
    const auto memory = state.jump_block(memory_);
    treatment_.initialise(memory, load(state.start_block(fields_)));
    std::fill(work_->before.begin(), work_->before.end(), 1.0);
    const auto treated = state.jump_block(treated_);
    say(memory, work_->before, treated, 0.0);
}

void TumourTreatment::advance(couple::State& state, const couple::Window& window) const {
    Work& w = *work_;
    // All that is read stands at the start of the window: a second sweep would find the same.
    if (w.done.start == window.start && w.done.end == window.end) return;
    const auto start = state.start_block(memory_);
    const auto memory = state.end_block(memory_);
    std::copy(start.begin(), start.end(), memory.begin());
    treatment_.survival(start, w.before);
    treatment_.advance(memory, load(state.start_block(fields_)), window.start, window.end);
    say(memory, w.before, state.end_block(treated_), window.end - window.start);
    w.done = window;
}

void TumourTreatment::publish(const couple::State& state, std::span<double> body) const {
    const auto memory = state.start_block(memory_);
    const auto temperature = treatment_.temperature(memory);
    treatment_.survival(memory, work_->after);
    const auto& share = plan_.treatment.domain.tumour_share;
    double volume = 0.0;
    double heat = 0.0;
    double alive = 0.0;
    double hottest = 0.0;
    for (std::size_t i = 0; i < share.size(); ++i) {
        if (share[i] <= 0.0) continue;
        volume += share[i];
        heat += share[i] * temperature[i];
        alive += share[i] * work_->after[i];
        hottest = std::max(hottest, temperature[i]);
    }
    const auto write = [&](int species, double value) {
        if (species >= 0) body[static_cast<std::size_t>(species)] = value;
    };
    write(plan_.body_mean_temperature, heat / volume);
    write(plan_.body_hottest, hottest);
    write(plan_.body_survival, alive / volume);
}

std::vector<double> treatment_windows(const TumourTreatmentPlan& plan, double until) {
    std::vector<double> times;
    const double window = plan.window;
    const auto& t = plan.treatment;
    const auto act = [&](double from, double to) {
        const double pieces = std::clamp(std::ceil((to - from) / window), 1.0, most_pieces);
        for (double i = 0.0; i <= pieces; ++i) times.push_back(from + (to - from) * i / pieces);
        for (double after = window; to + after < until; after *= 1.5) times.push_back(to + after);
    };
    for (const auto& l : t.lights) act(l.at, l.at + l.duration);
    for (const auto& c : t.coils) act(c.at, c.at + c.duration);
    for (const auto& m : t.microwaves) act(m.at, m.at + m.duration);
    for (const auto& p : t.probes) {
        const auto events = stimulus::probe_events(p);
        if (!events.empty()) act(events.front(), events.back());
    }
    std::sort(times.begin(), times.end());
    std::erase_if(times, [until](double time) { return time > until; });
    return times;
}

}  // namespace caravel::response
