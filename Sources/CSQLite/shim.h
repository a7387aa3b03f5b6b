#include <sqlite3.h>

/// Takes from a connection what a database could misuse that somebody else has made: triggers, views,
/// functions and virtual tables in its schema, writes to the schema itself, and other files.
///
/// sqlite3_db_config() is variadic, and cannot be called from Swift.
static inline int metering_distrust_schema(sqlite3 *database) {
    int result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)0);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
    return result;
}
