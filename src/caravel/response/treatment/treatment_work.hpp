// The stepping of a treatment: what Treatment keeps beside its state.
#pragma once

#include "caravel/response/treatment/treatment.hpp"
#include "caravel/response/treatment/treatment_heat.hpp"
#include "caravel/response/treatment/treatment_layout.hpp"
#include "caravel/response/treatment/treatment_light.hpp"
#include "caravel/response/treatment/treatment_sources.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// Memory of one step, one value per voxel.
struct TreatmentRows {
    std::vector<double> source;
    std::vector<double> perfusion;
    std::vector<double> conductance;
    std::vector<double> contact;
    std::vector<double> before;  // temperature at the start of the step
    std::vector<double> coagulated;
    std::vector<double> fluence_rate;  // W/m2, weighed for photochemistry
    std::vector<double> ice_sites;
    std::vector<double> other;  // survival of another cause
};

struct Treatment::Work {
    Work(const TreatmentPlan& p, matter::Library& library, int threads);

    std::size_t photodynamic_rows(matter::Library& library);
    void weigh_lights(matter::Library& library);
    void follow_load(std::span<double> state, const TreatmentLoad& load);
    void check_controls() const;
    tissue::HeatDrive drive(double start, double end, const PowerShare& share);
    /// What acts before everything: blood and air.
    tissue::HeatDrive rest_drive(const TreatmentLoad& load);
    void wait(std::span<double> state, double dt);
    bool remembers_light(std::span<const double> state, double time) const;
    std::vector<double> find_events() const;
    bool acts(double start, double end) const;
    double share_of(std::span<const double> state, const std::string& name) const;
    double step_end(std::span<const double> state, double t, double end) const;
    void step(std::span<double> state, const TreatmentLoad& load, double start, double end);
    void steer(std::span<double> state, double start);
    double reading(std::span<const double> state, const stimulus::ControlInput& control) const;
    void shine(std::span<double> state, const TreatmentLoad& load, double start, double end,
               TreatmentBooks& books);
    void renew_light(std::span<double> state, const TreatmentLoad& load, std::size_t l,
                     TreatmentBooks& books);
    /// Keeps what a run of light l gave, and what it was computed with.
    void keep_light(std::span<double> state, std::size_t l, const TreatmentLight::Field& field,
                    std::span<const double> attenuation, TreatmentBooks& books);
    /// Whether this step looks at the optics of light l again, whose medium it needs.
    bool looks(std::span<double> state, std::size_t l, const TreatmentBooks& books) const;
    stimulus::PhotonMedium medium_of(std::span<double> state, const TreatmentLoad& load,
                                     std::size_t l);
    /// Energy (J) that a light leaves in the tissue, and in agents.
    struct Absorbed {
        double all = 0.0;
        double agents = 0.0;
    };
    Absorbed absorb(std::span<const double> state, const TreatmentLoad& load, std::size_t l,
                    double power, double dt);
    /// Power (W) of a lamp while it is on.
    double full_power(std::span<const double> state, std::size_t l) const;
    /// What agents make of the light: taken out of the heat, launched again.
    void emit(std::span<double> state, const TreatmentLoad& load, double start, double end,
              TreatmentBooks& books);
    EmittedLight emitted(std::span<const double> state, const TreatmentLoad& load,
                         const LightEmission& emission, double start, double end) const;
    void note_turns();
    void launch(std::span<double> state, const TreatmentLoad& load, std::size_t number,
                const EmittedLight& glow, TreatmentBooks& books);
    void hand_over(std::span<const double> state, const TreatmentLoad& load,
                   const LightEmission& emission, const EmittedLight& glow);
    void warm(std::span<double> state, double start, double end, TreatmentBooks& books);
    void take_oxygen(std::span<double> photodynamic, View<const double> oxygen) const;
    void react(std::span<double> state, const TreatmentLoad& load, double start, double end);
    void look_at_temperature(std::span<double> state, double dt, bool acting,
                             TreatmentBooks& books);

    const TreatmentPlan& plan;
    double longest_step;  // s
    exec::ThreadTeam team;
    TreatmentLight light;
    TreatmentSources sources;
    TreatmentHeat heat;
    TissueDamage damage;
    std::optional<Photodynamics> photodynamics;
    TreatmentLayout layout;
    std::vector<double> spectral;        // per light, of the sensitiser
    double sensitiser_absorption = 0.0;  // m2/mol, where its photochemical rate holds
    std::vector<std::string> notes;
    bool nucleates = false;
    bool lit = false;  // in this step
    TreatmentRows rows;
    std::vector<double> events;                   // s, ascending
    std::vector<std::vector<double>> absorption;  // 1/m, per light, of the load at hand; or empty
};

}  // namespace caravel::response
