// What must hold for the tables that Caravel ships under data/.
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/matter/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace caravel::matter {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

/// Every file of facts; the blood flow edges have columns of their own.
std::vector<std::string> fact_tables() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(data))
        if (entry.path().extension() == ".csv" && entry.path().stem() != "circulation")
            names.push_back(entry.path().stem().string());
    return names;
}

const std::vector<std::string> tables = fact_tables();
const std::vector<std::string> animals{"mouse", "rat", "human"};
const std::vector<std::string> systemic{"heart", "brain",  "liver",      "spleen",
                                        "gut",   "kidney", "muscle",     "skin",
                                        "fat",   "bone",   "lymph_node", "rest"};

Library& library() {
    static Library shipped(data);
    return shipped;
}

double species(const std::string& name, const std::string& property,
               const std::string& context = "") {
    return library().value("species", name, property, context);
}

TEST(ShippedData, EveryPropertyHasOneDimension) {
    for (const std::string& table : tables) {
        std::map<std::string, Dimension> dimensions;
        for (const std::string& name : library().table(table).names()) {
            for (const Fact* fact : library().table(table).all(name)) {
                const Dimension dimension = parse_unit(fact->unit).dimension;
                const auto [known, is_new] = dimensions.emplace(fact->property, dimension);
                EXPECT_TRUE(is_new || known->second == dimension)
                    << table << ": " << name << " " << fact->property << " in " << fact->unit;
            }
        }
    }
}

TEST(ShippedData, EveryLicenceMayBeShipped) {
    const std::set<std::string> free{"facts",      "CC0",          "CC BY 4.0",    "MIT",
                                     "Apache-2.0", "BSD-3-Clause", "public domain"};
    for (const std::string& table : tables)
        for (const std::string& name : library().table(table).names())
            for (const Fact* fact : library().table(table).all(name))
                EXPECT_EQ(free.count(fact->licence), 1u) << table << ": " << name << fact->licence;
}

TEST(ShippedData, WhatIsRecalledIsAssumed) {
    for (const std::string& table : tables)
        for (const std::string& name : library().table(table).names())
            for (const Fact* fact : library().table(table).all(name))
                for (const char* word : {"recalled", "assumed", "estimate"})
                    EXPECT_TRUE(fact->source.rfind(word, 0) != 0 || fact->status == Status::assumed)
                        << table << ": " << name << " " << fact->property;
}

TEST(ShippedData, EveryMaterialHasADensityBetweenGasAndOsmium) {
    for (const std::string& name : library().table("materials").names()) {
        const double density = library().value("materials", name, "density");  // kg/m3
        EXPECT_GT(density, 1.0) << name;
        EXPECT_LT(density, 22600.0) << name;
    }
}

TEST(ShippedData, EveryAgentHasAMolarMass) {
    for (const std::string& name : library().table("agents").names())
        EXPECT_GT(library().value("agents", name, "molar_mass"), 0.0) << name;
}

TEST(ShippedData, AgreesWithHandbookNumbers) {
    EXPECT_NEAR(library().value("agents", "doxorubicin", "molar_mass"), 0.54352, 2e-5);
    EXPECT_NEAR(library().value("agents", "paclitaxel", "molar_mass"), 0.85391, 3e-5);
    EXPECT_NEAR(library().value("agents", "vincristine", "molar_mass"), 0.82497, 3e-5);
    EXPECT_NEAR(library().value("agents", "cisplatin", "molar_mass"), 0.30005, 3e-5);
    EXPECT_NEAR(library().value("materials", "Fe3O4", "molar_mass"), 0.23153, 1e-5);
    EXPECT_NEAR(library().value("materials", "DSPC", "molar_mass"), 0.79015, 3e-5);
    EXPECT_NEAR(library().value("materials", "Au", "density"), 19320.0, 1.0);
    EXPECT_DOUBLE_EQ(library().value("materials", "water", "density"), 1000.0);
}

TEST(ShippedData, UnboundFractionsAreFractions) {
    for (const std::string& name : library().table("agents").names()) {
        for (const Fact* fact : library().table("agents").all(name)) {
            if (fact->property != "fraction_unbound_plasma") continue;
            EXPECT_GT(fact->si, 0.0) << name;
            EXPECT_LE(fact->si, 1.0) << name;
        }
    }
}

TEST(ShippedData, BloodFlowsAddUpToTheCardiacOutput) {
    for (const std::string& animal : animals) {
        double sum = 0.0;
        for (const std::string& organ : systemic) {
            const double fraction = species(animal, "blood_flow_fraction", organ);
            EXPECT_GT(fraction, 0.0) << animal << " " << organ;
            sum += fraction;
        }
        EXPECT_NEAR(sum, 1.0, 1e-12) << animal;
        EXPECT_FALSE(library().find("species", animal, "blood_flow_fraction", "lung")) << animal;
    }
}

