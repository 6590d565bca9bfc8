#include "caravel/report/run_index.hpp"

#include "caravel/base/error.hpp"

#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace caravel::report {

namespace {

[[noreturn]] void fail(int code, const std::string& reason, const std::filesystem::path& file) {
    const int kind = code & 0xff;
    const std::string name = file.string();
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) {
        throw IoError(fmt::format(
            "the run index '{0}' is corrupt ({1}); the runs themselves are unharmed: delete "
            "'{0}', and the next command rebuilds it from their manifests",
            name, reason));
    }
    if (kind == SQLITE_FULL) {
        throw ResourceError(
            fmt::format("disk full while writing '{}'; nothing finished was lost", name));
    }
    throw IoError(fmt::format("run index '{}': {}", name, reason));
}

void check(int code, sqlite3* database, const std::filesystem::path& file) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fail(code, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code), file);
}

/// A prepared statement with bound texts.
class Statement {
  public:
    Statement(sqlite3* database, const std::filesystem::path& file, const char* sql)
        : database_(database), file_(file) {
        check(sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr), database, file);
    }
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(const std::string& text) {
        check(sqlite3_bind_text(statement_, ++bound_, text.c_str(), static_cast<int>(text.size()),
                                SQLITE_TRANSIENT),
              database_, file_);
        return *this;
    }
    Statement& bind(std::int64_t number) {
        check(sqlite3_bind_int64(statement_, ++bound_, number), database_, file_);
        return *this;
    }
    /// True while there is a row.
    bool step() {
        const int code = sqlite3_step(statement_);
        check(code, database_, file_);
        return code == SQLITE_ROW;
    }
    std::string text(int column) const {
        const unsigned char* value = sqlite3_column_text(statement_, column);
        return value == nullptr ? "" : reinterpret_cast<const char*>(value);
    }
    std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }

  private:
    sqlite3* database_;
    const std::filesystem::path& file_;
    sqlite3_stmt* statement_ = nullptr;
    int bound_ = 0;
};

void execute(sqlite3* database, const std::filesystem::path& file, const char* sql) {
    check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), database, file);
}

std::vector<RunEntry> rows(Statement& statement) {
    std::vector<RunEntry> entries;
    while (statement.step()) {
        entries.push_back({statement.text(0), statement.text(1), statement.text(2),
                           statement.text(3), statement.text(4), statement.number(5),
                           statement.text(6)});
    }
    return entries;
}

void prepare_database(sqlite3* database, const std::filesystem::path& file) {
    sqlite3_busy_timeout(database, 5000);
    execute(database, file, "PRAGMA journal_mode=WAL");
    execute(database, file, "PRAGMA synchronous=FULL");
    execute(database, file,
            "CREATE TABLE IF NOT EXISTS runs(id TEXT PRIMARY KEY, name TEXT NOT NULL, "
            "study_hash TEXT NOT NULL, parent TEXT NOT NULL, state TEXT NOT NULL, "
            "created_sequence INTEGER NOT NULL, path TEXT NOT NULL)");
}

}  // namespace

RunIndex::RunIndex(std::filesystem::path file) : file_(std::move(file)) {
    const int code = sqlite3_open_v2(file_.c_str(), &database_,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    try {
        check(code, database_, file_);
        prepare_database(database_, file_);
    } catch (...) {
        sqlite3_close(database_);
        throw;
    }
}

RunIndex::~RunIndex() { sqlite3_close(database_); }

std::int64_t RunIndex::add(const RunEntry& entry) {
    Statement insert(database_, file_,
                     "INSERT INTO runs VALUES(?1,?2,?3,?4,?5,"
                     "CASE ?6 WHEN 0 THEN (SELECT COALESCE(MAX(created_sequence),0)+1 FROM runs) "
                     "ELSE ?6 END,?7) "
                     "ON CONFLICT(id) DO UPDATE SET name=excluded.name, "
                     "study_hash=excluded.study_hash, parent=excluded.parent, "
                     "state=excluded.state, path=excluded.path RETURNING created_sequence");
    insert.bind(entry.id).bind(entry.name).bind(entry.study_hash).bind(entry.parent);
    insert.bind(entry.state).bind(entry.created_sequence).bind(entry.path.string());
    insert.step();
    const std::int64_t sequence = insert.number(0);
    insert.step();
    return sequence;
}

void RunIndex::set_state(const std::string& id, const std::string& state) {
    Statement update(database_, file_, "UPDATE runs SET state=? WHERE id=?");
    update.bind(state).bind(id);
    update.step();
}

std::vector<RunEntry> RunIndex::list() const {
    Statement select(database_, file_, "SELECT * FROM runs ORDER BY created_sequence, id");
    return rows(select);
}

std::vector<RunEntry> RunIndex::find(std::string_view prefix) const {
    Statement select(database_, file_,
                     "SELECT * FROM runs WHERE substr(id,1,length(?1))=?1 "
                     "ORDER BY created_sequence, id");
    select.bind(std::string(prefix));
    return rows(select);
}

}  // namespace caravel::report
