// `caravel qualify delivery` from outside: its files, its table, what it refuses, and that an
// interrupted one goes on.
#include "process.hpp"

#include <cmath>
#include <sstream>

namespace caravel::interface_test {
namespace {

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

const std::string organ_header =
    "study_id,instance,author,year,doi,material,material_type,material_name,nominal_size_nm,"
    "hydrodynamic_size_nm,zeta_mV,shape,coating,coating_MW_Da,species,strain,tumour_bearing,"
    "cancer_cell_type,tumour_volume_mm3,body_weight_g,route,dose,dose_units,tissue,time_h,value,"
    "value_units\n";

/// Three small tables of `articles` articles each; the numbers follow no law.
void write_data(const fs::path& folder, int articles) {
    std::ostringstream records;
    std::ostringstream points;
    std::ostringstream organs;
    records << "id,article_id,material,targeting,hydrodynamic_d_nm,zeta_signed_mV,shape,"
               "tumour_model,cancer,tumour_weight_g,dose_mg_per_kg,body_weight_g\n";
    points << "id,time_h,tumour_pctID,tumour_pctID_per_g\n";
    organs << organ_header;
    for (int a = 1; a <= articles; ++a) {
        const double level = 1.0 + 0.37 * ((a * 5) % 7);
        const int size = 15 + 9 * ((a * 3) % 11);
        records << a << ',' << a << (a % 2 ? ",Gold" : ",Polymeric") << ",Passive," << size
                << ",-12,Spherical,Xenograft Heterotopic,Breast,0.2,5,20\n";
        for (const int t : {1, 4, 24})
            points << a << ',' << t << ',' << level / std::sqrt(t) << ','
                   << 5.0 * level / std::sqrt(t) << '\n';
        for (const char* tissue : {"Blood", "Liver", "Spleen", "Kidneys", "Lungs"})
            for (const int t : {1, 4, 24})
                organs << a << ",1,A et al.,2020,10.1/" << a << ",Au,inorganic,x," << size << ','
                       << size << ",-12,sphere,PEG,5000,Mice,BALB/c,No,,,20,IV,5,mg/kg," << tissue
                       << ',' << t << ',' << 2.7 * level / t << ",%ID/g\n";
    }
    write_file(folder / "nano_tumor_db.csv", records.str());
    write_file(folder / "nano_tumor_timecourse.csv", points.str());
    write_file(folder / "nm_biodistribution_long.csv", organs.str());
}

const std::vector<std::string> qualify_it{"qualify", "delivery", "--data",     "data",
                                          "--folds", "2",        "--progress", "json"};

/// The only folder that qualifications wrote.
fs::path only_result(const fs::path& out) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(out)) folders.push_back(entry.path());
    EXPECT_EQ(folders.size(), 1u);
    return folders.empty() ? fs::path() : folders.front();
}

TEST(QualifyCommand, leaves_the_same_files_when_it_was_interrupted_and_ran_on_two_threads) {
    const Scratch folder;
    write_data(folder / "data", 6);
    const std::string text = run_well(qualify_it, folder.path());
    for (const char* word : {"mechanism", "null", "ridge", "5-NN", "RMSE log10", "Leak test",
                             "MISS", "6 tumour records and 6 organ instances"})
        EXPECT_NE(text.find(word), std::string::npos) << word << "\n" << text;
    const fs::path result = only_result(folder / "runs");
    EXPECT_NE(read_file(result / "results.json").find("caravel.qualification/1"),
              std::string::npos);
    const std::string page = read_file(result / "report.html");
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_EQ(read_file(result / "records.csv").find("question,learner,case,"), 0u);
    EXPECT_FALSE(fs::exists(result / "folds.rec"));

    std::vector<std::string> again = qualify_it;
    again.insert(again.end(), {"--threads", "2", "--out", "again"});
    HowToRun how = in(folder.path());
    how.signal_when = folder / "again";
    how.signal = SIGINT;
    const Finished stopped = run(again, how);
    EXPECT_EQ(stopped.code, 75) << stopped.err;
    EXPECT_NE(stopped.err.find("run the same command again to go on"), std::string::npos)
        << stopped.err;
    const fs::path other = only_result(folder / "again");
    EXPECT_EQ(other.filename(), result.filename());
    EXPECT_TRUE(fs::exists(other / "folds.rec"));
    EXPECT_FALSE(fs::exists(other / "results.json"));
    run_well(again, folder.path());
    for (const char* file : {"results.json", "records.csv", "report.html"})
        EXPECT_TRUE(read_file(result / file) == read_file(other / file)) << file;
}

TEST(QualifyCommand, bad_commands_and_bad_data_are_refused) {
    const Scratch folder;
    write_data(folder / "data", 3);
    const auto fails = [&](std::vector<std::string> arguments, int code, const char* word) {
        const Finished finished = run(arguments, in(folder.path()));
        EXPECT_EQ(finished.code, code) << finished.err;
        EXPECT_NE(finished.err.find(word), std::string::npos) << finished.err;
        EXPECT_FALSE(fs::exists(folder / "runs")) << "a refused command left files";
    };
    fails({"qualify", "imaging", "--data", "data"}, 2, "imaging");
    fails({"qualify", "delivery", "--data", "nowhere"}, 6, "nowhere");
    fails({"qualify", "delivery", "--data", "data", "--folds", "4"}, 3, "4 folds");
    fails({"qualify", "delivery", "--data", "data", "--folds", "1"}, 3, "1 folds");
    std::string points = read_file(folder / "data/nano_tumor_timecourse.csv");
    write_file(folder / "data/nano_tumor_timecourse.csv", points + "2,-3,1,1\n");
    fails({"qualify", "delivery", "--data", "data"}, 3, "nano_tumor_timecourse.csv:11");
    fs::remove(folder / "data/nano_tumor_timecourse.csv");
    fails({"qualify", "delivery", "--data", "data"}, 6, "nano_tumor_timecourse.csv");
}

}  // namespace
}  // namespace caravel::interface_test
