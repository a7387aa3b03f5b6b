import Foundation
import TestSupport
import Testing

/// The samples, and what an independent program makes of them.
@Suite struct SampleTests {
    private static let period = ["--from", "2025-12-06", "--to", "2025-12-08", "--format", "json"]
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A name as bytes, which tell composed and decomposed letters apart.
    private struct Name: Decodable, Equatable {
        var bytes: [UInt8]

        init(from decoder: any Decoder) throws {
            bytes = Array(try decoder.singleValueContainer().decode(String.self).utf8)
        }
    }

    private struct Report: Decodable, Equatable {
        struct Row: Decodable, Equatable {
            var tenant_id: Name?
            var usage_date: String?
            var usage_month: String?
            var usage_hour: Int?
            var model_id: Name?
            var user_id: Name?
            var request_count: Int64
            var input_tokens: Int64
            var output_tokens: Int64
            var total_tokens: Int64
            var avg_tokens_per_request: Double
        }

        var from: String
        var to: String
        var granularity: String
        var rows: [Row]
        var totals: Row
    }

    private struct Summary: Decodable, Equatable {
        struct Day: Decodable, Equatable {
            var date: String
            var rows: Int
            var total_tokens: Int
        }

        var objects: Int
        var skipped: Int?
        var failed_objects: Int
        var events: Int
        var records: Int
        var duplicates: Int
        var ambiguous: Int
        var conflicts: Int
        var foreign: Int
        var rejected: Int
        var total_mismatches: Int
        var days: [Day]
    }

    private static func expected<Value: Decodable>(_ name: String, _: Value.Type) throws -> Value {
        let url = URL(fileURLWithPath: "\(Command.package)/samples/expected/\(name).json")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }

    private static func decode<Value: Decodable>(_ text: String, _: Value.Type) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    private func ingest(_ source: String = "samples/exports") throws -> Command.Outcome {
        try Command.etl.run([
            "ingest", "--source", source, "--lake", folder.path("lake"), "--summary", "json",
        ])
    }

    @Test func `the summary of the samples is the expected one`() throws {
        let outcome = try ingest()

        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let expected = try Self.expected("summary", Summary.self)
        var summary = try Self.decode(outcome.output, Summary.self)
        #expect(summary.skipped == 0)
        summary.skipped = nil
        #expect(summary == expected)
        #expect(try folder.files("lake").count == expected.days.count)
    }

    @Test func `of the broken samples, what is sound is taken and the rest is named`() throws {
        let outcome = try ingest("samples/broken")

        #expect(outcome.status == 65)
        let expected = try Self.expected("broken", Summary.self)
        var summary = try Self.decode(outcome.output, Summary.self)
        summary.skipped = nil
        #expect(summary == expected)
        let lines = outcome.errors.split(separator: "\n")
        let rejects = lines.filter { $0.contains("samples/broken/") && $0.contains(": line ") }
        #expect(rejects.count == expected.rejected)
        let failures = lines.filter {
            $0.hasPrefix("samples/broken/") && !$0.contains(": line ")
        }
        #expect(failures.count == expected.failed_objects)
    }

    @Test func `of the wrapped samples, every usage line is found`() throws {
        let outcome = try ingest("samples/wrapped")

        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let expected = try Self.expected("wrapped", Summary.self)
        var summary = try Self.decode(outcome.output, Summary.self)
        summary.skipped = nil
        #expect(summary == expected)
        #expect(outcome.output.contains("\"placeholder_ids\": 4"))
    }

    @Test func `a second run opens nothing, and without the ledger it finds all again`() throws {
        _ = try ingest()
        let files = try folder.files("lake")
        let expected = try Self.expected("summary", Summary.self)

        let second = try ingest()
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))
        let third = try ingest()

        #expect(second.status == 0 && second.errors.isEmpty)
        let skipped = try Self.decode(second.output, Summary.self)
        #expect(skipped.skipped == expected.objects && skipped.objects == 0)
        #expect(skipped.events == 0 && skipped.days.isEmpty)
        #expect(third.status == 0)
        let repeated = try Self.decode(third.output, Summary.self)
        #expect(repeated.records == 0)
        #expect(repeated.duplicates == expected.records + expected.duplicates)
        #expect(repeated.days == expected.days)
        #expect(try folder.files("lake") == files)
    }

    @Test(arguments: [
        ("daily", []), ("hourly", ["--hourly"]), ("daily-by-model", ["--by", "model"]),
        ("daily-by-user", ["--by", "user"]), ("monthly-by-model", ["--monthly", "--by", "model"]),
    ])
    func `reports on the samples and on their lake are the expected ones`(
        name: String,
        arguments: [String]
    ) throws {
        let expected = try Self.expected(name, Report.self)
        _ = try ingest()

        let source = try Command.report.run(
            ["--source", "samples/exports"] + Self.period + arguments
        )
        let lake = try Command.report.run(
            ["--lake", folder.path("lake")] + Self.period + arguments
        )

        #expect(source.status == 0 && lake.status == 0)
        #expect(try Self.decode(source.output, Report.self) == expected)
        #expect(try Self.decode(lake.output, Report.self) == expected)
        #expect(source.errors.isEmpty && lake.errors.isEmpty)
    }

    @Test func `filters and limits leave the rows they should`() throws {
        _ = try ingest()
        let all = try Self.expected("daily", Report.self)
        let lake = ["--lake", folder.path("lake")] + Self.period

        let limited = try Command.report.run(lake + ["--limit", "3"])
        let filtered = try Command.report.run(
            lake + ["--tenant", "globex", "--tenant", "O'Brien & Sons"]
        )

        #expect(try Self.decode(limited.output, Report.self).rows == Array(all.rows.prefix(3)))
        let tenants = ["globex", "O'Brien & Sons"].map { Array($0.utf8) }
        #expect(
            try Self.decode(filtered.output, Report.self).rows
                == all.rows.filter { tenants.contains($0.tenant_id?.bytes ?? []) }
        )
    }

    @Test(arguments: [[], ["--format", "csv"], ["--hourly", "--by", "model", "--by", "user"]])
    func `nothing in the samples steers a terminal`(arguments: [String]) throws {
        let outcome = try Command.report.run(
            ["--source", "samples/exports", "--from", "2025-12-06", "--to", "2025-12-08"]
                + arguments
        )

        let control = outcome.output.unicodeScalars.filter {
            [.control, .format].contains($0.properties.generalCategory)
                && !"\r\n".unicodeScalars.contains($0)
        }
        #expect(control.isEmpty)
        #expect(outcome.output.split(whereSeparator: \.isNewline).count > 10)
    }
}
