#include "caravel/study/phantom_builder.hpp"

#include "phantom_example.hpp"

#include "caravel/report/nifti_file.hpp"
#include "caravel/study/phantom_checks.hpp"
#include "caravel/study/stimuli_checks.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

using namespace test_phantom;

TEST(PhantomBuilder, a_typed_cube_becomes_a_plan) {
    const Folder folder;
    const auto p = prepared(folder, grey_cube());
    const auto& plan = p.built.plan;
    EXPECT_EQ(plan.domain.grid.nx, 10);
    EXPECT_DOUBLE_EQ(plan.domain.grid.spacing[2], 0.002);
    ASSERT_EQ(plan.tissues.size(), 1u);
    EXPECT_DOUBLE_EQ(plan.tissues[0].optics.absorption, 20.0);
    EXPECT_DOUBLE_EQ(plan.tissues[0].optics.scattering, 1000.0);
    EXPECT_DOUBLE_EQ(plan.tissues[0].optics.anisotropy, 0.5);
    EXPECT_FALSE(p.built.changes());
    EXPECT_EQ(plan.light_faces[0], stimulus::LightFace::open);
}

TEST(PhantomBuilder, reduced_scattering_is_divided_by_one_less_anisotropy) {
    const Folder folder;
    const auto p = prepared(
        folder, replaced(grey_cube(), "scattering_coefficient", "reduced_scattering_coefficient"));
    EXPECT_DOUBLE_EQ(p.built.plan.tissues[0].optics.scattering, 2000.0);
}

TEST(PhantomBuilder, a_shipped_tissue_takes_own_numbers_on_top) {
    const Folder folder;
    const auto text = replaced(grey_cube(),
                               "absorption_coefficient = \"0.02 1/mm\"\n"
                               "scattering_coefficient = \"1 1/mm\"\nanisotropy = 0.5\n"
                               "refractive_index = 1.37\n",
                               "use = \"muscle\"\nabsorption_coefficient = \"0.1 1/mm\"\n");
    const auto p = prepared(folder, text);
    matter::Library library(test::repository_data().root);
    const auto muscle =
        stimulus::optical_medium(stimulus::find_tissue_optics(library, "muscle"), 800e-9, library);
    EXPECT_DOUBLE_EQ(p.built.plan.tissues[0].optics.absorption, 100.0);
    EXPECT_DOUBLE_EQ(p.built.plan.tissues[0].optics.scattering, muscle.scattering);
}

TEST(PhantomBuilder, the_echo_reads_back_to_the_same_phantom) {
    const Folder folder;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies")) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("phantom_") || entry.path().extension() != ".toml") continue;
        matter::Library library(test::repository_data().root);
        const auto first = read_phantom(entry.path(), {}, test::repository_data(), library);
        const auto again =
            read_phantom(folder.write(first.echo), {}, test::repository_data(), library);
        EXPECT_EQ(first.echo, again.echo) << name;
        EXPECT_TRUE(is_phantom_file(entry.path()));
    }
    EXPECT_FALSE(is_phantom_file(std::filesystem::path(CARAVEL_SOURCE_DIR) /
                                 "studies/doxil_mouse/study.toml"));
    EXPECT_FALSE(is_phantom_file(folder.path() / "nothing.toml"));
}

TEST(PhantomBuilder, skin_and_vessels_read_back_from_their_echo) {
    const Folder folder;
    matter::Library library(test::repository_data().root);
    const auto text = replaced(grey_cube(), "heat = false",
                               "heat = true\nconductivity_slopes = true\n[[phantom.face]]\n"
                               "side = \"z_low\"\nheat = \"skin\"\nskin = { wetness = 0.5 }\n"
                               "[[phantom.vessel]]\nstart = [\"0 mm\", \"5 mm\", \"5 mm\"]\n"
                               "end = [\"20 mm\", \"5 mm\", \"5 mm\"]\nradius = \"1 mm\"\n");
    const auto first = read_phantom(folder.write(text), {}, test::repository_data(), library);
    const auto again = read_phantom(folder.write(first.echo), {}, test::repository_data(), library);
    EXPECT_EQ(first.echo, again.echo);
    EXPECT_NE(first.echo.find("wetness"), std::string::npos);
    ASSERT_EQ(again.input.phantom.vessels.size(), 1U);
    EXPECT_EQ(again.input.phantom.vessels[0].end[0], 0.02);
    ASSERT_TRUE(again.input.phantom.faces[0].skin);
    EXPECT_TRUE(again.input.phantom.conductivity_slopes);
}

