/// What the members of an object say of it: whether it is a usage line, looks like one, or wraps some.
struct WrapperMembers {
    /// Its keys, in order.
    private var keys: [JSONScanner.Value] = []
    /// How often each key comes; empty until somebody asks.
    private var keyCounts: [[UInt8]: Int] = [:]
    private(set) var enclosingTime = EnclosingTime()
    private var hasTenant = false
    private var hasModel = false
    private var hasTokens = false
    private var eventType = EventType.absent
    /// Whether it is a metric in CloudWatch's embedded format, in which columns are mere dimensions.
    private(set) var isMetric = false
    /// Whether it is Bedrock's own log of a call, which quotes what tenants wrote.
    private(set) var isInvocationLog = false

    private enum EventType {
        case absent, null, wrongType, misspelt, other, usage
    }

    mutating func note(_ key: JSONScanner.Value, _ value: JSONScanner.Value, _ text: RawSpan) {
        keys.append(key)
        enclosingTime.note(key, value, text)
        func isNamed(_ name: String) -> Bool { JSONString.equals(key, name, text) }
        func isNamed(_ field: UsageSchema.Field) -> Bool {
            isNamed(UsageSchema.column(field).name)
        }
        if isNamed(.tenant) {
            hasTenant = true
        } else if isNamed(.model) {
            hasModel = true
        } else if isNamed(.inputTokens) || isNamed(.outputTokens) {
            hasTokens = true
        } else if isNamed(.eventType) {
            let type = Self.eventType(value, text)
            if type == .usage || eventType == .absent { eventType = type }
        } else if isNamed("_aws") {
            isMetric = true
        } else if isNamed("schemaType"), value.kind == .string {
            isInvocationLog = JSONString.equals(value, "ModelInvocationLog", text)
        }
    }

    /// Whether it is a usage line, sound or not.
    var isUsageLine: Bool { eventType == .usage }

    /// Whether it says to be of another type.
    var isOtherEvent: Bool { eventType == .other }

    /// What keeps an object from being a usage line that has the fields of one; nil where it has not, or
    /// says what else it is.
    var fault: RejectionReason? {
        guard hasTenant, hasModel, hasTokens, !isMetric else { return nil }
        return switch eventType {
        case .absent: .missing(.eventType)
        case .null: .null(.eventType)
        case .wrongType: .wrongType(.eventType)
        case .misspelt: .misspelt(.eventType)
        case .other, .usage: nil
        }
    }

    /// Whether the object has `key`, which is one of its own, more than once.
    mutating func repeats(_ key: JSONScanner.Value, _ text: RawSpan) -> Bool {
        if keyCounts.isEmpty {
            for key in keys { keyCounts[JSONString.copy(key, text), default: 0] += 1 }
        }
        return keyCounts[JSONString.copy(key, text), default: 0] > 1
    }

    private static func eventType(_ value: JSONScanner.Value, _ text: RawSpan) -> EventType {
        switch value.kind {
        case .null: return .null
        case .string: break
        default: return .wrongType
        }
        let name = JSONString.copy(value, text)
        let marker = Array(UsageRecord.eventType.utf8)
        if name == marker { return .usage }
        return letters(name) == letters(marker) ? .misspelt : .other
    }

    /// The letters and digits alone, in lower case.
    private static func letters(_ name: [UInt8]) -> [UInt8] {
        name.compactMap { byte in
            if ByteScan.isDigit(byte) { return byte }
            return (0x61...0x7a).contains(byte | 0x20) ? byte | 0x20 : nil
        }
    }
}