TEST(ShippedData, OrgansAndBloodFitIntoTheBody) {
    for (const std::string& animal : animals) {
        const double blood = species(animal, "blood_volume_fraction");  // m3/kg
        double organs = species(animal, "volume_fraction", "lung");
        double blood_in_organs = organs * species(animal, "vascular_fraction", "lung");
        for (const std::string& organ : systemic) {
            const double volume = species(animal, "volume_fraction", organ);
            const double vascular = species(animal, "vascular_fraction", organ);
            const double interstitial = species(animal, "interstitial_fraction", organ);
            EXPECT_LT(vascular + interstitial, 1.0) << animal << " " << organ;
            organs += volume;
            blood_in_organs += volume * vascular;
        }
        EXPECT_LT(blood_in_organs, blood) << animal;  // the rest is in the large vessels
        EXPECT_LE((organs + blood) * 1000.0, 1.0 + 1e-12) << animal;  // L/kg
        EXPECT_GT(organs * 1000.0, 0.8) << animal;
    }
}

TEST(ShippedData, EveryAnimalHasItsWholeBodyConstants) {
    for (const std::string& animal : animals) {
        const double weight = species(animal, "body_weight");
        // White 1968 and Brown 1997 put mammals between 9 and 17 L/h/kg^0.75.
        const double coefficient = species(animal, "cardiac_output") * 3.6e6 /
                                   std::pow(weight, species(animal, "cardiac_output_exponent"));
        EXPECT_GT(coefficient, 9.0) << animal;
        EXPECT_LT(coefficient, 17.0) << animal;
        EXPECT_NEAR(species(animal, "haematocrit"), 0.45, 0.02) << animal;
        EXPECT_GT(species(animal, "glomerular_filtration_rate"), 0.0) << animal;
        EXPECT_GT(species(animal, "bile_flow"), 0.0) << animal;
        EXPECT_GT(species(animal, "body_surface_area"), 0.0) << animal;
        EXPECT_NEAR(species(animal, "lymph_flow_fraction"), 0.002, 1e-12) << animal;
    }
}

TEST(ShippedData, TriggersAreKnownEverywhere) {
    for (const char* place :
         {"blood", "interstitium", "tumour_interstitium", "endosome", "lysosome", "cytosol"})
        for (const char* signal : {"ph", "temperature", "glutathione", "hydrogen_peroxide",
                                   "reactive_oxygen_species", "oxygen_partial_pressure", "atp"})
            EXPECT_GT(species("any", signal, place), 0.0) << signal << " " << place;
    EXPECT_DOUBLE_EQ(species("any", "temperature", "core"), 310.15);
}

TEST(ShippedData, GenericTumourIsComplete) {
    const auto tumour = [](const char* property) {
        return library().value("tumour_lines", "generic", property);
    };
    EXPECT_NEAR(
        tumour("vascular_fraction") + tumour("interstitial_fraction") + tumour("cell_fraction"),
        1.0, 1e-3);
    EXPECT_NEAR(tumour("blood_flow"), 0.16e-3 / 60.0, 1e-9);                  // m3/s/kg
    EXPECT_NEAR(tumour("hydraulic_conductivity_tissue"), 3.1e-14, 0.01e-14);  // m2/Pa/s
    EXPECT_NEAR(tumour("hydraulic_conductivity_vessel"), 2.1e-11, 0.01e-11);  // m/Pa/s
    EXPECT_GT(tumour("simeoni_lambda0"), 0.0);
}

TEST(ShippedData, PaclitaxelXenograftMatchesItsThreshold) {
    // Simeoni 2004: a tumour shrinks for good above lambda0 / k2 = 434 ng/mL.
    const double rate = library().value("tumour_lines", "A2780_simeoni", "simeoni_lambda0");
    const double potency =
        library().value("agents", "paclitaxel", "simeoni_k2", "A2780 xenograft paclitaxel");
    EXPECT_NEAR(rate / potency, 434e-6, 0.5e-6);  // kg/m3
}

TEST(ShippedData, CirculationClosesInEveryOrgan) {
    const input::CsvTable edges = input::read_csv(data / "circulation.csv");
    for (const std::string& animal : animals) {
        std::map<std::string, double> balance;
        for (std::size_t row = 0; row < edges.rows.size(); ++row) {
            const std::string& flow_of = edges.rows[row][edges.column("flow_of")];
            double flow = flow_of == "cardiac_output" ? 1.0 : 0.0;
            for (std::size_t start = 0; flow_of != "cardiac_output";) {
                const std::size_t end = flow_of.find(';', start);
                flow += species(animal, "blood_flow_fraction", flow_of.substr(start, end - start));
                if (end == std::string::npos) break;
                start = end + 1;
            }
            balance[edges.rows[row][edges.column("from")]] -= flow;
            balance[edges.rows[row][edges.column("to")]] += flow;
        }
        EXPECT_EQ(balance.size(), systemic.size() + 3);  // and lung, arterial, venous
        for (const auto& [place, net] : balance)
            EXPECT_NEAR(net, 0.0, 1e-12) << animal << " " << place;
    }
}

TEST(ShippedData, MisspeltNamesAreUnderstood) {
    try {
        library().value("agents", "doxorubicn", "molar_mass");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "unknown agent 'doxorubicn' (did you mean 'doxorubicin'?)");
    }
}

}  // namespace
}  // namespace caravel::matter
