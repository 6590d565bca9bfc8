// Events of a Pulseq file as pulses, gradients and receivers.
#pragma once

#include "caravel/imaging/mri/pulseq_text.hpp"

#include <complex>
#include <string>
#include <vector>

namespace caravel::imaging::mri {

inline constexpr int pulseq_1_4 = 1'004'000;
inline constexpr int pulseq_1_5 = 1'005'000;

/// Makes events of rows; every mistake is an InputError at the row's line.
class PulseqEvents {
  public:
    PulseqEvents(const PulseqText& text, const std::string& name, const PulseqLimits& limits,
                 double field);

    RfPulse pulse(const PulseqRow& row);
    Gradient trapezoid_of(const PulseqRow& row) const;
    Gradient gradient(const PulseqRow& row);
    Adc adc(const PulseqRow& row) const;

    [[noreturn]] void fail(int line, std::string what, std::string expected = {}) const;
    /// First number of a definition, which must be positive.
    double definition(const char* key, double otherwise) const;
    double time_of(const PulseqRow& row, double value, double unit) const;
    /// Refuses files whose events would fill the memory.
    void count_samples(int line, double more);

  private:
    void need_columns(const PulseqRow& row, std::size_t count, const char* section) const;
    const std::vector<double>& shape(const PulseqRow& row, double id) const;
    double larmor() const;
    std::vector<double> timed_points(const PulseqRow& row, double id, double raster,
                                     std::size_t count) const;
    std::complex<double> sample_of(const PulseqRow& row, double amplitude, double magnitude,
                                   double phase) const;
    void add_even_steps(const PulseqRow& row, double amplitude, const std::vector<double>& shape_m,
                        const std::vector<double>& shape_p, double raster, RfPulse& pulse);
    void add_linear_steps(const PulseqRow& row, double amplitude,
                          const std::vector<double>& shape_m, const std::vector<double>& shape_p,
                          const std::vector<double>& times, RfPulse& pulse);
    void add_raster_points(const PulseqRow& row, const std::vector<double>& samples, double step,
                           double lead, Gradient& gradient) const;

    const PulseqText& text_;
    const std::string& name_;
    const PulseqLimits& limits_;
    double field_;
    double gradient_raster_;
    double rf_raster_;
    double used_samples_ = 0.0;
};

}  // namespace caravel::imaging::mri
