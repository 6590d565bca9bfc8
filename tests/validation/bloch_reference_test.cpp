// Closed forms and echo trains that were computed elsewhere: by the equations, by isochromats that
// run into their steady state, and by phase graphs.
#include "caravel/imaging/mri/epg.hpp"
#include "caravel/imaging/mri/isochromat.hpp"
#include "caravel/imaging/mri/signal_equations.hpp"
#include "caravel/input/csv.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>

namespace caravel::imaging::mri {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

constexpr double ms = 1e-3;

struct Case {
    std::string name;
    double r1, r2, r2_star, tr, te, ti, flip, expected;
    double tolerance;  // 1e-10, or half of the last of the ten printed digits
};

std::vector<Case> cases_of(const std::filesystem::path& path) {
    const input::CsvTable table = input::read_csv(path);
    const auto value = [&](std::size_t row, const char* name) {
        const std::size_t column = table.column(name);
        return table.rows[row][column].empty() ? 0.0 : table.number(row, column);
    };
    const auto rate = [](double time) { return time > 0.0 ? 1.0 / (time * ms) : 0.0; };
    std::vector<Case> cases;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const double expected = value(i, "Mxy");
        const double digit = std::pow(10.0, std::floor(std::log10(std::abs(expected))) - 9.0);
        cases.push_back({table.rows[i][table.column("case")], rate(value(i, "T1_ms")),
                         rate(value(i, "T2_ms")), rate(value(i, "T2s_ms")), value(i, "TR_ms") * ms,
                         value(i, "TE_ms") * ms, value(i, "TI_ms") * ms,
                         value(i, "flip_deg") * pi / 180.0, expected,
                         std::max(1e-10, 0.5001 * digit)});
    }
    return cases;
}

double by_equation(const Case& c) {
    if (c.name == "SPGR") return spoiled_gradient_echo(c.r1, c.r2_star, c.tr, c.te, c.flip);
    if (c.name == "bSSFP") return balanced_steady_state(c.r1, c.r2, c.tr, c.te, c.flip);
    if (c.name == "SE") return spin_echo(c.r1, c.r2, c.tr, c.te);
    return inversion_recovery(c.r1, c.tr, c.ti);
}

TEST(MriClosedForms, EquationsMeetTheTable) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const auto cases = cases_of(*folder / "imaging/mri_analytic_reference.csv");
    ASSERT_GT(cases.size(), 150u);
    for (const Case& c : cases) {
        EXPECT_NEAR(by_equation(c), c.expected, c.tolerance) << c.name << ' ' << c.tr;
    }
}

// One spin that runs through blocks; transverse magnetisation is lost where a sequence spoils.
class Spin {
  public:
    Spin(double r1, double r2) {
        spins_.density = {1.0};
        spins_.r1 = {r1};
        spins_.r2 = {r2};
        spins_.mx = spins_.my = {0.0};
        spins_.mz = {1.0};
        options_.precision = Precision::double_precision;
    }
    void pulse(double flip, double phase) {
        Sequence sequence;
        sequence.append({0.0, sequence.add(block_pulse(flip, phase)), {-1, -1, -1}, -1});
        simulate_signal(team_, sequence, spins_, options_);
    }
    void wait(double time) {
        Sequence sequence;
        sequence.append_delay(time);
        simulate_signal(team_, sequence, spins_, options_);
    }
    void spoil() { spins_.mx = spins_.my = {0.0}; }
    double transverse() const { return std::hypot(spins_.mx[0], spins_.my[0]); }
    double longitudinal() const { return spins_.mz[0]; }

  private:
    exec::ThreadTeam team_{1};
    SpinPopulation spins_;
    BlochOptions options_;
};

double by_spoiled_spin(const Case& c) {
    Spin spin(c.r1, c.r2_star);
    const int enough = static_cast<int>(
        std::ceil(26.0 / -std::log(std::exp(-c.tr * c.r1) * std::abs(std::cos(c.flip)) + 1e-12)));
    double signal = 0.0;
    for (int i = 0; i <= enough; ++i) {
        spin.pulse(c.flip, 0.0);
        spin.wait(c.te);
        signal = spin.transverse();
        spin.wait(c.tr - c.te);
        spin.spoil();
    }
    return signal;
}

double by_balanced_spin(const Case& c) {
    Sequence sequence;
    Adc adc;
    adc.samples = 1;
    adc.dwell = 1e-6;
    adc.delay = c.te - 0.5e-6;
    const int receiver = sequence.add(adc);
    const int pulses[] = {sequence.add(block_pulse(c.flip, 0.0)),
                          sequence.add(block_pulse(c.flip, pi))};
    const auto enough = static_cast<int>(std::ceil(26.0 / (c.tr * c.r1)));
    for (int i = 0; i <= enough; ++i) {
        sequence.append({c.tr, pulses[i % 2], {-1, -1, -1}, i == enough ? receiver : -1});
    }
    SpinPopulation spins;
    spins.density = {1.0};
    spins.r1 = {c.r1};
    spins.r2 = {c.r2};
    BlochOptions options;
    options.precision = Precision::double_precision;
    exec::ThreadTeam team(1);
    return std::abs(simulate_signal(team, sequence, spins, options).value[0]);
}

