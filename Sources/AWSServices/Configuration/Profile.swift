/// The settings of one profile.
struct Profile: Sendable, Concealed {
    let name: String
    private var settings: [String: String] = [:]
    private var nested: [String: [String: String]] = [:]

    init(_ name: String) {
        self.name = name
    }

    /// A setting's value; nil where there is none or it is empty.
    subscript(_ setting: String) -> String? {
        settings[setting].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether there is a setting whose name begins so.
    func hasSetting(withPrefix prefix: String) -> Bool {
        settings.keys.contains { $0.hasPrefix(prefix) }
    }

    private static let keys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]

    /// Takes over what a section says; it holds above what has been taken over before.
    ///
    /// Keys are taken over together, since those of one section do not fit those of another.
    mutating func add(_ section: ConfigurationFile.Section) {
        if Self.keys.contains(where: { section.settings[$0] != nil }) {
            for key in Self.keys { settings[key] = nil }
        }
        settings.merge(section.settings) { $1 }
        nested.merge(section.nested) { $1 }
    }
}