TEST(PhantomBuilder, mistakes_name_the_line_and_what_was_meant) {
    const Folder folder;
    const auto expect = [&](const std::string& from, const std::string& to,
                            const std::vector<std::string>& parts) {
        const std::string said = complaint(folder, replaced(grey_cube(), from, to));
        for (const auto& part : parts)
            EXPECT_NE(said.find(part), std::string::npos)
                << part << "\nwas not said, but: " << said;
    };
    expect("photons = 20000", "photons = 0", {"study.toml:20:", "photons"});
    expect("background = \"grey\"", "background = \"liverr\"",
           {"study.toml:3:", "no tissue 'liverr'", "'liver'"});
    expect("\"0 mm\"]", "\"-5 mm\"], kind = \"isotropic\"",
           {"study.toml:14:", "does not reach the domain"});
    expect("absorption_coefficient = \"0.02 1/mm\"\n", "",
           {"study.toml:8:", "'grey' has no optical data"});
    expect("resolution = \"2 mm\"", "resolution = \"3 mm\"",
           {"study.toml:3:", "a whole number of voxels"});
    expect("heat = false\n", "heat = false\nfaces = 1\n", {"study.toml:8:", "faces"});
    expect("refractive_index = 1.37", "refractive_index = 0.9", {"study.toml:13:", "1"});
    expect("[[protocol.light]]",
           "[[protocol.control]]\nof = \"pensil\"\ntarget = \"40 Cel\"\n[[protocol.light]]",
           {"'pensil'", "'pencil'"});
    expect("[[protocol.light]]",
           "[[phantom.shape]]\nkind = \"sphere\"\ntissue = \"grey\"\nradius = \"1 mm\"\n"
           "centre = [\"50 mm\", \"0 mm\", \"0 mm\"]\n[[protocol.light]]",
           {"study.toml:14:", "fills no voxel"});
}

TEST(PhantomBuilder, a_wavelength_without_data_is_named_where_the_light_stands) {
    const Folder folder;
    auto text = replaced(grey_cube(), "background = \"grey\"", "background = \"dermis\"");
    text = replaced(text, "800 nm", "2400 nm");
    const std::string said = complaint(folder, text);
    EXPECT_NE(said.find("study.toml:14:"), std::string::npos) << said;
    EXPECT_NE(said.find("2400 nm"), std::string::npos) << said;
}

TEST(PhantomBuilder, heat_asks_for_thermal_constants) {
    const Folder folder;
    const std::string said =
        complaint(folder, replaced(grey_cube(), "heat = false", "heat = true"));
    EXPECT_NE(said.find("density, heat_capacity and conductivity"), std::string::npos) << said;
    EXPECT_NE(said.find("study.toml:8:"), std::string::npos) << said;
}

std::string loaded(const std::string& load) {
    return replaced(grey_cube(), "[[protocol.light]]",
                    "[[phantom.shape]]\nname = \"ball\"\nkind = \"sphere\"\ntissue = \"grey\"\n"
                    "radius = \"6 mm\"\nrole = \"tumour\"\n[[phantom.load]]\nname = \"dots\"\n"
                    "concentration = \"2 mg/mL\"\nspecific_absorption = \"0.05 m2/g\"\n" +
                        load + "[[protocol.light]]");
}

TEST(PhantomBuilder, loads_lie_where_they_are_put) {
    const Folder folder;
    const auto p = prepared(folder, loaded("in = \"ball\"\n"));
    ASSERT_EQ(p.built.agents.size(), 1u);
    const auto& plan = p.built.plan;
    EXPECT_DOUBLE_EQ(plan.agents[0].optics[0].absorption, 50.0);
    const auto& grid = plan.domain.grid;
    EXPECT_DOUBLE_EQ(p.built.agents[0][static_cast<std::size_t>(grid.index(5, 5, 5))], 2.0);
    EXPECT_EQ(p.built.agents[0][0], 0.0);
    EXPECT_NEAR(plan.domain.tumour_volume(), 904.8e-9, 0.01 * 904.8e-9);

    const auto rim = prepared(folder, loaded("in = \"ball\"\ndistribution = \"rim\"\n"
                                             "width = \"2 mm\"\n"));
    const double middle = rim.built.agents[0][static_cast<std::size_t>(grid.index(5, 5, 5))];
    const double border = rim.built.agents[0][static_cast<std::size_t>(grid.index(7, 5, 5))];
    EXPECT_GT(border, 1.0);
    // 4.27 mm below the surface, which voxels know within half of their width.
    EXPECT_NEAR(middle, 2.0 * std::exp(-4.27 * 4.27 / 8.0), 0.08);

    const auto shell = prepared(folder, loaded("in = \"ball\"\ndistribution = \"shell\"\n"
                                               "width = \"2.5 mm\"\n"));
    EXPECT_EQ(shell.built.agents[0][static_cast<std::size_t>(grid.index(5, 5, 5))], 0.0);
    EXPECT_EQ(shell.built.agents[0][static_cast<std::size_t>(grid.index(8, 5, 5))], 2.0);

    const auto gauss = prepared(folder, loaded("distribution = \"gaussian\"\nwidth = \"3 mm\"\n"
                                               "centre = [\"11 mm\", \"11 mm\", \"11 mm\"]\n"));
    EXPECT_DOUBLE_EQ(gauss.built.agents[0][static_cast<std::size_t>(grid.index(5, 5, 5))], 2.0);
    EXPECT_NEAR(gauss.built.agents[0][static_cast<std::size_t>(grid.index(6, 5, 5))],
                2.0 * std::exp(-4.0 / 18.0), 1e-12);
}

