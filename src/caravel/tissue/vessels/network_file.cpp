#include "caravel/tissue/vessels/network_file.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/input/text_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace caravel::tissue {
namespace {

using input::CsvTable;

constexpr std::size_t most_bytes = 256u << 20;

std::string_view trim(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

/// The tables of the two sections, lines counted from the start of the file.
struct Sections {
    CsvTable nodes;
    CsvTable segments;
};

class SectionReader {
  public:
    SectionReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    Sections read() {
        split();
        return {table(0), table(1)};
    }

  private:
    static constexpr std::array<std::string_view, 2> titles{"[nodes]", "[segments]"};

    void split() {
        std::size_t begin = 0;
        int current = -1;
        for (int line = 1; begin < text_.size(); ++line) {
            const std::size_t end = std::min(text_.find('\n', begin), text_.size());
            const std::string_view content = trim(text_.substr(begin, end - begin));
            if (content.starts_with('[')) {
                current = open(content, line);
            } else if (current >= 0) {
                body_[static_cast<std::size_t>(current)].append(text_.substr(begin, end - begin));
            } else if (!content.empty() && !content.starts_with('#')) {
                throw InputError(Diagnostic{{name_, line, 1},
                                            "text before the first section",
                                            "[nodes] or [segments], or a note that begins with #",
                                            ""});
            }
            // the other section sees blank lines, so that both count lines from the file's start
            for (std::string& body : body_) body += '\n';
            begin = end + 1;
        }
    }

    int open(std::string_view title, int line) {
        const auto found = std::find(titles.begin(), titles.end(), title);
        if (found == titles.end())
            throw InputError(
                Diagnostic{{name_, line, 1},
                           "unknown section '" + std::string(title.substr(0, 60)) + "'",
                           "[nodes] or [segments]",
                           did_you_mean(title, titles)});
        const auto i = static_cast<std::size_t>(found - titles.begin());
        if (given_[i])
            throw InputError(Diagnostic{
                {name_, line, 1}, "section " + std::string(title) + " is given twice", "", ""});
        given_[i] = true;
        return static_cast<int>(i);
    }

    CsvTable table(std::size_t i) const {
        if (!given_[i])
            throw InputError(Diagnostic{{name_},
                                        "there is no section " + std::string(titles[i]),
                                        "[nodes] and [segments]",
                                        ""});
        if (trim_all(body_[i]).empty())
            throw InputError(
                Diagnostic{{name_}, "section " + std::string(titles[i]) + " is empty", "", ""});
        return input::parse_csv(body_[i], name_, {most_bytes, 20, most_vessels}, {',', true});
    }

    static std::string_view trim_all(std::string_view text) {
        const std::size_t first = text.find_first_not_of(" \t\r\n");
        return first == std::string_view::npos ? std::string_view{} : text.substr(first);
    }

    std::string_view text_;
    const std::string& name_;
    std::array<std::string, 2> body_;
    std::array<bool, 2> given_{};
};

/// A column `name [unit]` whose numbers are read in SI.
class UnitColumn {
  public:
    UnitColumn(const CsvTable& table, std::string_view name, std::string_view example,
               bool required)
        : table_(table) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            const std::string_view header = table.columns[c];
            const std::size_t bracket = header.find('[');
            if (trim(header.substr(0, bracket)) != name) continue;
            column_ = c;
            if (bracket == std::string_view::npos || !header.ends_with(']')) refuse(name, example);
            read_unit(header.substr(bracket + 1, header.size() - bracket - 2), name, example);
            return;
        }
        if (required)
            throw InputError(
                Diagnostic{{table.name},
                           "there is no column '" + std::string(name) + "'",
                           "for example '" + std::string(name) + " [" + std::string(example) + "]'",
                           ""});
    }

    std::optional<double> number(std::size_t row) const {
        if (!column_ || trim(table_.rows[row][*column_]).empty()) return std::nullopt;
        return to_si(table_.number(row, *column_), unit_);
    }
    /// Throws InputError for an empty cell.
    double required(std::size_t row) const { return to_si(table_.number(row, *column_), unit_); }

  private:
    [[noreturn]] void refuse(std::string_view name, std::string_view example) const {
        throw InputError(
            Diagnostic{{table_.name},
                       "column '" + table_.columns[*column_] + "' has no fitting unit",
                       "for example '" + std::string(name) + " [" + std::string(example) + "]'",
                       ""});
    }
    void read_unit(std::string_view text, std::string_view name, std::string_view example) {
        try {
            unit_ = parse_unit(text);
        } catch (const UnitError&) {
            refuse(name, example);
        }
        if (unit_.dimension != parse_unit(example).dimension) refuse(name, example);
    }

    const CsvTable& table_;
    std::optional<std::size_t> column_;
    Unit unit_;
};

