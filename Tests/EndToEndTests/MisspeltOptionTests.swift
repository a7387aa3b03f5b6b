import TestSupport
import Testing

/// Options that a command does not have are named before what is missing because of them.
@Suite struct MisspeltOptionTests {
    @Test(arguments: [
        (["nightly", "--sorce", "x"], "--sorce", "--source"),
        (["nightly", "--sorce=x", "--lake", "y"], "--sorce", "--source"),
        (["status", "--lke", "x"], "--lke", "--lake"),
        (["close", "--lake", "x", "--empti"], "--empti", "--empty"),
        (["ingest", "--laake", "x", "--source", "--"], "--laake", "--lake"),
    ])
    func `a misspelt option is named, with the one that is meant`(
        arguments: [String], option: String, meant: String
    ) throws {
        let outcome = try Command.etl.run(arguments)

        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(
            outcome.errors.hasPrefix("Error: Unknown option '\(option)'. Did you mean '\(meant)'?"))
        #expect(outcome.errors.contains("meter-etl \(arguments[0]) --help"))
    }

    @Test func `an option like no other is named alone, and so is one of a report`() throws {
        let etl = try Command.etl.run(["status", "--quite-another"])
        let report = try Command.report.run(["--lkae", "x"])

        #expect(
            etl.status == 64 && etl.errors.hasPrefix("Error: Unknown option '--quite-another'.\n"))
        #expect(report.status == 64 && report.errors.hasPrefix("Error: Unknown option '--lkae'."))
    }

    @Test(arguments: [["status"], ["nightly", "--lake", "x"], ["close", "--lake", "x"]])
    func `what is missing is named where no option is misspelt`(arguments: [String]) throws {
        let outcome = try Command.etl.run(arguments)

        #expect(outcome.status == 64 && !outcome.errors.contains("Unknown option"))
        #expect(outcome.errors.hasPrefix("Error: "))
    }
}
