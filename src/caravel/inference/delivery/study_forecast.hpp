// The forecast that `caravel qualify delivery` scores, on the numbers of one study: the property
// laws with their discrepancy for the study's particles, animal and tumours.
#pragma once

#include "caravel/inference/delivery/law_parameters_file.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/study_run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Why the forecast says nothing of a formulation in a study; empty where it does: particles of
/// 1 nm to 2 um, injected once into a vein within an hour, into a mouse or a rat, as in the
/// articles it is held against.
std::string why_no_forecast(const study::Prepared& prepared, std::size_t formulation);

/// Whether it speaks of any formulation of the study.
bool has_forecast(const study::Prepared& prepared);

/// The study as an article would tell it: particle, animal, dose as dry particles per body mass and
/// the tumour, the first one where none is named. Points are left empty.
DeliveryCase study_case(const study::Prepared& prepared, std::size_t formulation,
                        std::size_t tumour = 0);

/// Times (s after injection) of which the greatest tumour content is forecast, as far as the study
/// goes: 1, 2, 4, 8, 24, 48, 72, 168 h and where the protocol samples or measures this tumour.
/// Where points were measured does not matter.
std::vector<double> forecast_times(const study::Prepared& prepared, std::size_t formulation,
                                   std::size_t tumour);

/// One point for each place and time, by place and time: %ID and %ID/g of one tissue, or several
/// animals, are no independent articles. Geometric mean of the values, all above 0; limits only
/// where there is no value, of these the lowest.
std::vector<Point> one_per_place_and_time(std::vector<Point> points);

/// Puts the forecast on every delivered share of the record: injected dose of a carrier in a
/// tumour, blood and the organs that the laws know, at single times (samples), along curves (their
/// bands) and the greatest in a tumour. Where the carrier's disposition is not calibrated the
/// forecast is the number's reported value and 90 % interval; else it stands beside them. With
/// `known_until` (s) the forecast is conditioned on the measured points of these curves up to then,
/// as MechanismForecaster does. A reported greatest content has no time. Needs record.intervals,
/// whose sentences say how it came about.
void add_forecasts(report::RunRecord& record, const study::Prepared& prepared,
                   const FittedLaws& laws, std::optional<double> known_until);

}  // namespace caravel::inference::delivery
