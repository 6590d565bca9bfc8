// `caravel spheroid` from outside.
#include "process.hpp"

namespace caravel::interface_test {
namespace {

Finished spheroid(std::vector<std::string> arguments) {
    const Scratch folder;
    arguments.insert(arguments.begin(), "spheroid");
    HowToRun how;
    how.folder = folder.path();
    return run(arguments, how);
}

TEST(SpheroidCommand, grows_a_spheroid_from_seeded_cells) {
    const Finished f = spheroid({"983b", "--seeded", "5000", "--until", "60 h"});
    EXPECT_EQ(f.code, 0);
    EXPECT_EQ(f.err, "");
    const std::string head = "day,radius_um,inhibited,necrotic,centre_oxygen_mmHg,living_cells\n";
    ASSERT_EQ(f.out.substr(0, head.size()), head);
    std::vector<std::string> days;
    std::vector<double> radii;
    for (std::size_t at = head.size(); at < f.out.size(); at = f.out.find('\n', at) + 1) {
        const std::size_t comma = f.out.find(',', at);
        days.push_back(f.out.substr(at, comma - at));
        radii.push_back(std::stod(f.out.substr(comma + 1)));
    }
    EXPECT_EQ(days, (std::vector<std::string>{"0.75", "1", "2", "2.5"}));
    EXPECT_NEAR(radii.front(), 177.2, 0.5);  // 175.8 um in pictures
    EXPECT_NEAR(radii.back(), 176.9, 0.5);   // 176.4 um: it rounds as its cells divide
}

TEST(SpheroidCommand, says_when_so_few_cells_were_not_seen_to_form_one) {
    const Finished f = spheroid({"983b", "--seeded", "1250", "--until", "1 d"});
    EXPECT_EQ(f.code, 0);
    EXPECT_EQ(f.err,
              "note: 983b was seen to form spheroids in this way from 2500 to 10000 cells\n");
}

TEST(SpheroidCommand, bad_input_is_told) {
    EXPECT_EQ(spheroid({"983b"}).code, 2);
    EXPECT_EQ(spheroid({"983b", "--seeded", "0"}).code, 2);
    const Finished early = spheroid({"983b", "--seeded", "5000", "--until", "12 h"});
    EXPECT_EQ(early.code, 2);
    EXPECT_EQ(early.err,
              "error: --until 12 h: expected a time from 0.75 d, when the cells have gathered, to "
              "365 d\n");
    EXPECT_EQ(spheroid({"983b", "--seeded", "5000", "--until", "soon"}).code, 2);
    EXPECT_EQ(spheroid({"983c", "--seeded", "5000"}).code, 3);
    const Finished drop = spheroid({"hanging_drop", "--seeded", "5000"});
    EXPECT_EQ(drop.code, 3);
    EXPECT_EQ(
        drop.err,
        "how spheroids of line 'hanging_drop' form is not known, expected a line with cell_volume "
        "and the rows after it in data/cells.csv (known: 983b)\n");
    const Finished huge = spheroid({"983b", "--seeded", "9000000"});
    EXPECT_EQ(huge.code, 3);
    EXPECT_NE(huge.err.find("the medium ends inside the spheroid"), std::string::npos);
}

}  // namespace
}  // namespace caravel::interface_test
