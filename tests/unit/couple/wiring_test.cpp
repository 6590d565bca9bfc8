#include "example_process.hpp"

#include <gtest/gtest.h>

namespace caravel::couple {
namespace {

using test::message_of;

TEST(Wiring, RefusesASlotThatNothingWritesAndNamesItsReaders) {
    Wiring wiring;
    Ports(wiring, "release").read("tumour.temperature", "K");
    Ports(wiring, "perfusion").read("tumour.temperature", "K");
    EXPECT_EQ(message_of([&] { wiring.check(); }),
              "nothing writes slot 'tumour.temperature' that 'release', 'perfusion' reads, "
              "expected one writer");
}

TEST(Wiring, RefusesTwoWritersOfOneSlotAndNamesThem) {
    Wiring wiring;
    Ports(wiring, "laser").write("tumour.temperature", "K");
    Ports(wiring, "microwave").write("tumour.temperature", "K");
    EXPECT_EQ(message_of([&] { wiring.check(); }),
              "slot 'tumour.temperature' has several writers: 'laser', 'microwave', expected one");
}

TEST(Wiring, ReportsAllMistakesTogether) {
    Wiring wiring;
    Ports(wiring, "a").read("x", "1");
    Ports(wiring, "b").write("y", "1");
    Ports(wiring, "c").write("y", "1");
    EXPECT_EQ(message_of([&] { wiring.check(); }),
              "nothing writes slot 'x' that 'a' reads, expected one writer\n"
              "slot 'y' has several writers: 'b', 'c', expected one");
}

TEST(Wiring, RefusesAnotherUnitForTheSameSlot) {
    Wiring wiring;
    Ports(wiring, "heating").write("tumour.temperature", "K");
    EXPECT_EQ(message_of([&] { Ports(wiring, "release").read("tumour.temperature", "Pa"); }),
              "process 'release' uses slot 'tumour.temperature' in Pa, expected K "
              "(one slot has one unit and one type)");
}

TEST(Wiring, RefusesTheSameDimensionInAnotherScaleOrWithAnotherZero) {
    Wiring wiring;
    Ports(wiring, "heating").write("tumour.temperature", "K");
    Ports(wiring, "flow").write("tumour.perfusion", "1/s");
    EXPECT_EQ(message_of([&] { Ports(wiring, "release").read("tumour.temperature", "Cel"); }),
              "process 'release' uses slot 'tumour.temperature' in Cel, expected K "
              "(one slot has one unit and one type)");
    EXPECT_EQ(message_of([&] { Ports(wiring, "release").read("tumour.perfusion", "1/h"); }),
              "process 'release' uses slot 'tumour.perfusion' in 1/h, expected 1/s "
              "(one slot has one unit and one type)");
}

TEST(Wiring, AcceptsAnotherSpellingOfTheSameUnit) {
    Wiring wiring;
    const WriteHandle write = Ports(wiring, "light").write("tumour.fluence_rate", "W/m2");
    const ReadHandle read = Ports(wiring, "release").read("tumour.fluence_rate", "J/s/m2");
    EXPECT_EQ(read.slot, write.slot);
    EXPECT_EQ(wiring.slots().size(), 1U);
    EXPECT_NO_THROW(wiring.check());
}

TEST(Wiring, RefusesANumberWhereTheSlotHoldsABlock) {
    Wiring wiring;
    Ports(wiring, "kinetics").write_block("amounts", "mol", 3);
    EXPECT_EQ(message_of([&] { Ports(wiring, "reader").read("amounts", "mol"); }),
              "process 'reader' uses slot 'amounts' in mol, expected mol "
              "(one slot has one unit and one type)");
}

}  // namespace
}  // namespace caravel::couple
