/// An object of a configuration's JSON, whose keys are asked for one by one; at the end those that nobody
/// asked for are problems.
final class ConfigurationObject {
    /// Where problems gather, of a whole document.
    final class Problems {
        private(set) var list: [ConfigurationProblem] = []

        func add(_ key: String, _ reason: String) {
            list.append(ConfigurationProblem(key: key, reason: reason))
        }
    }

    let path: String
    private let members: [JSONValue.Member]
    private var known: Set<String> = []
    let problems: Problems

    init(path: String, members: [JSONValue.Member], problems: Problems) {
        self.path = path
        self.members = members
        self.problems = problems
    }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func problem(_ key: String, _ reason: String) { problems.add(path(of: key), reason) }

    /// The value of a key; nil where it is missing.
    func value(_ key: String) -> JSONValue? {
        known.insert(key)
        return members.last { $0.key == key }?.value
    }

    /// The value of a key that may be missing or null, by `take`, which returns nil where it is not `kind`.
    func optional<Value>(
        _ key: String, _ kind: String, _ take: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = value(key), value != .null else { return nil }
        guard let taken = take(value) else {
            problem(key, "must be \(kind)")
            return nil
        }
        return taken
    }

    /// As ``optional(_:_:_:)``, of a key that may not be missing.
    func required<Value>(
        _ key: String, _ kind: String, _ take: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = value(key) else {
            problem(key, "is missing; it must be \(kind)")
            return nil
        }
        guard let taken = take(value) else {
            problem(key, "must be \(kind)")
            return nil
        }
        return taken
    }

    /// A whole number within bounds; `standard` where it is missing or wrong.
    func integer(_ key: String, _ bounds: ClosedRange<Int>, standard: Int) -> Int {
        guard let value = value(key) else { return standard }
        guard let number = value.integer, bounds.contains(number) else {
            problem(key, "must be \(Self.text(bounds))")
            return standard
        }
        return number
    }

    /// A limit: nil where it is missing, `.some(nil)` where it is null.
    func limit(_ key: String) -> Int?? {
        guard let value = value(key) else { return nil }
        if value == .null { return .some(nil) }
        guard let number = value.integer, number >= 0 else {
            problem(key, "must be a whole number from 0, or null for no limit")
            return nil
        }
        return number
    }

    /// An object of its own within this one; nil where it is missing, null or none.
    func object(_ key: String, isRequired: Bool = true) -> ConfigurationObject? {
        guard let value = value(key), isRequired || value != .null else {
            if isRequired { problem(key, "is missing; it must be an object") }
            return nil
        }
        guard let members = value.members else {
            problem(key, "must be an object")
            return nil
        }
        return ConfigurationObject(path: path(of: key), members: members, problems: problems)
    }

    /// All members, of an object whose keys are names of the operator's.
    func named() -> [JSONValue.Member] {
        known.formUnion(members.map(\.key))
        return members
    }

    /// Says which keys nobody asked for, and which are there twice.
    func close() {
        var seen: Set<[UInt8]> = []
        for member in members {
            if !seen.insert(Array(member.key.utf8)).inserted {
                problem(member.key, "is there twice")
            } else if !known.contains(member.key) {
                problem(member.key, "is no key of this configuration")
            }
        }
    }

    private static func text(_ bounds: ClosedRange<Int>) -> String {
        bounds.upperBound == .max
            ? "a whole number from \(bounds.lowerBound)"
            : "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
    }
}
