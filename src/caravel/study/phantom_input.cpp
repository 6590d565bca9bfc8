#include "caravel/study/phantom_input.hpp"

#include <algorithm>

namespace caravel::study {
namespace {

using input::any_number;
using input::fraction;
using input::non_negative;
using input::NumberRule;
using input::positive;
using input::Presence;

const NumberRule temperature_rule{"Cel", -273.15, 500.0, true};
const NumberRule anisotropy_rule{"1", -1.0, 1.0};

void three(input::Visitor& v, std::string_view key, const std::vector<double>& values,
           bool may_be_empty, const char* example) {
    if (values.size() == 3 || (may_be_empty && values.empty())) return;
    v.complain(key,
               std::string(key) + " has " + std::to_string(values.size()) +
                   (values.size() == 1 ? " value" : " values"),
               "three, along x, y and z", example);
}

void describe_optics(input::Visitor& v, PhantomTissue& t) {
    v.number({"absorption_coefficient", "at every wavelength of the study"}, t.absorption,
             non_negative("1/mm"));
    v.number({"scattering_coefficient", "likewise"}, t.scattering, non_negative("1/mm"));
    v.number({"reduced_scattering_coefficient", "instead: scattering (1 - anisotropy)"},
             t.reduced_scattering, non_negative("1/mm"));
    v.number({"anisotropy", "mean cosine of scattering"}, t.anisotropy, anisotropy_rule);
    v.number({"refractive_index", "1 to 4"}, t.refractive_index, {"1", 1.0, 4.0});
    v.choice({"phase_function", "angles of scattering"}, t.phase_function,
             {"henyey_greenstein", "modified_henyey_greenstein", "tabulated"});
    v.number({"phase_share", "Henyey-Greenstein part of the modified one"}, t.phase_share,
             fraction());
    v.numbers({"phase_cosines", "cosines at even steps of the cumulative probability (tabulated)"},
              t.phase_cosines, {"1", -1.0, 1.0});
}

void describe_heat(input::Visitor& v, PhantomTissue& t) {
    v.number({"density", "mass per volume"}, t.density, positive("kg/m3"));
    v.number({"heat_capacity", "per mass, unfrozen"}, t.heat_capacity, positive("J/(kg.K)"));
    v.number({"conductivity", "of heat, unfrozen, at 37 Cel"}, t.conductivity, positive("W/(m.K)"));
    v.number({"conductivity_slope", "its change with temperature"}, t.conductivity_slope,
             any_number("W/(m.K2)"));
    v.number({"perfusion", "blood volume per tissue volume and time"}, t.perfusion,
             non_negative("1/s"));
    v.number({"metabolic_heat", "per volume"}, t.metabolic_heat, non_negative("W/m3"));
    v.number({"frozen_heat_capacity", "per mass"}, t.frozen_heat_capacity, positive("J/(kg.K)"));
    v.number({"frozen_conductivity", "of heat"}, t.frozen_conductivity, positive("W/(m.K)"));
    v.number({"latent_heat", "per volume; 0: does not freeze"}, t.latent_heat,
             non_negative("MJ/m3"));
    v.number({"liquidus", "above it nothing is frozen"}, t.liquidus, temperature_rule);
    v.number({"solidus", "below it all is"}, t.solidus, temperature_rule);
    v.text({"dielectric", "tissue of data/dielectric.csv (default: as use, else muscle)"},
           t.dielectric);
}

void describe_scans(input::Visitor& v, PhantomTissue& t) {
    v.number({"t1", "longitudinal relaxation time, at every field"}, t.t1, positive("ms"));
    v.number({"t2", "transverse relaxation time"}, t.t2, positive("ms"));
    v.number({"t2_star", "of free decay (default: t2)"}, t.t2_star, positive("ms"));
    v.number({"proton_density", "of pure water"}, t.proton_density, non_negative("1"));
    v.text({"formula", "elements that X-rays meet, such as C5H8O2 (with density)"}, t.formula);
}

/// Keys that a kind of shape needs, and those that it does not know.
struct ShapeKeys {
    std::string_view kind;
    std::vector<std::string_view> needs;
    std::vector<std::string_view> takes;
};

const std::vector<ShapeKeys>& shape_keys() {
    static const std::vector<ShapeKeys> keys{
        {"sphere", {"radius"}, {"centre"}},
        {"ellipsoid", {"half_axes"}, {"centre"}},
        {"box", {"size"}, {"centre"}},
        {"cylinder", {"radius"}, {"centre", "direction", "length"}},
        {"layer", {}, {"along", "from", "to"}},
        {"irregular", {"radius"}, {"centre", "lobes", "lobe_height"}},
        {"rods", {"radius"}, {"centre", "length", "pitch", "rows", "angle"}},
    };
    return keys;
}

void check_shape(input::Visitor& v, const PhantomShape& s) {
    three(v, "centre", s.centre, true, "");
    three(v, "direction", s.direction, false, "");
    if (std::all_of(s.direction.begin(), s.direction.end(), [](double d) { return d == 0.0; }))
        v.complain("direction", "the direction is zero", "a vector such as [1, 0, 0]");
    for (const auto& [kind, needs, takes] : shape_keys()) {
        if (kind != s.kind) continue;
        for (const auto key : needs)
            if (!v.has(key))
                v.complain("kind", "a " + s.kind + " without " + std::string(key), std::string(key),
                           "");
        if (kind == "layer" && !s.from && !s.to)
            v.complain("kind", "a layer without from and to", "from or to, or both");
        if (s.from && s.to && !(*s.from < *s.to))
            v.complain("to", "the layer ends where it begins, or before", "from < to");
        if (kind == "ellipsoid" && v.has("half_axes"))
            three(v, "half_axes", s.half_axes, false, "half_axes = [\"3 mm\", \"3 mm\", \"5 mm\"]");
        if (kind == "box" && v.has("size"))
            three(v, "size", s.size, false, "size = [\"3 mm\", \"3 mm\", \"5 mm\"]");
    }
}

/// What stands for, or goes over, what a formulation gives.
void describe_own_numbers(input::Visitor& v, PhantomLoad& l) {
    v.number({"specific_absorption", "cross-section per dry mass (default: computed)"},
             l.specific_absorption, non_negative("m2/g"));
    v.number({"specific_scattering", "likewise"}, l.specific_scattering, non_negative("m2/g"));
    v.number({"scattering_anisotropy", "mean cosine"}, l.scattering_anisotropy, anisotropy_rule);
    v.number({"density", "of the dry carrier (default: computed)"}, l.density, positive("kg/m3"));
    v.number({"conductivity", "of heat, of the carrier"}, l.conductivity, positive("W/(m.K)"));
    v.number({"heat_capacity", "of the carrier"}, l.heat_capacity, positive("J/(kg.K)"));
    v.number({"latent_heat", "of a core that melts, per dry mass"}, l.latent_heat,
             non_negative("J/g"));
    v.number({"solidus", "below it the core is solid"}, l.solidus, temperature_rule);
    v.number({"liquidus", "above it the core is molten"}, l.liquidus, temperature_rule);
    v.number({"ice_nucleation", "relative sites of ice in cells per concentration"},
             l.ice_nucleation, non_negative("mL/mg"));
}

void check_load(input::Visitor& v, const PhantomLoad& l) {
    three(v, "centre", l.centre, true, "");
    const int kinds =
        (l.formulation.empty() ? 0 : 1) + (l.agent.empty() ? 0 : 1) + (l.nuclide.empty() ? 0 : 1);
    if (kinds > 1)
        v.complain(l.agent.empty() ? "nuclide" : "agent",
                   "a load of both a formulation and an agent, or of a nuclide beside them",
                   "one [[phantom.load]] for each");
    if (l.shown_name().empty())
        v.complain("name", "a load without formulation, agent or name",
                   "formulation = \"...\", agent = \"...\", or a name with specific_absorption");
    if (l.distribution != "uniform" && !l.width)
        v.complain("distribution", "a " + l.distribution + " distribution without width",
                   "width = \"1 mm\"");
    if ((l.distribution == "rim" || l.distribution == "shell") && l.in.empty())
        v.complain("distribution", "a " + l.distribution + " of nothing", "in = \"<shape>\"");
    const bool melts = l.latent_heat.value_or(0.0) > 0.0;
    if (l.formulation.empty() && melts && !(l.density && l.solidus && l.liquidus))
        v.complain("latent_heat", "a latent heat without density, solidus and liquidus",
                   "all three", "density = \"900 kg/m3\"");
    if (l.solidus.has_value() != l.liquidus.has_value())
        v.complain("solidus", "one of solidus and liquidus", "both");
}

void check_box(input::Visitor& v, const Phantom& p) {
    three(v, "origin", p.origin, false, "");
    if (p.file.empty()) {
        three(v, "size", p.size, false, "size = [\"60 mm\", \"60 mm\", \"60 mm\"]");
        three(v, "spacing", p.spacing, true, "");
        if (p.resolution.has_value() == !p.spacing.empty())
            v.complain("resolution", "the width of a voxel is given twice or not at all",
                       "resolution = \"1 mm\" or spacing = [...]");
    } else if (!p.size.empty() || p.resolution || !p.spacing.empty()) {
        v.complain("file", "a label volume has its own size and voxels",
                   "file without size, resolution and spacing");
    }
}

}  // namespace

std::string PhantomLoad::shown_name() const {
    if (!name.empty()) return name;
    if (!nuclide.empty()) return nuclide;
    return formulation.empty() ? agent : formulation;
}

void describe(input::Visitor& v, PhantomTissue& t) {
    v.text({"name", "by which shapes call it", Presence::required}, t.name);
    v.text({"use", "shipped tissue that gives what is not stated here"}, t.use);
    describe_optics(v, t);
    describe_heat(v, t);
    describe_scans(v, t);
    v.flag({"exterior", "not part of the body (air): light that gets there has left"}, t.exterior);
    if (v.describes_types()) return;
    if (v.reads()) t.where = v.where();
    if (!t.formula.empty() && !t.density)
        v.complain("formula", "a formula without a density", "density = \"1190 kg/m3\"");
    if (t.t1 && t.t2 && *t.t2 > *t.t1) v.complain("t2", "t2 is longer than t1", "t2 <= t1");
    if (t.t2 && t.t2_star && *t.t2_star > *t.t2)
        v.complain("t2_star", "t2_star is longer than t2", "t2_star <= t2");
    if (t.scattering && t.reduced_scattering)
        v.complain("reduced_scattering_coefficient", "both kinds of scattering are given",
                   "one of them");
    if (t.reduced_scattering && t.anisotropy.value_or(0.0) >= 1.0)
        v.complain("anisotropy", "reduced scattering with anisotropy 1", "below 1");
    if (t.phase_function == "tabulated" && t.phase_cosines.size() < 2)
        v.complain("phase_function", "a tabulated phase function without phase_cosines",
                   "two cosines or more, rising");
    if (t.liquidus && t.solidus && *t.solidus > *t.liquidus)
        v.complain("solidus", "the solidus lies above the liquidus", "solidus <= liquidus");
}

void describe(input::Visitor& v, PhantomShape& s) {
    v.text({"name", "by which loads call it"}, s.name);
    v.choice({"kind", "form", Presence::required}, s.kind,
             {"sphere", "ellipsoid", "box", "cylinder", "layer", "irregular", "rods"});
    v.text({"tissue", "own or shipped tissue", Presence::required}, s.tissue);
    v.choice({"role",
              "tumour: what lesions are counted against, and read in images; lesion: read in "
              "images; background: what readings compare with"},
             s.role, {"normal", "tumour", "lesion", "background"});
    v.numbers({"centre", "middle (default: that of the phantom)"}, s.centre, any_number("mm"));
    v.number({"radius", "of a sphere or cylinder; mean one of an irregular body"}, s.radius,
             positive("mm"));
    v.numbers({"half_axes", "of an ellipsoid, along x, y, z"}, s.half_axes, positive("mm"));
    v.numbers({"size", "edges of a box"}, s.size, positive("mm"));
    v.numbers({"direction", "axis of a cylinder"}, s.direction, any_number("1"));
    v.number({"length", "of a cylinder (default: through the whole phantom)"}, s.length,
             positive("mm"));
    v.choice({"along", "normal of a layer"}, s.along, {"x", "y", "z"});
    v.number({"from", "where a layer begins (default: low face)"}, s.from, any_number("mm"));
    v.number({"to", "where it ends (default: high face)"}, s.to, any_number("mm"));
    v.integer({"lobes", "of an irregular body"}, s.lobes, 2, 40);
    v.number({"lobe_height", "against the radius"}, s.lobe_height, {"1", 0.0, 0.8});
    v.number({"pitch", "between the middles of rods (default: twice their diameter)"}, s.pitch,
             positive("mm"));
    v.integer({"rows", "of a wedge of rods along z: 1, 2, 3 ... rods from its tip at centre"},
              s.rows, 1, 100);
    v.number({"angle", "of the wedge's middle line against x"}, s.angle, any_number("deg"));
    if (v.describes_types()) return;
    if (v.reads()) {
        s.where = v.where();
        check_shape(v, s);
    }
}

void describe(input::Visitor& v, PhantomLabel& l) {
    v.integer({"value", "number in the label volume", Presence::required}, l.value, -2147483648,
              2147483647);
    v.text({"tissue", "own or shipped tissue", Presence::required}, l.tissue);
    v.choice({"role", "as of a shape"}, l.role, {"normal", "tumour", "lesion", "background"});
    if (v.reads()) l.where = v.where();
}

void describe(input::Visitor& v, PhantomLoad& l) {
    v.text({"name", "for the report (default: of the formulation or agent)"}, l.name);
    v.text({"formulation", "carrier, by the name of a [[formulation]]"}, l.formulation);
    v.text({"agent", "dissolved agent"}, l.agent);
    v.text({"nuclide", "radioactivity alone, such as F-18"}, l.nuclide);
    v.any_of({"concentration",
              "per volume of tissue: dry carrier mass, amount of an agent, activity of a nuclide",
              Presence::required},
             l.concentration, {positive("mg/mL"), positive("umol/L"), positive("kBq/mL")});
    v.choice({"compartment", "where in the tissue it is (magnetic resonance)"}, l.compartment,
             {"blood", "free", "bound", "endosome"});
    v.text({"in", "shape or tissue that holds it (default: everything)"}, l.in);
    v.choice({"distribution",
              "uniform; gaussian about centre; rim: falls off from the surface inwards; shell: "
              "outside of the surface"},
             l.distribution, {"uniform", "gaussian", "rim", "shell"});
    v.numbers({"centre", "of a gaussian (default: middle of the place)"}, l.centre,
              any_number("mm"));
    v.number({"width", "standard deviation of a gaussian or rim, thickness of a shell"}, l.width,
             positive("mm"));
    describe_own_numbers(v, l);
    if (v.describes_types() || !v.reads()) return;
    l.where = v.where();
    check_load(v, l);
}

void describe(input::Visitor& v, PhantomFace& f) {
    v.choice({"side", "which"}, f.side,
             {"all", "x_low", "x_high", "y_low", "y_high", "z_low", "z_high"});
    v.choice({"optics", "open: light leaves; fresnel: steps to outside_index; mirror; cyclic"},
             f.optics, {"open", "fresnel", "mirror", "cyclic"});
    v.choice({"heat", "what heat meets"}, f.heat, {"insulated", "fixed", "convective", "skin"});
    v.record({"skin", "air, sweat or cooling of a face of heat = \"skin\" (default: a quiet room)"},
             f.skin);
    v.number({"temperature", "of the face or what is outside (default: start temperature)"},
             f.temperature, temperature_rule);
    v.number({"transfer", "coefficient of a convective face"}, f.transfer,
             non_negative("W/(m2.K)"));
    v.number({"heat_flux", "that leaves beside it, by evaporation"}, f.heat_flux,
             any_number("W/m2"));
    if (v.describes_types() || !v.reads()) return;
    f.where = v.where();
    if (f.skin && f.heat != "skin")
        v.complain("skin", "a skin on a face that is " + f.heat, "heat = \"skin\"");
    if (f.heat == "skin" && (f.temperature || f.transfer != 0.0 || f.heat_flux != 0.0))
        v.complain("heat", "temperature, transfer or heat_flux of a skin",
                   "what skin states in place of them",
                   "skin = { air_temperature = \"22 Cel\", air_speed = \"0.5 m/s\" }");
    if (f.heat == "convective" && !(f.transfer > 0.0))
        v.complain("heat", "a convective face without transfer",
                   "transfer = \"10 W/(m2.K)\" (still air)");
}

void describe(input::Visitor& v, Phantom& p) {
    v.numbers({"size", "edges of the block (not with a file)"}, p.size, positive("mm"));
    v.number({"resolution", "width of a voxel"}, p.resolution, positive("mm"));
    v.numbers({"spacing", "widths along x, y, z instead"}, p.spacing, positive("mm"));
    v.numbers({"origin", "low corner"}, p.origin, any_number("mm"));
    v.text({"background", "own or shipped tissue where no shape is"}, p.background);
    v.text({"file", "NIfTI label volume beside the study, instead of size"}, p.file);
    v.flag({"heat", "false: light alone is computed"}, p.heat);
    v.number({"start_temperature", "of everything at the start, and of the blood"},
             p.start_temperature, {"Cel", -50.0, 100.0});
    v.flag({"settle", "begin with tissue in balance with its blood and faces"}, p.settle);
    v.any_of({"oxygen", "in the tissue at the start (default: 40 mm[Hg])"}, p.oxygen,
             {non_negative("mm[Hg]"), non_negative("umol/L")});
    v.number({"ph", "of the tissue"}, p.ph, {"1", 0.0, 14.0});
    v.number({"outside_index", "refractive index around the block"}, p.outside_index,
             {"1", 1.0, 4.0});
    v.number({"lesion_limit", "tissue with fewer living cells counts as destroyed"}, p.lesion_limit,
             {"1", 0.0, 1.0, true, true});
    v.number({"longest_step", "while something acts (default: a 120th of the shortest exposure)"},
             p.longest_step, positive("s"));
    v.flag({"conductivity_slopes", "conductivity follows the temperature, as the tables have it"},
           p.conductivity_slopes);
    v.number({"light_tolerance", "change of absorption that asks for a new light run"},
             p.light_tolerance, {"1", 0.0, 1.0, true});
    v.numbers({"fields_at", "times at which fields are written (default: four)"}, p.fields_at,
              non_negative("min"));
    v.numbers({"depths", "along each beam, of reported fluence (default: 1, 2, 5, 10, 20 mm)"},
              p.depths, non_negative("mm"));
    v.records({"label", "what the numbers of the file mean"}, p.labels);
    v.records({"tissue", "own tissues"}, p.tissues);
    v.records({"shape", "bodies, later ones over earlier ones"}, p.shapes);
    v.records({"load", "particles and agents in the tissue"}, p.loads);
    v.records({"emission", "light that loads give off again"}, p.emissions);
    v.records({"detector", "disks on the surface that see light"}, p.detectors);
    v.records({"sweep", "other absorptions, answered from one run of photons"}, p.sweeps);
    v.record({"time_gates", "pieces of the time of flight"}, p.gates);
    v.records({"face", "borders of the block (default: open, insulated)"}, p.faces);
    v.records({"vessel", "large vessels, whose blood keeps its temperature"}, p.vessels);
    v.record({"damage", "how heat and cold kill"}, p.damage);
    v.record({"photodynamic", "sensitiser"}, p.photodynamic);
    if (v.describes_types() || !v.reads()) return;
    p.where = v.where();
    check_box(v, p);
}

void describe(input::Visitor& v, PhantomProtocol& p) {
    stimulus::describe_stimuli(v, p.stimuli);
    v.records({"image", "scans"}, p.images);
}

void describe(input::Visitor& v, PhantomRun& r) {
    v.number({"until", "end of the simulation (default: of the last stimulus)"}, r.until,
             positive("min"));
    v.integer({"seed", "of random numbers"}, r.seed, 0, std::numeric_limits<std::int64_t>::max());
    v.number({"output_interval", "between output times (default: 120 in all)"}, r.output_interval,
             positive("s"));
    v.number({"checkpoint_interval", "simulated time between checkpoints"}, r.checkpoint_interval,
             positive("s"));
}

void describe(input::Visitor& v, PhantomStudy& s) {
    v.record({"study", "what and why", Presence::required}, s.info);
    v.records({"formulation", "particles, or use = a shipped one"}, s.formulations);
    v.record({"phantom", "the block of tissues", Presence::required}, s.phantom);
    v.record({"protocol", "what is done"}, s.protocol);
    v.records({"data", "measured points"}, s.data);
    v.record({"run", "how long"}, s.run);
}

double phantom_end(const PhantomStudy& study) {
    if (study.run.until) return *study.run.until;
    double end = 0.0;
    for (const double t : object_times(study.protocol.images)) end = std::max(end, t);
    for (const auto& l : study.protocol.stimuli.lights) end = std::max(end, l.at + l.duration);
    for (const auto& c : study.protocol.stimuli.coils) end = std::max(end, c.at + c.duration);
    for (const auto& m : study.protocol.stimuli.microwaves) end = std::max(end, m.at + m.duration);
    for (const auto& p : study.protocol.stimuli.probes) {
        const auto cycles = static_cast<double>(p.cycles);
        end = std::max(end, p.at + cycles * p.duration + (cycles - 1.0) * p.pause);
    }
    return end;
}

}  // namespace caravel::study
