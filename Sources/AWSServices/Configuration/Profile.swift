/// The settings of one profile.
struct Profile: Sendable, Concealed {
    let name: String
    private var settings: [String: String] = [:]

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
    ///
    /// An access key brings its secret and its token along, since those of another section do not
    /// belong to it.
    mutating func add(_ section: ConfigurationFile.Section) {
        var added = section.settings
        let keys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
        if added[keys[0]] != nil {
            for key in keys { settings[key] = nil }
        } else if settings[keys[0]] != nil {
            for key in keys { added[key] = nil }
        }
        settings.merge(added) { $1 }
    }
}