void refuse_unknown_columns(const CsvTable& table, const std::vector<std::string_view>& known) {
    for (const std::string& header : table.columns) {
        const std::string_view name = trim(std::string_view(header).substr(0, header.find('[')));
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw InputError(
                Diagnostic{{table.name},
                           "unknown column '" + std::string(header).substr(0, 60) + "'",
                           "",
                           did_you_mean(name, known)});
    }
}

class NetworkReader {
  public:
    explicit NetworkReader(const Sections& sections) : sections_(sections) {}

    VesselNetwork read() {
        read_nodes();
        read_segments();
        check_network(network_, names_);
        return std::move(network_);
    }

  private:
    void read_nodes() {
        const CsvTable& t = sections_.nodes;
        refuse_unknown_columns(t, {"id", "x", "y", "z", "pressure", "inflow"});
        const std::size_t id = t.column("id");
        const std::array<UnitColumn, 3> place{UnitColumn(t, "x", "um", true),
                                              UnitColumn(t, "y", "um", true),
                                              UnitColumn(t, "z", "um", true)};
        const UnitColumn pressure(t, "pressure", "mm[Hg]", false);
        const UnitColumn inflow(t, "inflow", "nL/min", false);
        for (std::size_t row = 0; row < t.rows.size(); ++row) {
            const std::string name{trim(t.rows[row][id])};
            if (name.empty())
                throw InputError(Diagnostic{t.where(row, id), "a node without id", "", ""});
            const auto [known, fresh] = ids_.emplace(name, row);
            if (!fresh)
                throw InputError(
                    Diagnostic{t.where(row, id), "node '" + name.substr(0, 60) + "' is given twice",
                               "first on line " + std::to_string(t.lines[known->second]), ""});
            VesselNode node;
            for (std::size_t a = 0; a < 3; ++a) node.position[a] = place[a].required(row);
            node.pressure = pressure.number(row);
            node.inflow = inflow.number(row).value_or(0.0);
            network_.nodes.push_back(node);
            names_.nodes.push_back(name.substr(0, 60));
            names_.node_places.push_back({t.name, t.lines[row], 0});
        }
    }

    void read_segments() {
        const CsvTable& t = sections_.segments;
        refuse_unknown_columns(t, {"from", "to", "radius", "length"});
        const std::size_t from = t.column("from");
        const std::size_t to = t.column("to");
        const UnitColumn radius(t, "radius", "um", true);
        const UnitColumn length(t, "length", "um", false);
        for (std::size_t row = 0; row < t.rows.size(); ++row) {
            VesselSegment s;
            s.from = node(row, from);
            s.to = node(row, to);
            s.radius = radius.required(row);
            const auto along = length.number(row);
            if (along && !(*along > 0.0))
                throw InputError(Diagnostic{{t.name, t.lines[row], 0},
                                            "a vessel of length " + format_number(*along, 4) + " m",
                                            "a positive length, or an empty cell",
                                            ""});
            s.length = along.value_or(0.0);
            network_.segments.push_back(s);
            names_.segment_places.push_back({t.name, t.lines[row], 0});
        }
    }

    std::size_t node(std::size_t row, std::size_t column) const {
        const CsvTable& t = sections_.segments;
        const std::string name{trim(t.rows[row][column])};
        const auto found = ids_.find(name);
        if (found != ids_.end()) return found->second;
        throw InputError(Diagnostic{t.where(row, column),
                                    "there is no node '" + name.substr(0, 60) + "'",
                                    "an id of the section [nodes]", ""});
    }

    const Sections& sections_;
    VesselNetwork network_;
    NetworkNames names_;
    std::map<std::string, std::size_t> ids_;
};

}  // namespace

VesselNetwork parse_network(std::string_view text, const std::string& name) {
    input::check_text(text, name, most_bytes);
    const Sections sections = SectionReader(text, name).read();
    return NetworkReader(sections).read();
}

VesselNetwork read_network(const std::filesystem::path& path) {
    return parse_network(input::read_text_file(path, most_bytes), path.string());
}

std::string write_network(const VesselNetwork& network) {
    std::string text = "[nodes]\nid,x [m],y [m],z [m],pressure [Pa],inflow [m3/s]\n";
    for (std::size_t n = 0; n < network.nodes.size(); ++n) {
        const VesselNode& node = network.nodes[n];
        text += std::to_string(n);
        for (const double x : node.position) text.append(",").append(format_number(x));
        text += ',';
        if (node.pressure) text += format_number(*node.pressure);
        text += ',';
        if (node.inflow != 0.0) text += format_number(node.inflow);
        text += '\n';
    }
    text += "[segments]\nfrom,to,radius [m],length [m]\n";
    for (const auto& s : network.segments) {
        text.append(std::to_string(s.from)).append(",").append(std::to_string(s.to));
        text.append(",").append(format_number(s.radius)).append(",");
        if (s.length > 0.0) text += format_number(s.length);
        text += '\n';
    }
    return text;
}

}  // namespace caravel::tissue
