internal import BedrockMetering
internal import Foundation

/// The calls in conflict of one day as bytes: JSON lines, one a call, in the order of tenants and request
/// ids.
enum ConflictFile {
    private static let fileExtension = ".conflicts"

    /// `20251207.conflicts`, which no reader of the table takes for usage.
    static func name(of day: UsageDay) -> String {
        PartitionSpec.values(of: day).joined() + fileExtension
    }

    /// The day whose calls a file of that name holds; nil where it is no such name.
    static func day(of name: String) -> UsageDay? {
        let digits = Array(name.dropLast(fileExtension.count))
        guard name.hasSuffix(fileExtension), digits.count == 8 else { return nil }
        return UsageDay("\(String(digits[..<4]))-\(String(digits[4..<6]))-\(String(digits[6...]))")
            .flatMap { self.name(of: $0) == name ? $0 : nil }
    }

    static func encode(_ conflicts: [StoredConflict]) -> [UInt8] {
        let lines = conflicts.sorted { $0.key < $1.key }.map { conflict in
            JSONText.object([
                ("tenant_id", JSONText.quoted(conflict.call.tenant.rawValue)),
                ("request_id", JSONText.quoted(conflict.call.request.rawValue)),
                ("more", String(conflict.call.hasMore)),
                (
                    "versions",
                    JSONText.array(
                        conflict.versions.map { JSONText.object(VersionMembers.members(of: $0)) })
                ),
            ]) + "\n"
        }
        return Array(lines.joined().utf8)
    }

    private struct Line: Decodable {
        var tenant_id: String
        var request_id: String
        var more: Bool
        var versions: [VersionMembers]
    }

    /// Nil where `bytes` are no such file.
    static func decode(_ bytes: [UInt8], of day: UsageDay) -> [StoredConflict]? {
        let decoder = JSONDecoder()
        var conflicts: [StoredConflict] = []
        for bytes in bytes.split(separator: 0x0a) {
            guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else { return nil }
            let versions = line.versions.compactMap { members in
                members.record.map { CallVersion($0, at: members.place) }
            }
            let call = CallConflict(
                day: day, tenant: TenantID(line.tenant_id), request: RequestID(line.request_id),
                versions: versions.map(\.record), hasMore: line.more)
            let isSound = versions.allSatisfy { version in
                version.record.time.day == day && version.record.tenant == call.tenant
                    && version.record.request == call.request
            }
            guard isSound, !versions.isEmpty, versions.count == line.versions.count else {
                return nil
            }
            let places = versions.compactMap { version in
                version.place.map { (version.record, $0) }
            }
            conflicts.append(
                StoredConflict(call, places: Dictionary(places) { min($0, $1) }))
        }
        return conflicts
    }
}
