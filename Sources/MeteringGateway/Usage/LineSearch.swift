package import AWSServices
internal import BedrockMetering

/// Finds the line of a call where lines have been delivered to.
package protocol LineSearch: Sendable {
    /// The line; nil if there is none.
    func line(of call: CallIntent) async throws -> UsageEvent?
}

/// Lines in a log group.
package struct LogGroupSearch: LineSearch {
    private let client: LogsClient
    private let group: String

    package init(_ client: LogsClient, group: String) {
        self.client = client
        self.group = group
    }

    package func line(of call: CallIntent) async throws -> UsageEvent? {
        let time = call.time.microseconds / 1000
        // A line has the time of its call, unless it had to wait for days.
        let times = time - 60_000...time + 24 * 3600 * 1000
        return try await client.messages(holding: call.callID, in: group, during: times)
            .map { UsageEvent(bytes: Array($0.utf8)) }
            .first { UsageEvent.callID(in: $0.bytes) == call.callID }
    }
}

/// Lines in objects of S3, under the day that their first line is of.
package struct BucketSearch: LineSearch {
    private let client: S3Client
    private let bucket: String
    private let prefix: String

    /// Bytes of an object of lines: more than any that is written.
    private static let largestObject: Int64 = 16 << 20

    package init(_ client: S3Client, bucket: String, prefix: String) {
        self.client = client
        self.bucket = bucket
        self.prefix = prefix
    }

    package func line(of call: CallIntent) async throws -> UsageEvent? {
        // A batch that began before midnight may hold lines of the day after.
        for day in [call.time.day, call.time.day.advanced(by: -1)] {
            for object in try await client.listObjects(in: bucket, prefix: "\(prefix)\(day)/")
            where object.size <= Self.largestObject {
                let download = try await client.getObject(object.key, in: bucket)
                var bytes: [UInt8] = []
                while let chunk = try await download.next() {
                    chunk.withUnsafeBytes { bytes += $0 }
                }
                let line = bytes.split(separator: UInt8(ascii: "\n")).first {
                    UsageEvent.callID(in: $0) == call.callID
                }
                if let line { return UsageEvent(bytes: Array(line)) }
            }
        }
        return nil
    }
}
