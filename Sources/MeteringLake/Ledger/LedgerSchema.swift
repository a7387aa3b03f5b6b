internal import GRDB

/// The tables of the ledger, and how older ones become them.
///
/// Times are microseconds since 1970-01-01T00:00:00Z. Sums of tokens are decimal text, since they may
/// not fit 63 bits. Text is compared by its bytes, so that two forms of one name stay two names.
enum LedgerSchema {
    /// The mark in the file's header by which a ledger is told from another database.
    static let applicationID: Int32 = 0x4c45_4447

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("first") { try $0.execute(sql: first) }
        migrator.registerMigration("listed conflicts") { try $0.execute(sql: listedConflicts) }
        migrator.registerMigration("nights") { try $0.execute(sql: nights) }
        migrator.registerMigration("facts") { try $0.execute(sql: facts) }
        migrator.registerMigration("identity") { try $0.execute(sql: identity) }
        migrator.registerMigration("decisions") { try $0.execute(sql: decisions) }
        migrator.registerMigration("announced files") { try $0.execute(sql: announcedFiles) }
        migrator.registerMigration("write-offs") { try $0.execute(sql: writeOffs) }
        migrator.registerMigration("limits") { try $0.execute(sql: limits) }
        migrator.registerMigration("rejects by line") { try $0.execute(sql: rejectsByLine) }
        return migrator
    }

    /// Whether there are no tables, or only the one in which the migrator notes what it did: so a run
    /// leaves it that is killed while it makes the ledger.
    static func isEmpty(_ database: Database) throws -> Bool {
        let entries = try entries(of: database)
        if entries.isEmpty { return true }
        let expected = try expectedEntries().filter { $0.table == "grdb_migrations" }
        return try entries == expected && !migrator.hasBeenSuperseded(database)
    }

    private static let first = """
        PRAGMA application_id = 0x4c454447;

        CREATE TABLE run (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            started_microseconds INTEGER NOT NULL,
            ended_microseconds INTEGER,
            outcome TEXT,
            objects INTEGER NOT NULL DEFAULT 0,
            skipped_objects INTEGER NOT NULL DEFAULT 0,
            failed_objects INTEGER NOT NULL DEFAULT 0,
            usage INTEGER NOT NULL DEFAULT 0,
            foreign_events INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            total_mismatches INTEGER NOT NULL DEFAULT 0,
            records INTEGER NOT NULL DEFAULT 0,
            duplicates INTEGER NOT NULL DEFAULT 0,
            ambiguous INTEGER NOT NULL DEFAULT 0,
            conflicts INTEGER NOT NULL DEFAULT 0,
            uncommitted INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE object (
            number INTEGER PRIMARY KEY,
            location TEXT NOT NULL UNIQUE,
            size INTEGER,
            modified_nanoseconds INTEGER,
            tag TEXT,
            usage INTEGER NOT NULL DEFAULT 0,
            foreign_events INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            total_mismatches INTEGER NOT NULL DEFAULT 0,
            failure TEXT,
            is_complete INTEGER NOT NULL DEFAULT 0 CHECK (is_complete IN (0, 1)),
            run INTEGER NOT NULL REFERENCES run (number)
        ) STRICT;

        CREATE TABLE object_day (
            object INTEGER NOT NULL REFERENCES object (number) ON DELETE CASCADE,
            day TEXT NOT NULL,
            usage INTEGER NOT NULL,
            PRIMARY KEY (object, day)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX object_day_by_day ON object_day (day);

        CREATE TABLE day (
            day TEXT NOT NULL PRIMARY KEY,
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            file_size INTEGER NOT NULL,
            file_tag TEXT NOT NULL,
            requests INTEGER NOT NULL,
            input_tokens TEXT NOT NULL,
            output_tokens TEXT NOT NULL,
            cache_read_input_tokens TEXT NOT NULL,
            cache_write_input_tokens TEXT NOT NULL,
            total_tokens TEXT NOT NULL,
            changed_microseconds INTEGER NOT NULL,
            conflicts INTEGER NOT NULL,
            may_hold_unknown_rows INTEGER NOT NULL CHECK (may_hold_unknown_rows IN (0, 1)),
            closed_microseconds INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE day_tenant (
            day TEXT NOT NULL REFERENCES day (day),
            tenant TEXT NOT NULL,
            requests INTEGER NOT NULL,
            input_tokens TEXT NOT NULL,
            output_tokens TEXT NOT NULL,
            cache_read_input_tokens TEXT NOT NULL,
            cache_write_input_tokens TEXT NOT NULL,
            total_tokens TEXT NOT NULL,
            PRIMARY KEY (day, tenant)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE restatement (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            day TEXT NOT NULL REFERENCES day (day),
            run INTEGER NOT NULL REFERENCES run (number),
            time_microseconds INTEGER NOT NULL,
            sha256_before TEXT NOT NULL,
            sha256_after TEXT NOT NULL
        ) STRICT;

        CREATE INDEX restatement_by_day ON restatement (day);

        CREATE TABLE restatement_tenant (
            restatement INTEGER NOT NULL REFERENCES restatement (number) ON DELETE CASCADE,
            tenant TEXT NOT NULL,
            requests INTEGER NOT NULL,
            input_tokens TEXT NOT NULL,
            output_tokens TEXT NOT NULL,
            cache_read_input_tokens TEXT NOT NULL,
            cache_write_input_tokens TEXT NOT NULL,
            total_tokens TEXT NOT NULL,
            PRIMARY KEY (restatement, tenant)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE reject (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            object INTEGER NOT NULL REFERENCES object (number) ON DELETE CASCADE,
            line INTEGER NOT NULL,
            byte_offset INTEGER NOT NULL,
            reason TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            day TEXT,
            replayed_microseconds INTEGER,
            replayed_run INTEGER REFERENCES run (number)
        ) STRICT;

        CREATE INDEX reject_by_object ON reject (object);
        CREATE INDEX reject_by_day ON reject (day) WHERE day IS NOT NULL;
        """

    /// What was counted before, each conflict as often as it was met, only says that there were some.
    private static let listedConflicts = """
        ALTER TABLE day RENAME COLUMN conflicts TO unlisted_conflicts;

        CREATE TABLE conflict (
            day TEXT NOT NULL REFERENCES day (day),
            tenant TEXT NOT NULL,
            request TEXT NOT NULL,
            PRIMARY KEY (day, tenant, request)
        ) STRICT, WITHOUT ROWID;
        """

    private static let nights = """
        CREATE TABLE night (
            day TEXT NOT NULL,
            input TEXT NOT NULL,
            begun_microseconds INTEGER,
            read_microseconds INTEGER,
            PRIMARY KEY (day, input)
        ) STRICT, WITHOUT ROWID;
        """

    /// What was closed and restated before there were facts stays as `older_`, until a run has made facts
    /// of it. Sums of before know no models, which no model's name stands for.
    private static let facts = """
        CREATE TABLE fact (
            sequence INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL,
            previous TEXT,
            kind TEXT,
            day TEXT,
            time_microseconds INTEGER,
            file TEXT,
            file_sha256 TEXT,
            run INTEGER,
            bytes BLOB NOT NULL
        ) STRICT;

        CREATE TABLE day_sum (
            day TEXT NOT NULL REFERENCES day (day),
            tenant TEXT NOT NULL,
            model TEXT NOT NULL,
            requests INTEGER NOT NULL,
            input_tokens TEXT NOT NULL,
            output_tokens TEXT NOT NULL,
            cache_read_input_tokens TEXT NOT NULL,
            cache_write_input_tokens TEXT NOT NULL,
            total_tokens TEXT NOT NULL,
            PRIMARY KEY (day, tenant, model)
        ) STRICT, WITHOUT ROWID;

        INSERT INTO day_sum SELECT
            day, tenant, '', requests, input_tokens, output_tokens, cache_read_input_tokens,
            cache_write_input_tokens, total_tokens
        FROM day_tenant;
        DROP TABLE day_tenant;

        ALTER TABLE day RENAME COLUMN closed_microseconds TO older_closed_microseconds;
        ALTER TABLE restatement RENAME TO older_restatement;
        ALTER TABLE restatement_tenant RENAME TO older_restatement_tenant;
        """

    /// What tells how sure calls are told apart.
    private static let identity = """
        ALTER TABLE run ADD COLUMN placeholder_ids INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE object ADD COLUMN placeholder_ids INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE day ADD COLUMN ambiguous INTEGER NOT NULL DEFAULT 0;
        """

    /// By what is the same of a rejected line whenever its object is read.
    private static let writeOffs = """
        CREATE TABLE written_off (
            object TEXT NOT NULL,
            line INTEGER NOT NULL,
            byte_offset INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            fact INTEGER NOT NULL,
            PRIMARY KEY (object, line, byte_offset, sha256)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX written_off_by_fact ON written_off (fact);
        """

    /// The limits that an object was over, as ``ObjectReading/limits`` has them.
    private static let limits = """
        ALTER TABLE object ADD COLUMN failed_limits TEXT;
        """

    /// As lines are looked up that were repaired.
    private static let rejectsByLine = """
        DROP INDEX reject_by_object;
        CREATE INDEX reject_by_line ON reject (object, line);
        """

    private static let decisions = """
        CREATE TABLE applied_decision (
            day TEXT NOT NULL PRIMARY KEY,
            fact INTEGER NOT NULL,
            sha256 TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Files that runs have put into the places of days, or were about to, until the days are recorded.
    private static let announcedFiles = """
        CREATE TABLE announced_file (
            day TEXT NOT NULL REFERENCES day (day),
            sha256 TEXT NOT NULL,
            PRIMARY KEY (day, sha256)
        ) STRICT, WITHOUT ROWID;
        """
}
