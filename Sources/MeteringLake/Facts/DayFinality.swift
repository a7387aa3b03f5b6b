package import BedrockMetering

/// How final the numbers of a day are.
package enum DayFinality: Sendable, Hashable {
    /// Exports of the day may still bring usage.
    case provisional
    /// Any change is a restatement from then on, and there was none.
    case closed(at: EventTime)
    /// It has changed since it was closed, `times` times, and last at a time.
    case restated(at: EventTime, times: Int, closed: EventTime)
    /// It cannot be told here, and why.
    case unknown(reason: String)

    /// `provisional`, `closed`, `restated` or `not known here`.
    package var name: String {
        switch self {
        case .provisional: "provisional"
        case .closed: "closed"
        case .restated: "restated"
        case .unknown: "not known here"
        }
    }

    /// When the day was closed; nil where it is not, or that is not known.
    package var closed: EventTime? {
        switch self {
        case .closed(let time), .restated(_, _, let time): time
        case .provisional, .unknown: nil
        }
    }

    package var restatements: Int {
        if case .restated(_, let times, _) = self { return times }
        return 0
    }
}