TEST(PhantomBuilder, loads_of_nothing_are_refused_with_a_suggestion) {
    const Folder folder;
    EXPECT_NE(complaint(folder, loaded("in = \"bal\"\n")).find("ball"), std::string::npos);
    EXPECT_NE(complaint(folder, loaded("in = \"ball\"\ndistribution = \"rim\"\n")).find("width"),
              std::string::npos);
    EXPECT_NE(complaint(folder, loaded("agent = \"verteporfin\"\nformulation = \"x\"\n"))
                  .find("both a formulation"),
              std::string::npos);
}

TEST(PhantomBuilder, a_label_volume_gives_tissues_and_roles) {
    const Folder folder;
    Grid grid;
    grid.nx = 4;
    grid.ny = 5;
    grid.nz = 6;
    grid.spacing = {1e-3, 2e-3, 1e-3};
    std::vector<double> labels(120, 1.0);
    for (index_t i = 0; i < 4; ++i) labels[static_cast<std::size_t>(grid.index(i, 2, 3))] = 7.0;
    report::write_nifti(folder.path() / "head.nii.gz", grid,
                        {"labels", "1", view_of(std::as_const(labels))}, "labels");
    const std::string box = "size = [\"20 mm\", \"20 mm\", \"20 mm\"]\nresolution = \"2 mm\"\n";
    auto text = replaced(grey_cube(), box, "file = \"head.nii.gz\"\n");
    text = replaced(text, "\"10 mm\", \"10 mm\", \"0 mm\"", "\"2 mm\", \"5 mm\", \"0 mm\"");
    EXPECT_NE(complaint(folder, text).find("without a tissue: 1 7"), std::string::npos);
    text = replaced(text, "[[protocol.light]]",
                    "[[phantom.label]]\nvalue = 1\ntissue = \"grey\"\n[[phantom.label]]\n"
                    "value = 7\ntissue = \"muscle\"\nrole = \"tumour\"\n[[protocol.light]]");
    const auto p = prepared(folder, text);
    EXPECT_EQ(p.built.plan.domain.grid.nz, 6);
    EXPECT_NEAR(p.built.plan.domain.tumour_volume(), 4.0 * 2e-9, 1e-15);
    EXPECT_EQ(p.built.plan.tissues[1].name, "muscle");
    ASSERT_EQ(p.stored.data.size(), 1u);
    EXPECT_EQ(p.stored.data[0].name, "data/head.nii.gz");
}

TEST(PhantomBuilder, rays_meet_the_box_or_miss_it) {
    Grid grid;
    grid.nx = grid.ny = grid.nz = 10;
    EXPECT_TRUE(meets_box(grid, {5.0, 5.0, -3.0}, {0.0, 0.0, 1.0}));
    EXPECT_FALSE(meets_box(grid, {5.0, 5.0, -3.0}, {0.0, 0.0, -1.0}));
    EXPECT_FALSE(meets_box(grid, {15.0, 5.0, -3.0}, {0.0, 0.0, 1.0}));
    EXPECT_TRUE(meets_box(grid, {5.0, 5.0, 5.0}, {1.0, 0.0, 0.0}));
    EXPECT_TRUE(meets_box(grid, {-1.0, 5.0, 5.0}, {1.0, 0.1, 0.0}));
}

}  // namespace
}  // namespace caravel::study
