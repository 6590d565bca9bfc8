#include "caravel/report/field_slices.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/colour_map.hpp"
#include "caravel/report/field_profiles.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/png_image.hpp"
#include "caravel/report/svg_field.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr std::size_t colour_count = 255;  // and one transparent
constexpr std::size_t fewest_pixels = 40;
constexpr std::array<std::size_t, 3> normals = {2, 1, 0};

std::string length_text(double metres) {
    return std::abs(metres) < 0.9995e-3 ? readable_quantity(metres * 1e6, "um")
                                        : readable_quantity(metres * 1e3, "mm");
}

/// At most `limit` times, evenly spaced by number, first and last included.
std::vector<std::size_t> chosen_times(std::size_t count, std::size_t limit) {
    std::vector<std::size_t> chosen;
    if (count == 0 || limit == 0) return chosen;
    const std::size_t n = std::min(count, limit);
    if (n == 1) return {count - 1};
    for (std::size_t i = 0; i < n; ++i) chosen.push_back(i * (count - 1) / (n - 1));
    return chosen;
}

/// One fragment at a given resolution.
class Fragment {
  public:
    Fragment(const FieldPicture& picture, std::size_t pixels, std::size_t times)
        : picture_(picture),
          pixels_(pixels),
          times_(chosen_times(picture.times.size(), times)),
          scale_(colour_scale(picture, times_)),
          map_(picture.diverging ? ColourMap::diverging : ColourMap::sequential) {
        palette_.push_back({255, 255, 255, 0});
        for (const Rgba& c : colours(map_, colour_count)) palette_.push_back(c);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const bool doubled = picture.mirrored[2 * axis] || picture.mirrored[2 * axis + 1];
            widest_ = std::max(widest_, (doubled ? 2.0 : 1.0) * picture.spacing[axis] *
                                            static_cast<double>(picture.cells[axis]));
        }
    }

    std::string html() {
        if (!value_range(picture_, times_)) return nothing();
        std::string body = fmt::format(
            "<figcaption>{}</figcaption>\n<div style=\"max-width:448px\">"
            "{}</div>\n",
            html::text(label_of(picture_)),
            colour_bar(scale_, map_, identifier(picture_.name, "bar"), value_label(picture_)));
        body += slices();
        return fmt::format("<figure id=\"{}\" style=\"margin-top:20px\">\n{}{}</figure>\n{}",
                           identifier(picture_.name, "slices"), body, notes(), charts());
    }

  private:
    std::string nothing() const {
        return fmt::format("<p class=\"note\">{}: there is no value to draw{}.</p>\n",
                           html::text(label_of(picture_)),
                           picture_.logarithmic ? " above zero" : "");
    }

    /// Times side by side, planes below each other; a single time has its planes side by side.
    std::string slices() {
        const std::size_t columns = times_.size() == 1 ? normals.size() : times_.size();
        std::string html = fmt::format(
            "<div style=\"display:grid;grid-template-columns:repeat({},minmax(0,320px));gap:10px "
            "18px;margin-top:10px;align-items:end\">\n",
            columns);
        for (const std::size_t normal : normals)
            for (const std::size_t time : times_) html += picture_of(time, normal);
        return html + "</div>\n" + length_bar(columns);
    }

    std::string picture_of(std::size_t time, std::size_t normal) {
        const Slice s = slice(picture_, time, normal, pixels_);
        averaged_ = std::max({averaged_, s.averaged[0], s.averaged[1]});
        const PaletteImage image{s.width, s.height, colour_numbers(s.values, scale_), palette_};
        const std::string axis(1, "xyz"[normal]);
        const std::string what =
            fmt::format("{}, plane {} at {} = {}", time_text(picture_.times[time]),
                        plane_name(normal), axis, length_text(s.position));
        return fmt::format(
            "<div><div class=\"note\" style=\"margin:0 0 3px\">{0}</div><img alt=\"{1}, {0}\" "
            "width=\"{2}\" height=\"{3}\" style=\"display:block;width:{4:.2f}%;height:auto;"
            "aspect-ratio:{5:.4f};image-rendering:pixelated\" "
            "src=\"data:image/png;base64,{6}\"/></div>\n",
            html::text(what), html::text(value_label(picture_)), s.width, s.height,
            100.0 * s.extent[0] / widest_, s.extent[0] / s.extent[1], base64(png_bytes(image)));
    }

    /// All pictures have one scale of length, so that one bar under the first column is enough.
    std::string length_bar(std::size_t columns) const {
        const ScaleBar bar = scale_bar(widest_);
        return fmt::format(
            "<div style=\"display:grid;grid-template-columns:repeat({},minmax(0,320px));gap:18px\">"
            "<div class=\"note\"><div style=\"width:{:.2f}%;border-bottom:3px solid #1b2530;"
            "margin-bottom:2px\"></div>{}</div></div>\n",
            columns, 100.0 * bar.length / widest_, html::text(bar.label));
    }

    static std::string figure(const LineChart& chart, std::string_view note) {
        return fmt::format(
            "<figure><figcaption>{}</figcaption>{}<p class=\"note\">{}</p></figure>\n",
            html::text(chart.title), draw(chart).svg, html::text(note));
    }

    std::string charts() const {
        const std::string note =
            fmt::format("Lines: mean. {}: 10 to 90 % of the cells.{}",
                        times_.size() <= 3 ? "Shaded" : "Bars, each at another distance",
                        picture_.logarithmic ? " Values below the axis are not shown." : "");
        std::string html;
        if (const auto chart = rim_chart(picture_, times_)) html += figure(*chart, note);
        if (const auto chart = vessel_chart(picture_, times_)) html += figure(*chart, note);
        html += figure(histogram_chart(picture_, times_, scale_),
                       "Steps: share per interval of the value; ends of the scale hold what lies "
                       "beyond them.");
        return fmt::format("<div class=\"charts\" style=\"margin-top:16px\">\n{}</div>\n", html);
    }

    std::string notes() const {
        std::vector<std::string> all;
        if (std::any_of(picture_.mirrored.begin(), picture_.mirrored.end(),
                        [](bool m) { return m; }))
            all.emplace_back(
                "Halves beyond planes of symmetry are mirrored; lengths count from "
                "the lower end of the computed part.");
        if (averaged_ > 1)
            all.push_back(
                fmt::format("A pixel is the mean of up to {} cells along a side.", averaged_));
        if (times_.size() < picture_.times.size())
            all.push_back(
                fmt::format("{} of {} times are drawn.", times_.size(), picture_.times.size()));
        add_clipped(all);
        if (all.empty()) return {};
        std::string text;
        for (const std::string& sentence : all) {
            if (!text.empty()) text += ' ';
            text += sentence;
        }
        return fmt::format("<p class=\"note\">{}</p>\n", html::text(text));
    }

    /// Says how many values lie beyond the ends of the colours.
    void add_clipped(std::vector<std::string>& all) const {
        std::size_t below = 0;
        std::size_t above = 0;
        std::size_t total = 0;
        for (const std::size_t time : times_) {
            for (const float value : picture_.values[time]) {
                if (!std::isfinite(value)) continue;
                ++total;
                below += static_cast<double>(value) < scale_.low * one_less() ? 1 : 0;
                above += static_cast<double>(value) > scale_.high * one_more() ? 1 : 0;
            }
        }
        if (below + above == 0) return;
        const double percent = 100.0 / static_cast<double>(total);
        all.push_back(
            fmt::format("{} % of the values lie below and {} % above the scale; they "
                        "take the colour of its end.",
                        readable_text(percent * static_cast<double>(below), 2),
                        readable_text(percent * static_cast<double>(above), 2)));
    }
    // Room for the rounding of values stored as float.
    double one_less() const { return scale_.low > 0.0 ? 1.0 - 1e-6 : 1.0 + 1e-6; }
    double one_more() const { return scale_.high > 0.0 ? 1.0 + 1e-6 : 1.0 - 1e-6; }

    const FieldPicture& picture_;
    std::size_t pixels_;
    std::vector<std::size_t> times_;
    Axis scale_;
    ColourMap map_;
    std::vector<Rgba> palette_;
    double widest_ = 0.0;
    std::size_t averaged_ = 1;
};

}  // namespace

std::vector<std::uint8_t> colour_numbers(const std::vector<float>& values, const Axis& scale) {
    std::vector<std::uint8_t> numbers(values.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) continue;
        const double position = scale.position(static_cast<double>(values[i]));
        // A logarithmic scale has no place for zero: it takes the low end.
        const double share = std::isfinite(position) ? std::clamp(position, 0.0, 1.0) : 0.0;
        numbers[i] = static_cast<std::uint8_t>(
            1 + std::lround(share * static_cast<double>(colour_count - 1)));
    }
    return numbers;
}

std::string field_slices_html(const FieldPicture& picture, const FieldLimits& limits) {
    check(picture);
    std::size_t times = std::max<std::size_t>(1, limits.times);
    for (std::size_t pixels = std::max(limits.pixels, fewest_pixels);;) {
        std::string html = Fragment(picture, pixels, times).html();
        if (html.size() <= limits.bytes) return html;
        if (pixels > fewest_pixels)
            pixels = std::max(fewest_pixels, pixels / 2);
        else if (times > 1)
            --times;
        else
            throw ResourceError(
                fmt::format("pictures of the field '{}' take {} bytes, at most {} are allowed",
                            picture.name, html.size(), limits.bytes));
    }
}

}  // namespace caravel::report
