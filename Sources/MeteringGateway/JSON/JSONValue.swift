/// A JSON value as it was written: members in their order, equal keys kept, numbers as text.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// As it was written, which is sound by RFC 8259.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Sendable, Equatable {
        var key: String
        var value: JSONValue

        init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a key of an object, of equal keys the last one's; nil if it is no object, or has no such
    /// key.
    ///
    /// Keys are compared by their bytes: Swift's `==` would take two forms of a name for one.
    subscript(key: StaticString) -> JSONValue? {
        self[key.description]
    }

    /// As the subscript of a literal, for a key that is known at run time only.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// The text of a string; nil if it is none.
    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements of an array; nil if it is none.
    var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object; nil if it is none.
    var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// A number; nil if it is none, or beyond what a `Double` holds.
    var double: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }

    /// A whole number, such as `10`, `10.0` or `1e1`; nil if it is none, or beyond 2 to the power of 53,
    /// from where on a `Double` no longer tells whole numbers apart.
    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        if let value = Int(text) { return value }
        guard let value = double, abs(value) <= 9_007_199_254_740_992 else { return nil }
        return Int(exactly: value)
    }

    /// The first key that an object of this value, or one inside it, has twice; nil if there is none.
    var repeatedKey: String? {
        switch self {
        case .object(let members):
            var seen: Set<[UInt8]> = []
            for member in members {
                guard seen.insert(Array(member.key.utf8)).inserted else { return member.key }
                if let key = member.value.repeatedKey { return key }
            }
            return nil
        case .array(let elements): return elements.lazy.compactMap(\.repeatedKey).first
        default: return nil
        }
    }
}
