internal import Foundation

/// What the shared config and credentials files say.
struct SharedConfiguration: Sendable, Concealed {
    /// The files that were looked for.
    let paths: [String]
    private(set) var profiles: [String: Profile] = [:]
    /// The settings of services, by the name of a section `services`, then by service.
    private(set) var services: [String: [String: [String: String]]] = [:]

    /// Reads the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, or else
    /// `~/.aws/config` and `~/.aws/credentials`. A file that does not exist says nothing.
    ///
    /// - Throws: ``AWSConfigurationError`` for a file that cannot be read, or for a line in it.
    init(_ variables: EnvironmentVariables) throws(AWSConfigurationError) {
        let home = variables["HOME"] ?? NSHomeDirectory()
        func path(_ variable: String, _ name: String) -> String {
            guard let path = variables[variable] else { return "\(home)/.aws/\(name)" }
            return path.hasPrefix("~/") ? home + path.dropFirst() : path
        }
        let config = path("AWS_CONFIG_FILE", "config")
        let credentials = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        paths = [config, credentials]
        let sections = try Self.sections(of: config)
        for section in sections {
            let words = Self.words(of: section)
            let name = words.last.map { Self.unquoted($0) } ?? ""
            switch (words.first, words.count) {
            case ("default", 1):
                // Tools write either form; where a file has both, this one is left out.
                let full = sections.contains { Self.words(of: $0) == Self.fullDefault }
                if !full { profiles["default", default: Profile("default")].add(section) }
            case ("profile", 2): profiles[name, default: Profile(name)].add(section)
            case ("services", 2): services[name, default: [:]].merge(section.nested) { $1 }
            default: break
            }
        }
        for section in try Self.sections(of: credentials) {
            profiles[section.name, default: Profile(section.name)].add(section)
        }
    }

    private static let fullDefault = ["profile", "default"] as [Substring]

    /// What a section is of, and its name, which may hold spaces.
    private static func words(of section: ConfigurationFile.Section) -> [Substring] {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        return section.name.split(maxSplits: 1, whereSeparator: isSpace)
            .map { $0.drop(while: isSpace) }
    }

    private static func sections(
        of path: String
    ) throws(AWSConfigurationError) -> [ConfigurationFile.Section] {
        let bytes: [UInt8]
        do {
            guard let contents = try PlainFile.contents(of: path) else { return [] }
            bytes = contents
        } catch {
            throw AWSConfigurationError(reason: "\(path) \(error.reason)")
        }
        return try ConfigurationFile(bytes, path: path).sections
    }

    private static func unquoted(_ text: Substring) -> String {
        for quote in ["\"", "'"]
        where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return String(text)
    }
}
