package import BedrockMetering
internal import Foundation

/// Facts as bytes: one JSON object and a line end.
package enum FactCodec {
    /// The version of the form; facts of a later one are kept, and their kind is unknown.
    package static let version = 1

    package static func encode(_ fact: Fact) -> [UInt8] {
        var members = [
            ("version", String(version)),
            ("sequence", String(fact.sequence)),
            ("previous", JSONText.quoted(fact.previous.description)),
            ("time", JSONText.quoted("\(fact.time)")),
            ("tool", JSONText.quoted(fact.tool)),
            ("kind", JSONText.quoted(fact.content.kind)),
        ]
        if let day = fact.content.day { members.append(("day", JSONText.quoted("\(day)"))) }
        members += self.members(of: fact.content)
        return Array("\(JSONText.object(members))\n".utf8)
    }

    /// The members of its kind.
    package static func members(of content: Fact.Content) -> [(String, String)] {
        switch content {
        case .dayClosed(let closing):
            let sums = closing.sums.byName.sorted { $0.key < $1.key }
            return [
                ("forced", closing.isForced.map { String($0) } ?? "null"),
                ("empty", String(closing.isEmpty)),
                ("file", closing.isEmpty ? "null" : JSONText.quoted(closing.file)),
                ("sha256", JSONText.quoted(closing.checksum.description)),
                ("rows", String(closing.sums.whole.requests)),
                ("sums", JSONText.array(sums.map { json($0.key, $0.value) })),
            ]
        case .dayRestated(let change), .dayConverted(let change):
            return [
                ("reason", JSONText.quoted(change.reason)),
                ("file", JSONText.quoted(change.file)),
                ("sha256_before", JSONText.quoted(change.before.description)),
                ("sha256_after", JSONText.quoted(change.after.description)),
                ("differences", JSONText.array(change.changes.map { json($0.key, $0.difference) })),
            ]
        case .conflictDecided(let decision):
            return [
                ("tenant_id", JSONText.quoted(decision.tenant.rawValue)),
                ("request_id", JSONText.quoted(decision.request.rawValue)),
                ("reason", decision.reason.map { JSONText.quoted($0) } ?? "null"),
                ("kept", json(decision.decision.kept, of: decision)),
                ("dropped", json(decision.decision.dropped, of: decision)),
            ]
        case .rejectWrittenOff(let writeOff): return writeOff.members
        case .unknown: return []
        }
    }

    /// Versions of a call, and whether each was a row of the lake until then.
    private static func json(_ records: [UsageRecord], of decision: ConflictDecision) -> String {
        JSONText.array(
            records.map { record in
                var members = VersionMembers.members(of: record)
                members.append(("counted_before", String(decision.counted.contains(record))))
                return JSONText.object(members)
            })
    }

    /// A sum, or a difference, of a tenant and a model.
    package static func json(_ key: TenantModel, _ sum: Restatement.Difference) -> String {
        JSONText.object([
            ("tenant_id", JSONText.quoted(key.tenant.rawValue)),
            ("model_id", key.model.map { JSONText.quoted($0.rawValue) } ?? "null"),
            ("request_count", String(sum.requests)),
            ("input_tokens", String(sum.input)),
            ("output_tokens", String(sum.output)),
            ("total_tokens", String(sum.total)),
            ("cache_read_input_tokens", String(sum.cacheRead)),
            ("cache_write_input_tokens", String(sum.cacheWrite)),
        ])
    }

    /// Why bytes are no fact.
    package struct Fault: Error, Hashable {
        package let reason: String
    }

    /// The fact that `bytes` are.
    ///
    /// - Throws: ``Fault`` where they are none.
    package static func decode(_ bytes: [UInt8]) throws(Fault) -> Fact {
        let decoder = JSONDecoder()
        do {
            let header = try decoder.decode(Header.self, from: Data(bytes))
            guard header.version >= 1, header.sequence >= 1 else {
                throw Fault(reason: "is no fact")
            }
            let content = try content(header, bytes, decoder)
            guard let previous = Checksum(header.previous), let time = EventTime(fact: header.time)
            else { throw Fault(reason: "has no sound time or checksum of the fact before") }
            return Fact(
                sequence: header.sequence, previous: previous, time: time, tool: header.tool,
                content: content)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(reason: "is no fact, or one that is damaged")
        }
    }

    private static func content(
        _ header: Header, _ bytes: [UInt8], _ decoder: JSONDecoder
    ) throws -> Fact.Content {
        let day = header.day.flatMap { UsageDay($0) }
        let unknown = Fact.Content.unknown(kind: header.kind, day: day)
        guard header.version == version else { return unknown }
        switch header.kind {
        case "day_closed":
            let members = try decoder.decode(ClosingMembers.self, from: Data(bytes))
            return .dayClosed(try members.closing(of: day))
        case "day_restated":
            let members = try decoder.decode(RestatementMembers.self, from: Data(bytes))
            return .dayRestated(try members.restatement(of: day))
        case "day_converted":
            let members = try decoder.decode(RestatementMembers.self, from: Data(bytes))
            return .dayConverted(try members.restatement(of: day))
        case Fact.conflictDecided:
            let members = try decoder.decode(DecisionMembers.self, from: Data(bytes))
            return .conflictDecided(try members.decision(of: day))
        case Fact.rejectWrittenOff:
            let members = try decoder.decode(WriteOff.Members.self, from: Data(bytes))
            return .rejectWrittenOff(try members.writeOff(of: day))
        default: return unknown
        }
    }
}
