/// The fields of a request's JSON, of which null is as if it were missing.
struct RequestFields {
    let body: JSONValue

    /// The value of a field; nil where it is missing or null.
    func value(_ name: String) -> JSONValue? {
        guard let value = body[name], value != .null else { return nil }
        return value
    }

    func flag(_ name: String) throws(CallError) -> Bool {
        guard let value = value(name) else { return false }
        guard let flag = value.bool else { throw Self.error(name, "must be true or false") }
        return flag
    }

    func text(_ name: String) throws(CallError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw Self.error(name, "must be a string") }
        return text
    }

    /// A whole number; its bounds are checked by whoever knows them.
    func integer(_ name: String) throws(CallError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer else { throw Self.error(name, "must be a whole number") }
        return number
    }

    /// A number from 0 to 1.
    func fraction(_ name: String) throws(CallError) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.double, (0...1).contains(number) else {
            throw Self.error(name, "must be a number from 0 to 1")
        }
        return number
    }

    static func error(_ name: String, _ reason: String) -> CallError {
        CallError(.invalidRequest, "\(name) \(reason)", field: name)
    }
}

extension String {
    /// Whether there is nothing in it to read.
    var isBlank: Bool { unicodeScalars.allSatisfy { $0.properties.isWhitespace } }
}