double by_echo_spin(const Case& c) {
    Spin spin(c.r1, c.r2);
    double signal = 0.0;
    for (int i = 0; i < 3; ++i) {
        spin.pulse(0.5 * pi, 0.5 * pi);
        spin.wait(0.5 * c.te);
        spin.pulse(pi, 0.5 * pi);
        spin.wait(0.5 * c.te);
        signal = spin.transverse();
        spin.wait(c.tr - c.te);
        spin.spoil();
    }
    return signal;
}

double by_inverted_spin(const Case& c) {
    Spin spin(c.r1, 1.0);
    double signal = 0.0;
    for (int i = 0; i < 3; ++i) {
        spin.pulse(pi, 0.0);
        spin.wait(c.ti);
        signal = spin.longitudinal();
        spin.pulse(0.5 * pi, 0.0);
        spin.spoil();
        spin.wait(c.tr - c.ti);
    }
    return signal;
}

TEST(MriClosedForms, IsochromatsRunIntoTheTable) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    std::map<std::string, int> done;
    double worst = 0.0;
    for (const Case& c : cases_of(*folder / "imaging/mri_analytic_reference.csv")) {
        double signal = 0.0;
        if (c.name == "SPGR") signal = by_spoiled_spin(c);
        if (c.name == "bSSFP") signal = by_balanced_spin(c);
        if (c.name == "SE") signal = by_echo_spin(c);
        if (c.name == "IR_Mz") signal = by_inverted_spin(c);
        EXPECT_NEAR(signal, c.expected, c.tolerance) << c.name << ' ' << c.tr << ' ' << c.flip;
        worst = std::max(worst, std::abs(signal - c.expected));
        ++done[c.name];
    }
    EXPECT_EQ(done.size(), 4u);
    RecordProperty("largest_difference", std::to_string(worst));
}

TEST(MriEchoTrains, PhaseGraphMeetsTheTable) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable table = input::read_csv(*folder / "imaging/mri_epg_cpmg_reference.csv");
    ASSERT_GT(table.rows.size(), 800u);
    std::map<std::vector<double>, std::vector<Complex>> trains;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const std::vector<double> key{table.number(i, 0), table.number(i, 1), table.number(i, 2),
                                      table.number(i, 3)};
        auto found = trains.find(key);
        if (found == trains.end()) {
            EchoTrain train;
            train.spacing = key[2] * ms;
            train.refocusing.assign(32, key[3] * pi / 180.0);
            const EpgTissue tissue{{1.0}, {1.0 / (key[0] * ms)}, {1.0 / (key[1] * ms)}, {}, {}};
            found = trains.emplace(key, echo_train(tissue, train)).first;
        }
        const auto echo = static_cast<std::size_t>(table.number(i, 4));
        ASSERT_LE(echo, 32u);
        EXPECT_NEAR(std::abs(found->second[echo - 1]), table.number(i, 5), 1e-9);
    }
}

// The same train by spins that a crusher spreads evenly over one turn.
TEST(MriEchoTrains, PhaseGraphIsTheSumOfIsochromats) {
    constexpr std::size_t count = 4096;
    constexpr double half = 5.0 * ms;
    const double one_turn = 2.0 * pi / (proton_gamma * half);  // T/m: one turn per metre
    Sequence first;                                            // excitation
    first.append({0.0, first.add(block_pulse(0.5 * pi, 0.5 * pi)), {-1, -1, -1}, -1});
    Sequence echo;  // crusher, refocusing, crusher
    const int crusher = echo.add(trapezoid(one_turn, 0.0, half, 0.0));
    echo.append({half, -1, {crusher, -1, -1}, -1});
    echo.append({0.0, echo.add(block_pulse(2.0 * pi / 3.0, 0.0)), {-1, -1, -1}, -1});
    echo.append({half, -1, {crusher, -1, -1}, -1});
    SpinPopulation spins;
    for (std::size_t i = 0; i < count; ++i) {
        spins.x.push_back((static_cast<double>(i) + 0.5) / count);
        spins.density.push_back(1.0 / count);
        spins.r1.push_back(1.0);
        spins.r2.push_back(10.0);
    }
    BlochOptions options;
    options.precision = Precision::double_precision;
    EchoTrain train;
    train.spacing = 2.0 * half;
    train.refocusing.assign(12, 2.0 * pi / 3.0);
    const auto expected = echo_train({{1.0}, {1.0}, {10.0}, {}, {}}, train);
    exec::ThreadTeam team(2);
    simulate_signal(team, first, spins, options);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        simulate_signal(team, echo, spins, options);
        Complex sum = 0.0;
        for (std::size_t j = 0; j < count; ++j) sum += Complex(spins.mx[j], spins.my[j]);
        EXPECT_LT(std::abs(sum - expected[i]), 1e-9) << i;
    }
}

}  // namespace
}  // namespace caravel::imaging::mri
