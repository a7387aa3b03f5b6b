internal import BedrockMetering

extension FactCodec {
    /// The members that every fact has.
    struct Header: Decodable {
        var version: Int
        var sequence: Int
        var previous: String
        var time: String
        var tool: String
        var kind: String
        var day: String?
    }

    /// A sum, or a difference, of a tenant and a model.
    struct SumMembers: Decodable {
        var tenant_id: String
        var model_id: String?
        var request_count: Int64
        var input_tokens: Int128
        var output_tokens: Int128
        var total_tokens: Int128
        var cache_read_input_tokens: Int128
        var cache_write_input_tokens: Int128

        var change: Restatement.Change {
            var sum = Restatement.Difference()
            sum.requests = request_count
            sum.input = input_tokens
            sum.output = output_tokens
            sum.total = total_tokens
            sum.cacheRead = cache_read_input_tokens
            sum.cacheWrite = cache_write_input_tokens
            return Restatement.Change(
                TenantModel(TenantID(tenant_id), model_id.map { ModelID($0) }), sum)
        }
    }

    struct ClosingMembers: Decodable {
        var forced: Bool?
        var file: String?
        var sha256: String
        var rows: Int64
        var sums: [SumMembers]

        func closing(of day: UsageDay?) throws(Fault) -> DayClosing {
            guard let day, let checksum = Checksum(sha256) else {
                throw Fault(reason: "names no day or no checksum of its file")
            }
            var sums = UsageSums()
            sums.apply(self.sums.map(\.change))
            guard sums.whole.requests == rows else {
                throw Fault(reason: "has sums that do not add up to its rows")
            }
            return DayClosing(
                day: day, isForced: forced, file: file ?? "", checksum: checksum, sums: sums)
        }
    }

    struct DecisionMembers: Decodable {
        var tenant_id: String
        var request_id: String
        var reason: String?
        var kept: [VersionMembers]
        var dropped: [VersionMembers]

        func decision(of day: UsageDay?) throws(Fault) -> ConflictDecision {
            let records = (kept + dropped).compactMap(\.record)
            guard let day, !kept.isEmpty, records.count == kept.count + dropped.count,
                records.allSatisfy({
                    $0.time.day == day && $0.tenant.rawValue.utf8.elementsEqual(tenant_id.utf8)
                })
            else { throw Fault(reason: "names no sound versions of a call") }
            let counted = zip(kept + dropped, records).filter { $0.0.counted_before == true }.map(
                \.1)
            return ConflictDecision(
                day: day, tenant: TenantID(tenant_id), request: RequestID(request_id),
                decision: CallDecision(
                    kept: Array(records.prefix(kept.count)),
                    dropped: Array(records.dropFirst(kept.count))),
                counted: counted, reason: reason)
        }
    }

    struct RestatementMembers: Decodable {
        var reason: String
        var file: String
        var sha256_before: String
        var sha256_after: String
        var differences: [SumMembers]

        func restatement(of day: UsageDay?) throws(Fault) -> Restatement {
            guard let day, let before = Checksum(sha256_before), let after = Checksum(sha256_after)
            else { throw Fault(reason: "names no day or no checksums of its files") }
            return Restatement(
                day: day, reason: reason, file: file, before: before, after: after,
                changes: differences.map(\.change))
        }
    }
}

extension EventTime {
    /// A time as facts have it, which is that of `description`.
    package init?(fact text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.textSize else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].allSatisfy { (0x30...0x39).contains($0) }
                ? bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) } : nil
        }
        guard let year = number(0..<4), let month = number(5..<7), (1...12).contains(month),
            let day = number(8..<10), let hours = number(11..<13), let minutes = number(14..<16),
            let seconds = number(17..<19), let fraction = number(20..<26)
        else { return nil }
        // Of any year: a day of 2050 is closed in 2051.
        let date = UsageDay.number(year: Int(year), month: Int(month), day: Int(day))
        let time = EventTime(
            microseconds: date * Self.perDay + hours * Self.perHour + minutes * Self.perMinute
                + seconds * Self.perSecond + fraction)
        // What is written in another way is no time of ours.
        guard time.description == text else { return nil }
        self = time
    }
}
