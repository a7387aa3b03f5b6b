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

    /// Takes over what a section says; it holds above what has been taken over before.
    mutating func add(_ section: ConfigurationFile.Section) {
        settings.merge(section.settings) { $1 }
        nested.merge(section.nested) { $1 }
    }
}
