/// What becomes of an event that is no usage line itself but may hold some.
extension EventDecider {
    /// How deep payloads may lie in payloads.
    private static let maximumNesting = 3

    /// Takes the usage lines out of the event in `start..<end`, each an event of its own.
    ///
    /// - Parameters:
    ///   - fault: why the event is rejected where nothing better can be said; nil where it is sound.
    ///   - place: what lies around it; where that may hold payloads it is looked into whatever it seems to be.
    /// - Returns: whether it holds anything; otherwise it is an event as a whole.
    mutating func unwrap(
        from start: Int, to end: Int, fault: RejectionReason?, envelopeTime: Int64?,
        eventStart: Int, line: Int, place: UsageUnwrapper.Place = UsageUnwrapper.Place()
    ) -> Bool {
        guard
            place.payloads != .none
                || UsageHints.mayHoldUsage(window.text.bytes, from: start, to: end)
        else { return false }
        var unwrapper = UsageUnwrapper(window.memory, from: start, to: end, within: budget)
        unwrapper.unwrap(in: place)
        guard !unwrapper.isOverBudget else {
            isOverBudget = true
            return true
        }
        var obscured: RejectionReason?
        for finding in unwrapper.findings {
            switch finding {
            case .line(let start, let end, let time):
                decideUsageLine(
                    from: start, to: end, envelopeTime: time ?? envelopeTime,
                    eventStart: eventStart, line: line
                )
            case .claim(let reason, let bytes, let time):
                reject(
                    reason, bytes: cut(bytes), time: time ?? envelopeTime,
                    eventStart: eventStart, line: line
                )
            case .obscured(let reason):
                obscured = obscured ?? reason
            case .payload(let bytes, let time):
                takePayload(
                    Payload(
                        bytes: bytes, time: time ?? envelopeTime, line: enclosed(line),
                        byteOffset: placeInObject(eventStart)
                    )
                )
            case .unreadablePayload(let bytes):
                reject(.unreadablePayload, bytes: bytes, eventStart: eventStart, line: line)
            }
        }
        // What is left is rejected once, as a whole, whatever was taken out of it.
        if let obscured {
            let isAll = unwrapper.findings.allSatisfy {
                if case .obscured = $0 { true } else { false }
            }
            reject(
                isAll ? fault ?? obscured : obscured, bytes: cut(unwrapper.deliveredBytes),
                time: envelopeTime, eventStart: eventStart, line: line
            )
        }
        return !unwrapper.findings.isEmpty
    }

    private func cut(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count > limits.maximumLineSize ? Array(bytes[..<limits.maximumLineSize]) : bytes
    }

    private mutating func decideUsageLine(
        from start: Int, to end: Int, envelopeTime: Int64?, eventStart: Int, line: Int
    ) {
        guard end - start <= limits.maximumLineSize else {
            return reject(.lineTooLong, from: start, to: end, eventStart: eventStart, line: line)
        }
        let outcome = parser.parse(
            window.memory, from: start, to: end, envelopeTime: envelopeTime, row: &row
        )
        switch outcome {
        case .usage: appendRow(line: line)
        case .rejected(let reason), .unsound(let reason, _):
            reject(
                reason, from: start, to: end, time: envelopeTime, eventStart: eventStart,
                line: line
            )
        case .otherEvent: counts.foreign += 1
        }
    }

    private mutating func takePayload(_ payload: Payload) {
        guard nesting < Self.maximumNesting else {
            counts.rejected += 1
            rejected.append(
                RejectedLine(
                    number: payload.line, byteOffset: payload.byteOffset, reason: .nestedTooDeep,
                    bytes: payload.bytes
                )
            )
            return
        }
        payloads.append(payload)
    }
}
