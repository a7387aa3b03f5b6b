import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport

@testable import MeteringLake
@testable import MeteringPipeline

extension TemporaryFolder {
    /// Makes a lake whose files' names are all that counts; returns its path.
    func makeLake(_ days: [String], format: LakeFormat = .parquet) throws -> String {
        for day in days.compactMap({ UsageDay($0) }) {
            let path = "\(PartitionSpec.path(of: day))/\(DayFile.name(of: day, in: format))"
            try write("", to: "lake/\(path)")
        }
        return path("lake")
    }
}

extension TableName {
    /// A table in a database of its own.
    static func unique() -> TableName {
        let suffix = UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        return TableName(database: "db_\(suffix)", table: "usage")
    }
}
