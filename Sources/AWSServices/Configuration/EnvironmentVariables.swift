/// The environment variables of a process. One that is empty counts as not set.
struct EnvironmentVariables: Sendable, Concealed {
    let all: [String: String]

    init(_ all: [String: String]) {
        self.all = all
    }

    subscript(_ name: String) -> String? {
        all[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
